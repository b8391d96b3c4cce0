"""`overt release` and `overt answer` as a user meets them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from overt.publication import folder_of, snapshot_of
from tests.cli.test_commands import overt
from tests.gate.conftest import open_register
from tests.publication.conftest import EARLIER, FIRST, fill, release
from tests.waiting import MINUTES


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register with one published release."""
    folder = tmp_path_factory.mktemp("command") / "alpha"
    with open_register(folder) as register:
        fill(register, range(1, 31), EARLIER)
        release(register, FIRST)
        assert folder_of(register, "0001").is_dir()
        assert snapshot_of(register, "0001").is_dir()
    return folder


def test_verify_says_what_it_checked(home: Path) -> None:
    """As JSON for scripts: nothing disagrees, and no ledger was given."""
    done = overt("release", "verify", str(home / "releases/0001/site"), "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["mismatches"], found["leaf"]) == (0, [], None)


def test_verify_leaves_with_one_where_a_figure_differs(home: Path) -> None:
    """The page is named; the figure that was counted is not shown."""
    page = home / "releases/0001/site/people.html"
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b">30<", b">35<", 1))
    done = overt("release", "verify", str(page.parent), "--snapshot", str(home / "snapshots/release-0001"))
    page.write_bytes(whole)
    assert done.returncode == 1
    assert done.stdout.startswith("people.html: it is not what release.json makes\n")


def test_list_shows_who_approved(home: Path) -> None:
    """Author and approvers are the register's own matter, and are shown to its keeper."""
    rows = json.loads(overt("release", "list", str(home), "--json").stdout)
    assert [(row["release"], row["author"], row["approved_by"]) for row in rows] == [
        ("0001", "P1001", ["P2001", "P2002"])
    ]


def test_questions_are_listed() -> None:
    """The names that --question takes."""
    rows = json.loads(overt("answer", "questions", "--json").stdout)
    assert {"people", "categories", "ethnicity", "platform-requests", "spend"} <= {row["question"] for row in rows}


def test_findings_that_are_none_are_refused(home: Path, tmp_path: Path) -> None:
    """A file without verdicts is no audit."""
    (tmp_path / "findings.json").write_text("{}", encoding="utf-8")
    done = overt("release", "draft", str(home), "--by", "P1001", "--findings", str(tmp_path / "findings.json"))
    assert done.returncode == 3
    assert "release-findings" in done.stderr


def test_what_is_not_installed_is_named(tmp_path: Path) -> None:
    """Without scipy a release is refused, with the extra to install."""
    (tmp_path / "scipy.py").write_text("raise ModuleNotFoundError(name='scipy')\n", encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['overt', 'answer', 'questions']; "
        "from overt.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=MINUTES)
    assert done.returncode == 3
    assert "publication-needs-extra: overt: scipy is not installed" in done.stderr
