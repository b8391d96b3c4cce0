"""Excel and ODS: sheets read in a process of their own, held to the memory and time that it was given.

Before anything reads a workbook it is looked at whole: whether every program reads it alike, how large it is inside,
and what it hides from a reader of values.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from overt.machine import Apart, Ended, PeakLimits, ProcessFault
from overt.refusals import Refusal, Refusals, raise_all
from overt.rows._headers import check_header, letter_name, name_blanks
from overt.rows._parquet import nul_in_text, text_too_long
from overt.rows._reading import FileReading, Reading, ReadingLimits, shown_name
from overt.rows._zips import Signs, ambiguous, broken, check_zip, encrypted
from overt.workbooks import SIGNATURE, Damaged, NotAlike, check_compound, column_letter

_TITLES = "if there are titles above the table, give --header-row, and --sheet for the sheets that hold tables"
_SHOWN = 5
# How often, in seconds, the reading of a workbook can be ended by the process that waits for it.
_LOOK = 0.5


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook: its title, where it stands, its row of names from 1, and what must be known of it.

    `unnamed` are the columns, from 1, that were named by their letter. `file` is the Parquet file that its rows were
    written to, if they were.
    """

    title: str
    place: str
    names: list[str]
    header_row: int
    unnamed: list[int]
    notes: list[str]
    file: Path | None = None


@dataclass(frozen=True)
class OpenSheet:
    """A sheet whose rows can be gone through once, each with its number in the sheet and its cells as text."""

    sheet: Sheet
    rows: Iterator[tuple[int, list[str]]] = field(repr=False)


def read_sheets(
    path: Path,
    name: str,
    reading: Reading,
    limits: ReadingLimits,
    out: Path,
    *,
    waiting: Callable[[], None] = lambda: None,
) -> tuple[list[Sheet], list[str]]:
    """Every sheet that was asked for, written to a Parquet file in `out`, and notes on what a reader must know.

    `waiting` is called again and again until it is read, and ends the reading by raising.

    Each is read as `reading` says of it, or of the workbook by its `name`.

    A number is a whole number where the column has no fraction; a column with cells of several kinds
    is read as text, and a note says so. So do notes of columns without a name, merged and hidden cells, and what stands
    below the table. Refuses damaged, encrypted or overgrown workbooks, headers merged with rows below them, rows that
    are no row of names, doubled column names, and formulas without a stored result.
    """
    signs = _check_file(path, name, limits)
    parts = {sheet: _as_said(said) for sheet, said in reading.parts_of(name).items()}
    request = _request(path, reading.of(name), reading.sheets, signs, "files")
    request |= {"parts": parts, "out": str(out.absolute())}
    with _apart(request, limits) as apart:
        answer = _heard(apart, name, limits, waiting)["answer"]
    sheets, faults = [], []
    for about in answer["sheets"]:
        seen = signs.get(about["sheet"], Signs())
        faults += _sheet_faults(name, about, seen, limits)
        sheets.append(_sheet(name, about, seen))
    raise_all(faults)
    if not sheets:
        raise _no_cells(name)
    notes = [shown_name(note) for note in [*answer["notes"], *_unasked(answer["unasked"], answer["unused"])]]
    notes += [f"sheet “{shown_name(sheet.title)}”: {note}" for sheet in sheets for note in sheet.notes]
    return sheets, [f"{name}: {note}" for note in notes]


@contextmanager
def open_sheet(
    path: Path, name: str, reading: FileReading, limits: ReadingLimits, title: str | None = None
) -> Iterator[OpenSheet]:
    """The one sheet that was asked for, or the only one with cells; nothing of it is written anywhere.

    Rows without any text are left out. Refuses what `read_sheets` refuses, and several sheets of which none was asked
    for.
    """
    signs = _check_file(path, name, limits)
    with _apart(_request(path, reading, (title,) if title else (), signs, "rows"), limits) as apart:
        answer = _heard(apart, name, limits)
        if "sheet" not in answer:
            raise _no_cells(name)
        about = answer["sheet"]
        seen = signs.get(about["sheet"], Signs())
        raise_all(_sheet_faults(name, about, seen, limits))
        sheet = _sheet(name, about, seen)
        yield OpenSheet(sheet, _checked(_rows(apart, name, limits), sheet, limits))


def sheet_cells(path: Path, name: str, title: str, limits: ReadingLimits) -> list[list[str]]:
    """The cells of the sheet of that title, or of the first, as text, as they lie from the first row and column on."""
    signs = _check_file(path, name, limits)
    with _apart(_request(path, FileReading(), (), signs, "cells") | {"title": title}, limits) as apart:
        return [row for _, row in _rows(apart, name, limits)]


@dataclass(frozen=True)
class SheetTop:
    """The top of a sheet as it lies, from row 1 and column A on: its cells as text, long ones cut.

    `kinds` has a letter for each cell: t for text, n for a number, d for a date or time, b for yes or no, and a blank.
    `rows` and `columns` are those of the whole sheet, `merged` the first and last row and column of merged cells, and
    `below` the rows of notes below the table.
    """

    title: str
    rows: int
    columns: int
    cells: list[list[str]]
    kinds: list[str]
    merged: list[list[int]]
    hidden: bool
    below: list[int]
    hidden_rows: list[int]
    hidden_columns: list[int]


def look_at_sheets(path: Path, name: str, rows: int, limits: ReadingLimits) -> list[SheetTop]:
    """The first rows of every sheet. Refuses a workbook that is damaged, encrypted or overgrown."""
    signs = _check_file(path, name, limits)
    merged = {sheet: seen.merged for sheet, seen in signs.items() if seen.merged}
    request = {"path": str(path.absolute()), "rows": rows, "columns": limits.columns, "merged": merged}
    tops = []
    peak = PeakLimits(limits.workbook_memory, limits.workbook_seconds)
    with Apart("overt.rows._sheets_look:look", request, peak) as apart:
        while "sheet" in (heard := _heard(apart, name, limits)):
            seen = signs.get(heard["sheet"]["title"], Signs())
            tops.append(SheetTop(**heard["sheet"], hidden_rows=seen.hidden_rows, hidden_columns=seen.hidden_columns))
    return tops


def _request(
    path: Path, reading: FileReading, sheets: Collection[str], signs: dict[str, Signs], form: str
) -> dict[str, Any]:
    return {
        "form": form,
        "path": str(path.absolute()),
        "sheets": list(sheets),
        "whole": _as_said(reading),
        "parts": {},
        "merged": {sheet: seen.merged for sheet, seen in signs.items() if seen.merged},
    }


def _as_said(reading: FileReading) -> dict[str, Any]:
    return {"header_row": reading.header_row, "last_row": reading.last_row, "use": reading.use}


def _apart(request: dict[str, Any], limits: ReadingLimits) -> Apart:
    return Apart("overt.rows._sheets:read", request, PeakLimits(limits.workbook_memory, limits.workbook_seconds))


def _heard(
    apart: Apart, name: str, limits: ReadingLimits, waiting: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """What the reading process says next; its death, its silence, and a fault that it found are refusals."""
    try:
        heard = _patiently(apart, limits.workbook_seconds * 2, waiting)
    except Ended as ended:
        if ended.fault is ProcessFault.TIME:
            raise _too_slow(name, limits) from None
        raise (_too_large(name, limits) if ended.fault is ProcessFault.MEMORY else broken(name)) from None
    answer = heard.get("answer") or {}
    fault = answer.get("fault")
    if fault == "sheet-absent":
        absent, present = (shown_name(", ".join(answer[key])) for key in ("absent", "present"))
        raise Refusal("sheet-absent", name, f"no sheet named {absent}", f"one of: {present}")
    if fault == "list-sheets":
        present = shown_name(", ".join(answer["present"]))
        raise Refusal("list-sheets", name, f"{len(answer['present'])} sheets", "--sheet NAME", present)
    if fault is not None:
        raise encrypted(name) if fault == "encrypted" else broken(name)
    return heard


def _patiently(apart: Apart, seconds: float, waiting: Callable[[], None]) -> dict[str, Any]:
    """What the process says within so many seconds."""
    end = time.monotonic() + seconds
    while True:
        waiting()
        try:
            return apart.hear(min(_LOOK, max(0.0, end - time.monotonic())))
        except Ended as ended:
            if not ended.silent or time.monotonic() >= end:
                raise


def _rows(apart: Apart, name: str, limits: ReadingLimits) -> Iterator[tuple[int, list[str]]]:
    """The rows that the process says, batch by batch: it waits until one is used up, so that none pile up here."""
    while "rows" in (answer := _heard(apart, name, limits)):
        yield from answer["rows"]
        apart.tell({"more": True})


def _checked(
    rows: Iterator[tuple[int, list[str]]], sheet: Sheet, limits: ReadingLimits
) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        for column, text in enumerate(row, start=1):
            if len(text) > limits.field_characters:
                raise text_too_long(sheet.place, number, column, limits)
            if "\0" in text:
                raise nul_in_text(sheet.place, number, column)
        yield number, row


def _sheet(name: str, about: dict[str, Any], seen: Signs) -> Sheet:
    title = shown_name(about["sheet"])
    file = Path(about["file"]) if "file" in about else None
    place, unnamed = f"{name}, sheet “{title}”", about.get("blank", [])
    return Sheet(
        about["sheet"], place, about["names"], about["header_row"], unnamed, list(_sheet_notes(about, seen)), file
    )


def _no_cells(name: str) -> Refusal:
    return Refusal(
        "source-empty", name, "the workbook has no sheet with cells", "a row of column names and rows below it"
    )


def _check_file(path: Path, name: str, limits: ReadingLimits) -> dict[str, Signs]:
    if path.suffix.lower() == ".xls":
        if path.stat().st_size > limits.workbook_memory:
            raise _too_large(name, limits)
        try:
            check_compound(path)
        except Damaged:
            raise broken(name) from None
        except NotAlike as fault:
            raise ambiguous(f"{name}, {fault.place}" if fault.place else name, fault.found) from None
        return {}
    with path.open("rb") as stream:
        front = stream.read(len(SIGNATURE))
    if front == SIGNATURE:
        # A workbook with a password is an old-style container around the new one.
        raise encrypted(name)
    return check_zip(path, name, limits)


def _unasked(sheets: list[str], unused: list[str]) -> Iterator[str]:
    if len(sheets) == 1:
        yield f"sheet “{sheets[0]}” was not asked for and was not read"
    elif sheets:
        yield f"{len(sheets)} other sheets were not asked for and were not read"
    for title in unused:
        yield f"sheet “{title}” was not read, as was asked"


def _sheet_notes(sheet: dict[str, Any], seen: Signs) -> Iterator[str]:
    """What a reader must know of how the sheet was read."""
    yield from sheet.get("unnamed", ())
    if seen.errors:
        yield f"{seen.errors} cells hold an error, the first {seen.first_error}; read as blank"
    if rows := sheet["within_row"]:
        first = f"row {rows[0]}" + (f" and {len(rows) - 1} more" if len(rows) > 1 else "")
        yield f"{first} with merged cells, of which only the first has a value"
    for top, bottom, column in sheet["filled_down"][:_SHOWN]:
        cells = f"rows {top} to {bottom} of column {column_letter(column)}"
        yield f"{cells} are one merged cell; its value was used for each of them"
    if (more := len(sheet["filled_down"]) - _SHOWN) > 0:
        yield f"{more} more cells are merged over several rows; the value of each was used for all of its rows"
    if rows := sheet["above"]:
        which = f"row {rows[0]} was" if len(rows) == 1 else f"{len(rows):,} rows, the first of them row {rows[0]}, were"
        yield f"{which} above the column names and not read"
    if sheet["without_names"]:
        yield "its columns have no names and are called by their letters, as was asked"
    if rows := sheet["cut_below"]:
        which = f"row {rows[0]} was" if len(rows) == 1 else f"{len(rows):,} rows, the first of them row {rows[0]}, were"
        yield f"{which} below the last row of the table and not read, as was asked"
    if rows := sheet["notes_below"]:
        which = f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} to {rows[-1]}"
        yield f"{which} below the table have text in only one cell; they were treated as notes and left out"
    below = [row for row in seen.hidden_rows if row > sheet["header_row"]]
    if below:
        which = (
            f"row {below[0]} is" if len(below) == 1 else f"{len(below):,} rows, the first of them row {below[0]}, are"
        )
        yield f"{which} hidden, and were still read"
    hidden = [column_letter(number) for number in seen.hidden_columns if number in sheet["columns"]]
    if hidden:
        yield f"column{'s' * (len(hidden) > 1)} {', '.join(hidden)} hidden, and were still read"
    for column in sheet["mixed"]:
        yield f"column {column_letter(column)}: values of several types; all were read as text"


def _sheet_faults(name: str, sheet: dict[str, Any], seen: Signs, limits: ReadingLimits) -> list[Refusal]:
    where = f"{name}, sheet “{shown_name(sheet['sheet'])}”"
    if sheet["over"]:
        last = sheet["over"][-1]
        return [
            Refusal(
                "sheet-merged",
                f"{where}, row {sheet['header_row']}",
                f"cells of the header that are merged with rows below it, down to row {last}",
                "one row of names, with the rows of the table below it",
                f"if the last row of the header is row {last}, give --header-row {last}; else unmerge the cells",
            )
        ]
    if seen.without_result is not None:
        return [
            Refusal(
                "sheet-formula",
                f"{where}, cell {seen.without_result}",
                "the formula was stored without its result",
                "cells with values",
                "open the workbook in a spreadsheet program, save it, and give it again",
            )
        ]
    if not sheet["names"]:
        fault = f"no row {sheet['header_row']}"
        return [Refusal("header-blank", where, fault, "a row of column names", _header_remedy(name, sheet))]
    return _name_faults(name, where, sheet, limits)


def _name_faults(name: str, where: str, sheet: dict[str, Any], limits: ReadingLimits) -> list[Refusal]:
    """Puts names to the columns that have none, and refuses those that cannot be the names of columns."""
    if sheet["without_names"]:
        sheet["blank"] = sheet["columns"]
        sheet["names"] = [letter_name(number) for number in sheet["columns"]]
        return []
    sheet["blank"] = [at for at, text in zip(sheet["columns"], sheet["names"], strict=True) if not text.strip()]
    sheet["names"], sheet["unnamed"] = name_blanks(sheet["names"], sheet["columns"], sheet["numbered"])
    try:
        check_header(f"{where}, row {sheet['header_row']}", sheet["names"], limits, sheet["columns"])
    except Refusal as refusal:
        return [replace(refusal, remedy=f"{refusal.remedy}; {_header_remedy(name, sheet)}")]
    except Refusals as several:
        return several.refusals
    return []


def _header_remedy(name: str, sheet: dict[str, Any]) -> str:
    """How to state the row of names, of all sheets or of this one alone."""
    likely = sheet["likely"] if sheet["likely"] != sheet["header_row"] else None
    hint = f"row {likely} may be the row of names: --header-row {likely}" if likely else _TITLES
    key = f'[reading."{name}#{shown_name(sheet["sheet"])}"] header_row = {likely or "N"}'
    return f"{hint}; for this sheet alone write {key} in a file for --reading"


def _too_large(name: str, limits: ReadingLimits) -> Refusal:
    fault = f"reading it takes more than {limits.workbook_memory} bytes of memory"
    remedy = "save the sheet as CSV and give that; or remove stray cells far below or beside the table"
    return Refusal("workbook-too-large", name, fault, "a smaller workbook", remedy)


def _too_slow(name: str, limits: ReadingLimits) -> Refusal:
    fault = f"reading it takes more than {limits.workbook_seconds} seconds"
    return Refusal("workbook-too-large", name, fault, "a smaller workbook", "save the sheet as CSV and give that")
