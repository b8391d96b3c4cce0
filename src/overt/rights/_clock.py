"""The clock of a request under Part 3 of the Data Protection Act 2018, by the law on the day.

Section 54 gives one month from the latest of two moments: the request came in, or what was asked for to confirm who
asks came in. A month ends on the day of the same number, or the last of a shorter month; on a day on which nobody works
in England it ends on the next one that they do (Regulation 1182/71, art 3, by section 205).

Since 5 February 2026 (Data (Use and Access) Act 2025 s.76; SI 2026/82) the month can be extended by two more, and for a
request for access the clock stands still while the person is asked what they mean. A request that came in earlier keeps
the clock that it came in under.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass

from overt.workdays import next_working_day

EXTENDABLE_FROM = dt.date(2026, 2, 5)
MONTHS, MORE_MONTHS = 1, 2


@dataclass(frozen=True)
class Clock:
    """What the clock of a request depends on. `starts_on` is absent while it is not known who asks.

    `stops` are pairs of days: the person was asked, and answered; the last has no second day while it stands still.
    """

    received_on: dt.date
    starts_on: dt.date | None
    stops: tuple[tuple[dt.date, dt.date | None], ...] = ()
    is_extended: bool = False

    @property
    def is_stopped(self) -> bool:
        """Whether it stands still."""
        return self.starts_on is None or any(end is None for _, end in self.stops)

    @property
    def due_on(self) -> dt.date | None:
        """The last day to answer; none while the clock stands still."""
        return None if self.is_stopped else self._end(MONTHS + MORE_MONTHS if self.is_extended else MONTHS)

    @property
    def first_month_ends_on(self) -> dt.date | None:
        """The last day on which the period can be extended (s.54)."""
        return None if self.is_stopped else self._end(MONTHS)

    @property
    def can_be_extended(self) -> bool:
        """Whether the law of the day on which the request came in knows extension and a clock that stops."""
        return self.received_on >= EXTENDABLE_FROM

    def _end(self, months: int) -> dt.date:
        assert self.starts_on is not None  # noqa: S101 - asked for only while the clock runs
        return next_working_day(add_months(self.starts_on, months) + dt.timedelta(days=days_stopped(self.stops)))


def days_stopped(stops: Sequence[tuple[dt.date, dt.date | None]]) -> int:
    """The days that do not count: from the day of asking to that of the answer, both included (s.54)."""
    return sum((end - start).days + 1 for start, end in stops if end is not None)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
