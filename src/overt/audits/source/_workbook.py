"""Excel and ODS: each sheet a table, each column of the kind that all its cells have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from overt.audits.source._account import Limits, SourceTable, shown_name
from overt.audits.source._bytes import digest_of
from overt.audits.source._headers import check_header, name_blanks
from overt.audits.source._loading import Loaded, Loading, table_name, target
from overt.audits.source._sandbox import literal, quoted_name, read_path
from overt.audits.source._texts import check_texts
from overt.audits.source._zips import Signs, ambiguous, broken, check_zip, encrypted
from overt.machine import Apart, Ended, Fault, PeakLimits
from overt.model import TABLES
from overt.refusals import Refusal, Refusals, raise_all
from overt.workbooks import SIGNATURE, Damaged, NotAlike, check_compound, column_letter

_TITLES = "if there are titles above the table, give --header-row, and --sheet for the sheets that hold tables"
_SHOWN = 5


def load_workbook(loading: Loading, path: Path, name: str, stem: str) -> Loaded:
    """Loads every sheet into a table of its name; a sheet that is the only one is named `stem`, as the file is.

    A number is a whole number where the column has no fraction; a column with cells of several kinds
    is read as text, and a note says so. So do notes of columns without a name, merged and hidden cells, and what stands
    below the table. Refuses damaged, encrypted or overgrown workbooks, headers merged with rows below them, rows that
    are no row of names, doubled column names, and formulas without a stored result.
    """
    limits = loading.limits
    if loading.reading.header_row is not None and loading.reading.header_row < 1:
        raise ValueError("the header row is counted from 1")
    signs = _check_file(path, name, limits)
    answer = _read_apart(path, name, loading, signs)
    notes = [f"{name}: {shown_name(note)}" for note in [*answer["notes"], *_unasked(answer["unasked"])]]
    faults: list[Refusal] = []
    for sheet in answer["sheets"]:
        seen = signs.get(sheet["sheet"], Signs())
        faults += _sheet_faults(name, sheet, seen, limits)
        place = f"{name}: sheet “{shown_name(sheet['sheet'])}”"
        notes += [f"{place}: {note}" for note in _sheet_notes(sheet, seen)]
    raise_all(faults)
    if not answer["sheets"]:
        raise Refusal(
            "source-empty", name, "the workbook has no sheet with cells", "a row of column names and rows below it"
        )
    tables = []
    for sheet in answer["sheets"]:
        # A sheet that bears the name of a table of the model is meant to be that table.
        named_by_file = len(answer["sheets"]) == 1 and table_name(sheet["sheet"]) not in TABLES
        table = loading.name_table(
            stem if named_by_file else sheet["sheet"], f"{name}, sheet “{shown_name(sheet['sheet'])}”"
        )
        tables.append(_load_sheet(loading, name, table, sheet))
        loading.tell(table, tables[-1].rows)
    return Loaded(digest_of(path), tables, notes)


def _check_file(path: Path, name: str, limits: Limits) -> dict[str, Signs]:
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


def _unasked(sheets: list[str]) -> list[str]:
    if not sheets:
        return []
    if len(sheets) == 1:
        return [f"sheet “{sheets[0]}” was not asked for and was not read"]
    return [f"{len(sheets)} other sheets were not asked for and were not read"]


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
    if rows := sheet["notes_below"]:
        which = f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} to {rows[-1]}"
        yield f"{which} below the table have text in only one cell; they were treated as notes and left out"
    below = [row for row in seen.hidden_rows if row > sheet["header_row"]]
    if below:
        which = (
            f"row {below[0]} is" if len(below) == 1 else f"{len(below):,} rows, the first of them row {below[0]}, are"
        )
        yield f"{which} hidden, and were still read"
    hidden = [column_letter(each) for each in seen.hidden_columns if each in sheet["columns"]]
    if hidden:
        yield f"column{'s' * (len(hidden) > 1)} {', '.join(hidden)} hidden, and were still read"
    for column in sheet["mixed"]:
        yield f"column {column_letter(column)}: values of several types; all were read as text"


def _read_apart(path: Path, name: str, loading: Loading, signs: dict[str, Signs]) -> dict[str, Any]:
    """What the reading process answered; its death, or its silence, is a refusal."""
    limits, reading = loading.limits, loading.reading
    request = {
        "path": str(path.absolute()),
        "out": str(loading.scratch.absolute()),
        "sheets": list(reading.sheets),
        "header_row": reading.header_row,
        "merged": {sheet: each.merged for sheet, each in signs.items() if each.merged},
    }
    held_to = PeakLimits(limits.workbook_memory, limits.workbook_seconds)
    try:
        # The file itself, since the package takes a moment to import; here it is not needed at all.
        with Apart(f"{Path(__file__).with_name('_sheets.py')}:read", request, held_to) as apart:
            *_, said = apart.answer(limits.workbook_seconds * 2)
        answer: dict[str, Any] = said["answer"]
    except Ended as ended:
        if ended.fault is Fault.TIME:
            raise _too_slow(name, limits) from None
        answer = {"fault": "memory" if ended.fault is Fault.MEMORY else "broken"}
    fault = answer.get("fault")
    if fault == "sheet-absent":
        absent, present = (shown_name(", ".join(answer[each])) for each in ("absent", "present"))
        raise Refusal("sheet-absent", name, f"no sheet named {absent}", f"one of: {present}")
    if fault is not None:
        raise {"encrypted": encrypted(name), "memory": _too_large(name, limits)}.get(fault, broken(name))
    return answer


def _sheet_faults(name: str, sheet: dict[str, Any], seen: Signs, limits: Limits) -> list[Refusal]:
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
        found = f"no row {sheet['header_row']}"
        return [Refusal("header-blank", where, found, "a row of column names", "give the right --header-row")]
    sheet["names"], sheet["unnamed"] = name_blanks(sheet["names"], sheet["columns"], sheet["numbered"])
    likely = sheet["likely"] if sheet["likely"] != sheet["header_row"] else None
    hint = f"row {likely} may be the row of names: --header-row {likely}" if likely else _TITLES
    try:
        check_header(f"{where}, row {sheet['header_row']}", sheet["names"], limits, sheet["columns"])
    except Refusal as refusal:
        return [replace(refusal, remedy=f"{refusal.remedy}; {hint}")]
    except Refusals as several:
        return several.refusals
    return []


def _load_sheet(loading: Loading, name: str, table: str, sheet: dict[str, Any]) -> SourceTable:
    columns = ", ".join(f"c{number} as {quoted_name(title)}" for number, title in enumerate(sheet["names"]))
    written = Path(sheet["file"])
    loading.connection.execute(
        f"create table {target(table)} as select {columns} from read_parquet({literal(read_path(written))})"
    )
    described = loading.columns_of(table)
    place = f"{name}, sheet “{shown_name(sheet['sheet'])}”"
    first = sheet["header_row"] + 1
    rows = check_texts(
        loading.connection, place, target(table), described, loading.limits, row_number=f"rowid + {first}"
    )
    written.unlink()
    return SourceTable(table, place, rows, described, first_row=first)


def _too_large(name: str, limits: Limits) -> Refusal:
    found = f"reading it takes more than {limits.workbook_memory} bytes of memory"
    remedy = "save the sheet as CSV and give that; or remove stray cells far below or beside the table"
    return Refusal("workbook-too-large", name, found, "a smaller workbook", remedy)


def _too_slow(name: str, limits: Limits) -> Refusal:
    found = f"reading it takes more than {limits.workbook_seconds} seconds"
    return Refusal("workbook-too-large", name, found, "a smaller workbook", "save the sheet as CSV and give that")
