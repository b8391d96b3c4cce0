"""Meaning and Mapping: choices become SQL that the command line takes. Everybody in the source is invented."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import httpx
import openpyxl
import pytest

from overt.audits.mapping import apply_mapping, mapping_of, parse_mapping
from overt.audits.source import read_reading
from overt.audits.source._sandbox import open_workshop
from overt.web.studio import Studio
from overt.web.studio._kept import SETTINGS
from overt.web.studio._project import Project
from tests.audit.sources import load
from tests.studio.conftest import Browser, canaries_in
from tests.studio.files import ACTIVE, ROWS, gangs
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
        if answer.status_code == 422:
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
    assert "Disclosure: the body it went to" in pages.get("meaning/1/7?q=who+was+it+shared+with")
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
    assert "Entry: the part the person is said to have" in pages.get("meaning/1/3")
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
    assert "Entry: a score the register gives the person: written by hand" in shown
    assert "Entry: the register&#39;s own number of the entry: from the form" in shown
    assert pages.get("mapping.sql") == text + "\n"
    # A choice changes its own part, and no other byte.
    pages.post("meaning/1/4", meaning="entry.status")
    pages.post("meaning/1/4/entry.status", rest="unknown", **{"code-0": "active", "code-1": "closed"})
    before = text.removesuffix("\nfrom source_rows;")
    assert pages.project.mapping.startswith(before)
    assert "as status\nfrom source_rows;" in pages.project.mapping


def test_a_list_is_understood_by_accepting_what_is_certain(
    browser: Browser, project: Project, studio: Studio, tmp_path: Path
) -> None:
    """Of the officer's workbook: the guesses make a mapping that applies, and all spellings of its codes have one."""
    source = gangs(tmp_path)
    reading = {"gangs.xlsx#Gangs list Q2": {"header_row": 4}, "gangs.xlsx#Notes": {"use": False}}
    project.set("Read the list", ["reading"], seen=project.history.last, reading=reading)
    settings = str(project.folder / SETTINGS)
    studio.engine_of(project).ask("load", location=str(source), settings=settings)
    pages = Pages(browser, project)
    first = pages.get("meaning")
    assert "Needs a decision (13)" in first
    assert "Review: when it was done (60 of 200 values read as year-month-day" in first
    assert "180 of 240 read as day/month/year" in first
    assert "31 rows become unknown" in first
    assert "entry." not in re.sub(r"<[^>]*>", "", first)
    assert "%" not in re.sub(r"<[^>]*>", "", first)
    pages.post("meaning/accept")
    second = pages.get("meaning")
    assert "the guess that is certain" not in second
    assert "guesses that are certain" not in second
    # Sentences and names of staff are left to a person.
    open_rows = second.partition("Needs a decision (")[2].partition("Decided (")[0]
    assert "it is free text, in which anybody may be named" in open_rows
    assert "its values look like names of people" in open_rows
    columns = {view.table: set(view.columns) for view in parse_mapping(project.mapping, "m")}
    assert {"entry_id", "subject_id", "opened_on", "review_due_on", "unit"} <= columns["entry"]
    assert not {"grounds", "opened_by"} & columns["entry"]
    assert {"review_id", "entry_id", "done_at"} <= columns["review"]
    # Beside a meaning stands what it would add.
    assert re.search(r"Entry: whether the entry is in use \(\d+ more duties\)", pages.get("meaning/1/5"))
    assert not re.search(r"must be reviewed \(\d+ more", pages.get("meaning/1/8"))
    # Codes, the words that are left among them.
    for path, name, codes in (("3", "role", {"Vic": "victim"}), ("5", "status", {"Nominal - live": "active"})):
        pages.post(f"meaning/1/{path}", meaning=f"entry.{name}")
        page = pages.get(f"meaning/1/{path}/entry.{name}")
        chosen = _codes_shown(page, codes)
        assert "" not in chosen.values()
        pages.post(f"meaning/1/{path}/entry.{name}", rest="unknown", **chosen)
    done = pages.get("meaning")
    assert 'href="/p/' in done
    assert "/meaning/1/3/entry.role" in done
    answered = re.search(r">(\d+) of \d+ duties can be answered", pages.get("answered"))
    assert answered
    assert int(answered[1]) > 0
    account = load(source, tmp_path / "own", reading=read_reading(Path(settings)))
    with open_workshop(tmp_path / "own", account.held_files) as filled:
        apply_mapping(filled, mapping_of(project.mapping, "m"), account)
        roles = dict(filled.execute("select coalesce(role, ''), count(*) from main.entry group by 1").fetchall())
        assert roles == _roles_in(source)
        statuses = filled.execute("select status, count(*) from main.entry group by 1 order by 1").fetchall()
        assert statuses == [("active", ACTIVE), ("closed", ROWS - ACTIVE)]
        assert filled.execute("select count(*) from main.review").fetchone() == (200,)


def _roles_in(workbook: Path) -> Counter[str]:
    """How many rows of the list have each role, in whatever spelling; an empty one for none and for "N/K"."""
    sheet = openpyxl.load_workbook(workbook)["Gangs list Q2"]
    words = {"su": "suspect", "vi": "victim", "as": "associate"}
    spelt = [str(row[2] or "") for row in sheet.iter_rows(min_row=5, values_only=True)]
    return Counter(words.get(role[:2].lower(), "") for role in spelt)


def _codes_shown(page: str, codes: dict[str, str]) -> dict[str, str]:
    """The code that each value has on its page, or that it is given here."""
    chosen = {}
    for name, label, options in re.findall(
        r'<label for="(code-\d+)">([^<]*)</label>.*?<select[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        selected = re.search(r'value="([^"]*)" selected', options)
        value = html.unescape(label).rpartition(" (")[0]
        chosen[name] = codes.get(value, selected[1] if selected else "")
    return chosen


def test_people_are_numbered_only_where_a_column_says_who_they_are(pages: Pages) -> None:
    """A column of names, or one that may be the person; not a column of codes."""
    offer = "Number the people in the order of this column"
    assert offer in pages.get("meaning/1/2")
    assert offer in pages.get("meaning/1/1?q=person+who+is+listed")
    for number in (1, 3, 5, 6):
        assert offer not in pages.get(f"meaning/1/{number}")
    assert "Select what the column means" in pages.post("meaning/1/2", 422)
    # A column that numbers people means nothing itself, so that nothing need be chosen.
    pages.post("meaning/1/2", people="yes")
    assert "dense_rank()" in pages.project.mapping


def test_what_numbers_the_entries_may_be_chosen_last(pages: Pages) -> None:
    """Rows that hang on an entry are led to it by its new number."""
    pages.post("meaning/1/9", meaning="entry.unit")
    pages.post("meaning/1/7", meaning="disclosure.recipient", cell=";")
    assert "format('{:08d}', _row) as entry_id" in pages.project.mapping
    pages.post("meaning/1/1", meaning="entry.entry_id")
    assert ", _row)" not in pages.project.mapping
    assert pages.project.mapping.count('trim("Ref No.") as entry_id') == 2


def test_pages_that_are_not_there(pages: Pages) -> None:
    pages.get("meaning/1/99", 404)
    pages.get("meaning/2/1", 404)
    pages.get("meaning/1/1/entry.entry_id", 404)
    pages.get("meaning/1/1/entry.nothing", 404)


def _kept(project: Project) -> list[Path]:
    return [path for path in project.folder.iterdir() if path.suffix in (".toml", ".json", ".sql")]
