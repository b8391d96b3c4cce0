"""After an erasure PostgreSQL has nothing of the person: not in tables, indexes, samples of values or its log."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from overt.gate import Gate
from overt.register import Register, check_register, erase, finish_erasures, unfinished_erasures
from tests.attempts import Count
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, listing, open_register, pseudonym
from tests.register import attacker
from tests.waiting import MINUTES, until

pytestmark = pytest.mark.postgres
LATER = NOW + dt.timedelta(hours=1)
NUMBERS = itertools.count()


def mark(number: int) -> str:
    """Grounds that can be looked for."""
    return f"a most remarkable fight beside canal number {number:04} of inquiry {number}"


@pytest.fixture
def server(postgres_url: str) -> Iterator[psycopg.Connection[tuple[str, ...]]]:
    """A connection of the server's keeper."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def register(tmp_path: Path, new_database: NewDatabase) -> Iterator[Register]:
    """A register with entries of which PostgreSQL would keep samples."""
    # The whole server is searched, so that no two registers on it may speak of the same people.
    first = 1_000 * next(NUMBERS) + 1
    with open_register(tmp_path / "alpha", new_database()) as made:
        gate = Gate(made)
        for number in range(first, first + 5):
            gate.admit(listing(number, grounds=mark(number)), "P1001", NOW + dt.timedelta(seconds=number - first))
        yield made


def gone(number: int) -> list[bytes]:
    """What must not be found of an entry."""
    return [mark(number).encode(), pseudonym(number).encode(), f"SRC{number}-0".encode()]


def first_of(register: Register) -> int:
    """The number of the first entry."""
    return min(int(str(each.values["entry_id"])[1:]) for each in register.versions("entry"))


def settle(server: psycopg.Connection[tuple[str, ...]]) -> Path:
    """Follows docs/guides/keep-a-register.md: the write-ahead log is switched, and its old files are removed."""
    # A file that is renamed for later use keeps what it held.
    server.execute("alter system set wal_recycle = off")
    server.execute("select pg_reload_conf()")
    for _ in range(3):
        server.execute("select pg_switch_wal()")
        server.execute("checkpoint")
    ((folder,),) = server.execute("show data_directory").fetchall()
    return Path(folder)


def test_no_samples_are_kept(register: Register) -> None:
    """Neither by the server's own analysis nor by one that somebody orders."""
    register.store.run("analyze")
    sampled = (
        "select tablename, attname from pg_stats where tablename like '%\\_version' and tablename <> 'alembic_version'"
    )
    kept = {str(row[1]) for row in register.store.rows(sampled)}
    assert kept <= {"opened_seq", "closed_seq", "change"}


def test_nothing_is_left_in_the_folder_of_the_server(
    register: Register, server: psycopg.Connection[tuple[str, ...]], attempts: Count
) -> None:
    """Every file is searched, the write-ahead log included; before the erasure the same search finds it."""
    register.store.run("analyze")
    one, folder = first_of(register), settle(server)
    assert set(attacker.files_with([folder / "base"], gone(one))) == {each.decode() for each in gone(one)}
    erased(register, one)
    folder = settle(server)
    assert attacker.files_with([folder], gone(one)) == {}
    assert set(attacker.files_with([folder], gone(one + 1))) == {each.decode() for each in gone(one + 1)}
    assert list(check_register(register)) == []
    attempts("files of a PostgreSQL server searched after an erasure", sum(1 for _ in folder.rglob("*")))


COLUMNS = ("grounds", "entry_id", "subject_id")
SAMPLE = (
    *(f"alter table entry_version alter column {name} set statistics 100" for name in COLUMNS),
    "analyze entry_version",
)
SAMPLED = "select count(*) from pg_stats where histogram_bounds::text like '%remarkable%'"


def erased(register: Register, number: int) -> None:
    """Erases an entry, and again while the server's own work holds a moment in which its rows were there."""
    if erase(register, f"E{number}", "DPA 2018 s.47(1)", "P1001", LATER).bytes_left:
        until(lambda: finish_erasures(register) == [], "the erasure is finished")
    assert unfinished_erasures(register) == []


def test_samples_of_an_earlier_edition_are_forgotten(
    register: Register, server: psycopg.Connection[tuple[str, ...]]
) -> None:
    """A register that was sampled already, or whose keeper switched the samples on again, loses them."""
    one, url, folder = first_of(register), register.settings.database, register.folder
    attacker.on_postgres(url, SAMPLE)
    assert register.store.rows(SAMPLED)[0][0] == 1
    erased(register, one)
    assert register.store.rows(SAMPLED)[0][0] == 0
    assert attacker.files_with([settle(server)], gone(one)) == {}
    attacker.on_postgres(url, SAMPLE)
    with Register.open(folder) as opened:
        assert opened.store.rows(SAMPLED)[0][0] == 0
        assert [each.values["entry_id"] for each in opened.versions("entry")] == [
            f"E{one + more}" for more in range(1, 5)
        ]


def test_samples_that_a_moment_keeps_alive_are_not_said_to_be_gone(
    register: Register, server: psycopg.Connection[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that reads nothing of the register, as the server's own upkeep, keeps them in their pages."""
    monkeypatch.setattr("overt.register._databases._PAUSE", MINUTES)
    one, url, folder = first_of(register), register.settings.database, register.folder
    attacker.on_postgres(url, SAMPLE)
    # As when the register was opened beside it: the samples are gone from view before anything is erased.
    with psycopg.connect(url) as other:
        other.execute("set transaction isolation level repeatable read")
        other.execute("select 1")
        Register.open(folder).close()
        assert register.store.rows(SAMPLED)[0][0] == 0
        erasure = erase(register, f"E{one}", "DPA 2018 s.47(1)", "P1001", LATER)
        assert erasure.bytes_left > 0
        # The tables of the register are let go, and the catalogue's are not.
        assert unfinished_erasures(register) == [erasure.erasure_id]
        Register.open(folder).close()
        assert unfinished_erasures(register) == [erasure.erasure_id]
        assert mark(one) in attacker.files_with([settle(server)], gone(one))
    until(lambda: finish_erasures(register) == [], "the erasure is finished")
    assert attacker.files_with([settle(server)], gone(one)) == {}


def test_a_moment_that_ends_soon_is_waited_for(register: Register) -> None:
    """As long as an erasure has patience."""
    with psycopg.connect(register.settings.database) as other:
        other.execute("set transaction isolation level repeatable read")
        other.execute("select 1")
        end = threading.Timer(0.3, other.rollback)
        end.start()
        assert erase(register, f"E{first_of(register)}", "DPA 2018 s.47(1)", "P1001", LATER).bytes_left == 0
        end.join()


@pytest.mark.parametrize(
    "planned",
    [
        "create statistics of_two (mcv) on grounds, entry_id from entry_version",
        "create statistics of_one on (lower(grounds)) from entry_version",
        "create index in_small_letters on entry_version ((lower(grounds)))",
    ],
)
def test_samples_of_what_was_planned_with_are_forgotten(
    register: Register, server: psycopg.Connection[tuple[str, ...]], planned: str
) -> None:
    """Those of several columns together, and of expressions."""
    one, url = first_of(register), register.settings.database
    attacker.on_postgres(url, [*SAMPLE[:-1], planned, SAMPLE[-1]])
    values = "select (select count(*) from pg_stats where tablename = 'in_small_letters') + (select count(*) from"
    sampled = f"{values} pg_statistic_ext_data where stxdmcv is not null or stxdexpr is not null)"
    assert register.store.rows(sampled)[0][0] == 1
    erased(register, one)
    assert register.store.rows(sampled)[0][0] == 0
    assert attacker.files_with([settle(server)], [*gone(one), mark(one).lower().encode()]) == {}


def test_what_a_role_may_not_write_anew_is_not_said_to_be_gone(
    register: Register, server: psycopg.Connection[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL passes over its catalogue with a warning, where somebody else owns the database."""
    monkeypatch.setattr("overt.register._databases._PAUSE", MINUTES)
    url = register.settings.database
    attacker.on_postgres(url, SAMPLE)
    tables = [str(row[0]) for row in register.store.rows("select relname from pg_class where relkind in ('r', 'v')"
              " and relnamespace = 'public'::regnamespace")]  # fmt: skip
    keeper = f"keeper_{next(NUMBERS)}"
    attacker.on_postgres(url, [f"create role {keeper} login", f"grant all on schema public to {keeper}",
                               *(f'alter table "{name}" owner to {keeper}' for name in tables)])  # fmt: skip
    toml = register.folder / "register.toml"
    toml.write_text(toml.read_text().replace("//overt@", f"//{keeper}@"))
    with Register.open(register.folder) as opened:
        erasure = erase(opened, f"E{first_of(opened)}", "DPA 2018 s.47(1)", "P1001", LATER)
        assert erasure.bytes_left > 0
        assert unfinished_erasures(opened) == [erasure.erasure_id]
    # The owner of the database finishes it.
    erased_by_owner = finish_erasures(register)
    assert erased_by_owner == [erasure.erasure_id]
    assert unfinished_erasures(register) == []
