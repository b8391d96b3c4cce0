"""When an answer is due: 20 working days after the day a request came in (FOIA 2000, s. 10).

A working day is no Saturday, no Sunday and no bank holiday in any part of the United Kingdom (s.10(6)): the second of
January is left out as in Scotland, and the twelfth of July as in Northern Ireland.
"""

from __future__ import annotations

import datetime as dt

from overt.workdays import EVERY_PART
from overt.workdays import is_working_day as is_worked

__all__ = ["due_on", "is_working_day", "working_days_left"]
WORKING_DAYS = 20


def is_working_day(day: dt.date) -> bool:
    """Whether the day counts among the twenty (s.10(6))."""
    return is_worked(day, EVERY_PART)


def due_on(received_on: dt.date, working_days: int = WORKING_DAYS) -> dt.date:
    """The last day to answer; the day a request comes in does not count."""
    day, left = received_on, working_days
    while left:
        day += dt.timedelta(days=1)
        left -= is_working_day(day)
    return day


def working_days_left(today: dt.date, due: dt.date) -> int:
    """Working days after today up to the due day; none when it is past."""
    days = (today + dt.timedelta(days=each) for each in range(1, (due - today).days + 1))
    return sum(map(is_working_day, days))
