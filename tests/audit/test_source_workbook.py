"""Excel and ODS: sheets as tables, and what a spreadsheet can hide."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from overt.audit.source._account import Limits, Reading
from tests.audit.sources import load, refusal_of, refused, rows, written

Sheet = list[list[Any]]


def _xlsx(path: Path, sheets: dict[str, Sheet]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def _ods(path: Path, tables: str) -> Path:
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def _cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def _ods_row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


# A cell has no zone.
SEEN = dt.datetime.fromisoformat("2020-01-02 03:04:05")
MIDNIGHT = dt.datetime.fromisoformat("2021-01-02")

PEOPLE: Sheet = [
    ["id", "name", "added", "seen", "live", "score", "mixed"],
    [1001, "A", dt.date(2020, 1, 2), SEEN, True, 1.5, "x"],
    [1002, None, dt.date(2021, 3, 4), MIDNIGHT, False, 2, 7],
]


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    """A reference that is a number keeps no `.0`; a day stays a day; mixed cells are text, and that is told."""
    account = load(_xlsx(tmp_path / "people.xlsx", {"Sheet1": PEOPLE}), tmp_path / "db")
    (table,) = account.tables
    assert table.name == "people"
    assert table.columns == (
        ("id", "BIGINT"),
        ("name", "VARCHAR"),
        ("added", "DATE"),
        ("seen", "TIMESTAMP"),
        ("live", "BOOLEAN"),
        ("score", "DOUBLE"),
        ("mixed", "VARCHAR"),
    )
    assert rows(tmp_path / "db", "people") == [
        (1001, "A", dt.date(2020, 1, 2), SEEN, True, 1.5, "x"),
        (1002, None, dt.date(2021, 3, 4), MIDNIGHT, False, 2.0, "7"),
    ]
    assert account.notes == ("people.xlsx: sheet “Sheet1”, column 7: values of several kinds; all were read as text",)


def test_each_sheet_is_a_table(tmp_path: Path) -> None:
    """Those that are empty, hidden or no sheet of cells are told of."""
    path = _xlsx(tmp_path / "x.xlsx", {"Entries 2020": [["a"], [1]], "Empty": [], "Hidden": [["b"], [2]]})
    book = openpyxl.load_workbook(path)
    book["Hidden"].sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.save(path)
    account = load(path, tmp_path / "db")
    assert [(table.name, table.rows) for table in account.tables] == [("entries_2020", 1), ("hidden", 1)]
    assert account.notes == (
        "x.xlsx: sheet “Empty” is empty",
        "x.xlsx: sheet “Hidden” is hidden; it was read all the same",
        "x.xlsx: sheet “Chart” is not a sheet of cells and was not read",
    )


def test_an_only_sheet_named_as_a_table_of_the_model_is_that_table(tmp_path: Path) -> None:
    """Else it is known by the name of its file."""
    account = load(_xlsx(tmp_path / "register.xlsx", {"entry": [["entry_id"], ["E1"]]}), tmp_path / "db")
    assert account.tables[0].name == "entry"


def test_a_table_may_stand_anywhere_in_its_sheet(tmp_path: Path) -> None:
    """Its first used row is the header; blank rows are kept as rows."""
    cells = [[], [], [None, None, "a", "b"], [None, None, 1, 2], [], [None, None, 3, None]]
    account = load(_xlsx(tmp_path / "x.xlsx", {"S": cells}), tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [(1, 2), (None, None), (3, None)]
    assert account.notes == ("x.xlsx: sheet “S”: 1 rows below the header are blank throughout and were kept",)


def test_sheets_and_header_row_can_be_given(tmp_path: Path) -> None:
    """For tables with titles above them; what was not asked for is told of."""
    cells: Sheet = [["A title over the table"], [], ["a", "b"], [1, 2]]
    path = _xlsx(tmp_path / "x.xlsx", {"Cover": [["words"]], "T": cells})
    account = load(path, tmp_path / "db", reading=Reading(sheets=("T",), header_row=3))
    assert rows(tmp_path / "db", "x") == [(1, 2)]
    assert account.notes == ("x.xlsx: sheet “Cover” was not asked for and was not read",)
    refusal = refused(path, tmp_path / "db2", reading=Reading(sheets=("Nope",)))
    assert (refusal.code, refusal.wanted) == ("sheet-absent", "one of: Cover, T")
    assert refused(path, tmp_path / "db2", reading=Reading(sheets=("T",), header_row=9)).code == "header-blank"


@pytest.mark.parametrize(
    ("header", "code", "where"),
    [
        (["a", None, "c"], "header-blank", "x.xlsx, sheet “S”, row 1, column 2"),
        (["a", "b", "A"], "header-twice", "x.xlsx, sheet “S”, row 1, column 3"),
    ],
)
def test_missing_and_doubled_names_are_refused(tmp_path: Path, header: list[Any], code: str, where: str) -> None:
    """By sheet, row and column."""
    refusal = refused(_xlsx(tmp_path / "x.xlsx", {"S": [header, [1, 2, 3]]}), tmp_path / "db")
    assert (refusal.code, refusal.where) == (code, where)
    assert "--header-row" in refusal.remedy


@pytest.mark.parametrize(("cells", "row"), [("A1:B1", 1), ("A2:A3", 2), ("B3:C4", 3)])
def test_merged_cells_are_refused(tmp_path: Path, cells: str, row: int) -> None:
    """In the header, and below it over several rows: only the first of them has the value."""
    path = _xlsx(tmp_path / "x.xlsx", {"S": [["a", "b", "c"], [1, 2, 3], [4, 5, 6], [7, 8, 9]]})
    book = openpyxl.load_workbook(path)
    book["S"].merge_cells(cells)
    book.save(path)
    refusal = refused(path, tmp_path / "db")
    assert (refusal.code, refusal.where) == ("sheet-merged", f"x.xlsx, sheet “S”, row {row}")


def test_cells_merged_within_a_row_are_read_and_told(tmp_path: Path) -> None:
    """As footnotes are written."""
    path = _xlsx(tmp_path / "x.xlsx", {"S": [["a", "b"], [1, 2], ["a note", None]]})
    book = openpyxl.load_workbook(path)
    book["S"].merge_cells("A3:B3")
    book.save(path)
    account = load(path, tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [("1", 2), ("a note", None)]
    assert "x.xlsx: sheet “S”: row 3 with merged cells, of which the first alone has a value" in account.notes


def test_merged_cells_above_a_given_header_are_titles(tmp_path: Path) -> None:
    """They are no part of the table."""
    path = _xlsx(tmp_path / "x.xlsx", {"S": [["Title", None], ["a", "b"], [1, 2]]})
    book = openpyxl.load_workbook(path)
    book["S"].merge_cells("A1:B1")
    book.save(path)
    load(path, tmp_path / "db", reading=Reading(header_row=2))
    assert rows(tmp_path / "db", "x") == [(1, 2)]


def test_a_formula_without_a_result_is_refused(tmp_path: Path) -> None:
    """Programs that write workbooks leave it out, and a reader of values sees a blank."""
    refusal = refused(_xlsx(tmp_path / "x.xlsx", {"S": [["a", "b"], [1, "=A2+1"]]}), tmp_path / "db")
    assert (refusal.code, refusal.where) == ("sheet-formula", "x.xlsx, sheet “S”, cell B2")


def test_error_cells_are_blank_and_told(tmp_path: Path) -> None:
    """#N/A is no value, but somebody meant one to be there."""
    path = _xlsx(tmp_path / "x.xlsx", {"S": [["a", "b"], [1, "#N/A"], [2, "x"]]})
    book = openpyxl.load_workbook(path)
    book["S"]["B2"].data_type = "e"
    book.save(path)
    account = load(path, tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [(1, None), (2, "x")]
    assert account.notes == ("x.xlsx: sheet “S”: 1 cells hold an error, the first B2; read as blank",)


def test_text_that_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    """It is neutralised where it is written, not where it is read."""
    path = _xlsx(tmp_path / "x.xlsx", {"S": [["a"], ["x"]]})
    book = openpyxl.load_workbook(path)
    book["S"]["A2"] = "=cmd|' /C calc'!A0"
    book["S"]["A2"].data_type = "s"
    book.save(path)
    load(path, tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [("=cmd|' /C calc'!A0",)]


@pytest.mark.parametrize("name", ["x.xlsx", "x.xls", "x.xlsb", "x.ods"])
@pytest.mark.parametrize("data", [b"PK\x03\x04 and no more", b"no workbook at all", b"\x00" * 100])
def test_broken_workbooks_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    """Whatever they say they are."""
    assert refusal_of(tmp_path, name, data).code == "workbook-broken"


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    """And one in which a byte has changed."""
    data = _xlsx(tmp_path / "x.xlsx", {"S": [["a"], *([number] for number in range(500))]}).read_bytes()
    assert refusal_of(tmp_path, "x.xlsx", data[: len(data) // 2]).code == "workbook-broken"
    middle = data.index(b"xl/worksheets/sheet1.xml") + 200
    flipped = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]
    assert refusal_of(tmp_path, "x.xlsx", flipped).code == "workbook-broken"


def test_encrypted_workbooks_are_refused(tmp_path: Path) -> None:
    """Excel hides the zip in an old-style container; a zip may have a password of its own."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1000
    assert refusal_of(tmp_path, "x.xlsx", ole).code == "workbook-encrypted"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "x")
    data = bytearray(out.getvalue())
    # Bit 0 of the flags, in the local header and in the directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal_of(tmp_path, "x.ods", bytes(data)).code == "workbook-encrypted"


def test_two_cells_at_opposite_corners_are_refused(tmp_path: Path) -> None:
    """They ask for seventeen thousand million cells of memory, and the process that reads them may not have it."""
    path = _xlsx(tmp_path / "x.xlsx", {"S": [["a"], [1]]})
    book = openpyxl.load_workbook(path)
    book["S"].cell(1_048_576, 16_384, 1)
    book.save(path)
    assert refused(path, tmp_path / "db", limits=Limits(workbook_memory=2**30)).code == "workbook-too-large"


def test_a_cell_repeated_without_end_is_refused(tmp_path: Path) -> None:
    """ODS says in two lines that every cell of a sheet has the same text."""
    cell = _cell("x" * 50, 'table:number-columns-repeated="16384"')
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path = _ods(tmp_path / "x.ods", f'<table:table table:name="S">{_ods_row(_cell("a"))}{row}</table:table>')
    refusal = refused(path, tmp_path / "db", limits=Limits(workbook_memory=2**30, workbook_seconds=20))
    assert refusal.code in ("workbook-too-large", "workbook-broken")


def test_ods_is_read(tmp_path: Path) -> None:
    """Text, numbers, days and truth values."""
    kinds = "".join(
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"><text:p>x</text:p></table:table-cell>'
        for kind, name, value in (
            ("float", "value", "7"),
            ("date", "date-value", "2020-01-02"),
            ("boolean", "boolean-value", "true"),
        )
    )
    header = _ods_row(*(_cell(name) for name in ("t", "n", "d", "b")))
    body = _ods_row(_cell("Zoë &amp; co"), kinds)
    path = _ods(tmp_path / "x.ods", f'<table:table table:name="S">{header}{body}</table:table>')
    account = load(path, tmp_path / "db")
    assert account.kind == "ods"
    assert rows(tmp_path / "db", "x") == [("Zoë & co", 7, dt.date(2020, 1, 2), True)]


def test_merged_cells_of_ods_are_refused(tmp_path: Path) -> None:
    """Though its reader does not tell of them."""
    header = _ods_row(_cell("a"), _cell("b"))
    body = _ods_row(
        _cell("x", 'table:number-columns-spanned="1" table:number-rows-spanned="2"'), "<table:covered-table-cell/>"
    )
    path = _ods(tmp_path / "x.ods", f'<table:table table:name="S &amp; T">{header}{header}{body}</table:table>')
    refusal = refused(path, tmp_path / "db")
    assert (refusal.code, refusal.where) == ("sheet-merged", "x.ods, sheet “S & T”, row 3")


def test_entities_of_xml_are_not_expanded(tmp_path: Path) -> None:
    """A billion laughs are a short text or a broken file, and soon over."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    document = "<office:document-content>&l11;</office:document-content>"
    content = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>{document}'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    assert refusal_of(tmp_path, "x.ods", out.getvalue()).code in ("workbook-broken", "source-empty")


def test_no_refusal_of_a_workbook_repeats_a_value(tmp_path: Path) -> None:
    """Not even the names in a header that may be data."""
    path = _xlsx(tmp_path / "x.xlsx", {"S": [["Zebedee", "zebedee", None], [1, 2, 3]]})
    assert "ebedee" not in str(refused(path, tmp_path / "db"))


@pytest.mark.data
def test_tables_of_the_home_office_are_read(tmp_path: Path, shared_data: Path) -> None:
    """Real ODS with titles above its tables: refused as it is, read with the row of the header."""
    path = shared_data / "uk-use-of-force" / "police-use-of-force-apr2018-mar2019-hosb3319-tables.ods"
    assert refused(path, tmp_path / "db").code == "header-blank"
    account = load(path, tmp_path / "db", reading=Reading(sheets=("Table_16",), header_row=5))
    (table,) = account.tables
    assert [name for name, _ in table.columns][:4] == ["Police force", "Type of force", "Tactic", "White"]
    forces = [row for row in rows(tmp_path / "db", table.name) if row[2] is not None]
    assert len(forces) == 1540


def test_a_file_of_another_kind_with_the_name_of_a_workbook_is_refused(tmp_path: Path) -> None:
    """CSV called .xlsx, as some programs write it."""
    assert refused(written(tmp_path, "x.xlsx", "a,b\n1,2\n"), tmp_path / "db").code == "workbook-broken"
