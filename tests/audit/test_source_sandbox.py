"""The connection that controls run on: nothing but the register can be reached from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.audits.source._sandbox import is_locked, open_locked, open_workshop
from tests.audit.sources import load, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a loaded source, a Parquet file of it, and a file that is none of ours."""
    pq.write_table(pa.table({"a": [1]}), tmp_path / "t.parquet")
    load(tmp_path / "t.parquet", tmp_path / "db")
    written(tmp_path, "secret.csv", "a\n1\n")
    with duckdb.connect(tmp_path / "other.duckdb") as connection:
        connection.execute("create table t (a int)")
    return tmp_path


@pytest.fixture
def locked(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked connection to it."""
    with open_locked(folder / "db", [folder / "t.parquet"], memory="256MiB", threads=1) as connection:
        yield connection


_FORBIDDEN = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv('{folder}/secret.csv')",
    "select * from '{folder}/secret.csv'",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_json('/proc/self/environ')",
    "select * from read_parquet('{folder}/other.parquet')",
    "select * from read_parquet('{folder}/*.parquet')",
    "select * from parquet_metadata('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from read_duckdb('{folder}/other.duckdb')",
    "copy (select 1) to '{folder}/out.csv'",
    "copy (select 1) to '{folder}/t.parquet'",
    "copy source.t to '/tmp/out.parquet'",
    "export database '{folder}/out'",
    "import database '{folder}/out'",
    "attach '{folder}/other.duckdb' as other",
    "attach '{folder}/new.duckdb' as other",
    "attach ':memory:' as other",
    "install httpfs",
    "load httpfs",
    "load '{folder}/x.duckdb_extension'",
    "force install json",
    "update extensions",
    "select * from 'https://example.org/x.parquet'",
    "select * from read_csv('http://127.0.0.1:1/x.csv')",
    "select * from read_parquet('s3://bucket/x.parquet')",
    "select * from sqlite_scan('{folder}/x.db', 't')",
    "create secret (type s3, key_id 'x')",
    "set threads = 4",
    "set memory_limit = '100GB'",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set allowed_paths = ['/etc/passwd']",
    "reset lock_configuration",
    "pragma enable_profiling = 'json'",
    "pragma profiling_output = '{folder}/out'",
    "create table t (a int)",
    "create table source.u as select 1 as a",
    "create view v as select 1 as a",
    "create schema s",
    "create macro f(x) as x",
    "create sequence s",
    "create type mood as enum ('a')",
    "insert into overt.source_account values ('x')",
    "update overt.source_account set account = 'x'",
    "delete from overt.source_account",
    "drop table overt.source_account",
    "drop view source.t",
    "alter table overt.source_account add column x int",
    "truncate overt.source_account",
    "comment on table overt.source_account is 'x'",
    "select getenv('HOME')",
    "select * from python_map_function()",
]


@pytest.mark.parametrize("statement", _FORBIDDEN)
def test_a_locked_connection_refuses(locked: duckdb.DuckDBPyConnection, folder: Path, statement: str) -> None:
    """Files, network, extensions, settings, and any change of the register."""
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(duckdb.Error):
        locked.execute(statement.format(folder=folder))
    assert sorted(path.name for path in folder.iterdir()) == before
    assert locked.execute("select a from source.t").fetchall() == [(1,)]


def test_a_locked_connection_sees_no_variables_of_the_program(locked: duckdb.DuckDBPyConnection) -> None:
    """DuckDB would read a table out of a Python variable of that name."""
    hidden = pa.table({"a": [1]})
    assert hidden.num_rows
    with pytest.raises(duckdb.Error):
        locked.execute("select * from hidden")


def test_a_locked_connection_can_work(folder: Path) -> None:
    """It sorts more than its memory, spilling where it was told."""
    (folder / "spill").mkdir()
    with open_locked(folder / "db", [], memory="100MiB", threads=1, temp=folder / "spill") as connection:
        found = connection.execute(
            "select count(distinct m) from (select md5(range::varchar) as m from range(600000) order by m)"
        ).fetchall()
    assert found == [(600_000,)]


def test_two_locked_connections_may_be_open_one_after_the_other(folder: Path) -> None:
    """Each has its own limits."""
    for threads in (1, 2):
        with open_locked(folder / "db", [], threads=threads) as connection:
            assert is_locked(connection)
            assert connection.execute("select current_setting('threads')").fetchall() == [(threads,)]


def test_a_workshop_writes_its_own_database_alone(folder: Path) -> None:
    """It is where a mapping is run, which is somebody's program too."""
    with open_workshop(folder / "db", [folder / "t.parquet"]) as connection:
        assert is_locked(connection)
        connection.execute("create table main.x as select * from t")
        assert connection.execute("select * from main.x").fetchall() == [(1,)]
        for statement in _FORBIDDEN[:35]:
            with pytest.raises(duckdb.Error):
                connection.execute(statement.format(folder=folder).replace("':memory:'", f"'{folder}/m.duckdb'"))


def test_an_ordinary_connection_is_not_locked(folder: Path) -> None:
    """What is to be run on a locked one can tell."""
    with duckdb.connect(folder / "db", read_only=True) as connection:
        assert not is_locked(connection)
