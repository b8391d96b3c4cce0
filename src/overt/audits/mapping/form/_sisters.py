"""Rows of the model that one row of the source has several of: in columns side by side, or in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from overt.audits.mapping.form._form import (
    ROW,
    TRIM,
    AsItIs,
    ByHand,
    Cell,
    ItemForm,
    MappingForm,
    Pieces,
    Rows,
    ViewForm,
    cells,
)
from overt.audits.mapping.form._joins import shown_name, source_of
from overt.audits.mapping.form._leads import Lead, entry_items, lead, piece_item, row_item
from overt.audits.mapping.form._sql import filled_where


def in_pieces(form: MappingForm, source: str, table: str, column: str, cell: Cell) -> MappingForm:
    """The form with one row of `table` for each of the values that a cell holds, which fill a column of it."""
    if table in form.by_table:
        form = replace(form, views=tuple(view for view in form.views if view.table != table))
    bare = Cell(cell.name, cell.of, (), cell.separator)
    led = _led_alone(form, source)
    note = f"{shown_name(cell)}: each value between “{cell.separator}”"
    part = ItemForm(column, AsItIs(replace(bare, steps=(TRIM,))), note)
    view = ViewForm(
        table,
        Pieces(source, bare),
        (piece_item(led, table), *entry_items(led, table), part),
        f"{filled_where(replace(cell, separator=''))} and {filled_where(bare)}",
        note=f"{table}: one row for each value in a cell of {shown_name(cell)}",
    )
    return replace(form, views=(*form.views, view))


def below_each_other(
    form: MappingForm, source: str, table: str, columns: Sequence[tuple[Cell, Sequence[ItemForm]]]
) -> MappingForm:
    """The form with rows of `table` for each of several columns, one below the other, each with items of its own."""
    led = _led_alone(form, source)
    selects = []
    for place, (cell, items) in enumerate(columns, start=1):
        own = (row_item(led, table, place), *entry_items(led, table), *items)
        selects.append(ViewForm(table, Rows(source), own, filled_where(cell), note=f"{table}: from {shown_name(cell)}"))
    view = replace(selects[0], below=tuple(selects[1:]))
    others = tuple(each for each in form.views if each.table != table)
    return replace(form, views=(*others, view))


def with_sisters(form: MappingForm, source: str, table: str, columns: Sequence[tuple[Cell, ItemForm]]) -> MappingForm:
    """The form with a column of the model filled from several of the source, a row of `table` for each of them.

    Where there are such rows already, each takes one of the columns, in their order. Refuses with `ValueError` rows
    that are not as many.
    """
    view = form.by_table.get(table)
    if view is None:
        return below_each_other(form, source, table, [(cell, [item]) for cell, item in columns])
    parts = (view, *view.below)
    if len(parts) != len(columns) or any(source_of(part) != source for part in parts):
        raise ValueError(f"{table} is made of {len(parts)} columns, not of {len(columns)}")
    filled = [_with(part, item) for part, (_, item) in zip(parts, columns, strict=True)]
    made = replace(filled[0], below=tuple(filled[1:]))
    return replace(form, views=tuple(made if one is view else one for one in form.views))


def _with(view: ViewForm, item: ItemForm) -> ViewForm:
    items = tuple(item if one.column == item.column else one for one in view.items)
    return replace(view, items=items if item.column in view.by_column else (*items, item))


def sisters(view: ViewForm, column: str) -> tuple[str, ...]:
    """The columns of the source that fill a column of the model in rows below each other; nothing if one does."""
    names = [one_cell(part.by_column.get(column)) for part in (view, *view.below)]
    return tuple(names) if all(names) and len(set(names)) > 1 else ()


def one_cell(item: ItemForm | ByHand | None) -> str:
    """The one column of the source that an item reads; empty if there is no such."""
    names = {cell.name for cell in cells(item.choice)} if isinstance(item, ItemForm) else set()
    return names.pop() if len(names) == 1 else ""


def _led_alone(form: MappingForm, source: str) -> Lead:
    """How rows lead to their entry from their table alone; no entry where they would have to stand beside it."""
    led = lead(form, source)
    return led if isinstance(led.frame, Rows) else replace(led, frame=Rows(source), number=None, prefix=Cell(ROW))
