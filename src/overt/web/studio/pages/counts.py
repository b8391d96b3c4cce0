"""Counts: a table that has a column for each group, whose cells say how many people or events there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from starlette.exceptions import HTTPException

from overt.audits.mapping.form import PATTERNS, CountedGroups, MappingForm, counted_view
from overt.model import ENCOUNTER
from overt.schemes import read
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._kept import ColumnChoice
from overt.web.studio._meaning import Place, SourceMeaning, keep

_PATH = "/p/{project}/counts/{table}"
_FEWEST = 2
_GROUPS = (ENCOUNTER.ethnicity_observed, ENCOUNTER.ethnicity_self, ENCOUNTER.sex, ENCOUNTER.age_band)
_ALSO = (
    ENCOUNTER.force, ENCOUNTER.unit, ENCOUNTER.period, ENCOUNTER.tactic, ENCOUNTER.legislation,
    ENCOUNTER.object_of_search, ENCOUNTER.outcome, ENCOUNTER.place,
)  # fmt: skip
_GROUP = FormField(
    "group", "What do the headings of these columns say?", Input.CHOICE,
    choices=tuple((name, ENCOUNTER.by_name[name].in_words) for name in _GROUPS), noun="what the headings say",
)  # fmt: skip
_WHAT = FormField("what", "What was counted", hint="For example: Use of force", longest=100, noun="what was counted")
_TOTALS = {"total": "totals", "parts": "parts"}
_WORDS = {"total": "begins with “Total”", "parts": "ends with “of which”, so that the next rows divide it"}
_COUNTED = "Its cells are counts, one for each group"


@dataclass(frozen=True)
class _Column:
    """A column of the table, with what the engine says of its cells."""

    place: Place
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        return self.place.seen.column

    @property
    def is_total(self) -> bool:
        """Whether its heading says that it adds up others."""
        return self.name.strip(" *").lower().startswith(("total", "number of times"))


class _Counts:
    """One table of the source."""

    def __init__(self, ask: StudioAsk) -> None:
        self.ask = ask
        self.source = SourceMeaning(ask)
        self.number = ask.path["table"]
        if not any(str(place.table) == self.number for place in self.source.places):
            raise HTTPException(404)

    @cached_property
    def columns(self) -> tuple[_Column, ...]:
        facts = self.ask.engine.ask("counts", table=int(self.number))["columns"]
        places = [place for place in self.source.places if str(place.table) == self.number]
        return tuple(_Column(place, one) for place, one in zip(places, facts, strict=True))

    @property
    def counted(self) -> list[_Column]:
        """The columns that hold counts alone."""
        return [column for column in self.columns if column.facts["is_counted"]]

    @property
    def others(self) -> list[_Column]:
        return [column for column in self.columns if not column.facts["is_counted"] and column.facts["filled"]]

    @property
    def fields(self) -> tuple[FormField, ...]:
        ticks = [
            FormField(f"count-{at.place.number}", f"{at.name}: {_cells(at)}", Input.TICK, optional=True)
            for at in self.counted
        ]
        choices = (("", "It is not used"), *((name, ENCOUNTER.by_name[name].in_words) for name in _ALSO))
        also = [
            FormField(f"also-{at.place.number}", at.name, Input.CHOICE, choices=choices, optional=True)
            for at in self.others
        ]
        totals = [
            FormField(f"{kind}-{at.place.number}", f"“{at.name}” {_WORDS[kind]}: {_rows(at.facts[fact])}", Input.TICK,
                      optional=True)
            for at in self.others
            for kind, fact in _TOTALS.items()
            if at.facts[fact]
        ]  # fmt: skip
        return (_WHAT, _GROUP, *ticks, *also, *totals)

    @property
    def given(self) -> dict[str, str]:
        """What is ticked at first: every count but totals, and every row that is a total."""
        ticked = {f"count-{at.place.number}": "yes" for at in self.counted if not at.is_total}
        left = {
            field.name: "yes" for field in self.fields if field.name.startswith(tuple(f"{kind}-" for kind in PATTERNS))
        }
        named = {f"also-{at.place.number}": _ALSO[_guess(at.name)] for at in self.others if _guess(at.name) >= 0}
        return {**ticked, **left, **named}


def _guess(heading: str) -> int:
    """Which of the further columns a heading names, by its last word, or -1."""
    words = heading.lower().replace("_", " ").split()
    return next((at for at, name in enumerate(_ALSO) if words and name.split("_")[-1] == words[-1]), -1)


def _cells(column: _Column) -> str:
    filled = column.facts["filled"]
    return f"{filled:,} {'cell' if filled == 1 else 'cells'}, {column.facts['total']:,} in all"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _show(ask: StudioAsk) -> Page:
    counts = _Counts(ask)
    found = counts.counted
    data = {
        "source": counts.columns[0].place.seen.table,
        "fields": counts.fields if len(found) >= _FEWEST else (),
        "given": counts.given,
    }
    return Page("studio/counts.html", data)


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    return _Counts(ask).fields


def _save(ask: StudioAsk) -> Sent:
    counts, form = _Counts(ask), ask.form
    counted = [column for column in counts.counted if f"count-{column.place.number}" in form]
    if len(counted) < _FEWEST:
        raise NotTaken(FormFault(f"count-{counts.counted[0].place.number}", "Choose at least two columns of counts"))
    if len({column.place.is_text for column in counted}) > 1:
        says = "Some of these columns are texts and some are numbers: count them apart"
        raise NotTaken(FormFault(f"count-{counted[0].place.number}", says))
    also = {form[name]: column.name for column in counts.others if form.get(name := f"also-{column.place.number}")}
    if len(also) < sum(1 for column in counts.others if form.get(f"also-{column.place.number}")):
        raise NotTaken(FormFault(f"also-{counts.others[0].place.number}", "Choose each meaning once"))
    left = tuple(
        (column.name, kind) for column in counts.others for kind in PATTERNS if f"{kind}-{column.place.number}" in form
    )
    names = [column.name for column in counted]
    first, group = counted[0].place, form["group"]
    asked = CountedGroups(
        first.seen.table, group, tuple(names), form["what"], _broad(group, names), also, left, first.is_text
    )

    def change(kept: MappingForm) -> MappingForm:
        others = tuple(view for view in kept.views if view.table != ENCOUNTER.name)
        return replace(kept, views=(*others, counted_view(asked)))

    decided = {column.place.key: ColumnChoice(decided=True, reason=_COUNTED) for column in counted}
    words = f"Counts of {form['what']} in {len(counted)} columns, one for each group"
    keep(ask, words, [ENCOUNTER.row_count.path], change, columns=decided, field="group")
    return Sent(f"{ask.home}meaning")


def _broad(column: str, headings: Sequence[str]) -> dict[str, str]:
    """The broad group of each heading that a published list of ethnic groups has."""
    model = ENCOUNTER.by_name.get(f"{column}_group")
    if model is None:
        return {}
    reading = read(headings)
    groups = {heading: reading.place(heading).group for heading in headings}
    return {heading: group for heading, group in groups.items() if group in model.codes}


ACTIONS = (
    StudioAction(_PATH, _show),
    StudioAction(_PATH, _save, "POST", _fields),
)
