"""When an answer is due: 20 working days after the day a request came in (FOIA 2000, s. 10).

The law also leaves out bank holidays of Scotland and Northern Ireland. Only those of England are left out here,
so that the day given is never later than the law's.
"""

from __future__ import annotations

import datetime as dt

from overt.workdays import is_working_day

__all__ = ["due_on", "is_working_day", "working_days_left"]
WORKING_DAYS = 20


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
