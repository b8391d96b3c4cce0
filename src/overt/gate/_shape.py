"""Reads the values of a proposed record into the register's own form, or says which fields cannot be read."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import cache
from typing import Any

from overt.gate._clean import clean_form
from overt.gate._names import naming
from overt.gate._outcome import Proposed, Reason, Staged, refuse
from overt.gate._rights_only import rights_only
from overt.gate._values import READERS, UnreadableValue
from overt.model import TABLES
from overt.register import KEPT_TABLES, OWN_TABLES, identity, kept_columns, row_values

PROPOSABLE = tuple(name for name in KEPT_TABLES if name not in OWN_TABLES)
CHANGES = ("collect", "alter")


def stage(proposed: Proposed) -> tuple[Staged | None, list[Reason]]:
    """The record in the register's form and what is wrong with its shape; nothing staged without a table or a key."""
    table, values = proposed.table, proposed.values
    if table not in PROPOSABLE:
        wanted = f"one of {', '.join(PROPOSABLE)}"
        return None, [refuse("table-unknown", "table", "this table cannot be proposed to the gate", wanted)]
    row = None
    # Only names that the table has: what somebody else calls a field is not remembered.
    if proposed.change in CHANGES and values.keys() <= _readers(table).keys():
        form = clean_form(table, tuple(values), tuple(map(type, values.values())))
        row = form.read(values) if form else None
    return _read_closely(proposed) if row is None else (Staged(proposed, row), [])


def _read_closely(proposed: Proposed) -> tuple[Staged | None, list[Reason]]:
    table = proposed.table
    reasons = []
    if proposed.change not in CHANGES:
        reasons.append(refuse("change-unknown", f"{table}, action", "neither collect nor alter", ", ".join(CHANGES)))
    readers = _readers(table)
    values: dict[str, Any] = {}
    faulty = set()
    for name, value in proposed.values.items():
        reader = readers.get(name)
        if reader is None:
            reasons.append(_unknown(proposed, name))
        elif value is not None:
            try:
                values[name] = reader(value)
            except UnreadableValue as fault:
                faulty.add(name)
                reasons.append(refuse("value-unreadable", f"{table}.{name}", str(fault)))
    reasons += [
        refuse("value-missing", f"{table}.{name}", "no value", "this field is required")
        for name in _needed(table)
        if name not in values and name not in faulty
    ]
    reasons += [
        refuse("code-not-listed", f"{table}.{name}", "not in the model's list", ", ".join(codes))
        for name, codes in _coded(table)
        if name in values and values[name] not in codes
    ]
    reasons += naming(table, values)
    if not proposed.of_rights:
        reasons += rights_only(table, values, alters=proposed.change == "alter")
    if any(name not in values for name in identity(table)):
        return None, reasons
    return Staged(proposed, row_values(table, values), frozenset(faulty)), reasons


def _unknown(proposed: Proposed, name: str) -> Reason:
    """A field that does not exist: its name may itself be somebody's, and is not repeated."""
    columns = _readers(proposed.table)
    says = f"field {list(proposed.values).index(name) + 1} of the record is none that the table has"
    near = difflib.get_close_matches(str(name).lower(), columns, 1)
    remedy = f"did you mean {near[0]}? " if near else ""
    return refuse("column-unknown", proposed.table, says, f"{remedy}only {', '.join(columns)}")


@cache
def _needed(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in TABLES[table].required)


@cache
def _coded(table: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((column.name, column.codes) for column in TABLES[table].columns if column.codes)


@cache
def _readers(table: str) -> dict[str, Callable[[Any], Any]]:
    return {name: READERS[TABLES[table].by_name[name].kind] for name in kept_columns(table)}
