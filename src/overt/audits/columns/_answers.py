"""Which questions can be answered from the columns that are there, and which columns would add most.

No row is read: this is the same for a source of ten rows and of a hundred million.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from overt.controls import Control, lacking, missing_for
from overt.model import TABLES

Columns = Mapping[str, Collection[str]]
"""By table of the model, the columns that are filled; a table that is not filled is absent."""


_ORDER = {
    name: place
    for place, name in enumerate(
        name for table in TABLES.values() for name in (table.name, *(column.path for column in table.columns))
    )
}


@dataclass(frozen=True)
class Unanswerable:
    """A control that cannot be answered, or not fully, and the tables or `table.column`s it lacks."""

    control: str
    title: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Answerable:
    """The controls that can be answered and those that cannot, in the order given.

    `partly` are those of the answerable that are answered without a table or column that they can do without: breaches
    are found, and what depends on the missing column is unknown.
    """

    answerable: tuple[str, ...]
    partly: tuple[Unanswerable, ...]
    unanswerable: tuple[Unanswerable, ...]

    @property
    def asked(self) -> int:
        """How many controls there are."""
        return len(self.answerable) + len(self.unanswerable)


@dataclass(frozen=True)
class Worth:
    """What a table or `table.column` would add: the controls that could be answered with it and what was added before.

    `missing_from` counts all unanswerable controls that lack it, alone or with other columns.
    """

    name: str
    frees: tuple[str, ...]
    missing_from: int


def answerable(controls: Iterable[Control], columns: Columns) -> Answerable:
    """Which of the controls can be answered from these columns, in the order given.

    Not promised: how many of their rows will be unknown.
    """
    able, partly, unable = [], [], []
    for control in controls:
        if missing := missing_for(control, columns):
            unable.append(Unanswerable(control.id, control.title, missing))
            continue
        able.append(control.id)
        if without := lacking(control.optional, columns):
            partly.append(Unanswerable(control.id, control.title, without))
    return Answerable(tuple(able), tuple(partly), tuple(unable))


def worth(controls: Iterable[Control], columns: Columns, *, most: int = 3) -> tuple[Worth, ...]:
    """The tables and columns, at most so many, that would let most controls be answered, each after those before it.

    The one that frees most stands first; of those that free equally many, the one that more controls lack, then the
    first in the order of the model. A table counts as one, with every column that a control needs of it. Where no
    single one frees a control, the one that most controls lack is named, and it frees none by itself.
    """
    wanting = {control.id: set(missing) for control in controls if (missing := missing_for(control, columns))}
    chosen: list[Worth] = []
    while wanting and len(chosen) < most:
        frees: dict[str, list[str]] = {}
        lacked = Counter(name for lacks in wanting.values() for name in lacks)
        for control, lacks in wanting.items():
            if len(lacks) == 1:
                frees.setdefault(next(iter(lacks)), []).append(control)
        best = max(lacked, key=lambda name: (len(frees.get(name, ())), lacked[name], -_ORDER[name]))
        chosen.append(Worth(best, tuple(frees.get(best, ())), lacked[best]))
        wanting = {control: left for control, lacks in wanting.items() if (left := lacks - {best})}
    return tuple(chosen)
