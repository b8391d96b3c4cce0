"""Which controls are asked of which staged tables, and what these refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from overt.controls import Control
from overt.model import ENTRY, SUBJECT, TABLES, parts_of, that_refer_to
from overt.register import KEPT_TABLES, identity

# Which staged tables put an entry or a person in question: all that name an entry, and the entries of a person.
IN_FOCUS = {
    ENTRY.name: (ENTRY.name, *(table for table, _ in that_refer_to(ENTRY.name))),
    SUBJECT.name: parts_of(SUBJECT.name),
}


class Reference(NamedTuple):
    """A column of a table that names a row of another table."""

    table: str
    column: str
    to: str


# A record that refers to a row which is not there says nothing of whom or of what it is about.
REFERENCES = tuple(
    Reference(table.name, column.name, column.refers_to)
    for table in TABLES.values()
    for column in table.columns
    if column.must_exist
)
KEY_SEPARATOR = "\x1f"
_TABLES_BY_KEY = {table.key.name: name for name, table in reversed(KEPT_TABLES.items())}


def key_text(table: str, values: Mapping[str, Any]) -> str:
    """The key of a row as one text."""
    return KEY_SEPARATOR.join([str(values[name]) for name in identity(table)])


def subject_of(control: Control) -> str:
    """The table that a control's rows are about: that of the first selected column that names a row of the model."""
    return _subject_of(control.columns)


@cache
def _subject_of(columns: tuple[str, ...]) -> str:
    return next((_TABLES_BY_KEY[column] for column in columns if column in _TABLES_BY_KEY), "")


def relevant(controls: Iterable[Control], staged: Iterable[str]) -> tuple[Control, ...]:
    """The controls that rows of the staged tables can breach."""
    there = set(staged)
    return tuple(control for control in controls if there.intersection(parts_of(subject_of(control)), control.reads))


def window(control: Control, dialect: str) -> str:
    """The rows that the law in force covers, as the audit sees them; a row without a date stays in scope."""
    if control.in_force is None or control.dated is None:
        return ""
    first, last = control.in_force.starts_on, control.in_force.ends_on
    inside = [f"{control.dated} >= {_day(first, dialect)}"] if first else []
    if last:
        inside.append(f"{control.dated} < {_day(last + dt.timedelta(days=1), dialect)}")
    return f"({control.dated} is null or ({' and '.join(inside) or 'true'}))"


def _day(day: dt.date, dialect: str) -> str:
    return f"'{day.isoformat()}'" if dialect == "sqlite" else f"cast('{day.isoformat()}' as date)"
