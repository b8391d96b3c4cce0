"""What stands between a register and its tables is refused, and nothing is acknowledged that was written past it."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from overt.gate import Admitted, BulkRequest, Gate, Proposed, admit_bulk
from overt.refusals import Refusal
from overt.register import Register, check_register, erase
from tests.attempts import Count
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, entry, listing, open_register
from tests.gate.test_bulk import as_tables
from tests.register import attacker

LATER = NOW + dt.timedelta(hours=1)
WRITING = [name for name in attacker.ON_SQLITE if "trigger" in name and "undoes" not in name and "held" not in name]


@pytest.fixture
def database(new_database: NewDatabase) -> str:
    """A database of its own on the server."""
    return new_database()


@pytest.mark.parametrize("name", list(attacker.ON_SQLITE))
def test_sqlite_with_something_in_between_is_not_opened(
    gate: Gate, register: Register, name: str, attempts: Count
) -> None:
    """Whatever it is, opening says what stands there."""
    gate.admit(listing(1), "P1001", NOW)
    register.close()
    attacker.on_sqlite(register.folder, attacker.ON_SQLITE[name])
    with pytest.raises(Refusal, match="register-tables"):
        Register.open(register.folder)
    attempts("triggers, rules and views in a register's database", 1)


@pytest.mark.parametrize("name", WRITING)
def test_what_a_trigger_drops_is_not_acknowledged(gate: Gate, register: Register, name: str, attempts: Count) -> None:
    """It was put there after the register was opened: nothing is said to be admitted, and nothing is there."""
    before = register.size()
    attacker.on_sqlite(register.folder, attacker.ON_SQLITE[name])
    with pytest.raises(Refusal, match=r"register-tables|write-not-kept"):
        gate.admit(listing(1), "P1001", NOW)
    assert register.size() == before
    assert not list(register.versions("entry"))
    attempts("triggers, rules and views in a register's database", 1)


def test_what_is_written_is_read_back_by_itself(
    gate: Gate, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the look at the catalogue: rows that are dropped or changed are missed, one by one and in bulk."""
    monkeypatch.setattr(type(register.store), "guard", lambda _: [])
    for name in WRITING:
        if "copy" in name:
            continue
        attacker.on_sqlite(register.folder, attacker.ON_SQLITE[name])
        with pytest.raises(Refusal, match="write-not-kept"):
            gate.admit(listing(1), "P1001", NOW)
        attacker.on_sqlite(register.folder, ["drop trigger t"])
    attacker.on_sqlite(register.folder, attacker.ON_SQLITE["a trigger that drops what is held"])
    held = [
        Proposed(each.table, {**each.values, **({"source_grade": None} if each.table == "item" else {})}, bundle="b")
        for each in listing(1)
    ]
    with pytest.raises(Refusal, match="write-not-kept"):
        gate.admit(held, "P1001", NOW)
    attacker.on_sqlite(register.folder, ["drop trigger t"])
    assert all(isinstance(each, Admitted) for each in gate.admit(listing(1), "P1001", NOW))
    changed = {**entry(1).values, "grounds": "seen at the fight of inquiry 1 by two patrols"}
    trigger = "create trigger t before update on entry_version begin select raise(ignore); end"
    attacker.on_sqlite(register.folder, [trigger])
    with pytest.raises(Exception, match=r"write-not-kept|UNIQUE"):
        gate.admit([Proposed("entry", changed, "alter")], "P1001", LATER)


def test_bulk_reads_back_too(gate: Gate, register: Register, tmp_path: Path) -> None:
    """One row in a thousand that a trigger drops or changes stops the batch before it is committed."""
    before = register.size()
    source = as_tables(tmp_path / "legacy", [each for number in range(20) for each in listing(number)])
    trigger = (
        "create trigger t after insert on item_version when new.item_id = 'I7-1' begin"
        " delete from item_version where opened_seq = new.opened_seq; end"
    )
    attacker.on_sqlite(register.folder, [trigger])
    with pytest.raises(Refusal, match=r"register-tables|write-not-kept"):
        admit_bulk(gate, BulkRequest((source,), "P1001"), lambda: NOW)
    assert register.size() == before
    attacker.on_sqlite(register.folder, ["drop trigger t"])
    assert admit_bulk(gate, BulkRequest((source,), "P1001"), lambda: NOW).admitted == 80
    assert list(check_register(register)) == []


@pytest.mark.postgres
def test_postgres_with_something_in_between(
    tmp_path: Path, database: str, new_database: NewDatabase, attempts: Count
) -> None:
    """Opened before, nothing is acknowledged; opened after, it is refused."""
    folder = tmp_path / "alpha"
    with open_register(folder, database) as register:
        Gate(register).admit(listing(9), "P1001", NOW)
    settings = (folder / "register.toml").read_text()
    for name, statements in attacker.ON_POSTGRES.items():
        url = new_database(database)
        (folder / "register.toml").write_text(settings.replace(database, url))
        with Register.open(folder) as register:
            gate, before = Gate(register), register.size()
            attacker.on_postgres(url, statements)
            with pytest.raises(Refusal, match=r"register-tables|write-not-kept"):
                gate.admit(listing(1), "P1001", LATER)
            if "schema" not in name:
                assert register.size() == before, name
        with pytest.raises(Refusal, match="register-tables"):
            Register.open(folder)
        attempts("triggers, rules and views in a register's database", 2)


def test_an_entry_erased_twice_at_once_is_erased_once(gate: Gate, register: Register) -> None:
    """Of several programs that erase the same entry one does it, and the others are told."""
    gate.admit(listing(1), "P1001", NOW)
    _erase_at_once(register)


@pytest.mark.postgres
def test_an_entry_erased_twice_at_once_on_postgres(tmp_path: Path, database: str) -> None:
    """The same on a server."""
    with open_register(tmp_path / "alpha", database) as register:
        Gate(register).admit(listing(1), "P1001", NOW)
        _erase_at_once(register)


def _erase_at_once(register: Register, many: int = 4) -> None:
    together, said = threading.Barrier(many), []

    def one() -> None:
        with Register.open(register.folder) as mine:
            together.wait()
            try:
                said.append(erase(mine, "E1", "DPA 2018 s.47(1)", "P1001", LATER).kind)
            except Refusal as refusal:
                said.append(refusal.code)

    threads = [threading.Thread(target=one) for _ in range(many)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(said) == sorted(["entry and subject", *["entry-absent"] * (many - 1)])
    assert len(list(register.versions("erasure"))) == 1
    assert list(check_register(register)) == []
