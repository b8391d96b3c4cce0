"""How tables of a source belong together, and what that makes of a form.

A table that describes another stands beside it, in the views of that one. A table that has several rows for one of
another is a view of its own, and leads to the other by its key. Tables of the same kind of rows stand one below the
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from overt.audits.mapping.form._cut import renamed
from overt.audits.mapping.form._form import (
    NO_BLANK,
    ROW,
    Beside,
    Cell,
    Choice,
    Constant,
    Formatted,
    ItemForm,
    MappingForm,
    Rows,
    ViewForm,
    cells,
)
from overt.audits.mapping.form._sql import name_sql
from overt.audits.source._sandbox import quoted_name

DESCRIBES, MANY, BELOW = "describes", "many", "below"
ROW_NUMBER = Formatted("{:08d}", (Cell(ROW),))
"""A number for a row that has none: its place, in eight digits."""
_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Join:
    """A key of one table of the source that is the same as a key of another.

    `describes`: a row of the first has at most one of the second. `many`: it may have several. `below`: both hold the
    same kind of rows, and the two columns mean the same.
    """

    kind: str
    table: str
    other: str
    key: Cell
    other_key: Cell

    def __post_init__(self) -> None:
        if self.kind not in (DESCRIBES, MANY, BELOW):
            raise ValueError(f"tables that belong together by {self.kind!r}")


class NotJoined(ValueError):
    """A column of a table of the source that nothing leads to from the table that fills the view."""

    def __init__(self, source: str, other: str) -> None:
        self.source, self.other = source, other
        super().__init__(f"{other} is filled from elsewhere: nothing joins {source} to {other}")


def source_of(view: ViewForm) -> str:
    """The table of the source that gives a view its rows; empty for a view that is kept."""
    frame = view.frame
    return frame.table if frame is not None else ""


def shown_name(cell: Cell) -> str:
    """The column of a cell as comments name it."""
    return f"“{cell.name}”"


def reads(view: ViewForm, source: str, cell: Cell) -> bool:
    """Whether a cell of a view is one of that table of the source, which has a column of that name."""
    frame = view.frame
    if not isinstance(frame, Beside):
        return source_of(view) == source
    own, other = _names(frame)
    if cell.of:
        return cell.of.lower() == {frame.table: own, frame.other: other}.get(source, "").lower()
    # Without a table's name only one of the two has such a column, or the engine would refuse it.
    return source in (frame.table, frame.other)


def link(form: MappingForm, source: str, target: str) -> tuple[Cell, Cell] | None:
    """The cells of `source` and of `target` that a join says are the same."""
    for join in form.joins:
        if join.kind != BELOW and (join.table, join.other) == (target, source):
            return join.other_key, join.key
        if join.kind != BELOW and (join.table, join.other) == (source, target):
            return join.key, join.other_key
    return None


def beside(form: MappingForm, view: ViewForm, other: str) -> ViewForm:
    """The view with the rows of a table that describes its own. Raises `NotJoined` if none is known to."""
    source, frame = source_of(view), view.frame
    if isinstance(frame, Beside) and frame.other == other:
        return view
    join = next((one for one in form.joins if (one.kind, one.table, one.other) == (DESCRIBES, source, other)), None)
    if join is None or not isinstance(frame, Rows) or view.below:
        raise NotJoined(other, source)
    own = frame.alias or frame.table
    joined = Beside(source, other, met(join.key, own), replace(join.other_key, of=other), alias=frame.alias)
    named = f"{name_sql(own)}."
    return replace(
        each_cell(view, lambda cell: replace(cell, of=own)),
        frame=joined,
        where=renamed(view.where, lambda name: f"{named}{name}"),
    )


def met(key: Cell, table: str) -> Cell:
    """A key by which rows of two tables meet: a blank one meets no other."""
    is_plain = not key.steps or NO_BLANK in key.steps
    return replace(key, of=table, steps=key.steps if is_plain else (*key.steps, NO_BLANK))


def of_table(view: ViewForm, source: str, item: ItemForm) -> ItemForm:
    """An item of a view, its cells named with the table that they are of, if the view has two."""
    frame = view.frame
    if not isinstance(frame, Beside):
        return item
    own, other = _names(frame)
    name = own if source == frame.table else other
    return each_cell(item, lambda cell: replace(cell, of=name))


def apart(view: ViewForm) -> ViewForm:
    """The view without the table that stands beside its own, and without what that one fills."""
    frame = view.frame
    if not isinstance(frame, Beside):
        return view
    own, other = _names(frame)
    items = tuple(item for item in view.items if not (isinstance(item, ItemForm) and _is_of(item, other)))
    named = f"{name_sql(own)}."
    bare = each_cell(replace(view, items=items), lambda cell: replace(cell, of=""))
    where = renamed(view.where, lambda name: name, before=named)
    return replace(bare, frame=Rows(frame.table, frame.alias), where=where)


def _is_of(item: ItemForm, name: str) -> bool:
    return any(cell.of.lower() == name.lower() for cell in cells(item.choice))


def _names(frame: Beside) -> tuple[str, str]:
    return frame.alias or frame.table, frame.other_alias or frame.other


# --- one below the other ----------------------------------------------------------------------------------------------


def stacked(form: MappingForm, view: ViewForm) -> ViewForm:
    """The view with the rows of the tables that stand below its own, their columns named as they are there."""
    source = source_of(view)
    others = dict.fromkeys(join.other for join in form.joins if (join.kind, join.table) == (BELOW, source))
    if not others:
        return view
    own = tuple(part for part in (view, *view.below) if source_of(part) == source)
    known = {other: [part for part in view.below if source_of(part) == other] for other in others}
    parts = tuple(
        _again(known[other][number], made) if number < len(known[other]) else made
        for place, other in enumerate(others, start=2)
        for number, made in enumerate(
            _part(form, replace(part, below=()), other, place) for part in own if isinstance(part.frame, Rows)
        )
    )
    return replace(view, below=(*own[1:], *parts))


def _again(part: ViewForm, made: ViewForm) -> ViewForm:
    """A select over another table as it is, with what has become known of its columns since."""
    items = tuple(
        new if isinstance(item, ItemForm) and item.choice == Constant(None) else item
        for item, new in zip(part.items, made.items, strict=True)
    )
    return replace(part, items=items, where=part.where or made.where, by=part.by or made.by)


def there(form: MappingForm, source: str, other: str, item: ItemForm) -> ItemForm:
    """An item of a table as it is in one that stands below it; nothing where that one has no such column."""
    return replace(item, choice=_there(item.choice, _counterparts(form, source, other)))


def _part(form: MappingForm, view: ViewForm, other: str, place: int) -> ViewForm:
    """A select over another table that gives the same columns as a select over the first."""
    source = source_of(view)
    names = _counterparts(form, source, other)
    items = tuple(_numbered(there(form, source, other, item), place) if isinstance(item, ItemForm) else item
                  for item in view.items)  # fmt: skip
    known = {quoted_name(name): quoted_name(theirs) for name, theirs in names.items()}
    has_all = all(name in known or name == ROW for name in _named_in(view.where))
    where = renamed(view.where, lambda name: known.get(name, name)) if has_all else ""
    by = replace(view.by, name=names[view.by.name]) if view.by is not None and view.by.name in names else None
    return ViewForm(view.table, Rows(other), items, where, by, note=view.note)


def _counterparts(form: MappingForm, source: str, other: str) -> dict[str, str]:
    """By column of a table, the column that means the same in one that stands below it."""
    pairs = [join for join in form.joins if (join.kind, join.table, join.other) == (BELOW, source, other)]
    return {join.key.name: join.other_key.name for join in pairs}


def _there(choice: Choice, names: dict[str, str]) -> Choice:
    if any(cell.name not in names and cell.name != ROW for cell in cells(choice)):
        return Constant(None)
    return each_cell(choice, lambda cell: replace(cell, name=names.get(cell.name, cell.name)))


def _numbered(item: ItemForm, place: int) -> ItemForm:
    """Numbers of rows that are not those of the first table."""
    if item.choice != ROW_NUMBER:
        return item
    return replace(item, choice=replace(ROW_NUMBER, pattern=f"{place}-{{:08d}}"))


def _named_in(where: str) -> Iterator[str]:
    names: list[str] = []

    def keep(name: str) -> str:
        names.append(name)
        return name

    renamed(where, keep)
    yield from names


def each_cell(part: _Part, change: Callable[[Cell], Cell]) -> _Part:
    """A part of a form with each of its cells changed."""
    if isinstance(part, Cell):
        changed: Any = change(part)
        return changed  # type: ignore[no-any-return]
    if isinstance(part, tuple):
        several: Any = tuple(each_cell(one, change) for one in part)
        return several  # type: ignore[no-any-return]
    if not is_dataclass(part) or isinstance(part, type):
        return part
    names = [one.name for one in fields(part) if one.init]
    changes = {name: each_cell(getattr(part, name), change) for name in names}
    return replace(part, **changes)
