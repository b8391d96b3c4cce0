"""How rows of other tables lead to the entries that they are of, and how these rows are numbered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from overt.audits.mapping.form._cut import renamed
from overt.audits.mapping.form._form import (
    ROW,
    AsItIs,
    Beside,
    ByHand,
    Cell,
    Choice,
    Combined,
    Frame,
    ItemForm,
    MappingForm,
    Pieces,
    Rows,
    ViewForm,
    cells,
)
from overt.audits.mapping.form._joins import (
    BELOW,
    DESCRIBES,
    ROW_NUMBER,
    Join,
    apart,
    each_cell,
    link,
    met,
    source_of,
    stacked,
)
from overt.audits.mapping.form._sql import name_sql
from overt.model import ENTRY, TABLES


@dataclass(frozen=True)
class Lead:
    """How the rows of a table of the source lead to their entry.

    `frame` is where they are taken from, `number` what in them is the entry's number, and `prefix` what the number of
    such a row begins with. `several` says that an entry has several of them, so that they must be counted. Where
    nothing leads to an entry there is no `number`.
    """

    frame: Frame
    number: Choice | None
    prefix: Cell
    several: bool = False


def lead(form: MappingForm, source: str) -> Lead:
    """How the rows of a table of the source lead to their entry, as the entries and the joins say."""
    entry = form.by_table.get("entry")
    item = entry.by_column.get(ENTRY.entry_id) if entry is not None else None
    if entry is None or source_of(entry) == source:
        return _within(source, entry, item)
    keys = link(form, source, source_of(entry))
    if keys is None or not isinstance(item, ItemForm):
        return Lead(Rows(source), None, Cell(ROW), several=True)
    own, theirs = keys
    if isinstance(item.choice, AsItIs) and item.choice.cell.name == theirs.name:
        return Lead(Rows(source), AsItIs(own), Cell(ROW), several=True)
    entries = source_of(entry)
    frame = Beside(source, entries, met(own, source), replace(theirs, of=entries))
    number = each_cell(item.choice, lambda cell: replace(cell, of=entries))
    return Lead(frame, number, Cell(ROW, source), several=True)


def _within(source: str, entry: ViewForm | None, item: ItemForm | ByHand | None) -> Lead:
    """In the table that entries come from, where a row is of the entry in it."""
    if isinstance(item, ByHand):
        return Lead(Rows(source), None, Cell(ROW))
    choice = each_cell(item.choice, lambda cell: replace(cell, of="")) if item is not None else ROW_NUMBER
    if not isinstance(choice, AsItIs):
        return Lead(Rows(source), choice, Cell(ROW))
    return Lead(Rows(source), choice, choice.cell, several=entry is not None and entry.by is not None)


def row_item(led: Lead, table: str, place: int = 0) -> ItemForm:
    """What numbers a row of a table that is led to its entry; `place` is that of a column among several."""
    number: Choice = ROW_NUMBER
    letter = f"-{_letter(table)}"
    if led.prefix.name != ROW and led.several:
        number = Combined((led.prefix, f"{letter}{place}-" if place else letter, Cell(ROW)))
    elif not led.several or place:
        number = Combined((led.prefix, f"{letter}{place or 1}"))
    elif led.prefix.of:
        number = each_cell(ROW_NUMBER, lambda _: led.prefix)
    return _key_item(table, number)


def piece_item(led: Lead, table: str) -> ItemForm:
    """What numbers a row that is one of several values in a cell."""
    counted = (Cell(ROW), "-") if led.several and led.prefix.name != ROW else ()
    return _key_item(table, Combined((led.prefix, f"-{_letter(table)}", *counted, Cell("n", "part"))))


def _key_item(table: str, number: Choice) -> ItemForm:
    return ItemForm(TABLES[table].key.name, number, "the number of the row" if number == ROW_NUMBER else
                    "the number of the entry and of its part")  # fmt: skip


def entry_items(led: Lead, table: str) -> tuple[ItemForm, ...]:
    """The number of the entry in a table that has one."""
    if ENTRY.entry_id not in TABLES[table].by_name or led.number is None:
        return ()
    return (ItemForm(ENTRY.entry_id, led.number, "the number of the entry"),)


def is_link(view: ViewForm, item: ItemForm | ByHand) -> bool:
    """Whether an item only leads from a derived row to its entry."""
    key = view.by_column.get(TABLES[view.table].key.name)
    derived = isinstance(key, ItemForm) and isinstance(key.choice, Combined)
    return derived and item.column == ENTRY.entry_id and view.table != "entry"


# --- every view -------------------------------------------------------------------------------------------------------


def with_join(form: MappingForm, join: Join) -> MappingForm:
    """The form in which two tables belong together."""
    return linked(replace(form, joins=(*form.joins, join)))


def without_joins(form: MappingForm, joins: Iterable[Join]) -> MappingForm:
    """The form without joins, and without what was filled by them alone."""
    gone = tuple(joins)
    left = tuple(join for join in form.joins if join not in gone)
    pairs = {(join.kind, join.table, join.other) for join in gone}
    pairs -= {(join.kind, join.table, join.other) for join in left}
    led = {(table, other) for kind, table, other in pairs if kind != BELOW}
    form = replace(form, views=tuple(_alone(view, pairs) for view in form.views), joins=left)
    return replace(form, views=tuple(_unled(form, view, led) for view in form.views))


def _alone(view: ViewForm, gone: set[tuple[str, str, str]]) -> ViewForm:
    """The view without the tables that stood beside its own or below it."""
    frame, source = view.frame, source_of(view)
    is_beside = isinstance(frame, Beside) and (DESCRIBES, source, frame.other) in gone
    below = tuple(part for part in view.below if (BELOW, source, source_of(part)) not in gone)
    return replace(apart(view) if is_beside else view, below=below)


def _unled(form: MappingForm, view: ViewForm, gone: set[tuple[str, str]]) -> ViewForm:
    """The view without the number of the entry, if a join that is gone gave it."""
    entries, source = source_of(form.by_table["entry"]) if "entry" in form.by_table else "", source_of(view)
    if {(entries, source), (source, entries)}.isdisjoint(gone) or source == entries:
        return view
    if isinstance(view.frame, Beside):
        return apart(view)
    kept = tuple(item for item in view.items if item.column != ENTRY.entry_id or isinstance(item, ByHand))
    return replace(view, items=kept) if view.table != "entry" else view


def linked(form: MappingForm) -> MappingForm:
    """The form in which the rows of every table lead to the entries as these are numbered now, and as the joins say.

    Where no join leads from another table to the entries, a number that only counts its rows is left out: it is that of
    no entry.
    """
    entry = form.by_table.get("entry")
    if entry is None or entry.frame is None:
        return form
    keyed = _as_joined(form, entry)
    form = replace(form, views=tuple(keyed if view is entry else view for view in form.views))
    form = replace(form, views=tuple(_led(form, view) for view in form.views))
    return replace(form, views=tuple(stacked(form, view) for view in form.views))


def _as_joined(form: MappingForm, entry: ViewForm) -> ViewForm:
    """The entries, with the numbers of entry and person as a join compares them, so that rows of another table meet."""
    keys = {
        key.name: key.steps
        for join in form.joins
        for table, key in ((join.table, join.key), (join.other, join.other_key))
        if join.kind != BELOW and table == source_of(entry)
    }

    def compared(item: ItemForm | ByHand) -> ItemForm | ByHand:
        is_number = item.column in (ENTRY.entry_id, ENTRY.subject_id) and isinstance(item, ItemForm)
        if not (is_number and isinstance(item, ItemForm) and isinstance(item.choice, AsItIs)):
            return item
        cell = item.choice.cell
        return replace(item, choice=AsItIs(replace(cell, steps=keys.get(cell.name, cell.steps))))

    by = replace(entry.by, steps=keys.get(entry.by.name, entry.by.steps)) if entry.by is not None else None
    return replace(entry, by=by, items=tuple(map(compared, entry.items)))


def _led(form: MappingForm, view: ViewForm) -> ViewForm:
    if view.table == "entry" or view.frame is None or ENTRY.entry_id not in TABLES[view.table].by_name:
        return view
    parts = (view, *view.below)
    sources = [source_of(part) for part in parts]
    several = sources.count(sources[0]) > 1
    led = [
        _part_led(form, part, sources[: place + 1].count(source) if several else 0)
        for place, (part, source) in enumerate(zip(parts, sources, strict=True))
    ]
    return replace(led[0], below=tuple(led[1:]))


def _part_led(form: MappingForm, view: ViewForm, place: int) -> ViewForm:
    led = lead(form, source_of(view))
    key = view.by_column.get(TABLES[view.table].key.name)
    number = view.by_column.get(ENTRY.entry_id)
    within = source_of(view) == source_of(form.by_table["entry"])
    if not (_is_stale(key, led) if within else _is_led(form, view, number)):
        return view
    own = piece_item(led, view.table) if isinstance(view.frame, Pieces) else row_item(led, view.table, place)
    items: list[ItemForm | ByHand] = []
    for item in view.items:
        if item is not number:
            items.append(own if item is key and within else item)
        if item is number or (number is None and item is view.items[0]):
            items += entry_items(led, view.table)
    view = replace(view, items=tuple(items))
    if isinstance(led.frame, Beside) and isinstance(view.frame, Rows):
        return beside_entries(view, led.frame)
    return view


def _is_stale(key: ItemForm | ByHand | None, led: Lead) -> bool:
    """Whether rows are numbered otherwise than the entries that they are of are now."""
    if not (isinstance(key, ItemForm) and isinstance(key.choice, Combined)):
        return False
    first, *rest = key.choice.parts
    counted = any(isinstance(part, Cell) and part.name == ROW for part in rest)
    is_other = not isinstance(first, Cell) or replace(first, of="") != led.prefix
    return is_other or (led.several and led.prefix.name != ROW) is not counted


def _is_led(form: MappingForm, view: ViewForm, number: ItemForm | ByHand | None) -> bool:
    """Whether the number of the entry, in rows of another table, is nothing yet or what a join makes of it."""
    if isinstance(number, ByHand):
        return False
    keys = link(form, source_of(view), source_of(form.by_table["entry"]))
    if number is None:
        return keys is not None
    return number.choice == ROW_NUMBER or (keys is not None and {cell.name for cell in cells(number.choice)} == {
        keys[0].name
    })  # fmt: skip


def beside_entries(view: ViewForm, frame: Beside) -> ViewForm:
    """The view, each of whose rows stands beside its entry."""
    own = frame.table

    def named(cell: Cell) -> Cell:
        return cell if cell.of else replace(cell, of=own)

    where = renamed(view.where, lambda name: f"{name_sql(own)}.{name}")
    return replace(each_cell(view, named), frame=frame, where=where)


def _letter(table: str) -> str:
    """What stands for a table in the number of its rows: `R` for a review, `I` for an item."""
    return table[0].upper()
