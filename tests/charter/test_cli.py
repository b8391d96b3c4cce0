"""`overt charter`: what the commands print, where, and the code they leave with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.charter import json_schema, read_charter
from overt.cli import main
from overt.controls import new_control, read_pack, shipped_packs
from tests.charter.charters import TEXT, charter, edited, line_of, next_version

ALPHA = sorted((Path(__file__).resolve().parents[2] / "examples" / "alpha" / "charters").glob("*.toml"))
Overt = Callable[..., tuple[int, str, str]]
SENTENCE = '"A sentence of some length."'
FILLED = {
    "value": "13",
    "limit_years": "5",
    "review_days": "92",
    "origin": '"police.example/register"',
    "signed_on": "2025-12-01",
    "officer_consulted_on": "2025-11-01",
    "review_due_on": "2026-12-01",
    "adopted_on": "2026-02-02",
    "effective_on": "2026-03-02",
}


def filled(text: str) -> str:
    """A template as a person fills it in: each TODO, and nothing else."""
    return re.sub(
        r'^(\w+) = "TODO[^"]*"',
        lambda found: f"{found[1]} = {FILLED.get(found[1], SENTENCE)}",
        text,
        flags=re.MULTILINE,
    )


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object) -> tuple[int, str, str]:
    """The exit code of `overt charter`, and what it says on both streams."""
    monkeypatch.setattr("sys.argv", ["overt", "charter", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


@pytest.fixture
def overt(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Overt:
    return lambda *words: run(capsys, monkeypatch, *words)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """The charter without fault, with the digest of the shipped pack."""
    path = tmp_path / "charter-1.toml"
    path.write_text(TEXT.replace("2" * 64, read_pack(shipped_packs()["core"]).digest), encoding="utf-8")
    return path


def test_check_passes_what_has_no_fault(overt: Overt, first: Path) -> None:
    """It exits with status 0 and prints no result."""
    code, out, err = overt("check", first)
    assert (code, out) == (0, "")
    assert "version 1: no errors" in err


def test_check_tells_the_faults_of_all_files(overt: Overt, first: Path, tmp_path: Path) -> None:
    """It exits with status 3, and every fault is said with its file and line."""
    other = tmp_path / "other.toml"
    other.write_text(edited("months = 3", "months = 4"), encoding="utf-8")
    code, out, err = overt("check", other, tmp_path / "absent.toml", first)
    assert (code, out) == (3, "")
    assert f"charter-authority-too-long: {other}, line {line_of(TEXT, 'months')}" in err
    assert f"charter-unreadable: {tmp_path / 'absent.toml'}" in err


def test_check_of_several_checks_the_chain(overt: Overt, first: Path, tmp_path: Path) -> None:
    """A version that was changed after it was published no longer fits the next."""
    text = first.read_text(encoding="utf-8")
    second = tmp_path / "charter-2.toml"
    second.write_text(next_version(charter(text), text), encoding="utf-8")
    assert overt("check", second, first)[0] == 0
    first.write_text(text.replace("Example Police", "Other Police"), encoding="utf-8")
    code, _, err = overt("check", first, second)
    assert code == 3
    assert f"charter-chain-broken: {second}, line 3" in err


def test_check_holds_the_last_version_against_the_packs(overt: Overt, first: Path) -> None:
    """Thresholds and digests are those of the shipped pack."""
    text = first.read_text(encoding="utf-8").replace("minimum_age]\nvalue = 15", "minimum_aeg]\nvalue = 15")
    first.write_text(text.replace('version = "1.0.0"', 'version = "0.9"'), encoding="utf-8")
    code, _, err = overt("check", first)
    assert code == 3
    assert "charter-threshold-unknown" in err
    assert "Expected: minimum_age?" in err
    assert "charter-pack-differs" in err


def test_check_takes_packs_of_ones_own(overt: Overt, first: Path, tmp_path: Path) -> None:
    """--pack gives a pack that does not come with Overt."""
    folder = tmp_path / "my-pack"
    new_control(folder, "AB-01")
    pack = read_pack(folder)
    pin = f'[packs.{pack.name}]\nversion = "{pack.version}"\ndigest = "{pack.digest}"\n\n[publication]'
    first.write_text(edited("[publication]", pin, first.read_text(encoding="utf-8")), encoding="utf-8")
    assert overt("check", first)[0] == 3
    assert overt("check", first, "--pack", folder)[0] == 0


def test_show_says_what_the_charter_says(overt: Overt, first: Path) -> None:
    """As text for a person, as JSON for a machine."""
    code, out, _ = overt("show", first)
    assert code == 0
    assert "adopted 2026-01-05, in force from 2026-02-02, 28 days' notice" in out
    assert "ethnicity: Ethnicity [sensitive, statutory]. Held apart" in out
    _, out, _ = overt("show", first, "--output", "json")
    body = json.loads(out)
    assert body["digest"] == read_charter(first.read_bytes()).digest
    assert body["categories"]["ethnicity"]["adopted_on"] == "2026-02-02"


def test_history_is_a_line_for_each_version(overt: Overt) -> None:
    """The growth that was once found out by a journalist."""
    code, out, _ = overt("history", *reversed(ALPHA))
    assert code == 0
    assert out.splitlines()[1] == "2  2021-07-28  categories 16 → 34, recipients 3 → 5, assessments 3 → 6"
    _, out, _ = overt("history", *ALPHA, "-o", "json")
    assert [each["version"] for each in json.loads(out)] == [1, 2]


def test_history_of_what_is_no_chain_is_refused(overt: Overt, first: Path) -> None:
    """It would tell a story that did not happen."""
    code, out, err = overt("history", first, ALPHA[1])
    assert (code, out) == (3, "")
    assert "charter-chain-broken" in err


def test_diff_begins_with_one_line(overt: Overt) -> None:
    """Then every change; as JSON the same, by section."""
    code, out, _ = overt("diff", *ALPHA)
    assert code == 0
    assert out.splitlines()[0] == "categories 16 → 34, recipients 3 → 5, assessments 3 → 6"
    assert "  categories: keyword_warning is new" in out.splitlines()
    _, out, _ = overt("diff", *ALPHA, "-o", "json")
    body = json.loads(out)
    assert body["summary"].startswith("categories 16 → 34")
    assert len(body["sections"][0]["added"]) == 18


def test_new_charter_passes_once_it_is_filled_in(overt: Overt, tmp_path: Path) -> None:
    """Before, it is refused, and each field that is left is named."""
    path = tmp_path / "new.toml"
    code, out, _ = overt("new", path)
    assert (code, out) == (0, f"{path}\n")
    text = path.read_text(encoding="utf-8")
    code, _, err = overt("check", path)
    assert code == 3
    assert set(re.findall(r"^(charter-[a-z-]+):", err, re.MULTILINE)) == {"charter-not-filled"}
    assert len(re.findall(r"^charter-not-filled", err, re.MULTILINE)) == len(re.findall(r'= "TODO', text))
    path.write_text(filled(text), encoding="utf-8")
    assert overt("check", path)[0] == 0


def test_next_charter_keeps_comments_and_names_the_one_before(overt: Overt, first: Path, tmp_path: Path) -> None:
    """Only its days are left to fill in."""
    first.write_text("# A comment\n" + first.read_text(encoding="utf-8"), encoding="utf-8")
    second, third = tmp_path / "charter-2.toml", tmp_path / "charter-3.toml"
    assert overt("new", second, "--after", first)[0] == 0
    text = second.read_text(encoding="utf-8")
    assert text.startswith("# A comment\n")
    assert "at least 28 days after its adoption" in text
    second.write_text(filled(text), encoding="utf-8")
    assert overt("check", first, second)[0] == 0
    assert overt("new", third, "--after", second)[0] == 0
    text = third.read_text(encoding="utf-8")
    third.write_text(
        filled(text).replace("2026-03-02", "2026-04-02").replace("2026-02-02", "2026-03-01", 1), encoding="utf-8"
    )
    assert overt("check", first, second, third)[0] == 0


def test_new_overwrites_nothing(overt: Overt, first: Path, tmp_path: Path) -> None:
    """A charter that is there stays as it is."""
    before = first.read_bytes()
    code, _, err = overt("new", first)
    assert code == 3
    assert "charter-file-there" in err
    assert first.read_bytes() == before
    code, _, err = overt("new", tmp_path / "no" / "folder.toml")
    assert code == 3
    assert "charter-unwritable" in err


def test_schema_is_printed(overt: Overt) -> None:
    """For editors."""
    code, out, _ = overt("schema")
    assert code == 0
    assert json.loads(out) == json_schema()
