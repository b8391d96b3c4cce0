"""An erasure beside a reader is finished by a retry that is promised and shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.gate import Gate
from overt.register import Register, check_register, erase, snapshot, unfinished_erasures
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, listing, open_register, pseudonym
from tests.register import attacker
from tests.waiting import MINUTES

LATER = NOW + dt.timedelta(hours=1)
MARK = "a most remarkable fight beside the canal of inquiry 1"
GONE = [MARK.encode(), pseudonym(1).encode()]


def run(*words: str) -> tuple[int, str]:
    """A command of overt: its exit status, and what it said."""
    done = CliRunner().invoke(command_line("register"), ["register", *words], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value or 0, done.output


@pytest.fixture
def folder(register: Register) -> Path:
    """A register with an entry that can be looked for."""
    Gate(register).admit(listing(1, grounds=MARK), "P1001", NOW)
    register.close()
    return register.folder


def test_what_a_reader_held_up_is_shown_and_finished_by_the_next_command(folder: Path) -> None:
    """Nothing is said to be done that is not, and nothing waits for long."""
    with Register.open(folder) as reader, Register.open(folder) as writer, reader.store.reading():
        reader.status()
        erased = erase(writer, "E1", "DPA 2018 s.47(1)", "P1001", LATER)
        assert erased.bytes_left > 0
        assert list(writer.versions("entry")) == []
        assert unfinished_erasures(writer) == [erased.erasure_id]
        assert erased.erasure_id in run("status", str(folder))[1]
        code, said = run("check", str(folder))
        assert (code, "is not finished" in said) == (1, True)
        assert "1 erasure is not finished" in run("tidy", str(folder))[1]
        # A snapshot that somebody makes meanwhile is not taken for one of the time before.
        snapshot(writer, LATER, folder / "snapshots" / "new")
        Register.open(folder).close()
        assert (folder / "snapshots" / "new").is_dir()
        assert attacker.files_with([folder], GONE)
    assert "No erased data is left in free space" in run("tidy", str(folder))[1]
    assert attacker.files_with([folder], GONE) == {}
    with Register.open(folder) as opened:
        assert unfinished_erasures(opened) == []
        assert list(check_register(opened)) == []
        assert len(list(opened.versions("erasure"))) == 1


def test_any_command_finishes_it(folder: Path) -> None:
    """Nobody has to know of `tidy`: whatever opens the register does it."""
    with Register.open(folder) as reader, Register.open(folder) as writer, reader.store.reading():
        reader.status()
        assert erase(writer, "E1", "DPA 2018 s.47(1)", "P1001", LATER).bytes_left
    assert run("status", str(folder))[0] == 0
    assert attacker.files_with([folder], GONE) == {}


@pytest.fixture
def server_register(tmp_path: Path, new_database: NewDatabase) -> Iterator[Register]:
    """The same on a server."""
    with open_register(tmp_path / "alpha", new_database()) as made:
        Gate(made).admit(listing(1, grounds=MARK), "P1001", NOW)
        yield made


@pytest.mark.postgres
@pytest.mark.parametrize("read", ["select count(*) from entry_version", "select count(*) from tally"])
def test_a_reader_on_a_server(server_register: Register, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that holds the table, and one that holds only a moment in which the rows were still there."""
    monkeypatch.setattr("overt.register._databases._PAUSE", MINUTES)
    with Register.open(server_register.folder) as reader:
        with reader.store.reading():
            reader.store.rows(read)
            erased = erase(server_register, "E1", "DPA 2018 s.47(1)", "P1001", LATER)
            assert erased.bytes_left > 0
            assert unfinished_erasures(server_register) == [erased.erasure_id]
        Register.open(server_register.folder).close()
        assert unfinished_erasures(server_register) == []
        assert list(check_register(server_register)) == []
