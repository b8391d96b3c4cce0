"""What may stand in a control's text, and what is read from it."""

from __future__ import annotations

import pytest
import sqlglot

from overt.controls import EVERYTHING, render
from overt.controls._text import read_text

GOOD = """
select entry.entry_id, entry.unit, entry.opened_on,
       entry.review_due_on < :as_of as breach,
       'overdue' as reason
from entry
where entry.status = 'active'
"""


def codes(sql: str, dated: str | None = None) -> list[str]:
    return sorted({refusal.code for refusal in read_text(sql, "x.sql", dated=dated, scoped_by_date=False)[1]})


def test_needs_are_the_deciding_columns() -> None:
    """A column that is only carried into the evidence is not needed."""
    text, refusals = read_text(GOOD, "x.sql", dated=None, scoped_by_date=False)
    assert refusals == []
    assert text is not None
    assert text.needs == {"entry": ("entry_id", "review_due_on", "status")}
    assert text.key == "entry_id"


def test_a_date_that_decides_scope_is_needed() -> None:
    """A control that binds from a day on needs the row's date."""
    text, _ = read_text(GOOD, "x.sql", dated="opened_on", scoped_by_date=True)
    assert text is not None
    assert "opened_on" in text.needs["entry"]


def test_needs_reach_through_joins_and_named_subqueries() -> None:
    """Columns used only inside a subquery are needed; columns it selects for nobody are not."""
    text, refusals = read_text(
        """
        with counted as (
          select item.entry_id, count(distinct item.source_ref) as sources, min(item.collected_on) as first_on
          from item group by item.entry_id)
        select entry.entry_id, coalesce(counted.sources, 0) < :least as breach, 'few' as reason
        from entry left join counted on counted.entry_id = entry.entry_id
        where not exists (select 1 from review where review.entry_id = entry.entry_id and review.outcome = 'remove')
        """,
        "x.sql",
        dated=None,
        scoped_by_date=False,
    )
    assert refusals == []
    assert text is not None
    assert text.needs == {
        "entry": ("entry_id",),
        "item": ("entry_id", "source_ref"),
        "review": ("entry_id", "outcome"),
    }
    assert text.parameters == ("least",)


@pytest.mark.parametrize(
    ("fragment", "code"),
    [
        ("current_date > entry.opened_on", "control-not-portable"),
        ("now() > entry.opened_on", "control-not-portable"),
        ("random() > 0.5", "control-not-portable"),
        ("entry.opened_on > date '2020-01-01'", "control-not-portable"),
        ("entry.opened_on + interval 1 day > :as_of", "control-not-portable"),
        ("cast(entry.score as integer) > 1", "control-not-portable"),
        ("try_cast(entry.grounds as integer) > 1", "control-not-portable"),
        ("entry.grounds::int > 1", "control-not-portable"),
        ("regexp_matches(entry.grounds, 'x')", "control-not-portable"),
        ("greatest(entry.score, 1) > 1", "control-not-portable"),
        ("getenv('HOME') = 'x'", "control-not-portable"),
        ("read_text('/etc/passwd') is null", "control-not-portable"),
        ("pg_read_file('/etc/passwd') is null", "control-not-portable"),
        ("pg_sleep(1000) is null", "control-not-portable"),
        ("load_extension('x') is null", "control-not-portable"),
        ("(select max(item.collected_on) from item) > :as_of", "control-scalar-subquery"),
        ("entry.entry_id in (select item.entry_id from item)", "control-in-subquery"),
        ("score > 1", "control-unqualified"),
        ("entry.nothing > 1", "control-unknown-column"),
        ("add_days(entry.opened_on) > :as_of", "control-not-portable"),
        ("sum(entry.score) over (order by entry.opened_on rows 3 preceding) > 1", "control-not-portable"),
    ],
)
def test_refuses_what_is_not_portable_or_not_safe(fragment: str, code: str) -> None:
    """Whatever could look at a clock, read a file, or differ between engines is refused."""
    sql = f"select entry.entry_id, {fragment} as breach, 'x' as reason from entry"
    assert code in codes(sql)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("drop table entry", "control-not-one-select"),
        ("select 1; select 2", "control-not-one-select"),
        ("insert into entry select * from entry", "control-not-one-select"),
        ("copy entry to '/tmp/x'", "control-not-one-select"),
        ("attach 'x.db'", "control-not-one-select"),
        ("install httpfs", "control-not-one-select"),
        ("pragma database_list", "control-not-one-select"),
        ("select entry.entry_id from", "control-not-sql"),
        ("", "control-not-one-select"),
        ("select * from entry", "control-not-portable"),
        ("select entry.entry_id, true as breach from entry", "control-shape"),
        ("select e.entry_id, true as breach, 'x' as reason from 'data.csv' as e", "control-name"),
        ("select e.x, true as breach, 'x' as reason from read_csv('/etc/passwd') as e", "control-not-a-model-table"),
        ("select e.x, true as breach, 'x' as reason from glob('/*') as e", "control-not-a-model-table"),
        ("select e.x, true as breach, 'x' as reason from information_schema.tables as e", "control-not-a-model-table"),
        ("select e.x, true as breach, 'x' as reason from pg_catalog.pg_authid as e", "control-not-a-model-table"),
        ("select item.entry_id, true as breach, 'x' as reason from entry as item", "control-misleading-alias"),
    ],
)
def test_refuses_what_is_not_one_select_over_the_model(sql: str, code: str) -> None:
    """A control reads tables of the model and does nothing else."""
    assert code in codes(sql)


def test_refuses_a_date_that_is_not_selected() -> None:
    """The law is looked up on a selected column."""
    assert codes(GOOD, dated="closed_on") == ["control-dated"]


HAS = """
select entry.entry_id,
       case when entry.score > 0 or entry.band is not null then true
            when has(entry.score) and has(entry.band) then false end as breach,
       'scored' as reason
from entry
where entry.role = 'victim'
"""


def test_a_column_inside_has_is_not_needed() -> None:
    """It decides, and the control can do without it."""
    text, refusals = read_text(HAS, "x.sql", dated=None, scoped_by_date=False)
    assert refusals == []
    assert text is not None
    assert text.needs == {"entry": ("entry_id", "role")}
    assert text.optional == {"entry": ("band", "score")}


def test_a_table_of_which_no_column_is_needed_need_not_be_there() -> None:
    """Where every column that decides stands inside `has()`."""
    joined = HAS.replace("from entry", "from entry left join review on review.entry_id = entry.entry_id").replace(
        "has(entry.score)", "has(entry.score) and has(review.entry_id)"
    )
    text, refusals = read_text(joined, "x.sql", dated=None, scoped_by_date=False)
    assert refusals == []
    assert text is not None
    assert set(text.needs) == {"entry"}
    assert text.optional["review"] == ("entry_id",)


@pytest.mark.parametrize(
    "call",
    [
        "has(entry.nothing)",
        "has(nothing.score)",
        "has(e.score)",
        "has(score)",
        "has(entry.unit)",
        "has(review.outcome)",
        "has()",
        "has(entry.score, entry.band)",
        "has('entry.score')",
        "has(coalesce(entry.score, 1))",
        "has(main.entry.score)",
        "has((select entry.score from entry))",
        "has(entry.score) over () is null",
        "length(has(entry.score)) = 1",
        "has(entry.score) || entry.unit = 'a'",
    ],
)
def test_has_of_anything_else_is_refused(call: str) -> None:
    """It names a column of the model that the text reads, and stands where a condition does."""
    assert codes(HAS.replace("has(entry.band)", call)) == ["control-has"]


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres", "spark"])
def test_no_engine_sees_has(dialect: str) -> None:
    """It is true or false, and a column that the source lacks is null whatever the table holds."""
    tree = sqlglot.parse_one(HAS, dialect="duckdb")
    assert "has(" not in render(tree, dialect, {}).lower()
    lacking = render(tree, dialect, {}, {**EVERYTHING, "entry": ("entry_id", "role", "score")}).lower()
    assert "has(" not in lacking
    assert "entry.band," not in lacking
    assert "null as" in lacking
