"""What the joins of a mapping match and what they leave on both sides, by the keys as the mapping makes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from overt.audits.columns import JoinSide, KeyMatch, match_keys
from overt.audits.mapping._mapping import Mapping
from overt.audits.mapping.form import (
    AsItIs,
    Beside,
    Cell,
    ItemForm,
    MappingForm,
    ViewForm,
    cell_sql,
    read_form,
    source_of,
)
from overt.audits.source._account import SourceAccount, SourceTable
from overt.model import ENTRY, TABLES


@dataclass(frozen=True)
class JoinRead:
    """A join of a mapping: the table of the model that it is for, both tables of the source, and how their keys meet.

    `on` are the columns of the source. `keeps` says that rows of the left table without a match are kept.
    """

    table: str
    tables: tuple[str, str]
    origins: tuple[str, str]
    on: tuple[str, str]
    match: KeyMatch
    keeps: bool = True

    @property
    def left_over(self) -> tuple[tuple[str, JoinSide], ...]:
        """The files of which rows match nothing and are left out, with what is known of them."""
        left, right = self.match.left, self.match.right
        sides = [(self.origins[1], right)] if self.keeps else [(self.origins[0], left), (self.origins[1], right)]
        return tuple((origin, side) for origin, side in sides if side.unmatched.rows)

    @property
    def said(self) -> tuple[str, ...]:
        """What a reader must know of it, by the numbers of rows and nothing else."""
        first, second = self.origins
        return tuple(
            f"{self.table}: {side.unmatched.rows:,} of {side.rows:,} rows of {origin} match no row of"
            f" {second if origin == first else first} ({_rows(side)})"
            for origin, side in self.left_over
        )


def joins_read(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping | None, account: SourceAccount
) -> tuple[JoinRead, ...]:
    """Every join of a mapping, and every table that leads to the entries by a key of its own, with what they match.

    Those outside the form are not among them.
    """
    if mapping is None or len(mapping.sources) < 2 or not mapping.text:
        return ()
    return tuple(
        JoinRead(table, (left.name, right.name), (left.origin, right.origin), (own.name, theirs.name),
                 match_keys(connection, left, right, (own.name, theirs.name), (_key(own), _key(theirs))), keeps)
        for table, left, right, own, theirs, keeps in _pairs(read_form(mapping.text, account), account)
    )  # fmt: skip


_Pair = tuple[str, SourceTable, SourceTable, Cell, Cell, bool]


def _pairs(form: MappingForm, account: SourceAccount) -> Iterator[_Pair]:
    """The tables that a form brings together, with the cells that are the same; each pair once for a table."""
    entry = form.by_table.get("entry")
    for view in form.views:
        for part in (view, *view.below):
            frame = part.frame
            if isinstance(frame, Beside):
                left, right = account.by_name.get(frame.table.lower()), account.by_name.get(frame.other.lower())
                if left is not None and right is not None:
                    yield view.table, left, right, frame.key, frame.other_key, frame.all_rows
            elif entry is not None and view is not entry:
                yield from _by_key(entry, part, account)


def _by_key(entry: ViewForm, view: ViewForm, account: SourceAccount) -> Iterator[_Pair]:
    """A table of which each row has the number of an entry of another table."""
    if ENTRY.entry_id not in TABLES[view.table].by_name or source_of(view) in ("", source_of(entry)):
        return
    theirs, own = _number(entry), _number(view)
    left, right = account.by_name.get(source_of(entry).lower()), account.by_name.get(source_of(view).lower())
    if theirs is not None and own is not None and left is not None and right is not None:
        yield view.table, left, right, theirs, own, True


def _number(view: ViewForm) -> Cell | None:
    """The cell that is the number of an entry."""
    item = view.by_column.get(ENTRY.entry_id)
    return item.choice.cell if isinstance(item, ItemForm) and isinstance(item.choice, AsItIs) else None


def _key(cell: Cell) -> str:
    """SQL for what is made of a text named `value`."""
    return cell_sql(replace(cell, name="value", of=""))


def _rows(side: JoinSide) -> str:
    places = ", ".join(map(str, side.unmatched.places))
    more = " and more" if side.unmatched.rows > len(side.unmatched.places) else ""
    return f"row {places}" if side.unmatched.rows == 1 else f"rows {places}{more}"
