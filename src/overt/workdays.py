"""Which days people work on in England: the law's clocks run by them."""

from __future__ import annotations

import datetime as dt
from functools import cache

_SATURDAY = 5


def is_working_day(day: dt.date) -> bool:
    """Whether people work on it in England."""
    return day.weekday() < _SATURDAY and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[dt.date]:
    # An extra: who verifies a certificate of removal asks for no working day, and needs no calendar.
    import holidays  # noqa: PLC0415

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def next_working_day(day: dt.date) -> dt.date:
    """The day itself where people work on it, else the first one after it on which they do."""
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day
