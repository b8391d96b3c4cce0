"""What may stand in one field of a charter: texts, names, days, numbers, codes of the model."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from overt.model import AUTHORITY, DISCLOSURE, ENTRY, PROMISE, Column


def _plain(text: str) -> str:
    # What the public reads must be what the machine reads: marks that hide or turn text round are refused.
    for letter in text:
        if letter in _HIDDEN or (unicodedata.category(letter) in ("Cc", "Zl", "Zp") and letter not in "\n\t"):
            raise PydanticCustomError("hidden", "{found}", {"found": f"U+{ord(letter):04X}"})
    return text


def _one_line(text: str) -> str:
    # A title that goes on in the next line could pass itself off as a line of its own.
    if "\n" in text or "\t" in text:
        raise PydanticCustomError("hidden", "{found}", {"found": "U+000A" if "\n" in text else "U+0009"})
    return _plain(text)


def _of_our_time(day: dt.date) -> dt.date:
    # A slip in the year; and beyond the calendar's end no notice could be counted.
    if not 1900 <= day.year <= 2999:
        raise PydanticCustomError("day", "{found}", {"found": day.isoformat()})
    return day


_HIDDEN = frozenset(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)

Text = Annotated[
    str, Strict(), StringConstraints(min_length=1, max_length=2_000, pattern=r"\S"), AfterValidator(_one_line)
]
Reason = Annotated[str, Strict(), StringConstraints(max_length=4_000), AfterValidator(_plain)]
Day = Annotated[dt.date, Strict(), AfterValidator(_of_our_time)]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=0, le=10_000_000_000)]
Positive = Annotated[int, Strict(), Field(ge=1, le=100_000)]
# Names go into the register's rows, into file names and into addresses.
Name = Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Reference = Annotated[str, Strict(), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,126}$")]
PackName = Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
Digest = Annotated[str, Strict(), StringConstraints(pattern=r"^[0-9a-f]{64}$")]

ONLY_THESE = ConfigDict(extra="forbid")


def _one_of(column: Column) -> AfterValidator:
    """Refuses what is not among the values that the model allows in a column."""
    codes = list(column.codes)

    def check(value: str) -> str:
        if value not in codes:
            raise PydanticCustomError("code", "{found}", {"found": value, "codes": codes})
        return value

    return AfterValidator(check)


def _enum(column: Column) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(column.codes)})


def _value(value: object) -> int | float | str | dt.date:
    """A whole number, a number, a day or a text, as TOML gave it: none is taken for another."""
    if isinstance(value, str):
        return _one_line(value)
    if type(value) is int and abs(value) <= _LARGEST:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if type(value) is dt.date:
        return value
    raise PydanticCustomError("value", "{found}", {"found": type(value).__name__})


# Beyond it a number is no longer exact in JSON.
_LARGEST = 2**53
_VALUE_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "format": "date"}, {"type": "string"}]}
Value = Annotated[int | float | str | dt.date, PlainValidator(_value), WithJsonSchema(_VALUE_SCHEMA)]


def _number(value: object) -> object:
    # To Python true is 1.
    if isinstance(value, bool | float):
        raise PydanticCustomError("int_type", "{found}", {"found": type(value).__name__})
    return value


Format = Annotated[Literal[1], BeforeValidator(_number)]
Role = Annotated[str, Strict(), _one_of(ENTRY.role), _enum(ENTRY.role)]
Condition = Annotated[str, Strict(), _one_of(ENTRY.condition), _enum(ENTRY.condition)]
Rank = Annotated[str, Strict(), _one_of(AUTHORITY.granted_by_rank), _enum(AUTHORITY.granted_by_rank)]
RecipientKind = Annotated[str, Strict(), _one_of(DISCLOSURE.recipient_kind), _enum(DISCLOSURE.recipient_kind)]
ChildTold = Annotated[str, Strict(), _one_of(PROMISE.child_told), _enum(PROMISE.child_told)]
AuthorityName = Annotated[str, Strict(), _one_of(AUTHORITY.kind), _enum(AUTHORITY.kind)]
