"""A data protection officer's workbook, from the file to a right report, with no line of SQL written by hand.

Titles, merged cells, five spellings of a role, "TBC" for a date, blank rows and columns, notes below the table. Every
person in it is invented.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from overt.audits import FileReading, Reading, Request, Run, SourceOptions, audit, draft, open_source
from overt.controls import Verdict
from overt.refusals import Refusal
from tests.audit.conftest import AS_OF, Silent, by_id
from tests.audit.sources import refused

HEADER = ["Ref No.", "Nominal ID", "Role in gang ", "Status", "Date Added", "Next Review Due", "Borough", None, "Score"]
ADDED = dt.datetime(2024, 3, 1)  # noqa: DTZ001 - a cell has no zone
DUE, PAST = "31/12/2026", dt.datetime(2026, 1, 31)  # noqa: DTZ001 - a cell has no zone
ROWS: list[list[Any]] = [
    ["G-1", "N1", "Suspect", "Live", ADDED, DUE, "Anytown", None, 5],
    ["G-2", "N2", "SUSPECT ", "Live", ADDED, "TBC", None, None, 6],
    ["G-3", "N3", "suspect.", "Live", ADDED, "TBC", None, None, 7],
    [],
    ["G-4", "N4", "Susp", "Live", ADDED, PAST, "Otherton", None, None],
    ["G-5", "N1", "Suspected", "Archived", ADDED, DUE, "Otherton", None, None],
    ["G-6", "N5", "Victim", "Live", ADDED, "31/08/2026", "Otherton", None, 8],
    ["G-7", "N6", "Nominal", "Live", ADDED, None, "Otherton", None, None],
    ["G-8", "N7", "Victim; Witness", "Live", ADDED, "31/08/2026", "Otherton", "see file", None],
]


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Matrix"
    for row in [["Matrix of the unit (SYNTHETIC)"], ["as at 30 June 2026"], [], HEADER, *ROWS, []]:
        sheet.append(row)
    sheet.append(["Notes"])
    sheet.append(["Review dates are set by the panel and may be to be confirmed."])
    sheet.merge_cells("A1:I1")
    sheet.merge_cells("G5:G7")
    sheet.row_dimensions[10].hidden = True
    book.create_sheet("Guidance").append(["How to fill in this workbook"])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Run, Path]:
    """The draft, the audit of the draft as it stands, and the result folder."""
    folder = tmp_path_factory.mktemp("officer")
    source = str(_workbook(folder / "matrix.xlsx"))
    reading = Reading(FileReading(header_row=4), sheets=("Matrix",))
    text = draft(SourceOptions(source, None, reading), folder / "draft.duckdb")
    mapping = folder / "mapping.sql"
    mapping.write_text(text, encoding="utf-8")
    run = audit(Request(SourceOptions(source, mapping, reading), (), AS_OF, out=folder / "out"), Silent())
    return text, run, folder / "out"


def test_without_a_row_of_names_the_likely_one_is_suggested(tmp_path: Path) -> None:
    """The title row is not taken for it."""
    path = _workbook(tmp_path / "matrix.xlsx")
    reading = Reading(sheets=("Matrix",))
    assert "--header-row 4" in refused(path, tmp_path / "db", reading=reading).remedy


def test_every_column_that_says_something_is_drafted(audited: tuple[str, Run, Path]) -> None:
    """With reasons that are true of its values, and what is left to decide."""
    text, run, _ = audited
    assert run.packs[0].name == "core"
    assert run.rows["entry"] == 8
    assert 'trim("Ref No.") as entry_id' in text
    assert "1 of 7 values read as %Y-%m-%d; 4 of 7 read as %d/%m/%Y, and as nothing else; 2 have no digit" in text
    assert "decide: role from “Role in gang ”: say which of its 2 values" in text


def test_the_findings_are_right(audited: tuple[str, Run, Path]) -> None:
    """Two reviews are not known and one is not there, one is overdue; a victim has a score."""
    _, run, _ = audited
    found = by_id(run)
    assert (found["OV-20"].verdict, found["OV-20"].breached, found["OV-20"].examined) == (Verdict.BREACHED, 3, 7)
    assert (found["OV-21"].verdict, found["OV-21"].breached) == (Verdict.BREACHED, 1)


def test_nothing_is_lost_unsaid(audited: tuple[str, Run, Path]) -> None:
    """Each loss by its column and rows, each assumption by its place in the sheet."""
    _, run, out = audited
    columns = {each.name: each for table in run.read for each in table.columns}
    due, role = columns["entry.review_due_on"], columns["entry.role"]
    assert (due.in_source, due.in_model, due.lost) == (7, 5, 2)
    assert (role.in_source, role.in_model, role.lost) == (8, 6, 2)
    turned = {each.source: each.model for each in role.values if each.source is not None}
    assert turned["suspect."] == turned["Susp"] == turned["SUSPECT "] == "suspect"
    # What the draft does not name is shown where every word of it is the model's own.
    lost = sorted((each.source, each.rows, each.several) for each in role.values if each.model is None)
    assert lost == [("Nominal", 1, False), ("Victim; Witness", 1, True)]
    notes = "\n".join(run.notes)
    for said in (
        "sheet “Guidance” was not asked for",
        "column H has no name and is called “column H”",
        "rows 5 to 7 of column G are one merged cell",
        "rows 15 to 16 below the table",
        "row 10 is hidden",
        "1 row is blank throughout and is not counted (row 8)",
        "entry.role: 1 row holds several values in one cell",
    ):
        assert said in notes
    findings = json.loads((out / "findings.json").read_text(encoding="utf-8"))["findings"]
    (remark,) = next(each for each in findings if each["control"] == "OV-20")["remarks"]
    assert remark == "2 of 7 values of entry.review_due_on were lost in the mapping (28.6%)."
    report = (out / "report.html").read_text(encoding="utf-8")
    assert remark in report
    # A loss in one column is no loss of the next: the merged borough reached each of its rows.
    assert columns["entry.unit"].lost == 0
    assert columns["entry.unit"].in_model == 8


def test_the_number_of_a_row_is_the_one_in_the_sheet(tmp_path: Path) -> None:
    """A refusal of a value that cannot be read leads to the row that a person sees."""
    source = str(_workbook(tmp_path / "matrix.xlsx"))
    mapping = tmp_path / "m.sql"
    reading = Reading(FileReading(header_row=4), sheets=("Matrix",))
    due = '"Next Review Due"'
    for row, item, where in (
        (5, due, '"Score" is not null'),
        (6, f"strptime({due}, '%d/%m/%Y')::date", '"Score" > 5'),
    ):
        select = f'select "Ref No." as entry_id, {item} as review_due_on from source_rows where {where}'
        mapping.write_text(f"create view entry as {select};", encoding="utf-8")
        with (
            pytest.raises(Refusal) as caught,
            open_source(SourceOptions(source, mapping, reading), tmp_path / "db"),
        ):
            pass
        (tmp_path / "db").unlink(missing_ok=True)
        assert f"row {row} of matrix.xlsx, sheet “Matrix”" in caught.value.where


@pytest.mark.browser
def test_what_cannot_be_shown_takes_few_pages(audited: tuple[str, Run, Path], browser: Any, tmp_path: Path) -> None:
    """Duties that need the same table stand together: 82 duties, of which 76 cannot be asked, once took 71 pages."""
    page = browser.new_page()
    page.goto((audited[2] / "report.html").as_uri())
    page.pdf(path=str(tmp_path / "report.pdf"), prefer_css_page_size=True, print_background=True)
    page.close()
    sheets = pypdf.PdfReader(tmp_path / "report.pdf").pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert all(finding.control.id in text for finding in audited[1].findings)
    assert len(sheets) < 15
