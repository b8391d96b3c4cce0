"""CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

Scalar = str | int | float | bool | dt.date | None

# A spreadsheet treats a cell that starts with one of these characters as a formula, which could connect to the
# network or run a program. The apostrophe is included so that removing one always restores the text. A tab or a
# semicolon ends a cell if the spreadsheet is set to split there, and the text after it starts the next.
FORMULA_STARTS = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "'")
# What some programs take for one of these, and normal forms do not.
_LIKE = {"\u2212": "-", "\u2014": "-"}
# Letters and marks that show nothing; categories do not tell them from others.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


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
    return neutral_text(cell(value))


def neutral_text(text: str) -> str:
    """The text behind an apostrophe where a spreadsheet may take it for a formula."""
    return f"'{text}" if starts_a_formula(text) else text


def starts_a_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula, once it has dropped what it does not show in front.

    Blanks, controls and invisible characters in front count for nothing, as do quotes and the marks that part cells;
    a sign counts in any width.
    """
    if text.startswith(FORMULA_STARTS):
        return True
    for letter in text:
        if letter in ';,"' or unicodedata.category(letter)[0] in "ZC" or _UNSEEN.match(letter):
            continue
        first = unicodedata.normalize("NFKC", letter)[:1]
        return _LIKE.get(first, first).startswith(FORMULA_STARTS)
    return False


def cell(value: Scalar) -> str:
    """A value of evidence as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return "" if value is None else str(value)
