"""Which columns of the model a source fills, and what a control does without."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from overt.model import TABLES

Filled = Mapping[str, Collection[str]]
"""By table of the model, the columns that the source fills; a table that it does not fill is absent."""
Columns = dict[str, tuple[str, ...]]
EVERYTHING: Filled = {name: tuple(column.name for column in table.columns) for name, table in TABLES.items()}


def lacking(optional: Columns, filled: Filled) -> tuple[str, ...]:
    """The tables and `table.column`s that a control does without."""
    return tuple(
        name
        for table, columns in optional.items()
        for name in (
            [f"{table}.{each}" for each in columns if each not in filled[table]] if table in filled else [table]
        )
    )


def tables_with(column: str) -> frozenset[str]:
    """The tables of the model that have a column of this name."""
    return frozenset(table.name for table in TABLES.values() if column in table.by_name)
