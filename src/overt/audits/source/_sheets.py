"""Reads the sheets of a workbook into Parquet files. Run in a process of its own, and imports nothing of ours.

A workbook is read whole into memory, and a hostile one asks for far more than its size: two cells at
opposite corners of a sheet are enough. So it is read in a process that may take no more memory and
time than it was given, and whose death is a refusal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

_BATCH = 20_000
_EXACT = 2**53
_LONGEST_NAME = 1_001
# A table of fewer columns may well have a last row with one value.
_NARROWEST = 2
_SENTENCE = 4
_TOP = 40


def read(request: dict[str, Any], _say: object, _hear: object) -> dict[str, Any]:
    """What the workbook of the request holds, or the fault for which it cannot be read."""
    try:
        return _read(request)
    except PasswordError:
        return {"fault": "encrypted"}
    except CalamineError:
        return {"fault": "broken"}


def _read(request: dict[str, Any]) -> dict[str, Any]:
    workbook = CalamineWorkbook.from_path(request["path"])
    absent = [name for name in request["sheets"] if name not in workbook.sheet_names]
    if absent:
        return {"fault": "sheet-absent", "absent": absent, "present": workbook.sheet_names}
    sheets, notes, unasked = [], [], []
    for number, about in enumerate(workbook.sheets_metadata):
        if request["sheets"] and about.name not in request["sheets"]:
            unasked.append(about.name)
        elif about.typ != SheetTypeEnum.WorkSheet:
            notes.append(f"sheet “{about.name}” is not a sheet of cells and was not read")
        else:
            if about.visible != SheetVisibleEnum.Visible:
                notes.append(f"sheet “{about.name}” is hidden, and was still read")
            sheet = workbook.get_sheet_by_index(number)
            if sheet.start is None or sheet.height == 0:
                notes.append(f"sheet “{about.name}” is empty")
                continue
            merged = sheet.merged_cell_ranges or request["merged"].get(about.name, [])
            sheets.append(_write(sheet, request["header_row"], merged, Path(request["out"]) / f"{number}.parquet"))
    return {"sheets": sheets, "notes": notes, "unasked": unasked}


def _write(sheet: CalamineSheet, header_row: int | None, merged: list[Any], out: Path) -> dict[str, Any]:
    """Writes what stands below the header row, each column of its own type, and says what it found.

    What is not written is said: notes below the table. Rows and columns are numbered from 1 as in the sheet.
    """
    first_row, first_column = sheet.start or (0, 0)
    header = first_row if header_row is None else header_row - 1
    ranges = [(top, left, bottom, right) for (top, left), (bottom, right) in merged if bottom >= header]
    over = sorted(bottom + 1 for top, _, bottom, _ in ranges if top <= header < bottom)
    about: dict[str, Any] = {"sheet": sheet.name, "file": str(out), "header_row": header + 1, "names": [], "over": over}
    end, notes = _end_of_table(sheet, header)
    table = _Table(sheet, header, end, ranges)
    names: list[str] = []
    columns: list[_Column] = []
    for row in table.rows():
        if not columns:
            # Cut where it is too long all the same, so that the answer stays short.
            names = [_as_text(value)[:_LONGEST_NAME] if value != "" else "" for value in row]
            columns = [_Column() for _ in row]
            continue
        for column, value in zip(columns, row, strict=True):
            column.see(value)
    used = [at for at, column in enumerate(columns) if names[at] or column.kinds]
    about |= {
        "names": [names[at] for at in used],
        "columns": [first_column + at + 1 for at in used],
        "numbered": [first_column + at + 1 for at in used if columns[at].is_index],
        "mixed": [first_column + at + 1 for at in used if columns[at].mixed],
        "notes_below": notes,
        "filled_down": table.filled_down,
        "within_row": sorted({top + 1 for top, left, bottom, right in ranges if right > left and header < top < end}),
        "likely": _likely_header(sheet, len(used)),
    }
    schema = pa.schema([(f"c{number}", columns[at].type) for number, at in enumerate(used)])
    with pq.ParquetWriter(out, schema) as writer:
        for batch in table.batches():
            arrays = [columns[at].array([row[at] for row in batch]) for at in used]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return about


class _Table:
    """The rows of a sheet from its header to its end; a cell that is merged over several rows has its value in each."""

    def __init__(self, sheet: CalamineSheet, header: int, end: int, ranges: list[tuple[int, int, int, int]]) -> None:
        self._sheet, self._header, self._end = sheet, header, end
        self._first_column = (sheet.start or (0, 0))[1]
        self._from: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _ in ranges:
            if bottom > top:
                self._from.setdefault(top, []).append((left - self._first_column, bottom))
        self.filled_down = sorted(
            [top + 1, min(bottom, end - 1) + 1, left + 1]
            for top, left, bottom, _ in ranges
            if bottom > top > header and top < end
        )

    def rows(self) -> Iterator[list[Any]]:
        """The header first."""
        going: dict[int, tuple[int, Any]] = {}
        for number, row in enumerate(self._sheet.iter_rows()):
            if number >= self._end:
                return
            going = {column: last for column, last in going.items() if last[0] >= number}
            for column, (_, value) in going.items():
                row[column] = value
            for column, bottom in self._from.get(number, ()):
                if 0 <= column < len(row):
                    going[column] = (bottom, row[column])
            if number >= self._header:
                yield row

    def batches(self) -> Iterator[list[list[Any]]]:
        """What stands below the header."""
        rows = self.rows()
        next(rows, None)
        while batch := list(islice(rows, _BATCH)):
            yield batch


def _end_of_table(sheet: CalamineSheet, header: int) -> tuple[int, list[int]]:
    """The row before which the table ends, from 0, and the rows of notes below it, from 1.

    Notes are words in the first cell of a row and nothing beside it, down to the end of the sheet: at least one of them
    is a sentence, and a blank row or a sentence comes first. A row with a reference alone is a row of the table.
    """
    start, wide, after_blank = None, 0, False
    found: list[tuple[int, int]] = []
    end, last = 0, header
    for number, row in enumerate(sheet.iter_rows()):
        end = number + 1
        if number <= header:
            wide = len([value for value in row if value != ""]) if number == header else 0
            continue
        cells = [value for value in row if value != ""]
        if not cells:
            after_blank = True
            continue
        words = _words(row[0]) if len(cells) == 1 else 0
        if not words or (start is None and not after_blank and words < _SENTENCE):
            start, found, after_blank, last = None, [], False, number
            continue
        if start is None:
            start = number
        found.append((number + 1, words))
    if start is None or wide < _NARROWEST or max(words for _, words in found) < _SENTENCE:
        return end, []
    return last + 1, [number for number, _ in found]


def _words(value: Any) -> int:
    """How many words a cell has, if it holds words alone: a single one with a digit may be a reference."""
    if not isinstance(value, str):
        return 0
    words = value.split()
    return 0 if len(words) == 1 and any(letter.isdigit() for letter in value) else len(words)


def _likely_header(sheet: CalamineSheet, width: int) -> int | None:
    """The first row, from 1, that is filled with words as a row of names is, among those at the top."""
    for number, row in enumerate(islice(sheet.iter_rows(), _TOP)):
        words = [value for value in row if isinstance(value, str) and value.strip()]
        if len(words) >= 2 and len(words) * 2 >= width and len(words) == len([value for value in row if value != ""]):
            return number + 1
    return None


class _Column:
    """The kinds of value that stand in a column."""

    def __init__(self) -> None:
        self.kinds: set[type] = set()
        self.fraction = self.clock = False
        self._seen, self._counts = 0, True

    @property
    def is_index(self) -> bool:
        """Whether its values are the numbers of the rows from 0, as pandas writes them."""
        return self._counts and self._seen > 0

    def see(self, value: Any) -> None:
        self._counts = self._counts and type(value) in (int, float) and value == self._seen
        self._seen += 1
        if value == "" and isinstance(value, str):
            return
        kind = type(value)
        self.kinds.add(kind)
        if kind in (int, float):
            self.fraction = self.fraction or not float(value).is_integer() or abs(value) >= _EXACT
        elif kind is dt.datetime:
            self.clock = self.clock or value.time() != dt.time()

    @property
    def type(self) -> pa.DataType:
        if self.kinds == {bool}:
            return pa.bool_()
        if self.kinds and self.kinds <= {int, float}:
            return pa.float64() if self.fraction else pa.int64()
        if self.kinds and self.kinds <= {dt.date, dt.datetime}:
            return pa.timestamp("us") if self.clock else pa.date32()
        return pa.string()

    @property
    def mixed(self) -> bool:
        return pa.types.is_string(self.type) and len(self.kinds - {str}) > 0

    def array(self, values: list[Any]) -> pa.Array:
        kind = self.type
        filled = [None if isinstance(value, str) and value == "" else value for value in values]
        if pa.types.is_string(kind):
            filled = [None if value is None else _as_text(value) for value in filled]
        elif pa.types.is_int64(kind):
            filled = [None if value is None else int(value) for value in filled]
        elif pa.types.is_date32(kind):
            filled = [value.date() if isinstance(value, dt.datetime) else value for value in filled]
        elif pa.types.is_timestamp(kind):
            filled = [_as_moment(value) for value in filled]
        return pa.array(filled, kind)


def _as_moment(value: Any) -> Any:
    is_day = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    # A cell has no zone.
    return dt.datetime.combine(value, dt.time()) if is_day else value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)
