"""CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

Scalar = str | int | float | bool | dt.date | None

# A spreadsheet takes a cell that begins so for a formula, which can call out or run a program. The
# apostrophe is here so that taking one off always gives the text back.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def csv_bytes(header: Sequence[str], lines: Iterable[Sequence[Scalar]]) -> bytes:
    """CSV as in RFC 4180, in UTF-8; text that a spreadsheet would run as a formula begins with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in header])
    writer.writerows([neutral(value) for value in line] for line in lines)
    return stream.getvalue().encode("utf-8", "replace")


def neutral(value: Scalar) -> str | int | float:
    """The value as a cell: numbers untouched, text that begins like a formula behind an apostrophe."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = cell(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def cell(value: Scalar) -> str:
    """A value of evidence as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return "" if value is None else str(value)
