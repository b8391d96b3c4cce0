"""Which days people work on in England: the law's clocks run by them."""

from __future__ import annotations

import datetime as dt

import holidays

_SATURDAY = 5


def is_working_day(day: dt.date) -> bool:
    """Whether people work on it in England."""
    return day.weekday() < _SATURDAY and day not in holidays.country_holidays("GB", subdiv="ENG", years=day.year)


def next_working_day(day: dt.date) -> dt.date:
    """The day itself where people work on it, else the first one after it on which they do."""
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day
