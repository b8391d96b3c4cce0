"""A look at a source before it is loaded: what it shows, what it proposes and why, and that it stays small."""

from __future__ import annotations

import datetime as dt
import sqlite3
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.audits import FileReading, Reading
from overt.audits.source import Limits, peek
from overt.audits.source._headings import say_doubts
from overt.refusals import Refusal
from tests.audit.sources import written

NAME = "Zebedee Quagmire"


def _list(path: Path) -> Path:
    """A list as an office keeps it: titles, a blank row, headings in row 4, notes below and on a sheet of their own."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Gangs list Q2"
    sheet.append(["Midshire Police: gangs list, OFFICIAL"])
    sheet.append(["Printed 30/06/2026"])
    sheet.append([])
    sheet.append(["Ref No.", "Nominal", "Role in gang ", "Date added"])
    for number in range(1, 6):
        sheet.append([f"E-{number}", NAME, "Suspect", dt.date(2024, 1, number)])
    sheet.append([])
    sheet.append(["Rows with no date were taken over from the old list"])
    sheet.merge_cells("A1:D1")
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("Notes").append(["Ask Kim before sending this out"])
    book.save(path)
    return path


def test_a_workbook_shows_where_its_table_begins(tmp_path: Path) -> None:
    """By the row that is filled with words, which is said; what is hidden, merged or below the table is there too."""
    table, notes = peek(str(_list(tmp_path / "gangs.xlsx"))).tables
    assert table.origin == "gangs.xlsx#Gangs list Q2"
    assert (table.rows, table.columns, table.header) == (11, 4, 4)
    assert table.why == "the first row with words in 4 of 4 columns, and with no number or date"
    assert table.first[4] == ("E-1", NAME, "Suspect", "2024-01-01")
    assert table.kinds[4] == "tttd"
    assert (table.hidden_rows, table.hidden_columns, table.merged, table.below) == ((6,), (2,), ((1, 1, 1, 4),), (11,))
    assert (notes.looks_like_notes, table.looks_like_notes) == (True, False)


def test_a_row_of_data_is_doubted_as_a_heading(tmp_path: Path) -> None:
    """Otherwise a person's name would be the name of a column on every page. The doubt repeats no value."""
    table = peek(str(_list(tmp_path / "gangs.xlsx"))).tables[0]
    assert table.doubts(4) == {}
    doubts = table.doubts(6)
    assert doubts == {2: "a value that returns further down", 3: "a value that returns further down", 4: "a date"}
    assert say_doubts(6, doubts).startswith("Row 6 looks like data, not headings: column B holds a value that returns")
    assert NAME not in say_doubts(6, doubts)


def test_encodings_are_tried_side_by_side(tmp_path: Path) -> None:
    """Each with the letters that it would give, so that a person can tell without seeing anybody's row."""
    text = "ref;who\n1;O’Hara\n2;£5\n" + "3;é\n" * 3
    seen = peek(str(written(tmp_path, "list.csv", text.encode("cp1252"))))
    tries = {tried.name: tried for tried in seen.texts[0].encodings}
    assert tries["utf-8"].fault == "byte 0x92 in line 2"
    assert (tries["windows-1252"].fault, tries["windows-1252"].characters) == ("", (("é", 3), ("£", 1), ("’", 1)))
    assert tries["iso-8859-15"].fault == "byte 0x92 in line 2"
    assert tries["macintosh"].characters == (("È", 3), ("£", 1), ("í", 1))
    assert (seen.texts[0].encoding, seen.texts[0].lines) == ("windows-1252", 6)
    assert seen.tables[0].first[1] == ("1", "O’Hara")
    asked = peek(str(tmp_path / "list.csv"), reading=Reading(FileReading(encoding="macintosh")))
    assert asked.tables[0].first[1] == ("1", "OíHara")


def test_delimiters_are_tried_with_the_columns_they_make(tmp_path: Path) -> None:
    """The file's own kind goes first, and another is proposed only where that makes one column."""
    seen = peek(str(written(tmp_path, "list.csv", "ref;day;note\n1;2;a,b\n2;3;c\n"))).texts[0]
    assert {tried.delimiter: (tried.columns, tried.even) for tried in seen.delimiters}[";"] == (3, 3)
    assert (seen.delimiter, seen.encoding) == (";", "utf-8")
    assert peek(str(written(tmp_path, "list.csv", "ref,day;note\n1,2\n"))).texts[0].delimiter == ","


def test_lines_are_those_that_an_editor_shows(tmp_path: Path) -> None:
    """Since the row of names of a text is stated by its line."""
    table = peek(str(written(tmp_path, "list.csv", 'Title\n\n"two\nlines",b\n1,2\n'))).tables[0]
    assert (table.numbers, table.header) == ((1, 2, 3, 5), 3)
    sixteen = peek(str(written(tmp_path, "x.csv", "a,b\né,1\n".encode("utf-16"))))
    assert (sixteen.texts[0].encoding, sixteen.tables[0].first) == ("utf-16", (("a", "b"), ("é", "1")))


def test_formats_with_names_show_them(tmp_path: Path) -> None:
    """JSON, Parquet, SQLite and DuckDB: each with its first rows, and their number where it is known."""
    written(tmp_path, "a.jsonl", '{"a": 1, "b": "x"}\n{"a": 2.5, "c": [1]}\n')
    written(tmp_path, "b.json", '[{"a": 1}, {"a": 12345678901234567890}]')
    pq.write_table(pa.table({"a": [1, 2, 3], "b": ["x", None, "z"]}), tmp_path / "c.parquet")
    with sqlite3.connect(tmp_path / "d.sqlite") as database:
        database.execute("create table people (a, b)")
        database.executemany("insert into people values (?, ?)", [(1, "x"), (2, None)])
    database.close()
    with duckdb.connect(tmp_path / "e.duckdb") as engine:
        engine.execute("create schema s; create table s.t as select 1 as a, [1, 2] as b")
    written(tmp_path, "f.csv", "")
    seen = peek(str(tmp_path), rows=2)
    shown = [(table.origin, table.rows, table.names, table.first) for table in seen.tables]
    assert shown == [
        ("a.jsonl", None, ("a", "b", "c"), (("1", "x", ""), ("2.5", "", "[1]"))),
        ("b.json", None, ("a",), (("1",), ("12345678901234567890",))),
        ("c.parquet", 3, ("a", "b"), (("1", "x"), ("2", ""))),
        ("d.sqlite#people", 2, ("a", "b"), (("1", "x"), ("2", ""))),
        ("e.duckdb#s_t", 1, ("a", "b"), (("1", "[1, 2]"),)),
    ]
    assert [(name, refusal.code) for name, refusal in seen.refused] == [("f.csv", "source-empty")]


def test_a_bomb_is_named_and_the_others_are_looked_at(tmp_path: Path) -> None:
    """It is refused by its directory, before anything of it is inflated."""
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    written(tmp_path, "list.csv", "a,b\n1,2\n")
    seen = peek(str(tmp_path))
    assert [(name, refusal.code) for name, refusal in seen.refused] == [("bomb.xlsx", "inflates-too-far")]
    assert [table.origin for table in seen.tables] == ["list.csv"]


def test_a_wide_and_a_broken_file_end_early(tmp_path: Path) -> None:
    """No more columns are shown than can be read; what is no JSON is said to be none."""
    written(tmp_path, "wide.csv", ",".join(f"c{number}" for number in range(9_000)) + "\n")
    written(tmp_path, "x.jsonl", "no json\n")
    seen = peek(str(tmp_path), limits=Limits(columns=100))
    assert (seen.tables[0].columns, len(seen.tables[0].first[0])) == (9_000, 100)
    assert [refusal.code for _, refusal in seen.refused] == ["json-broken"]
    with pytest.raises(Refusal, match="source-absent"):
        peek(str(tmp_path / "none"))
