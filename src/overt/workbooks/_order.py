"""Whether every program finds the same cells in a sheet of an .xlsx file.

A cell says where it stands. Where two say the same, or a later one stands before an earlier, one program takes the
first, another the last, and neither says so. So rows and the cells of each must stand in their order, each once.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

# Each value of an attribute may hold the sign that ends a tag.
_ATTRIBUTES = rb"""((?:[^<>"']|"[^"<]*"|'[^'<]*')*)"""
_TAG = re.compile(rb"<(?:[A-Za-z]\w*:)?(row|col|c|sheetData|f|v)(?=[\s/>])" + _ATTRIBUTES + rb">")
_NUMBERED = re.compile(rb"""(?<![\w:])r\s*=\s*["']([^"']*)["']""")
_HIDDEN = re.compile(rb"""(?<![\w:])hidden\s*=\s*["'](?:1|true)["']""")
_FROM, _TO = (re.compile(rb"""(?<![\w:])%s\s*=\s*["']([1-9][0-9]{0,4})["']""" % name) for name in (b"min", b"max"))
_ROW, _CELL = re.compile(rb"[1-9][0-9]{0,6}"), re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
# What of a value need be looked at closely: anything but a plain number of less than 16 digits.
_SUSPECT = re.compile(rb"\s*[-+]?(?:[0-9.]*[eE][-+]?[0-9]{3}|[0-9.]{16}|[^-+.0-9\s<])[^<]*")
# No double has more digits before its point.
_LONGEST_WHOLE = 309
_LONGEST_TAG = 2**20
_COLUMNS = 16_384


def column_letter(number: int) -> str:
    """What a spreadsheet calls the column with the number, from 1: A, B, … Z, AA."""
    letters = ""
    while number:
        number, last = divmod(number - 1, 26)
        letters = chr(65 + last) + letters
    return letters


class Damaged(Exception):
    """The file is no whole one of its kind."""


class NotAlike(Exception):
    """What programs do not read alike, and where: a cell or a row, or neither."""

    def __init__(self, place: str, fault: str, *, number: bool = False) -> None:
        self.place, self.found, self.number = place, fault, number
        super().__init__(fault)


@dataclass
class SheetOrder:
    """Follows the rows and cells of one sheet, fed with pieces of its XML."""

    row: int = 0
    column: int = 0
    sheets: int = 0
    values: int = 0
    typed: bool = False
    rest: bytes = b""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    def feed(self, piece: bytes) -> None:
        """Raises `NotAlike` for the first row or cell that does not stand behind the one before."""
        data = self.rest + piece
        cut = data.rfind(b"<")
        if len(data) - cut > _LONGEST_TAG:
            # A long text behind a tag, of which nothing more is needed.
            cut = data.rfind(b">") + 1
            if not cut:
                raise NotAlike("", "a tag without end")
            self._see(data[:cut])
            self.rest = b""
            return
        self.rest = data[cut:]
        self._see(data[:cut])

    def _see(self, data: bytes) -> None:
        for tag in _TAG.finditer(data):
            kind, attributes = tag[1], tag[2]
            if kind == b"c":
                self._cell(attributes)
            elif kind == b"v":
                self._value(data, tag.end())
            elif kind == b"row":
                self._next_row(attributes)
            elif kind == b"col":
                self._column(attributes)
            elif kind == b"sheetData":
                self.sheets += 1
                if self.sheets > 1:
                    raise NotAlike("", "two tables of cells in one sheet")

    def _next_row(self, attributes: bytes) -> None:
        number = _NUMBERED.search(attributes)
        if number and not _ROW.fullmatch(number[1]):
            raise NotAlike(f"behind row {self.row}", "a row whose number is none")
        row = int(number[1]) if number else self.row + 1
        if row <= self.row:
            raise NotAlike(f"row {row}", "a row that stands twice, or behind a later one")
        self.row, self.column = row, 0
        if _HIDDEN.search(attributes):
            self.hidden_rows.append(row)

    def _column(self, attributes: bytes) -> None:
        first, last = _FROM.search(attributes), _TO.search(attributes)
        if first and last and _HIDDEN.search(attributes):
            self.hidden_columns += range(int(first[1]), min(int(last[1]), _COLUMNS) + 1)

    def _cell(self, attributes: bytes) -> None:
        number = _NUMBERED.search(attributes)
        column = self.column + 1
        if number:
            place = _CELL.fullmatch(number[1])
            if not place:
                raise NotAlike(f"row {self.row}", "a cell whose place is none")
            column = _column(place[1])
            if int(place[2]) != self.row:
                raise NotAlike(f"row {self.row}", "a cell of another row")
        if column <= self.column:
            raise NotAlike(f"cell {column_letter(column)}{self.row}", "a cell that stands twice, or behind a later one")
        self.column, self.values = column, 0
        self.typed = re.search(rb"""(?<![\w:])t\s*=\s*["'](?!n["'])""", attributes) is not None

    def _value(self, data: bytes, start: int) -> None:
        self.values += 1
        place = f"cell {column_letter(self.column)}{self.row}"
        if self.values > 1:
            raise NotAlike(place, "a cell with two values")
        if self.typed:
            return
        suspect = _SUSPECT.match(data, start)
        if suspect and (refused := _not_held(suspect[0].strip())):
            raise NotAlike(place, refused, number=True)


def _not_held(text: bytes) -> str:
    """Why a cell, which holds a number in 64 bits, does not hold this one as it is written; empty if it does.

    A fraction is held as the nearest number, as every program does that writes one.
    """
    try:
        number = float(text)
    except ValueError:
        return "a number that is none"
    if not math.isfinite(number):
        return "a number that is infinite, or too large to be held"
    plain = re.fullmatch(rb"[-+]?0*([0-9]*)(?:[.]0*)?", text)
    if plain and (len(plain[1]) > _LONGEST_WHOLE or int(plain[1] or b"0") != abs(int(number))):
        return "a whole number of more digits than a cell holds"
    if not number and re.search(b"[1-9]", re.split(b"[eE]", text)[0]):
        return "a number that is too small to be held, and would become 0"
    return ""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
