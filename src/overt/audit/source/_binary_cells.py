"""Whether every program finds the same cells in a sheet that is written as records and not as XML: `.xls`, `.xlsb`.

As in a sheet of XML, a cell that stands twice is one value to one program and another to the next.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from overt.audit.source._headers import column_letter
from overt.audit.source._sheet_order import NotAlike

_TWICE = "a cell that stands twice, or behind a later one"
_CUT = "a record that goes beyond its end"

# --- .xlsb: records of a part of the zip ----------------------------------------------------------------------------

SHEET_BEGINS = b"\x81\x01"
_ROW, _SHEET_DATA = 0, 145
# Cells of every kind, the rich text that only some programs write among them.
_CELLS = {*range(1, 12), 62}
_LONGEST = 2**24


@dataclass
class RecordOrder:
    """Follows the rows and cells of one sheet of an `.xlsb` file, fed with pieces of it."""

    row: int = -1
    column: int = -1
    sheets: int = 0
    rest: bytes = b""

    def feed(self, piece: bytes) -> None:
        """Raises `NotAlike` for the first row or cell that does not stand behind the one before."""
        data, at = self.rest + piece, 0
        while (head := _head(data, at)) is not None:
            kind, start, length = head
            if length > _LONGEST:
                raise NotAlike("", _CUT)
            if start + length > len(data):
                break
            self._see(kind, data[start : start + min(length, 4)])
            at = start + length
        self.rest = data[at:]

    def _see(self, kind: int, body: bytes) -> None:
        if kind == _SHEET_DATA:
            self.sheets += 1
            if self.sheets > 1:
                raise NotAlike("", "two tables of cells in one sheet")
        elif kind == _ROW or kind in _CELLS:
            if len(body) < 4:
                raise NotAlike("", _CUT)
            (place,) = struct.unpack("<L", body)
            if kind == _ROW:
                if place <= self.row:
                    raise NotAlike(f"row {place + 1}", "a row that stands twice, or behind a later one")
                self.row, self.column = place, -1
            elif place <= self.column:
                raise NotAlike(f"cell {column_letter(place + 1)}{self.row + 1}", _TWICE)
            else:
                self.column = place


def _head(data: bytes, at: int) -> tuple[int, int, int] | None:
    """The kind of the record here, where its body starts and how long it is; nothing where its head is cut."""
    numbers = []
    for most in (2, 4):
        number = 0
        for shift in range(most):
            if at >= len(data):
                return None
            byte, at = data[at], at + 1
            number |= (byte & 0x7F) << (7 * shift)
            if byte < 0x80:
                break
        numbers.append(number)
    return numbers[0], at, numbers[1]


# --- .xls: records of the stream of the workbook --------------------------------------------------------------------

_BEGIN, _END, _SHEET, _LOCKED = 0x0809, 0x000A, 0x0085, 0x002F
_ONE_CELL = {0x0006, 0x00D6, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0206, 0x0406}
_SEVERAL_CELLS = {0x00BD, 0x00BE}
_TEXT_RESULT = 0x0207


def check_stream(stream: bytes) -> None:
    """Raises `NotAlike` for the first cell of any sheet that stands twice, and for sheets that share their records."""
    starts: list[int] = []
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _LOCKED:
            # What follows is encrypted; whoever reads it needs the password.
            return
        if kind == _SHEET and length >= 4:
            starts.append(struct.unpack_from("<L", stream, at + 4)[0])
        at += 4 + length
        if kind == _END:
            break
    if len(set(starts)) != len(starts):
        raise NotAlike("", "two sheets that are one")
    for start in starts:
        _Cells().follow(stream, start)


@dataclass
class _Cells:
    """The cells of one sheet: for each row the columns that were seen, as the bits of a number."""

    seen: dict[int, int] = field(default_factory=dict)
    results: int = 0
    inside: int = 0
    other: bool = False

    def follow(self, stream: bytes, at: int) -> None:
        while at + 4 <= len(stream):
            kind, length = struct.unpack_from("<HH", stream, at)
            body = at + 4
            at = body + length
            if at > len(stream):
                raise NotAlike("", _CUT)
            if kind == _BEGIN:
                self.inside += 1
                self.other = self.inside > 1
            elif kind == _END:
                self.inside -= 1
                if self.inside <= 0:
                    return
            elif self.inside == 1:
                self._see(kind, stream, body, length)

    def _see(self, kind: int, stream: bytes, body: int, length: int) -> None:
        if kind in _ONE_CELL and length >= 4:
            row, first = struct.unpack_from("<HH", stream, body)
            last = first
        elif kind in _SEVERAL_CELLS and length >= 6:
            row, first = struct.unpack_from("<HH", stream, body)
            (last,) = struct.unpack_from("<H", stream, body + length - 2)
        else:
            self.results += kind == _TEXT_RESULT
            if self.results > 1:
                raise NotAlike("", "a cell with two values")
            return
        if self.other:
            raise NotAlike(f"row {row + 1}", "cells behind a chart")
        self.results = 0
        bits = ((1 << (last - first + 1)) - 1) << first if last >= first else 0
        if not bits or self.seen.get(row, 0) & bits:
            raise NotAlike(f"cell {column_letter(first + 1)}{row + 1}", _TWICE)
        self.seen[row] = self.seen.get(row, 0) | bits
