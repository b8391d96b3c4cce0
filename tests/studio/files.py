"""Makes the invented files of the journeys. Everybody in them is invented, and some carry names that no page may show.

`gangs.xlsx`: 240 rows below two titles, with every fault that such lists have. `list.csv` and `reviews.csv`: two
separators and two encodings. `small.csv`: days that could be months. `names.csv`: names as keys. `wide.ods`: facts side
by side. `register.sqlite`, and the same on a server: six tables that are called otherwise than in the model.
`force.ods`: counts by group as a ministry publishes them.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
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
_NAMES = ("Quagmire", "Thistlewood")
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
    return _ods(folder / "wide.ods", "Facts", [header, *rows])


def _ods(path: Path, sheet: str, rows: Iterable[Sequence[str]]) -> Path:
    """A workbook of OpenDocument with one sheet of texts; figures are numbers in it."""
    cells = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="{sheet}">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def register_rows(*, overdue: int = 12) -> dict[str, list[tuple[str, ...]]]:
    """The six tables of an invented register, each with its header; `overdue` of its 60 flags are past their review."""
    day = dt.date(2026, 1, 5)
    flags = [
        (
            f"F{number:03}", f"N{number % 40:03}", ("Suspect", "Victim", "Assoc")[number % 3],
            "Live" if number < 48 else "Archived", "North" if number % 2 else "South", _iso(day, number),
            _iso(AS_OF, -1 - number if number < overdue else 30 + number), _GROUNDS[number % 2],
        )
        for number in range(60)
    ]  # fmt: skip
    return {
        "nominals": [
            ("nominal_no", "dob", "gender", "family_name"),
            *((f"N{n:03}", f"{1980 + n % 25}-02-03", "MF"[n % 2], _NAMES[n % 2]) for n in range(40)),
        ],
        "flags": [
            ("flag_no", "nominal_no", "role", "state", "team", "raised_on", "next_check", "remark"),
            *flags,
        ],
        "checks": [
            ("check_no", "flag_no", "checked_on", "result"),
            *((f"C{n:03}", f"F{n:03}", _iso(day, 40 + n), ("Retain", "Remove")[n % 9 == 0]) for n in range(50)),
        ],
        "handed_on": [
            ("paper_no", "flag_no", "to_body", "body_type", "sent_on"),
            *((f"H{n:03}", f"F{n:03}", "Midshire Homes", "Housing", _iso(day, 60 + n)) for n in range(30)),
        ],
        "facts": [
            ("fact_no", "flag_no", "sort", "came_from", "held_since"),
            *((f"I{n:03}", f"F{n % 60:03}", "association", "Arrest", _iso(day, n)) for n in range(90)),
        ],
        "papers": [
            ("paper_no", "sort", "granted_on", "ends_on"),
            *((f"W{n}", "Warrant", _iso(day, n), _iso(day, 90 + n)) for n in range(5)),
        ],
    }  # fmt: skip


def register(folder: Path) -> Path:
    """The register in SQLite."""
    path = folder / "register.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        for statement, rows in statements(register_rows(), "?"):
            connection.executemany(statement, rows) if rows else connection.execute(statement)
        connection.commit()
    return path


def statements(tables: dict[str, list[tuple[str, ...]]], mark: str) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """What makes and fills the tables, `mark` standing for a value; the first of the two has no rows."""
    for name, (header, *rows) in tables.items():
        yield f"create table {name} ({', '.join(f'{column} text' for column in header)})", []
        yield f"insert into {name} values ({', '.join([mark] * len(header))})", rows


def _iso(day: dt.date, later: int) -> str:
    return (day + dt.timedelta(days=later)).isoformat()


def force(folder: Path) -> Path:
    """Uses of force by group: four rows of titles, headings in row 5, totals among the rows, footnotes below."""
    groups = ("White", "Black", "Asian", "Mixed", "Other", "Not reported")
    header = ["Police force", "Tactic", *groups, "Total"]
    rows = [
        ["Table 16: use of force (invented)"], ["April 2025 to March 2026"], [""], ["Numbers"],
        header,
    ]  # fmt: skip
    for place, name in enumerate(("Midshire", "Northshire", "Eastshire")):
        counts = [[100 * place + 10 * at + 3 * tactic for at in range(len(groups))] for tactic in range(1, 4)]
        for tactic, line in zip(("Handcuffing", "Baton", "Spray"), counts, strict=True):
            rows.append([name, tactic, *map(str, line), str(sum(line))])
        whole = [sum(column) for column in zip(*counts, strict=True)]
        rows.append([name, "Total", *map(str, whole), str(sum(whole))])
    rows += [[""], ["Source: invented"], ["1. One incident may have several tactics."]]
    return _ods(folder / "force.ods", "Table_16", rows)


def _cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    kind = f'"float" office:value="{text}"' if text.isdecimal() else '"string"'
    return f"<table:table-cell office:value-type={kind}><text:p>{escape(text)}</text:p></table:table-cell>"


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
