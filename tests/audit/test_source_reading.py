"""Each file and sheet of a source is read as it is, and what was not read is told."""

from __future__ import annotations

from pathlib import Path

import duckdb
import openpyxl
import pytest

from overt.audits import FileReading, Reading, SourceOptions, read_reading, write_reading
from overt.audits.source import split_password, with_password
from overt.refusals import Refusal, Refusals
from tests.audit.sources import load, refusal_of, refused, rows, workbook, written


def _notes(path: Path, database: Path, reading: Reading) -> tuple[str, ...]:
    return load(path, database, reading=reading).notes


def test_two_files_with_two_delimiters_are_read_each_by_its_own(tmp_path: Path) -> None:
    """Where nothing is given, each is tried by itself, and what was found is told."""
    folder = tmp_path / "unit"
    written(folder, "list.csv", "a,b\n1,2;3\n")
    written(folder, "reviews.csv", "a;b\n1;2,3\n")
    account = load(folder, tmp_path / "db")
    assert rows(tmp_path / "db", "list") == [("1", "2;3")]
    assert rows(tmp_path / "db", "reviews") == [("1", "2,3")]
    assert account.notes == ("reviews.csv: its fields are parted by “;”, the only delimiter that fits",)
    alone = load(folder / "reviews.csv", tmp_path / "db2").digest
    assert alone == next(file.digest for file in account.files if file.name == "reviews.csv")


def test_a_file_that_nothing_was_said_of_takes_what_is_said_of_all(tmp_path: Path) -> None:
    """And what is said of one stands for that one alone."""
    folder = tmp_path / "unit"
    written(folder, "list.csv", "a,b\nO’Hara £,2\n".encode("cp1252"))
    written(folder, "reviews.csv", "a;b\né;2\n")
    reading = Reading(FileReading(encoding="windows-1252"), {"reviews.csv": FileReading(delimiter=";")})
    load(folder, tmp_path / "db", reading=reading)
    assert rows(tmp_path / "db", "list") == [("O’Hara £", "2")]
    assert rows(tmp_path / "db", "reviews") == [("é", "2")]


def test_lines_above_and_below_a_table_are_left_out_and_told(tmp_path: Path) -> None:
    """Rows keep the numbers that an editor shows, in what is told and in refusals."""
    text = 'Gangs list\r\n\r\nref,"two\r\nlines"\r\n1,x\r\n\r\n2,y\r\nTotal: 2\r\n'
    stated = Reading(FileReading(header_row=3, last_row=7))
    refusal = refusal_of(tmp_path, "x.csv", text, reading=stated)
    assert (refusal.code, refusal.where) == ("csv-blank-line", "x.csv, line 6")
    path = written(tmp_path, "x.csv", text.replace("1,x\r\n\r\n", "1,x\r\n"))
    account = load(path, tmp_path / "db", reading=Reading(FileReading(header_row=3, last_row=6)))
    assert [name for name, _ in account.tables[0].columns] == ["ref", "two\r\nlines"]
    assert rows(tmp_path / "db", "x") == [("1", "x"), ("2", "y")]
    assert account.tables[0].first_row == 4
    assert account.notes == (
        "x.csv: lines 1 to 2 above the column names were not read, as was asked",
        "x.csv: 1 line below line 6 was not read, as was asked",
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_they_end_in(tmp_path: Path, end: str) -> None:
    """Also where a piece ends between the two characters of one line end."""
    filler = "x" * (2**20 - 4)
    text = end.join([filler, "", "a,b", "1,2", "3,4", "", "end"])
    path = written(tmp_path, "x.csv", text)
    account = load(path, tmp_path / "db", reading=Reading(FileReading(header_row=3, last_row=5)))
    assert rows(tmp_path / "db", "x") == [("1", "2"), ("3", "4")]
    assert "2 lines below line 5 were not read" in account.notes[1]


def test_columns_without_names_are_called_by_their_letters(tmp_path: Path) -> None:
    """Then the first row is a row."""
    none = Reading(FileReading(header_row=0))
    path = written(tmp_path, "x.csv", "1,2\n3,4\n")
    account = load(path, tmp_path / "db", reading=none)
    assert [name for name, _ in account.tables[0].columns] == ["column A", "column B"]
    assert rows(tmp_path / "db", "x") == [("1", "2"), ("3", "4")]
    assert account.tables[0].first_row == 1
    book = openpyxl.Workbook()
    for at, cell in enumerate((1, "x", 2, "y")):
        book.active.cell(3 + at // 2, 2 + at % 2, cell)
    book.save(tmp_path / "y.xlsx")
    account = load(tmp_path / "y.xlsx", tmp_path / "db2", reading=none)
    assert [name for name, _ in account.tables[0].columns] == ["column B", "column C"]
    assert rows(tmp_path / "db2", "y") == [(1, "x"), (2, "y")]
    assert account.tables[0].first_row == 3


def test_sheets_have_their_headings_in_different_rows(tmp_path: Path) -> None:
    """What is said of no sheet is that of the file."""
    path = workbook(
        tmp_path / "gangs.xlsx",
        {
            "List": [
                ["Midshire"],
                [],
                ["ref", "status"],
                ["E1", "live"],
                ["E2", "archived"],
                ["Source: a clerk"],
            ],
            "Reviews": [["ref", "day"], ["E1", "2024-03-01"]],
            "Notes": [["Ask Kim"]],
        },
    )
    reading = Reading(
        files={
            "gangs.xlsx#List": FileReading(header_row=3, last_row=5),
            "gangs.xlsx#Notes": FileReading(use=False),
        }
    )
    account = load(path, tmp_path / "db", reading=reading)
    assert rows(tmp_path / "db", "list") == [("E1", "live"), ("E2", "archived")]
    assert rows(tmp_path / "db", "reviews") == [("E1", "2024-03-01")]
    assert account.notes == (
        "gangs.xlsx: sheet “Notes” was not read, as was asked",
        "gangs.xlsx: sheet “List”: row 1 was above the column names and not read",
        "gangs.xlsx: sheet “List”: row 6 was below the last row of the table and not read, as was asked",
    )
    refusal = refused(path, tmp_path / "db2")
    assert '[reading."gangs.xlsx#List"] header_row = 3 in a file for --reading' in refusal.remedy


def test_files_and_tables_can_be_left_out(tmp_path: Path) -> None:
    """Each is told of; a source of which nothing is left is refused."""
    folder = tmp_path / "unit"
    written(folder, "list.csv", "a,b\n1,2\n")
    with duckdb.connect(folder / "more.duckdb") as database:
        database.execute("create table one as select 1 as a; create table two as select 2 as a")
    out = FileReading(use=False)
    reading = Reading(files={"list.csv": out, "more.duckdb#two": out})
    account = load(folder, tmp_path / "db", reading=reading)
    assert [table.name for table in account.tables] == ["one"]
    assert account.notes == (
        "list.csv was not read, as was asked",
        "more.duckdb: table “two” was not read, as was asked",
    )
    assert refused(folder, tmp_path / "db2", reading=Reading(out)).code == "source-empty"


@pytest.mark.parametrize(
    ("key", "stated", "found"),
    [
        ("lists.csv", FileReading(delimiter=";"), "unit has no such file"),
        ("list.csv#a", FileReading(delimiter=";"), "a file of this kind has neither sheets nor tables"),
        ("one.parquet", FileReading(encoding="cp850"), "encoding says nothing of a file of this kind"),
        ("some.duckdb#three", FileReading(use=False), "the file has no such table"),
    ],
)
def test_what_is_said_in_vain_is_refused(tmp_path: Path, key: str, stated: FileReading, found: str) -> None:
    """Else a person would believe that it had been done."""
    folder = tmp_path / "unit"
    written(folder, "list.csv", "a,b\n1,2\n")
    with duckdb.connect(folder / "some.duckdb") as database:
        database.execute("create table one as select 1 as a")
        database.execute(f"copy (select 1 as a) to '{folder / 'one.parquet'}'")
    refusal = refused(folder, tmp_path / "db", reading=Reading(files={key: stated}))
    assert (refusal.code, refusal.where, refusal.found) == ("reading-refused", f'[reading."{key}"]', found)


TOML = """# how the unit's files are read
[reading]
encoding = "windows-1252"

[reading."gangs.xlsx#Gangs list Q2"]
header_row = 4

[reading."gangs.xlsx"]
last_row = 90

[reading."reviews.csv"]
encoding = "utf-8"
delimiter = "tab"
"""


def test_a_file_says_how_each_is_read(tmp_path: Path) -> None:
    """What is not said of a sheet is taken from its file, else from all, else from the options."""
    path = written(tmp_path, "reading.toml", TOML)
    reading = read_reading(path, Reading(FileReading(header_row=2), sheets=("S",)))
    assert reading.default == FileReading("windows-1252", header_row=2)
    assert reading.of("gangs.xlsx", "Gangs list Q2") == FileReading("windows-1252", header_row=4, last_row=90)
    assert reading.of("gangs.xlsx", "Other") == FileReading("windows-1252", header_row=2, last_row=90)
    assert reading.of("reviews.csv") == FileReading("utf-8", "\t", header_row=2)
    again = read_reading(written(tmp_path, "again.toml", write_reading(reading)))
    assert (again.default, again.files) == (reading.default, reading.files)


def test_the_file_of_a_project_is_read_as_well(tmp_path: Path) -> None:
    """What else it says is no matter of reading."""
    text = 'format = 1\ntitle = "Midshire"\n[[source]]\nname = "x.csv"\n[reading."x.csv"]\nuse = false\n'
    assert read_reading(written(tmp_path, "studio.toml", text)).files == {"x.csv": FileReading(use=False)}


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ('[reading."x.csv"]\nheader = 3\n', "line 2", "header is not a key of a reading"),
        ("\n[reading]\nencodng = 'utf-8'\n", "line 3", "encodng is not a key of a reading"),
        ('[reading."x.csv"]\nheader_row = "3"\n', "line 2", "header_row is not a whole number"),
        ('[reading."x.csv"]\nheader_row = true\n', "line 2", "header_row is not a whole number"),
        ('[reading."x.csv"]\nheader_row = 4\nlast_row = 3\n', "line 1", "these numbers are no rows of a table"),
        ('[reading."x.csv"]\nencoding = "latin-9000"\n', "line 1", "Overt does not know this encoding"),
        ('[[accept]]\ncontrol = "OV-01"\n', "line 1", "accept is not known here"),
        ("reading = 3\n", "line 1", "reading is not a table"),
        ("[reading\n", "", "not TOML: "),
        ("[reading]\ndelimiter = ';'\n", "", "[reading] and --delimiter both state delimiter"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_line(tmp_path: Path, text: str, where: str, found: str) -> None:
    """A word that is not known would else be thought to have done something."""
    path = written(tmp_path, "reading.toml", text)
    with pytest.raises((Refusal, Refusals)) as caught:
        read_reading(path, Reading(FileReading(delimiter=",")))
    refusal = caught.value
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.where) == ("reading-refused", f"reading.toml, {where}" if where else "reading.toml")
    assert refusal.found.startswith(found)


def test_a_source_is_another_when_it_is_read_in_another_way(tmp_path: Path) -> None:
    """And the same when its mapping says something else: it need not be loaded again."""
    path, mapping = written(tmp_path, "x.csv", "a,b\n1,2\n"), tmp_path / "map.sql"
    mapping.write_text("create view entry as select a as entry_id from x;\n")
    plain = SourceOptions(str(path), mapping)
    keys = plain.source_key(), plain.mapping_key()
    mapping.write_text("create view entry as select b as entry_id from x;\n")
    assert plain.source_key() == keys[0]
    assert plain.mapping_key() != keys[1]
    read_otherwise = SourceOptions(str(path), mapping, Reading(files={"x.csv": FileReading(quoted=False)}))
    assert read_otherwise.source_key() != keys[0]
    elsewhere = Reading(file="/home/clerk/reading.toml")
    assert SourceOptions(str(path), mapping, elsewhere).source_key() == keys[0]


@pytest.mark.parametrize(
    ("location", "plain", "password"),
    [
        ("postgresql://clerk:a%20b@host:5432/x", "postgresql://clerk@host:5432/x", "a b"),
        ("postgresql://host/x?sslmode=require&password=p", "postgresql://host/x?sslmode=require", ""),
        ("sc://host:15002/;use_ssl=true;token=abc", "sc://host:15002/;use_ssl=true", ""),
        ("postgresql://clerk@[::1]:5432/x?a=%20b", "postgresql://clerk@[::1]:5432/x?a=%20b", ""),
        ("folder/a:b@c.csv", "folder/a:b@c.csv", ""),
    ],
)
def test_a_location_is_told_from_its_secrets(location: str, plain: str, password: str) -> None:
    """A source is the same with another password, so nobody can find it by trying what gives the same key."""
    assert split_password(location) == (plain, password)
    if password:
        assert with_password(plain, password) == location
        assert SourceOptions(location).source_key() == SourceOptions(plain).source_key()
