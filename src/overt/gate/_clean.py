"""Recognises at one look a record that nothing is wrong with, as most are; any other is read field by field.

A file or a program proposes record after record with the same fields. For such a set of fields one pattern says how all
texts of a record look together, line by line, when each is what its column wants. Whoever does not match is not refused
here: `overt.gate._shape` reads the record anew and says what is wrong with which field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from overt.gate._names import is_free_of_shapes, line_of, shapes_are_sought
from overt.gate._rights_only import OF_RIGHTS
from overt.gate._values import LONGEST_TEXT, READERS, UnreadableValue, is_day, is_encodable
from overt.model import TABLES, Column, Kind
from overt.register import identity, row_values

Values = Mapping[str, Any]
_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
    Kind.DATE: (str,),
    Kind.TIMESTAMP: (str,),
}
# These must be computed with, or turned into another form.
_READ_SINGLY = (Kind.INTEGER, Kind.NUMBER, Kind.TIMESTAMP)


@dataclass(frozen=True)
class CleanForm:
    """How a record of a table with certain fields looks when nothing is wrong with it."""

    nothing: dict[str, Any]
    """Every column of the table without a value."""
    texts: Callable[[Values], tuple[str, ...]]
    lines: re.Pattern[str]
    """What the texts are as lines, one for each."""
    sought: Callable[[Values], tuple[str, ...]]
    """The texts in which the shapes of names and addresses are looked for."""
    days: Callable[[Values], tuple[str, ...]]
    singly: tuple[tuple[str, Callable[[Any], Any]], ...]

    def read(self, values: Values) -> dict[str, Any] | None:
        """The row as the register has it, or nothing where a field of the record needs a closer look."""
        text = "\n".join(self.texts(values))
        if (
            self.lines.fullmatch(text) is None
            or len(text) > LONGEST_TEXT
            or "\x00" in text
            or not is_encodable(text)
            or not all(map(is_day, self.days(values)))
            or not is_free_of_shapes("\n".join(self.sought(values)))
        ):
            return None
        row = {**self.nothing, **values}
        try:
            for name, reader in self.singly:
                row[name] = reader(values[name])
        except UnreadableValue:
            return None
        return row


@lru_cache(2_000)
def clean_form(table: str, names: tuple[str, ...], types: tuple[type, ...]) -> CleanForm | None:
    """The form of records of a table with these fields of these types; none where one is missing or of a wrong type.

    All fields are columns of the table that a record may have.
    """
    if table in OF_RIGHTS:
        return None
    by_name = TABLES[table].by_name
    columns = [by_name[name] for name, kind in zip(names, types, strict=True) if kind is not type(None)]
    there = {column.name for column in columns}
    needed = {*identity(table), *(column.name for column in TABLES[table].required)}
    if not there.issuperset(needed) or not all(
        kind is type(None) or kind in _TYPES[by_name[name].kind] for name, kind in zip(names, types, strict=True)
    ):
        return None
    texts = [column for column in columns if column.kind is Kind.TEXT]
    lines = [_line(table, column) for column in texts]
    if not all(lines):
        return None
    return CleanForm(
        row_values(table, {}),
        _getter(texts),
        re.compile("\n".join(lines)),
        _getter(column for column in texts if shapes_are_sought(table, column)),
        _getter(column for column in columns if column.kind is Kind.DATE),
        tuple((column.name, READERS[column.kind]) for column in columns if column.kind in _READ_SINGLY),
    )


def _line(table: str, column: Column) -> str:
    if column.codes:
        return f"(?:{'|'.join(map(re.escape, column.codes))})"
    return line_of(table, column)


def _getter(columns: Iterable[Column]) -> Callable[[Values], tuple[Any, ...]]:
    names = [column.name for column in columns]
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)
