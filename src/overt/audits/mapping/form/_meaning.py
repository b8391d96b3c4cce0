"""What a person changes in a form: what a column of the source means, one meaning at a time.

Where a column belongs to another table than the one that its sheet is a list of, that table gets a view of its own: its
rows exist only where the column is filled, and its number is that of the entry with a letter and a place behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from overt.audits.mapping.form._form import (
    LOWER,
    NO_BLANK,
    ROW,
    TRIM,
    Agreed,
    AsItIs,
    ByHand,
    Cell,
    Choice,
    Combined,
    Constant,
    Formatted,
    Frame,
    ItemForm,
    Likeness,
    MappingForm,
    NumberedPeople,
    Pieces,
    Rows,
    ViewForm,
    cells,
)
from overt.audits.mapping.form._sql import PERSON, filled_where
from overt.model import ENTRY, SUBJECT, TABLES

ROW_NUMBER = Formatted("{:08d}", (Cell(ROW),))
"""A number for a row that has none: its place, in eight digits."""


@dataclass(frozen=True)
class Meaning:
    """One thing that a column of the source means: a column of the model, and the item that fills it."""

    table: str
    item: ItemForm | ByHand

    @property
    def name(self) -> str:
        """`table.column` of the model."""
        return f"{self.table}.{self.item.column}"


def meanings(form: MappingForm, source: str, column: str) -> tuple[Meaning, ...]:
    """What a column of the source means: every item that reads it, but for keys of parts and digests of rows."""
    return tuple(
        Meaning(view.table, item)
        for view in form.views
        for part in (view, *view.below)
        if source_of(part) == source
        for item in part.items
        if isinstance(item, ItemForm)
        and not isinstance(item.choice, Combined | Likeness)
        and not _is_link(part, item)
        and column in {cell.name for cell in cells(item.choice)}
    )


def by_hand(form: MappingForm) -> Iterator[Meaning]:
    """The columns that are filled by hand, of which it is not said what they read."""
    for view in form.views:
        yield from (Meaning(view.table, item) for item in view.items if isinstance(item, ByHand))


def source_of(view: ViewForm) -> str:
    """The table of the source that gives a view its rows; empty for a view that is kept."""
    frame = view.frame
    return frame.table if frame is not None else ""


def with_meaning(form: MappingForm, source: str, table: str, item: ItemForm, *, note: str = "") -> MappingForm:
    """The form with a column of the model filled from a table of the source.

    The view of that table of the model is made if there is none; refuses with `ValueError` one that is kept, or whose
    rows come from elsewhere.
    """
    view = form.by_table.get(table)
    if view is None:
        made = _new_view(form, source, table, item, note)
        return replace(form, views=(*form.views, made))
    if view.frame is None or source_of(view) != source:
        raise ValueError(f"{table} is filled from elsewhere")
    if view.by is not None and not isinstance(item.choice, Agreed) and item.column != SUBJECT.subject_id:
        item = replace(item, choice=Agreed(item.choice))
    form = _with_view(form, _with_item(view, item))
    if item.column == ENTRY.entry_id and table == "entry" and isinstance(item.choice, AsItIs):
        form = replace(form, views=tuple(_led_to(each, source, item.choice.cell) for each in form.views))
    return form


def with_key(view: ViewForm) -> ViewForm:
    """The view, whose rows are numbered by their place if nothing in it numbers them."""
    key = TABLES[view.table].key.name
    if key in view.by_column:
        return view
    return replace(view, items=(ItemForm(key, ROW_NUMBER, "the number of the row"), *view.items))


def without(form: MappingForm, table: str, column: str) -> MappingForm:
    """The form without a column of the model; a view that is left with its keys alone goes with it."""
    view = form.by_table[table]
    parts = tuple(
        replace(part, items=tuple(item for item in part.items if item.column != column)) for part in (view, *view.below)
    )
    kept = replace(parts[0], below=parts[1:])
    if all(_is_link(kept, item) or isinstance(item.choice, Combined | Formatted) for item in _formed(kept)):
        return replace(form, views=tuple(each for each in form.views if each.table != table))
    return _with_view(form, kept)


def in_pieces(form: MappingForm, source: str, table: str, column: str, cell: Cell) -> MappingForm:
    """The form with one row of `table` for each of the values that a cell holds, which fill a column of it."""
    if table in form.by_table:
        form = replace(form, views=tuple(view for view in form.views if view.table != table))
    bare = Cell(cell.name, cell.of, (), cell.separator)
    number = Combined((_entry_key(form, source), f"-{_letter(table)}", Cell("n", "part")))
    note = f"{_said(cell)}: each value between “{cell.separator}”"
    part = ItemForm(column, AsItIs(replace(bare, steps=(TRIM,))), note)
    view = ViewForm(
        table,
        Pieces(source, bare),
        (_numbered(table, number), *_to_entry(form, source, table), part),
        f"{filled_where(replace(cell, separator=''))} and {filled_where(bare)}",
        note=f"{table}: one row for each value in a cell of {_said(cell)}",
    )
    return replace(form, views=(*form.views, view))


def below_each_other(
    form: MappingForm, source: str, table: str, columns: Sequence[tuple[Cell, Sequence[ItemForm]]]
) -> MappingForm:
    """The form with rows of `table` for each of several columns, one below the other, each with items of its own."""
    selects = []
    for place, (cell, items) in enumerate(columns, start=1):
        number = Combined((_entry_key(form, source), f"-{_letter(table)}{place}"))
        own = (_numbered(table, number), *_to_entry(form, source, table), *items)
        selects.append(ViewForm(table, Rows(source), own, filled_where(cell), note=f"{table}: from {_said(cell)}"))
    view = replace(selects[0], below=tuple(selects[1:]))
    others = tuple(each for each in form.views if each.table != table)
    return replace(form, views=(*others, view))


def numbered_people(form: MappingForm, source: str, column: str) -> MappingForm:
    """The form with people numbered in the order of a column of names, which goes nowhere itself."""
    frame = NumberedPeople(source, Cell(column, steps=(TRIM, LOWER, NO_BLANK)))
    person = AsItIs(Cell(PERSON))
    note = f"people are numbered in the order of “{column}”; the names are not kept"
    for table in ("entry", "subject"):
        view = form.by_table.get(table)
        if view is not None and source_of(view) == source:
            form = _with_view(form, replace(view, frame=frame))
    subject = form.by_table.get("subject")
    if subject is None:
        key = ItemForm(SUBJECT.subject_id, person, note)
        where = f"{PERSON} is not null"
        made = ViewForm("subject", frame, (key,), where, Cell(PERSON), note="subject: one row for each number")
        form = replace(form, views=(made, *form.views))
    if "entry" in form.by_table:
        form = with_meaning(form, source, "entry", ItemForm(ENTRY.subject_id, person, note))
    return form


def _new_view(form: MappingForm, source: str, table: str, item: ItemForm, note: str) -> ViewForm:
    read = next(cells(item.choice), None)
    key = TABLES[table].key
    made = f"{table}: one row for each row of {source}"
    if item.column == key:
        where = filled_where(read) if read is not None else ""
        by = replace(read, steps=(TRIM,)) if TABLES[table] is SUBJECT and read is not None else None
        return ViewForm(table, Rows(source), (item,), where, by, note=note or made)
    if ENTRY.entry_id in TABLES[table].by_name and table != "entry" and read is not None:
        number = Combined((_entry_key(form, source), f"-{_letter(table)}1"))
        items = (_numbered(table, number), *_to_entry(form, source, table), item)
        said = f"{table}: one row where {_said(read)} is filled; earlier ones are not in the source"
        return ViewForm(table, Rows(source), items, filled_where(read), note=note or said)
    if TABLES[table] is SUBJECT and (person := _person(form, source)) is not None:
        keyed = ItemForm(SUBJECT.subject_id, AsItIs(person), f"{_said(person)}: as it is")
        agreed = replace(item, choice=item.choice if isinstance(item.choice, Agreed) else Agreed(item.choice))
        return ViewForm(
            table, _frame(form, source), (keyed, agreed), filled_where(person), person,
            note=f"subject: one row for each value of {_said(person)}",
        )  # fmt: skip
    number_item = ItemForm(key.name, ROW_NUMBER, "the number of the row")
    return ViewForm(table, _frame(form, source), (number_item, item), note=note or made)


def _frame(form: MappingForm, source: str) -> Frame:
    """Where rows of a table come from: as for the entry, if its people are numbered."""
    entry = form.by_table.get("entry")
    if entry is not None and isinstance(entry.frame, NumberedPeople) and entry.frame.table == source:
        return entry.frame
    return Rows(source)


def _person(form: MappingForm, source: str) -> Cell | None:
    """The cell that numbers the person of an entry."""
    entry = form.by_table.get("entry")
    item = entry.by_column.get(ENTRY.subject_id) if entry is not None and source_of(entry) == source else None
    return item.choice.cell if isinstance(item, ItemForm) and isinstance(item.choice, AsItIs) else None


def _entry_key(form: MappingForm, source: str) -> Cell:
    """The cell that numbers the entries of a source; its row, if nothing does."""
    entry = form.by_table.get("entry")
    item = entry.by_column.get(ENTRY.entry_id) if entry is not None and source_of(entry) == source else None
    choice = item.choice if isinstance(item, ItemForm) else None
    return choice.cell if isinstance(choice, AsItIs) else Cell(ROW)


def _to_entry(form: MappingForm, source: str, table: str) -> tuple[ItemForm, ...]:
    """The number of the entry in a table that has one."""
    if ENTRY.entry_id not in TABLES[table].by_name:
        return ()
    key = _entry_key(form, source)
    choice: Choice = ROW_NUMBER if key.name == ROW else AsItIs(key)
    return (ItemForm(ENTRY.entry_id, choice, "the number of the entry"),)


def _numbered(table: str, number: Choice) -> ItemForm:
    return ItemForm(TABLES[table].key.name, number, "the number of the entry and of its part")


def _led_to(view: ViewForm, source: str, number: Cell) -> ViewForm:
    """A view of what is said of entries, numbered by what numbers the entries now."""
    key = view.by_column.get(TABLES[view.table].key.name)
    if source_of(view) != source or not isinstance(key, ItemForm) or not isinstance(key.choice, Combined):
        return view
    items: list[ItemForm | ByHand] = []
    for item in view.items:
        if item == key:
            items.append(replace(key, choice=Combined((number, *key.choice.parts[1:]))))
        elif isinstance(item, ItemForm) and _is_link(view, item):
            items.append(replace(item, choice=AsItIs(number)))
        else:
            items.append(item)
    return replace(view, items=tuple(items), below=tuple(_led_to(part, source, number) for part in view.below))


def _is_link(view: ViewForm, item: ItemForm | ByHand) -> bool:
    """Whether an item only leads from a derived row to its entry."""
    key = view.by_column.get(TABLES[view.table].key.name)
    derived = isinstance(key, ItemForm) and isinstance(key.choice, Combined)
    return derived and item.column == ENTRY.entry_id and view.table != "entry"


def _formed(view: ViewForm) -> Iterator[ItemForm]:
    for item in view.items:
        yield item if isinstance(item, ItemForm) else ItemForm(item.column, Constant(None))


def _with_view(form: MappingForm, view: ViewForm) -> MappingForm:
    return replace(form, views=tuple(view if each.table == view.table else each for each in form.views))


def _with_item(view: ViewForm, item: ItemForm) -> ViewForm:
    """The view with an item in the place of the one for the same column, or at its end; of several selects, in each."""
    items = tuple(item if each.column == item.column else each for each in view.items)
    items = items if item.column in view.by_column else (*items, item)
    return replace(view, items=items, below=tuple(_with_item(part, item) for part in view.below))


def _letter(table: str) -> str:
    """What stands for a table in the number of its rows: `R` for a review, `I` for an item."""
    return table[0].upper()


def _said(cell: Cell) -> str:
    return f"“{cell.name}”"
