"""Groups as they stand in each area, or in whatever else they are compared within: each beside its own reference."""

from __future__ import annotations

from collections.abc import Iterator

from overt.disparities._question import Disparity
from overt.disparities._table import RateRow, RateTable

Pairs = list[tuple[RateRow, RateRow]]


def tables_within(disparity: Disparity) -> Iterator[tuple[RateTable, int]]:
    """Each table of a question that compares within something, with the place of that among the divisions."""
    question = disparity.question
    if question.within in question.by:
        place = question.by.index(question.within)
        yield from ((table, place) for table in disparity.tables)


def group_of(row: RateRow, place: int) -> str:
    """The group of a row by its name, whatever it is compared within."""
    return ", ".join(part for at, part in enumerate(row.parts) if at != place and part)


def pairs_by_group(table: RateTable, place: int) -> dict[str, Pairs]:
    """By group, each row that is compared with the row that it is compared with."""
    rows = {row.parts: row for row in table.rows}
    pairs: dict[str, Pairs] = {}
    for row in table.rows:
        own = rows.get(row.against)
        if own is not None and own is not row:
            pairs.setdefault(group_of(row, place), []).append((row, own))
    return pairs
