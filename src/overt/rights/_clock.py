"""The clock of a request under Part 3 of the Data Protection Act 2018, by the law on the day.

Section 54 gives one month from the later of two moments: the request was received, or the information needed to
confirm the requester's identity was received. A month ends on the day with the same number, or the last day of a
shorter month. If that is not a working day where the controller is, it ends on the next working day (Regulation
1182/71, art 3, by section 205).

Since 5 February 2026 (Data (Use and Access) Act 2025 s.76; SI 2026/82) the month can be extended by two more, and for a
request for access the days on which the controller waits for the person to explain the request do not count. A request
that was received earlier keeps the time limit that applied then.

Nothing that is done, or recorded, after the last day moves the time limit: it had already ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from overt.charter import Charter
from overt.controls import jurisdiction_of
from overt.periods import add_months
from overt.workdays import ENGLAND, calendar_in, is_working_day

EXTENDABLE_FROM = dt.date(2026, 2, 5)
MONTHS, MORE_MONTHS = 1, 2
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """What the clock of a request depends on. `starts_on` is absent while it is not known who asks.

    `stops` are pairs of days: the person was asked, and answered; the last has no second day while it is paused.
    `calendar` are the parts of the United Kingdom whose bank holidays are not worked.
    """

    received_on: dt.date
    starts_on: dt.date | None
    stops: tuple[tuple[dt.date, dt.date | None], ...] = ()
    is_extended: bool = False
    calendar: tuple[str, ...] = ENGLAND

    @property
    def is_stopped(self) -> bool:
        """Whether it is paused, or has not begun."""
        return self.starts_on is None or any(end is None for _, end in self.stops)

    @property
    def due_on(self) -> dt.date | None:
        """The last day to answer; none while the clock is paused."""
        return None if self.is_stopped else self._end(self.months)

    @property
    def first_month_ends_on(self) -> dt.date | None:
        """The last day on which the period can be extended (s.54)."""
        return None if self.is_stopped else self._end(MONTHS)

    @property
    def months(self) -> int:
        """How many months the period has."""
        return MONTHS + MORE_MONTHS if self.is_extended else MONTHS

    @property
    def can_be_extended(self) -> bool:
        """Whether the law of the day on which the request came in knows extension and a clock that pauses."""
        return self.received_on >= EXTENDABLE_FROM

    def counted_to(self, months: int) -> dt.date:
        """The last day of so many months, before days that do not count and non-working days."""
        assert self.starts_on is not None  # noqa: S101 - asked for only while the clock runs
        return add_months(self.starts_on, months)

    def days(self, months: int) -> Iterator[tuple[dt.date, str]]:
        """Each day of the period with what it counts for, one of `SPANS`; the last of them is the last day to answer.

        1. The day on which the period starts is no part of it (s.205).
        2. Days on which the controller waits for an explanation do not count, from question to answer (s.54).
        3. A period that would end on a non-working day ends on the next working day.
        """
        assert self.starts_on is not None  # noqa: S101 - asked for only while the clock runs
        left = (self.counted_to(months) - self.starts_on).days
        stopped, day = self._days_stopped(), self.starts_on
        while True:
            day += _DAY  # 1
            what = "not_counted" if day in stopped else "counted" if left else "not_worked"
            left -= what == "counted"
            yield day, what
            if not left and what != "not_counted" and is_working_day(day, self.calendar):  # 2, 3
                return

    def _end(self, months: int) -> dt.date:
        return max(day for day, _ in self.days(months))

    def _days_stopped(self) -> set[dt.date]:
        """The days of all pauses; one that is in two of them is here once."""
        days: set[dt.date] = set()
        for start, end in self.stops:
            if end is not None:
                days |= {start + day * _DAY for day in range((end - start).days + 1)}
        return days


class Event(Protocol):
    """A step that may move the clock: what it was, on which day, and on which day it was recorded."""

    @property
    def kind(self) -> str:
        """What was done."""

    @property
    def done_on(self) -> dt.date:
        """The day."""

    @property
    def recorded_on(self) -> dt.date:
        """The day on which the register learned of it."""


def calendar_of(charter: Charter | None) -> tuple[str, ...]:
    """The part of the United Kingdom whose bank holidays move the last day, by the packs that the charter names."""
    return calendar_in(map(jurisdiction_of, charter.packs if charter else ()))


def clock_of(kind: str, received_on: dt.date, steps: Iterable[Event], calendar: tuple[str, ...] = ENGLAND) -> Clock:
    """The clock after these steps, in their order. A step that the law does not let move it leaves it as it is."""
    clock, is_known = Clock(received_on, received_on, calendar=calendar), False
    for event in steps:
        if event.kind == "identity":
            if clock.starts_on is None:
                clock = replace(clock, starts_on=max(received_on, event.done_on))
            is_known = True
        elif event.kind == "identity_asked" and not is_known and not _is_late(clock, event):
            clock = replace(clock, starts_on=None)
        else:
            clock = _paused(clock, kind, event)
    return clock


def _paused(clock: Clock, kind: str, event: Event) -> Clock:
    """After a pause, its end or an extension."""
    begun = clock.stops[-1] if clock.stops and clock.stops[-1][1] is None else None
    if event.kind == "resumed" and begun and event.done_on >= begun[0]:
        return replace(clock, stops=(*clock.stops[:-1], (begun[0], event.done_on)))
    if not clock.can_be_extended or clock.is_stopped or _is_late(clock, event):
        return clock
    if event.kind == "paused" and kind == "access":
        return replace(clock, stops=(*clock.stops, (event.done_on, None)))
    month = clock.first_month_ends_on
    if event.kind == "extended" and month is not None and max(event.done_on, event.recorded_on) <= month:
        return replace(clock, is_extended=True)
    return clock


def _is_late(clock: Clock, event: Event) -> bool:
    return clock.due_on is not None and max(event.done_on, event.recorded_on) > clock.due_on


@dataclass(frozen=True)
class Span:
    """A stretch of days and what it counts for: one line of the calculation of a clock."""

    starts_on: dt.date
    ends_on: dt.date
    what: str


SPANS = {
    "waited": "waiting for proof of identity: the time limit had not started",
    "counted": "counted",
    "not_counted": "waiting for the person to explain the request: these days do not count",
    "not_worked": "moved to the next working day",
}


def spans(clock: Clock) -> Iterator[Span]:
    """How the last day was found, span by span, from the day of receipt; nothing while the clock is paused."""
    if clock.starts_on is None or clock.is_stopped:
        return
    if clock.starts_on > clock.received_on:
        yield Span(clock.received_on, clock.starts_on, "waited")
    for what, days in groupby(clock.days(clock.months), key=lambda span: span[1]):
        first, *more = [day for day, _ in days]
        yield Span(first, more[-1] if more else first, what)
