"""Meaning and Mapping: choices become SQL that the command line takes. Everybody in the source is invented."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from overt.audits.mapping._mapping import parse_mapping
from overt.web.studio import Studio
from overt.web.studio._project import Project
from tests.studio.conftest import Browser, canaries_in
from tests.web.pages import errors_that_do_not_help, markup_shown

HEADER = "Ref No.,Name,Role,Status,Date added,Next Review Due,Shared with,Notes,Spare & odd\n"
ROLES = ["Suspect", "Susp.", "Victim", "N/K"]


def _lines() -> str:
    rows = []
    for number in range(60):
        day, month = number % 28 + 1, number % 12 + 1
        name = ("Zebedee Quagmire", "Philomena Thistlewood", "Jo Zzyzx")[number % 3]
        due = "TBC" if number % 6 == 0 else f"0{number % 9 + 1}/0{number % 7 + 1}/2026"
        role = ROLES[number % 4] if number else "Zebedee Quagmire"
        rows.append(
            f"G-{number},{name},{role},{'Live' if number % 2 else 'Archived'},{day:02}/{month:02}/2024,{due},"
            f'"{"Housing; DWP" if number % 3 else ""}",seen with Zebedee Quagmire,x'
        )
    return HEADER + "\n".join(rows) + "\n"


class Pages:
    """A project with a loaded source; every page that is fetched is looked at for names."""

    def __init__(self, browser: Browser, project: Project) -> None:
        self.browser = browser
        self.project = project
        self.home = f"/p/{project.ident}/"

    def get(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(f"{self.home}{path}")
        assert answer.status_code == status, answer.text
        return self._seen(answer)

    def post(self, path: str, status: int = 303, **fields: str) -> str:
        answer = self.browser.post(f"{self.home}{path}", **fields)
        assert answer.status_code == status, answer.text
        return self._seen(answer)

    def _seen(self, answer: httpx.Response) -> str:
        assert canaries_in(answer.text) == []
        if "text/html" in answer.headers.get("content-type", ""):
            assert markup_shown(answer.text) == []
        if answer.status_code == 422 and "studio-refusal" not in answer.text:
            assert errors_that_do_not_help(answer.text) == []
        return answer.text


@pytest.fixture
def pages(browser: Browser, project: Project, studio: Studio, tmp_path: Path) -> Pages:
    source = tmp_path / "gangs.csv"
    source.write_text(_lines(), encoding="utf-8")
    studio.engine_of(project).ask("load", location=str(source))
    return Pages(browser, project)


def test_the_meaning_of_every_column_is_chosen_without_sql(pages: Pages) -> None:
    """From the guesses to a mapping that reads, with names kept out of it."""
    first = pages.get("meaning")
    assert "Needs a decision (9)" in first
    assert "Spare &amp; odd" in first
    pages.post("meaning/accept")
    assert 'trim("Ref No.") as entry_id' in pages.project.mapping
    assert "Needs a decision (9)" not in pages.get("meaning")
    # A name is no number of people; they can be numbered instead.
    assert "looks like names of people" in pages.post("meaning/1/2", 422, meaning="entry.subject_id")
    pages.post("meaning/1/2", meaning="entry.subject_id", people="yes")
    assert "dense_rank()" in pages.project.mapping
    # Codes, of which one value is masked.
    pages.post("meaning/1/3", meaning="entry.role")
    codes = pages.get("meaning/1/3/entry.role")
    assert "Anything else (1 masked value, 1 row)" in codes
    chosen = dict.fromkeys(("code-0", "code-1", "code-2", "code-3"), "")
    assert "Select what" in pages.post("meaning/1/3/entry.role", 422, **chosen, rest="unknown")
    wrong = pages.post("meaning/1/3/entry.role", 422, **dict.fromkeys(chosen, "suspect"), rest="unknown",
                       paste="victim = victim\nnobody = suspect")  # fmt: skip
    assert "Line 2: this value is not in the file" in wrong
    pages.post("meaning/1/3/entry.role", **dict.fromkeys(chosen, "suspect"), rest="unknown",
               paste="Victim = victim\nN/K = unknown")  # fmt: skip
    assert "when 'victim' then 'victim'" in pages.project.mapping
    # Dates that can be read in two ways.
    due = "meaning/1/6/entry.review_due_on"
    pages.post("meaning/1/6", meaning="entry.review_due_on")
    assert "“tbc” means no date: 10 rows" in pages.get(due).replace("TBC", "tbc")
    ticked = {"form-0": "yes", "none-0": "yes"}
    assert "Choose whether day or month comes first" in pages.post(due, 422, **ticked, rest="stop")
    assert "Say why unreadable dates" in pages.post(due, 422, **ticked, rest="unknown", order="day")
    pages.post(due, **ticked, rest="stop", order="day")
    assert "'tbc' then null" in pages.project.mapping
    assert "try_strptime" not in pages.project.mapping
    # Several in one cell, not used, asked.
    assert "Disclosure: recipient" in pages.get("meaning/1/7?q=who+was+it+shared+with")
    pages.post("meaning/1/7", meaning="disclosure.recipient", cell=";")
    pages.post("meaning/1/8", meaning="unused", reason="free text")
    pages.post("meaning/1/9", meaning="ask", reason="What is spare?")
    last = pages.get("meaning")
    assert "Not used (1)" in last
    assert "as grounds" not in pages.project.mapping
    assert "What is spare?" in pages.get("meaning/questions")
    tables = [view.table for view in parse_mapping(pages.project.mapping, "m")]
    assert {"entry", "subject", "disclosure"} <= set(tables)
    for text in (pages.project.mapping, *(path.read_text("utf-8", "replace") for path in _kept(pages.project))):
        assert canaries_in(text) == []
    # What was chosen can be seen again and taken back.
    assert "Entry: role" in pages.get("meaning/1/3")
    pages.post("meaning/1/3/remove", name="entry.role")
    assert "as role" not in pages.project.mapping
    assert "Another column already is" in pages.post("meaning/1/3", 422, meaning="entry.status")


def test_a_mapping_is_written_by_hand_and_checked(pages: Pages) -> None:
    """A fault is said by its line, and nothing is changed by it."""
    assert "There is no mapping yet" in pages.get("mapping")
    text = "create view entry as\nselect read_csv('x') as entry_id from source_rows;"
    refused = pages.post("mapping/check", 422, sql=text)
    assert "line 2" in refused
    assert pages.project.mapping == ""
    text = (
        '-- Mine.\ncreate view entry as\nselect "Ref No." as entry_id,\n'
        '  row_number() over (order by "Ref No.") as score\nfrom source_rows;'
    )
    assert "Nothing is wrong with it: 1 table" in pages.post("mapping/check", 200, sql=text)
    pages.post("mapping", sql=text)
    shown = pages.get("mapping")
    assert "Entry: score: written by hand" in shown
    assert "Entry: entry id: from the form" in shown
    assert pages.get("mapping.sql") == text + "\n"
    # A choice changes its own part, and no other byte.
    pages.post("meaning/1/4", meaning="entry.status")
    pages.post("meaning/1/4/entry.status", rest="unknown", **{"code-0": "active", "code-1": "closed"})
    before = text.removesuffix("\nfrom source_rows;")
    assert pages.project.mapping.startswith(before)
    assert "as status\nfrom source_rows;" in pages.project.mapping


def test_pages_that_are_not_there(pages: Pages) -> None:
    pages.get("meaning/1/99", 404)
    pages.get("meaning/2/1", 404)
    pages.get("meaning/1/1/entry.entry_id", 404)
    pages.get("meaning/1/1/entry.nothing", 404)


def _kept(project: Project) -> list[Path]:
    return [path for path in project.folder.iterdir() if path.suffix in (".toml", ".json", ".sql")]
