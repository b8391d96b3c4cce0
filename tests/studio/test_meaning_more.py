"""Columns side by side, keys that repeat, schemes, spellings, short years, rows that differ. Everybody is invented."""

from __future__ import annotations

import html
import re
from pathlib import Path

import duckdb
import pytest

from overt.audits.mapping import apply_mapping, mapping_of
from overt.audits.mapping.form import Agreed, ItemForm, choice_sql, read_form
from overt.audits.source._sandbox import open_workshop
from overt.web.studio import Studio
from overt.web.studio._project import Project
from tests.audit.sources import load
from tests.studio.conftest import Browser, canaries_in
from tests.studio.test_meaning import Pages

HEADER = "Ref,Grounds 1,Grounds 2,Source 1,Source 2,Shared with,Name,DOB,Ethnicity,Role,Unit\n"
NAMES = ("Zebedee Quagmire", " zebedee quagmire ", "Philomena Thistlewood", "Philomena Thistlewood")
GROUPS = ("White British", "Asian Indian", "Martian", "White British")
ROLES = ("Suspect", "suspect", "Victim", "Suspect.")


def _lines() -> str:
    rows = [
        f"W{number // 2},report,{'partner' if number % 2 else ''},police record,"
        f"{'arrest' if number % 3 else 'witness'},"
        f"Housing; DWP,{NAMES[number % 4]},{number % 28 + 1:02}/03/{'29' if number % 4 < 2 else '30'},"
        f"{GROUPS[number % 4]},{ROLES[number % 4]},{'North' if number % 3 else 'South'}"
        for number in range(48)
    ]
    return HEADER + "\n".join(rows) + "\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "wide.csv"
    path.write_text(_lines(), encoding="utf-8")
    return path


@pytest.fixture
def pages(browser: Browser, project: Project, studio: Studio, source: Path) -> Pages:
    studio.engine_of(project).ask("load", location=str(source))
    return Pages(browser, project)


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _rows(tmp_path: Path, source: Path, text: str, query: str) -> list[tuple[object, ...]]:
    """What a query gives of the model, filled by a mapping."""
    database = tmp_path / f"own-{len(list(tmp_path.glob('own-*')))}"
    account = load(source, database)
    with open_workshop(database, account.held_files) as filled:
        apply_mapping(filled, mapping_of(text, "m"), account)
        return filled.execute(query).fetchall()


def test_facts_side_by_side_and_keys_that_repeat(pages: Pages, project: Project, source: Path, tmp_path: Path) -> None:
    """One table of items from all columns, blanks leave none; sharings are cut up; what repeats is decided."""
    page = _words(pages.get("meaning/1/1?about=entry"))
    assert "48 rows have 24 different numbers" in page
    refused = pages.post("meaning/1/1", 422, meaning="entry.entry_id")
    assert "48 rows are 24 entries: choose what rows with the same number are" in refused
    pages.post("meaning/1/1", meaning="entry.entry_id", key="key")
    assert "“Grounds 2” means the same" in _words(pages.get("meaning/1/2?about=item"))
    pages.post("meaning/1/2", meaning="item.category", **{"also-3": "yes"})
    no_room = pages.post("meaning/1/2", 422, meaning="entry.unit", **{"also-3": "yes"})
    assert "Only what an entry has several of can stand in several columns" in no_room
    pages.post("meaning/1/6", meaning="disclosure.recipient", cell=";")
    # The codes of both columns are chosen together.
    answer = pages.browser.post(f"{pages.home}meaning/1/4", meaning="item.origin", **{"also-5": "yes"})
    assert answer.headers["location"].endswith("/meaning/1/4/item.origin?also=5")
    codes = pages.get("meaning/1/4/item.origin?also=5")
    assert "<bdi>Source 2</bdi>”, which means the same" in codes
    values = [html.unescape(text).rpartition(" (")[0] for text in re.findall(r'<label for="code-\d+">([^<]*)', codes)]
    assert set(values) == {"police record", "arrest", "witness"}
    names = re.findall(r'<label for="(code-\d+)">', codes)
    chosen = {name: value.replace(" ", "_") for name, value in zip(names, values, strict=True)}
    shown = pages.post("meaning/1/4/item.origin/try?also=5", 200, **chosen, rest="unknown")
    assert "72 of 72 rows are filled" in _words(shown)
    pages.post("meaning/1/4/item.origin?also=5", **chosen, rest="unknown")
    text = project.mapping
    count = ("select (select count(*) from main.entry), (select count(distinct item_id) from main.item),"
             " (select count(*) from main.item), (select count(*) from main.disclosure)")  # fmt: skip
    assert _rows(tmp_path, source, text, count) == [(24, 72, 72, 96)]
    linked = ("select distinct entry_id in (select entry_id from main.entry) from"
              " (select entry_id from main.item union all select entry_id from main.disclosure)")  # fmt: skip
    assert _rows(tmp_path, source, text, linked) == [(True,)]
    decided = _words(pages.get("meaning")).partition("Decided (")[2]
    assert "Grounds 2 24 of 48" in decided
    assert "Source 2 48 of 48" in decided
    # The same columns once more, as rows of their own.
    pages.post("meaning/1/1", meaning="entry.entry_id", key="row")
    assert "format('{:08d}', _row) as entry_id" in project.mapping
    assert "each row is counted as one entry" in _words(pages.get("meaning"))


def test_people_who_are_not_the_same_are_told_apart(
    pages: Pages, project: Project, source: Path, tmp_path: Path
) -> None:
    """By their rows, for no name is shown; and what is taken where the rows of one number differ."""
    pages.post("meaning/1/7", meaning="entry.subject_id", people="yes")
    assert "People are numbered in its order" in _words(pages.get("meaning/1/7"))
    people = _words(pages.get("meaning/1/7/people"))
    assert "2 people have a number" in people
    assert "1 person is written in several ways" in people
    assert "Row 3 is another person" in people
    pages.post("meaning/1/7/people", **{"row-2": "yes"})
    assert "case when _row = 2 then _row else 0 end" in project.mapping
    query = "select count(distinct subject_id) from main.subject"
    assert _rows(tmp_path, source, project.mapping, query) == [(3,)]
    pages.post("meaning/1/7/people")
    assert "case when _row" not in project.mapping
    # Years in two figures need a century.
    pages.post("meaning/1/8", meaning="subject.birth_date")
    dates = {"form-0": "yes", "rest": "stop", "order": "day"}
    born = "meaning/1/8/subject.birth_date"
    assert "Choose of which century years in two figures are" in pages.post(born, 422, **dates)
    assert "Enter the first year of the 1900s" in pages.post(born, 422, **dates, century="turns")
    pages.post(born, **dates, century="turns", turn="30")
    page = pages.get(born)
    assert re.search(r'value="turns" checked', page)
    assert 'value="30"' in page
    (item,) = [item for item in read_form(project.mapping).by_table["subject"].items if item.column == "birth_date"]
    assert isinstance(item, ItemForm)
    assert isinstance(item.choice, Agreed)
    years = f"select distinct year({choice_sql(item.choice.of)}) from read_csv('{source}', all_varchar=true) order by 1"
    assert duckdb.sql(years).fetchall() == [(1930,), (2029,)]
    differ = f"{born}/rows"
    assert "Of 2 numbers, 2 have rows that differ" in _words(pages.get(differ))
    pages.post("meaning/1/10", meaning="entry.role")
    pages.post(differ, differ="agree")
    assert "rows that differ" in _words(pages.get("meaning/1/8"))


def test_spellings_are_told_apart_and_schemes_cover(pages: Pages, project: Project) -> None:
    """A refusal to join is kept; a scheme fills in its codes, and says which labels it does not have."""
    pages.post("meaning/1/10", meaning="entry.role")
    role = "meaning/1/10/entry.role"
    page = pages.get(role)
    ticks = re.findall(r'name="(apart-\d-\d)"', page)
    assert ticks
    fields = dict.fromkeys(re.findall(r'<select class="govuk-select" id="(code-\d+)"', page), "suspect")
    answer = pages.browser.post(f"{pages.home}{role}", **fields, rest="unknown", **{ticks[0]: "yes"})
    assert answer.headers["location"].endswith("entry.role")
    assert len(project.choices.apart) == 1
    assert len(re.findall(r'name="(apart-\d-\d)"', pages.get(role))) < len(ticks)
    pages.post("meaning/1/7", meaning="entry.subject_id", people="yes")
    pages.post("meaning/1/9", meaning="subject.ethnicity_self")
    path = "meaning/1/9/subject.ethnicity_self"
    schemes = pages.get(path)
    assert "Group schemes" in schemes
    names = re.findall(r"\?scheme=([^\"]+)\"", schemes)
    assert names
    filled = pages.get(f"{path}?scheme={names[0]}")
    assert "selected" in filled
    for text in (project.mapping, project.choices.write()):
        assert canaries_in(text) == []
