"""A workbook that two programs may read as two different ones is refused: of every kind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import Workbook

from overt.audits.sample._draw import Sample
from overt.audits.sample._worksheet import read_filled
from overt.audits.source import load_source
from overt.audits.source._account import Limits
from overt.reconcile._list import ListOptions, open_list
from overt.refusals import Refusal
from overt.rows._zips import check_zip
from overt.workbooks import Damaged, NotAlike, check_compound
from tests.attempts import Count
from tests.audit import compound_attacker, sheet_attacker
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
        assert refused(path, data, tmp_path) in ("workbook-ambiguous", "workbook-broken"), what
        count += 1
    attempts("ambiguous zip files", count)


def open_document() -> dict[str, bytes]:
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    row = f"<table:table-row>{cell}</table:table-row>"
    table = f'<table:table table:name="S">{row.format("entry_id")}{row.format("E1")}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {spaces}>{body}</office:document-content>'
    manifest = {"META-INF/manifest.xml": b"<manifest/>"}
    return {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.encode(),
        **manifest,
    }


def refused(path: Path, data: bytes, folder: Path) -> str:
    """The code of the refusal; the file is loaded where the look at its zip lets it through."""
    path.write_bytes(data)
    with pytest.raises(Refusal) as caught:
        check_zip(path, path.name, Limits())
        load_source(str(path), folder / "db-of-others")
    return caught.value.code


def test_no_ambiguous_open_document_is_read(tmp_path: Path, attempts: Count) -> None:
    """The same of .ods, and a document in letters of two bytes, of which the signs of merged cells are not seen."""
    files, path, count = open_document(), tmp_path / "book.ods", 0
    path.write_bytes(whole(files))
    assert load_source(str(path), tmp_path / "db").tables[0].rows == 1
    wide = [("utf-16", whole({**files, "content.xml": files["content.xml"].decode().encode(each)}))
            for each in ("utf-16", "utf-16-le", "utf-16-be")]  # fmt: skip
    for what, data in [*ambiguous(files, b"<other/>"), *wide]:
        assert refused(path, data, tmp_path) in ("workbook-ambiguous", "workbook-broken"), what
        count += 1
    attempts("ambiguous zip files", count)


@pytest.mark.parametrize(
    ("ending", "honest"), [("xls", compound_attacker.honest), ("xlsb", compound_attacker.honest_binary)]
)
def test_honest_workbooks_of_records_are_read(
    tmp_path: Path, ending: str, honest: Callable[[], Iterator[bytes]]
) -> None:
    """Old ones, and those of binary parts."""
    for number, data in enumerate(honest()):
        path = tmp_path / f"{number}.{ending}"
        path.write_bytes(data)
        assert load_source(str(path), tmp_path / f"db{number}").tables[0].rows > 0


def test_no_ambiguous_old_workbook_is_read(tmp_path: Path, attempts: Count) -> None:
    """Streams that only some programs find, streams that share bytes, cells that stand twice."""
    count, path = 0, tmp_path / "book.xls"
    for what, data in compound_attacker.ambiguous():
        path.write_bytes(data)
        with pytest.raises(Refusal) as caught:
            load_source(str(path), tmp_path / "db")
        assert caught.value.code == "workbook-ambiguous", what
        assert "E2" not in str(caught.value)
        count += 1
    attempts("ambiguous old workbooks", count)


def test_a_damaged_old_workbook_is_refused_without_a_traceback(tmp_path: Path, attempts: Count) -> None:
    """Cut, and with a byte of its head, table or directory changed: refused, or read as it was."""
    files, path = list(compound_attacker.broken()), tmp_path / "book.xls"
    for data in files:
        path.write_bytes(data)
        with suppress(NotAlike, Damaged):
            check_compound(path)
    attempts("damaged old workbooks", len(files))


def test_no_binary_sheet_is_read_in_which_two_cells_have_one_place(tmp_path: Path, attempts: Count) -> None:
    """Whatever the part of the file is called."""
    files, path = list(compound_attacker.ambiguous_binary()), tmp_path / "book.xlsb"
    for data in files:
        path.write_bytes(data)
        with pytest.raises(Refusal) as caught:
            load_source(str(path), tmp_path / "db")
        assert caught.value.code == "workbook-ambiguous"
    attempts("sheets with cells that stand twice", len(files))


def other_doors(path: Path) -> Iterator[Callable[[], object]]:
    """Where workbooks of others come in beside an audit: a list to compare, and a worksheet that comes back."""
    yield lambda: open_list(path, ListOptions(name="name", born="born")).__enter__()
    yield lambda: read_filled(path, Sample.__new__(Sample))


def test_no_ambiguous_workbook_is_read_at_another_door(tmp_path: Path, attempts: Count) -> None:
    """A member twice, a cell twice, and more inside than the zip says."""
    files, path = workbook(), tmp_path / "book.xlsx"
    twice = [{**files, SHEET: sheet_attacker.sheet(rows)} for rows in sheet_attacker.ambiguous()]
    hostile = [data for _, data in islice(ambiguous(files, b"<other/>"), 0, None, 9)] + [whole(each) for each in twice]
    for data in hostile:
        path.write_bytes(data)
        for door in other_doors(path):
            with pytest.raises(Refusal) as caught:
                door()
            assert caught.value.code in ("workbook-ambiguous", "workbook-broken")
    attempts("ambiguous workbooks at other doors", 2 * len(hostile))


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
