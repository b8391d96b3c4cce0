"""Which row of a table holds the names of its columns, with the reason; and what in a row looks like data instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from overt.workbooks import column_letter

_NUMBER = re.compile(r"[-+£$€]?\s*\d[\d\s.,]*%?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\d{1,2}[-\s][A-Za-z]{3,9}[-\s]\d{2,4}")
# The names of columns are short.
_LONGEST_NAME = 60
_SHOWN = 5


def kind_of_text(text: str) -> str:
    """One letter for what a cell of text looks like: a date, a number, text or a blank."""
    text = text.strip()
    if not text:
        return " "
    if _DATE.fullmatch(text):
        return "d"
    return "n" if _NUMBER.fullmatch(text) else "t"


def propose_header(
    rows: Sequence[Sequence[str]], kinds: Sequence[str], numbers: Sequence[int]
) -> tuple[int | None, str]:
    """The number of the first row that is filled as a row of names is, and why; without one, why not.

    Such a row has different words, and nothing else, in at least half of the columns that are used.
    """
    width = sum(any(len(row) > at and row[at].strip() for row in rows) for at in range(max(map(len, rows), default=0)))
    for row, kind, number in zip(rows, kinds, numbers, strict=True):
        filled = [cell.strip().casefold() for cell in row if cell.strip()]
        cells = zip(row, kind, strict=False)
        looks = {kind_of_text(cell) if letter == "t" else letter for cell, letter in cells if letter != " "}
        enough = len(filled) * 2 >= width and len(filled) >= min(2, width)
        if enough and looks == {"t"} and len(set(filled)) == len(filled) and max(map(len, filled)) <= _LONGEST_NAME:
            return number, f"the first row with words in {len(filled)} of {width} columns, and with no number or date"
    return None, "no row has different words, and nothing else, in most of the columns"


def heading_doubts(
    rows: Sequence[Sequence[str]], kinds: Sequence[str], numbers: Sequence[int], header: int
) -> dict[int, str]:
    """What in a row that is to hold the names looks like data, by the number of its column, from 1."""
    if header not in numbers:
        return {}
    place = list(numbers).index(header)
    below = rows[place + 1 :]
    doubts = {}
    for at, (cell, kind) in enumerate(zip(rows[place], kinds[place], strict=False)):
        text = cell.strip()
        look = kind_of_text(text) if kind == "t" else kind
        if look in "dnb":
            doubts[at + 1] = {"d": "a date", "n": "a number", "b": "yes or no"}[look]
        elif len(text) > _LONGEST_NAME:
            doubts[at + 1] = f"a text of more than {_LONGEST_NAME} characters"
        elif text and any(len(row) > at and row[at].strip() == text for row in below):
            doubts[at + 1] = "a value that returns further down"
    return doubts


def say_doubts(header: int, doubts: dict[int, str]) -> str:
    """The doubts in a sentence that repeats no value; empty if there are none."""
    if not doubts:
        return ""
    shown = [f"column {column_letter(number)} holds {reason}" for number, reason in list(doubts.items())[:_SHOWN]]
    more = f", and {len(doubts) - _SHOWN} more" if len(doubts) > _SHOWN else ""
    return f"Row {header} looks like data, not headings: {', '.join(shown)}{more}"
