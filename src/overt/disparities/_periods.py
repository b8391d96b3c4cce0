"""Time divided into months, quarters or years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from overt.disparities._counts import Period
from overt.disparities._measure_list import Measure
from overt.disparities._measures import dated_column, day_sql, has_in
from overt.model import ENTRY
from overt.refusals import Refusal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DAY = dt.timedelta(days=1)
STEPS = {"month": 1, "quarter": 3, "year": 12}


def periods(first: dt.date, last: dt.date, step: str) -> tuple[Period, ...]:
    """Every period from the one that holds `first` to the one that holds `last`."""
    months = STEPS[step]
    place = (first.year * 12 + first.month - 1) // months
    final = (last.year * 12 + last.month - 1) // months
    days = [_last_day(number, months) for number in range(place - 1, final + 1)]
    labels = (label(number, step) for number in range(place, final + 1))
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
    """The first and the last day of which the source has anything for the measure. Refuses a source without one.

    Of rows that name only a month, the last is the last day of the month.
    """
    has = has_in(filled)
    column = dated_column(measure, has) or (ENTRY.opened_on.path if measure.table == "entry" else "")
    if not column or not has(column):
        wanted = " or ".join(measure.dated) or ENTRY.opened_on.path
        raise Refusal("disparity-no-dates", f"--trend of {measure.name}", "the source has no date for it", wanted)
    day = day_sql(column)
    sql = f"select min({day}), max({day}) from {measure.table} where {day} <= $until"
    first, last = connection.execute(sql, {"until": until}).fetchone() or (None, None)
    if first is None or last is None:
        raise Refusal("disparity-no-dates", f"--trend of {measure.name}", "no row has a date", column)
    if column.endswith(".period"):
        last = _last_day(last.year * 12 + last.month - 1, 1)
    return first, until if measure.table == "entry" else last
