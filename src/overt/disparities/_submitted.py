"""Which months each force or unit submitted: what was not submitted is told apart from what did not happen.

A month of which a force has no row was not submitted by it: no force stops nobody for a month. It is a gap and never a
zero. Units beside one another are compared over the months that all of them submitted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from overt.disparities._counts import ALWAYS, Counting, Window
from overt.disparities._measure_list import Measure, MeasureShape
from overt.disparities._measures import count_column, has_in, month_of
from overt.disparities._periods import periods
from overt.model import ENCOUNTER
from overt.pages import some
from overt.refusals import Refusal
from overt.schemes import spelling

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_UNITS = (ENCOUNTER.force.path, ENCOUNTER.unit.path)
# How many months of a unit, and how many units, a sentence names.
_MONTHS_SHOWN, _UNITS_SHOWN = 12, 6
_YEAR = 12


class Submitted(StrEnum):
    """Whether the figures of a period were handed in."""

    WHOLE = "submitted"
    PARTLY = "partly submitted"
    GAP = "not submitted"


@dataclass(frozen=True)
class Months:
    """The months of which a source has encounters, by the force or unit that handed them in.

    `undated` are encounters without a date, which are in no month.
    """

    by_unit: Mapping[str, frozenset[str]]
    undated: int = 0

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
        lines = []
        for unit, months in sorted(self.by_unit.items()):
            absent = [month for month in self.every if month not in months]
            if absent:
                listed = some(absent, _MONTHS_SHOWN)
                lines.append(f"{unit} submitted {len(months)} of {len(self.every)} months, without {listed}")
        return lines


def months_of(
    connection: DuckDBPyConnection, filled: Mapping[str, Collection[str]], counting: Counting, window: Window
) -> Months | None:
    """The months within a window, of the units asked for; `None` for anything but encounters with dates."""
    has = has_in(filled)
    month = month_of(counting.measure, has)
    if not counting.measure.counts_encounters or counting.measure.shape is not MeasureShape.FLOW or month is None:
        return None
    divided = [axis.columns[0] for axis in counting.axes if axis.columns[0] in _UNITS]
    unit = next((name for name in (*divided, *_UNITS) if has(name)), "''")
    wanted = {spelling(value) for axis, values in counting.only if axis.columns[0] == unit for value in values}
    first, last = ((window.since or ALWAYS).isoformat()[:7], window.until.isoformat()[:7])

    def is_asked(name: str | None) -> bool:
        return not wanted or spelling(name or "") in wanted

    months_by_unit: dict[str, set[str]] = {}
    for name, text in _handed_in(connection, unit, month):
        if first <= text <= last and is_asked(name):
            months_by_unit.setdefault(name or "", set()).add(text)
    if not months_by_unit:
        return None
    rows = count_column(has, ENCOUNTER.row_count.path)
    sql = f"select {unit}, coalesce(sum({rows}), 0) from encounter where {month} is null group by all"
    # In a period that has a beginning, what has no date never counted.
    undated = [] if window.since else connection.execute(sql).fetchall()
    lacking = sum(int(count) for name, count in undated if is_asked(name))
    return Months({name: frozenset(texts) for name, texts in months_by_unit.items()}, lacking)


def submitted(
    connection: DuckDBPyConnection,
    filled: Mapping[str, Collection[str]],
    measure: Measure,
    labels: Collection[str],
    step: str,
) -> dict[str, Submitted]:
    """Which periods were handed in, by the months of each force. Only of encounters: a register has no returns."""
    if not measure.counts_encounters:
        return dict.fromkeys(labels, Submitted.WHOLE)
    days = (ENCOUNTER.occurred_on, ENCOUNTER.occurred_at)
    column = next((name for name in days if name in filled["encounter"]), None)
    month = f"strftime(cast({column} as date), '%Y-%m')" if column else ENCOUNTER.period.path
    had = _handed_in(connection, ENCOUNTER.force if ENCOUNTER.force in filled["encounter"] else "''", month)
    forces = {name for name, _ in had}
    states = {}
    for period in labels:
        months = _months_in(period, step)
        held = sum((name, text) in had for name in forces for text in months)
        whole = len(forces) * len(months)
        states[period] = Submitted.GAP if not held else Submitted.WHOLE if held == whole else Submitted.PARTLY
    return states


def _handed_in(connection: DuckDBPyConnection, unit: str, month: str) -> set[tuple[str | None, str]]:
    """Each unit with each month of which it has a row."""
    sql = f"select distinct {unit}, {month} from encounter where {month} is not null"
    return {(name, str(text)) for name, text in connection.execute(sql).fetchall()}


def _months_in(text: str, step: str) -> list[str]:
    if step == "month":
        return [text]
    year, _, quarter = text.partition("-Q")
    months = range(int(quarter) * 3 - 2, int(quarter) * 3 + 1) if quarter else range(1, 13)
    return [f"{year}-{month:02}" for month in months]


# --- what is compared over which months -------------------------------------------------------------------------------


def over_shared_months(counting: Counting, months: Months | None, by: Sequence[str], within: str) -> Counting:
    """The question over the months that all units submitted, if it compares them. Refuses where there is none."""
    compares = any(axis.columns[0] in _UNITS and name != within for axis, name in zip(counting.axes, by, strict=True))
    if months is None or not compares or not (lacking := months.lacking()):
        return counting
    if not months.shared:
        raise Refusal(
            "disparity-months-apart",
            f"--by {','.join(by)}",
            "; ".join(lacking[:_UNITS_SHOWN]),
            "a month that all submitted",
            "compare within each one with --within, or leave some out with --only",
        )
    return replace(counting, months=months.shared)


def months_apart(counting: Counting, months: Months | None) -> list[str]:
    """What was not submitted by some, and what was done about it."""
    if months is None or not (lacking := months.lacking()):
        return []
    more = f"; and {len(lacking) - _UNITS_SHOWN} more" if lacking[_UNITS_SHOWN:] else ""
    units = "; ".join(lacking[:_UNITS_SHOWN]) + more
    if counting.months:
        verb = "is" if months.undated == 1 else "are"
        undated = f"; {months.undated:,} without a date {verb} not in any of them" if months.undated else ""
        shared = "one month" if len(counting.months) == 1 else f"{len(counting.months)} months"
        return [f"compared only over the {shared} that all submitted: {units}{undated}"]
    return [f"some did not submit every month, so the counts cover different periods: {units}"]


def months_counted(counting: Counting, months: Months) -> str:
    """The months that rates are of."""
    counted = counting.months or months.every
    year = "" if len(counted) == _YEAR else f"; a rate for a year is {_YEAR / len(counted):.3g} times as high"
    first, last = (dt.date.fromisoformat(f"{month}-01") for month in (counted[0], counted[-1]))
    gaps = [period.label for period in periods(first, last, "month") if period.label not in counted]
    without = f" (no row in {some(gaps, _MONTHS_SHOWN)})" if gaps else ""
    span = f"1 month, {counted[0]}" if len(counted) == 1 else f"{len(counted)} months, {counted[0]} to {counted[-1]}"
    if not counting.months and months.lacking():
        return f"each rate covers the months that were submitted, of {span}{without}"
    return f"the rates cover {span}{without}{year}"
