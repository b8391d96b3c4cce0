"""Worksheets: what reviewers get, what comes back, and that nothing in them runs or slips."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from overt.audits.sample._draw import Sample, draw, read_sample
from overt.audits.sample._marks import mark, marks_text, read_marks, read_worksheet
from overt.audits.sample._worksheet import LONGEST_CELL, filled_sheet, plain, write_sample
from overt.pages import neutral
from overt.refusals import Refusal, Refusals

QUESTION = "Are these grounds adequate?"
# What a register may hold: formulas, a comma, quotes, line ends, a NUL, a huge field, escapes, blanks, other scripts.
GROUNDS = [
    '=HYPERLINK("https://example.org","x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "'quoted at the start",
    "\ttab first",
    "\rreturn first",
    'two\nlines, "quoted"; and more',
    "a NUL \x00 inside \x1f",
    "x" * 1_000_000,
    "_x0041_ is not A",
    " blank at both ends ",
    "Ελληνικά, 日本語, 🙂",
    "0012",
    "1e5",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sample of fifteen rows, taken whole, with content shown."""
    connection = duckdb.connect()
    connection.execute("create table entry(entry_id varchar, opened_on date, grounds varchar)")
    connection.executemany(
        "insert into entry values (?, '2024-03-05', ?)", [(f"E{n:02}", text) for n, text in enumerate(GROUNDS)]
    )
    sample = draw(
        connection,
        table="entry",
        question=QUESTION,
        size=100,
        seed=3,
        show=("grounds",),
        reason="the question is about the grounds",
    )
    write_sample(sample, tmp_path / "sample")
    return tmp_path / "sample"


def fill_xlsx(folder: Path, target: Path, marks: dict[str, str], changes: dict[str, Any] | None = None) -> Path:
    """A copy of the Excel worksheet with marks by key, and other cells changed (`B2` -> value)."""
    book = openpyxl.load_workbook(folder / "sample.xlsx")
    sheet = book["sample"]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value in marks:
            row[3].value = marks[str(row[0].value)]
    for place, value in (changes or {}).items():
        sheet[place] = value
    book.save(target)
    return target


def fill_csv(folder: Path, target: Path, marks: dict[str, str], delimiter: str = ",") -> Path:
    """A copy of the CSV worksheet with marks by key."""
    lines = list(csv.reader(io.StringIO((folder / "sample.csv").read_text("utf-8-sig"), newline="")))
    for line in lines[1:]:
        line[3] = marks.get(line[0], "")
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    target.write_bytes(text.getvalue().encode())
    return target


def all_keys(folder: Path) -> list[str]:
    """The drawn keys."""
    return [row.key for row in read_sample(folder).rows]


def codes(raised: pytest.ExceptionInfo[Any]) -> list[str]:
    """The codes of what was refused."""
    value = raised.value
    return [each.code for each in value.refusals] if isinstance(value, Refusals) else [value.code]


def test_no_cell_of_the_csv_is_a_formula(folder: Path) -> None:
    """A cell that starts as a formula would has a leading apostrophe."""
    lines = list(csv.reader(io.StringIO((folder / "sample.csv").read_text("utf-8-sig"), newline="")))
    assert lines[0] == ["entry_id", "opened_on", "grounds", f"mark: {QUESTION}", "note"]
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_no_cell_of_the_workbook_is_a_formula(folder: Path) -> None:
    """Every cell is typed as text, whatever it starts with."""
    sheet = openpyxl.load_workbook(folder / "sample.xlsx")["sample"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    with zipfile.ZipFile(folder / "sample.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_workbook_has_a_frozen_header_a_list_of_marks_and_wrapped_text(folder: Path) -> None:
    """The question is what the list prompts; only mark and note are open."""
    sheet = openpyxl.load_workbook(folder / "sample.xlsx")["sample"]
    (choice,) = sheet.data_validations.dataValidation
    assert sheet.freeze_panes == "A2"
    assert (choice.formula1, str(choice.sqref), choice.prompt) == (
        '"adequate,inadequate,cannot tell"',
        "D2:D16",
        QUESTION,
    )
    assert sheet["C2"].alignment.wrap_text
    assert sheet.column_dimensions["C"].width >= 50
    assert [sheet[place].protection.locked for place in ("A2", "C2", "D2", "E2")] == [True, True, False, False]


def test_same_sample_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """No clock in any of the three files."""
    lines = list(csv.reader(io.StringIO((folder / "sample.csv").read_text("utf-8-sig"), newline="")))
    assert len(lines) == 16
    connection = duckdb.connect()
    connection.execute("create table entry(entry_id varchar)")
    connection.execute("insert into entry values ('E1'), ('E2')")
    for name in ("first", "second"):
        write_sample(draw(connection, table="entry", question="?", size=1, seed=1), tmp_path / name)
    for file in ("sample.csv", "sample.xlsx", "sample.json"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_sample_json_holds_no_content(folder: Path) -> None:
    """Keys, strata and digests: the cells are in the worksheets and nowhere else."""
    text = (folder / "sample.json").read_text()
    assert "lines" not in text
    assert "2024-03-05" not in text
    assert set(json.loads(text)["worksheets"]) == {"sample.csv", "sample.xlsx"}


def test_writing_refuses_a_folder_in_use_and_leaves_it_alone(folder: Path) -> None:
    """Marks belong to one drawing."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Refusal, match="folder-not-empty"):
        write_sample(read_sample(folder), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_sample_that_could_not_be_written_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is said to be one, and nothing half-written is taken for whole."""

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("overt.audits.sample._worksheet.write_private", full)
    with pytest.raises(Refusal, match=r"sample-not-written: .*: No space left on device"):
        write_sample(read_sample(folder), tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sample"]


def test_leftover_of_a_killed_drawing_is_no_hindrance(folder: Path, tmp_path: Path) -> None:
    """What was left half-written is swept away by the next drawing into the same folder."""
    (tmp_path / ".again.half-written").mkdir()
    (tmp_path / ".again.half-written" / "sample.csv").write_text("half")
    connection = duckdb.connect()
    connection.execute("create table entry as select 'E1' as entry_id")
    write_sample(draw(connection, table="entry", question="?", size=1, seed=1), tmp_path / "again")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "sample"]
    assert folder.exists()


def test_overlong_and_unprintable_text_is_cut_and_said_so() -> None:
    """A million characters or a NUL neither break the workbook nor vanish in silence."""
    assert plain("a\x00b") == "a\ufffdb"
    assert plain("x" * 1_000_000).endswith("[cut: 1,000,000 characters in the register]")
    assert len(plain("x" * 1_000_000)) < LONGEST_CELL + 60


def test_neutral_never_makes_one_text_of_two() -> None:
    """=1 and '=1 stay apart."""
    assert neutral("=1") == "'=1"
    assert neutral("'=1") == "''=1"


@pytest.mark.parametrize("kind", ["xlsx", "csv", "semicolons", "tabs"])
def test_marks_come_back_from_each_kind_of_worksheet(folder: Path, tmp_path: Path, kind: str) -> None:
    """Excel, CSV, and CSV as programs set to other countries write it."""
    marks = {key: ("adequate", "Inadequate ", "cannot  tell")[n % 3] for n, key in enumerate(all_keys(folder)[:-2])}
    if kind == "xlsx":
        filled = fill_xlsx(folder, tmp_path / "filled.xlsx", marks, {"E2": "looked twice"})
    else:
        filled = fill_csv(folder, tmp_path / "filled.csv", marks, {"csv": ",", "semicolons": ";", "tabs": "\t"}[kind])
    taken = mark(folder, "A", filled)
    assert taken.marks == {key: " ".join(each.lower().split()) for key, each in marks.items()}
    assert taken.not_marked == 2
    assert taken.notes == ({all_keys(folder)[0]: "looked twice"} if kind == "xlsx" else {})
    assert read_marks(folder, read_sample(folder)) == [taken]
    assert taken.as_text() == "A: 13 of 15 rows marked, 2 not marked"


def test_rows_may_be_sorted_as_a_whole(folder: Path, tmp_path: Path) -> None:
    """The key goes with its row, so the order does not matter."""
    lines = list(csv.reader(io.StringIO((folder / "sample.csv").read_text("utf-8-sig"), newline="")))
    for line in lines[1:]:
        line[3] = "adequate" if line[0] == "E03" else "inadequate"
    text = io.StringIO(newline="")
    csv.writer(text).writerows([lines[0], *sorted(lines[1:], reverse=True), []])
    (tmp_path / "sorted.csv").write_text(text.getvalue(), newline="")
    marks = mark(folder, "A", tmp_path / "sorted.csv").marks
    assert [key for key, each in marks.items() if each == "adequate"] == ["E03"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"A2": "E99"}, ["key-unknown", "rows-missing"]),
        ({"C3": "other grounds"}, ["row-changed"]),
        ({"B3": "05/03/2024"}, ["row-changed"]),
        ({"D4": "inadequte"}, ["mark-unknown"]),
        ({"F5": "beyond"}, ["row-changed"]),
        ({"A1": "id"}, ["worksheet-other"]),
        ({"D1": "mark: Is it adequate?"}, ["worksheet-other"]),
        ({"F1": "more"}, ["worksheet-other"]),
        ({"A17": "E77", "D17": "adequate"}, ["key-unknown"]),
        ({"D2": "yes", "C3": "x", "D4": "no"}, ["mark-unknown", "row-changed", "mark-unknown"]),
    ],
)
def test_worksheet_that_is_not_as_drawn_is_refused(
    folder: Path, tmp_path: Path, changes: dict[str, str], found: list[str]
) -> None:
    """Every fault at once, each with its row, and nothing taken."""
    with pytest.raises((Refusal, Refusals)) as raised:
        mark(folder, "A", fill_xlsx(folder, tmp_path / "filled.xlsx", {}, changes))
    assert codes(raised) == found
    assert "row " in str(raised.value)
    assert not list(folder.glob("marks-*"))


def test_row_that_was_taken_away_is_refused(folder: Path, tmp_path: Path) -> None:
    """A row is left unmarked, not left out."""
    lines = (folder / "sample.xlsx", tmp_path / "short.xlsx")
    book = openpyxl.load_workbook(lines[0])
    book["sample"].delete_rows(5)
    book.save(lines[1])
    with pytest.raises(Refusal, match="rows-missing"):
        mark(folder, "A", lines[1])


def test_one_column_sorted_by_itself_is_refused(folder: Path, tmp_path: Path) -> None:
    """Otherwise a mark would stand against another row's grounds."""
    book = openpyxl.load_workbook(folder / "sample.xlsx")
    sheet = book["sample"]
    grounds = [sheet.cell(row, 3).value for row in range(2, 17)]
    for row, text in enumerate(reversed(grounds), start=2):
        sheet.cell(row, 3).value = text
        sheet.cell(row, 3).data_type = "s"
    book.save(tmp_path / "slipped.xlsx")
    with pytest.raises(Refusals) as raised:
        mark(folder, "A", tmp_path / "slipped.xlsx")
    assert set(codes(raised)) == {"row-changed"}


def test_refusal_names_rows_and_never_their_content(folder: Path, tmp_path: Path) -> None:
    """Neither the register's text nor what was typed goes into a message."""
    with pytest.raises(Refusals) as raised:
        mark(folder, "A", fill_xlsx(folder, tmp_path / "f.xlsx", {}, {"D2": "Jo Bloggs", "C3": "Jo Bloggs"}))
    assert "Bloggs" not in str(raised.value)
    assert "row 2" in str(raised.value)
    assert "row 3" in str(raised.value)


def test_same_reviewer_twice_is_refused_unless_replaced(folder: Path, tmp_path: Path) -> None:
    """A second worksheet does not slip in over the first."""
    keys = all_keys(folder)
    mark(folder, "A", fill_xlsx(folder, tmp_path / "1.xlsx", dict.fromkeys(keys, "adequate")))
    second = fill_xlsx(folder, tmp_path / "2.xlsx", dict.fromkeys(keys, "inadequate"))
    with pytest.raises(Refusal, match="marked-already"):
        mark(folder, "A", second)
    assert set(mark(folder, "A", second, replace=True).marks.values()) == {"inadequate"}


@pytest.mark.parametrize("name", ["", "../A", "a b", ".hidden", "x" * 41])
def test_reviewer_name_is_one_that_a_file_can_have(folder: Path, tmp_path: Path, name: str) -> None:
    """A name is no path."""
    with pytest.raises(Refusal, match="reviewer-name"):
        mark(folder, name, fill_xlsx(folder, tmp_path / "1.xlsx", {}))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("sheet.xlsx", b"not a workbook", "workbook-broken"),
        ("sheet.csv", "entry_id,gr\xfcnde".encode("latin-1"), "encoding-not-utf8"),
        ("sheet.txt", b"entry_id", "source-kind-unknown"),
        ("absent.xlsx", None, "source-absent"),
    ],
)
def test_unreadable_worksheet_is_refused(
    folder: Path, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    """A file that is no worksheet is said to be none."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Refusal, match=rf"(?s){code}.*CSV UTF-8"):
        mark(folder, "A", tmp_path / name)


def test_workbook_that_unpacks_without_end_is_refused_unread(folder: Path, tmp_path: Path) -> None:
    """A small file that says it holds gigabytes is not opened."""
    bomb = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(101):
            part.write(b"\0" * 1_000_000)
    assert bomb.stat().st_size < 1_000_000
    with pytest.raises(Refusal, match="worksheet-too-large"):
        mark(folder, "A", bomb)


def test_drawn_worksheet_written_over_is_refused(folder: Path, tmp_path: Path) -> None:
    """Reviewers fill copies: what was drawn is the measure for what comes back."""
    filled = fill_csv(folder, tmp_path / "filled.csv", {})
    (folder / "sample.csv").write_bytes(filled.read_bytes())
    with pytest.raises(Refusal, match="sample-changed"):
        mark(folder, "A", filled)


def test_marks_of_another_sample_are_refused(folder: Path, tmp_path: Path) -> None:
    """A marks file names the digest of the sample it belongs to."""
    mark(folder, "A", fill_xlsx(folder, tmp_path / "1.xlsx", {}))
    path = folder / "marks-A.json"
    body = json.loads(path.read_text())
    path.write_text(json.dumps({**body, "sample": "0" * 64}))
    sample: Sample = read_sample(folder)
    with pytest.raises(Refusal, match="marks-other"):
        read_marks(folder, sample)
    path.write_text("{")
    with pytest.raises(Refusal, match="marks-unreadable"):
        read_marks(folder, sample)


def test_a_filled_worksheet_is_made_of_marks_and_read_back(folder: Path, tmp_path: Path) -> None:
    """Of the rows that have a mark, to the letter as they were drawn; reading it keeps nothing."""
    first, second, *_ = all_keys(folder)
    sample = read_sample(folder)
    marks, notes = {first: "inadequate", second: "cannot tell"}, {second: "=two dates"}
    sheet = tmp_path / "filled.csv"
    sheet.write_bytes(filled_sheet(folder, sample, marks, notes))
    with pytest.raises((Refusal, Refusals)) as raised:
        read_worksheet(folder, "A", sheet)
    assert codes(raised) == ["rows-missing"]
    every = dict.fromkeys(all_keys(folder), "adequate") | marks
    sheet.write_bytes(filled_sheet(folder, sample, every, notes))
    taken, digest = read_worksheet(folder, "A", sheet)
    assert (taken.marks, taken.notes) == (every, notes)
    assert read_marks(folder, sample) == []
    assert mark(folder, "A", sheet) == taken
    assert (folder / "marks-A.json").read_text("utf-8") == marks_text(taken, sample, digest)
