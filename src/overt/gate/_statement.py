"""One statement that puts every relevant control to the staged rows.

Common table expressions named as the model's tables shadow the register's own: the staged rows and
their neighbourhood. Below them stands each control's text, as the audit runs it. A statement depends
only on which tables are staged; the rows come in as one parameter for each table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from overt.controls import Control, Settings, Value, rendered
from overt.controls.engines import Engine, PostgresEngine, SQLiteEngine
from overt.controls.engines._base import SummaryQuery
from overt.gate._neighbours import LOOKUPS, Reach
from overt.model import Column, Kind
from overt.register import KEPT_TABLES, identity, kept_columns

# Which staged tables can make a row of the first breach: an item is part of its entry, and so is a review.
_PARTS = {"entry": ("entry", "item", "review"), "subject": ("subject", "entry")}
# Shadows in the order in which they can be worked out: each may read those before it.
_ORDER = ("entry", "subject", "item", "review", "outcome", "authority", "agreement", "category", "assessment")
_ENTRY_OF = ("entry", "item", "review", "disclosure", "term_hit", "access")
_PERSON_OF = ("subject", "entry")


@dataclass(frozen=True)
class Statement:
    """SQL for one set of staged tables. Rows are (control's place in `controls`, key, breach, reason, day)."""

    sql: str
    controls: tuple[Control, ...]
    tables: tuple[str, ...]


def subject_of(control: Control) -> str:
    """The table that a control's rows are about: that of the first selected column that names a row of the model."""
    for column in control.columns:
        for table in KEPT_TABLES.values():
            if table.key.name == column:
                return table.name
    return ""


def about(control: Control) -> str:
    """The column that names that row."""
    return KEPT_TABLES[subject_of(control)].key.name


def relevant(controls: Iterable[Control], staged: Collection[str]) -> tuple[Control, ...]:
    """The controls that rows of the staged tables can breach."""
    found = []
    for control in controls:
        table = subject_of(control)
        parts = set(_PARTS.get(table, (table,)))
        if parts & set(staged) & set(control.needs):
            found.append(control)
    return tuple(found)


def build(
    controls: Sequence[Control],
    staged: Sequence[str],
    dialect: str,
    thresholds: Mapping[str, Value],
    as_of: dt.date,
    *,
    before: bool = False,
) -> Statement:
    """The statement for these staged tables. With `before` the register is asked as it stood without them."""
    asked = relevant(controls, staged)
    reach = Reach(dialect, tuple(staged), thresholds)
    needed = {name for control in asked for name in control.needs} | set(staged)
    if "assessment" in needed or "category" in needed:
        needed |= {"category", "item"}
    if "item" in needed:
        needed |= {"entry"}
    settings = Settings(as_of, thresholds)
    shadows = [_staged(name, dialect) for name in staged]
    shadows += _focus(staged)
    ordered = [*[name for name in _ORDER if name in needed], *sorted(needed - set(_ORDER))]
    shadows += [_shadow(name, reach, before) for name in ordered]
    arms = [_arm(number, control, dialect, settings) for number, control in enumerate(asked)]
    sql = f"with {', '.join(shadows)} {' union all '.join(arms)}"
    return Statement(sql, asked, tuple(staged))


def _staged(name: str, dialect: str) -> str:
    columns = [KEPT_TABLES[name].by_name[each] for each in kept_columns(name)]
    if dialect == "postgres":
        typed = ", ".join(f'"{each.name}" {"text"}' for each in columns)
        return f"staged_{name} as materialized (select * from jsonb_to_recordset(%({name})s::jsonb) as x({typed}))"
    read = ", ".join(f"json_extract(value, '$.{each.name}') as {each.name}" for each in columns)
    return f"staged_{name} as materialized (select {read} from json_each(:{name}))"


def _focus(staged: Sequence[str]) -> list[str]:
    entries = [f"select entry_id from staged_{name}" for name in _ENTRY_OF if name in staged]
    people = [f"select subject_id from staged_{name}" for name in _PERSON_OF if name in staged]
    none = "select null as {} where 1 = 0"
    listed = (
        "select x.subject_id from focus_entry as f join entry_version as x"
        " on x.entry_id = f.entry_id and x.closed_seq is null"
    )
    of_person = (
        "select x.entry_id from near_subject as f join entry_version as x"
        " on x.subject_id = f.subject_id and x.closed_seq is null"
    )
    shadows = [f"focus_entry(entry_id) as materialized ({' union '.join(entries) or none.format('entry_id')})"]
    shadows.append(f"near_subject(subject_id) as materialized ({' union '.join([*people, listed])})")
    shadows.append(f"near_entry(entry_id) as materialized (select entry_id from focus_entry union {of_person})")
    return shadows


def _shadow(name: str, reach: Reach, before: bool) -> str:
    columns = kept_columns(name)
    plain = ", ".join(f"x.{each}" for each in columns)
    lookups = LOOKUPS[name](reach) if name in LOOKUPS else []
    parts = []
    if name in reach.staged and not before:
        parts.append(f"select {', '.join(columns)} from staged_{name}")
    if lookups:
        replaced = ""
        if name in reach.staged and not before:
            same = " and ".join(f"s.{each} = x.{each}" for each in identity(name))
            replaced = f" where not exists (select 1 from staged_{name} as s where {same})"
        found = " union ".join(lookups)
        parts.append(f"select {plain} from ({found}) as n join {name}_version as x on x.opened_seq = n.opened_seq{replaced}")
    if not parts:
        nothing = ", ".join(f"null as {each}" for each in columns)
        parts.append(f"select {nothing} where 1 = 0")
    return f"{name} as materialized ({' union all '.join(parts)})"


def _arm(number: int, control: Control, dialect: str, settings: Settings) -> str:
    table, column = subject_of(control), about(control)
    dated = f"cast(control.{control.dated} as text)" if control.dated else "cast(null as text)"
    focus = {
        "entry": "select entry_id from focus_entry",
        "subject": "select subject_id from near_subject",
    }.get(table, f"select {column} from staged_{table}")
    return (
        f"select {number}, cast(control.{column} as text), control.breach, control.reason, {dated}"
        f" from ({rendered(control, dialect, settings)}) as control"
        f" where control.breach is not false and control.{column} in ({focus})"
    )
