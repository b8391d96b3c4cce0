"""The joins of a project, as a mapping takes them: by the names of tables and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from overt.audits.mapping.form import BELOW, LOWER, NO_BLANK, NO_ZEROS, TRIM, Cell, Join, Step
from overt.web.studio._action import StudioAsk
from overt.web.studio._source import loaded_tables

_TEXT = Step("text")


def tables_of(ask: StudioAsk) -> list[dict[str, Any]]:
    """The tables of the source, as far as it was read."""
    loaded = loaded_tables(ask.project)
    return [] if loaded is None else list(loaded["tables"])


def joins_of(ask: StudioAsk) -> tuple[Join, ...]:
    """The joins of the project; those whose columns are not there any more are left out."""
    declared = ask.project.settings.join
    tables = tables_of(ask) if declared else []
    return tuple(join for settings in declared for join in joins_in(settings, tables))


def joins_in(settings: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> tuple[Join, ...]:
    """What one join of the project says: one pair of columns; of tables one below the other, all that have one name."""
    sides = [place_in(tables, str(settings.get(side, ""))) for side in ("left", "right")]
    if None in sides:
        return ()
    (left, own), (right, theirs) = ((tables[at[0]], at[1]) for at in sides if at is not None)
    pair = _join(settings, left, right, own, theirs)
    if pair.kind != BELOW:
        return (pair,)
    names = {name.strip().casefold(): place for place, (name, _) in enumerate(right["columns"])}
    alike = [
        _join(settings, left, right, place, names[name.strip().casefold()])
        for place, (name, _) in enumerate(left["columns"])
        if place != own and names.get(name.strip().casefold(), theirs) != theirs
    ]
    return (pair, *alike)


def _join(
    settings: Mapping[str, Any], left: Mapping[str, Any], right: Mapping[str, Any], own: int, theirs: int
) -> Join:
    (name, kind), (other, other_kind) = left["columns"][own], right["columns"][theirs]
    as_text = kind != other_kind
    keys = (
        Cell(each, steps=_steps(settings, each_kind, as_text=as_text))
        for each, each_kind in ((name, kind), (other, other_kind))
    )
    return Join(str(settings["kind"]), str(left["name"]), str(right["name"]), *keys)


def _steps(settings: Mapping[str, Any], kind: str, *, as_text: bool) -> tuple[Step, ...]:
    """What is done to a key before it is compared."""
    ticked = [step for name, step in (("trim", TRIM), ("fold", LOWER), ("zeros", NO_ZEROS)) if settings.get(name)]
    if kind == "VARCHAR":
        return tuple(ticked) or (NO_BLANK,)
    if as_text or NO_ZEROS in ticked:
        return (_TEXT, *(step for step in ticked if step is not TRIM))
    return ()


def place_in(tables: Sequence[Mapping[str, Any]], text: str) -> tuple[int, int] | None:
    """The table and the column that `2/7` names, each from 0; nothing if the source has no such column."""
    table, _, column = text.partition("/")
    if not (table.isdecimal() and column.isdecimal()):
        return None
    at = int(table) - 1, int(column) - 1
    return at if 0 <= at[0] < len(tables) and 0 <= at[1] < len(tables[at[0]]["columns"]) else None
