"""Which days people work on: the law's clocks run by them.

A month under Part 3 of the Data Protection Act 2018 ends on a day that is worked where the controller is: in England,
in Scotland or in Northern Ireland. The twenty days of the
Freedom of Information Act 2000 leave out the bank holidays of every part of the United Kingdom (s.10(6)); those of the
Freedom of Information (Scotland) Act 2002, whose text was not seen, are taken to leave out those of Scotland alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

_SATURDAY = 5
ENGLAND = ("ENG",)
SCOTLAND = ("SCT",)
NORTHERN_IRELAND = ("NIR",)
EVERY_PART = ("ENG", "WLS", "SCT", "NIR")


def calendar_in(jurisdictions: Iterable[str]) -> tuple[str, ...]:
    """The part of the United Kingdom whose bank holidays a controller keeps, by the jurisdictions of its packs.

    England, where none of them is of another part.
    """
    return next((_ELSEWHERE[place] for place in jurisdictions if place in _ELSEWHERE), ENGLAND)


_ELSEWHERE = {"GB-SCT": SCOTLAND, "GB-NIR": NORTHERN_IRELAND}


def is_working_day(day: dt.date, parts: tuple[str, ...] = ENGLAND) -> bool:
    """Whether it is no Saturday or Sunday, and no bank holiday of any of these parts of the United Kingdom."""
    return day.weekday() < _SATURDAY and not any(day in _bank_holidays(part, day.year) for part in parts)


@cache
def _bank_holidays(part: str, year: int) -> frozenset[dt.date]:
    # An extra: who verifies a certificate of removal asks for no working day, and needs no calendar.
    import holidays  # noqa: PLC0415

    return frozenset(holidays.country_holidays("GB", subdiv=part, years=year))
