"""What happened to each cell of a release that is corrected.

The same question is counted three times over: as the release before counted it; as the register would have answered
then, of what is left of it now; and that with the values which these rows have today. What the first has more was
erased. What the second and the third differ in was corrected, and of reviews it is a day that was moved. What the new
release counts besides was recorded later. Where none of these counts differs, only what is withheld has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from overt.model import TABLES
from overt.publication._count import Connection, count_topics
from overt.publication._document import FigureChange, FigureCorrection
from overt.publication._safe import ALL, SafeTopic, cell_name
from overt.publication._topics import BRIDGE_OF_PEOPLE, DUE, TOPICS, TopicCounts

ERASED, CORRECTED, MOVED, LATER = "erased", "corrected", "due date moved", "recorded later"
PROTECTION, OFFICE = "withheld otherwise", "counted by the office"
WORDS = {
    ERASED: "Entries have been erased since.",
    CORRECTED: "What had been recorded was wrong and has been corrected.",
    MOVED: "A due date has been changed since.",
    LATER: "It was only recorded later.",
    PROTECTION: "The count has not changed, but which figures are withheld or rounded has.",
    OFFICE: "The office recounted it.",
}
Cells = Mapping[tuple[str, str], int]


def caused(
    changes: Sequence[FigureChange],
    about: tuple[str, str, str],
    *,
    kept: tuple[Sequence[SafeTopic], Sequence[SafeTopic]],
    then: Connection,
    now: Connection,
    period: tuple[dt.date | None, dt.date],
) -> list[FigureCorrection]:
    """The corrections for changed cells; `made` is the release corrected, the one that says so, and the author's cause.

    `kept` are the exact counts of both, `then` the register as it was known when the first was drafted, less what was
    erased since.
    """
    first, last = (_cells(topic.counted for topic in some) for some in kept)
    with _known_rows(then, now) as known:
        left, righted = (_cells(count_topics(store, period[1], period[0])) for store in (then, known))
    made_by = []
    for change in changes:
        kinds: tuple[str, ...] = (OFFICE,)
        if change.table in TOPICS:
            counts = [cells.get((change.table, change.cell), 0) for cells in (first, left, righted, last)]
            kinds = _kinds(change, counts)
        made_by.append(FigureCorrection(*about, change.table, change.cell, change.old, change.new, kinds))
    return made_by


def _kinds(change: FigureChange, counts: Sequence[int]) -> tuple[str, ...]:
    first, left, righted, last = counts
    if change.cell.rpartition(" / ")[2] in ("added", "removed", *BRIDGE_OF_PEOPLE):
        # What lies between two releases changes with either of them.
        return (LATER,) if first != last else (PROTECTION,)
    steps = (
        (ERASED, first != left),
        (MOVED if change.table == DUE.name else CORRECTED, left != righted),
        (LATER, righted != last),
    )
    return tuple(kind for kind, differs in steps if differs) or (PROTECTION,)


def _cells(topics: Iterator[TopicCounts] | Sequence[TopicCounts]) -> Cells:
    """The exact count of every cell that is a sum of parts."""
    cells: dict[tuple[str, str], int] = {}
    for counted in topics:
        first = counted.topic.attributes[0].name
        for column, parts in counted.measures.items():
            for (part, attribute, group), count in counted.counts.items():
                if part in (parts or ()):
                    names = [cell_name(attribute, group, column)]
                    names += [cell_name(ALL, ALL, column)] if attribute == first else []
                    for name in names:
                        cells[counted.topic.name, name] = cells.get((counted.topic.name, name), 0) + count
    return cells


@contextmanager
def _known_rows(then: Connection, now: Connection) -> Iterator[Connection]:
    """The rows that were there then, with the values that they have now."""
    with now.cursor() as known:
        known.execute("create schema known")
        for name, table in TABLES.items():
            key = table.key.name
            keys = then.execute(f'select distinct "{key}" from main."{name}"').fetchall()
            known.execute(
                f'create table known."{name}_keys" as select unnest($keys::varchar[]) as key',
                {"keys": [str(key) for (key,) in keys]},
            )
            known.execute(
                f'create view known."{name}" as select * from main."{name}"'
                f' where cast("{key}" as varchar) in (select key from known."{name}_keys")'
            )
        known.execute("set schema = 'known'")
        yield known
