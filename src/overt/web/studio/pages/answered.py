"""What can be answered: by pack, with what would add most, and what is missing for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from overt.audits import packs_about
from overt.audits.columns import Answerable, Unanswerable, Worth, answerable, worth
from overt.controls import Control, find_pack, read_pack
from overt.model import ENTRY, TABLES, Column
from overt.web._answers import Page
from overt.web.studio._action import StudioAction, StudioAsk
from overt.web.studio._steps import Progress, Step, StepState, waits


@dataclass(frozen=True)
class PackAnswers:
    """One pack: its name and title, and what of it can be answered."""

    name: str
    title: str
    answers: Answerable


@dataclass(frozen=True)
class MissingPart:
    """Duties that cannot be answered because a table, or a column of one, is missing; each is in one part alone."""

    title: str
    duties: tuple[Unanswerable, ...]


@dataclass(frozen=True)
class Answered:
    """What the columns that are filled answer, of the packs that were chosen or that are about them."""

    packs: tuple[PackAnswers, ...]
    worth: tuple[Worth, ...]

    @property
    def answered(self) -> int:
        """How many duties can be answered."""
        return sum(len(pack.answers.answerable) for pack in self.packs)

    @property
    def partly(self) -> int:
        """How many of these in part."""
        return sum(len(pack.answers.partly) for pack in self.packs)

    @property
    def asked(self) -> int:
        """How many duties there are."""
        return sum(pack.answers.asked for pack in self.packs)


def answered_of(ask: StudioAsk, columns: Mapping[str, Sequence[str]] | None = None) -> Answered:
    """What can be answered as the project stands, or with these columns filled instead."""
    if columns is None:
        columns = ask.engine.ask("filled", mapping=ask.project.mapping)["columns"]
    about, _ = packs_about(columns)
    names = ask.project.settings.packs or about
    packs = tuple(PackAnswers(name, _title(name), answerable(_controls(name), columns)) for name in names)
    return Answered(packs, worth([control for name in names for control in _controls(name)], columns))


def more_with(ask: StudioAsk, wanted: Sequence[Column]) -> dict[str, int]:
    """By `table.column`, how many more duties could be answered if that column were filled and nothing else.

    A table that is not filled yet comes with its number and that of the entry, as the mapping writes it.
    """
    columns: dict[str, list[str]] = ask.engine.ask("filled", mapping=ask.project.mapping)["columns"]
    before = answered_of(ask, columns)
    controls = [control for pack in before.packs for control in _controls(pack.name)]
    more = {}
    for column in wanted:
        table = TABLES[column.table]
        keys = [key for key in (table.key, ENTRY.entry_id) if key in table.by_name]
        names = {*columns.get(table.name, keys), column.name}
        able = answerable(controls, {**columns, table.name: sorted(names)}).answerable
        more[column.path] = len(able) - before.answered
    return more


def controls_using(answered: Answered) -> dict[str, list[str]]:
    """By `table.column`, the duties that can be answered and that look at it."""
    able = {control for pack in answered.packs for control in pack.answers.answerable}
    using: dict[str, list[str]] = {}
    for control in (control for pack in answered.packs for control in _controls(pack.name) if control.id in able):
        for table, columns in control.reads.items():
            for column in columns:
                using.setdefault(f"{table}.{column}", []).append(control.id)
    return using


@cache
def _controls(name: str) -> tuple[Control, ...]:
    return tuple(read_pack(find_pack(name)).controls)


@cache
def _title(name: str) -> str:
    return read_pack(find_pack(name)).title


def title_of(name: str) -> str:
    """A table or `table.column` of the model, in words."""
    table, _, column = name.partition(".")
    words = table.replace("_", " ")
    return f"{column.replace('_', ' ')} of the {words}" if column else f"a table of the kind “{words}”"


def meaning_of(name: str) -> str:
    """What a table or `table.column` of the model is, in a sentence."""
    table, _, column = name.partition(".")
    return TABLES[table].by_name[column].doc if column else TABLES[table].doc


def _missing(packs: Sequence[PackAnswers]) -> list[MissingPart]:
    """The duties that cannot be answered, by the first whole table that they lack, else by the table of the column."""
    parts: dict[str, list[Unanswerable]] = {}
    for duty in (duty for pack in packs for duty in pack.answers.unanswerable):
        whole = next((name for name in duty.missing if "." not in name), None)
        parts.setdefault(whole or f"{duty.missing[0].partition('.')[0]}.", []).append(duty)
    ordered = sorted(parts.items(), key=lambda part: -len(part[1]))
    return [
        MissingPart(
            f"Needs further columns of {name[:-1].replace('_', ' ')}"
            if name.endswith(".")
            else f"Needs {name.replace('_', ' ')}",
            tuple(duties),
        )
        for name, duties in ordered
    ]


def _show(ask: StudioAsk) -> Page:
    columns = ask.engine.ask("filled", mapping=ask.project.mapping)["columns"]
    answered = answered_of(ask, columns)
    titles = {control.id: control.title for pack in answered.packs for control in _controls(pack.name)}
    data = {
        "answered": answered, "missing": _missing(answered.packs), "titles": titles, "title_of": title_of,
        "meaning_of": meaning_of, "mapped": bool(columns),
    }  # fmt: skip
    return Page("studio/answered.html", data)


def _state(ask: StudioAsk) -> StepState:
    ready = StepState(Progress.DONE, "Which duties the columns answer, and what to ask for")
    return waits(ask, mapped=True) or ready


STEP = Step("What can be answered", "answered", _state)
ACTIONS = (StudioAction("/p/{project}/answered", _show),)
