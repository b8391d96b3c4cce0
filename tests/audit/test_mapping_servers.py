"""A mapping on a server gives what it gives in DuckDB, value by value, or is refused there by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from overt.audits.mapping._functions import ALLOWED
from overt.audits.mapping._mapping import MappedView
from overt.audits.mapping._server_from import ServerTable
from overt.audits.mapping._server_functions import FUNCTIONS
from overt.audits.mapping._server_sql import Postgres, Spark
from overt.audits.mapping._server_view import render_view
from overt.refusals import Refusal
from tests.audit.server_expressions import ALIKE
from tests.audit.server_views import COLUMNS, answered, compare, plain, rendered, rows
from tests.audit.servers import sail_with

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def ask_postgres(postgres_url: str) -> Iterator[Ask]:
    """Asks a server that has the rows."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        listed = ", ".join(f"{name} {kinds[1]}" for name, kinds in COLUMNS.items())
        connection.execute(f"create table rows_here ({listed})".encode())
        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"insert into rows_here values ({places})".encode(), rows())
        yield lambda sql: connection.execute(sql.encode()).fetchall()


@pytest.fixture(scope="module")
def ask_spark(java: None) -> Ask:
    """Asks a session that has the rows."""
    from overt.controls.engines._spark import start_session

    session = start_session()
    made = session.createDataFrame(rows(), ", ".join(f"{name} {kinds[2]}" for name, kinds in COLUMNS.items()))
    made.coalesce(1).createOrReplaceTempView("rows_here")
    return lambda sql: [tuple(row) for row in session.sql(sql).collect()]


@pytest.mark.parametrize("topic", ALIKE)
def test_postgres_answers_as_duckdb(topic: str, ask_postgres: Ask) -> None:
    """Every function over null, empty, other alphabets, negatives, leap days and long texts."""
    compare(ALIKE[topic], "postgres", "public.rows_here", ask_postgres)


@pytest.mark.spark
@pytest.mark.parametrize("topic", ALIKE)
def test_spark_answers_as_duckdb(topic: str, ask_spark: Ask) -> None:
    """The same on Spark."""
    compare(ALIKE[topic], "spark", "rows_here", ask_spark)


@pytest.fixture(scope="module")
def ask_sail() -> Iterator[Ask]:
    """Asks Sail, which speaks Spark's dialect, and has the rows."""
    pytest.importorskip("pysail")
    from pyspark.sql.connect.session import SparkSession

    with sail_with() as url:
        session = SparkSession.builder.remote(url).create()
        made = session.createDataFrame(rows(), ", ".join(f"{name} {kinds[2]}" for name, kinds in COLUMNS.items()))
        made.createOrReplaceTempView("rows_here")
        yield lambda sql: [tuple(row) for row in session.sql(sql).collect()]


# Sail stops at a moment before 1677 in date_trunc, which is no wrong answer.
@pytest.mark.parametrize("topic", [topic for topic in ALIKE if topic != "trunc"])
def test_sail_answers_as_duckdb(topic: str, ask_sail: Ask) -> None:
    """The same on a second server of Spark's dialect."""
    compare(ALIKE[topic], "spark", "rows_here", ask_sail)


# What DuckDB's casts read besides what a person would write, and what they do not.
_ODD = (
    "0x1F", "1_000", "1e3", "1e-3", ".5", "12.", "NaN", "nan", "inf", "-Infinity", "0b11", "1e400", "9" * 40, "5e",
    "+-1", "infinity", "epoch", "-infinity", "0000-01-01", "-0044-03-15", "12024-01-05", "2024-01-05 (BC)",
    "2024-01-05 BC", "2024-01-05abc", "2024-01-05 24:00:00", "2024-01-05 10:11:12+01", "2024-01-05 10:11:12Z",
    "2024-01-05 10:11:12 UTC", "2024-01-05 10:11Z", "2024-01-05T1:2", "2024-01-05 10:11:12.1234567",
    "2024-01-05  10:11", "today", "2024-1", "99-01-02", "2024 01 05", "2024\\01\\05", "2024-01/05", " true", "on",
    "\u0422", "\u0662", "99999999999999999999.5", "information",
)  # fmt: skip
_KINDS = ("integer", "bigint", "double", "decimal(10,2)", "boolean", "date", "timestamp", "timestamptz")


def _nothing_is_silent(dialect: str, relation: str, ask: Ask, literal: Callable[[str], str]) -> None:
    """An odd text is read as DuckDB reads it, or counted; it never becomes null beside a value of DuckDB's."""
    casts = ", ".join(f"try_cast(t as {kind}) as x{place}" for place, kind in enumerate(_KINDS))
    view = rendered(f"select t, {casts} from rows_here", dialect, relation)
    names = [*view.columns, *view.failing.values()]
    table = " union all ".join(f"select 1 as n, {literal(text)} as t" for text in _ODD)
    answers = ask(view.sql.replace(f"{relation} as", f"({table}) as"))
    assert len(answers) == len(_ODD)
    for answer in answers:
        row = dict(zip(names, answer, strict=True))
        for place, kind in enumerate(_KINDS):
            cast, text = f"try_cast(t as {kind})", row["t"].replace("'", "''")
            ((shown, is_null),) = answered(f"select {cast}::varchar, {cast} is null from (select '{text}' as t)")
            value, failed = row[f"x{place}"], row.get(view.failing.get(f"x{place}", ""), False)
            assert failed or (value is None) == is_null, (row["t"], kind, value, shown)
            if not failed and value is not None and kind in ("date", "timestamp"):
                assert shown == value.isoformat(*[" "] * (kind == "timestamp")), (row["t"], kind)


def test_nothing_odd_is_nulled_silently_on_postgres(ask_postgres: Ask) -> None:
    """Forms that DuckDB's casts take and no other engine does."""
    _nothing_is_silent("postgres", "public.rows_here", ask_postgres, Postgres().text)


@pytest.mark.spark
def test_nothing_odd_is_nulled_silently_on_spark(ask_spark: Ask) -> None:
    """The same on Spark."""
    _nothing_is_silent("spark", "rows_here", ask_spark, Spark().text)


_SELECTS = {
    "with": "with a as (select n, t, lower(t) as low from rows_here where t <> ''), b(m, k) as (select n, i"
    " from rows_here)"
    " select a.n, low, b.k from a left join b on a.n = b.m + 1 where b.k > 0 or b.k is null",
    "a name of its own": "select n, i % 1000 + 1 as j, j * 2 as twice from rows_here where j < 100",
    "using": "select n, x.t, y.u from rows_here x join rows_here y using (n) where y.b",
    "group": "select u as k, count(*) as c, count(distinct i) as d, sum(c) as s, max(d) as last, min(t) as low,"
    " count(*) filter (where b) as f, bool_or(b) as some, string_agg(t, ';' order by n) as texts from rows_here"
    " group by u",
    "group all": "select year(d) as y, month(d) as m, sum(i) as s from rows_here group by all having count(*) > 1",
    "group by place": "select lower(u) as low, count(*) as c from rows_here group by 1",
    "no group": "select count(*) as c, sum(k) as s, count(t) as texts, string_agg(t, ',' order by n) filter"
    " (where n < 0) as x"
    " from rows_here",
    "distinct": "select distinct i, b from rows_here",
    "distinct on": "select distinct on (i) i, n, t from rows_here order by i, t desc, n",
    "union": "select n, i as x from rows_here union all select n, c from rows_here where c > 1 union all select"
    " -1, null",
    "except": "select i from rows_here except select i from rows_here where n > 30",
    "intersect": "select i from rows_here where n < 9 intersect select k from rows_here",
    "exists": "select n from rows_here where exists (select 1 from rows_here where i = 7) and i in (select k"
    " from rows_here)",
    "scalar": "select n, (select max(i) from rows_here) as most from rows_here",
    "window": "select n, row_number() over (partition by i order by t desc, n) as r, lag(n) over (order by n"
    " desc) as before,"
    " sum(i) over (partition by b) as s, count(*) over () as c from rows_here",
    "rows": "select n, number from rows_here, unnest(range(case when i between 0 and 7 then i end)) as person(number)",
    "series": "select n, g.x from rows_here r, generate_series(1, 2) as g(x) where n < 4",
    "list": "select r.n, g.word from rows_here r, unnest(['one', 'two', null]) as g(word) where r.n < 4",
    "list of numbers": "select r.n, g.x from rows_here r, unnest([1.5, 2, 30]) as g(x) where r.n < 4",
    "conditions": "select n, t from rows_here where regexp_matches(t, '^[0-9]{1,5}$') and cast(t as integer) > 3 and b",
    "condition that tries": "select n, t from rows_here where try_cast(t as integer) > 3",
    "windows of what is read": "select n, lead(try_cast(t as integer)) over (partition by try_strptime(u, '%d/%m/%Y')"
    " order by try_cast(t as decimal(10,2)), n) as x from rows_here",
    "values": "select r.n, v.word from rows_here r join (values (1, 'one'), (7, 'seven')) v(number, word) on"
    " v.number = r.i",
    "star": "select n, t from (select * exclude (u) from rows_here) as inner_rows where i is not null",
    "full": "select coalesce(x.n, y.n) as n, y.i from rows_here x full join (select n, i from rows_here where i > 0) y"
    " on x.n = y.n",
    "strict inside": "with a as (select n, try_strptime(t, '%d/%m/%Y')::date as day from rows_here) select n,"
    " day from a",
}  # fmt: skip


def _same_rows(name: str, dialect: str, relation: str, ask: Ask) -> None:
    select = _SELECTS[name]
    view = rendered(select, dialect, relation)
    wanted = answered(select)
    width = len(view.columns)
    given = [tuple(map(plain, row[:width])) for row in ask(view.sql) if not any(row[width:])]
    assert sorted(given, key=repr) == sorted((tuple(map(plain, row)) for row in wanted), key=repr), view.sql


@pytest.mark.parametrize("name", _SELECTS)
def test_selects_give_the_same_rows_on_postgres(name: str, ask_postgres: Ask) -> None:
    """Joins, unions, groups, windows, and rows made of a number."""
    _same_rows(name, "postgres", "public.rows_here", ask_postgres)


@pytest.mark.spark
@pytest.mark.parametrize("name", _SELECTS)
def test_selects_give_the_same_rows_on_spark(name: str, ask_spark: Ask) -> None:
    """The same on Spark."""
    _same_rows(name, "spark", "rows_here", ask_spark)


def test_a_strict_reading_in_a_select_inside_is_counted_where_it_ends(ask_postgres: Ask) -> None:
    """The value that cannot be read is of one row; the statement goes on."""
    select = "with a as (select n, t::date as day from rows_here where n < 30) select n, year(day) as y from a"
    view = rendered(select, "postgres", "public.rows_here")
    assert dict(view.failing) == {"y": "overt_failed_y"}
    answers = ask_postgres(view.sql)
    is_null = "select count(*) from rows_here where n < 30 and t is not null and try_cast(t as date) is null"
    ((unread,),) = answered(is_null)
    assert sum(bool(row[-1]) for row in answers) == unread > 0


@pytest.mark.parametrize(
    ("select", "found", "line"),
    [
        ("select n,\n strip_accents(t) as x from rows_here", "the function strip_accents", 2),
        (
            "select n from (select n from rows_here\nwhere t::int > 3) x",
            "a conversion of a text where rows are chosen",
            2,
        ),
        ("select x.n from rows_here x join rows_here y on x.i = y.t::int", "a conversion of a text where rows are", 1),
        ("select t::int as x, count(*) as c from rows_here group by 1", "a conversion of a text where rows are", 1),
        ("select n, reverse(t) as x from rows_here", "the function reverse", 1),
        ("select n, regexp_matches(t, '(?i)a') as x from rows_here", "in a pattern", 1),
        ("select n, regexp_replace(t, 'a|ab', 'x') as x from rows_here", "different parts of a text", 1),
        ("select n, regexp_extract(t, 'a*?b') as x from rows_here", "in a pattern", 1),
        ("select n, strptime(t, '%A %d') as x from rows_here", "the form %A %d", 1),
        ("select n, timezone('BST', s) as x from rows_here", "the zone BST", 1),
        ("select n, timezone('UTC', d) as x from rows_here", "a zone for a date", 1),
        ("select n, g.x from rows_here, unnest([t]) as g(x)", "the table function list_value", 1),
        ("select n, f::varchar as x from rows_here", "a cast of double to text", 1),
        ("select n, sum(f) over () as x from rows_here", "sum over of other than whole numbers", 1),
        ("select n from rows_here r where exists (select 1 from rows_here s where s.i = r.n)", "Referenced table", 1),
        ("select n, [t] as x from rows_here", "the function list_value", 1),
        ("select n, substr(t, -3) as x from rows_here", "a part of a text that begins before it", 1),
    ],
)
def test_what_a_server_does_not_do_alike_is_refused_by_name(select: str, found: str, line: int) -> None:
    """With its line, and with what to write instead."""
    with pytest.raises(Refusal) as caught:
        rendered(select, "postgres", "rows_here")
    assert caught.value.code in ("mapping-not-on-server", "mapping-source")
    assert found in caught.value.found
    assert caught.value.where == f"m.sql, line {line}"


def test_rows_of_a_server_have_no_numbers() -> None:
    """`_row` is refused, and `_table` is the name of the table."""
    table = ServerTable("t", {"a": "text"})
    view = MappedView("entry", ("x",), "select _table as x from t", 1, ("t",))
    assert "'t' as \"x\"" in render_view(view, "postgres", {"t": table}, "m.sql").sql
    with pytest.raises(Refusal, match="row_number"):
        render_view(replace(view, select="select _row as x from t"), "postgres", {"t": table}, "m.sql")


def test_a_number_without_digits_is_held_by_a_floating_number_or_counted(postgres_url: str) -> None:
    """`numeric` of PostgreSQL, of any length."""
    view = MappedView("entry", ("x",), "select v as x from t", 1, ("t",))
    table = ServerTable(
        "(select unnest(array[1.5, 0.1, 12345678901234567890, null, 'NaN']::numeric[]) as v)", {"v": "numeric"}
    )
    sql = render_view(view, "postgres", {"t": table}, "m.sql").sql
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute(sql.encode()).fetchall()
    assert rows == [(1.5, False), (0.1, False), (None, True), (None, False), (None, True)]


def test_every_function_of_the_table_is_held_to_duckdb() -> None:
    """A function is written for servers only if an expression above has it."""
    text = " ".join(expression for expressions in ALIKE.values() for expression in expressions)
    operators = {
        "~~": "like",
        "!~~": "not like",
        "~~*": "ilike",
        "!~~*": "not ilike",
        "to_years": "year",
        "to_days": "day",
    }
    untested = [name for name in FUNCTIONS if not _stands(operators.get(name, name), text)]
    assert untested == []
    assert set(FUNCTIONS) <= ALLOWED


def _stands(name: str, text: str) -> bool:
    return f" {name} " in text or f"{name}(" in text or f"-{name}" in text
