"""The sheets that reviewers fill in, and how they are read back.

A sample folder holds `sample.xlsx`, `sample.csv` (the same cells) and `sample.json` (keys, strata
and digests, no content). Cells that a spreadsheet would run as a formula are written as words:
with a leading apostrophe in CSV, as typed text in Excel.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from overt.audits.sample._draw import Sample, with_worksheets
from overt.pages import neutral_text, starts_a_formula
from overt.private import write_private
from overt.refusals import Refusal
from overt.rows import WORKBOOK_KINDS, FileReading, ReadingLimits, file_of, open_rows, sheet_cells

MARKS = ("adequate", "inadequate", "cannot tell")
SHEET = "sample"
LARGEST_SHEET = 100_000_000  # bytes unpacked: a worksheet of 10,000 rows takes a few million
LONGEST_CELL = 16_000  # Excel holds 32,767 UTF-16 units
_LIMITS = ReadingLimits(inflated_bytes=LARGEST_SHEET)
_FRONT = 2**20

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_EXCEL_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def write_sample(sample: Sample, folder: Path) -> Sample:
    """Writes the worksheets and `sample.json`; returns the sample that names the worksheets' digests.

    The folder appears whole or not at all. Refuses a folder that already holds something: marks
    belong to one drawing.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("folder-not-empty", str(folder), "it is already there", "a new or empty folder")
    if len({plain(row.key) for row in sample.rows}) < len(sample.rows):
        where = f"{sample.table}.{sample.key}"
        raise Refusal("key-not-unique", where, "keys that differ only in unprintable characters")
    half = folder.parent / f".{folder.name}.half-written"
    try:
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True, mode=0o700)
        named = with_worksheets(sample, write_sheets(half, SHEET, sample, [row.cells for row in sample.rows]))
        write_private(half / "sample.json", json.dumps(named.as_json(), indent=2, ensure_ascii=False).encode() + b"\n")
        half.replace(folder)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        raise not_written(folder, error) from error
    return named


def not_written(path: Path, error: OSError) -> Refusal:
    """The refusal for a disk that would not take a file."""
    fault = error.strerror or type(error).__name__
    return Refusal("sample-not-written", str(path), fault, "a folder with room to write in")


def write_sheets(folder: Path, name: str, sample: Sample, rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Writes `name.csv` and `name.xlsx` of the rows; the SHA-256 of each by file name."""
    lines = [header(sample), *([*map(plain, row), "", ""] for row in rows)]
    contents = {f"{name}.csv": _as_csv(lines), f"{name}.xlsx": _as_xlsx(lines, sample)}
    for file, content in contents.items():
        write_private(folder / file, content)
    return {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()}


def header(sample: Sample) -> list[str]:
    """The first line of a worksheet: the columns, the question to be marked, a note."""
    return [*sample.columns, f"mark: {plain(sample.question)}", "note"]


def plain(text: str) -> str:
    """The text as both kinds of worksheet can hold it: the unprintable replaced, the overlong cut and said so."""
    printable = _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(printable) <= LONGEST_CELL:
        return printable
    return f"{printable[:LONGEST_CELL]} [cut: {len(text):,} characters in the register]"


def read_original(folder: Path, sample: Sample) -> list[list[str]]:
    """The rows of the worksheet as it was drawn, neutralised; refuses one that was changed since."""
    path = folder / "sample.csv"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal("sample-changed", str(path), "the original worksheet is missing") from error
    if hashlib.sha256(content).hexdigest() != dict(sample.worksheets).get("sample.csv"):
        raise Refusal(
            "sample-changed",
            str(path),
            "the original worksheet has been overwritten",
            remedy="draw the sample again with the same seed, and complete a copy of the worksheet",
        )
    drawn = list(_csv_lines(content.decode("utf-8-sig"), ","))
    return [row[: len(sample.columns)] for row in drawn[1:]]


def filled_sheet(folder: Path, sample: Sample, marks: Mapping[str, str], notes: Mapping[str, str]) -> bytes:
    """A worksheet in CSV of the rows that have a mark, to the letter as they were drawn, with these marks and notes.

    Marks and notes are by key. Refuses a worksheet that was changed since it was drawn.
    """
    original = read_original(folder, sample)
    lines = [header(sample)]
    lines += [
        [*map(as_drawn, cells), marks[row.key], plain(notes.get(row.key, ""))]
        for row, cells in zip(sample.rows, original, strict=True)
        if row.key in marks
    ]
    return _as_csv(lines)


def as_drawn(cell: str) -> str:
    """The text of a cell of the worksheet, in which the start of a formula has an apostrophe before it."""
    return cell.removeprefix("'") if cell.startswith("'") else cell


def read_filled(path: Path, sample: Sample) -> list[list[str]]:
    """The lines of a filled worksheet as text, header first, neutralised as the original is.

    Lines without any text are kept as empty lists, so that a line's number is its row in the sheet.
    """
    try:
        file = file_of(path, ("csv", *WORKBOOK_KINDS))
        if path.stat().st_size > LARGEST_SHEET:
            raise _too_large(path)
        return _read_csv(path, sample) if file.kind == "csv" else _read_workbook(path)
    except Refusal as refusal:
        if refusal.code == "inflates-too-far":
            raise _too_large(path) from None
        raise replace(refusal, remedy="return the Excel worksheet, or save it as 'CSV UTF-8'") from None


def same_text(first: str, second: str) -> bool:
    """Whether two cells say the same, whichever program wrote them."""
    return first == second or _unescaped(first) == _unescaped(second)


def _unescaped(text: str) -> str:
    plain_text = _EXCEL_ESCAPE.sub(lambda fault: chr(int(fault[1], 16)), text)
    return plain_text.replace("\r\n", "\n").replace("\r", "\n")


def _too_large(path: Path) -> Refusal:
    return Refusal(
        "worksheet-too-large",
        str(path),
        "the file is larger than a worksheet can be",
        f"at most {LARGEST_SHEET:,} bytes unpacked",
    )


def _read_csv(path: Path, sample: Sample) -> list[list[str]]:
    reading = FileReading(delimiter=_delimiter(path, [neutral_text(cell) for cell in header(sample)]))
    # Programs leave out the empty cells at the end of a row.
    with open_rows(path, reading, _LIMITS, short_rows=True) as rows:
        names = ["" if number in rows.unnamed else name for number, name in enumerate(rows.header, start=1)]
        return [names, *([] if not any(row) else row for _, row in rows.rows)]


def _delimiter(path: Path, wanted: Sequence[str]) -> str:
    """The delimiter by which the first row is the one that was drawn; a comma where none makes it so."""
    with path.open("rb") as stream:
        front = stream.read(_FRONT).decode("utf-8-sig", "replace")
    return next((delimiter for delimiter in ",;\t" if next(iter(_csv_lines(front, delimiter)), []) == wanted), ",")


def _csv_lines(text: str, delimiter: str) -> Iterator[list[str]]:
    # A cell may hold line ends, so a row of the sheet is a record and not a line of the file.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _read_workbook(path: Path) -> list[list[str]]:
    lines = [[neutral_text(cell) for cell in row] for row in sheet_cells(path, path.name, SHEET, _LIMITS)]
    return [line if any(line) else [] for line in lines]


def _as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows([neutral_text(cell) for cell in line] for line in lines)
    # The byte order mark is how Excel knows UTF-8.
    return target.getvalue().encode("utf-8-sig")


def _as_xlsx(lines: Sequence[Sequence[str]], sample: Sample) -> bytes:
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]
    sheet = workbook.create_sheet(SHEET)
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line, start=1):
            cell = sheet.cell(number, place)
            if text:
                cell.value = text
                # Text whatever it starts with: openpyxl would take a leading = for a formula.
                cell.data_type = "s"
                cell.quotePrefix = starts_a_formula(text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.protection = Protection(locked=number == 1 or place <= len(sample.columns))
    _style(sheet, sample, len(lines))
    target = io.BytesIO()
    workbook.save(target)
    return _same_bytes(target.getvalue())


def _style(sheet: Worksheet, sample: Sample, rows: int) -> None:
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="E8E8E8")
    mark = len(sample.columns) + 1
    for place, name in enumerate([*sample.columns, "mark", "note"], start=1):
        wide = name in sample.shown or place > mark
        sheet.column_dimensions[get_column_letter(place)].width = 60 if wide else 24 if place == mark else 14
    choice = DataValidation(type="list", formula1=f'"{",".join(MARKS)}"', allow_blank=True, showErrorMessage=True)
    choice.promptTitle, choice.prompt, choice.showInputMessage = "Mark", sample.question[:255], True
    choice.errorTitle, choice.error = "Not a mark", f"Choose one of: {', '.join(MARKS)}."
    choice.add(f"{get_column_letter(mark)}2:{get_column_letter(mark)}{max(rows, 2)}")
    sheet.add_data_validation(choice)
    # Without a password: it keeps a slip from moving the cells, not a person from opening them.
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _same_bytes(workbook: bytes) -> bytes:
    """The workbook without the time it was written, so that the same sample gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT[^<]*<", b">1980-01-01T00:00:00Z<", content)
            entry = zipfile.ZipInfo(part.filename, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return target.getvalue()
