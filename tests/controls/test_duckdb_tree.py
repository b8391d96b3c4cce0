"""The parser's tree has one form, whichever edition of DuckDB is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from overt.controls.engines import text_of, tree_of


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def item(connection: duckdb.DuckDBPyConnection, expression: str) -> dict[str, Any]:
    """The tree of one expression."""
    tree = tree_of(connection, f"select {expression}")
    [only] = tree["statements"][0]["node"]["select_list"]
    return dict(only)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("date", "DATE"),
        ("text", "VARCHAR"),
        ("varchar(3)", "VARCHAR"),
        ("int8", "BIGINT"),
        ("timestamptz", "TIMESTAMP WITH TIME ZONE"),
        ("timestamp with time zone", "TIMESTAMP WITH TIME ZONE"),
        ("decimal(10, 2)", "DECIMAL"),
        ("integer[]", "LIST"),
        ("integer[3]", "ARRAY"),
        ("struct(a integer, b text)", "STRUCT"),
        ("map(integer, text)", "MAP"),
        ("nosuch", "UNBOUND"),
        ("other.nosuch", "UNBOUND"),
        ("json", "UNBOUND"),
    ],
)
def test_a_type_has_its_own_name(connection: duckdb.DuckDBPyConnection, written: str, kind: str) -> None:
    """Names are resolved to DuckDB's own types; any other is one to be looked up, which no list allows."""
    assert item(connection, f"cast(a as {written})")["cast_type"]["id"] == kind


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("7", "INTEGER", 7),
        ("-7", "INTEGER", -7),
        ("1_000", "INTEGER", 1000),
        ("3000000000", "BIGINT", 3_000_000_000),
        ("1.5", "DECIMAL", 15),
        ("1e3", "DOUBLE", 1000.0),
        ("'it''s'", "VARCHAR", "it's"),
        ("e'\\n'", "VARCHAR", "\n"),
    ],
)
def test_a_constant_has_its_value(
    connection: duckdb.DuckDBPyConnection, written: str, kind: str, value: object
) -> None:
    """A constant is a value of a type, not a text still to be read."""
    constant = item(connection, written)["value"]
    assert (constant["type"]["id"], constant["value"]) == (kind, value)


def test_words_of_the_language_are_no_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """`if`, true, null and the names of arguments stand as DuckDB 1 writes them."""
    choice = item(connection, "if(a is null, b, c)")
    assert (choice["class"], len(choice["case_checks"]), choice["else_expr"]["column_names"]) == ("CASE", 1, ["c"])
    truth = item(connection, "true")
    assert (truth["class"], truth["cast_type"]["id"], truth["child"]["value"]["value"]) == ("CAST", "BOOLEAN", "t")
    assert item(connection, "null")["value"]["is_null"]
    assert [child["alias"] for child in item(connection, "strptime(a, format := 'x')")["children"]] == ["", "format"]


@pytest.mark.parametrize(
    "select",
    [
        "select cast('2024-02-29' as date) as day, try_cast('x' as integer) as n, 1.25 as rate, true as y, null as no",
        "select cast('1,5' as varchar(2)) as t, [1, 2] as l, {'a': 1} as s, cast([1] as integer[]) as i, -5 as minus",
        "select if(1 = 1, 'a', 'b') as x, case when 2 > 1 then 9000000000 end as y, interval 3 days as z",
        "select n, count(*) filter (where n > 1) as c from range(1, 4) as r(n) group by n order by n",
        "select strptime('03/04/2024', ['%d/%m/%Y', '%Y-%m-%d']) as t, 170141183460469231731687303715884105727 as huge",
    ],
)
def test_a_tree_is_the_same_select(connection: duckdb.DuckDBPyConnection, select: str) -> None:
    """What is written again from its tree gives the same rows and types."""
    again = text_of(connection, tree_of(connection, select))
    assert connection.execute(again).fetchall() == connection.execute(select).fetchall()
    assert connection.execute(f"describe {again}").fetchall() == connection.execute(f"describe {select}").fetchall()
