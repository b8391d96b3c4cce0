"""What a reader must know of how a mapping read the source, in sentences."""

from __future__ import annotations

from overt.audits.mapping._account import TableRead
from overt.audits.mapping._mapping import Mapping


def several_notes(read: tuple[TableRead, ...]) -> list[str]:
    """Notes on cells that hold several values."""
    notes = []
    for column in (column for table in read for column in table.columns):
        rows = sum(each.rows for each in column.values if each.several)
        if rows:
            several = "1 row holds" if rows == 1 else f"{rows:,} rows hold"
            notes.append(f"{column.name}: {several} several values in one cell")
    return notes


def lenient_notes(mapping: Mapping | None) -> list[str]:
    """Notes on columns in which the mapping turns what it cannot read into nothing."""
    views = mapping.views if mapping else ()
    return [
        f"{view.table}.{column}: the mapping turns what it cannot read into nothing"
        for view in views
        for column in view.lenient
    ]
