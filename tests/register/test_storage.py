"""A disk that is full or closed, and a database that is missing or damaged: a refusal that says what to do.

Each command runs as its own main program, in a process of its own, so that limits and permissions are the system's.
"""

from __future__ import annotations

import io
import json
import os
import pwd
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from overt.cli import main
from overt.gate import Gate
from overt.register import Register
from tests.attempts import Count
from tests.gate.conftest import NOW, listing, open_register
from tests.gate.test_bulk import as_tables

KIND = "commands on a disk or database that fails"
REGISTER = {
    "status": "register status {0}",
    "check": "register check {0}",
    "history": "register history {0} entry E1",
    "snapshot": "register snapshot {0} --out {1}/snapshot",
    "backup": "register backup {0} --out {1}/backup",
    "erase": "register erase {0} --entry E1 --ground ground --by P1001 --yes",
    "tidy": "register tidy {0}",
    "clock": "register clock {0}",
    "admit": "admit {0} {1}/more.jsonl --by P1001",
    "bulk": "admit --bulk {0} {1}/legacy --by P1001",
    "waiting": "admit waiting {0}",
    "audit": "audit {0} --as-of 2021-09-03 --out {1}/result --quiet --control OV-02",
    "publish": "ledger publish {0}",
    "rights": "rights list {0}",
    "recalls": "rights recalls {0}",
    "release": "release list {0}",
}
# Those that write as much as a disk can be full of.
WRITING = ("snapshot", "backup", "erase", "admit", "bulk", "audit")


class Case:
    """A register in a folder that others can enter, and a place beside it for what commands write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.register = folder / "alpha"

    def run(self, words: str, *, limit: int | None = None, closed: bool = False) -> tuple[int, str]:
        """The exit status of a command and what it said; `limit` is how large a file may grow.

        `closed` runs it as somebody whom the permissions of files hold back, which root is not.
        """
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._become(writing, limit, closed=closed)
            self._command(words.format(self.register, self.folder).split())
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            said = stream.read().decode()
        _, status = os.waitpid(child, 0)
        assert os.WIFEXITED(status), said
        return os.WEXITSTATUS(status), said

    def _become(self, writing: int, limit: int | None, *, closed: bool) -> None:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0, closefd=False), write_through=True)
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", 0, closefd=False), write_through=True)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if closed and os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)

    def _command(self, words: list[str]) -> None:
        from overt.cli import _output

        code = 70
        sys.argv = ["overt", *words]
        _output.talk.file = sys.stderr
        try:
            main()
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            os._exit(code)

    def files(self) -> dict[str, int]:
        """What lies in the register's folder."""
        return {str(path.relative_to(self.register)): path.stat().st_size for path in self.register.rglob("*")}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with one entry, and records to be admitted."""
    folder = tmp_path_factory.mktemp("storage")
    with open_register(folder / "alpha") as register:
        Gate(register).admit(listing(1), "P1001", NOW)
    lines = [
        json.dumps({"table": each.table, "values": dict(each.values), "bundle": each.bundle})
        for number in range(100, 130)
        for each in listing(number)
    ]
    (folder / "more.jsonl").write_text("\n".join(lines) + "\n")
    as_tables(folder / "legacy", [each for number in range(20, 60) for each in listing(number)])
    return folder


@pytest.fixture
def case(template: Path) -> Iterator[Case]:
    """A copy of it, which belongs to whoever runs commands there."""
    folder = Path(tempfile.mkdtemp(prefix="overt-storage-"))
    shutil.copytree(template, folder, dirs_exist_ok=True)
    folder.chmod(0o755)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    yield Case(folder)
    shutil.rmtree(folder, ignore_errors=True)


def refused(answer: tuple[int, str], *codes: str) -> None:
    """It was refused with one of these codes, what to do is said, and there is no traceback."""
    status, said = answer
    assert status == 3, answer
    assert any(code in said for code in codes), said
    assert "To fix" in said or "Expected" in said
    assert "Traceback" not in said
    assert "internal error" not in said


def is_absent(case: Case) -> None:
    """Somebody has deleted the database, with what SQLite puts beside it."""
    for path in case.register.glob("register.sqlite*"):
        path.unlink()


def is_empty(case: Case) -> None:
    """A disk that was full when it was copied."""
    is_absent(case)
    (case.register / "register.sqlite").touch(mode=0o666)


def is_cut(case: Case) -> None:
    """It was copied by half."""
    data = (case.register / "register.sqlite").read_bytes()
    (case.register / "register.sqlite").write_bytes(data[: len(data) // 2])


def is_garbage(case: Case) -> None:
    """It is another file."""
    (case.register / "register.sqlite").write_bytes(b"not a database at all, " * 1_000)


def is_another_database(case: Case) -> None:
    """It is a database of something else."""
    import sqlite3

    is_absent(case)
    with sqlite3.connect(case.register / "register.sqlite") as other:
        other.execute("create table other (a text)")
    other.close()
    (case.register / "register.sqlite").chmod(0o666)


def is_overwritten(case: Case) -> None:
    """Pages in its middle were lost."""
    with (case.register / "register.sqlite").open("r+b") as stream:
        stream.seek(8_192)
        stream.write(bytes(400_000))


DAMAGE: dict[Callable[[Case], None], tuple[str, ...]] = {
    is_absent: ("register-database-absent",),
    is_empty: ("register-damaged",),
    is_cut: ("register-damaged",),
    is_garbage: ("register-damaged",),
    is_another_database: ("register-database-absent",),
    is_overwritten: ("register-damaged", "register-tables"),
}


@pytest.mark.parametrize("damage", list(DAMAGE), ids=lambda each: each.__name__)
def test_a_database_that_is_missing_or_damaged(case: Case, damage: Callable[[Case], None], attempts: Count) -> None:
    """Every command refuses, and nothing is made where something should be."""
    damage(case)
    before = case.files()
    names = list(REGISTER) if damage is is_absent else ["status", "admit", "backup"]
    for name in names:
        answer = case.run(REGISTER[name])
        if name == "check":
            # It lists every fault, and this is one.
            assert answer[0] == 1, answer
            assert "register.sqlite" in answer[1]
        else:
            refused(answer, *DAMAGE[damage])
        assert case.files().keys() <= before.keys(), name
    assert not (case.folder / "backup").exists()
    attempts(KIND, len(names))


@pytest.mark.parametrize("name", WRITING)
def test_a_disk_that_is_full(case: Case, name: str, attempts: Count) -> None:
    """What does not fit is not there, what was there is whole, and with room the same command does its work."""
    sizes = [path.stat().st_size for path in case.register.rglob("*") if path.is_file()]
    limits = (4_096, 40_000, max(sizes) - 100) if name not in ("bulk", "audit") else (40_000,)
    times = 0
    for limit in limits:
        answer = case.run(REGISTER[name], limit=limit)
        if answer[0] not in (0, 1):
            refused(answer, "disk-full", "storage-failed", "results-not-written")
            times += 1
            assert not (case.folder / name).exists()
        shutil.rmtree(case.folder / name, ignore_errors=True)
    assert times
    attempts(KIND, len(limits))
    status, said = case.run(REGISTER["check"])
    # An erasure that was begun is promised, and shown until it is finished.
    assert status == 0 or (name == "erase" and "opening the register" in said), said
    status, said = case.run(REGISTER[name])
    # An audit finds what it finds, and an erasure may have been finished by the command before.
    assert status in (0, 1) or (name == "erase" and "entry-absent" in said), said
    status, said = case.run(REGISTER["check"])
    assert status == 0, said


@pytest.mark.parametrize("what", ["folder", "database", "settings"])
def test_what_may_not_be_read_or_written(case: Case, what: str, attempts: Count) -> None:
    """A folder that is mounted read-only looks the same to whoever may not write there."""
    if what == "folder":
        for path in case.register.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        case.register.chmod(0o555)
    elif what == "database":
        (case.register / "register.sqlite").chmod(0)
    else:
        (case.register / "register.toml").chmod(0)
    names = ("status", "admit", "bulk", "erase", "backup")
    for name in names:
        answer = case.run(REGISTER[name], closed=True)
        if not (what == "folder" and name in ("status", "backup") and answer[0] == 0):
            refused(answer, "storage-forbidden")
    attempts(KIND, len(names))


def test_settings_that_are_no_settings(case: Case) -> None:
    """A folder, or bytes, in the place of register.toml."""
    (case.register / "register.toml").write_bytes(b"\xff\xfe\x00")
    refused(case.run(REGISTER["status"]), "register-settings")
    (case.register / "register.toml").unlink()
    (case.register / "register.toml").mkdir()
    refused(case.run(REGISTER["status"]), "register-absent")


def test_places_that_cannot_be_written(case: Case, attempts: Count) -> None:
    """The folder for results lies under a file, is full, or may not be written."""
    (case.folder / "file").write_text("a file")
    (case.folder / "file").chmod(0o444)
    (case.folder / "closed").mkdir(mode=0o555)
    places = {
        "register snapshot {0} --out {1}/file/snapshot": False,
        "register backup {0} --out {1}/file/backup": False,
        "audit {0} --as-of 2021-09-03 --out {1}/file/result --quiet --control OV-02": False,
        "ledger key new {1}/file/a.key --name a.example --passphrase-file {1}/more.jsonl": False,
        "register init {1}/file/beta --charter examples/alpha/charters/1-2020-09-03.toml --by P1001": False,
        "register snapshot {0} --out {1}/closed/snapshot": True,
        "register init {1}/closed/beta --charter examples/alpha/charters/1-2020-09-03.toml --by P1001": True,
        "synth gangs-matrix --out {1}/file/synth": False,
        "pack new {1}/file/pack": False,
        "charter new {1}/file/charter.toml": False,
    }
    for words, is_closed in places.items():
        answer = case.run(words, closed=is_closed)
        assert answer[0] == 3, (words, answer)
        assert "internal error" not in answer[1], (words, answer)
    attempts(KIND, len(places))


def test_a_log_that_is_missing_is_not_made(case: Case, attempts: Count) -> None:
    """Reading or publishing a log makes none."""
    commands = (
        "ledger check {1}/nolog --key a.example+00000000+AA==",
        "ledger publish {1}/nolog",
        "ledger receipt {1}/nolog 0",
        "ledger verify {1}/nolog/receipt --policy {1}/nolog/policy",
        "ledger watch {1}/nolog --state {1}/state",
    )
    for words in commands:
        answer = case.run(words)
        assert answer[0] == 3, (words, answer)
        assert "internal error" not in answer[1], (words, answer)
        assert not (case.folder / "nolog").exists(), words
    attempts(KIND, len(commands))


def test_a_full_standard_output(case: Case) -> None:
    """A result that could not be written to its end is none."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no full device")
    child = os.fork()
    if child == 0:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        os.dup2(os.open(case.folder / "said", os.O_WRONLY | os.O_CREAT, 0o600), 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False))
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", 0, closefd=False), write_through=True)
        case._command(["model"])
    _, status = os.waitpid(child, 0)
    assert os.WEXITSTATUS(status) == 3
    assert "disk-full" in (case.folder / "said").read_text()


def test_a_register_on_a_full_disk_is_not_begun(case: Case) -> None:
    """What was begun is cleared away, so that the same command works when there is room."""
    words = "register init {1}/beta --charter examples/alpha/charters/1-2020-09-03.toml --by P1001"
    refused(case.run(words, limit=20_000), "disk-full", "storage-failed")
    assert not (case.folder / "beta").exists()
    assert case.run(words)[0] == 0
    with Register.open(case.folder / "beta") as opened:
        assert opened.size() > 0
