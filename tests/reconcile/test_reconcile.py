"""An informal list held against a register. Everybody on either is invented."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from overt.gate import rekey
from overt.pseudonym import Order, PseudonymKey
from overt.reconcile import ListOptions, ListRequest, report, run, text, write_result
from overt.refusals import Refusal
from overt.register import check_register, erase, row_values
from tests.attempts import Count
from tests.gate.conftest import listing
from tests.reconcile.conftest import BORN, KEY, LATER, NOW, OTHERS, People, person

DAY_FIRST = ListOptions(order=Order.DAY_FIRST)
Write = Callable[..., Path]


def request(path: Path, options: ListOptions = DAY_FIRST, **more: object) -> ListRequest:
    return ListRequest(path, options, LATER, "P1001", "yearly look at copies", **more)  # type: ignore[arg-type]


def verdicts(people: People, path: Path, options: ListOptions = DAY_FIRST) -> list[str]:
    """The verdict on each row, from the owner's file."""
    rows = path.with_suffix(".rows")
    rows.unlink(missing_ok=True)
    run(people.register, KEY, request(path, options, rows=rows), LATER)
    with rows.open(newline="") as stream:
        return [row["verdict"] for row in csv.DictReader(stream)][:-OTHERS]


def test_a_row_gets_the_verdict_that_the_register_gives_it(people: People, listed: Write) -> None:
    """Removed, listed, in another role, never listed, and not to be read."""
    people.add("Jo Arden Example")
    people.remove("Jo Arden Example")
    people.add("Ann Example")
    people.add("Bo Example", role="victim")
    path = listed(
        "Jo Arden Example,03/05/1990,suspect",
        "Ann Example,1990-05-03,suspect",
        "Bo Example,3 May 1990,suspect",
        "Bo Example,3 May 1990,victim",
        "Bo Example,3 May 1990,",
        "Cy Example,03/05/1990,suspect",
        "Ann Example,,suspect",
        "?,03/05/1990,suspect",
    )
    wanted = ["removed", "listed", "other role", "listed", "listed", "not in the register", "unreadable", "unreadable"]
    assert verdicts(people, path) == wanted


@pytest.mark.parametrize(
    "row",
    [
        "JO ARDEN EXAMPLE,03/05/1990",
        '"Example, Jo Arden",03/05/1990',
        '"EXAMPLE, Jo",03/05/1990',
        "Example Jo,03.05.1990",
        "jo   example,03-05-1990",
        "Mr. Jo A. Example,3 May 1990",
        "Jo 'Smiler' Arden Example,03/05/1990",
        "Jo (Smiler) Example,1990-05-03",
        "Jó Éxample,03/05/1990",
        "Jo-Arden Example Jr,03/05/1990",
    ],
)
def test_every_spelling_that_the_rule_covers_is_found(people: People, listed: Write, row: str) -> None:
    """However the owner of the list happened to write it down."""
    people.add("Jo Arden Example")
    people.remove("Jo Arden Example")
    assert verdicts(people, listed(row, header="Name,DOB")) == ["removed"]


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("J Example,03/05/1990", "not in the register"),
        ("Joe Example,03/05/1990", "not in the register"),
        ("Jo Exampel,03/05/1990", "not in the register"),
        ("Jo Example,05/03/1990", "not in the register"),
        ("Jo Example,03/05/90", "unreadable"),
        ("Jo Other,03/05/1990", "not in the register"),
        ("Jo Bo Example,03/05/1990", "to be looked at"),
    ],
)
def test_nobody_is_found_wrongly(people: People, listed: Write, row: str, verdict: str) -> None:
    """Another person, or one the rule cannot be sure of, is never said to have been removed."""
    people.add("Jo Arden Example")
    people.remove("Jo Arden Example")
    assert verdicts(people, listed(row, header="Name,DOB")) == [verdict]


def test_two_people_who_could_be_meant_are_for_a_person_to_tell_apart(people: People, listed: Write) -> None:
    """A short name fits both; the whole name of one is that one."""
    people.add("Jo Arden Example")
    people.remove("Jo Arden Example")
    people.add("Jo Bo Example")
    path = listed("Jo Example,03/05/1990,", "Jo Arden Example,03/05/1990,", "Jo Bo Example,03/05/1990,")
    assert verdicts(people, path) == ["to be looked at", "removed", "listed"]


def test_who_is_listed_under_a_longer_name_is_not_struck_off_for_a_shorter(people: People, listed: Write) -> None:
    """Removed as Jo Example, listed as Jo Arden Example: it may be one person, and a person must look."""
    people.add("Jo Example")
    people.remove("Jo Example")
    people.add("Jo Arden Example")
    assert verdicts(people, listed("Jo Example,03/05/1990,")) == ["to be looked at"]


def test_the_register_as_it_stood(people: People, listed: Write) -> None:
    """Before the removal the row was in order."""
    people.add("Jo Example")
    people.remove("Jo Example")
    path = listed("Jo Example,03/05/1990,")
    early = ListRequest(path, DAY_FIRST, NOW + dt.timedelta(seconds=90), "P1001", "a look at an earlier day")
    assert run(people.register, KEY, early, LATER)["verdicts"]["listed"] == 1
    assert run(people.register, KEY, request(path), LATER)["verdicts"]["removed"] == 1


def test_who_was_erased_has_left_nothing_to_compare_with(people: People, listed: Write) -> None:
    """Such a row counts as not in the register, and the account says that this may be why."""
    people.add("Jo Example")
    erase(people.register, people.entry_of("Jo Example"), "DPA 2018 s.47(1)", "P1001", NOW + dt.timedelta(hours=2))
    made = run(people.register, KEY, request(listed("Jo Example,03/05/1990,")), LATER)
    assert made["verdicts"]["not in the register"] == 1 + OTHERS
    assert "erased" in text(made)


def test_counts_say_how_rows_were_found_and_what_cannot_be_seen(people: People, listed: Write) -> None:
    """By agreement and spelling; initials, one word, letters of two alphabets, missing and doubtful birth dates."""
    people.add("Jo Arden Example")
    people.add("Ann Example", born=dt.date(1990, 1, 1))
    path = listed(
        "Jo Arden Example,03/05/1990,suspect",
        "Example Jo,03/05/1990,suspect",
        "Ann Example,01/01/1990,nominal",
        "J Example,03/05/1990,suspect",
        "Smiler,03/05/1990,suspect",
        "Jо Arden Example,03/05/1990,suspect",  # the second letter is Cyrillic
        "Jo Example,03/05/90,suspect",
        "Jo Example,,suspect",
        others=0,
    )
    made = run(people.register, KEY, request(path), LATER)
    assert made["rows"] == sum(made["verdicts"].values()) == 8
    assert made["unreadable"] == {"alphabets": 1, "no-date": 1, "two-digit-year": 1}
    assert made["signs"] == {
        "initial": 1,
        "one-word": 1,
        "first-of-january": 1,
        "unknown-role": 1,
    }
    assert {(each["agreement"], each["spelling"], each["rows"]) for each in made["matched"]} == {
        ("the whole name", "as written", 2),
        ("first and family name; the list has no middle name to compare", "the family name first", 1),
    }
    assert any("Muhammad" in each for each in made["not_covered"])


def test_words_of_the_list_can_be_told_to_mean_roles(people: People, listed: Write) -> None:
    """Lists have words of their own."""
    people.add("Jo Example", role="victim")
    path = listed("Jo Example,1990-05-03,Gang  Nominal")
    options = ListOptions(roles={"gang nominal": "suspect"})
    assert verdicts(people, path, options) == ["other role"]


def test_workbooks_are_read(people: People, tmp_path: Path) -> None:
    """Excel, with titles above the table and days as days; row numbers are those of the sheet."""
    people.add("Jo Example")
    people.remove("Jo Example")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["North desk: watch these"], [], ["Forename", "Surname", "D.O.B."], ["Cy", "Example", BORN], [],
                ["Jo", "Example", dt.datetime(1990, 5, 3)]):  # noqa: DTZ001 # fmt: skip
        sheet.append(row)
    for at in range(9):
        sheet.append([f"Other{'abcdefghi'[at]}", "Invented", BORN])
    path = tmp_path / "list.xlsx"
    book.save(path)
    rows = tmp_path / "mine.csv"
    made = run(people.register, KEY, request(path, ListOptions(header_row=3), rows=rows), LATER)
    assert made["columns"] == {"given": "Forename", "family": "Surname", "born": "D.O.B."}
    with rows.open(newline="") as stream:
        found = [(row["row"], row["verdict"]) for row in csv.DictReader(stream)][:2]
    assert found == [("4", "not in the register"), ("6", "removed")]
    assert rows.stat().st_mode & 0o777 == 0o600


def test_nothing_of_the_list_is_stored(
    people: People, listed: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither name, date, pseudonym nor digest, in the register, the result or the temporary folder."""
    people.add("Ann Example")
    path = listed("Jo Arden Marker,03/05/1990,suspect", name="marker-list.csv")
    (scratch := tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    made = run(people.register, KEY, request(path, rows=tmp_path / "rows.csv"), LATER)
    write_result(made, tmp_path / "out")
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file() and each != path)
    marker = person("Jo Arden Marker")
    for gone in ("marker", "arden", "03/05/1990", KEY.subject_id(marker)[:32], KEY.subject_id(marker)[32:]):
        assert gone.encode() not in kept.lower()
    assert list(scratch.iterdir()) == []


def test_the_register_logs_who_combined_it_and_why(people: People, listed: Write) -> None:
    """DPA 2018 s.62; a run that cannot be logged does not take place."""
    people.add("Jo Example")
    run(people.register, KEY, request(listed("Jo Example,1990-05-03,")), LATER)
    (line,) = people.register.versions("access", "x.action = 'combine'")
    assert (line.values["actor"], line.values["reason"]) == ("P1001", "yearly look at copies; a list of 11 people")
    assert list(check_register(people.register)) == []
    named = ListRequest(listed("Jo Example,1990-05-03,"), DAY_FIRST, LATER, "P1001", "asked by jo@example.org")
    with pytest.raises(Refusal, match="run-not-logged"):
        run(people.register, KEY, named, LATER)


def test_a_wrong_key_is_refused_and_not_taken_for_an_all_clear(people: People, listed: Write) -> None:
    """Where the register names its key; where it does not, the account warns."""
    people.add("Jo Example")
    path = listed("Jo Example,1990-05-03,")
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        run(people.register, PseudonymKey((bytes(32),)), request(path), LATER)
    assert not list(people.register.versions("access", "x.action = 'combine'"))


def test_after_a_rotation_the_new_key_finds_then_and_now(people: People, listed: Write) -> None:
    """The generation that ruled at the moment is the one that is used."""
    people.add("Jo Example")
    after = KEY.rotated(os.urandom)
    rekey(people.register, after, "P1001", NOW + dt.timedelta(hours=3))
    path = listed("Jo Example,1990-05-03,")
    assert run(people.register, after, request(path), LATER)["verdicts"]["listed"] == 1
    early = ListRequest(path, DAY_FIRST, NOW + dt.timedelta(hours=1), "P1001", "a look at an earlier day")
    made = run(people.register, after, early, LATER)
    assert (made["verdicts"]["listed"], made["key"]) == (1, KEY.id)
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        run(people.register, KEY, request(path), LATER)


def test_a_wrong_key_is_refused(tmp_path: Path, people: People, listed: Write) -> None:
    """Nobody found under it would look like good news; so would an old register that does not name its key."""
    from tests.gate.conftest import open_register

    wrong = PseudonymKey((bytes(32),))
    people.add("Jo Example")
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        run(people.register, wrong, request(listed("Jo Example,1990-05-03,")), LATER)
    with open_register(tmp_path / "other", key=None) as old:
        with old.writing(NOW) as writer:
            for each in listing(1)[:2]:
                writer.append(each.table, row_values(each.table, each.values), "collect", "P1001")
        for key in (KEY, wrong):
            with pytest.raises(Refusal, match="pseudonym-key-unnamed"):
                run(old, key, request(listed("Jo Example,1990-05-03,")), LATER)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Who is it,DOB", "list-columns"),
        ("Name,Age", "list-columns"),
        ("Name,Full Name,DOB", "list-columns"),
        ("Name,DOB,Date of birth", "list-columns"),
        ("Name,dob,DOB", "header-twice"),
    ],
)
def test_a_list_whose_columns_cannot_be_told_is_refused(people: People, listed: Write, header: str, code: str) -> None:
    """Before anything is compared or logged."""
    width = header.count(",")
    with pytest.raises(Refusal, match=code):
        run(people.register, KEY, request(listed("x" + "," * width, header=header)), LATER)
    assert not list(people.register.versions("access", "x.action = 'combine'"))


def test_a_broken_list_leaves_no_half_file(people: People, listed: Write, tmp_path: Path) -> None:
    """Neither the owner's rows nor a result."""
    path = listed("Jo Example,1990-05-03,", "Ann Example,1990-05-03")
    with pytest.raises(Refusal, match="csv-ragged"):
        run(people.register, KEY, request(path, rows=tmp_path / "mine.csv"), LATER)
    assert not (tmp_path / "mine.csv").exists()
    for name, data in (("a.xlsx", b"no workbook"), ("b.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refusal, match="workbook-"):
            run(people.register, KEY, request(tmp_path / name), LATER)


def test_the_page_says_what_the_account_says(people: People, listed: Write, tmp_path: Path) -> None:
    """Counts, the means to be taken, what the rule cannot see; and it says that the register is synthetic."""
    people.add("Jo Example")
    people.remove("Jo Example")
    made = run(people.register, KEY, request(listed("Jo Example,1990-05-03,"), label="North desk <list>"), LATER)
    page = report(made).decode()
    assert "SYNTHETIC" in page
    assert "North desk &lt;list&gt;" in page
    assert "Delete the row from the list." in page
    assert "Muhammad" in page
    written = write_result(made, tmp_path / "out")
    assert json.loads(written[0].read_text()) == made
    with pytest.raises(Refusal, match="out-not-empty"):
        write_result(made, tmp_path / "out")


# --- a list is no search (issue 14, item 17) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        ("Jo Example,03/05/1990,suspect",),
        ("Jo Example,03/05/1990,suspect",) * 12,
        ("Jo Example,03/05/1990,suspect", "EXAMPLE Jo,3 May 1990,", "?,03/05/1990,", "Bo Example,,"),
    ],
)
def test_a_list_of_one_person_is_refused(people: People, listed: Write, rows: tuple[str, ...], attempts: Count) -> None:
    """However often they stand on it, and whatever cannot be read beside them. Nothing is compared or logged."""
    people.add("Jo Example")
    path = listed(*rows, others=0)
    if len(rows) == 4:
        path = listed(*rows[:1], *rows[2:], others=0)
    for asked in (request(path), request(path, rows=path.with_suffix(".rows"))):
        with pytest.raises(Refusal, match="list-of-one") as refused:
            run(people.register, KEY, asked, LATER)
        assert "Jo" not in str(refused.value)
    assert not list(people.register.versions("access", "x.action = 'combine'"))
    attempts("lists that are a search for one person", 2)


def test_a_small_list_gives_counts_alone(people: People, listed: Write) -> None:
    """Row numbers begin at ten people."""
    people.add("Jo Example")
    small = listed("Jo Example,03/05/1990,suspect", others=8)
    with pytest.raises(Refusal, match="list-too-small"):
        run(people.register, KEY, request(small, rows=small.with_suffix(".rows")), LATER)
    assert not small.with_suffix(".rows").exists()
    assert run(people.register, KEY, request(small), LATER)["verdicts"]["listed"] == 1


def test_each_run_is_logged_with_a_reason(people: People, listed: Write) -> None:
    """And with the size of the list; a reason that is none is refused."""
    path = listed("Jo Example,03/05/1990,suspect")
    bare = ListRequest(path, DAY_FIRST, LATER, "P1001", "  yearly     look  ")
    with pytest.raises(Refusal, match="run-reason"):
        run(people.register, KEY, bare, LATER)
    run(people.register, KEY, request(path), LATER)
    (line,) = people.register.versions("access", "x.action = 'combine'")
    assert line.values["reason"] == "yearly look at copies; a list of 11 people"


def test_who_is_to_be_erased_is_found_before_it(people: People, listed: Write) -> None:
    """Their rows are to be taken off while they can be found; afterwards nobody can tell."""
    people.add("Jo Example")
    people.add("Ann Example")
    path = listed("Jo Example,03/05/1990,suspect", "Ann Example,03/05/1990,suspect")
    leaving = frozenset((people.entry_of("Jo Example"),))
    made = run(people.register, KEY, request(path, leaving=leaving), LATER)
    assert (made["verdicts"]["removed"], made["verdicts"]["listed"]) == (1, 1)
    erase(people.register, people.entry_of("Jo Example"), "DPA 2018 s.47(1)", "P1001", LATER + dt.timedelta(hours=1))
    after = LATER + dt.timedelta(hours=2)
    assert run(people.register, KEY, request(path), after)["verdicts"]["removed"] == 0


@pytest.mark.parametrize("header", ["Surname, first name", "SURNAME/FORENAMES", "Last name and first name"])
@pytest.mark.parametrize("name", ["Example, Jo", "EXAMPLE Jo", "Example Jo Arden"])
def test_a_column_of_surname_and_first_name_is_known(people: People, listed: Write, header: str, name: str) -> None:
    """By its heading, with or without a comma in the cell."""
    people.add("Jo Arden Example")
    people.remove("Jo Arden Example")
    path = listed(f'"{name}",03/05/1990', header=f'"{header}",DOB'.replace(", f", ";;f"))
    path.write_text(path.read_text().replace(";;f", ", f"))
    assert verdicts(people, path) == ["removed"]
