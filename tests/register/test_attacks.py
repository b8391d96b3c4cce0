"""What somebody who can write in a register's folder may try; every change is found, or in a region that is named."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from overt.gate import Gate
from overt.ledger import ED25519, make_signer, publish, read_policy, write_key
from overt.refusals import Refusal
from overt.register import UNCOVERED, Register, RegisterLog, confirm, erase, examine
from tests.attempts import Count
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, ORIGIN, listing, open_register
from tests.register import intruder

AT = 1_700_000_000
GROUND = "DPA 2018 s.47(1)"
UNREAD_TABLES = {name for region in UNCOVERED for name in region.tables if "." not in name}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small register of invented people, two of them erased, whose log is published."""
    folder = tmp_path_factory.mktemp("whole") / "register"
    with open_register(folder) as register:
        gate = Gate(register)
        for number in (1, 2, 3):
            gate.admit(listing(number), "P1001", NOW + dt.timedelta(seconds=number))
        for number in (1, 2):
            erase(register, f"E{number}", GROUND, "P1001", NOW + dt.timedelta(hours=number))
        log = RegisterLog(register, NOW)
        signer = make_signer(ORIGIN, ED25519, b"7" * 32)
        write_key(log.next_key(), signer, "a synthetic passphrase", os.urandom)
        log.write_policy([signer.key])
        log.vouch()
        policy = read_policy(log.policy.read_bytes(), "policy")
        publish(log.leaves(), log.store, [signer], now=AT, state=log.state, documents=log.document, policy=policy)
    assert examine(folder, None, AT).discrepancies == ()
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return intruder.copy(whole, tmp_path / "register")


def found(folder: Path) -> str:
    """All that the check says, in one text."""
    return "\n".join(f"{each.seq} {each.table}: {each.found}" for each in examine(folder, None, AT).discrepancies)


def changed(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "register.sqlite", isolation_level=None) as connection:
        for each in statements:
            connection.execute(each)
    connection.close()


# --- erasures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["'X0'", "(select erasure_id from erased limit 1)"])
def test_a_forged_erasure_is_found(folder: Path, number: str) -> None:
    """Rows deleted, and their leaves put down as erased under an invented number, or under that of a real one."""
    with Register.open(folder) as register:
        (version,) = register.versions("entry")
    changed(
        folder,
        f"insert into erased values ({version.opened_seq}, {number})",
        f"delete from entry_version where opened_seq = {version.opened_seq}",
    )
    assert f"{version.opened_seq} erased: " in found(folder)


def test_a_row_closed_by_an_erased_leaf_is_found(folder: Path) -> None:
    """An entry cannot be hidden by saying that a leaf closed it that says nothing any more."""
    changed(
        folder,
        "update entry_version set closed_seq = (select max(seq) from erased),"
        " closed_at = (select recorded_at from leaf where seq = (select max(seq) from erased))",
    )
    assert "entry: closed" in found(folder)


def test_erasures_of_the_first_edition_are_bound_when_the_register_is_opened(folder: Path) -> None:
    """A record that names no leaves gets a second version that does; then the register is whole, and stays so."""
    with Register.open(folder, finish=False) as register:
        for version in list(register.versions("erasure")):
            old = type(version)(**{**version.__dict__, "values": {**version.values, "leaves": None}})
            register.store.run("update erasure_version set leaves = null where opened_seq = ?", (old.opened_seq,))
            register.store.run("update leaf set bytes = ? where seq = ?", (old.leaf(), old.opened_seq))
        before = register.size()
    with Register.open(folder) as register:
        assert register.size() == before + 2
        named = [each.values["leaves"] for each in register.versions("erasure", "x.closed_seq is null")]
        assert all(named)
    with Register.open(folder) as register:
        assert register.size() == before + 2
    assert "erased" not in found(folder)


# --- indexes --------------------------------------------------------------------------------------------------------


def test_an_entry_hidden_in_the_indexes_is_found(folder: Path) -> None:
    """Taken out of the index alone: look-up finds nothing, the table has it."""
    changed(
        folder,
        "create table kept as select sql from sqlite_schema where name = 'entry_current'",
        "pragma writable_schema = on",
        "update sqlite_schema set sql = replace(lower(sql), 'closed_seq is null', 'closed_seq < -1')"
        " where name = 'entry_current'",
        "pragma writable_schema = off",
    )
    changed(folder, "reindex entry_current")
    changed(
        folder,
        "pragma writable_schema = on",
        "update sqlite_schema set sql = (select sql from kept) where name = 'entry_current'",
        "pragma writable_schema = off",
    )
    changed(folder, "drop table kept")
    with sqlite3.connect(folder / "register.sqlite") as apart:
        rows = "select count(*) from entry_version {} where closed_seq is null"
        counts = [apart.execute(rows.format(way)).fetchone()[0] for way in ("not indexed", "indexed by entry_current")]
    assert counts[0] > counts[1] == 0
    assert "entry_current" in found(folder)


@pytest.mark.postgres
def test_an_entry_hidden_in_the_indexes_of_a_server_is_found(tmp_path: Path, new_database: NewDatabase) -> None:
    """The index is told to take no rows while one is written, and then that it has all."""
    import psycopg

    from overt.register import check_register

    address = new_database()
    with open_register(tmp_path / "alpha", address) as register, psycopg.connect(address, autocommit=True) as server:
        assert list(check_register(register)) == []
        state = "update pg_index set indisready = {0}, indisvalid = {0} where indexrelid = 'entry_current'::regclass"
        server.execute(state.format("false"))
        Gate(register).admit(listing(1), "P1001", NOW)
        server.execute(state.format("true"))
        assert any("entry_current" in each.found for each in check_register(register))


# --- lines ----------------------------------------------------------------------------------------------------------


def test_a_torn_line_does_not_swallow_the_next_erasure(folder: Path, tmp_path: Path) -> None:
    """Cut anywhere: it is a fault first, and the next erasure is whole and stands in a line of its own."""
    journal = folder / "erasures.jsonl"
    whole_file = journal.read_bytes()
    for cut in range(len(whole_file) - 60, len(whole_file) - 1, 7):
        work = intruder.copy(folder, tmp_path / "work")
        (work / "erasures.jsonl").write_bytes(whole_file[:cut])
        assert "cut short" in found(work)
        with Register.open(work) as register:
            made = erase(register, "E3", GROUND, "P1001", NOW + dt.timedelta(hours=3))
        assert made.as_line() in (work / "erasures.jsonl").read_bytes().split(b"\n")
        assert "erasures.jsonl" not in found(work)


def test_a_line_that_cannot_be_read_is_a_fault_and_can_be_repaired(folder: Path) -> None:
    """Nothing is opened on a journal that says who knows what; the records of erasures write it again."""
    journal = folder / "erasures.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0][:40] + b"".join(lines[1:]))
    assert "erasures.jsonl" in found(folder)
    with pytest.raises(Refusal, match="erasures-damaged"):
        Register.open(folder)
    assert confirm(folder) == ["erasures.jsonl"]
    assert found(folder) == ""
    assert (folder / "erasures.jsonl.damaged-1").is_file()


# --- files ----------------------------------------------------------------------------------------------------------


def test_what_is_published_was_rolled_back(whole: Path, folder: Path) -> None:
    """An older published folder behind a newer record of what was signed."""
    older = intruder.copy(folder / "public", folder.parent / "older")
    with Register.open(folder) as register:
        Gate(register).admit(listing(4), "P1001", NOW + dt.timedelta(days=1))
        log = RegisterLog(register, NOW)
        signer = make_signer(ORIGIN, ED25519, b"7" * 32)
        publish(log.leaves(), log.store, [signer], now=AT, state=log.state, documents=log.document)
    shutil.rmtree(folder / "public")
    shutil.copytree(older, folder / "public")
    assert "were signed" in found(folder)


def test_a_changed_setting_is_found_until_somebody_vouches_for_it(folder: Path) -> None:
    """Who may decide on holds is in no leaf; the database keeps how the file stood."""
    settings = folder / "register.toml"
    settings.write_text(settings.read_text().replace("P2001", "P6666"))
    assert "register.toml" in found(folder)
    assert confirm(folder) == ["register.toml"]
    assert found(folder) == ""


def _changes_nothing(attack: intruder.Attack, data: bytes, whole: Path, work: Path) -> bool:
    """Whether a change is in a region that is named: tables that are not covered, or bytes that say nothing."""
    if attack.path != "register.sqlite":
        return False
    path = work.with_name("changed.sqlite")
    path.write_bytes(data)
    before, after = intruder.content_of(whole / attack.path), intruder.content_of(path)
    if before is None or after is None:
        return False
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if differing == {"leaf"}:
        # The moment of a public leaf or an erased one: every other column is the same.
        here, there = ([tuple(row[:2] + row[3:]) for row in each["leaf"]] for each in (before, after))
        return here == there
    return differing <= UNREAD_TABLES


def _attack(whole: Path, work: Path, attack: intruder.Attack, data: bytes) -> bool:
    """Carries one change out; whether the check told of it. Anything but discrepancies and refusals is a failure."""
    intruder.copy(whole, work)
    (work / attack.path).write_bytes(data)
    try:
        return bool(examine(work, None, AT).discrepancies)
    except Refusal:
        return True


def _byte_changes(whole: Path, tmp_path: Path, count: int, attempts: Count, seed: int) -> None:
    tried: Counter[str] = Counter()
    missed = []
    work = tmp_path / "work"
    for attack, data in intruder.byte_changes(whole, count, seed):
        tried[intruder.kind_of(attack.path)] += 1
        if not _attack(whole, work, attack, data) and not _changes_nothing(attack, data, whole, work):
            missed.append(str(attack))
    for kind, number in tried.items():
        attempts(f"byte changes of a register: {kind}", number)
    assert missed == []


def test_changed_bytes_are_found(whole: Path, tmp_path: Path, attempts: Count) -> None:
    """Each kind of file as often as any other: found, or in a region that is named."""
    _byte_changes(whole, tmp_path, 165, attempts, 1)


@pytest.mark.slow
def test_two_thousand_changed_bytes_are_found(whole: Path, tmp_path: Path, attempts: Count) -> None:
    """The same with larger numbers."""
    _byte_changes(whole, tmp_path, 2_000, attempts, 2)


def test_cuts_additions_swaps_and_deletions_are_found(whole: Path, tmp_path: Path, attempts: Count) -> None:
    """Files cut short or made longer, in each other's place, or gone."""
    missed, work = [], tmp_path / "work"
    for attack, data in intruder.cuts_and_additions(whole, 60, 3):
        if not _attack(whole, work, attack, data):
            missed.append(str(attack))
    for attack, other in intruder.swaps(whole, 30, 4):
        intruder.copy(whole, work)
        (work / attack.path).write_bytes((whole / other).read_bytes())
        (work / other).write_bytes((whole / attack.path).read_bytes())
        if not found(work):
            missed.append(f"{attack}: {other}")
    paths = intruder.files_of(whole)
    for path in paths:
        intruder.copy(whole, work)
        (work / path).unlink()
        try:
            if not found(work):
                missed.append(f"{path} deleted")
        except Refusal:
            pass
    attempts("files of a register cut, lengthened, swapped or deleted", 90 + len(paths))
    assert missed == []
