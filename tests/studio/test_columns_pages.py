"""Columns, what can be answered, and what is lost: with counts that are right, and nobody's name."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from overt.audits import read_accepted
from overt.web.studio import Studio
from overt.web.studio._project import Project
from tests.studio.conftest import Browser, canaries_in

HEADER = "Ref,Role,Team,Next review,Name,Grounds"
LINES = [
    f"E{number:03},{('Suspect', 'susp.', 'Victim')[number % 3]},Mill Lane,"
    f"{'TBC' if number % 5 == 0 else f'{number % 28 + 1:02}/03/2026'},"
    f"{('Zebedee Quagmire', 'Philomena Thistlewood')[number % 2]},Seen with Zebedee Quagmire on {number}"
    for number in range(60)
]
MAPPING = """create view entry as
select "Ref" as entry_id, "Name" as subject_id,
    case lower(trim("Role")) when 'suspect' then 'suspect' when 'victim' then 'victim' end as role,
    cast(try_strptime(trim("Next review"), '%d/%m/%Y') as date) as review_due_on, "Team" as unit,
    "Grounds" as grounds, 'active' as status
from source_rows;
"""


@pytest.fixture
def home(studio: Studio, project: Project, tmp_path: Path) -> str:
    """The address of a project whose source is loaded."""
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *LINES, ""]), encoding="utf-8")
    studio.engine_of(project).ask("load", location=str(path))
    return f"/p/{project.ident}/"


def _map(project: Project, text: str = MAPPING) -> None:
    project.change("Wrote the mapping", ["mapping"], lambda _: {"mapping.sql": text}, seen=project.history.last)


def _page(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    assert canaries_in(answer.text) == []
    return answer.text


def _count(text: str) -> int:
    """How many duties the page says can be answered."""
    found = re.search(r">(\d+) of \d+ duties can be answered", text)
    assert found
    return int(found[1])


def test_columns_have_cards_without_anybody(browser: Browser, project: Project, home: str) -> None:
    """Counts, shapes and known words; the same with a mapping, which gives meanings."""
    text = _page(browser, f"{home}columns")
    assert text.count("govuk-summary-card__title-wrapper") == 6
    assert "The source has 6 columns; 6 have no meaning yet" in text
    assert "<code>Aaaaaaa Aaaaaaaa</code>" in text
    assert "Suspect" in text
    assert "Mill Lane" not in text
    _map(project)
    for path in (f"{home}columns/1/1", f"{home}meaning/1/1"):
        assert f'href="{path}"' in text
        _page(browser, path)
    text = _page(browser, f"{home}columns?sort=undecided")
    assert "no meaning yet" not in text
    assert "Mill Lane" in text
    assert "The unit or borough that made the entry." in text


@pytest.mark.parametrize("query", ["sort=emptiest", "page=9", "page=x"])
def test_columns_are_sorted_and_paged(browser: Browser, home: str, query: str) -> None:
    """A page that is not there is the last."""
    assert "Sort by" in _page(browser, f"{home}columns?{query}")


def test_one_column_is_shown_in_full(browser: Browser, project: Project, home: str) -> None:
    """And what is no column is refused."""
    assert "look like names of people" in _page(browser, f"{home}columns/1/5")
    _page(browser, f"{home}columns/1/6")
    _page(browser, f"{home}columns/1/7", 422)
    _page(browser, f"{home}columns/x/1", 404)


def test_categories_are_declared_by_a_person_and_kept_in_history(browser: Browser, project: Project, home: str) -> None:
    """Common values are shown from then on; of a column that means a person they never are."""
    answer = browser.post(f"{home}columns/1/3", categories="yes")
    assert answer.status_code == 303
    assert project.settings.categories == ("list/3",)
    assert "holds categories, not names" in project.history.entries[-1].words
    assert "Mill Lane" in _page(browser, f"{home}columns/1/3")
    browser.post(f"{home}columns/1/3")
    assert project.settings.categories == ()
    _map(project)
    refused = browser.post(f"{home}columns/1/5", categories="yes")
    assert refused.status_code == 422
    assert "its values are never shown" in refused.text
    assert canaries_in(refused.text) == []


def test_what_can_be_answered_is_counted_live(browser: Browser, project: Project, home: str) -> None:
    """Nothing without a mapping, and what would add most; more with one."""
    empty = _page(browser, f"{home}answered")
    assert "Nothing is mapped yet" in empty
    assert _count(empty) <= 1
    assert "What would add most" in empty
    _map(project)
    text = _page(browser, f"{home}answered")
    assert _count(text) > 3
    assert "What is missing for the rest" in text
    region = browser.get(f"{home}answered", **{"hx-request": "true", "hx-target": "section#answers"})
    assert "duties can be answered from this source" in region.text
    assert "<html" not in region.text


def test_nothing_is_lost_unsaid(browser: Browser, project: Project, home: str) -> None:
    """Words for no date with their rows; shapes for the rest; a warning with the duties that they touch."""
    assert "Nothing is mapped yet" in _page(browser, f"{home}lost")
    _map(project)
    text = _page(browser, f"{home}lost")
    assert "“TBC”: 12 rows, in rows 2, 7, 12, 17, 22 and others of the file" in text
    assert "“susp.”: 20 rows" in text
    assert "This touches" in text
    assert "the same in every row" in text


def test_losses_are_intended_with_a_reason(browser: Browser, project: Project, home: str) -> None:
    """Which is kept, and ends the warning."""
    _map(project)
    page = f"{home}lost/entry.review_due_on"
    assert "12 of 60 values" in _page(browser, page)
    short = browser.post(page, reason="none")
    assert short.status_code == 422
    assert "Say why these losses are intended" in short.text
    assert browser.post(page, reason="TBC says that no date was set").status_code == 303
    accepted = read_accepted(project.folder / "accepted.toml", dt.date(2026, 6, 30))
    assert accepted.intended == {"entry.review_due_on": "TBC says that no date was set"}
    text = _page(browser, f"{home}lost")
    assert "Intended: TBC says that no date was set" in text
    assert "12 of 60 values of entry.review_due_on were lost in the mapping (20.0%). This touches" not in text
    _page(browser, f"{home}lost/entry.opened_on", 404)


def test_a_mapping_that_stops_the_audit_is_refused_with_its_row(browser: Browser, project: Project, home: str) -> None:
    """Columns can still be looked at."""
    _map(project, MAPPING.replace("try_strptime", "strptime"))
    text = _page(browser, f"{home}lost", 422)
    assert "row 2 of list.csv" in text
    _page(browser, f"{home}columns")
    _page(browser, f"{home}answered")
