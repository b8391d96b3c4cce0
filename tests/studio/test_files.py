"""The invented files are what the journeys say of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl

from overt.audits.source import load_source
from overt.rows import FileReading, Reading
from tests.studio import files


def test_the_workbook_has_the_counts_that_its_journey_expects(tmp_path: Path) -> None:
    """Read by another program than ours."""
    book = openpyxl.load_workbook(files.gangs(tmp_path))
    sheet = book["Gangs list Q2"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert len(rows) == files.ROWS
    assert [cell.value for cell in sheet[4]][10] is None
    due = [row[7] for row in rows]
    assert due.count("TBC") == files.TBC
    active = [row for row in rows if row[4] != "Archived"]
    assert len(active) == files.ACTIVE
    assert sum(row[7] == "TBC" for row in active) == files.WITHOUT_REVIEW
    days = [
        value.date() if isinstance(value, dt.datetime) else dt.datetime.strptime(str(value), "%d/%m/%Y").date()  # noqa: DTZ007
        for value in (row[7] for row in active)
        if value != "TBC"
    ]
    assert sum(day < files.AS_OF for day in days) == files.OVERDUE


def test_every_file_is_read(tmp_path: Path) -> None:
    """By our own reader, with its right options."""
    sheets = {"gangs.xlsx#Gangs list Q2": FileReading(header_row=4), "gangs.xlsx#Notes": FileReading(use=False)}
    gangs = load_source(str(files.gangs(tmp_path)), tmp_path / "1.db", reading=Reading(files=sheets))
    assert gangs.tables[0].rows == files.ROWS
    first, second = files.two_separators(tmp_path)
    assert (
        load_source(str(first), tmp_path / "2.db", reading=Reading(FileReading(encoding="cp1252"))).tables[0].rows == 3
    )
    assert load_source(str(second), tmp_path / "3.db", reading=Reading(FileReading(delimiter=";"))).tables[0].rows == 3
    assert load_source(str(files.small(tmp_path)), tmp_path / "4.db").tables[0].rows == 9
    assert load_source(str(files.names(tmp_path)), tmp_path / "5.db").tables[0].rows == 5
    assert load_source(str(files.wide(tmp_path)), tmp_path / "6.db").tables[0].rows == 6
