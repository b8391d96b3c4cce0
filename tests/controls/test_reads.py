"""Two packs that were taken once: one reads a relation of the server, the other shows why people are listed.

And the barrier in the engines by itself: what it refuses, and that it refuses nothing that a control may say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot

from overt.controls import (
    Control,
    Pack,
    Settings,
    check_control,
    find_pack,
    new_control,
    read_cases,
    read_pack,
    render,
    rendered,
    run_control,
    shipped_packs,
)
from overt.controls import cases_path as cases_of
from overt.controls.engines import Engine, open_for_cases
from overt.model import TABLES
from overt.refusals import Refusal, Refusals

AS_OF = dt.date(2026, 6, 30)

# A `with` in an inner select gives its name to nothing else, so the first `exists` reads the engine's own relation.
READS_OUTSIDE = """
select entry.entry_id,
       case when exists (select t.table_name from duckdb_tables as t where t.table_name like 's%') then 'yes'
            when exists (select i.a from (with duckdb_tables as (select entry.entry_id as a from entry)
                                          select duckdb_tables.a from duckdb_tables) as i) then 'maybe'
            else 'no' end as unit,
       entry.review_due_on is null as breach,
       'no review date is set' as reason
from entry where entry.status = 'active'
"""
SHOWS_GROUNDS = """
select entry.entry_id, entry.grounds as unit,
       entry.review_due_on is null as breach,
       entry.grounds as reason
from entry where entry.status = 'active'
"""


def pack_with(folder: Path, select: str) -> Path:
    """A pack of one control whose text is this select."""
    new_control(folder / "p", "XX-01")
    path = folder / "p" / "xx-01.sql"
    header = [line for line in path.read_text().splitlines() if line.startswith("--")]
    path.write_text("\n".join([*header, select.strip(), ""]))
    return folder / "p"


def codes(folder: Path) -> set[str]:
    with pytest.raises((Refusal, Refusals)) as caught:
        read_pack(folder)
    error = caught.value
    return {each.code for each in (error.refusals if isinstance(error, Refusals) else [error])}


def test_a_pack_that_reads_a_relation_of_the_server_is_refused(tmp_path: Path) -> None:
    """A name that an inner select gives makes no relation of the same name legal elsewhere."""
    assert codes(pack_with(tmp_path, READS_OUTSIDE)) == {"control-not-a-model-table"}


def test_a_pack_that_shows_grounds_is_refused(tmp_path: Path) -> None:
    """Why a person is listed may decide a breach; it never stands in the evidence."""
    assert codes(pack_with(tmp_path, SHOWS_GROUNDS)) == {"control-free-text"}


@pytest.mark.parametrize(
    "shown",
    [
        "entry.grounds as unit",
        "lower(trim(entry.grounds)) as unit",
        "'x' || entry.purpose as unit",
        "length(entry.closed_reason) as unit",
        "case when entry.grounds like 'A%' then 'a' else 'b' end as unit",
        "coalesce(entry.unit, entry.grounds) as unit",
        "case when exists (select 1 from review where review.reasons = 'x') then 'a' else 'b' end as unit",
        "w.g as unit",
        "max(entry.grounds) over (partition by entry.unit) as unit",
        "row_number() over (order by entry.grounds) as unit",
    ],
)
def test_words_about_people_reach_no_evidence_by_any_expression(tmp_path: Path, shown: str) -> None:
    """Directly, by a function, a guess, a select, a window or an order."""
    select = (
        "with w as (select entry.entry_id as e, entry.grounds as g from entry)"
        f" select entry.entry_id, {shown}, entry.review_due_on is null as breach, 'r' as reason"
        " from entry left join w on w.e = entry.entry_id"
    )
    assert codes(pack_with(tmp_path, select)) & {"control-free-text", "control-unknown-column"}


@pytest.fixture
def unread(tmp_path: Path) -> Control:
    """A control whose text nobody has read."""
    new_control(tmp_path / "q", "XX-01")
    return replace(read_pack(tmp_path / "q").controls[0], sql=READS_OUTSIDE, columns=("entry_id", "unit", "breach"))


def test_an_audit_refuses_what_the_engine_would_read(unread: Control) -> None:
    """With a code, the control's name and what it would read."""
    engine = with_tables("duckdb")
    with pytest.raises(Refusal, match=r"control-reads-outside: p, XX-01: it would read duckdb_tables"):
        run_control(unread, "p", engine, Settings(AS_OF))


def test_cases_refuse_what_the_engine_would_read(unread: Control) -> None:
    """The engine that runs cases is not locked, so it asks as well."""
    with pytest.raises(Refusal, match="control-reads-outside: XX-01"):
        list(check_control(unread, read_cases(cases_of(unread)), {}, open_for_cases("duckdb")))


def with_tables(name: str) -> Engine:
    """The engine with the tables of the model, all of them empty."""
    engine = open_for_cases(name)
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        if name == "spark":
            engine.session.sql(engine.values(table, names, [])).createOrReplaceTempView(table.name)  # type: ignore[attr-defined]
            continue
        kind = "temporary table" if "://" in name else "table"
        columns = ", ".join(f"{column.name} {engine.types[column.kind]}" for column in table.columns)
        engine.execute(f"create {kind} {table.name} ({columns})")
    return engine


# Everything that the grammar of controls knows, in three texts.
PERMITTED = [
    """
    select entry.entry_id, lag(entry.score, 1, 0) over (partition by entry.unit order by entry.opened_on desc) as a,
           lead(entry.score) over (order by entry.entry_id) as b, row_number() over (order by entry.entry_id) as c,
           upper(entry.unit) as d, trim(entry.unit, 'x') as e, length(lower(entry.unit)) as f,
           replace(entry.unit, 'a', 'b') as g, entry.unit || 'x' as h, entry.score / 2 as i, - entry.score as j,
           entry.score * 2 + 1 - 3 as k, entry.opened_on between :as_of and add_days(:as_of, 3) as l,
           add_years(entry.opened_on, 1) as m, days_between(entry.opened_on, :as_of) as n,
           entry.unit is not distinct from 'x' as o, entry.unit is distinct from 'x' as p, entry.unit like 'a%' as q,
           entry.unit not like 'a_' as r, entry.unit in ('a', 'b') as s, entry.score in (1, 2.5) as t,
           not (entry.score > 1 or entry.score < 0) and true as u, case entry.unit when 'a' then 1 else null end as v,
           coalesce(entry.unit, 'x', null) as w, nullif(entry.unit, 'a') as x, trim(leading 'x' from entry.unit) as y,
           trim(trailing 'x' from entry.unit) as z, true as breach, 'r' as reason
    from entry right join review on review.entry_id = entry.entry_id
    full outer join item on item.entry_id = entry.entry_id cross join authority
    where exists (select 1 from item as i where i.entry_id = entry.entry_id union select 1 from review)
      and entry.opened_on > :as_of and not exists (select distinct i.entry_id from item as i)
    """,
    """
    with a as (select entry.unit as u, count(*) as n, count(distinct entry.role) as m, sum(entry.score) as s,
                      min(entry.opened_on) as first_on, max(entry.opened_on) as last_on,
                      sum(entry.score) filter (where entry.score > 1) as f, sum(count(*)) over () as every
               from entry group by entry.unit having count(*) > 1),
         b as (select a.u from a union all select a.u from a)
    select b.u, true as breach, 'x' as reason from b left join a on a.u = b.u where a.s > 1.5 order by b.u desc
    """,
    """
    select encounter.encounter_id, day_of(encounter.occurred_at) > :as_of as breach, 'x' as reason from encounter
    """,
]


def permitted(engine: Engine) -> Iterator[str]:
    """The texts of all shipped controls, and those above, in the engine's words."""
    for pack in map(read_pack, map(find_pack, sorted(shipped_packs()))):
        yield from texts_of(pack, engine)
    for text in PERMITTED:
        yield render(sqlglot.parse_one(text, dialect="duckdb"), engine.dialect, {"as_of": AS_OF})


def texts_of(pack: Pack, engine: Engine) -> list[str]:
    settings = Settings(AS_OF, {name: each.value for name, each in pack.thresholds.items()})
    return [rendered(control, engine.dialect, settings) for control in pack.controls]


@pytest.mark.parametrize("name", ["duckdb", "sqlite"])
def test_the_barrier_lets_through_all_that_a_control_may_say(name: str) -> None:
    """Every shipped control, and everything that the grammar knows."""
    refused_by(with_tables(name))


@pytest.mark.postgres
def test_the_barrier_of_postgresql_lets_through_all_that_a_control_may_say(postgres_url: str) -> None:
    """The same on a server."""
    refused_by(with_tables(postgres_url))


@pytest.mark.spark
@pytest.mark.slow
def test_the_barrier_of_spark_lets_through_all_that_a_control_may_say(java: None) -> None:
    """The same on Spark; every night, for the cases of the packs ask it every time."""
    refused_by(with_tables("spark"))


@pytest.mark.spark
def test_spark_takes_literal_rows_around_a_control_and_none_in_it(java: None) -> None:
    """The rows of a case are a table of literals; a control has only the tables of the model."""
    engine = open_for_cases("spark")
    rows = engine.values(TABLES["entry"], ["entry_id", "opened_on"], [{"entry_id": "it's \\", "opened_on": None}])
    assert engine.fetch(rows) == [("it's \\", None)]
    control = "select entry.entry_id, false as breach from entry"
    assert engine.reads_outside(control, f"with entry as ({rows}), control as ({control}) select * from control") == []
    own = "select * from values ('E1', false) as t (entry_id, breach)"
    assert engine.reads_outside(own, f"with control as ({own}) select * from control") != []


def refused_by(engine: Engine) -> None:
    for text in permitted(engine):
        assert engine.reads_outside(text, f"with control as ({text}) select count(*) as n from control") == []
    engine.close()
