"""What the pages of meaning share: the columns of the source, the form of the mapping, and how a choice is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from starlette.exceptions import HTTPException

from overt.audits.mapping.form import (
    Candidate,
    ItemForm,
    Join,
    MappingForm,
    Meaning,
    NotJoined,
    NumberedPeople,
    Proposal,
    ProposedView,
    SourceColumnSeen,
    form_of,
    linked,
    meanings,
    read_form,
    source_of,
    with_key,
    with_meaning,
    write_form,
)
from overt.model import ENTRY, TABLES, Column
from overt.web._forms import FormFault
from overt.web.studio._action import NotTaken, StudioAsk, Texts
from overt.web.studio._joins import joins_of
from overt.web.studio._kept import CHOICES, MAPPING, Choices, ColumnChoice

Change = Callable[[MappingForm], MappingForm]
_NUMBERED = re.compile(r"(?P<stem>.*[^\W\d_])[\W_]*\d{1,3}\W*$", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """A column of the source, by the number of its table and its place in it, as addresses name it."""

    table: int
    number: int
    seen: SourceColumnSeen
    type: str

    @property
    def path(self) -> str:
        """The last two parts of its address."""
        return f"{self.table}/{self.number}"

    @property
    def key(self) -> str:
        """What `choices.json` calls it."""
        return f"{self.seen.table}/{self.number}"

    @property
    def is_text(self) -> bool:
        """Whether the source holds texts there."""
        return self.type == "VARCHAR"


class SourceMeaning:
    """What the columns of a project's source mean, as far as it was chosen."""

    def __init__(self, ask: StudioAsk) -> None:
        self.ask = ask
        self._facts = ask.engine.ask("proposal")

    @cached_property
    def proposal(self) -> Proposal:
        """What Overt proposes."""
        views = tuple(
            ProposedView(
                view["table"],
                view["source"],
                tuple(Candidate(**candidate) for candidate in view["candidates"]),
                tuple(view["asked"]),
                view["person"],
                view["filled"],
            )
            for view in self._facts["views"]
        )
        return Proposal(self._facts["name"], views, tuple(SourceColumnSeen(**one) for one in self._facts["columns"]))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The columns, in their order."""
        tables: dict[str, int] = {}
        counts: dict[str, int] = {}
        found = []
        for seen, kind in zip(self.proposal.columns, self._facts["types"], strict=True):
            table = tables.setdefault(seen.table, len(tables) + 1)
            counts[seen.table] = counts.get(seen.table, 0) + 1
            found.append(Place(table, counts[seen.table], seen, kind))
        return tuple(found)

    @cached_property
    def form(self) -> MappingForm:
        """The mapping as it is."""
        return form_in(self.ask.project.mapping, joins_of(self.ask))

    def place(self) -> Place:
        """The column that the address names, or 404."""
        wanted = (self.ask.path.get("table"), self.ask.path.get("number"))
        for place in self.places:
            if (str(place.table), str(place.number)) == wanted:
                return place
        raise HTTPException(404)

    def meanings(self, place: Place) -> tuple[Meaning, ...]:
        """What a column means."""
        return meanings(self.form, place.seen.table, place.seen.column)

    def sisters(self, place: Place) -> tuple[Place, ...]:
        """The other columns of the same table whose names differ from this one's in a number at the end alone."""
        stem = _stem(place.seen.column)
        others = (other for other in self.places if other.table == place.table and other is not place)
        return tuple(other for other in others if stem and _stem(other.seen.column) == stem)

    def in_order(self, place: Place, sisters: Sequence[Place]) -> tuple[Place, ...]:
        """A column and its sisters, as they stand in the table."""
        return tuple(sorted((place, *sisters), key=lambda each: each.number))

    def choice(self, place: Place) -> ColumnChoice:
        """What was decided of a column besides."""
        return self.ask.project.choices.columns.get(place.key, ColumnChoice())

    def numbers_people(self, place: Place) -> bool:
        """Whether people are numbered in the order of the column."""
        frames = [view.frame for view in self.form.views]
        return any(
            isinstance(frame, NumberedPeople)
            and (frame.table, frame.cell.name) == (place.seen.table, place.seen.column)
            for frame in frames
        )

    @property
    def by_row(self) -> tuple[str, ...]:
        """The tables of the model that the source does not number, so that each row is counted as one."""
        return tuple(
            view.table
            for view in self.form.views
            if TABLES[view.table].has_own_key
            and isinstance(item := view.by_column.get(TABLES[view.table].key.name), ItemForm)
            and item.kind == "I2"
        )

    @property
    def unlinked(self) -> tuple[str, ...]:
        """The tables of the model whose rows are of no entry, for nothing says of which."""
        own = {name for name, table in TABLES.items() if ENTRY.entry_id in table.by_name and name != "entry"}
        entry = self.form.by_table.get("entry")
        return tuple(
            view.table
            for view in self.form.views
            if view.table in own
            and view.frame is not None
            and ENTRY.entry_id not in view.by_column
            and (entry is None or source_of(view) != source_of(entry))
        )

    @property
    def certain(self) -> tuple[Candidate, ...]:
        """The guesses that are certain and not accepted yet, of columns without a meaning."""
        free = {
            (place.seen.table, place.seen.column)
            for place in self.places
            if not self.meanings(place) and not self.choice(place).decided
        }
        return tuple(
            candidate
            for view in self.proposal.views
            for candidate in view.candidates
            if candidate.certain and (view.source, candidate.origin) in free and self._is_open(candidate, view.source)
        )

    def with_certain(self, form: MappingForm) -> MappingForm:
        """The form with every certain guess for what nothing fills yet."""
        wanted = {candidate.name for candidate in self.certain}
        every = [candidate for view in self.proposal.views for candidate in view.candidates]
        of_no_column = {candidate.name for candidate in every if not candidate.origin}
        for view in form_of(self.proposal, certain=True).views:
            own = tuple(item for item in view.items if f"{view.table}.{item.column}" in wanted)
            if not own:
                continue
            if view.table not in form.by_table:
                items = tuple(item for item in view.items if f"{view.table}.{item.column}" in wanted | of_no_column)
                form = replace(form, views=(*form.views, with_key(replace(view, items=items))))
                continue
            for item in own:
                if isinstance(item, ItemForm) and view.frame is not None:
                    form = with_meaning(form, view.frame.table, view.table, item)
        return linked(form) if form.joins else form

    def _is_open(self, candidate: Candidate, source: str) -> bool:
        view = self.form.by_table.get(candidate.table)
        if view is None:
            return True
        return view.frame is not None and view.frame.table == source and candidate.column not in view.by_column


def _stem(name: str) -> str:
    """The name of a column without the number at its end; empty if it has none."""
    found = _NUMBERED.match(name)
    return found["stem"].casefold() if found else ""


def form_in(text: str, joins: tuple[Join, ...] = ()) -> MappingForm:
    """The form of a project's mapping, which may not have begun, with what was said of how tables belong together."""
    return replace(read_form(text) if text.strip() else MappingForm(()), joins=joins)


def column_named(path: str) -> Column:
    """The column of the model that `table.column` names, or 404."""
    table, _, name = path.partition(".")
    if table not in TABLES or name not in TABLES[table].by_name:
        raise HTTPException(404)
    return TABLES[table].by_name[name]


def keep(
    ask: StudioAsk,
    words: str,
    keys: list[str],
    change: Change | None = None,
    *,
    columns: Mapping[str, ColumnChoice | None] | None = None,
    field: str = "meaning",
    alter: Callable[[Choices], Choices] | None = None,
) -> None:
    """Changes the mapping, and what was decided of columns besides; `None` for a column forgets that.

    `alter` changes what else is kept beside the mapping.

    A change that the mapping cannot take is a fault of `field`. Refuses one that the source's columns do not fit.
    """

    def edit(now: Texts) -> Texts:
        texts: dict[str, Any] = {}
        if change is not None:
            texts[MAPPING] = changed_mapping(ask, now, change)
        if columns is not None or alter is not None:
            choices = Choices.read(now[CHOICES] or "{}")
            kept = {**choices.columns, **(columns or {})}
            left = {key: choice for key, choice in kept.items() if choice is not None}
            choices = choices.model_copy(update={"columns": left})
            texts[CHOICES] = (alter(choices) if alter is not None else choices).write()
        return texts

    try:
        ask.change(words[:500], keys, edit)
    except NotJoined as error:
        says = f"“{error.source}” is another table than “{error.other}”, and nothing joins them"
        remedy = "Say on the page Joins which column of one is the same as which of the other, and that it describes it"
        raise NotTaken(FormFault(field, says, remedy)) from error
    except ValueError as error:
        remedy = "It is filled from another table or by SQL written by hand. Change it on the page Mapping"
        raise NotTaken(FormFault(field, "This cannot be added to the mapping", remedy)) from error


def changed_mapping(ask: StudioAsk, now: Texts, change: Change, joins: tuple[Join, ...] | None = None) -> str:
    """The text of the mapping after a change. Refuses one that names columns which the source does not have."""
    form = change(form_in(now[MAPPING] or "", joins_of(ask) if joins is None else joins))
    text = write_form(form) if form.views else ""
    ask.engine.ask("filled", mapping=text)
    return text


def effect_of(ask: StudioAsk, column: str, change: Change) -> dict[str, Any]:
    """What a change would make of one column of the model, `table.column`: nothing is kept."""
    form = change(form_in(ask.project.mapping, joins_of(ask)))
    return ask.engine.ask("effect", mapping=write_form(form), column=column)
