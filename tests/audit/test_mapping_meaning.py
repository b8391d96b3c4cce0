"""The workbook of a data protection officer, mapped by choices alone: no SQL is written by hand.

Everybody in it is invented.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import openpyxl
import pytest

from overt.audits.mapping import check_mapping
from overt.audits.mapping._draft import propose
from overt.audits.mapping._fill import apply_mapping
from overt.audits.mapping._mapping import Mapping, parse_mapping
from overt.audits.mapping.form import (
    LOWER,
    PERSON,
    TRIM,
    AsItIs,
    Candidate,
    Cell,
    Codes,
    Constant,
    Day,
    ItemForm,
    MappingForm,
    NumberedPeople,
    Test,
    When,
    below_each_other,
    in_pieces,
    meanings,
    numbered_people,
    read_form,
    with_meaning,
    without,
    write_form,
)
from overt.audits.source._sandbox import open_workshop
from overt.controls import find_pack, read_pack
from overt.rows import FileReading, Reading
from tests.audit.sources import load, written

SOURCE = "source_rows"
HEADER = [
    "Ref No.", "Nominal", "Role in gang ", "Status", "Date added", "Next Review Due", "Last reviewed", "Borough",
    "Ethnicity", "Harm score", "Grounds 1", "Grounds 2", "Shared with", "Shared on",
]  # fmt: skip
ROLES = ["Suspect", "Susp.", "Victim", "vic", "N/K", "Assoc"]
FORMS = ("%d/%m/%Y", "%Y-%m-%d")


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Gangs list (SYNTHETIC)"])
    sheet.append(HEADER)
    for number in range(240):
        text = f"{1 + number % 28:02}/03/2024"
        typed = dt.datetime(2024, 3, 1 + number % 28) if number % 3 else text  # noqa: DTZ001 - a cell has no zone
        sheet.append(
            [
                f"G-{number}", f"N{number % 208}", ROLES[number % 6], ["Live", "Archived"][number % 2],
                typed,
                "TBC" if number % 7 == 0 else f"{1 + number % 28:02}/09/2026",
                typed if number % 6 else None, "Anytown", "White", 1 + number % 9,
                "seen with Zebedee Quagmire", "named in a call" if number % 40 else None,
                "Housing; DWP" if number % 5 else None, typed if number % 5 else None,
            ]
        )  # fmt: skip
    book.save(path)
    return path


def _codes(column: str, *codes: tuple[str, str | None]) -> Codes:
    cell = Cell(column, steps=(TRIM, LOWER))
    return Codes(tuple(When(Test(cell, "is", (value,)), code) for value, code in codes))


def _day(column: str, *none: str, kind: str = "date") -> Day:
    return Day(Cell(column, steps=(TRIM,)), FORMS, none, type=kind)


def _as_it_is(column: str) -> AsItIs:
    return AsItIs(Cell(column, steps=(TRIM,)))


def _chosen() -> MappingForm:
    """What the officer chooses, one column after the other."""
    form = MappingForm(())
    roles = [("suspect", "suspect"), ("susp.", "suspect"), ("victim", "victim"), ("vic", "victim")]
    for table, column, choice in (
        ("entry", "entry_id", _as_it_is("Ref No.")),
        ("entry", "subject_id", _as_it_is("Nominal")),
        ("entry", "role", _codes("Role in gang ", *roles, ("assoc", "associate"), ("n/k", None))),
        ("entry", "status", _codes("Status", ("live", "active"), ("archived", "closed"))),
        ("entry", "opened_on", _day("Date added")),
        ("entry", "review_due_on", _day("Next Review Due", "tbc")),
        ("review", "done_at", _day("Last reviewed", kind="timestamp")),
        ("subject", "ethnicity_observed", _as_it_is("Ethnicity")),
    ):
        form = with_meaning(form, SOURCE, table, ItemForm(column, choice))
    grounds = [
        (Cell(name), [ItemForm("category", Constant("grounds")), ItemForm("origin", Constant("police_report"))])
        for name in ("Grounds 1", "Grounds 2")
    ]
    form = below_each_other(form, SOURCE, "item", grounds)
    form = in_pieces(form, SOURCE, "disclosure", "recipient", Cell("Shared with", separator=";"))
    return with_meaning(form, SOURCE, "disclosure", ItemForm("sent_at", _day("Shared on", kind="timestamp")))


ENTRY = """
create view entry as
select
    trim("Ref No.") as entry_id,
    trim("Nominal") as subject_id,
    case lower(trim("Role in gang ")) when 'suspect' then 'suspect' when 'susp.' then 'suspect'
        when 'victim' then 'victim' when 'vic' then 'victim'
        when 'assoc' then 'associate' when 'n/k' then null end as role,
    case lower(trim("Status")) when 'live' then 'active' when 'archived' then 'closed' end as status,
    cast(strptime(trim("Date added"), ['%d/%m/%Y', '%Y-%m-%d']) as date) as opened_on,
    cast(strptime(case when lower(trim("Next Review Due")) in ('tbc') then null else trim("Next Review Due") end,
        ['%d/%m/%Y', '%Y-%m-%d']) as date) as review_due_on
from source_rows where trim("Ref No.") <> '';
"""
REVIEW = """
create view review as
select trim("Ref No.") || '-R1' as review_id, trim("Ref No.") as entry_id,
    cast(strptime(trim("Last reviewed"), ['%d/%m/%Y', '%Y-%m-%d']) as timestamp) as done_at
from source_rows where trim("Last reviewed") <> '';
"""


def test_the_form_writes_what_a_person_would() -> None:
    """The design's own text reads as the form, and the form's text as the same."""
    form = _chosen()
    by_table = form.by_table
    written_by_hand = read_form(ENTRY + REVIEW).by_table
    assert by_table["entry"] == written_by_hand["entry"]
    assert by_table["review"] == written_by_hand["review"]
    text = re.sub(r"\n *--[^\n]*", "", write_form(form))
    assert " ".join(ENTRY.replace(" in ('tbc')", " = 'tbc'").split()) in " ".join(text.split())


def test_the_workbook_answers_five_duties_by_choices_alone(tmp_path: Path) -> None:
    account = load(_workbook(tmp_path / "gangs.xlsx"), tmp_path / "db", reading=Reading(FileReading(header_row=2)))
    text = write_form(_chosen())
    with open_workshop(tmp_path / "db", account.held_files) as connection:
        mapping = Mapping("m.sql", "", parse_mapping(text, "m.sql"), text)
        filled = apply_mapping(connection, mapping, account)
        people = connection.execute("select count(*), count(distinct subject_id) from main.subject").fetchone()
        proposal = propose(connection, account)
    answered = check_mapping(filled, read_pack(find_pack("core")).controls, ()).answerable
    assert {"OV-02", "OV-14", "OV-15", "OV-20", "OV-21"} <= set(answered)
    assert filled.rows["entry"] == 240
    assert people == (208, 208)
    assert (filled.rows["review"], filled.rows["item"], filled.rows["disclosure"]) == (200, 474, 384)
    proposed = {(each.origin, each.name): each.certain for view in proposal.views for each in view.candidates}
    for column, name in (
        ("Next Review Due", "entry.review_due_on"),
        ("Date added", "entry.opened_on"),
        ("Last reviewed", "review.done_at"),
        ("Status", "entry.status"),
    ):
        assert proposed[column, name]
    assert "Quagmire" not in text
    # A column of the model is a text and more: where it is asked for as data, its name alone is wanted.
    every = [each for view in proposal.views for each in view.candidates]
    assert {type(each.column) for each in every} == {str}
    assert [Candidate(**json.loads(json.dumps(asdict(each)))) for each in every] == every


@pytest.mark.parametrize(
    ("heading", "value", "certain"),
    [
        ("Officer", "DS Quagmire", False),
        ("Officer", "CN4471", True),
        ("Grounds", "Seen by a patrol", False),
        ("Subject ID", "Thistlewood", False),
        ("Subject ID", "N0007", True),
    ],
)
def test_no_guess_is_certain_that_may_name_somebody(tmp_path: Path, heading: str, value: str, certain: bool) -> None:
    """Sentences and what looks like names wait for a person, who is told why."""
    source = tmp_path / "list.csv"
    lines = [f"E{number},{'live' if number % 2 else 'closed'},2024-01-{number + 1:02},{value}" for number in range(20)]
    source.write_text("\n".join([f"Ref No,Status,Date added,{heading}", *lines, ""]), encoding="utf-8")
    account = load(source, tmp_path / "db")
    with open_workshop(tmp_path / "db", account.held_files) as connection:
        proposal = propose(connection, account)
    (candidate, *_) = proposal.candidates("source_rows", heading)
    assert candidate.certain is certain
    assert (candidate.left == "") is certain
    assert value not in repr(proposal)


def test_a_meaning_can_be_found_and_taken_back() -> None:
    form = _chosen()
    assert [each.name for each in meanings(form, SOURCE, "Last reviewed")] == ["review.done_at"]
    assert [each.name for each in meanings(form, SOURCE, "Ref No.")] == ["entry.entry_id"]
    left = without(form, "review", "done_at")
    assert "review" not in left.by_table
    assert meanings(left, SOURCE, "Last reviewed") == ()
    again = with_meaning(form, SOURCE, "entry", ItemForm("opened_on", Day(Cell("Date added"), ("%m/%d/%Y",))))
    assert len(again.by_table["entry"].items) == len(form.by_table["entry"].items)
    assert read_form(write_form(again)) == again


def test_what_is_filled_from_elsewhere_is_left_alone() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        with_meaning(_chosen(), "other", "entry", ItemForm("unit", _as_it_is("Borough")))


def test_people_are_numbered_and_their_names_stay_out(tmp_path: Path) -> None:
    """A blank name is nobody; the same name in other letters is the same person."""
    lines = "Name,Status\nZebedee Quagmire,live\n zebedee quagmire ,live\nPhilomena Thistlewood,live\n,live\n"
    account = load(written(tmp_path, "x.csv", lines), tmp_path / "db")
    form = with_meaning(MappingForm(()), SOURCE, "entry", ItemForm("status", _as_it_is("Status")))
    form = numbered_people(form, SOURCE, "Name")
    assert [view.kind for view in form.views] == ["F6", "F6"]
    text = write_form(form)
    assert read_form(text) == form
    with open_workshop(tmp_path / "db", account.held_files) as connection:
        apply_mapping(connection, Mapping("m", "", parse_mapping(text, "m"), text), account)
        entries = connection.execute("select subject_id from main.entry order by entry_id").fetchall()
        people = connection.execute("select subject_id from main.subject order by 1").fetchall()
    assert [each for (each,) in entries] == ["P2", "P2", "P1", None]
    assert [each for (each,) in people] == ["P1", "P2"]


def test_a_numbered_person_is_of_the_table_that_was_chosen() -> None:
    form = with_meaning(MappingForm(()), SOURCE, "entry", ItemForm("status", _as_it_is("Status")))
    numbered = numbered_people(form, SOURCE, "Name").by_table["entry"]
    assert numbered.frame == replace(NumberedPeople(SOURCE, Cell("Name")), cell=numbered.frame.cell)  # type: ignore[union-attr]
    assert numbered.by_column["subject_id"].choice == AsItIs(Cell(PERSON))  # type: ignore[union-attr]
