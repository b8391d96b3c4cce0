"""Makes the invented files of the journeys. Everybody in them is invented, and some carry names that no page may show.

`gangs.xlsx`: 240 rows below two titles, with every fault that such lists have. `list.csv` and `reviews.csv`: two
separators and two encodings. `small.csv`: days that could be months. `names.csv`: names as keys. `wide.ods`: facts side
by side.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

AS_OF = dt.date(2026, 6, 30)
# How many rows of `gangs.xlsx` have what.
ROWS, ACTIVE, WITHOUT_REVIEW, OVERDUE, TBC = 240, 188, 25, 114, 34
_HEADINGS = (
    "Ref No.", "Nominal", "Role in gang ", "Gang", "Status", "Date added", "Last reviewed", "Next Review\nDue",
    "Harm score", "Shared with", None, "Grounds", "Officer", "Unit",
)  # fmt: skip
_ROLES = ("Suspect", "suspect ", "Susp.", "VICTIM", "Vic", "Associate", "assoc")
_GROUNDS = ("Seen with Zebedee Quagmire on the estate", "Named by Philomena Thistlewood in a call")
_OFFICERS = ("DS Thistlewood", "PC Quagmire")


def gangs(folder: Path) -> Path:
    """The workbook of the data protection officer: headings in row 4, a blank column K, a sheet of notes."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Gangs list Q2"
    sheet.append(["Midshire Constabulary (invented)"])
    sheet.append(["OFFICIAL: gangs list, quarter 2"])
    sheet.merge_cells("A1:N1")
    sheet.merge_cells("A2:N2")
    sheet.append([])
    sheet.append(list(_HEADINGS))
    for number in range(ROWS):
        sheet.append(_gang_row(number))
    notes = book.create_sheet("Notes")
    notes.append(["Please send corrections to the unit."])
    notes.append(["TBC means that the review has no date yet."])
    return _saved(book, folder / "gangs.xlsx")


def _gang_row(number: int) -> list[Any]:
    active = number < ACTIVE
    # The first of the active have no date, the next ones are overdue; the rest of "TBC" is among the archived.
    without = number < WITHOUT_REVIEW or ACTIVE <= number < ACTIVE + TBC - WITHOUT_REVIEW
    overdue = number < WITHOUT_REVIEW + OVERDUE
    due = AS_OF + dt.timedelta(days=-1 - number if overdue else 1 + number)
    added = dt.date(2023, 1, 1) + dt.timedelta(days=number)
    reviewed = dt.date(2025, 1, 1) + dt.timedelta(days=number)
    role = "N/K" if number % 22 == 5 else _ROLES[number % len(_ROLES)]
    return [
        f"G{number + 1:04}",
        f"N{number % 208 + 1:04}",
        None if number % 13 == 7 else role,
        "Red Bridge" if number % 3 else "Mill Lane",
        ("Nominal - live" if number % 4 else "Live") if active else "Archived",
        _written(added, number),
        _written(reviewed, number + 1) if number % 6 else None,
        "TBC" if without else _written(due, number),
        number % 10 if number % 9 else "n/a",
        ("Housing; DWP" if number % 5 == 0 else "Housing") if number % 4 else None,
        None,
        _GROUNDS[number % 2],
        _OFFICERS[number % 2],
        "North" if number % 2 else "South",
    ]


def _written(day: dt.date, number: int) -> object:
    """A day as people write it, or as a spreadsheet keeps it."""
    return dt.datetime.combine(day, dt.time()) if number % 4 == 0 else f"{day:%d/%m/%Y}"


def two_separators(folder: Path) -> tuple[Path, Path]:
    """A list with commas in Windows-1252, and its reviews with semicolons in UTF-8; one review is of no entry."""
    first = folder / "list.csv"
    rows = ("Ref,Name,Value,Added", "A1,O’Hara,£5,13/04/2024", "A2,Zebedee Quagmire,£7,03/04/2024", "A3,Thistlewood,,")
    first.write_bytes("".join(f"{row}\r\n" for row in rows).encode("cp1252"))
    second = folder / "reviews.csv"
    lines = ("Entry ref;Reviewed", " A1;13/04/2024", "A2 ;03/04/2024", "A9;01/05/2024")
    second.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return first, second


def small(folder: Path) -> Path:
    """Nine rows whose days could all be months."""
    path = folder / "small.csv"
    days = [f"{number:02}/{13 - number:02}/2024" for number in range(1, 10)]
    lines = [f"R{number},{day},Live" for number, day in enumerate(days, 1)]
    path.write_text("\n".join(["Ref,Date added,Status", *lines, ""]), encoding="utf-8")
    return path


def names(folder: Path) -> Path:
    """A list whose only key is a name: two spellings of one person, a blank name, grounds in words."""
    path = folder / "names.csv"
    people = ("Zebedee Quagmire", " zebedee quagmire ", "Philomena Thistlewood", "", "Zebedee Thistlewood")
    lines = [
        f'{name},{1980 + number}-02-03,"{_GROUNDS[number % 2]}, twice",{_OFFICERS[number % 2]}'
        for number, name in enumerate(people)
    ]
    path.write_text("\n".join(["Name,DOB,Grounds,Officer", *lines, ""]), encoding="utf-8")
    return path


def wide(folder: Path) -> Path:
    """Six rows of three entries, with four grounds and four sources side by side, and two sharings in one cell."""
    header = ["Ref", *(f"Grounds {n}" for n in range(1, 5)), *(f"Source {n}" for n in range(1, 5)), "Shared with"]
    rows = [
        [f"W{number // 2 + 1}", "report", "", "intelligence" if number % 2 else "", "", "police", "", "public", "",
         "Housing; DWP"]
        for number in range(6)
    ]  # fmt: skip
    cells = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in (header, *rows))
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Facts">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    path = folder / "wide.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def _cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


def _saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path)
    return path


def word_list(folder: Path) -> Path:
    """A list of six harmless words, one a line, as a unit might watch for them."""
    path = folder / "terms.txt"
    path.write_text("drill\nshank\nlamb shank\nyoung people\ntrap\nladder\n", encoding="utf-8")
    return path


def labelled_texts(folder: Path) -> Path:
    """Texts made for testing, with a label and the group that each is about."""
    path = folder / "texts.csv"
    groups = ("builders", "young people", "cooks", "listeners")
    said = ("the drill is in the shed", "a trap of sand", "lamb shank for dinner", "nothing to see", "bring the ladder")
    lines = [
        f"{said[number % 5]} {number},{'threat' if number % 7 in (0, 3) else 'harmless'},{groups[number % 4]},Quagmire"
        for number in range(400)
    ]
    path.write_text("\n".join(["sentence,label,about,author", *lines, ""]), encoding="utf-8")
    return path
