"""SQLite, DuckDB and PostgreSQL: tables are copied; what is no table is told of."""

from __future__ import annotations

import datetime as dt
import sqlite3
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from overt.audits.source._account import Limits
from overt.audits.source._servers import shown_url
from overt.audits.source._source import load_source
from overt.refusals import Refusal
from tests.audit.sources import load, refusal_of, refused, rows


def _sqlite(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    return path


def _duckdb(path: Path, script: str) -> Path:
    with duckdb.connect(path) as database:
        database.execute(script)
    return path


def test_sqlite_tables_are_copied_with_their_types(tmp_path: Path) -> None:
    """A column has the type that all its values have; else it is text, and that is told."""
    path = _sqlite(
        tmp_path / "x.sqlite",
        "create table people (id integer, name text, score real, mixed, blank, raw blob);"
        "insert into people values (1, 'A', 1.5, 7, null, x'0102'), (2, 'Zoë', 2, 'seven', null, null);"
        "create table empty (a, b);",
    )
    account = load(path, tmp_path / "db")
    assert account.kind == "sqlite"
    people = account.by_name["people"]
    assert dict(people.columns) == {
        "id": "BIGINT",
        "name": "VARCHAR",
        "score": "DOUBLE",
        "mixed": "VARCHAR",
        "blank": "VARCHAR",
        "raw": "BLOB",
    }
    assert rows(tmp_path / "db", "people") == [
        (1, "A", 1.5, "7", None, b"\x01\x02"),
        (2, "Zoë", 2.0, "seven", None, None),
    ]
    assert account.by_name["empty"].rows == 0
    assert account.notes == ("x.sqlite, table “people”, column D: values of several types; all were read as text",)


def test_views_and_virtual_tables_of_sqlite_are_not_run(tmp_path: Path) -> None:
    """They are programs; the account names them."""
    path = _sqlite(
        tmp_path / "x.db",
        "create table t (a); insert into t values (1); create view v as select * from t;"
        "create virtual table f using fts5(body);",
    )
    account = load(path, tmp_path / "db")
    assert "t" in account.by_name
    assert "v" not in account.by_name
    assert "f" not in account.by_name
    assert [note for note in account.notes if "“v”" in note or "“f”" in note] == [
        "x.db: “f” is a view or a virtual table and was not read",
        "x.db: “v” is a view or a virtual table and was not read",
    ]


def test_an_open_sqlite_database_is_refused(tmp_path: Path) -> None:
    """Changes that lie beside it in a journal would be missing without a word."""
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("create table t (a)")
        database.execute("insert into t values (1)")
        database.commit()
        refusal = refused(path, tmp_path / "db")
        assert (refusal.code, refusal.where) == ("database-in-use", "x.sqlite-wal")
    load(path, tmp_path / "db")
    assert rows(tmp_path / "db", "t") == [(1,)]


def test_damaged_sqlite_is_refused(tmp_path: Path) -> None:
    """Cut short, and changed in the middle of a table."""
    values = ", ".join(f"({number}, 'text of row {number}')" for number in range(5000))
    data = _sqlite(tmp_path / "x.sqlite", f"create table t (a, b); insert into t values {values};").read_bytes()
    assert refusal_of(tmp_path, "x.sqlite", data[: len(data) // 2]).code == "sqlite-broken"
    page = 4096 * 5
    assert refusal_of(tmp_path, "x.sqlite", data[:page] + b"\xff" * 4096 + data[page + 4096 :]).code == "sqlite-broken"
    assert refusal_of(tmp_path, "x.sqlite", b"no database").code == "sqlite-broken"


def test_a_text_of_sqlite_that_is_no_utf8_is_refused_by_row(tmp_path: Path) -> None:
    """SQLite stores whatever bytes it is given as text."""
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table t (a, b)")
        database.execute("insert into t values (1, 'fine'), (2, cast(x'ff' as text))")
        database.commit()
    refusal = refused(path, tmp_path / "db")
    assert (refusal.code, refusal.where) == ("encoding-not-utf8", "x.sqlite, table “t”, column B, row 2")


def test_long_texts_of_sqlite_are_refused(tmp_path: Path) -> None:
    """As in every source."""
    path = _sqlite(tmp_path / "x.sqlite", "create table t (a); insert into t values ('x'), (hex(zeroblob(100)))")
    refusal = refused(path, tmp_path / "db", limits=Limits(field_characters=100))
    assert (refusal.code, refusal.where) == ("field-too-long", "x.sqlite, table “t”, row 2, column A")


def test_odd_names_in_sqlite_are_names(tmp_path: Path) -> None:
    """Quotes and question marks, in tables, columns and the path."""
    folder = tmp_path / "what?#%41"
    folder.mkdir()
    path = _sqlite(
        folder / "x?y.sqlite", 'create table "a ""b"" [c]" ("it\'s; --" int); insert into "a ""b"" [c]" values (1)'
    )
    account = load(path, tmp_path / "db")
    assert account.tables[0].name == "a_b_c"
    assert account.tables[0].columns == (("it's; --", "BIGINT"),)


def test_an_empty_database_is_refused(tmp_path: Path) -> None:
    """There is nothing to audit in it."""
    assert refused(_sqlite(tmp_path / "x.sqlite", "create view v as select 1"), tmp_path / "db").code == "source-empty"
    assert refused(_duckdb(tmp_path / "x.duckdb", "create view v as select 1"), tmp_path / "db").code == "source-empty"


def test_duckdb_tables_are_copied(tmp_path: Path) -> None:
    """Those of other schemas by both names; views are told of and not run."""
    path = _duckdb(
        tmp_path / "x.duckdb",
        "create type mood as enum ('ok', 'bad');"
        "create table t as select 1 as a, 'ok'::mood as m, date '2020-01-02' as d;"
        "create schema other; create table other.t (b int, twice int generated always as (b * 2));"
        "insert into other.t values (3); create view v as select * from read_text('/etc/passwd');",
    )
    account = load(path, tmp_path / "db")
    assert dict(account.by_name["t"].columns) == {"a": "INTEGER", "m": "VARCHAR", "d": "DATE"}
    assert rows(tmp_path / "db", "t") == [(1, "ok", dt.date(2020, 1, 2))]
    assert rows(tmp_path / "db", "other_t") == [(3, 6)]
    assert account.notes == ("x.duckdb: “v” is a view and was not read",)


def test_a_duckdb_file_is_known_by_its_content(tmp_path: Path) -> None:
    """Both engines call their files .db."""
    assert load(_duckdb(tmp_path / "x.db", "create table t as select 1 as a"), tmp_path / "out").kind == "duckdb"


def test_damaged_duckdb_is_refused(tmp_path: Path) -> None:
    """Cut short, or no database."""
    data = _duckdb(tmp_path / "x.duckdb", "create table t as select range as a from range(500000)").read_bytes()
    assert refusal_of(tmp_path, "x.duckdb", data[: len(data) // 2]).code == "duckdb-broken"
    assert refusal_of(tmp_path, "y.duckdb", data[:8] + b"DUCK" + b"\xff" * 5000).code == "duckdb-broken"


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_url_of_a_file_is_that_file(tmp_path: Path, scheme: str) -> None:
    """As other programs write it."""
    make = _sqlite if scheme == "sqlite" else _duckdb
    path = make(tmp_path / f"x.{scheme}", "create table t (a int); insert into t values (1)")
    account = load(f"{scheme}://{path}", tmp_path / "db")
    assert (account.kind, account.name, account.tables[0].rows) == (scheme, f"x.{scheme}", 1)


@pytest.mark.parametrize(
    "url",
    ["https://example.org/x.csv", "s3://bucket/x.parquet", "file:///etc/passwd", "md:db", "ftp://x/y", "nope://x"],
)
def test_nothing_is_fetched(tmp_path: Path, url: str) -> None:
    """Overt reads databases and files and collects nothing."""
    assert refused(url, tmp_path / "db").code in ("url-unknown", "source-absent")


def test_a_server_that_needs_what_is_not_installed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says what to install."""
    monkeypatch.setitem(sys.modules, "ibis", None)
    refusal = refused("mysql://user:geheim@host/db", tmp_path / "db")
    assert (refusal.code, refusal.remedy) == ("url-needs-extra", "pip install 'ibis-framework[mysql]'")
    assert refused("postgresql://host/db", tmp_path / "db").remedy == "pip install 'overt[databases]'"
    assert "geheim" not in str(refusal)


def test_what_is_shown_of_a_url_has_no_password() -> None:
    """Nor user nor options, which may be secrets too."""
    assert shown_url("postgresql://me:geheim@host:5432/db/schema?sslkey=x") == "postgresql://host:5432/db/schema"


def test_a_server_that_does_not_answer_is_refused_without_its_password(tmp_path: Path) -> None:
    """What drivers say of it repeats the whole URL."""
    pytest.importorskip("ibis.backends.postgres")
    pytest.importorskip("psycopg")
    refusal = refused("postgresql://me:geheim@127.0.0.1:1/db", tmp_path / "db")
    assert refusal.code == "database-unreadable"
    assert "geheim" not in str(refusal)


_SCRIPT = """
    drop schema if exists {schema} cascade;
    create schema {schema};
    create table {schema}.people (id int primary key, name text, born date, seen timestamptz, at_noon timestamp,
        live boolean, amount numeric(10, 2), tags text[], ref uuid, more jsonb, took interval);
    insert into {schema}.people select n, 'name ' || n, date '2000-01-01' + n, timestamptz '2020-01-02 03:04:05+01',
        timestamp '2020-01-02 12:00:00', n % 2 = 0, n * 1.25, array['x'], '00000000-0000-0000-0000-000000000001',
        '{{"a": 1}}', interval '1 day' from generate_series(1, 1000) n;
    create table {schema}."Odd ""Name" ("a b" int);
    create view {schema}.seen as select id from {schema}.people where live;
"""


@pytest.mark.postgres
def test_postgres_is_copied(tmp_path: Path, postgres_url: str) -> None:
    """Every table and view of the schema, in one read-only transaction, with a digest of what was there."""
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(_SCRIPT.format(schema="register"))
    account = load(f"{postgres_url}/register", tmp_path / "db")
    assert account.kind == "postgresql"
    assert sorted(account.by_name) == ["odd_name", "people", "seen"]
    assert account.by_name["people"].rows == 1000
    kinds = dict(account.by_name["people"].columns)
    assert kinds["born"] == "DATE"
    assert kinds["seen"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["amount"] == "DECIMAL(10,2)"
    assert kinds["ref"] == kinds["more"] == "VARCHAR"
    with duckdb.connect(tmp_path / "db", read_only=True) as connection:
        query = "select name, born, at_noon, live, amount, ref, timezone('UTC', seen) from source.people where id = 2"
        noon, before = (dt.datetime.fromisoformat(f"2020-01-02 {time}:00") for time in ("12:00", "02:04"))
        (row,) = connection.execute(query).fetchall()
    reference = "00000000-0000-0000-0000-000000000001"
    assert row[:6] == ("name 2", dt.date(2000, 1, 3), noon, True, Decimal("2.50"), reference)
    assert row[6].replace(second=0) == before
    again = load(f"{postgres_url}/register", tmp_path / "again")
    assert again.digest == account.digest
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("update register.people set name = 'other' where id = 7")
    assert load(f"{postgres_url}/register", tmp_path / "changed").digest != account.digest


@pytest.mark.postgres
def test_an_empty_schema_of_postgres_is_refused(tmp_path: Path, postgres_url: str) -> None:
    """The refusal says how to name another."""
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("create schema if not exists bare")
    assert refused(f"{postgres_url}/bare", tmp_path / "db").code == "source-empty"


def test_a_database_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    """Whoever calls decides what becomes of it."""
    path = _sqlite(tmp_path / "x.sqlite", "create table t (a); insert into t values (1)")
    load(path, tmp_path / "db")
    with pytest.raises(Refusal, match="database-there"):
        load_source(str(path), tmp_path / "db")
    assert rows(tmp_path / "db", "t") == [(1,)]


def test_a_generated_column_of_sqlite_that_asks_for_memory_is_refused(tmp_path: Path) -> None:
    """A schema can hold an expression that makes a thousand million bytes of nothing."""
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table t (a, b generated always as (zeroblob(900000000)) virtual)")
        database.execute("insert into t (a) values (1)")
        database.commit()
    assert refused(path, tmp_path / "db").code == "sqlite-broken"
