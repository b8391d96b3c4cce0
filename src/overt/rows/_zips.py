"""Workbooks are zip files of XML: whether one inflates too far, and what its sheets hide from a reader of values.

Every member is inflated piece by piece and thrown away, so that nothing that is read later is larger
than was agreed. On the way two things are looked for that readers of workbooks pass over in
silence: formulas whose result was never stored, and merged cells in ODS.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from overt.refusals import Refusal
from overt.rows._bytes import PIECE, check_inflation
from overt.rows._reading import ReadingLimits, shown_name
from overt.workbooks import SHEET_BEGINS, NotAlike, RecordOrder, SheetOrder, layout_fault

_MEMBERS = 10_000
# More are counted no further: a row of the file may say that it stands for a million.
_MOST_HIDDEN = 100_000
_ENCRYPTED = 0x1
_SHEETS = "xl/worksheets/sheet"
_CELL_END = b"</c>"
_NO_RESULT = re.compile(
    rb'<c\b(?![^<>]*\bt="str")[^<>]*?\br="([A-Z]+[0-9]+)"[^<>]*>'
    rb"(?:<f\b[^<>]*/>|<f\b[^<>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_ERROR = re.compile(rb'<c\b(?=[^<>]*\bt="e")[^<>]*?\br="([A-Z]+[0-9]+)"')
_ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_ODS_NAME = re.compile(rb'table:name="([^"]*)"')
_ODS_REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
_ODS_COLUMNS = re.compile(rb'table:number-columns-repeated="(\d{1,6})"')
_ODS_SPANNED = re.compile(rb'table:number-(columns|rows)-spanned="(\d{1,8})"')
_ODS_HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')


@dataclass
class Signs:
    """What was seen in one sheet.

    `merged` are the corners of merged cells, from 0, as the reader of workbooks gives those of other kinds; hidden rows
    and columns are counted from 1.
    """

    without_result: str | None = None
    errors: int = 0
    first_error: str = ""
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def check_zip(path: Path, name: str, limits: ReadingLimits) -> dict[str, Signs]:
    """The signs of each sheet, by the sheet's name.

    Refuses a file that is no whole zip, is encrypted, or inflates past the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _check_members(archive, path.stat().st_size, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        raise broken(name) from None


def broken(name: str) -> Refusal:
    """The refusal of a file that is no workbook of the kind it says."""
    return Refusal(
        "workbook-broken",
        name,
        "the file is damaged, or its content does not match its name",
        "a complete workbook",
        "open it in a spreadsheet program and save it again",
    )


def ambiguous(name: str, fault: str) -> Refusal:
    """The refusal of a zip that two programs may read as two different workbooks."""
    wanted = "a workbook that every program reads in the same way"
    return Refusal("workbook-ambiguous", name, fault, wanted, "open it in a spreadsheet program and save it again")


def encrypted(name: str) -> Refusal:
    """The refusal of a workbook with a password."""
    remedy = "open it with the password and save a copy without"
    return Refusal("workbook-encrypted", name, "the workbook has a password", "a workbook without a password", remedy)


def _check_members(archive: zipfile.ZipFile, size: int, name: str, limits: ReadingLimits) -> dict[str, Signs]:
    members = archive.infolist()
    if len(members) > _MEMBERS:
        raise Refusal("inflates-too-far", name, f"{len(members)} files in the zip", f"at most {_MEMBERS}")
    if fault := layout_fault(archive, size):
        raise ambiguous(name, fault)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise encrypted(name)
    # What the directory says costs nothing to refuse; what the members really hold is counted below.
    check_inflation(name, size, sum(member.file_size for member in members), limits)
    sheets = _sheet_members(archive)
    signs: dict[str, Signs] = {}
    after = 0
    for member in members:
        watch = _watch(member.filename, sheets, signs)
        place = f"{name}, sheet “{shown_name(sheets.get(member.filename, member.filename))}”"
        with archive.open(member) as stream:
            while piece := stream.read(PIECE):
                after += len(piece)
                check_inflation(name, size, after, limits)
                if watch is not None:
                    _look(watch, piece, place)
    return signs


def _look(watch: Callable[[bytes], None], piece: bytes, place: str) -> None:
    try:
        watch(piece)
    except NotAlike as fault:
        where = f"{place}, {fault.place}" if fault.place else place
        if fault.number:
            remedy = "make the column one of text, in which every digit is kept, and write the numbers again"
            wanted = "numbers that can be stored exactly"
            raise Refusal("number-not-held", where, fault.found, wanted, remedy) from None
        raise ambiguous(where, fault.found) from None


def _watch(member: str, sheets: dict[str, str], signs: dict[str, Signs]) -> Callable[[bytes], None] | None:
    if member == "content.xml":
        return _OdsWatch(signs).feed
    if member.endswith(".bin"):
        return _BinaryWatch().feed
    if member in sheets:
        return _SheetWatch(signs.setdefault(sheets[member], Signs())).feed
    if member.startswith(_SHEETS):
        # A sheet whose name was not found is looked at all the same.
        return _SheetWatch(Signs()).feed
    return None


@dataclass
class _SheetWatch:
    """Looks at the cells of one sheet of an .xlsx file."""

    signs: Signs
    _rest: bytes = b""
    _order: SheetOrder = field(default_factory=SheetOrder)

    def feed(self, piece: bytes) -> None:
        if b"\0" in piece or piece.startswith((b"\xfe\xff", b"\xff\xfe")):
            raise NotAlike("", "a sheet that is not written in UTF-8")
        self._order.feed(piece)
        self.signs.hidden_rows, self.signs.hidden_columns = self._order.hidden_rows, self._order.hidden_columns
        data = self._rest + piece
        cut = data.rfind(_CELL_END) + len(_CELL_END)
        if cut < len(_CELL_END):
            # No cell ends here: keep enough for one that does later, and no more.
            self._rest = data[-PIECE:]
            return
        data, self._rest = data[:cut], data[cut:]
        if self.signs.without_result is None and (match := _NO_RESULT.search(data)):
            self.signs.without_result = match[1].decode("ascii")
        for match in _ERROR.finditer(data):
            self.signs.errors += 1
            self.signs.first_error = self.signs.first_error or match[1].decode("ascii")


@dataclass
class _BinaryWatch:
    """Looks at the cells of a part of an .xlsb file that is a sheet: by its beginning, for its name may be any."""

    _order: RecordOrder = field(default_factory=RecordOrder)
    _is_sheet: bool | None = None

    def feed(self, piece: bytes) -> None:
        if self._is_sheet is None:
            self._is_sheet = piece.startswith(SHEET_BEGINS)
        if self._is_sheet:
            self._order.feed(piece)


@dataclass
class _OdsWatch:
    """Looks for merged cells in the one document that holds all sheets of an .ods file."""

    signs: dict[str, Signs]
    _rest: bytes = b""
    _sheet: str = ""
    _row: int = 0
    _next_row: int = 1
    _column: int = 0

    def feed(self, piece: bytes) -> None:
        # A document with a password is no XML, and is refused where it is read.
        if not self._rest and piece.startswith((b"\xfe\xff", b"\xff\xfe", b"\0<", b"<\0")):
            raise NotAlike("", "sheets that are not written in UTF-8")
        data = self._rest + piece
        cut = data.rfind(b">") + 1
        data, self._rest = data[:cut], data[cut:][-PIECE:]
        for match in _ODS_TAG.finditer(data):
            kind, attributes = match[1], match[2]
            if kind == b"table":
                named = _ODS_NAME.search(attributes)
                self._sheet = html.unescape(named[1].decode("utf-8", "replace")) if named else ""
                self._row, self._next_row = 0, 1
            elif kind == b"table-row":
                repeated = _ODS_REPEATED.search(attributes)
                self._row = self._next_row
                self._next_row += int(repeated[1]) if repeated else 1
                self._column = 0
                if _ODS_HIDDEN.search(attributes):
                    last = min(self._next_row, self._row + _MOST_HIDDEN)
                    self.signs.setdefault(self._sheet, Signs()).hidden_rows += range(self._row, last)
            else:
                if b"spanned" in attributes:
                    self._merged(dict(_ODS_SPANNED.findall(attributes)))
                several = _ODS_COLUMNS.search(attributes)
                self._column += int(several[1]) if several else 1

    def _merged(self, spans: dict[bytes, bytes]) -> None:
        rows, columns = int(spans.get(b"rows", 1)), int(spans.get(b"columns", 1))
        if rows > 1 or columns > 1:
            first = (self._row - 1, self._column)
            last = (first[0] + rows - 1, first[1] + columns - 1)
            self.signs.setdefault(self._sheet, Signs()).merged.append((first, last))


def _sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of the sheet that each member of an .xlsx file holds."""
    try:
        workbook = _head(archive, "xl/workbook.xml")
        relations = _head(archive, "xl/_rels/workbook.xml.rels")
    except KeyError:
        return {}
    targets = {}
    for tag in re.findall(r"<Relationship\b[^<>]*>", relations):
        key, target = (re.search(rf'\b{attribute}="([^"]*)"', tag) for attribute in ("Id", "Target"))
        if key and target:
            targets[key[1]] = target[1].lstrip("/") if target[1].startswith("/") else f"xl/{target[1]}"
    members = {}
    for tag in re.findall(r"<sheet\b[^<>]*>", workbook):
        title, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if title and key and key[1] in targets:
            members[targets[key[1]]] = html.unescape(title[1])
    return members


def _head(archive: zipfile.ZipFile, member: str) -> str:
    with archive.open(member) as stream:
        return stream.read(16 * PIECE).decode("utf-8", "replace")
