"""Casts of texts in a mapping give the same on every edition of DuckDB; the values below are those of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from overt.audits.mapping._casts import with_one_meaning
from overt.audits.mapping._mapping import parse_mapping
from overt.refusals import Refusal, Refusals
from tests.audit.test_mapping_apply import _applied, _one_column, _refused

NOT_READ = {
    "date": (
        "2024-01-05 25:00", "2024-01-05 BC", "2024-01-05 junk", "2024-01-05 10:00 junk", "2024-01-05T", "2024-01-05Z",
        "2024-01-05 10", "2024-01-05 24:01", "2024-01-05 10:00:60", "2024-01-05-01", "2024-01-05(BC)",
        "2024-01-05 10:00 Europe/London", "2024-01-05 10:00:00 PM", "2024-01-05T10:00:00,5",
    ),
    "timestamp": (
        "2024-01-05 10:00 junk", "2024-01-05 10:00:00 PM", "2024-01-05 10:00 am", "2024-01-05 10:00Z",
        "2024-01-05 10:00:00 +01", "2024-01-05 10:00:00 Europe/London", "2024-01-05 10:00 UTC",
    ),
    "timestamptz": ("2024-01-05 10:00 PST", "2024-01-05 10:00:00 Europe/London", "2024-01-05 10:00Z"),
    "timestamp_ns": ("2024-01-05 10:00:00+01", "2024-01-05 10:00 junk"),
    "time": ("2024-01-05 10:00 junk", "10:00 PM"),
    "hugeint": ("0x1F", "0b11"),
}  # fmt: skip
READ = {
    "date": {
        "2024-01-05": "2024-01-05", " 2024-1-5 ": "2024-01-05", "2024/01/05": "2024-01-05",
        "2024-01-05 10:00": "2024-01-05", "2024-01-05T23:00:00.5Z": "2024-01-05",
        "2024-01-05 23:00:00-05": "2024-01-05", "2024-01-05 (BC)": "2024-01-05 (BC)", "infinity": "infinity",
    },
    "timestamp": {
        "2024-01-05": "2024-01-05 00:00:00", "2024-01-05 10:00": "2024-01-05 10:00:00",
        "2024-01-05T10:00:00.25": "2024-01-05 10:00:00.25", "2024-01-05 24:00:00": "2024-01-06 00:00:00",
    },
    "timestamptz": {"2024-01-05 10:00:00+01": "2024-01-05 09:00:00+00", "2024-01-05 10:00": "2024-01-05 10:00:00+00"},
    "timestamp_ns": {"2024-01-05 10:00:00.5": "2024-01-05 10:00:00.5"},
    "time": {"10:00": "10:00:00", "10:00:00.5": "10:00:00.5"},
    "hugeint": {"31": "31", "1e3": "1000"},
}  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create table texts (t varchar)")
    return connection


def answered(connection: duckdb.DuckDBPyConnection, select: str) -> list[tuple[Any, ...]]:
    return connection.execute(with_one_meaning(connection, select)).fetchall()


@pytest.mark.parametrize("kind", READ)
def test_a_text_is_read_as_both_editions_read_it_or_not_at_all(
    connection: duckdb.DuckDBPyConnection, kind: str
) -> None:
    """Leniently as null, strictly as a failure, in one query over all of them: no row changes how another is read."""
    texts = [*READ[kind], *NOT_READ[kind]]
    connection.execute("create or replace table texts as select unnest($1::varchar[]) as t", [texts])
    wanted = READ[kind] | dict.fromkeys(NOT_READ[kind])
    cast = f"select t, try_cast(t as {kind})::varchar, try((t::{kind}) is null) is null from texts"
    assert answered(connection, cast) == [(text, value, value is None) for text, value in wanted.items()]
    for text in NOT_READ[kind]:
        with pytest.raises(duckdb.Error):
            answered(connection, f"select t::{kind} from texts where t = '{text}'")


def test_what_is_no_text_is_cast_as_ever(connection: duckdb.DuckDBPyConnection) -> None:
    """The engine knows the type beforehand, and looks at no text."""
    select = "select cast(d as date) as x, d::timestamp::date as y from (select timestamp '2024-01-05 10:00' as d)"
    assert answered(connection, select) == [(duckdb.execute("select date '2024-01-05'").fetchall()[0][0],) * 2]
    plan = str(connection.execute(f"explain {with_one_meaning(connection, select)}").fetchall())
    assert "regexp" not in plan
    for untouched in ("select strptime(t, '%d/%m/%Y')::date as x from texts", "select t::integer as x from texts"):
        assert with_one_meaning(connection, untouched) == untouched


def test_selects_inside_others_are_held_too(connection: duckdb.DuckDBPyConnection) -> None:
    """In `with`, in unions, in functions of lists and around one another."""
    connection.execute("create or replace table texts as select '2024-01-05 junk' as t")
    for select in (
        "with a as (select try_cast(t as date) as x from texts) select x from a",
        "select x from (select try_cast(t as date) as x from texts union all select null) where x is not null",
        "select list_transform([t], lambda text: try_cast(text as date))[1] as x from texts",
        "select try_cast(coalesce(try_cast(t as date)::varchar, '2024-01-05 12:00 PM') as timestamp) as x from texts",
        "select nullif(count(try_cast(t as date)), 0) as x from texts group by try_cast(t as date)",
    ):
        assert answered(connection, select) in ([(None,)], []), select


def test_a_mapping_refuses_a_time_that_one_edition_would_cut_short(tmp_path: Path) -> None:
    """By the row of the file, and without the value; try_cast makes it null."""
    source = _one_column(tmp_path, "2024-01-05", "2024-01-05 25:00")
    (refusal,) = _refused(source, "create view entry as select n as entry_id, v::date as opened_on from x")
    assert refusal.code == "mapping-value"
    assert "row 3 of x.csv" in refusal.where
    assert "25:00" not in str(refusal)
    (tmp_path / "db").unlink(missing_ok=True)
    lenient = "create view entry as select n as entry_id, try_cast(v as date) as opened_on from x"
    with _applied(source, lenient) as (connection, _):
        assert connection.execute("select count(opened_on) from entry").fetchall() == [(1,)]


@pytest.mark.parametrize("kind", ["date[]", "struct(a timestamp)", "map(varchar, date)", "timestamptz[]"])
def test_a_cast_to_a_list_of_days_is_refused(kind: str) -> None:
    """What DuckDB makes of the texts in it cannot be looked at; the remedy casts each."""
    with pytest.raises((Refusal, Refusals), match="list_transform"):
        parse_mapping(f"create view entry as select n as entry_id, cast(v as {kind}) as opened_on from x", "m.sql")
    parse_mapping("create view entry as select n as entry_id, cast(v as varchar[]) as opened_on from x", "m.sql")
