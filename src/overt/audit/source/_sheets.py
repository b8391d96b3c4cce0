"""Reads the sheets of a workbook into Parquet files. Run in a process of its own, and imports nothing of ours.

A workbook is read whole into memory, and a hostile one asks for far more than its size: two cells at
opposite corners of a sheet are enough. So it is read in a process that may take no more memory and
time than it was given, and whose death is a refusal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
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
    sheets, notes = [], []
    for number, about in enumerate(workbook.sheets_metadata):
        if request["sheets"] and about.name not in request["sheets"]:
            notes.append(f"sheet “{about.name}” was not asked for and was not read")
        elif about.typ != SheetTypeEnum.WorkSheet:
            notes.append(f"sheet “{about.name}” is not a sheet of cells and was not read")
        else:
            if about.visible != SheetVisibleEnum.Visible:
                notes.append(f"sheet “{about.name}” is hidden; it was read all the same")
            sheet = workbook.get_sheet_by_index(number)
            if sheet.start is None or sheet.height == 0:
                notes.append(f"sheet “{about.name}” is empty")
                continue
            sheets.append(_write(sheet, request["header_row"], Path(request["out"]) / f"{number}.parquet"))
    return {"sheets": sheets, "notes": notes}


def _write(sheet: CalamineSheet, header_row: int | None, out: Path) -> dict[str, Any]:
    """Writes what stands below the header row, each column of its own type, and says what it found."""
    first_row, first_column = sheet.start or (0, 0)
    header = first_row if header_row is None else header_row - 1
    about: dict[str, Any] = {"sheet": sheet.name, "file": str(out), "header_row": header + 1, "names": [], "notes": []}
    about["merged"] = _merged(sheet, header)
    names: list[str] = []
    columns: list[_Column] = []
    rows = blank = 0
    for row in _from(sheet, header):
        if not columns:
            # Cut where it is too long all the same, so that the answer stays short.
            names = [_as_text(value)[:_LONGEST_NAME] if value != "" else "" for value in row]
            columns = [_Column() for _ in row]
            continue
        rows += 1
        blank += all(value == "" for value in row)
        for column, value in zip(columns, row, strict=True):
            column.see(value)
    used = [at for at, column in enumerate(columns) if names[at] or column.kinds]
    about |= {"names": [names[at] for at in used], "columns": [first_column + at + 1 for at in used], "rows": rows}
    if blank:
        about["notes"].append(f"sheet “{sheet.name}”: {blank} rows below the header are blank throughout and were kept")
    for at in used:
        if columns[at].mixed:
            place = f"sheet “{sheet.name}”, column {first_column + at + 1}"
            about["notes"].append(f"{place}: values of several kinds; all were read as text")
    schema = pa.schema([(f"c{number}", columns[at].type) for number, at in enumerate(used)])
    with pq.ParquetWriter(out, schema) as writer:
        for batch in _batches(sheet, header):
            arrays = [columns[at].array([row[at] for row in batch]) for at in used]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return about


def _from(sheet: CalamineSheet, header: int) -> Iterator[list[Any]]:
    for number, row in enumerate(sheet.iter_rows()):
        if number >= header:
            yield row


def _batches(sheet: CalamineSheet, header: int) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    rows = _from(sheet, header)
    next(rows, None)
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _merged(sheet: CalamineSheet, header: int) -> list[tuple[int, bool]]:
    """The rows, counted from 1, of merged cells at or below the header, and whether these span several rows."""
    ranges = sheet.merged_cell_ranges or []
    return sorted({(max(top, header) + 1, bottom > top) for (top, _), (bottom, _) in ranges if bottom >= header})


class _Column:
    """The kinds of value that stand in a column."""

    def __init__(self) -> None:
        self.kinds: set[type] = set()
        self.fraction = self.clock = False

    def see(self, value: Any) -> None:
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
