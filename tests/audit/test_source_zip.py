"""A workbook that two programs may read as two different ones is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from overt.audit.source import load_source
from overt.refusals import Refusal
from tests.attempts import Count
from tests.audit import sheet_attacker
from tests.audit.zip_attacker import ambiguous, whole


def workbook() -> dict[str, bytes]:
    book, target = Workbook(), io.BytesIO()
    book.active.append(["entry_id"])
    book.active.append(["E1"])
    book.save(target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_honest_workbook_is_read(tmp_path: Path, streamed: bool, compression: int) -> None:
    """Also one whose sizes stand behind its members."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(whole(workbook(), streamed=streamed, compression=compression))
    assert load_source(str(path), tmp_path / "db").tables[0].rows == 1


def test_no_ambiguous_workbook_is_read(tmp_path: Path, attempts: Count) -> None:
    """Second members, other names and sizes in front than in the directory, bytes in front, between and behind."""
    count = 0
    path = tmp_path / "book.xlsx"
    for what, data in ambiguous(workbook(), b"<other/>"):
        path.write_bytes(data)
        with pytest.raises(Refusal) as caught:
            load_source(str(path), tmp_path / "db")
        assert caught.value.code in ("workbook-ambiguous", "workbook-broken"), what
        count += 1
    attempts("ambiguous zip files", count)


SHEET = "xl/worksheets/sheet1.xml"


def loaded(folder: Path, rows: bytes) -> int:
    path = folder / "book.xlsx"
    path.write_bytes(whole({**workbook(), SHEET: sheet_attacker.sheet(rows)}))
    return load_source(str(path), folder / "db").tables[0].rows


def test_sheets_with_each_cell_once_are_read(tmp_path: Path) -> None:
    """Also where cells do not say where they stand."""
    for rows in sheet_attacker.honest():
        assert loaded(tmp_path, rows) > 0
        (tmp_path / "db").unlink()


def test_no_sheet_is_read_in_which_two_cells_have_one_place(tmp_path: Path, attempts: Count) -> None:
    """Programs differ in which of the two they take."""
    count = 0
    for rows in sheet_attacker.ambiguous():
        with pytest.raises(Refusal) as caught:
            loaded(tmp_path, rows)
        assert caught.value.code == "workbook-ambiguous", rows[:300]
        assert "sheet “Sheet”" in caught.value.where
        count += 1
    attempts("sheets with cells that stand twice", count)


def test_a_number_that_a_cell_does_not_hold_is_refused_with_its_place(tmp_path: Path, attempts: Count) -> None:
    """An infinite one, and whole numbers that would become their neighbours."""
    numbers = list(sheet_attacker.numbers())
    for number in numbers:
        with pytest.raises(Refusal) as caught:
            loaded(tmp_path, sheet_attacker.row(2, sheet_attacker.cell("A2", "1"), sheet_attacker.cell("B2", number)))
        assert (caught.value.code, "cell B2" in caught.value.where) == ("number-not-held", True), number[:30]
        assert len(number) < 5 or number not in str(caught.value)
    attempts("numbers that a cell does not hold", len(numbers))
