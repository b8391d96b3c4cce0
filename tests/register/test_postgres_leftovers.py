"""After an erasure PostgreSQL has nothing of the person: not in tables, indexes, samples of values or its log."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from overt.gate import Gate
from overt.register import Register, check_register, erase
from tests.attempts import Count
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, listing, open_register, pseudonym
from tests.register import attacker

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
            gate.admit(listing(number, grounds=mark(number)), "P1001", NOW + dt.timedelta(seconds=number))
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
    erase(register, f"E{one}", "DPA 2018 s.47(1)", "P1001", LATER)
    folder = settle(server)
    assert attacker.files_with([folder], gone(one)) == {}
    assert set(attacker.files_with([folder], gone(one + 1))) == {each.decode() for each in gone(one + 1)}
    assert list(check_register(register)) == []
    attempts("files of a PostgreSQL server searched after an erasure", sum(1 for _ in folder.rglob("*")))


def test_samples_of_an_earlier_edition_are_forgotten(
    register: Register, server: psycopg.Connection[tuple[str, ...]]
) -> None:
    """A register that was sampled already, or whose keeper switched the samples on again, loses them."""
    one, url, folder = first_of(register), register.settings.database, register.folder
    columns = ("grounds", "entry_id", "subject_id")
    again = [f"alter table entry_version alter column {name} set statistics 100" for name in columns]
    attacker.on_postgres(url, [*again, "analyze entry_version"])
    sampled = "select count(*) from pg_stats where histogram_bounds::text like '%remarkable%'"
    assert register.store.rows(sampled)[0][0] == 1
    erase(register, f"E{one}", "DPA 2018 s.47(1)", "P1001", LATER)
    assert register.store.rows(sampled)[0][0] == 0
    assert attacker.files_with([settle(server)], gone(one)) == {}
    attacker.on_postgres(url, [*again, "analyze entry_version"])
    with Register.open(folder) as opened:
        assert opened.store.rows(sampled)[0][0] == 0
        assert [each.values["entry_id"] for each in opened.versions("entry")] == [
            f"E{one + more}" for more in range(1, 5)
        ]
