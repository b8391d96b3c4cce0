"""One column of the source and one of the model, with what the engine says of its values."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from starlette.exceptions import HTTPException

from overt.audits.mapping.form import (
    Agreed,
    Cell,
    ItemForm,
    MappingForm,
    each_cell,
    sisters,
    with_meaning,
    with_sisters,
)
from overt.model import Column, Kind
from overt.web._forms import FormField
from overt.web.studio._action import StudioAsk
from overt.web.studio._meaning import Place, SourceMeaning, column_named

ALSO = FormField("also", "Columns that mean the same", optional=True, longest=200)
STOP, UNKNOWN, ASK, LEAVE = "stop", "unknown", "ask", "leave"
REASON = FormField(
    "reason", "Reason why it is unknown", optional=True, longest=500, hint="It is needed if the rest is unknown"
)


class ColumnValues:
    """The values of a column that means one of the model, with those of its sisters, which mean the same."""

    def __init__(self, ask: StudioAsk) -> None:
        self.ask = ask
        self.source = SourceMeaning(ask)
        self.place: Place = self.source.place()
        self.column: Column = column_named(ask.path["name"])
        if not (self.is_date or self.codes):
            raise HTTPException(404)

    @property
    def is_date(self) -> bool:
        """Whether the column of the model holds dates."""
        return self.column.kind in (Kind.DATE, Kind.TIMESTAMP)

    @property
    def codes(self) -> tuple[str, ...]:
        """What a value can be: the codes of the column, or yes and no."""
        return self.column.codes or (("true", "false") if self.column.kind is Kind.BOOLEAN else ())

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the engine says of the values."""
        return self.ask.engine.ask("dates" if self.is_date else "codes", **self.asked)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The column, and those that mean the same: as they were chosen, or as the mapping has them."""
        chosen = self.ask.query.get("also", "").split(",")
        numbers = {int(part) for part in chosen if part.isascii() and part.isdecimal()}
        view = self.source.form.by_table.get(self.column.table)
        names = sisters(view, self.column.name) if view is not None else ()
        if self.place.seen.column in names:
            own = (one for one in self.source.places if one.table == self.place.table)
            return tuple(one for one in own if one.seen.column in names)
        chosen_too = [one for one in self.source.sisters(self.place) if one.number in numbers]
        return self.source.in_order(self.place, chosen_too)

    @property
    def also(self) -> str:
        """The sisters by their numbers, as addresses take them along."""
        return ",".join(str(place.number) for place in self.places if place is not self.place)

    @cached_property
    def item(self) -> ItemForm | None:
        """How the column is filled now, of one row where it is taken from several."""
        means = [each.item for each in self.source.meanings(self.place) if each.name == self.column.path]
        item = means[0] if means else None
        if not isinstance(item, ItemForm):
            return None
        return replace(item, choice=item.choice.of) if isinstance(item.choice, Agreed) else item

    @property
    def filled(self) -> int:
        """In how many rows the columns are filled."""
        return sum(place.seen.filled for place in self.places)

    @property
    def rows(self) -> int:
        """How many rows the columns have."""
        return sum(place.seen.rows for place in self.places)

    @property
    def shown(self) -> str:
        """The columns by their names."""
        return ", ".join(f"“{place.seen.column}”" for place in self.places)

    @property
    def asked(self) -> dict[str, Any]:
        """What the engine is asked with."""
        project = self.ask.project
        also = [place.seen.column for place in self.places if place is not self.place]
        asked: dict[str, Any] = {"table": self.place.seen.table, "column": self.place.seen.column, "also": also}
        if self.is_date:
            return asked
        apart = [list(pair[1:]) for pair in project.choices.apart if pair[0] == self.column.path]
        return {**asked, "meaning": self.column.path, "declared": self.is_declared, "apart": apart}

    @property
    def is_declared(self) -> bool:
        """Whether a person said that the column holds categories."""
        return self.place.key in self.ask.project.settings.categories

    def change(self, item: ItemForm) -> Any:
        """The change of the mapping by which an item fills the column, from each of the places."""
        seen, table = self.place.seen, self.column.table
        if len(self.places) == 1 or self.item is not None:
            return lambda form: with_meaning(form, seen.table, table, item)

        def of(place: Place) -> ItemForm:
            return each_cell(item, lambda cell: Cell(place.seen.column, cell.of, cell.steps, cell.separator))

        def taken(form: MappingForm) -> MappingForm:
            columns = [(Cell(place.seen.column), of(place)) for place in self.places]
            return with_sisters(form, seen.table, table, columns)

        return taken
