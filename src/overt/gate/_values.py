"""Reads one value of a proposed record into the register's own form, by the kind of its column."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from overt.model import Kind

LONGEST_TEXT = 20_000
_LARGEST = 2**53


class UnreadableValue(Exception):
    """Why a value cannot be read; never the value."""


def _text(value: Any) -> str:
    if type(value) is not str:
        raise UnreadableValue("text was wanted")
    if not is_encodable(value):
        raise UnreadableValue("it has half of a surrogate pair")
    if len(value) > LONGEST_TEXT:
        raise UnreadableValue(f"it is longer than {LONGEST_TEXT:,} characters")
    if "\x00" in value:
        raise UnreadableValue("it has a NUL character")
    return value


def is_encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8: it has no half of a surrogate pair."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
    return True


def _integer(value: Any) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise UnreadableValue("a whole number of at most 2^53 was expected")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or (type(value) is int and abs(value) > _LARGEST) or not math.isfinite(value):
        raise UnreadableValue("a number was wanted")
    return float(value)


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise UnreadableValue("true or false was wanted")
    return value


def _date(value: Any) -> str:
    if type(value) is str and len(value) == 10 and is_day(value):
        return value
    raise UnreadableValue("a day as yyyy-mm-dd was wanted")


@lru_cache(20_000)
def is_day(text: str) -> bool:
    """Whether a text is a day as yyyy-mm-dd."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _timestamp(value: Any) -> str:
    if type(value) is str and 16 <= len(value) <= 35 and value[4] == "-":
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if moment.tzinfo is not None:
                moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
            return moment.isoformat(sep=" ")
    raise UnreadableValue("a moment as yyyy-mm-ddThh:mm:ss was wanted, in UTC or with its offset")


READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.TIMESTAMP: _timestamp,
}
"""What reads a value of each kind; it raises `UnreadableValue` where the value is none of that kind."""
