"""CSV and TSV: what is read is the file, row for row, or a refusal that names the line."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.audits.source._account import Limits
from overt.refusals import Refusal, Refusals
from overt.rows import FileReading, Reading
from tests.audit.sources import load, read_back, refusal_of, rows, written
from tests.often import often


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3,4\n", [("1", "2"), ("3", "4")]),
        ("a,b\n1,2\n3,4", [("1", "2"), ("3", "4")]),
        ("a,b\r\n1,2\r\n3,4\r\n", [("1", "2"), ("3", "4")]),
        ("a,b\r1,2\r3,4\r", [("1", "2"), ("3", "4")]),
        ("a,b\r\n1,2\n3,4\r\n", [("1", "2"), ("3", "4")]),
        ('a,b\n"x,y","say ""no"""\n', [("x,y", 'say "no"')]),
        ('a,b\n1,"two\nlines\r\nand three"\n3,4\n', [("1", "two\nlines\r\nand three"), ("3", "4")]),
        ('"a,1","b\nc"\n1,2\n', [("1", "2")]),
        ("a,b\n 1 ,2 \n", [(" 1 ", "2 ")]),
        ("a,b\n,\n1,\n", [("1", None)]),
        ('a,b\n"",""\n', []),
        ('a\n""\nx\n', [("x",)]),
        ("a,b\nNULL,N/A\n", [("NULL", "N/A")]),
        ("a,b\n007,1e3\n", [("007", "1e3")]),
        ("a,b\n#x,\\n\n", [("#x", "\\n")]),
        ("a,b\n1\u2028x,\x0b\x1c\n", [("1\u2028x", "\x0b\x1c")]),
        ("a,b\n", []),
        ("a,b", []),
    ],
)
def test_csv_is_read_as_it_is(tmp_path: Path, text: str, expected: list[tuple[str | None, ...]]) -> None:
    """Every field is text, unchanged but for an empty one, which is null."""
    assert read_back(tmp_path, "stops.csv", text) == expected


def test_column_names_are_kept_as_they_are(tmp_path: Path) -> None:
    """Names are not cleaned, shortened or put in lower case."""
    path = written(tmp_path, "x.csv", 'Self-defined ethnicity," Date ","odd ""name""",2020\n1,2,3,4\n')
    account = load(path, tmp_path / "db")
    names = [name for name, _ in account.tables[0].columns]
    assert names == ["Self-defined ethnicity", " Date ", 'odd "name"', "2020"]


def test_tsv_is_parted_by_tabs(tmp_path: Path) -> None:
    """A comma is an ordinary character there."""
    assert read_back(tmp_path, "x.tsv", "a\tb\n1,5\t2\n") == [("1,5", "2")]


def test_a_delimiter_can_be_given(tmp_path: Path) -> None:
    """For the CSV of countries whose numbers have a comma."""
    assert read_back(tmp_path, "x.csv", "a;b\n1,5;2\n", reading=Reading(FileReading(delimiter=";"))) == [("1,5", "2")]


def test_a_file_without_quotes_can_be_said_to_be_one(tmp_path: Path) -> None:
    """Then a quote is an ordinary character."""
    assert read_back(tmp_path, "x.tsv", 'a\tb\n5\'10" tall\t"x\n', reading=Reading(FileReading(quoted=False))) == [
        ("5'10\" tall", '"x')
    ]


def test_blank_lines_at_the_end_are_left_out_and_told(tmp_path: Path) -> None:
    """They can be no rows of a table of two columns, and the account says that they were there."""
    account = load(written(tmp_path, "x.csv", "a,b\n1,2\n\n\n"), tmp_path / "db")
    assert account.tables[0].rows == 1
    assert account.notes == ("x.csv: 2 blank lines at the end were left out",)


def test_mixed_line_ends_are_read_and_told(tmp_path: Path) -> None:
    """They are harmless, but a sign that the file was put together from several."""
    account = load(written(tmp_path, "x.csv", "a,b\r\n1,2\n3,4\r\n"), tmp_path / "db")
    assert account.notes == ("x.csv: its lines end in more than one way",)


@pytest.mark.parametrize(
    ("text", "code", "where", "found"),
    [
        ("a,b,c\n1,2,3\n4,5\n6,7,8\n", "csv-ragged", "line 3", "2 columns"),
        ("a,b,c\n1,2,3,4\n", "csv-ragged", "line 2", "4 columns"),
        # DuckDB would drop the empty field.
        ("a,b\n1,2,\n3,4\n", "csv-ragged", "line 2", "3 columns"),
        ("a,b\n1,2,\n3\n", "csv-ragged", "line 2", "3 columns"),
        ('a,b\n"x\ny",2\n3\n', "csv-ragged", "line 4", "1 column"),
        ("a\n1,2\n", "csv-ragged", "line 2", "2 columns"),
        ('a,b\n1,"2\n3,4\n5,6\n', "csv-unclosed-quote", "line 2, column B", "never closed"),
        ('"a,b\n1,2\n', "csv-unclosed-quote", "line 1, column A", "never closed"),
        ('a,b\n1,x"y\n', "csv-quote", "line 2, column B", "a quote inside"),
        ('a,b\n1,"x"y\n', "csv-quote", "line 2, column B", "after a closing quote"),
        # DuckDB would take the blank for nothing and read two fields.
        ('a,b\n1, "x,y"\n', "csv-quote", "line 2, column B", "a quote inside"),
        ('a,b\n1,"x" \n', "csv-quote", "line 2, column B", "after a closing quote"),
        # DuckDB would pass over the line.
        ("a,b\n1,2\n\n3,4\n", "csv-blank-line", "line 3", "a blank line"),
        ("\na,b\n1,2\n", "csv-blank-line", "line 1", "a blank line"),
        ("a\n1\n\n3\n", "csv-blank-line", "line 3", "a blank line"),
        ("a\n1\n\n", "csv-blank-line", "line 3", "a blank line"),
        ("a\n1\r2\n3\n", "csv-line-end", "line 2", "a carriage return alone"),
        ('a,b\n"x\ry",2\n1,2\r3,4\n', "csv-line-end", "line 4", "a carriage return alone"),
        ("a,b\n1,2\n  \n3,4\n", "csv-ragged", "line 3", "1 column"),
        ("a,,\n1,2,3\n", "header-blank", "columns B, C", "no name"),
        (",b\n1,2\n", "header-blank", "column A", "no name"),
        ("a,b,A\n1,2,3\n", "header-twice", "column C", "the same name as column A"),
        # Each of two delimiters would fit, or neither does.
        ("a;b|c\n1;2|3\n", "csv-delimiter", "line 1", "a single column"),
        ("a;b\n1\n", "csv-delimiter", "line 1", "a single column"),
        ("\n\n\n", "source-empty", "x.csv", "the file has no text"),
        ("", "source-empty", "x.csv", "the file is empty"),
    ],
)
def test_csv_is_refused_by_line(tmp_path: Path, text: str, code: str, where: str, found: str) -> None:
    """The refusal names the line as an editor counts it, and what stands there."""
    refusal = refusal_of(tmp_path, "x.csv", text)
    assert refusal.code == code
    assert where in refusal.where
    assert found in refusal.found


def test_faults_of_the_header_come_all_at_once(tmp_path: Path) -> None:
    """Nobody fixes one name to learn of the next."""
    with pytest.raises(Refusals) as caught:
        load(written(tmp_path, "x.csv", "a,,b,,A,B,,,\n1,2,3,4,5,6,7,8,9\n"), tmp_path / "db")
    assert [refusal.where for refusal in caught.value.refusals] == [
        "x.csv, columns B, D, G, H, I",
        "x.csv, column E",
        "x.csv, column F",
    ]


def test_no_refusal_repeats_a_value(tmp_path: Path) -> None:
    """A file without a header has somebody's data in its first line."""
    name = "Zebedee"
    texts = [
        f"{name},{name}\n1,2\n",
        f"a,b\n{name}\n",
        f'a,b\n1,"{name}\n',
        f'a,b\n1,{name}"x\n',
        f"{name};b\n1\n",
        f"a,b\n{name},\x00\n",
    ]
    for text in texts:
        assert name not in str(refusal_of(tmp_path, "x.csv", text))


def test_a_field_over_the_limit_is_refused(tmp_path: Path) -> None:
    """Quoted or not, and wherever it stands; at the limit it is read."""
    limits = Limits(field_characters=1000)
    for long in ("x" * 1001, '"' + "x" * 1001 + '"', '"' + "x\n" * 501 + '"', '"' + '""' * 2002 + '"'):
        refusal = refusal_of(tmp_path, "x.csv", f"a,b\n1,2\n3,{long}\n", limits=limits)
        assert (refusal.code, refusal.where[:13]) == ("field-too-long", "x.csv, line 3"), long[:9]
    assert read_back(tmp_path, "x.csv", f"a,b\n1,{'é' * 1000}\n", limits=limits) == [("1", "é" * 1000)]
    assert refusal_of(tmp_path, "x.csv", f"a,b\n1,{'é' * 1001}\n", limits=limits).code == "field-too-long"


def test_a_field_of_a_million_characters_is_read_and_one_more_refused(tmp_path: Path) -> None:
    """The limit that holds unless another is given; a row may have several such fields."""
    million = "x" * 1_000_000
    text = f'a,b,c,d\n{million},{million},"{million}",{million}\n1,2,3,4\n'
    assert read_back(tmp_path, "x.csv", text) == [(million,) * 4, ("1", "2", "3", "4")]
    assert refusal_of(tmp_path, "x.csv", f"a,b\n1,{million}x\n").code == "field-too-long"
    assert refusal_of(tmp_path, "x.csv", "a,b\n1," + "x" * 5_000_000 + "\n").code == "field-too-long"


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    """A header of a hundred thousand names is no register."""
    header = ",".join(f"c{number}" for number in range(100_000))
    assert refusal_of(tmp_path, "x.csv", header + "\n").code == "header-too-wide"


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    """It is not read whole to say so."""
    assert refusal_of(tmp_path, "x.csv", "x" * 5000 + "\n1\n").code == "header-too-long"


@pytest.mark.parametrize("delimiter", ["", "ab", "x", '"', "\n", "é"])
def test_what_can_be_no_delimiter_is_refused(tmp_path: Path, delimiter: str) -> None:
    """A letter as delimiter would cut words in two."""
    reading = Reading(FileReading(delimiter=delimiter or None))
    if delimiter:
        assert refusal_of(tmp_path, "x.csv", "a,b\n1,2\n", reading=reading).code == "csv-delimiter"


def test_pieces_of_a_file_are_joined_without_seam(tmp_path: Path) -> None:
    """Quotes, line ends and characters that fall on the border of what is read at once."""
    for shift in range(8):
        pad = "x" * (2**20 - 20 + shift)
        expected = [(pad[:900_000], pad[900_000:]), ("é,\r\n", 'a"b'), ("1", "2")]
        text = f'a,b\r\n{pad[:900_000]},{pad[900_000:]}\r\n"é,\r\n","a""b"\r\n1,2\r\n'
        assert read_back(tmp_path, "x.csv", text) == expected


def _not_blank(table: list[list[str]]) -> list[tuple[str | None, ...]]:
    """The rows that are not blank throughout, with null for an empty field."""
    return [tuple(field or None for field in row) for row in table if any(field.strip() for field in row)]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("sep=;\na;b\n1;2\n", "csv-separator-line", "--delimiter ';'"),
        ("SEP=,\na,b\n1,2\n", "csv-separator-line", "--delimiter ','"),
        ("sep=\t\na\tb\n1\t2\n", "csv-separator-line", "--delimiter 'tab'"),
        ("a,b\n1,2\n\x1a", "text-ctrl-z", "delete the last character"),
        ("a,b\r\n1,2\x1a\r\n", "text-ctrl-z", "delete the last character"),
    ],
)
def test_what_programs_of_old_write_is_refused_with_what_to_do(tmp_path: Path, text: str, code: str, said: str) -> None:
    """A line for Excel alone, and the mark of the end of a file."""
    refusal = refusal_of(tmp_path, "x.csv", text)
    assert refusal.code == code
    assert said in refusal.remedy


def test_a_row_that_is_blank_throughout_is_told_and_not_counted(tmp_path: Path) -> None:
    """By its number as a spreadsheet shows it. The rows that are left keep theirs."""
    path = written(tmp_path, "x.csv", "a,b\n1,2\n,\n3,4\n ,\u00a0\n")
    account = load(path, tmp_path / "db")
    assert (account.tables[0].rows, account.tables[0].blank) == (2, 2)
    assert rows(tmp_path / "db", "x") == [("1", "2"), ("3", "4")]
    assert account.notes == ("x.csv: 2 rows are blank throughout and are not counted (rows 3, 5)",)


def test_a_row_that_looks_like_a_total_is_told_and_read_as_a_record(tmp_path: Path) -> None:
    """A full row may begin so, and be what it is."""
    path = written(
        tmp_path, "x.csv", "id,name,day,unit\n1,A,2026-01-01,N\nTotal,B,2026-01-01,N\n,Sub-total nominals,3,\n,,,\n"
    )
    account = load(path, tmp_path / "db")
    assert account.tables[0].rows == 3
    assert account.notes == (
        "x.csv: 1 row is blank throughout and is not counted (row 5)",
        "x.csv: row 4 begins with a word for a total and is mostly blank; it was read as a record: "
        "remove it from the source if it is none",
    )


def test_a_column_without_a_name_is_called_by_its_letter(tmp_path: Path) -> None:
    """And told of; the index that pandas writes is known by its values."""
    account = load(written(tmp_path, "x.csv", ",a,,b\n0,5,x,6\n1,7,y,8\n"), tmp_path / "db")
    assert [name for name, _ in account.tables[0].columns] == ["column A", "a", "column C", "b"]
    assert account.notes == (
        "x.csv: column A has no name and is called “column A”; "
        "its values are the numbers of the rows from 0, as pandas writes them",
        "x.csv: column C has no name and is called “column C”",
    )


_FIELDS = st.text(st.sampled_from("ab,\"\n\r 'é;\t\u2028#\\"), max_size=6)


@settings(max_examples=often(40), deadline=None)
@given(
    table=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(_FIELDS, min_size=width, max_size=width), min_size=1, max_size=6)
    ),
    line_end=st.sampled_from(["\n", "\r\n"]),
    everything=st.booleans(),
)
def test_what_is_written_as_csv_is_read_back(table: list[list[str]], line_end: str, everything: bool) -> None:
    """Whatever the fields hold."""
    out = io.StringIO(newline="")
    # Python puts a carriage return in quotes only where it ends lines.
    line_end = line_end if everything else "\r\n"
    writer = csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL)
    writer.writerow([f"c{number}" for number in range(len(table[0]))])
    writer.writerows(table)
    with tempfile.TemporaryDirectory() as folder:
        found = read_back(Path(folder), "x.csv", out.getvalue())
    assert found == _not_blank(table)


@settings(max_examples=often(60), deadline=None)
@given(text=st.text(st.sampled_from('a1,"\n\r '), min_size=1, max_size=24))
def test_any_text_is_read_as_python_reads_it_or_refused(text: str) -> None:
    """Nothing is read in another way, and nothing fails but by a refusal."""
    data = "h1,h2\n" + text
    with tempfile.TemporaryDirectory() as folder:
        path, database = written(Path(folder), "x.csv", data), Path(folder) / "db"
        try:
            load(path, database)
        except (Refusal, Refusals):
            return
        found = rows(database, "x")
    expected = list(csv.reader(io.StringIO(data, newline=""), strict=True))[1:]
    assert found == _not_blank(expected)
