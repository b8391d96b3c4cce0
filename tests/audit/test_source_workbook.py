"""Excel and ODS: sheets as tables, and what a spreadsheet can hide."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from overt.audits.source._account import Limits
from overt.rows import FileReading, Reading
from tests.audit.sources import Sheet, load, refusal_of, refused, rows, workbook, written


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
    account = load(workbook(tmp_path / "people.xlsx", {"Sheet1": PEOPLE}), tmp_path / "db")
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
    assert account.notes == ("people.xlsx: sheet “Sheet1”: column G: values of several types; all were read as text",)


def test_each_sheet_is_a_table(tmp_path: Path) -> None:
    """Those that are empty, hidden or no sheet of cells are told of."""
    path = workbook(tmp_path / "x.xlsx", {"Entries 2020": [["a"], [1]], "Empty": [], "Hidden": [["b"], [2]]})
    book = openpyxl.load_workbook(path)
    book["Hidden"].sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.save(path)
    account = load(path, tmp_path / "db")
    assert [(table.name, table.rows) for table in account.tables] == [("entries_2020", 1), ("hidden", 1)]
    assert account.notes == (
        "x.xlsx: sheet “Empty” is empty",
        "x.xlsx: sheet “Hidden” is hidden, and was still read",
        "x.xlsx: sheet “Chart” is not a sheet of cells and was not read",
    )


def test_an_only_sheet_named_as_a_table_of_the_model_is_that_table(tmp_path: Path) -> None:
    """Else it is known by the name of its file."""
    account = load(workbook(tmp_path / "register.xlsx", {"entry": [["entry_id"], ["E1"]]}), tmp_path / "db")
    assert account.tables[0].name == "entry"


def test_a_table_may_stand_anywhere_in_its_sheet(tmp_path: Path) -> None:
    """Its first used row is the header; a blank row is no row of the table, and is told of by its number."""
    cells = [[], [], [None, None, "a", "b"], [None, None, 1, 2], [], [None, None, 3, None]]
    account = load(workbook(tmp_path / "x.xlsx", {"S": cells}), tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [(1, 2), (3, None)]
    assert account.notes == ("x.xlsx, sheet “S”: 1 row is blank throughout and is not counted (row 5)",)


def test_sheets_and_header_row_can_be_given(tmp_path: Path) -> None:
    """For tables with titles above them; what was not asked for is told of."""
    cells: Sheet = [["A title over the table"], [], ["a", "b"], [1, 2]]
    path = workbook(tmp_path / "x.xlsx", {"Cover": [["words"]], "T": cells})
    account = load(path, tmp_path / "db", reading=Reading(FileReading(header_row=3), sheets=("T",)))
    assert rows(tmp_path / "db", "x") == [(1, 2)]
    assert account.notes == (
        "x.xlsx: sheet “Cover” was not asked for and was not read",
        "x.xlsx: sheet “T”: row 1 was above the column names and not read",
    )
    refusal = refused(path, tmp_path / "db2", reading=Reading(sheets=("Nope",)))
    assert (refusal.code, refusal.wanted) == ("sheet-absent", "one of: Cover, T")
    assert (
        refused(path, tmp_path / "db2", reading=Reading(FileReading(header_row=9), sheets=("T",))).code
        == "header-blank"
    )


@pytest.mark.parametrize(
    ("header", "code", "where"),
    [
        (["a", None, None], "header-blank", "x.xlsx, sheet “S”, row 1, columns B, C"),
        (["a", "b", "A"], "header-twice", "x.xlsx, sheet “S”, row 1, column C"),
    ],
)
def test_missing_and_doubled_names_are_refused(tmp_path: Path, header: list[Any], code: str, where: str) -> None:
    """By sheet, row and column."""
    refusal = refused(workbook(tmp_path / "x.xlsx", {"S": [header, [1, 2, 3]]}), tmp_path / "db")
    assert (refusal.code, refusal.where) == (code, where)
    assert "--header-row" in refusal.remedy


def _merged(path: Path, cells: Sheet, *ranges: str) -> Path:
    book = openpyxl.load_workbook(workbook(path, {"S": cells}))
    for each in ranges:
        book["S"].merge_cells(each)
    book.save(path)
    return path


NINE: Sheet = [["a", "b", "c"], [1, 2, 3], [4, 5, 6], [7, 8, 9]]


def test_a_header_that_is_merged_with_rows_below_it_is_refused(tmp_path: Path) -> None:
    """Else its second row would be a row of the table. The refusal names the row that is the last of the header."""
    refusal = refused(_merged(tmp_path / "x.xlsx", NINE, "A1:A2"), tmp_path / "db")
    assert (refusal.code, refusal.where) == ("sheet-merged", "x.xlsx, sheet “S”, row 1")
    assert "--header-row 2" in refusal.remedy


def test_a_header_of_two_rows_is_read_by_its_last(tmp_path: Path) -> None:
    """A name that is merged over both rows is the column's; a heading over several columns is none."""
    cells: Sheet = [["A title", None, None], ["Force", "Ethnicity", None], [None, "White", "Black"], ["Alpha", 1, 2]]
    path = _merged(tmp_path / "x.xlsx", cells, "A1:C1", "A2:A3", "B2:C2")
    account = load(path, tmp_path / "db", reading=Reading(FileReading(header_row=3)))
    assert [name for name, _ in account.tables[0].columns] == ["Force", "White", "Black"]
    assert rows(tmp_path / "db", "x") == [("Alpha", 1, 2)]


def test_names_merged_within_the_header_are_told_by_letter(tmp_path: Path) -> None:
    """The first column has the name, and the next that of its letter."""
    account = load(_merged(tmp_path / "x.xlsx", NINE, "A1:B1"), tmp_path / "db")
    assert [name for name, _ in account.tables[0].columns] == ["a", "column B", "c"]
    assert account.notes == ("x.xlsx: sheet “S”: column B has no name and is called “column B”",)


def test_a_cell_merged_over_rows_has_its_value_in_each(tmp_path: Path) -> None:
    """As who reads the sheet takes it; and it is told."""
    account = load(_merged(tmp_path / "x.xlsx", NINE, "A2:A3", "B3:C4"), tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [(1, 2, 3), (1, 5, None), (7, 5, None)]
    assert account.notes[-2:] == (
        "x.xlsx: sheet “S”: rows 2 to 3 of column A are one merged cell; its value was used for each of them",
        "x.xlsx: sheet “S”: rows 3 to 4 of column B are one merged cell; its value was used for each of them",
    )


def test_the_index_that_pandas_writes_is_told(tmp_path: Path) -> None:
    """A column of row numbers without a name."""
    account = load(workbook(tmp_path / "x.xlsx", {"S": [[None, "a", "b"], [0, 5, 6], [1, 7, 8]]}), tmp_path / "db")
    assert account.notes == (
        "x.xlsx: sheet “S”: column A has no name and is called “column A”; "
        "its values are the numbers of the rows from 0, as pandas writes them",
    )


def test_notes_below_a_table_are_no_rows_of_it(tmp_path: Path) -> None:
    """Words in one cell, a sentence among them, to the end of the sheet. A reference alone is a row."""
    cells: Sheet = [["Ref", "n"], ["E1", 1], ["E2", 2], [], ["Notes"], ["Figures are for the year to March 2019."]]
    account = load(workbook(tmp_path / "x.xlsx", {"S": cells}), tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [("E1", 1), ("E2", 2)]
    assert "rows 5 to 6 below the table have text in only one cell; they were treated as notes" in account.notes[0]
    kept: Sheet = [["Ref", "n"], ["E1", 1], [], ["E2", None], ["E3"], []]
    load(workbook(tmp_path / "y.xlsx", {"S": kept}), tmp_path / "db2")
    assert rows(tmp_path / "db2", "y") == [("E1", 1), ("E2", None), ("E3", None)]


def test_the_row_of_names_is_suggested(tmp_path: Path) -> None:
    """Where titles stand above the table, and nobody said where it begins."""
    cells: Sheet = [["List of people"], ["as of 1 May"], [], ["Ref", "Role", "Added"], ["E1", "x", 3]]
    assert (
        "row 4 may be the row of names: --header-row 4"
        in refused(workbook(tmp_path / "x.xlsx", {"S": cells}), tmp_path / "db").remedy
    )


def test_hidden_rows_and_columns_are_told(tmp_path: Path) -> None:
    """A filter that somebody left on hides them from who looks at the sheet, and not from who counts."""
    path = workbook(tmp_path / "x.xlsx", {"S": NINE})
    book = openpyxl.load_workbook(path)
    book["S"].row_dimensions[3].hidden = True
    book["S"].column_dimensions["B"].hidden = True
    book.save(path)
    account = load(path, tmp_path / "db")
    assert account.notes == (
        "x.xlsx: sheet “S”: row 3 is hidden, and were still read",
        "x.xlsx: sheet “S”: column B hidden, and were still read",
    )
    assert len(rows(tmp_path / "db", "x")) == 3


def test_cells_merged_within_a_row_are_read_and_told(tmp_path: Path) -> None:
    """As footnotes are written."""
    path = workbook(tmp_path / "x.xlsx", {"S": [["a", "b"], [1, 2], ["a note", None]]})
    book = openpyxl.load_workbook(path)
    book["S"].merge_cells("A3:B3")
    book.save(path)
    account = load(path, tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [("1", 2), ("a note", None)]
    assert "x.xlsx: sheet “S”: row 3 with merged cells, of which only the first has a value" in account.notes


def test_merged_cells_above_a_given_header_are_titles(tmp_path: Path) -> None:
    """They are no part of the table."""
    path = workbook(tmp_path / "x.xlsx", {"S": [["Title", None], ["a", "b"], [1, 2]]})
    book = openpyxl.load_workbook(path)
    book["S"].merge_cells("A1:B1")
    book.save(path)
    load(path, tmp_path / "db", reading=Reading(FileReading(header_row=2)))
    assert rows(tmp_path / "db", "x") == [(1, 2)]


def test_a_formula_without_a_result_is_refused(tmp_path: Path) -> None:
    """Programs that write workbooks leave it out, and a reader of values sees a blank."""
    refusal = refused(workbook(tmp_path / "x.xlsx", {"S": [["a", "b"], [1, "=A2+1"]]}), tmp_path / "db")
    assert (refusal.code, refusal.where) == ("sheet-formula", "x.xlsx, sheet “S”, cell B2")


def test_error_cells_are_blank_and_told(tmp_path: Path) -> None:
    """#N/A is no value, but somebody meant one to be there."""
    path = workbook(tmp_path / "x.xlsx", {"S": [["a", "b"], [1, "#N/A"], [2, "x"]]})
    book = openpyxl.load_workbook(path)
    book["S"]["B2"].data_type = "e"
    book.save(path)
    account = load(path, tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [(1, None), (2, "x")]
    assert account.notes == ("x.xlsx: sheet “S”: 1 cells hold an error, the first B2; read as blank",)


def test_text_that_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    """It is neutralised where it is written, not where it is read."""
    path = workbook(tmp_path / "x.xlsx", {"S": [["a"], ["x"]]})
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
    data = workbook(tmp_path / "x.xlsx", {"S": [["a"], *([number] for number in range(500))]}).read_bytes()
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
    path = workbook(tmp_path / "x.xlsx", {"S": [["a"], [1]]})
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


def test_merged_and_hidden_rows_of_ods_are_seen(tmp_path: Path) -> None:
    """Though its reader does not tell of them."""
    header = _ods_row(_cell("a"), _cell("b"))
    covered = "<table:covered-table-cell/>"
    spanned = _cell("x", 'table:number-columns-spanned="1" table:number-rows-spanned="2"')
    body = _ods_row(_cell("p"), spanned) + _ods_row(_cell("q"), covered).replace(
        "<table:table-row", '<table:table-row table:visibility="filter"', 1
    )
    path = _ods(tmp_path / "x.ods", f'<table:table table:name="S &amp; T">{header}{body}</table:table>')
    account = load(path, tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [("p", "x"), ("q", "x")]
    assert account.notes == (
        "x.ods: sheet “S & T”: rows 2 to 3 of column B are one merged cell; its value was used for each of them",
        "x.ods: sheet “S & T”: row 3 is hidden, and were still read",
    )


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
    path = workbook(tmp_path / "x.xlsx", {"S": [["Zebedee", "zebedee", None], [1, 2, 3]]})
    assert "ebedee" not in str(refused(path, tmp_path / "db"))


@pytest.mark.data
def test_tables_of_the_home_office_are_read(tmp_path: Path, shared_data: Path) -> None:
    """Real ODS with titles above its tables: refused as it is, read as published with the row of the header."""
    path = shared_data / "uk-use-of-force" / "police-use-of-force-apr2018-mar2019-hosb3319-tables.ods"
    assert refused(path, tmp_path / "db").code == "header-blank"
    account = load(path, tmp_path / "db", reading=Reading(FileReading(header_row=5), sheets=("Table_16",)))
    (table,) = account.tables
    assert [name for name, _ in table.columns][:4] == ["Police force", "Type of force", "Tactic", "White"]
    assert len([row for row in rows(tmp_path / "db", table.name) if row[2] is not None]) == 1540
    account = load(path, tmp_path / "db4", reading=Reading(FileReading(header_row=5), sheets=("Table_4",)))
    (table,) = account.tables
    assert [name for name, _ in table.columns][:3] == ["column A", "column B", "White"]
    # One note on 18 other sheets, one on the notes below the table.
    said = "\n".join(account.notes)
    assert "18 other sheets were not asked for" in said
    assert "rows 46 to 53 below the table" in said
    found = {row[:2]: row[2] for row in rows(tmp_path / "db4", table.name)}
    assert found["Total (excluding not reported and tactical communication)", "Total Tactics"] == 447_337


def test_a_file_of_another_kind_with_the_name_of_a_workbook_is_refused(tmp_path: Path) -> None:
    """CSV called .xlsx, as some programs write it."""
    assert refused(written(tmp_path, "x.xlsx", "a,b\n1,2\n"), tmp_path / "db").code == "workbook-broken"
