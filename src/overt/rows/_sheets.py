"""Reads the sheets of a workbook. Run in a process of its own.

The rows go into Parquet files for an audit; for who writes nothing of them anywhere, they are said as text.

A workbook is read whole into memory, and a hostile one asks for far more than its size: two cells at
opposite corners of a sheet are enough. So it is read in a process that may take no more memory and
time than it was given, and whose death is a refusal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
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

Say = Callable[[dict[str, Any]], None]
Hear = Callable[[], dict[str, Any]]

_BATCH = 20_000
_SAID_AT_ONCE, _SAID_CHARACTERS = 2_000, 2**20
_EXACT = 2**53
_LONGEST_NAME = 1_001
# A table of fewer columns may well have a last row with one value.
_NARROWEST = 2
_SENTENCE = 4
_TOP = 40


def read(request: dict[str, Any], say: Say, hear: Hear) -> dict[str, Any]:
    """What the workbook of the request holds, or the fault for which it cannot be read.

    As `files` every sheet is written to a file; as `rows` the one sheet is said, first what it is and then its rows; as
    `cells` the cells of one sheet are said as they lie.
    """
    try:
        if request["form"] == "cells":
            return _say_cells(request, say, hear)
        return _read(request, say, hear)
    except PasswordError:
        return {"fault": "encrypted"}
    except (CalamineError, IndexError):
        return {"fault": "broken"}


def _read(request: dict[str, Any], say: Say, hear: Hear) -> dict[str, Any]:
    workbook = CalamineWorkbook.from_path(request["path"])
    absent = [name for name in (*request["sheets"], *request["parts"]) if name not in workbook.sheet_names]
    if absent:
        return {"fault": "sheet-absent", "absent": absent, "present": workbook.sheet_names}
    notes: list[str] = []
    unasked: list[str] = []
    unused: list[str] = []
    sheets = _sheets(workbook, request, notes, unasked, unused)
    if request["form"] == "files":
        out = Path(request["out"])
        written = [_write(_Sheet(sheet, _of(request, sheet.name), merged), out, at) for at, sheet, merged in sheets]
        return {"sheets": written, "notes": notes, "unasked": unasked, "unused": unused}
    names = list(sheets)
    if len(names) > 1:
        return {"fault": "list-sheets", "present": [sheet.name for _, sheet, _ in names]}
    for _, sheet, merged in names:
        one = _Sheet(sheet, request["whole"], merged)
        say({"sheet": one.about, "notes": notes, "unasked": unasked})
        _say_rows(one.rows(), say, hear)
    return {}


def _of(request: dict[str, Any], title: str) -> dict[str, Any]:
    """How a sheet is read: as is said of it, or of the whole workbook."""
    reading: dict[str, Any] = request["parts"].get(title, request["whole"])
    return reading


def _sheets(
    workbook: CalamineWorkbook, request: dict[str, Any], notes: list[str], unasked: list[str], unused: list[str]
) -> Iterator[tuple[int, CalamineSheet, list[Any]]]:
    """The sheets of cells that are to be read, with the corners of their merged cells; the others are noted."""
    for number, about in enumerate(workbook.sheets_metadata):
        if request["sheets"] and about.name not in request["sheets"]:
            unasked.append(about.name)
        elif not _of(request, about.name)["use"]:
            unused.append(about.name)
        elif about.typ != SheetTypeEnum.WorkSheet:
            notes.append(f"sheet “{about.name}” is not a sheet of cells and was not read")
        else:
            if about.visible != SheetVisibleEnum.Visible:
                notes.append(f"sheet “{about.name}” is hidden, and was still read")
            sheet = workbook.get_sheet_by_index(number)
            if sheet.start is None or sheet.height == 0:
                notes.append(f"sheet “{about.name}” is empty")
                continue
            yield number, sheet, sheet.merged_cell_ranges or request["merged"].get(about.name, [])


def _say_cells(request: dict[str, Any], say: Say, hear: Hear) -> dict[str, Any]:
    workbook = CalamineWorkbook.from_path(request["path"])
    names = workbook.sheet_names
    sheet = workbook.get_sheet_by_name(request["title"] if request["title"] in names else names[0])
    before = [""] * (sheet.start or (0, 0))[1]
    _say_rows(((number, [*before, *map(cell_text, row)]) for number, row in enumerate(sheet.iter_rows(), 1)), say, hear)
    return {}


def _say_rows(rows: Iterator[tuple[int, list[str]]], say: Say, hear: Hear) -> None:
    """Says rows batch by batch, each when the one before it is used up."""
    batch: list[tuple[int, list[str]]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(map(len, row[1]))
        if len(batch) == _SAID_AT_ONCE or size > _SAID_CHARACTERS:
            say({"rows": batch})
            hear()
            batch, size = [], 0
    if batch:
        say({"rows": batch})
        hear()


class _Sheet:
    """What stands below the header row of a sheet, and what was found about it.

    What is not given is said: notes below the table. Rows and columns are numbered from 1 as in the sheet.
    """

    def __init__(self, sheet: CalamineSheet, reading: dict[str, Any], merged: list[Any]) -> None:
        first_row, first_column = sheet.start or (0, 0)
        header_row, without_names = reading["header_row"], reading["header_row"] == 0
        header = first_row - without_names if not header_row else header_row - 1
        ranges = [(top, left, bottom, right) for (top, left), (bottom, right) in merged if bottom >= header]
        over = sorted(bottom + 1 for top, _, bottom, _ in ranges if top <= header < bottom)
        end, notes = end_of_table(sheet, header)
        cut: list[int] = []
        if reading["last_row"] is not None:
            end, notes, cut = reading["last_row"], [], _filled_below(sheet, reading["last_row"])
        self.table, self._header = _Table(sheet, header, end, ranges, without_names), header
        names: list[str] = []
        self.columns: list[_Column] = []
        rows = self.table.rows()
        if without_names:
            names, self.columns = [""] * sheet.width, [_Column() for _ in range(sheet.width)]
        for row in rows:
            if not self.columns:
                # Cut where it is too long all the same, so that the answer stays short.
                names = [cell_text(value)[:_LONGEST_NAME] for value in row]
                self.columns = [_Column() for _ in row]
                continue
            for column, value in zip(self.columns, row, strict=True):
                column.see(value)
        self.used = [at for at, column in enumerate(self.columns) if names[at] or column.kinds]
        self.about: dict[str, Any] = {
            "sheet": sheet.name,
            "header_row": header + 1,
            "over": over,
            "names": [names[at] for at in self.used],
            "columns": [first_column + at + 1 for at in self.used],
            "numbered": [first_column + at + 1 for at in self.used if self.columns[at].is_index],
            "mixed": [first_column + at + 1 for at in self.used if self.columns[at].mixed],
            "without_names": without_names,
            "above": [
                number
                for number, row in enumerate(islice(sheet.iter_rows(), max(header, 0)), start=1)
                if any(value != "" for value in row)
            ],
            "notes_below": notes,
            "cut_below": cut,
            "filled_down": self.table.filled_down,
            "within_row": sorted(
                {top + 1 for top, left, bottom, right in ranges if right > left and header < top < end}
            ),
            "likely": _likely_header(sheet, len(self.used)),
        }

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not blank, as text, with their numbers."""
        for number, row in enumerate(self.table.body(), self._header + 2):
            texts = [cell_text(row[at]) for at in self.used]
            if any(texts):
                yield number, texts


def _write(sheet: _Sheet, out: Path, number: int) -> dict[str, Any]:
    """Writes the rows, each column of its own type, and says what was found."""
    file = out / f"{number}.parquet"
    columns, used = sheet.columns, sheet.used
    schema = pa.schema([(f"c{number}", columns[at].type) for number, at in enumerate(used)])
    with pq.ParquetWriter(file, schema) as writer:
        for batch in sheet.table.batches():
            arrays = [columns[at].array([row[at] for row in batch]) for at in used]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return sheet.about | {"file": str(file)}


class _Table:
    """The rows of a sheet from its header to its end; a cell that is merged over several rows has its value in each."""

    def __init__(
        self,
        sheet: CalamineSheet,
        header: int,
        end: int,
        ranges: list[tuple[int, int, int, int]],
        without_names: bool,
    ) -> None:
        self._sheet, self._header, self._end, self._without_names = sheet, header, end, without_names
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
            if number >= self._header + self._without_names:
                yield row

    def body(self) -> Iterator[list[Any]]:
        """What stands below the header."""
        rows = self.rows()
        if not self._without_names:
            next(rows, None)
        return rows

    def batches(self) -> Iterator[list[list[Any]]]:
        """What stands below the header, in batches."""
        rows = self.body()
        while batch := list(islice(rows, _BATCH)):
            yield batch


def end_of_table(sheet: CalamineSheet, header: int) -> tuple[int, list[int]]:
    """The row before which the table ends, from 0, and the rows of notes below it, from 1.

    Notes are words in the first cell of a row and nothing beside it, down to the end of the sheet: at least one of them
    is a sentence, and a blank row or a sentence comes first. A row with a reference alone is a row of the table.
    """
    names = header >= (sheet.start or (0, 0))[0]
    start, wide, after_blank = None, 0 if names else sheet.width, False
    filled: list[tuple[int, int]] = []
    end, last = 0, header
    for number, row in enumerate(sheet.iter_rows()):
        end = number + 1
        if number <= header:
            if names and number == header:
                wide = len([value for value in row if value != ""])
            continue
        cells = [value for value in row if value != ""]
        if not cells:
            after_blank = True
            continue
        words = _words(row[0]) if len(cells) == 1 else 0
        if not words or (start is None and not after_blank and words < _SENTENCE):
            start, filled, after_blank, last = None, [], False, number
            continue
        if start is None:
            start = number
        filled.append((number + 1, words))
    if start is None or wide < _NARROWEST or max(words for _, words in filled) < _SENTENCE:
        return end, []
    return last + 1, [number for number, _ in filled]


def _filled_below(sheet: CalamineSheet, last: int) -> list[int]:
    """The rows below the last of the table that hold something, from 1."""
    rows = enumerate(sheet.iter_rows(), start=1)
    return [number for number, row in rows if number > last and any(value != "" for value in row)]


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


def cell_text(value: Any) -> str:
    """A cell as text; a blank one is empty."""
    return "" if value is None or value == "" else _as_text(value)


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
