"""Time divided into months, quarters or years, and what was not submitted told apart from what did not happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from overt.disparity._counts import ALWAYS, Asked, Period, Window
from overt.disparity._measures import Measure, Shape, dated_column, month_of
from overt.refusals import Refusal
from overt.schemes import spelling

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

UNITS = ("encounter.force", "encounter.unit")
_LISTED = 12
_DAY = dt.timedelta(days=1)
STEPS = {"month": 1, "quarter": 3, "year": 12}


class Submitted(StrEnum):
    """Whether the figures of a period were handed in."""

    WHOLE = "submitted"
    PARTLY = "partly submitted"
    GAP = "not submitted"


def periods(first: dt.date, last: dt.date, step: str) -> tuple[Period, ...]:
    """Every period from the one that holds `first` to the one that holds `last`."""
    months = STEPS[step]
    place = (first.year * 12 + first.month - 1) // months
    final = (last.year * 12 + last.month - 1) // months
    days = [_last_day(each, months) for each in range(place - 1, final + 1)]
    labels = (label(each, step) for each in range(place, final + 1))
    return tuple(Period(name, before + _DAY, day) for name, (before, day) in zip(labels, pairwise(days), strict=True))


def label(place: int, step: str) -> str:
    """What the period is called: 2020-09, 2020-Q3, 2020."""
    year, month = divmod(place * STEPS[step], 12)
    if step == "month":
        return f"{year:04}-{month + 1:02}"
    return f"{year:04}-Q{month // 3 + 1}" if step == "quarter" else f"{year:04}"


def _last_day(place: int, months: int) -> dt.date:
    year, month = divmod((place + 1) * months, 12)
    return dt.date(year, month + 1, 1) - _DAY


def span(
    connection: DuckDBPyConnection, filled: Mapping[str, Collection[str]], measure: Measure, until: dt.date
) -> tuple[dt.date, dt.date]:
    """The first and the last day of which the source has anything for the measure. Refuses a source without one."""

    def has(name: str) -> bool:
        table, _, column = name.partition(".")
        return column in filled.get(table, ())

    column = dated_column(measure, has) or ("entry.opened_on" if measure.table == "entry" else "")
    if not column or not has(column):
        wanted = " or ".join(measure.dated) or "entry.opened_on"
        raise Refusal("disparity-no-dates", f"--trend of {measure.name}", "the source has no date for it", wanted)
    day = f"try_cast({column} || '-01' as date)" if column.endswith(".period") else f"cast({column} as date)"
    asked = f"select min({day}), max({day}) from {measure.table} where {day} <= $until"
    first, last = connection.execute(asked, {"until": until}).fetchone() or (None, None)
    if first is None or last is None:
        raise Refusal("disparity-no-dates", f"--trend of {measure.name}", "no row has a date", column)
    return first, until if measure.table == "entry" else last


def submitted(
    connection: DuckDBPyConnection,
    filled: Mapping[str, Collection[str]],
    measure: Measure,
    labels: Collection[str],
    step: str,
) -> dict[str, Submitted]:
    """Which periods were handed in, by the months of each force. Only of encounters: a register has no returns.

    A month of which a force has no row was not submitted by it: no force stops nobody for a month. It is
    a gap and never a zero.
    """
    if measure.table != "encounter":
        return dict.fromkeys(labels, Submitted.WHOLE)
    column = next((name for name in ("occurred_on", "occurred_at") if name in filled["encounter"]), None)
    month = f"strftime(cast({column} as date), '%Y-%m')" if column else "encounter.period"
    force = "force" if "force" in filled["encounter"] else "''"
    rows = connection.execute(
        f"select {force}, {month} from encounter where {month} is not null group by all"
    ).fetchall()
    forces = {name for name, _ in rows}
    had = {(name, text) for name, text in rows}
    found = {}
    for each in labels:
        months = _months_in(each, step)
        held = sum((name, text) in had for name in forces for text in months)
        whole = len(forces) * len(months)
        found[each] = Submitted.GAP if not held else Submitted.WHOLE if held == whole else Submitted.PARTLY
    return found


@dataclass(frozen=True)
class Months:
    """The months of which a source has encounters, by the force or unit that handed them in."""

    by_unit: Mapping[str, frozenset[str]]

    @property
    def every(self) -> tuple[str, ...]:
        """All months, in their order."""
        return tuple(sorted(frozenset().union(*self.by_unit.values())))

    @property
    def shared(self) -> tuple[str, ...]:
        """Those that every unit handed in."""
        return tuple(sorted(frozenset.intersection(*self.by_unit.values()))) if self.by_unit else ()

    def lacking(self) -> list[str]:
        """What each unit did not hand in of what others did, in words."""
        said = []
        for unit, months in sorted(self.by_unit.items()):
            absent = [each for each in self.every if each not in months]
            if absent:
                said.append(f"{unit} submitted {len(months)} of {len(self.every)} months, without {some(absent)}")
        return said


def some(months: Sequence[str]) -> str:
    """The first of many months, and how many more there are."""
    return ", ".join(months[:_LISTED]) + (f" and {len(months) - _LISTED} more" if months[_LISTED:] else "")


def between(months: Sequence[str]) -> list[str]:
    """The months between the first and the last that are not among them."""
    first, last = (dt.date.fromisoformat(f"{each}-01") for each in (months[0], months[-1]))
    return [each.label for each in periods(first, last, "month") if each.label not in months]


def months_of(
    connection: DuckDBPyConnection, filled: Mapping[str, Collection[str]], asked: Asked, window: Window
) -> Months | None:
    """The months within a window, of the units asked for; `None` for anything but encounters with dates."""
    measure = asked.measure

    def has(name: str) -> bool:
        table, _, column = name.partition(".")
        return column in filled.get(table, ())

    month = month_of(measure, has)
    if measure.table != "encounter" or measure.shape is not Shape.FLOW or month is None:
        return None
    divided = [axis.columns[0] for axis in asked.axes if axis.columns[0] in UNITS]
    unit = next((name for name in (*divided, *UNITS) if has(name)), "null")
    wanted = {spelling(each) for axis, values in asked.only if axis.columns[0] == unit for each in values}
    first, last = ((window.since or ALWAYS).isoformat()[:7], window.until.isoformat()[:7])
    sql = f"select coalesce({unit}, ''), {month} from encounter where {month} between $first and $last group by all"
    found: dict[str, set[str]] = {}
    for name, text in connection.execute(sql, {"first": first, "last": last}).fetchall():
        if not wanted or spelling(name) in wanted:
            found.setdefault(name, set()).add(text)
    return Months({name: frozenset(texts) for name, texts in found.items()}) if found else None


def _months_in(text: str, step: str) -> list[str]:
    if step == "month":
        return [text]
    year, _, quarter = text.partition("-Q")
    months = range(int(quarter) * 3 - 2, int(quarter) * 3 + 1) if quarter else range(1, 13)
    return [f"{year}-{month:02}" for month in months]
