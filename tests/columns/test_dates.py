"""In which forms dates are written: counted, with proof of what comes first, and no date shown."""

from __future__ import annotations

import time
from pathlib import Path

import openpyxl
import pytest

from overt.audits.columns import DateForms, date_forms, forms_in_words, unread_dates
from overt.audits.columns._dates import FORMS
from tests.columns.sources import loaded, one_column


def _forms(folder: Path, values: list[str]) -> DateForms:
    with one_column(folder, values) as (connection, table):
        return date_forms(connection, table, "Value")


def test_every_form_has_words_of_its_own() -> None:
    """As people say it, without a sign of `strptime`; also within a sentence."""
    words = [forms_in_words(form) for form in FORMS]
    assert [each for each in words if "%" in each] == []
    assert len(set(words)) == len(words)
    assert forms_in_words("12 read as %d/%m/%Y, 3 as %Y-%m-%dT%H:%M") == (
        "12 read as day/month/year, 3 as year-month-day hour:minute"
    )


def test_day_first_is_proved_by_the_rows_that_can_be_nothing_else(tmp_path: Path) -> None:
    """Both forms are listed with all rows that they read."""
    found = _forms(tmp_path, ["13/04/2024", "03/04/2024", "14/04/2024", "03/04/2024", ""])
    assert (found.filled, found.day_only, found.month_only, found.either, found.order) == (4, 2, 0, 2, "day")
    assert [(each.form, each.rows, each.example) for each in found.forms] == [
        ("%d/%m/%Y", 4, "99/99/9999"),
        ("%m/%d/%Y", 2, "99/99/9999"),
    ]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["3/14/2024 9:05 PM", "3/4/2024 9:05 PM"], "month"),
        (["13/04/2024", "04/13/2024"], "mixed"),
        (["03/04/2024", "05/06/2024"], ""),
        (["2024-03-01"], ""),
        (["31/02/2024", "13/13/2024"], "day"),
    ],
)
def test_which_comes_first_is_never_guessed(tmp_path: Path, values: list[str], order: str) -> None:
    """Where rows prove both, or nothing, a person has to say."""
    assert _forms(tmp_path, values).order == order


def test_short_years_times_and_offsets_are_counted(tmp_path: Path) -> None:
    """A year of two digits leaves the century open."""
    found = _forms(tmp_path, ["13/04/24", "2024-03-01T10:00:00+01:00", "2024-03-01 10:00", "2024-03-02"])
    assert (found.iso, found.timed, found.zoned) == (3, 2, 1)
    assert [(each.form, each.short_year) for each in found.forms] == [("%d/%m/%y", True)]


def test_what_cannot_be_read_is_placed_and_not_shown(tmp_path: Path) -> None:
    """Words for no date are shown; a name is counted, with the rows of the file."""
    values = ["13/04/2024", "TBC", "tbc", "Zebedee Quagmire", "99/99/2024", "2024-02-30", "TBC"]
    found = _forms(tmp_path, values)
    assert [(each.value, each.rows) for each in found.words] == [("TBC", 2), ("tbc", 1)]
    assert (found.masked_words.rows, found.masked_words.places) == (1, (5,))
    assert (found.unread.rows, found.unread.places) == (2, (6, 7))
    assert "Quagmire" not in repr(found)
    assert found.is_dates


def test_typed_cells_among_texts_are_dates_as_iso_writes_them(tmp_path: Path) -> None:
    """And keep their place in the sheet."""
    import datetime as dt

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["Due"], [dt.date(2026, 1, 31)], ["31/12/2026"], ["soon"]]:
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    with loaded(tmp_path, tmp_path / "list.xlsx") as (connection, account):
        found = date_forms(connection, account.tables[0], "Due")
    assert (found.iso, [each.form for each in found.forms], found.masked_words.places) == (1, ["%d/%m/%Y"], (4,))


def test_a_column_of_words_has_no_dates(tmp_path: Path) -> None:
    """Nor has one of numbers."""
    assert not _forms(tmp_path, ["Zebedee", "Philomena"]).is_dates
    found = _forms(tmp_path, ["12", "13", "99999999"])
    assert not found.is_dates
    assert found.unread.rows == 3


def test_a_rare_form_is_found_beyond_the_sample(tmp_path: Path) -> None:
    """One cell among thousands of another form."""
    days = [
        f"{day:02}/{month:02}/{year}" for year in range(1990, 2026) for month in range(1, 13) for day in range(1, 29)
    ]
    with one_column(tmp_path, [*days, "3 March 2024"]) as (connection, table):
        found = date_forms(connection, table, "Value", sample=200)
    assert {each.form: each.rows for each in found.forms}["%d %B %Y"] == 1
    assert found.unread.rows == 0


def test_what_the_chosen_forms_leave_is_what_strptime_would_stop_at(tmp_path: Path) -> None:
    """Words for no date are named one by one."""
    values = ["13/04/2024", "TBC", "2024-03-01", "03.04.2024", ""]
    with one_column(tmp_path, values) as (connection, table):
        left = unread_dates(connection, table, "Value", forms=("%d/%m/%Y",))
        none = unread_dates(connection, table, "Value", forms=("%d/%m/%Y", "%d.%m.%Y"), none=("tbc",))
    assert (left.rows, left.places) == (2, (3, 5))
    assert none.rows == 0


def test_free_text_is_soon_known_not_to_be_dates(tmp_path: Path) -> None:
    """Seventy-six forms are not tried on every sentence."""
    values = [f"seen with {number} at {number * 7} near the park" for number in range(60_000)]
    with one_column(tmp_path, values) as (connection, table):
        started = time.process_time()
        found = date_forms(connection, table, "Value")
        assert time.process_time() - started < 2
    assert found.unread.rows == 60_000
