"""Birth dates as people write them. Which of day and month comes first is told, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from enum import StrEnum

from overt.pseudonym._name import Unreadable

EARLIEST = 1880
WHY_NO_DATE = {
    "no-date": "no birth date",
    "date": "a birth date that is not a valid date",
    "two-digit-year": "a year of two digits",
    "no-order": "a date in figures, without stating whether the day or the month comes first",
}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_FIGURES = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})")
_IN_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]+([a-z]{3,9})\.?[\s,./-]+(\d{4}|\d{2})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?[\s./-]+(\d{1,2})(?:st|nd|rd|th)?[\s,./-]+(\d{4}|\d{2})", re.IGNORECASE)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


class Order(StrEnum):
    """Which comes first in a date in figures."""

    TOLD = "iso"
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


def read_birth_date(text: str, order: Order = Order.TOLD) -> dt.date:
    """A birth date: 2004-05-03, 3 May 2004, or 03/05/2004 where `order` says how to read it.

    Unreadable with a word of `WHY_NO_DATE`.
    """
    text = text.strip()
    if not text:
        raise Unreadable("no-date")
    if match := _ISO.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _FIGURES.fullmatch(text):
        first, second, year = match.groups()
        if len(year) == 2:
            raise Unreadable("two-digit-year")
        if order is Order.TOLD:
            raise Unreadable("no-order")
        return _day(year, second, first) if order is Order.DAY_FIRST else _day(year, first, second)
    if match := _IN_WORDS.fullmatch(text):
        return _day(match[3], _month(match[2]), match[1])
    if match := _MONTH_FIRST.fullmatch(text):
        return _day(match[3], _month(match[1]), match[2])
    raise Unreadable("date")


def orders(text: str) -> tuple[Order, ...]:
    """By which orders a date in figures is a day of the calendar: one, both, or none."""
    dates = []
    for order in (Order.DAY_FIRST, Order.MONTH_FIRST):
        with suppress(Unreadable):
            read_birth_date(text, order)
            dates.append(order)
    return tuple(dates)


def _day(year: str, month: str, day: str) -> dt.date:
    if len(year) == 2:
        raise Unreadable("two-digit-year")
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("date") from None
    if date.year < EARLIEST:
        raise Unreadable("date")
    return date


def _month(word: str) -> str:
    months = [place for place, name in enumerate(_MONTHS, 1) if name.startswith(word.lower()) or word.lower() == "sept"]
    if len(months) != 1 and word.lower() != "sept":
        raise Unreadable("date")
    return "9" if word.lower() == "sept" else str(months[0])
