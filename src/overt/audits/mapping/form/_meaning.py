"""What a person changes in a form: what a column of the source means, one meaning at a time.

Where a column belongs to another table than the one that its sheet is a list of, that table gets a view of its own: its
rows exist only where the column is filled, and its number is that of the entry with a letter and a place behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from overt.audits.mapping.form._form import (
    LOWER,
    NO_BLANK,
    TRIM,
    Agreed,
    AsItIs,
    Beside,
    ByHand,
    Cell,
    Combined,
    Formatted,
    Frame,
    ItemForm,
    Likeness,
    MappingForm,
    NumberedPeople,
    OfRow,
    Rows,
    ViewForm,
    cells,
)
from overt.audits.mapping.form._joins import (
    ROW_NUMBER,
    NotJoined,
    beside,
    each_cell,
    link,
    of_table,
    reads,
    shown_name,
    source_of,
    there,
)
from overt.audits.mapping.form._leads import (
    Lead,
    beside_entries,
    entry_items,
    is_link,
    lead,
    linked,
    row_item,
)
from overt.audits.mapping.form._sisters import one_cell
from overt.audits.mapping.form._sql import PERSON, filled_where
from overt.model import ENTRY, SUBJECT, TABLES


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
        for item in part.items
        if isinstance(item, ItemForm)
        and not isinstance(item.choice, Combined | Likeness)
        and not is_link(part, item)
        and any(cell.name == column and reads(part, source, cell) for cell in cells(item.choice))
    )


def by_hand(form: MappingForm) -> Iterator[Meaning]:
    """The columns that are filled by hand, of which it is not said what they read."""
    for view in form.views:
        yield from (Meaning(view.table, item) for item in view.items if isinstance(item, ByHand))


def with_meaning(form: MappingForm, source: str, table: str, item: ItemForm, *, note: str = "") -> MappingForm:
    """The form with a column of the model filled from a table of the source.

    The view of that table of the model is made if there is none. Refuses with `ValueError` a view that is kept, and
    with `NotJoined` a table of the source that nothing joins to the one that the view's rows come from.
    """
    view = form.by_table.get(table)
    if view is None:
        after = replace(form, views=(*form.views, _new_view(form, source, table, item, note)))
    elif view.frame is None:
        raise ValueError(f"{table} is filled from elsewhere")
    else:
        after = _with_view(form, _filled(form, view, source, item))
    return linked(after) if form.joins or _number(form) != _number(after) else after


def _filled(form: MappingForm, view: ViewForm, source: str, item: ItemForm) -> ViewForm:
    """The view with an item that is filled from a table of the source: its own, or one that describes it."""
    if source != source_of(view):
        view = beside(form, view, source)
    item = of_table(view, source, item)
    if view.by is not None and item.column == TABLES[view.table].key.name and isinstance(item.choice, AsItIs):
        is_all_filled = view.where == filled_where(view.by)
        where = filled_where(item.choice.cell) if is_all_filled else view.where
        view = replace(view, by=item.choice.cell, where=where)
    if view.by is not None and not isinstance(item.choice, Agreed) and item.column != TABLES[view.table].key.name:
        old = view.by_column.get(item.column)
        before = old.choice if isinstance(old, ItemForm) and isinstance(old.choice, Agreed) else None
        taken = replace(before, of=item.choice) if before is not None else Agreed(item.choice)
        item = replace(item, choice=taken)
    return _with_item(form, view, item)


def _number(form: MappingForm) -> tuple[object, ...]:
    """What numbers the entries: whatever leads to them follows it."""
    entry = form.by_table.get("entry")
    return (entry.by_column.get(ENTRY.entry_id), entry.by, source_of(entry)) if entry is not None else ()


def one_entry_a_key(form: MappingForm) -> MappingForm:
    """The form in which the rows of one number are one entry; what they say of it is taken where they agree."""
    entry = form.by_table["entry"]
    number = entry.by_column[ENTRY.entry_id]
    if entry.below or not (isinstance(number, ItemForm) and isinstance(number.choice, AsItIs)):
        raise ValueError("entry is not numbered by one column")
    items = tuple(
        replace(item, choice=Agreed(item.choice))
        if isinstance(item, ItemForm) and item is not number and not isinstance(item.choice, Agreed)
        else item
        for item in entry.items
    )
    if any(isinstance(item, ByHand) for item in items):
        raise ValueError("entry has columns that are written by hand")
    return linked(_with_view(form, replace(entry, by=number.choice.cell, items=items)))


def one_entry_a_row(form: MappingForm, source: str) -> MappingForm:
    """The form in which each row is an entry, numbered by its place in the source."""
    entry = form.by_table.get("entry")
    if entry is None:
        form = replace(form, views=(*form.views, ViewForm("entry", Rows(source), (), note=_each_row("entry", source))))
        entry = form.views[-1]
    if entry.frame is None or source_of(entry) != source:
        raise ValueError("entry is filled from elsewhere")
    items = tuple(
        replace(item, choice=item.choice.of)
        if entry.by is not None and isinstance(item, ItemForm) and isinstance(item.choice, Agreed)
        else item
        for item in entry.items
        if item.column != ENTRY.entry_id
    )
    number = of_table(entry, source, ItemForm(ENTRY.entry_id, ROW_NUMBER, "the number of the row"))
    return linked(_with_view(form, replace(entry, by=None, where="", items=(number, *items))))


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
    if all(_is_number(form, kept, item) for item in kept.items):
        return replace(form, views=tuple(each for each in form.views if each.table != table))
    return _with_view(form, kept)


def _is_number(form: MappingForm, view: ViewForm, item: ItemForm | ByHand) -> bool:
    """Whether an item only numbers a row, or leads to its entry."""
    if isinstance(item, ByHand):
        return False
    leads = item.column == ENTRY.entry_id and view.table != "entry"
    return isinstance(item.choice, Combined | Formatted) or (leads and item in entry_items(
        lead(form, source_of(view)), view.table
    )) or is_link(view, item)  # fmt: skip


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


def told_apart(form: MappingForm, source: str, rows: tuple[int, ...]) -> MappingForm:
    """The form in which these rows, by their numbers, are each a person of its own, and no other row is."""

    def told(view: ViewForm) -> ViewForm:
        frame = view.frame
        if not isinstance(frame, NumberedPeople) or frame.table != source:
            return view
        return replace(view, frame=replace(frame, apart=rows))

    return replace(form, views=tuple(map(told, form.views)))


def decided(form: MappingForm, table: str, column: str, how: str, by: OfRow | None = None) -> MappingForm:
    """The form in which a column is taken so where the rows of one number differ; `by` says which is the latest.

    Refuses with `ValueError` a column that is not taken from several rows.
    """
    view = form.by_table[table]
    item = view.by_column[column]
    if not (isinstance(item, ItemForm) and isinstance(item.choice, Agreed)):
        raise ValueError(f"{table}.{column} is taken from one row")
    return _with_view(form, _with_item(form, view, replace(item, choice=Agreed(item.choice.of, how, by))))


def _new_view(form: MappingForm, source: str, table: str, item: ItemForm, note: str) -> ViewForm:
    read = next(cells(item.choice), None)
    key, led = TABLES[table].key, lead(form, source)
    if item.column == key:
        where = filled_where(read) if read is not None else ""
        by = replace(read, steps=(TRIM,)) if TABLES[table] is SUBJECT and read is not None else None
        items = (item, *entry_items(led, table)) if isinstance(led.frame, Rows) and table != "entry" else (item,)
        return ViewForm(table, Rows(source), items, where, by, note=note or _each_row(table, source))
    if ENTRY.entry_id in TABLES[table].by_name and table != "entry" and read is not None:
        return _of_entries(source, table, item, note, led)
    if TABLES[table] is SUBJECT and (view := _people(form, source, item)) is not None:
        return view
    number_item = ItemForm(key.name, ROW_NUMBER, "the number of the row")
    return ViewForm(table, _frame(form, source), (number_item, item), note=note or _each_row(table, source))


def _each_row(table: str, source: str) -> str:
    return f"{table}: one row for each row of {source}"


def _of_entries(source: str, table: str, item: ItemForm, note: str, led: Lead) -> ViewForm:
    """A view of what is said of entries: a row where the column is filled."""
    (cell,) = (next(cells(item.choice)),)
    said = f"{table}: one row where {shown_name(cell)} is filled; earlier ones are not in the source"
    if led.several:
        said = f"{table}: one row for each row of {source} where {shown_name(cell)} is filled"
    to_entry = () if item.column == ENTRY.entry_id else entry_items(led, table)
    items = (row_item(led, table), *to_entry, item)
    view = ViewForm(table, Rows(source), items, filled_where(cell), note=note or said)
    return beside_entries(view, led.frame) if to_entry and isinstance(led.frame, Beside) else view


def _people(form: MappingForm, source: str, item: ItemForm) -> ViewForm | None:
    """A view of people, one row each; nothing where the entries do not say who they are of."""
    entry = form.by_table.get("entry")
    entries = source_of(entry) if entry is not None else source
    person = _person(form, entries)
    if entry is None or person is None:
        return None
    if source != entries:
        keys = link(form, source, entries)
        if keys is None:
            raise NotJoined(source, entries)
        if keys[1].name == person.name:
            return _person_view(Rows(source), keys[0], item)
        alone = _person_view(Rows(entries), person, None)
        return _filled(form, alone, source, item)
    return _person_view(_frame(form, source), person, item)


def _person_view(frame: Frame, person: Cell, item: ItemForm | None) -> ViewForm:
    keyed = ItemForm(SUBJECT.subject_id, AsItIs(person), f"{shown_name(person)}: as it is")
    agreed = [item] if item is not None else []
    agreed = [one if isinstance(one.choice, Agreed) else replace(one, choice=Agreed(one.choice)) for one in agreed]
    note = f"subject: one row for each value of {shown_name(person)}"
    return ViewForm("subject", frame, (keyed, *agreed), filled_where(person), person, note=note)


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
    choice = item.choice if isinstance(item, ItemForm) else None
    choice = choice.of if isinstance(choice, Agreed) else choice
    return replace(choice.cell, of="") if isinstance(choice, AsItIs) else None


def _with_view(form: MappingForm, view: ViewForm) -> MappingForm:
    return replace(form, views=tuple(view if each.table == view.table else each for each in form.views))


def _with_item(form: MappingForm, view: ViewForm, item: ItemForm) -> ViewForm:
    """The view with an item in the place of the one for the same column, or at its end; of several selects, in each.

    Where each select takes the column from a column of its own, it goes on doing so.
    """
    own = one_cell(item)
    by_part = [one_cell(part.by_column.get(item.column)) for part in (view, *view.below)]
    has_sisters = len({name for name in by_part if name}) > 1

    def placed(part: ViewForm, name: str) -> ViewForm:
        source = source_of(part)
        new = item if source == source_of(view) else there(form, source_of(view), source, item)
        if has_sisters and own and name and source == source_of(view):
            new = each_cell(item, lambda cell: replace(cell, name=name) if cell.name == own else cell)
        items = tuple(new if each.column == new.column else each for each in part.items)
        return replace(part, items=items if new.column in part.by_column else (*items, new))

    parts = [placed(part, name) for part, name in zip((view, *view.below), by_part, strict=True)]
    return replace(parts[0], below=tuple(parts[1:]))
