"""`overt verify` on what is published: a folder, a web server, a portal; in a plain install, with what it remembers."""

from __future__ import annotations

import datetime as dt
import functools
import html.parser
import http.server
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from overt.register import Register
from overt.verification import collect, source_of, verify_published
from overt.web.portal import PortalConfig, portal
from tests.command import overt
from tests.waiting import MINUTES
from tests.web.provider import free_port, listening

NOW = dt.datetime(2024, 9, 4, 9, 30, tzinfo=dt.UTC)
PARTS = [
    "policy", "ledger", "growth", "witnesses", "charters", "packs", "releases", "corrections", "answers", "audits",
    "records", "list",
]  # fmt: skip
# What a plain install does not have.
EXTRAS = ("scipy", "numpy", "highspy", "holidays", "starlette", "httpx", "opendp", "typst")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder behind a plain web server on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_all_that_the_demonstration_publishes_agrees(demonstration: Path, tmp_path: Path) -> None:
    """Every part is there, each agrees, and the page, the text and the JSON say the same."""
    published, page = demonstration / "published", tmp_path / "verification.html"
    words = ("verify", published, "--policy", demonstration / "policy", "--html", page)
    done = overt(*words, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["judgement"], said["synthetic"]) == ("holds", True)
    assert [part["part"] for part in said["parts"]] == PARTS
    assert all(part["agrees"] for part in said["parts"])
    assert [one["name"] for one in said["ledger"]["witnesses"]] == ["ombudsman", "university"]
    changed = next(part for part in said["parts"] if part["part"] == "charters")["news"]
    assert "    Categories: 16 → 34" in changed
    text = " ".join(overt(*words).stdout.split())
    seen = " ".join(_Words.of(page).split())
    for sentence in [*said["admits"], *said["could_still_be_hidden"], *said["parts"][1]["holds"]]:
        assert " ".join(sentence.split()) in text
        assert " ".join(sentence.split()) in seen
    assert "everything that could be checked agrees" in text


class _Words(html.parser.HTMLParser):
    """The words of a page, which may hold neither a script nor anything of another host."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    @classmethod
    def of(cls, page: Path) -> str:
        reading = cls()
        reading.feed(page.read_text(encoding="utf-8"))
        return " ".join(reading.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        assert not {"src", "href"} & {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_what_the_register_admits_is_repeated(folder: Path) -> None:
    """Recalls that nobody confirmed come from the newest release; an open request that is late, from the list."""
    path = folder / "published.json"
    index = json.loads(path.read_text())
    late = {"number": "0002", "received_on": "2024-07-01", "due_on": "2024-07-29", "sent_on": None, "digest": None}
    index["answers"].append(late)
    path.write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    result = verify_published(source_of(str(folder)), None, NOW)
    assert result.exit_code == 0
    assert any("bodies not confirmed and overdue" in sentence and ": 3," in sentence for sentence in result.admits)
    assert "Request 0002, received on 1 July 2024, was due on 29 July 2024 and is open." in result.admits


def test_a_policy_from_the_register_itself_is_said_to_prove_little(folder: Path, tmp_path: Path) -> None:
    """Without a policy of one's own, the first one is believed, said so, and remembered: another later is named."""
    state = tmp_path / "seen"
    first = verify_published(source_of(str(folder)), None, NOW, state=state)
    assert any("comes from the same place" in sentence for sentence in first.unchecked)
    assert any("Who signs" in sentence for sentence in first.hidden)
    policy = folder / "verify" / "policy"
    policy.write_text(policy.read_text().replace("quorum both", "quorum none"))
    again = verify_published(source_of(str(folder)), None, NOW, state=state)
    assert [one.where for _, one in again.contradictions()] == ["verify/policy"]


def test_what_cannot_be_read_is_no_contradiction(folder: Path) -> None:
    """No checkpoint, no list that can be read, nobody at an address: status 2, and it is said what was not read."""
    (folder / "ledger" / "checkpoint").unlink()
    done = overt("verify", folder)
    assert done.returncode == 2
    assert "NOT READ checkpoint: there is no checkpoint" in done.stdout
    done = overt("verify", f"http://127.0.0.1:{free_port()}", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["judgement"] == "unread"
    assert overt("verify", folder / "nowhere").returncode == 3


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', "{" * 2000, '{"format": 1, "answers": [{"number": 3}]}'])
def test_a_list_that_is_none_is_named(folder: Path, text: str) -> None:
    """Whatever stands in published.json, the rest is verified."""
    (folder / "published.json").write_text(text)
    result = verify_published(source_of(str(folder)), None, NOW)
    assert next(one.where for _, one in result.contradictions()) == "published.json"
    assert next(part for part in result.parts if part.name == "releases").agrees


def test_a_web_server_can_be_verified(folder: Path, tmp_path: Path) -> None:
    """The same folder at an address agrees; a release taken from it is named there too."""
    with served(folder) as address:
        done = overt("verify", address, "--state", tmp_path / "seen")
        assert done.returncode == 0, done.stdout
        assert "Pages that only others are shown" in done.stdout
        shutil.rmtree(folder / "figures" / "0002")
        done = overt("verify", address, "--state", tmp_path / "seen")
    assert done.returncode == 1
    assert "CONTRADICTION figures/0002" in done.stdout
    assert "only grew" in done.stdout


def test_the_portal_gives_the_command_that_verifies_it(demonstration: Path, tmp_path: Path) -> None:
    """The page "Check it yourself" shows one command for everything; run as it stands, all of the portal agrees."""
    alpha, port = tmp_path / "alpha", free_port()
    shutil.copytree(demonstration, alpha)
    config = PortalConfig(
        address=f"http://127.0.0.1:{port}", hosts=("127.0.0.1",), secure=False, synthetic=True, people=(),
        ledger=alpha / "ledger", policy=alpha / "policy",
    )  # fmt: skip
    with listening(portal(alpha / "register", config, lambda: NOW), port):
        import urllib.request

        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/verify").read().decode()
        command = next(line for line in page.split("<") if "overt verify" in line).partition(">")[2].strip()
        assert command == f"overt verify http://127.0.0.1:{port} --policy policy --state seen"
        policy = urllib.request.urlopen(f"http://127.0.0.1:{port}/verify/policy").read()
        (tmp_path / "policy").write_bytes(policy)
        done = overt(*command.split()[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Releases: 3, with" in done.stdout
    assert "Records: 3, in 10 files" in done.stdout


def test_a_plain_install_verifies(demonstration: Path) -> None:
    """Nothing that only an extra brings is needed."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({EXTRAS!r})); "
        f"sys.argv = ['overt', 'verify', {str(demonstration / 'published')!r}, '-q']; "
        "from overt.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=MINUTES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_ledger_does_not_name_yet_is_not_collected(demonstration: Path, tmp_path: Path) -> None:
    """The folder is what is published: beside an older ledger, it has the charters alone."""
    alpha = tmp_path / "alpha"
    shutil.copytree(demonstration, alpha)
    from tests.verification.keeper import sign_again

    older = tmp_path / "older"
    shutil.copytree(alpha / "published", older)
    sign_again(older, lambda entries: entries[:9216])
    with Register.open(alpha / "register") as register:
        index = collect(register, older / "ledger", alpha / "policy", tmp_path / "out", NOW.date())
    assert (len(index.charters), index.releases, index.records) == (2, (), ())
    assert [row.digest for row in index.answers] == [None]
    assert verify_published(source_of(str(tmp_path / "out")), None, NOW).exit_code == 0


def test_a_register_is_collected_by_command(demonstration: Path, tmp_path: Path) -> None:
    """`overt release collect` writes the folder that was verified, and no other over it."""
    places = ("--ledger", demonstration / "ledger", "--policy", demonstration / "policy")
    done = overt("release", "collect", demonstration / "register", "--out", tmp_path / "out", *places)
    assert done.returncode == 0, done.stderr
    assert "charters 2, releases 3, requests 1" in done.stdout
    again = overt("release", "collect", demonstration / "register", "--out", tmp_path / "out", *places)
    assert (again.returncode, "out-not-empty" in again.stderr) == (3, True)
