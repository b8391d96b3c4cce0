"""The same file at every door: taken by all, or refused by all with one code and one line."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.audits.source import load_source
from overt.gate._bulk_read import BulkForm, pieces
from overt.pseudonym import Columns, PseudonymKey, apply
from overt.reconcile import ListOptions, open_list
from overt.refusals import Refusal, Refusals
from overt.rows import ReadingLimits, open_rows
from overt.watchlists import CorpusOptions
from overt.watchlists._corpus import blocks, survey

KEY = PseudonymKey((bytes(range(32)),))
HEAD = "name,dob,note\n"
ROW = "Jo Example,2004-05-03,"


def audit(path: Path) -> object:
    return load_source(str(path), path.with_name("loaded.duckdb"))


def bulk(path: Path) -> object:
    return [piece.rows for piece in pieces([path], BulkForm())]


def pseudonyms(path: Path) -> object:
    return apply(path, path.with_name("out.csv"), KEY, Columns("dob", name="name", keep=("note",)), leave_empty=True)


def reconciling(path: Path) -> object:
    with open_list(path, ListOptions()) as (_, rows):
        return list(rows)


def bench(path: Path) -> object:
    options = CorpusOptions((path,), "note", "", {}, drop=("name", "dob"))
    return survey(options), list(blocks(options, frozenset()))


Door = Callable[[Path], object]
DOORS: dict[str, tuple[Door, ...]] = {
    ".csv": (audit, bulk, pseudonyms, reconciling, bench),
    ".csv.gz": (audit, pseudonyms, reconciling, bench),
    ".jsonl": (audit, bench),
    ".parquet": (audit, bulk, bench),
    ".xlsx": (audit, reconciling),
}


def said(door: Door, path: Path) -> tuple[str, str]:
    """The code of the first refusal and the line or row in it; nothing where the file is taken."""
    try:
        door(path)
    except (Refusal, Refusals) as error:
        first = error.refusals[0] if isinstance(error, Refusals) else error
        place = re.search(r"(?:line|row|cell [A-Z]+) ?(\d+)", first.where)
        return first.code, place[1] if place else ""
    return "", ""


def check(folder: Path, ending: str, data: bytes, expected: tuple[str, str]) -> None:
    """Holds every door that takes such a file to what is expected."""
    for number, door in enumerate(DOORS[ending]):
        inside = folder / str(number)
        inside.mkdir()
        path = inside / f"item{ending}"
        path.write_bytes(data)
        assert said(door, path) == expected, door.__name__


LONG = ReadingLimits().field_characters
TEXTS: dict[str, tuple[bytes, tuple[str, str]]] = {
    "rows": (f"{HEAD}{ROW}x\n".encode(), ("", "")),
    "a mark at the front": (f"\ufeff{HEAD}{ROW}x\n".encode(), ("", "")),
    "lines of Windows": (f"{HEAD}{ROW}x\n".replace("\n", "\r\n").encode(), ("", "")),
    "lines of old": (f"{HEAD}{ROW}x\n".replace("\n", "\r").encode(), ("", "")),
    "no end of the last line": (f"{HEAD}{ROW}x".encode(), ("", "")),
    "blank lines at the end": (f"{HEAD}{ROW}x\n\n\n".encode(), ("", "")),
    "a line end in quotes": (f'{HEAD}{ROW}"a\nb"\n'.encode(), ("", "")),
    "200,000 characters": (f"{HEAD}{ROW}{'n' * 200_000}\n".encode(), ("", "")),
    "the longest field": (f"{HEAD}{ROW}{'n' * LONG}\n".encode(), ("", "")),
    "a field too long": (f"{HEAD}{ROW}x\n{ROW}{'n' * (LONG + 1)}\n".encode(), ("field-too-long", "3")),
    "a field too few": (f"{HEAD}{ROW}x\nJo Example,2004-05-03\n".encode(), ("csv-ragged", "3")),
    "one less and one more": (f"{HEAD}{ROW}x,\nJo Example,2004-05-03\n".encode(), ("csv-ragged", "2")),
    "a quote inside a field": (f'{HEAD}{ROW}x\n{ROW}5" pipe\n'.encode(), ("csv-quote", "3")),
    "letters behind a quote": (f'{HEAD}{ROW}"x"y\n'.encode(), ("csv-quote", "2")),
    "a blank before a quote": (f'{HEAD}Jo Example,2004-05-03, "x"\n'.encode(), ("csv-quote", "2")),
    "a quote without end": (f'{HEAD}{ROW}"x\n{ROW}y\n'.encode(), ("csv-unclosed-quote", "2")),
    "a blank line": (f"{HEAD}{ROW}x\n\n{ROW}y\n".encode(), ("csv-blank-line", "3")),
    "NUL": (f"{HEAD}{ROW}x\n{ROW}\0\n".encode(), ("nul-byte", "3")),
    "Latin letters": (f"{HEAD}{ROW}x\n{ROW}caf\xe9\n".encode("latin-1"), ("encoding-not-utf8", "3")),
    "UTF-16": (f"{HEAD}{ROW}x\n".encode("utf-16"), ("encoding-not-utf8", "1")),
    "a lone carriage return": (f"{HEAD}{ROW}x\ry\n".encode(), ("csv-line-end", "2")),
    "Ctrl-Z": (f"{HEAD}{ROW}x\n\x1a".encode(), ("text-ctrl-z", "")),
    "names that differ in case": (b"name,dob,Note,note\na,b,c,d\n", ("header-twice", "")),
    "a line for Excel": (f"sep=,\n{HEAD}{ROW}x\n".encode(), ("csv-separator-line", "1")),
    "another delimiter": (f"{HEAD}{ROW}x\nJo Example\n".replace(",", ";").encode(), ("csv-delimiter", "1")),
    "too many columns": (",".join(f"c{n}" for n in range(2_001)).encode() + b"\n", ("header-too-wide", "")),
    "nothing": (b"", ("source-empty", "")),
    "blank lines alone": (b"\n\n", ("source-empty", "")),
    "a zip": (b"PK\x03\x04 a workbook", ("source-kind-unknown", "")),
}


@pytest.mark.parametrize("what", TEXTS)
def test_delimited_text(tmp_path: Path, what: str) -> None:
    """As RFC 4180 has it, in UTF-8."""
    check(tmp_path, ".csv", *TEXTS[what])


GROWN = gzip.compress(HEAD.encode() + b"a,b,cccccccccc\n" * 5_000_000)
PACKED = gzip.compress(f"{HEAD}{ROW}x\n".encode() * 99, mtime=0)
ARCHIVES: dict[str, tuple[bytes, tuple[str, str]]] = {
    "whole": (gzip.compress(f"{HEAD}{ROW}x\n".encode()), ("", "")),
    "two members": (gzip.compress(HEAD.encode()) + gzip.compress(f"{ROW}x\n".encode()), ("", "")),
    "torn": (PACKED[:-9], ("gzip-broken", "")),
    "foreign bytes behind it": (gzip.compress(f"{HEAD}{ROW}x\n".encode()) + b"more", ("gzip-broken", "")),
    "grown beyond measure": (
        gzip.compress(HEAD.encode() + b"a,b,cccccccccc\n" * 5_000_000, 9),
        ("inflates-too-far", ""),
    ),
    "a field too few": (gzip.compress(f"{HEAD}{ROW}x\na,b\n".encode()), ("csv-ragged", "3")),
}


@pytest.mark.parametrize("what", ARCHIVES)
def test_packed_text(tmp_path: Path, what: str) -> None:
    """Inflated within the same limits."""
    check(tmp_path, ".csv.gz", *ARCHIVES[what])


GOOD = '{"name": "a", "dob": "b", "note": "x"}\n'
OBJECTS: dict[str, tuple[str, tuple[str, str]]] = {
    "objects": (GOOD * 2, ("", "")),
    "blank lines at the end": (GOOD + "\n \n", ("", "")),
    "200,000 characters": (GOOD + json.dumps({"note": "n" * 200_000}), ("", "")),
    "a text too long": (GOOD + json.dumps({"note": "n" * (LONG + 1)}), ("field-too-long", "2")),
    "a blank line": (f"{GOOD}\n{GOOD}", ("json-broken", "2")),
    "no object": (f"{GOOD}[1]\n", ("json-broken", "2")),
    "half an object": (f'{GOOD}{{"note": "x"\n', ("json-broken", "2")),
    "nested": (f'{GOOD}{{"note": {{"a": 1}}}}\n', ("json-nested", "2")),
    "a key twice": (f'{GOOD}{{"note": "x", "note": "y"}}\n', ("json-key-twice", "2")),
    "a number beyond all": (f'{GOOD}{{"note": 1e400}}\n', ("number-not-held", "2")),
    "NUL": (f'{GOOD}{{"note": "\\u0000"}}\n', ("nul-byte", "2")),
    "half a letter": (f'{GOOD}{{"note": "\\ud800"}}\n', ("json-broken", "2")),
    "keys that differ in case": (f'{GOOD}{{"Note": "x"}}\n', ("header-twice", "")),
    "nothing": ("\n", ("source-empty", "")),
}


@pytest.mark.parametrize("what", OBJECTS)
def test_json_lines(tmp_path: Path, what: str) -> None:
    """One flat object on every line."""
    text, expected = OBJECTS[what]
    check(tmp_path, ".jsonl", text.encode(), expected)


@pytest.mark.parametrize(
    ("note", "expected"),
    [("n" * 200_000, ("", "")), ("n" * (LONG + 1), ("field-too-long", "2")), ("a\0b", ("nul-byte", "2"))],
    ids=["200,000 characters", "too long", "NUL"],
)
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet(tmp_path: Path, note: str, expected: tuple[str, str], kind: pa.DataType) -> None:
    """Texts of every type."""
    table = pa.table({"name": ["a", "b"], "dob": ["c", "d"], "note": pa.array(["x", note]).cast(kind)})
    pq.write_table(table, tmp_path / "made.parquet")
    check(tmp_path, ".parquet", (tmp_path / "made.parquet").read_bytes(), expected)


def test_torn_parquet(tmp_path: Path) -> None:
    """Cut, or another file of that name."""
    pq.write_table(pa.table({"note": ["x"]}), tmp_path / "made.parquet")
    check(tmp_path, ".parquet", (tmp_path / "made.parquet").read_bytes()[:-20], ("parquet-broken", ""))


def sheet(folder: Path, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> bytes:
    """A workbook of one sheet, changed."""
    book = openpyxl.Workbook()
    cells = book.active
    assert cells is not None
    for row in (["name", "dob", "note"], ["Jo Example", "2004-05-03", "x"], ["Ann Example", "2004-05-03", "y"]):
        cells.append(row)
    change(cells)
    book.save(folder / "made.xlsx")
    return (folder / "made.xlsx").read_bytes()


SHEETS: dict[str, tuple[Callable[[openpyxl.worksheet.worksheet.Worksheet], object], tuple[str, str]]] = {
    "a table": (lambda cells: None, ("", "")),
    "a title above it": (lambda cells: cells.insert_rows(1), ("", "")),
    "cells merged over rows": (lambda cells: cells.merge_cells("C2:C3"), ("", "")),
    "a header merged with a row": (lambda cells: cells.merge_cells("C1:C2"), ("sheet-merged", "1")),
    "a formula without result": (lambda cells: cells.cell(3, 3, "=1+1"), ("sheet-formula", "3")),
    "a name twice": (lambda cells: cells.cell(1, 3, "Name"), ("header-twice", "1")),
    "no table": (lambda cells: cells.delete_rows(1, 3), ("source-empty", "")),
}


@pytest.mark.parametrize("what", SHEETS)
def test_workbooks(tmp_path: Path, what: str) -> None:
    """Read in the process that is held to its limits, at both doors."""
    change, expected = SHEETS[what]
    check(tmp_path, ".xlsx", sheet(tmp_path, change), expected)


def test_damaged_and_other_workbooks(tmp_path: Path) -> None:
    """Cut, and an old container, in which a workbook with a password comes."""
    whole = sheet(tmp_path, lambda cells: None)
    for name, data, code in (
        ("cut", whole[:-30], "workbook-broken"),
        ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "workbook-encrypted"),
    ):
        (tmp_path / name).mkdir()
        check(tmp_path / name, ".xlsx", data, (code, ""))


def test_a_workbook_that_takes_too_much_memory_ends_its_own_process_alone(tmp_path: Path) -> None:
    """Two cells at opposite corners are enough."""
    data = sheet(tmp_path, lambda cells: cells.cell(1_048_576, 16_384, "x"))
    (tmp_path / "wide.xlsx").write_bytes(data)
    limits = ReadingLimits(workbook_memory=2**28)
    with pytest.raises(Refusal, match="workbook-too-large"), open_rows(tmp_path / "wide.xlsx", limits=limits):
        pass


def test_rows_of_a_sheet_have_its_numbers_and_their_notes(tmp_path: Path) -> None:
    """Blank rows count, merged cells are filled, and what is left out below the table is said."""

    def change(cells: openpyxl.worksheet.worksheet.Worksheet) -> None:
        cells.insert_rows(3)
        cells.append(["Bo Example", 3.0, True])
        cells.append([])
        cells.append(["made for a test of notes"])

    (tmp_path / "list.xlsx").write_bytes(sheet(tmp_path, change))
    with open_rows(tmp_path / "list.xlsx") as rows:
        assert rows.header == ("name", "dob", "note")
        assert [(number, row[0]) for number, row in rows.rows] == [
            (2, "Jo Example"), (4, "Ann Example"), (5, "Bo Example"),
        ]  # fmt: skip
        assert any("row 7 below the table" in note for note in rows.notes)


def test_a_column_without_a_name_is_called_by_its_letter(tmp_path: Path) -> None:
    """At every door but those that must be told of each column by its name."""
    (tmp_path / "list.csv").write_text(f",{HEAD}0,{ROW}x\n")
    with open_rows(tmp_path / "list.csv") as rows:
        assert (rows.header[0], rows.unnamed) == ("column A", (1,))
        with pytest.raises(Refusal, match=r"header-blank: list\.csv, column A"):
            rows.check_named()
    assert said(pseudonyms, tmp_path / "list.csv")[0] == "header-blank"
    assert said(reconciling, tmp_path / "list.csv") == ("", "")
