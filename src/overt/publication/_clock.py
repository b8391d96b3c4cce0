"""When an answer is due: 20 working days after the day a request came in (FOIA 2000, s. 10).

A working day is no Saturday, no Sunday and no bank holiday in any part of the United Kingdom (s.10(6)): the second of
January is left out as in Scotland, and the twelfth of July as in Northern Ireland. A register whose charter names a
pack of Scotland is under the Freedom of Information (Scotland) Act 2002, and leaves out Scotland's bank holidays alone.
"""

from __future__ import annotations

import datetime as dt

from overt.charter import Charter
from overt.controls import jurisdiction_of
from overt.workdays import EVERY_PART, SCOTLAND, calendar_in
from overt.workdays import is_working_day as is_worked

__all__ = ["calendar_of", "due_on", "is_working_day", "working_days_left"]
WORKING_DAYS = 20


def calendar_of(charter: Charter | None) -> tuple[str, ...]:
    """The parts of the United Kingdom whose bank holidays do not count, by the packs that the charter names."""
    packs = charter.packs if charter else ()
    return SCOTLAND if calendar_in(map(jurisdiction_of, packs)) == SCOTLAND else EVERY_PART


def is_working_day(day: dt.date, parts: tuple[str, ...] = EVERY_PART) -> bool:
    """Whether the day counts among the twenty (s.10(6))."""
    return is_worked(day, parts)


def due_on(received_on: dt.date, working_days: int = WORKING_DAYS, parts: tuple[str, ...] = EVERY_PART) -> dt.date:
    """The last day to answer; the day a request comes in does not count."""
    day, left = received_on, working_days
    while left:
        day += dt.timedelta(days=1)
        left -= is_working_day(day, parts)
    return day


def working_days_left(today: dt.date, due: dt.date, parts: tuple[str, ...] = EVERY_PART) -> int:
    """Working days after today up to the due day; none when it is past."""
    days = (today + dt.timedelta(days=number) for number in range(1, (due - today).days + 1))
    return sum(is_working_day(day, parts) for day in days)
