"""`overt demo` keeps what it promises to a newcomer: the refusals, the day the categories doubled, the fork."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from overt.demo import charter_files
from overt.ledger import open_checkpoint, read_policy
from overt.pseudonym import Order, Person, read_birth_date, read_name, read_pseudonym_key
from overt.register import Register, pseudonym_key_of
from tests.command import overt
from tests.conftest import Shown
from tests.waiting import MINUTES

ROOT = Path(__file__).resolve().parents[2]
# What must not come in, by the code that says so; on the last two a named person may decide.
KINDS = {
    "OV-38", "OV-39", "category-not-in-force", "OV-02", "OV-01", "OV-06", "OV-34", "OV-35", "OV-20", "review-date-late",
    "OV-47", "OV-46", "OV-48", "OV-57", "names-a-person", "charter-not-in-force", "approver-is-recorder", "OV-57b",
    "OV-03", "OV-09", "OV-14", "OV-05",
}  # fmt: skip


def demo(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the demonstration to its end, in a process of its own."""
    command = [sys.executable, "-m", "overt.cli", "demo", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=MINUTES)


@pytest.fixture(scope="module")
def cheated(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    out = tmp_path_factory.mktemp("cheated") / "demo"
    return Shown(out, demo("--cheat", "--json", "--out", out))


def test_demo_shows_the_day_the_categories_doubled(honest: Shown) -> None:
    """The honest story exits with status 0; the watcher's own line says what the charter became."""
    assert honest.done.returncode == 0, honest.done.stderr
    story = honest.done.stdout
    assert "30 June 2021: the day the categories doubled" in story
    assert "the charter changed: categories 16 → 34" in story
    assert "The log forked" not in story


def test_demo_says_that_everything_is_invented(honest: Shown) -> None:
    """Whoever reads the story learns first that nobody in it exists and that its keys protect nothing."""
    beginning = " ".join(honest.done.stdout.split())[:400]
    assert "Everything here is invented" in beginning
    assert "they protect nothing" in beginning


def test_demo_holds_about_seven_thousand_records_over_four_years(cheated: Shown) -> None:
    """The size of the register is the one that was published of Project Alpha, near enough."""
    facts = cheated.facts
    assert facts["synthetic"]
    assert 6_500 < facts["records"] < 7_500
    assert facts["published"][0]["day"].startswith("2020")
    assert facts["published"][-1]["day"].startswith("2024")


def test_gate_keeps_every_kind_of_fault_out(cheated: Shown) -> None:
    """Each kind that the issue lists is tried, and none is admitted without a named person's decision."""
    told = cheated.facts["attempts"]["told"]
    assert {each["outcome"] for each in told} == {"refused", "held"}
    assert {code for each in told for code in each["codes"]} >= KINDS
    assert cheated.facts["attempts"]["decided"]["admitted"] > 0
    assert cheated.facts["attempts"]["decided"]["refused"] > 0


def test_no_control_that_refuses_is_breached_at_the_end(cheated: Shown) -> None:
    """What the gate refuses by is met four years on; what is breached is said with its reason."""
    audit = cheated.facts["audit"]
    assert audit["gate_controls_breached"] == 0
    assert audit["gate_controls"] > 20
    assert "OV-21" in {each["control"] for each in audit["breached"]}
    assert all(each["why"] for each in audit["breached"])
    assert Path(audit["report"]).is_file()


def test_what_was_refused_is_written_nowhere(honest: Shown) -> None:
    """Neither the name nor the handle that was tried stands in any file, nor in the story."""
    for marker in ("Jo Example", "invented.handle"):
        assert marker not in honest.done.stdout + honest.done.stderr
        holding = [path for path in honest.out.rglob("*") if path.is_file() and marker.encode() in path.read_bytes()]
        assert holding == []


def test_every_copy_that_the_rule_covers_is_found_and_nobody_wrongly(cheated: Shown) -> None:
    """Of 40 removed people on three lists; row by row against what was planted there, by hand and not by the rule."""
    copies = cheated.facts["copies"]
    assert (copies["planted"], copies["found"], copies["wrongly"]) == (40, copies["covered"], 0)
    assert copies["covered"] == 32
    assert len(copies["not_covered"]) == 8
    assert {each["name"].rpartition(".")[2] for each in copies["lists"]} == {"csv", "xlsx"}
    folder = cheated.out / "informal-lists"
    key = json.loads((folder / "answer-key.json").read_text(encoding="utf-8"))["lists"]
    assert {row["verdict"] for rows in key.values() for row in rows} == {
        "removed", "listed", "other role", "not in the register", "to be looked at", "unreadable",
    }  # fmt: skip
    for name, rows in key.items():
        with (folder / f"{Path(name).stem}-rows.csv").open(encoding="utf-8", newline="") as stream:
            assert [(int(row["row"]), row["verdict"]) for row in csv.DictReader(stream)] == [
                (row["row"], row["verdict"]) for row in rows
            ]


def test_reports_say_which_spellings_the_rule_cannot_see(honest: Shown) -> None:
    """What shows in a list itself by count, and what never does in words."""
    made = [json.loads(path.read_bytes()) for path in (honest.out / "reconciled").glob("*/reconcile.json")]
    assert len(made) == 3
    assert sum(each["signs"].get("initial", 0) for each in made) == 1
    assert {why for each in made for why in each["unreadable"]} == {"no-date", "two-digit-year"}
    for each in made:
        assert each["synthetic"]
        for unseen in ("typing errors", "short forms of names", "another family name", "day and month reversed"):
            assert any(unseen in line for line in each["not_covered"])


def test_names_stand_on_the_informal_lists_and_nowhere_else(honest: Shown) -> None:
    """Neither in the register nor in anything that was made of it, nor in the story; they are marked as invented."""
    folder = honest.out / "informal-lists"
    assert "SYNTHETIC" in (folder / "SYNTHETIC.txt").read_text(encoding="utf-8")
    with (folder / "north-desk.csv").open(encoding="utf-8", newline="") as stream:
        written = [re.findall(r"\w{6,}", row["Name"]) for row in csv.DictReader(stream)]
    names = {word.encode() for words in written for word in words}
    assert len(names) > 30
    for path in honest.out.rglob("*"):
        if path.is_file() and path.parent != folder:
            data = path.read_bytes()
            assert [name for name in names if name in data] == [], path
    assert not any(name.decode() in honest.done.stdout for name in names)


def test_pseudonyms_in_the_register_are_of_the_people_on_the_lists(honest: Shown, tmp_path: Path) -> None:
    """Under the key that lies in the demonstration's folder, plainly marked as worthless."""
    passphrase = (honest.out / "key" / "passphrase.txt").read_text(encoding="utf-8").strip()
    assert "worthless" in passphrase
    key = read_pseudonym_key(honest.out / "key" / "pseudonym.key", passphrase)
    shutil.copytree(honest.out / "register", tmp_path / "register")
    with Register.open(tmp_path / "register") as register:
        assert pseudonym_key_of(register) == key.id
        ids = {version.values["subject_id"] for version in register.versions("subject")}
    with (honest.out / "informal-lists" / "north-desk.csv").open(encoding="utf-8", newline="") as stream:
        people = [(row["Name"], row["DOB"]) for row in csv.DictReader(stream)]
    found = 0
    for name, born in people:
        if len(born) == 10:
            person = Person(read_name(name), read_birth_date(born, Order.DAY_FIRST))
            found += any(key.sought(person).match(each) for each in ids)
    assert found > 20


def test_story_can_be_redone_by_hand(honest: Shown, tmp_path: Path) -> None:
    """Every command that the story ends with works as it stands there, and leaves with the code it says."""
    shutil.copytree(honest.out, tmp_path / honest.out.name)
    lines = honest.done.stdout.partition("Check it yourself")[2].splitlines()
    commands = [(lines[at - 1], line.strip()) for at, line in enumerate(lines) if line.startswith("    overt ")]
    assert len(commands) == 9
    for words, command in commands:
        _, *arguments = shlex.split(command)
        if arguments[0] != "demo":
            done = overt(*arguments, cwd=tmp_path)
            assert done.returncode == ("exits with status 1" in words), (command, done.stdout, done.stderr)


def test_rewritten_history_is_a_named_fork(cheated: Shown) -> None:
    """It exits with status 1, and says of which size both heads are and how they differ."""
    assert cheated.done.returncode == 1, cheated.done.stderr
    fork = cheated.facts["fork"]
    assert fork["size"] >= cheated.facts["records"]
    assert fork["size"] % 256 == 0
    assert fork["seen_root"] != fork["served_root"]
    assert f"two roots over the same {fork['size']} entries" in fork["contradiction"]
    assert fork["seen_inside"] == 0


def test_everybody_outside_notices(cheated: Shown) -> None:
    """Both witnesses refuse to cosign, and the rewritten log cannot prove the person's record."""
    fork = cheated.facts["fork"]
    assert len(fork["witnesses"]) == 2
    assert all("status 422" in each for each in fork["witnesses"])
    assert fork["receipt"] == "proof-bad"
    places = ("--record", cheated.out / "person" / "entry.json", "--policy", cheated.out / "policy")
    assert overt("ledger", "verify", cheated.out / "person" / "entry.json.tlog-proof", *places).returncode == 0


def test_evidence_of_the_fork_is_two_signed_heads(cheated: Shown) -> None:
    """Whoever has the log's public key can verify that it signed both."""
    keys = [party.key for party in read_policy((cheated.out / "watcher" / "policy").read_bytes(), "policy").logs]
    evidence = Path(cheated.facts["fork"]["evidence"])
    heads = [
        open_checkpoint((evidence / f"{name}.checkpoint").read_bytes(), keys).checkpoint for name in ("seen", "served")
    ]
    assert [head.root.hex() for head in heads] == [cheated.facts["fork"][f"{name}_root"] for name in ("seen", "served")]


def test_same_seed_tells_the_same_story(honest: Shown, cheated: Shown) -> None:
    """Two runs in two folders sign the same head, byte for byte, until one of them cheats."""
    seen = Path(cheated.facts["fork"]["evidence"]) / "seen.checkpoint"
    assert seen.read_bytes() == (honest.out / "ledger" / "checkpoint").read_bytes()


def test_answers_to_the_articles_questions(honest: Shown, tmp_path: Path) -> None:
    """How many categories, which ones and how many people, on both days, by the commands that a unit would give."""
    register = tmp_path / "register"
    shutil.copytree(honest.out / "register", register)
    said = {}
    for release, day in (("0001", "2020-09-03"), ("0002", "2021-07-28")):
        asked = ("--question", "people", "--question", "categories", "--day", day, "--by", "P1001")
        assert overt("answer", "new", register, *asked).returncode == 0
        waits = overt("answer", "draft", register, release, "--by", "P1001")
        assert (waits.returncode, release in waits.stdout) == (1, True)
        for approver in ("P2001", "P2002"):
            assert overt("release", "approve", register, release, "--by", approver).returncode == 0
        assert overt("release", "publish", register, release, "--by", "P1001").returncode == 0
        assert overt("answer", "draft", register, release, "--by", "P1001").returncode == 0
        text = (register / "answers" / release / "answer.txt").read_text(encoding="utf-8")
        # A row has its number in a column of its own; a sentence has not.
        said[day] = [line.rsplit(maxsplit=1) for line in text.splitlines() if line[:1].strip() and "  " in line]
        site, snapshot = register / "releases" / release / "site", register / "snapshots" / f"release-{release}"
        assert overt("release", "verify", site, "--snapshot", snapshot).returncode == 0
    charters = [tomllib.loads(data.decode()) for data in charter_files()]
    for day, charter, categories, people in zip(said, charters, ("16", "34"), ("0", "125"), strict=True):
        assert [each[1] for each in said[day] if each[0] == "all"] == [people, categories]
        named = {each[0] for each in said[day] if each[-1] == "1"}
        titles = {category["title"] for category in charter["categories"].values()}
        assert len(named) == int(categories)
        assert all(any(title.startswith(name.rstrip("…")) for title in titles) for name in named)


@pytest.mark.parametrize("kind", ["a folder with something in it", "a file"])
def test_demo_refuses_a_place_that_is_taken(tmp_path: Path, kind: str) -> None:
    """What is there stays as it is."""
    out = tmp_path / "taken"
    kept = out if kind == "a file" else out / "kept.txt"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine", encoding="utf-8")
    done = overt("demo", "--out", out)
    assert done.returncode == 3
    assert "out-not-empty" in done.stderr
    assert kept.read_text(encoding="utf-8") == "mine"


def test_charters_are_those_of_the_examples() -> None:
    """There is one source of them, and it is examples/alpha/charters."""
    examples = sorted((ROOT / "examples" / "alpha" / "charters").glob("*.toml"))
    assert charter_files() == [path.read_bytes() for path in examples]


def test_charters_come_with_the_package(tmp_path: Path) -> None:
    """An installation is a copy of the package without the checkout around it, and has the charters."""
    site = tmp_path / "site"
    shutil.copytree(ROOT / "src" / "overt", site / "overt")
    asked = "import overt.demo as demo; print(demo.__file__); print(len(demo.charter_files()))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
    )
    assert done.stdout.split() == [str(site / "overt" / "demo" / "__init__.py"), "2"]
