"""A mapping is applied: every table of the model is there, filled as far as the source goes and no value guessed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.audits._opened import SourceOptions, is_prepared, open_prepared, prepare
from overt.audits.mapping._coverage import check_mapping
from overt.audits.mapping._fill import apply_mapping
from overt.audits.mapping._filled import Filled, read_filled
from overt.audits.mapping._mapping import Mapping, parse_mapping
from overt.audits.source._account import Limits
from overt.audits.source._sandbox import open_locked, open_workshop
from overt.controls import Authority, Control, Effect, Severity
from overt.model import TABLES
from overt.refusals import Refusal, Refusals
from tests.audit.sources import load, written


def _mapping(text: str) -> Mapping:
    return Mapping("m.sql", hashlib.sha256(text.encode()).hexdigest(), parse_mapping(text, "m.sql"))


@contextmanager
def _applied(
    source: Path, text: str | None, limits: Limits | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Filled]]:
    """The source mapped, on the connection that controls are run on."""
    database = source.parent / "db"
    account = load(source, database)
    with open_workshop(database, account.held_files) as connection:
        mapping = None if text is None else _mapping(text)
        filled = apply_mapping(connection, mapping, account, limits=limits)
        assert read_filled(connection, mapping) == filled
    with open_locked(database, account.held_files) as connection:
        yield connection, filled


def _refused(source: Path, text: str | None, limits: Limits | None = None) -> list[Refusal]:
    with pytest.raises((Refusal, Refusals)) as caught, _applied(source, text, limits):
        pass
    error = caught.value
    return error.refusals if isinstance(error, Refusals) else [error]


def _one_column(folder: Path, *values: str) -> Path:
    lines = "".join(f'{number},"{value}"\n' for number, value in enumerate(values, start=1))
    return written(folder, "x.csv", "n,v\n" + lines)


def test_a_view_fills_its_table_and_every_other_table_is_empty(tmp_path: Path) -> None:
    """So that the text of any control can be read, and what is not there is known."""
    source = written(tmp_path, "people.csv", "ref,born\nA1,1999-02-03\nA2,\n")
    with _applied(source, "create view subject as select ref as subject_id, born as birth_date from people") as found:
        connection, filled = found
        assert filled.columns["subject"] == {"subject_id", "birth_date"}
        assert filled.rows["subject"] == 2
        assert set(filled.columns) == {"subject", "source_column"}
        assert connection.execute("select subject_id, birth_date, sex from subject").fetchall() == [
            ("A1", dt.date(1999, 2, 3), None),
            ("A2", None, None),
        ]
        for name, table in TABLES.items():
            described = connection.execute(f"describe {name}").fetchall()
            assert [row[0] for row in described] == [column.name for column in table.columns]
            kinds = {"VARCHAR": "text", "BIGINT": "integer", "DOUBLE": "number", "BOOLEAN": "boolean"}
            kinds |= {"DATE": "date", "TIMESTAMP": "timestamp"}
            assert [kinds[row[1]] for row in described] == [str(column.kind) for column in table.columns]


def test_a_column_of_nothing_but_null_fills_nothing(tmp_path: Path) -> None:
    """Else a control that needs it would count on it."""
    source = written(tmp_path, "x.csv", "a\n1\n")
    text = "create view entry as select a as entry_id, null as grounds, cast(null as date) as opened_on from x"
    with _applied(source, text) as (_, filled):
        assert filled.columns["entry"] == {"entry_id"}


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        (
            "opened_on",
            ["2020-01-02", " 2020-12-31 ", "", "  "],
            [dt.date(2020, 1, 2), dt.date(2020, 12, 31), None, None],
        ),
        ("score", ["1", "-2.5", "1e3", ".5", "7.", " 8 ", "0e9", ""], [1.0, -2.5, 1000.0, 0.5, 7.0, 8.0, 0.0, None]),
    ],
)
def test_text_becomes_what_the_model_holds(tmp_path: Path, column: str, values: list[str], expected: list[Any]) -> None:
    """Blank text is no value."""
    with _applied(
        _one_column(tmp_path, *values), f"create view entry as select n as entry_id, v as {column} from x"
    ) as found:
        assert [row[0] for row in found[0].execute(f"select {column} from entry").fetchall()] == expected


def test_whole_numbers_and_truth_values_become_what_the_model_holds(tmp_path: Path) -> None:
    """As people write them."""
    with _applied(_one_column(tmp_path, "7", "+8", "007", "12.0", "-1", ""), _AGE) as (connection, _):
        found = connection.execute("select age_recorded from subject").fetchall()
    assert [row[0] for row in found] == [7, 8, 7, 12, -1, None]
    (tmp_path / "db").unlink()
    words = ["true", "FALSE", "Yes", "no", "1", "0", "T", "f", "y", "N", ""]
    with _applied(_one_column(tmp_path, *words), _URGENT) as (connection, _):
        found = connection.execute("select urgent from authority").fetchall()
    assert [row[0] for row in found] == [True, False] * 5 + [None]


_AGE = "create view subject as select n as subject_id, v as age_recorded from x"
_URGENT = "create view authority as select n as authority_id, v as urgent from x"
_DAY = "create view entry as select n as entry_id, v as opened_on from x"
_TIME = "create view review as select n as review_id, v as done_at from x"


def test_times_are_taken_to_utc(tmp_path: Path) -> None:
    """By the offset that is written; where none is, or no time of day, that is told."""
    times = [
        "2016-05-31T23:01:00+00:00",
        "2016-05-31T23:01:00+01:00",
        "2016-05-31 23:01:00-0530",
        "2016-05-31T23:01:00Z",
        "2016-05-31T23:01:00.123456Z",
        "2016-05-31 23:01:00",
        "2016-05-31 23:01",
        "2016-05-31",
        "",
    ]
    with _applied(_one_column(tmp_path, *times), _TIME) as (connection, filled):
        found = [row[0] for row in connection.execute("select done_at from review").fetchall()]
    expected = [
        "2016-05-31 23:01:00",
        "2016-05-31 22:01:00",
        "2016-06-01 04:31:00",
        "2016-05-31 23:01:00",
        "2016-05-31 23:01:00.123456",
        "2016-05-31 23:01:00",
        "2016-05-31 23:01:00",
        "2016-05-31 00:00:00",
    ]
    assert found == [*map(dt.datetime.fromisoformat, expected), None]
    assert filled.notes == (
        "review.done_at: 1 values have no time of day and were taken as midnight UTC",
        "review.done_at: 2 values have no offset and were taken as UTC",
    )


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        (_DAY, "03/04/2020", "value-not-date"),
        (_DAY, "2020-1-2", "value-not-date"),
        (_DAY, "2020-02-30", "value-not-date"),
        (_DAY, "20200102", "value-not-date"),
        (_DAY, "2020-01-02T00:00:00", "value-not-date"),
        (_DAY, "2020-01-02 (BC)", "value-not-date"),
        (_DAY, "0000-01-02", "value-not-date"),
        (_DAY, "infinity", "value-not-date"),
        (_DAY, "today", "value-not-date"),
        (_DAY, "unknown", "value-not-date"),
        (_TIME, "2020-01-02T25:00:00", "value-not-timestamp"),
        (_TIME, "2020-01-02T24:00:00", "value-not-timestamp"),
        (_TIME, "2020-01-02T10:00:00 Europe/London", "value-not-timestamp"),
        (_TIME, "2020-01-02 10am", "value-not-timestamp"),
        (_TIME, "epoch", "value-not-timestamp"),
        (_TIME, "1577923200", "value-not-timestamp"),
        (_AGE, "1.5", "value-not-integer"),
        (_AGE, "1,000", "value-not-integer"),
        (_AGE, "99999999999999999999", "value-not-integer"),
        (_AGE, "0x10", "value-not-integer"),
        (_AGE, "twelve", "value-not-integer"),
        ("create view entry as select n as entry_id, v as score from x", "1,5", "value-not-number"),
        ("create view entry as select n as entry_id, v as score from x", "NaN", "value-not-number"),
        ("create view entry as select n as entry_id, v as score from x", "inf", "value-not-number"),
        ("create view entry as select n as entry_id, v as score from x", "1e999", "value-not-number"),
        ("create view entry as select n as entry_id, v as score from x", "1e-400", "value-not-number"),
        (_URGENT, "maybe", "value-not-boolean"),
        (_URGENT, "2", "value-not-boolean"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_row(tmp_path: Path, text: str, value: str, code: str) -> None:
    """With table, column, row and how many there are, and without the value."""
    source = _one_column(tmp_path, "", "", value, "", value)
    (refusal,) = _refused(source, text)
    assert refusal.code == code
    assert "row 4 of x.csv" in refusal.where
    assert "2 rows are affected" in refusal.found
    assert value not in str(refusal) or value in ("today", "2")


def test_every_column_that_cannot_be_read_is_refused_at_once(tmp_path: Path) -> None:
    """Over all tables."""
    source = written(tmp_path, "x.csv", "id,d,n\n1,2020-01-02,5\n2,x,six\n3,y,7\n")
    text = """create view entry as select id as entry_id, d as opened_on, n as score from x;
              create view subject as select id as subject_id, n as age_recorded from x"""
    found = [(each.code, each.where) for each in _refused(source, text)]
    assert found == [
        ("value-not-date", "entry.opened_on, row 3 of x.csv"),
        ("value-not-number", "entry.score, row 3 of x.csv"),
        ("value-not-integer", "subject.age_recorded, row 3 of x.csv"),
    ]


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        (
            ["2020-01-02", "13/01/2020", "01/02/2020"],
            "look like day/month/year. Write strptime(the_column, '%d/%m/%Y')",
        ),
        (["01/13/2020", "01/02/2020"], "look like month/day/year. Write strptime(the_column, '%m/%d/%Y')"),
        (["13/01/2020", "01/13/2020", "14/01/2020"], "2 rows can only be day/month/year and 1 only month/day/year"),
        (["01/02/2020", "03/04/2020"], "no row shows which is the day and which the month"),
        (["13/01/2020", "January"], "1 other row uses a different form"),
        (["January"], "give the form in the mapping"),
    ],
)
def test_dates_in_another_form_are_not_guessed(tmp_path: Path, values: list[str], hint: str) -> None:
    """The refusal says what they look like; day and month are nobody's guess."""
    (refusal,) = _refused(_one_column(tmp_path, *values), _DAY)
    assert hint in refusal.remedy


def test_the_mapping_says_which_form_a_date_has(tmp_path: Path) -> None:
    """Then it is read so, and refused by row where it does not fit."""
    text = "create view entry as select n as entry_id, strptime(v, '%d/%m/%Y')::date as opened_on from x"
    with _applied(_one_column(tmp_path, "03/04/2020", "13/04/2020"), text) as (connection, _):
        found = connection.execute("select opened_on from entry").fetchall()
    assert found == [(dt.date(2020, 4, 3),), (dt.date(2020, 4, 13),)]
    (tmp_path / "db").unlink()
    (refusal,) = _refused(_one_column(tmp_path, "03/04/2020", "04/13/2020", "2020-01-02", "05/06/2020"), text)
    assert refusal.code == "mapping-value"
    assert refusal.where == "entry.opened_on, row 3 of x.csv (m.sql, line 1)"
    assert "2 rows are affected" in refusal.found
    assert "04/13" not in str(refusal)


@pytest.mark.parametrize(
    "text",
    [
        "create view entry as select n as entry_id, v::date as opened_on from x where n <> '1'",
        "create view entry as select n as entry_id, case when n > '1' then v::date end as opened_on from x order by n",
        "create view entry as with y as (select * from x) select distinct n as entry_id, v::date as opened_on from y",
        "create view entry as select n as entry_id, null as opened_on from x union all select n, v::date from x",
        "create view entry as select y.n as entry_id, y.v::date as opened_on from x join x y using (n)",
    ],
)
def test_an_expression_that_fails_is_refused_without_the_value(tmp_path: Path, text: str) -> None:
    """DuckDB's own words would repeat it."""
    (refusal,) = _refused(_one_column(tmp_path, "2020-01-02", "Zebedee"), text)
    assert refusal.code == "mapping-value"
    assert "opened_on, row" in refusal.where
    assert "Zebedee" not in str(refusal)


@pytest.mark.parametrize(
    "text",
    [
        "create view entry as select n as entry_id from x where v::date > '2020-01-01'",
        "create view entry as select max(n) as entry_id, max(v::date) as opened_on from x group by v",
        "create view entry as select n as entry_id from (select n, v::date as d from x) y where d is not null",
    ],
)
def test_a_failure_that_belongs_to_no_row_names_the_table(tmp_path: Path, text: str) -> None:
    """In a condition or a sum there is no row of the result to name."""
    (refusal,) = _refused(_one_column(tmp_path, "2020-01-02", "Zebedee"), text)
    assert refusal.code == "mapping-value"
    assert "entry" in refusal.where
    assert "Zebedee" not in str(refusal)


def test_what_a_mapping_forgives_is_told(tmp_path: Path) -> None:
    """try_strptime turns a value into nothing, which is somebody's choice."""
    text = "create view entry as select n as entry_id, try_strptime(v, '%d/%m/%Y')::date as opened_on from x"
    with _applied(_one_column(tmp_path, "03/04/2020", "unknown"), text) as (connection, filled):
        assert connection.execute("select count(opened_on) from entry").fetchall() == [(1,)]
    assert filled.notes == ("entry.opened_on: the mapping turns what it cannot read into nothing",)


def test_names_that_the_source_does_not_have_are_refused_at_once(tmp_path: Path) -> None:
    """Tables and columns, with what is nearly so called."""
    source = written(tmp_path, "stops.csv", "id,born\n1,2020-01-02\n")
    text = """create view entry as select id as entry_id from stop;
              create view subject as select ident as subject_id from stops;
              create view review as select x.id as review_id from stops, 'other.csv' x"""
    found = _refused(source, text)
    assert [each.code for each in found] == ["mapping-source"] * 3
    assert "did you mean `stops`?" in found[0].remedy
    assert "ident" in found[1].found
    assert "other.csv" in found[2].found


def test_types_without_a_bridge_are_refused(tmp_path: Path) -> None:
    """A time with a zone is no day until somebody says whose day; a list is no text."""
    table = pa.table(
        {
            "moment": pa.array([dt.datetime(2020, 6, 30, 23, 30, tzinfo=dt.UTC)]),
            "tags": [["x"]],
            "n": [20200102],
            "raw": [b"x"],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    text = "create view entry as select tags as grounds, moment as opened_on, n as closed_on, raw as unit from x"
    found = _refused(tmp_path / "x.parquet", text)
    assert [(each.code, each.where.split(",")[0]) for each in found] == [
        ("mapping-kind", "entry.grounds"),
        ("mapping-kind", "entry.opened_on"),
        ("mapping-kind", "entry.closed_on"),
        ("mapping-kind", "entry.unit"),
    ]
    assert "timezone('Europe/London'" in found[1].remedy
    (tmp_path / "db").unlink()
    text = (
        "create view entry as select timezone('Europe/London', moment)::date as opened_on, moment as recorded_at from x"
    )
    with _applied(tmp_path / "x.parquet", text) as (connection, _):
        (row,) = connection.execute("select opened_on, recorded_at from entry").fetchall()
    assert row == (dt.date(2020, 7, 1), dt.datetime.fromisoformat("2020-06-30 23:30"))


def test_types_of_a_source_become_those_of_the_model(tmp_path: Path) -> None:
    """Numbers as references without a fraction, decimals, days and times."""
    table = pa.table(
        {
            "id": [1001.0, 1002.5],
            "score": pa.array([Decimal("1.25"), None]),
            "day": [dt.datetime.fromisoformat("2020-01-02"), None],
            "flag": [1, 0],
            "age": [30.0, None],
            "moment": [dt.date(2020, 1, 2), None],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    text = """create view entry as
                  select id as entry_id, score as score, day as opened_on, moment as recorded_at from x;
              create view authority as select id as authority_id, flag as urgent from x;
              create view subject as select id as subject_id, age as age_recorded from x"""
    with _applied(tmp_path / "x.parquet", text) as (connection, filled):
        entries = connection.execute("select entry_id, score, opened_on, recorded_at from entry").fetchall()
        assert connection.execute("select urgent from authority").fetchall() == [(True,), (False,)]
        assert connection.execute("select age_recorded from subject").fetchall() == [(30,), (None,)]
    midnight = dt.datetime.fromisoformat("2020-01-02")
    assert entries == [("1001", 1.25, dt.date(2020, 1, 2), midnight), ("1002.5", None, None, None)]
    assert filled.notes == ("entry.recorded_at: 1 values have no time of day and were taken as midnight UTC",)


def test_infinite_and_fractional_values_are_refused(tmp_path: Path) -> None:
    """A day without end, a score that is no number, half a year of age, a time where a day is wanted."""
    with duckdb.connect(tmp_path / "x.duckdb") as connection:
        connection.execute(
            "create table x as select 'infinity'::date as d, 'nan'::double as s, 1.5 as a, "
            "timestamp '2020-01-02 10:00:00' as t, 3 as f, 170141183460469231731687303715884105727::hugeint as h"
        )
    text = """create view subject as select a as age_recorded, d as birth_date, t as died_on from x;
              create view entry as select s as score from x;
              create view authority as select f as urgent from x;
              create view population as select h as year from x"""
    found = {each.where.split(",")[0] for each in _refused(tmp_path / "x.duckdb", text)}
    assert found == {
        "subject.age_recorded",
        "subject.birth_date",
        "subject.died_on",
        "entry.score",
        "authority.urgent",
        "population.year",
    }


def test_a_source_in_the_models_own_names_needs_no_mapping(tmp_path: Path) -> None:
    """Its Parquet files are not copied; what the model does not know is told."""
    folder = tmp_path / "register"
    folder.mkdir()
    entries = pa.table({"entry_id": ["E1", "E2"], "opened_on": [dt.date(2020, 1, 2), None], "colour": ["red", "blue"]})
    pq.write_table(entries, folder / "entry.parquet")
    written(folder, "review.csv", "review_id,entry_id,done_at\nR1,E1,2020-05-06T07:08:09Z\n")
    written(folder, "other.csv", "a,b\n1,2\n")
    account = load(folder, tmp_path / "db")
    with open_workshop(tmp_path / "db", account.held_files) as connection:
        filled = apply_mapping(connection, None, account)
    assert filled.columns["entry"] == {"entry_id", "opened_on"}
    assert filled.columns["review"] == {"review_id", "entry_id", "done_at"}
    assert (filled.rows["entry"], filled.rows["review"]) == (2, 1)
    assert filled.outside == ("entry.colour", "other.*")
    with open_locked(tmp_path / "db", account.held_files) as connection:
        kinds = dict(
            connection.execute(
                "select table_name, table_type from information_schema.tables where table_schema = 'main'"
            ).fetchall()
        )
        assert (kinds["entry"], kinds["review"], kinds["subject"]) == ("VIEW", "BASE TABLE", "BASE TABLE")
        assert connection.execute("select entry_id, opened_on, sum(1) over () from entry").fetchall() == [
            ("E1", dt.date(2020, 1, 2), 2),
            ("E2", None, 2),
        ]


def test_a_register_in_the_models_names_is_read_strictly_too(tmp_path: Path) -> None:
    """By row of its own file."""
    source = written(tmp_path, "entry.csv", "Entry_ID,opened_on\nE1,2020-01-02\nE2,03/04/2020\n")
    (refusal,) = _refused(source, None)
    assert (refusal.code, refusal.where) == ("value-not-date", "entry.opened_on, row 3 of entry.csv")


def test_a_source_that_needs_a_mapping_says_so(tmp_path: Path) -> None:
    """Neither its tables nor its columns bear names of the model."""
    (refusal,) = _refused(written(tmp_path, "stops.csv", "entry_id\n1\n"), None)
    assert refusal.code == "mapping-needed"
    (tmp_path / "db").unlink()
    assert _refused(written(tmp_path, "entry.csv", "a\n1\n"), None)[0].code == "mapping-needed"


def test_rows_are_numbered_and_alike_tables_are_one(tmp_path: Path) -> None:
    """A folder of monthly exports is mapped as one, whatever its files are called."""
    folder = tmp_path / "months"
    written(folder, "2020-01.csv", "a\nx\ny\n")
    written(folder, "2020-02.csv", "a\nz\n")
    pq.write_table(pa.table({"a": ["p", "q"]}), folder / "2020-03.parquet")
    account = load(folder, tmp_path / "db")
    with open_workshop(tmp_path / "db", account.held_files) as connection:
        text = """create view entry as
                      select format('{:03d}', _row) as entry_id, a as unit, _table as grounds from source_rows;
                  create view subject as select t._row as subject_id from "2020_03" t where t.a = 'q'"""
        apply_mapping(connection, _mapping(text), account)
        found = connection.execute("select entry_id, unit, grounds from main.entry").fetchall()
        assert connection.execute("select subject_id from main.subject").fetchall() == [("2",)]
    assert found == [
        ("001", "x", "2020_01"),
        ("002", "y", "2020_01"),
        ("003", "z", "2020_02"),
        ("004", "p", "2020_03"),
        ("005", "q", "2020_03"),
    ]


def test_columns_of_the_source_go_before_those_that_are_made(tmp_path: Path) -> None:
    """It may have a `_row` of its own, and Parquet a `file_row_number`."""
    pq.write_table(pa.table({"_row": [7], "file_row_number": [8]}), tmp_path / "x.parquet")
    text = "create view entry as select _row as entry_id, file_row_number as unit from x"
    with _applied(tmp_path / "x.parquet", text) as (connection, _):
        assert connection.execute("select entry_id, unit from entry").fetchall() == [("7", "8")]


def test_tables_that_are_not_alike_are_not_one(tmp_path: Path) -> None:
    """The refusal says which is other."""
    folder = tmp_path / "x"
    written(folder, "a.csv", "a\n1\n")
    written(folder, "b.csv", "b\n1\n")
    account = load(folder, tmp_path / "db")
    with open_workshop(tmp_path / "db", []) as connection, pytest.raises(Refusal, match="mapping-source"):
        apply_mapping(connection, _mapping("create view entry as select a as entry_id from source_rows"), account)


def test_a_mapping_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    """A join without a condition over a range without end."""
    text = """create view entry as select count(*)::varchar as entry_id
              from x, range(100000000) a(n), range(100000000) b(m) where a.n * b.m % 7 = 3"""
    (refusal,) = _refused(_one_column(tmp_path, "1"), text, Limits(mapping_seconds=0.5))
    assert refusal.code == "mapping-too-slow"


def test_a_mapping_is_run_on_a_locked_connection_alone(tmp_path: Path) -> None:
    """It is somebody's program."""
    account = load(_one_column(tmp_path, "1"), tmp_path / "db")
    with duckdb.connect(tmp_path / "db") as connection, pytest.raises(ValueError, match="open_workshop"):
        apply_mapping(connection, _mapping(_DAY), account)


def test_applying_again_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    """An earlier attempt may have been killed between two tables."""
    account = load(_one_column(tmp_path, "2020-01-02"), tmp_path / "db")
    with open_workshop(tmp_path / "db", []) as connection:
        apply_mapping(connection, _mapping(_DAY), account)
        filled = apply_mapping(connection, _mapping(_TIME), account)
        assert set(filled.columns) == {"review", "source_column"}
        assert connection.execute("select count(*) from main.entry").fetchall() == [(0,)]
        assert read_filled(connection, _mapping(_TIME)) == filled
        assert read_filled(connection, _mapping(_DAY)) is None
        assert read_filled(connection, None) is None


def test_a_changed_mapping_fills_again_without_loading_again(tmp_path: Path) -> None:
    """What another mapping filled is not taken for this one's, and the source is not read a second time."""
    source, mapping = _one_column(tmp_path, "2020-01-02"), tmp_path / "m.sql"
    options = SourceOptions(str(source), mapping)
    mapping.write_text(_DAY, encoding="utf-8")
    prepare(options, tmp_path / "db")
    signature = options.source_key()
    mapping.write_text(_TIME, encoding="utf-8")
    assert options.source_key() == signature
    assert not is_prepared(options, tmp_path / "db")
    loaded = []
    prepare(options, tmp_path / "db", loaded.append)
    assert not loaded
    with open_prepared(options, tmp_path / "db") as opened:
        assert set(opened.filled.columns) == {"review", "source_column"}


def _control(name: str, needs: dict[str, tuple[str, ...]]) -> Control:
    return Control(
        id=name,
        title=f"Title of {name}",
        asks="",
        kind=Authority.BENCHMARK,
        severity=Severity.LOW,
        gate=Effect.NONE,
        basis=(),
        limits="",
        remedy="",
        sql="",
        key="entry_id",
        columns=("entry_id",),
        needs=needs,
        thresholds=(),
    )


def test_a_check_says_what_a_mapping_leaves_unanswerable(tmp_path: Path) -> None:
    """Which tables and columns are filled, which are not, and which controls that costs."""
    controls = [
        _control("OV-1", {"entry": ("entry_id", "opened_on")}),
        _control("OV-2", {"entry": ("entry_id", "grounds", "score")}),
        _control("OV-3", {"entry": ("entry_id",), "review": ("entry_id",)}),
        _control("OV-4", {"source_column": ("column_name", "filled_count")}),
    ]
    with _applied(_one_column(tmp_path, "2020-01-02"), _DAY) as (_, filled):
        check = check_mapping(filled, controls)
    assert check.answerable == ("OV-1", "OV-4")
    assert [(each.control, each.missing) for each in check.unanswerable] == [
        ("OV-2", ("entry.grounds", "entry.score")),
        ("OV-3", ("review",)),
    ]
    (table,) = check.tables
    assert (table.table, table.rows, table.filled) == ("entry", 1, ("entry_id", "opened_on"))
    assert "grounds" in table.unfilled
    assert "review" in check.absent
    assert "source_column" not in check.absent
