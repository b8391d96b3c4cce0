"""What is left out of a text cannot be missed: the shorter one gives the same rows."""

from __future__ import annotations

import sqlite3

import pytest
import sqlglot

from overt.gate.asking._rewrite import pruned, rewritten

KEPT = [
    # A left join of nothing, in the select, the condition, and a join after it.
    ("select x.a, none.b from x left join none on none.a = x.a", True),
    ("select x.a from x left join none on none.a = x.a where none.b is null", True),
    ("select x.a, y.b from x left join none on none.a = x.a left join y on y.a = coalesce(none.b, x.a)", True),
    ("select x.a, n.c from x left join (select a, count(*) as c from none group by a) as n on n.a = x.a", True),
    ("with n as (select a from none) select x.a, n.a as na from x left join n on n.a = x.a", True),
    # Of nothing a count is a row.
    ("select count(*) from none", False),
    ("select x.a, n.c from x cross join (select count(*) as c from none) as n", False),
    ("select count(none.a) from x left join none on none.a = x.a", True),
    # The same name inside is another table's.
    ("select x.a from x left join none as y on y.a = x.a where exists (select 1 from y where y.a = x.a)", True),
    # What is not understood stays.
    ("select x.a, x.b from x left join none using (a)", False),
    ("select * from x left join none on none.a = x.a", False),
    ("select a from x union all select a from none", False),
    ("select x.a from x where exists (select 1 from none where none.a = x.a)", False),
]
NOTHING = [
    "select a from none",
    "select a, count(*) from none group by a",
    "select x.a from x join none on none.a = x.a",
    "select x.a from x, none",
    "select x.a from x join (select a from none) as n on n.a = x.a",
    "with n as (select a from none), m as (select a from n) select m.a from m",
    "select n.a from (select a, max(b) as b from none group by a) as n left join x on x.a = n.a",
]


@pytest.fixture(scope="module")
def engine() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.executescript(
        "create table x (a, b); create table y (a, b); create table none (a, b);"
        "insert into x values (1, 'p'), (2, null), (null, 'q'); insert into y values (1, 'r'), (2, 's')"
    )
    return made


@pytest.mark.parametrize(("text", "shorter"), KEPT)
def test_the_same_rows_by_a_shorter_text(engine: sqlite3.Connection, text: str, shorter: bool) -> None:
    left = pruned(sqlglot.parse_one(text, dialect="sqlite"), {"none"})
    assert left is not None
    told = left.sql(dialect="sqlite")
    assert (told.count("JOIN none") + told.count("FROM none") < text.count("join none") + text.count("from none")) == (
        shorter and "with" not in text
    )
    asked, got = engine.execute(text), engine.execute(told)
    assert [each[0] for each in got.description] == [each[0] for each in asked.description] or "count" in text
    assert sorted(got, key=repr) == sorted(asked, key=repr)


@pytest.mark.parametrize("text", NOTHING)
def test_what_gives_no_row_is_left_out(engine: sqlite3.Connection, text: str) -> None:
    assert pruned(sqlglot.parse_one(text, dialect="sqlite"), {"none"}) is None
    assert engine.execute(text).fetchall() == []


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("select x.a, x.b is null as breach from x", True),
        ("select x.a from x left join y on y.a = x.a", True),
        ("select x.a from y join x on y.a = x.a", False),
        ("select x.a, count(*) from x group by x.a", False),
        ("select x.a, lag(x.b) over (order by x.a) as last from x", False),
        ("select distinct x.a from x", False),
        ("select max(x.a) as a from x", False),
        ("with n as (select a from x) select n.a from n", False),
    ],
)
def test_only_a_text_that_goes_row_by_row_reads_the_staged_rows_alone(text: str, alone: bool) -> None:
    found, _ = rewritten([(text, "x")], "sqlite", (), ("x",))
    assert found[0] is not None
    assert found[0][1] == alone
    assert ("staged_x AS x" in found[0][0]) == alone
