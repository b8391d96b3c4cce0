"""Days: as they are given and said, and when a period of months ends.

Of such periods there is one rule for each of two kinds, the same in controls, the gate and rights.

A period of the Data Protection Act 2018 leaves out the day on which it starts (s.205(2)): a month from 3 March ends
with 3 April. A period "beginning with" a day counts it: three months that begin with 1 January end with 31 March
(Regulation of Investigatory Powers Act 2000 s.43). Where a month has no such date, both end with its last day.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

from overt.refusals import Refusal


def read_day(text: str, where: str) -> dt.date:
    """A day as it was given; refuses what is not one."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("not-a-day", where, "this is not a valid date", "YYYY-MM-DD") from error


def day_words(value: object) -> str:
    """A day as people write it: 3 September 2024; nothing for none."""
    if value is None or value == "":
        return ""
    date = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
    return f"{date.day} {date:%B %Y}"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same date so many months later, or the last of that month where it has no such date."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_of(start: dt.date, months: int) -> dt.date:
    """The last day of a period of so many months that begins with `start`."""
    there = add_months(start, months)
    return there - dt.timedelta(days=1) if there.day == start.day else there
