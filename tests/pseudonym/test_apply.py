"""An export with names becomes one without, or nothing. Every name in it is invented."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overt.pseudonym import Columns, Order, Person, PseudonymKey, apply, read_name
from overt.refusals import Refusal, Refusals
from tests.often import often

KEY = PseudonymKey((bytes(range(32)),))
HEADER = "ref,name,dob,officer,role,insta,notes\n"
ROWS = (
    "1,Jo Arden Example,03/05/2004,PC Other Example,suspect,@jo.example,Seen near the market with others on two days\n"
    '2,"Example, Ann",1990-12-24,PC Other Example,victim,,\n'
)
COLUMNS = Columns(
    born="dob",
    name="name",
    handles={"insta": "instagram"},
    replace=("officer",),
    drop=("notes",),
    order=Order.DAY_FIRST,
)


def export(folder: Path, text: str | bytes = HEADER + ROWS, name: str = "export.csv") -> Path:
    path = folder / name
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def read(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.name.endswith(".gz") else data).decode()
    return list(csv.DictReader(io.StringIO(text), delimiter="\t" if ".tsv" in path.name else ","))


def nothing_left(folder: Path) -> bool:
    """No file but the export: neither what was to be made nor a part of it."""
    return [each.name for each in folder.iterdir()] == ["export.csv"]


def test_people_become_pseudonyms_and_the_rest_stays(tmp_path: Path) -> None:
    """The pseudonym first, the birth date as a day, references for handles and staff, the notes gone."""
    done = apply(export(tmp_path), tmp_path / "out.csv", KEY, COLUMNS)
    jo, ann = read(tmp_path / "out.csv")
    assert jo == {
        "subject_id": KEY.subject_id(Person(read_name("Jo Arden Example"), dt.date(2004, 5, 3))),
        "ref": "1",
        "dob": "2004-05-03",
        "officer": KEY.reference("pc  OTHER example"),
        "role": "suspect",
        "insta": KEY.handle_id("instagram", "jo.example"),
    }
    assert ann["subject_id"] == KEY.subject_id(Person(read_name("Ann Example"), dt.date(1990, 12, 24)))
    assert (ann["officer"], ann["insta"]) == (jo["officer"], "")
    assert (done.rows, done.without, done.key) == (2, {}, KEY.id)
    left = (tmp_path / "out.csv").read_text().casefold()
    assert not any(word in left for word in ("example", "arden", "ann", "market", "officer other"))


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.tsv", "out.tsv.gz"])
def test_forms_of_the_file(tmp_path: Path, name: str) -> None:
    """CSV or TSV, plain or gzip, in and out; the same export gives the same bytes."""
    plain = HEADER + ROWS
    made = export(tmp_path, plain, "export.csv.gz")
    for folder in ("one", "two"):
        apply(made, tmp_path / folder / name, KEY, COLUMNS)
    assert [row["ref"] for row in read(tmp_path / "one" / name)] == ["1", "2"]
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one" / name).stat().st_mode & 0o077 == 0


def test_nothing_is_written_through_what_lies_in_the_way(tmp_path: Path) -> None:
    """A part that was left, open to others or another name of a file, is replaced and not written to."""
    other = tmp_path / "other.csv"
    other.write_text("theirs")
    other.chmod(0o644)
    (tmp_path / ".out.csv.part").hardlink_to(other)
    apply(export(tmp_path, HEADER + ROWS), tmp_path / "out.csv", KEY, COLUMNS)
    assert other.read_text() == "theirs"
    assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0


def test_given_and_family_name_in_columns_of_their_own(tmp_path: Path) -> None:
    """As the same name in one field."""
    text = "ref;first;last;born\n1;Jo Arden;Example;2004-05-03\n"
    apply(export(tmp_path, text), tmp_path / "o.csv", KEY, Columns("born", given="first", family="last"), delimiter=";")
    (row,) = [line.split(";")[0] for line in (tmp_path / "o.csv").read_text().splitlines()[1:]]
    assert row == KEY.subject_id(Person(read_name("Jo Arden Example"), dt.date(2004, 5, 3)))


BROKEN = {
    "encoding-not-utf8": HEADER.encode() + b"1,Jos\xe9 Example,2004-05-03,x,suspect,,\n",
    "csv-ragged": HEADER + "1,Jo Example,2004-05-03,x,suspect,\n",
    "nul-byte": HEADER + "1,Jo\0 Example,2004-05-03,x,suspect,,\n",
    "csv-unclosed-quote": HEADER + '1,"Jo Example,2004-05-03,x,suspect,,\n',
    "csv-quote": HEADER + '1,"Jo" Example,2004-05-03,x,suspect,,\n',
    "csv-blank-line": HEADER + "\n" + ROWS,
    "source-empty": "",
    "header-twice": HEADER.replace("ref", "Role") + ROWS,
    "header-blank": HEADER.replace("ref", "") + ROWS,
    "csv-delimiter": (HEADER + ROWS).replace(",", ";"),
    "no-such-column": HEADER.replace("dob", "born") + ROWS,
    "person-unreadable": HEADER + "1,Jo Example,03/05/04,x,suspect,,\n2,?,2004-05-03,x,suspect,,\n",
    "source-kind-unknown": b"PK\x03\x04 a workbook",
    "field-too-long": HEADER + "1,Jo Example,2004-05-03,x,suspect,," + "n" * 1_000_003 + "\n",
    "csv-line-end": HEADER + "1,Jo Example,2004-05-03,x,sus\rpect,,\n",
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_is_not_in_order_is_refused_and_leaves_nothing(tmp_path: Path, code: str) -> None:
    """The good rows before the bad one are not kept either; no name is in the message."""
    made = export(tmp_path, BROKEN[code])
    with pytest.raises((Refusal, Refusals)) as caught:
        apply(made, tmp_path / "out.csv", KEY, COLUMNS)
    assert code in str(caught.value)
    assert "Jo" not in str(caught.value)
    assert nothing_left(tmp_path)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    """Cut short, or grown beyond all measure."""
    whole = gzip.compress((HEADER + ROWS * 500).encode())
    (tmp_path / "export.csv.gz").write_bytes(whole[:-20])
    with pytest.raises(Refusal, match="gzip-broken"):
        apply(tmp_path / "export.csv.gz", tmp_path / "out.csv", KEY, COLUMNS)
    bomb = HEADER.encode() + (b"1,Jo Example,2004-05-03,x,suspect,," + b"n" * 1_800 + b"\n") * 50_000
    (tmp_path / "export.csv.gz").write_bytes(gzip.compress(bomb, 9))
    with pytest.raises(Refusal, match="inflates-too-far"):
        apply(tmp_path / "export.csv.gz", tmp_path / "out.csv", KEY, COLUMNS)
    assert [each.name for each in tmp_path.iterdir()] == ["export.csv.gz"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("contact", "jo@example.org"),
        ("seen", "call 07700 900123 first"),
        ("where", "SW1A 1AA"),
        ("who", "Jo Example"),
        ("who", "Mr Example"),
        ("seen_by", "PC Example"),
        ("remarks", "he was seen with three others near the arcade on two days"),
        ("Alias", "x"),
        ("mother_name", "x"),
        ("MobilePhone", ""),
        ("nickname", ""),
        ("link", "https://social.example/jo"),
    ],
)
def test_columns_that_look_like_people_do_not_pass(tmp_path: Path, header: str, value: str) -> None:
    """By what they are called or by what stands in them; dropping, replacing or keeping them by name lets it go on."""
    made = export(tmp_path, f"name,dob,{header}\nJo Example,2004-05-03,x1\nAnn Example,2004-05-03,{value}\n")
    with pytest.raises(Refusal, match="column-names-people") as caught:
        apply(made, tmp_path / "out.csv", KEY, Columns("dob", name="name"))
    assert header in caught.value.where
    assert value not in str(caught.value) or value in ("x", "")
    assert nothing_left(tmp_path)
    for said in ({"drop": (header,)}, {"replace": (header,)}, {"keep": (header,)}):
        (tmp_path / "out.csv").unlink(missing_ok=True)
        apply(made, tmp_path / "out.csv", KEY, Columns("dob", name="name", **said))  # type: ignore[arg-type]
        assert ("keep" in said) == (bool(value) and value in (tmp_path / "out.csv").read_text()) or value in ("", "x")


PLAIN = {
    "file_name": "a-17",
    "role": "suspect",
    "seen_on": "03/05/2021",
    "score": "40.5",
    "reference": "NIR 4711",
    "unit": "north desk",
}


@pytest.mark.parametrize(("header", "value"), PLAIN.items())
def test_plain_columns_pass(tmp_path: Path, header: str, value: str) -> None:
    """Codes, days, numbers and references are what an export without names is made of."""
    made = export(tmp_path, f"name,dob,{header}\nJo Example,2004-05-03,{value}\n")
    apply(made, tmp_path / "out.csv", KEY, Columns("dob", name="name"))
    assert read(tmp_path / "out.csv")[0][header] == value


def test_every_column_that_stands_against_it_is_told_at_once(tmp_path: Path) -> None:
    """Nobody fixes one to learn of the next."""
    made = export(tmp_path, "name,dob,email,phone\nJo Example,2004-05-03,,\n")
    with pytest.raises(Refusals) as caught:
        apply(made, tmp_path / "out.csv", KEY, Columns("dob", name="name"))
    assert [each.code for each in caught.value.refusals] == ["column-names-people"] * 2


def test_people_who_cannot_be_read_may_be_left_without_a_pseudonym(tmp_path: Path) -> None:
    """Counted by reason; two unknown people are not made one."""
    made = export(tmp_path, "name,dob,ref\nJo Example,,1\n?,2004-05-03,2\nAnn Example,1 May 04,3\n")
    done = apply(made, tmp_path / "out.csv", KEY, Columns("dob", name="name"), leave_empty=True)
    assert [row["subject_id"] for row in read(tmp_path / "out.csv")] == ["", "", ""]
    assert [row["dob"] for row in read(tmp_path / "out.csv")] == ["", "2004-05-03", ""]
    assert done.without == {"no-date": 1, "signs": 1, "two-digit-year": 1}


def test_the_name_columns_are_said_one_way(tmp_path: Path) -> None:
    """Neither none, nor both, nor one of two; and no column is two things."""
    made = export(tmp_path)
    for columns in (
        Columns("dob"),
        Columns("dob", name="name", given="ref"),
        Columns("dob", given="name"),
        Columns("dob", name="dob"),
        Columns("dob", name="name", drop=("name",)),
        Columns("dob", name="name", keep=("role",), replace=("role",)),
    ):
        with pytest.raises(Refusal, match="name-columns"):
            apply(made, tmp_path / "out.csv", KEY, columns)


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    """Neither an earlier result nor a column that is called as the new one."""
    made = export(tmp_path)
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(Refusal, match="out-is-there"):
        apply(made, tmp_path / "out.csv", KEY, COLUMNS)
    assert (tmp_path / "out.csv").read_text() == "mine"
    with pytest.raises(Refusal, match="header-twice"):
        apply(made, tmp_path / "other.csv", KEY, Columns("dob", name="name", drop=("notes",), subject="role"))


@settings(max_examples=often(60), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["Jo Example", "Example, Ann", "Ünal Example", "Jo Bo Example"]),
            st.dates(dt.date(1950, 1, 1), dt.date(2010, 1, 1)),
            st.text(alphabet="abc \"',;\n\r1", max_size=12),
        ),
        max_size=8,
    )
)
def test_any_table_comes_out_row_for_row(tmp_path: Path, rows: list[tuple[str, dt.date, str]]) -> None:
    """As many rows as went in, each with the pseudonym of its person and its other field untouched."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(["who", "dob", "code"])
    writer.writerows(rows)
    (tmp_path / "out.csv").unlink(missing_ok=True)
    apply(export(tmp_path, stream.getvalue()), tmp_path / "out.csv", KEY, Columns("dob", name="who", keep=("code",)))
    with (tmp_path / "out.csv").open(newline="") as made:
        found = list(csv.reader(made))[1:]
    assert found == [
        [KEY.subject_id(Person(read_name(name), born)), born.isoformat(), code] for name, born, code in rows
    ]
