"""The rows of one column of a source as these pages need them: filled, as text, with the number that a person sees."""

from __future__ import annotations

from collections.abc import Sequence

from overt.audits.source import SourceTable
from overt.audits.source._blank import whole_rows
from overt.audits.source._sandbox import quoted_name
from overt.audits.source._texts import is_filled

FIRST_ROWS = 5
"""So many rows are named by their numbers; the rest are counted."""
SAMPLED = 20_000
"""Shapes and kinds are looked at in about so many rows."""


def filled_rows(table: SourceTable, column: str, *, every: int = 1) -> str:
    """A query for the filled rows of a column: `value` as text, and `place`, the row's number in the file.

    With `every`, of so many rows one, by a hash of its number: spread over the file and always the same.
    """
    whole, number = whole_rows(table)
    name = quoted_name(column)
    kind = kind_of(table, column)
    thin = f" and hash({number}) % {every} = 0" if every > 1 else ""
    return (
        f"(select {name}::varchar as value, {number} + {table.first_row} as place from {whole}"
        f" where {is_filled(name, kind)}{thin})"
    )


def filled_rows_of(table: SourceTable, columns: Sequence[str]) -> str:
    """The same of several columns, one below the other."""
    if len(columns) == 1:
        return filled_rows(table, columns[0])
    return f"({' union all '.join(f'select * from {filled_rows(table, column)}' for column in columns)})"


def kind_of(table: SourceTable, column: str) -> str:
    """The DuckDB type of a column."""
    return dict(table.columns)[column]


def step(rows: int) -> int:
    """One row of how many is looked at."""
    return -(-rows // SAMPLED) if rows > SAMPLED else 1
