"""Reads the values of a proposed record into the register's own form, or says which fields cannot be read."""

from __future__ import annotations

import datetime as dt
import difflib
import math
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from overt.gate._names import naming
from overt.gate._outcome import Proposed, Reason, Staged, refuse
from overt.gate._rights_only import rights_only
from overt.model import TABLES, Kind
from overt.register import KEPT_TABLES, OWN_TABLES, identity, kept_columns, row_values

PROPOSABLE = tuple(name for name in KEPT_TABLES if name not in OWN_TABLES)
CHANGES = ("collect", "alter")
LONGEST_TEXT = 20_000
_LARGEST = 2**53


class _Fault(Exception):
    """Why a value cannot be read; never the value."""


def stage(proposed: Proposed) -> tuple[Staged | None, list[Reason]]:
    """The record in the register's form and what is wrong with its shape; nothing staged without a table or a key."""
    table = proposed.table
    if table not in PROPOSABLE:
        wanted = f"one of {', '.join(PROPOSABLE)}"
        return None, [refuse("table-unknown", "table", "this table cannot be proposed to the gate", wanted)]
    reasons = []
    if proposed.change not in CHANGES:
        reasons.append(refuse("change-unknown", f"{table}, action", "neither collect nor alter", ", ".join(CHANGES)))
    readers = _readers(table)
    given: dict[str, Any] = {}
    faulty = set()
    for name, value in proposed.values.items():
        reader = readers.get(name)
        if reader is None:
            reasons.append(_unknown(proposed, name))
        elif value is not None:
            try:
                given[name] = reader(value)
            except _Fault as fault:
                faulty.add(name)
                reasons.append(refuse("value-unreadable", f"{table}.{name}", str(fault)))
    reasons += [
        refuse("value-missing", f"{table}.{name}", "no value", "this field is required")
        for name in _needed(table)
        if name not in given and name not in faulty
    ]
    reasons += [
        refuse("code-not-listed", f"{table}.{name}", "not in the model's list", ", ".join(codes))
        for name, codes in _coded(table)
        if name in given and given[name] not in codes
    ]
    reasons += naming(table, given)
    if not proposed.of_rights:
        reasons += rights_only(table, given, alters=proposed.change == "alter")
    if any(name not in given for name in identity(table)):
        return None, reasons
    return Staged(proposed, row_values(table, given), frozenset(faulty)), reasons


def _unknown(proposed: Proposed, name: str) -> Reason:
    """A field that does not exist: its name may itself be somebody's, and is not repeated."""
    columns = _readers(proposed.table)
    says = f"field {list(proposed.values).index(name) + 1} of the record is none that the table has"
    near = difflib.get_close_matches(str(name).lower(), columns, 1)
    remedy = f"did you mean {near[0]}? " if near else ""
    return refuse("column-unknown", proposed.table, says, f"{remedy}only {', '.join(columns)}")


@cache
def _needed(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in TABLES[table].required)


@cache
def _coded(table: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((column.name, column.codes) for column in TABLES[table].columns if column.codes)


@cache
def _readers(table: str) -> dict[str, Callable[[Any], Any]]:
    return {name: _READERS[TABLES[table].by_name[name].kind] for name in kept_columns(table)}


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _Fault("text was wanted")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _Fault("it has half of a surrogate pair") from None
    if len(value) > LONGEST_TEXT:
        raise _Fault(f"it is longer than {LONGEST_TEXT:,} characters")
    if "\x00" in value:
        raise _Fault("it has a NUL character")
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise _Fault("a whole number of at most 2^53 was expected")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or (type(value) is int and abs(value) > _LARGEST) or not math.isfinite(value):
        raise _Fault("a number was wanted")
    return float(value)


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise _Fault("true or false was wanted")
    return value


def _date(value: Any) -> str:
    if type(value) is str and len(value) == 10 and _is_day(value):
        return value
    raise _Fault("a day as yyyy-mm-dd was wanted")


@lru_cache(20_000)
def _is_day(text: str) -> bool:
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
    raise _Fault("a moment as yyyy-mm-ddThh:mm:ss was wanted, in UTC or with its offset")


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.TIMESTAMP: _timestamp,
}
