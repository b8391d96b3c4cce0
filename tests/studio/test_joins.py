"""Joins in Studio: two files that belong together, from the choice to the account of what was lost."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from overt.audits.mapping import parse_mapping
from overt.web.studio import Studio
from overt.web.studio._project import Project
from tests.studio.conftest import Browser
from tests.studio.files import two_separators
from tests.studio.test_meaning import Pages
from tests.studio.test_source import add_files, read_source


@pytest.fixture
def pages(browser: Browser, project: Project, tmp_path: Path) -> Pages:
    """A project with a list and its reviews, read as they are proposed."""
    first, second = two_separators(tmp_path)
    pages = Pages(browser, project)
    add_files(browser, project, first, second)
    read_source(browser, project, **{"use-1": "yes", "use-2": "yes"})
    return pages


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _place(studio: Studio, project: Project, table: str, column: str) -> str:
    tables = studio.engine_of(project).ask("tables")["tables"]
    number = [each["name"] for each in tables].index(table)
    return f"{number + 1}/{[name for name, _ in tables[number]['columns']].index(column) + 1}"


def test_a_join_becomes_part_of_the_mapping(pages: Pages, studio: Studio, project: Project) -> None:
    """The second journey's: two of three matched, one review of no entry, in row 4."""
    ref, entry_ref = _place(studio, project, "list", "Ref"), _place(studio, project, "reviews", "Entry ref")
    reviewed = _place(studio, project, "reviews", "Reviewed")
    join = {"left": ref, "right": entry_ref, "kind": "many", "trim": "yes"}
    tried = _words(pages.post("joins/try", 200, **join))
    assert "reviews.csv : 2 of 3 rows matched; 1 has no match in list.csv (row 4)" in tried
    assert project.settings.join == ()
    pages.post(f"meaning/{ref}", meaning="entry.entry_id")
    pages.post("joins", **join)
    assert project.settings.join == (join | {"trim": True},)
    pages.post(f"meaning/{reviewed}", meaning="review.done_at")
    page = pages.get(f"meaning/{reviewed}/review.done_at")
    assert "1 row can only be day first" in _words(page)
    ticked = {"form-0": "yes", "rest": "stop", "order": "day"}
    shown = _words(pages.post(f"meaning/{reviewed}/review.done_at/try", 200, **ticked))
    assert "3 of 3 rows are filled; the source has 3" in shown
    assert "review" not in project.mapping
    pages.post(f"meaning/{reviewed}/review.done_at", **ticked)
    assert {view.table for view in parse_mapping(project.mapping, "m")} == {"entry", "review"}
    assert 'trim("Entry ref") as entry_id' in project.mapping
    seen = _words(pages.get("joins"))
    assert "The mapping joins them for review" in seen
    lost = _words(pages.get("lost"))
    assert "1 of 3 rows of reviews.csv match no row of list.csv (row 4)" in lost
    assert "reviews.csv : 2 of 3 rows matched; 1 has no match in list.csv (row 4)" in lost
    assert "list.csv : 2 of 3 rows matched" in lost
    decided = _words(pages.get("meaning"))
    assert "Entry ref 3 of 3" in decided.partition("Decided (")[2]
    # A join that is taken back takes with it what it gave.
    pages.post("joins/remove", number="0")
    assert project.settings.join == ()
    assert "entry_id" not in project.mapping.partition("create view review")[2]
    assert "Nothing says of which entry the rows of review are" in _words(pages.get("meaning"))
    assert "No longer joined" in project.history.entries[-1].words


def test_a_column_of_a_table_that_is_not_joined_is_refused(pages: Pages, studio: Studio, project: Project) -> None:
    """With the page on which the join is said; nothing is changed."""
    pages.post(f"meaning/{_place(studio, project, 'list', 'Ref')}", meaning="entry.entry_id")
    reviewed = _place(studio, project, "reviews", "Entry ref")
    refused = pages.post(f"meaning/{reviewed}", 422, meaning="entry.unit")
    assert "“reviews” is another table than “list”, and nothing joins them" in html.unescape(refused)
    before = project.mapping
    join = {"left": _place(studio, project, "list", "Ref"), "right": reviewed, "kind": "describes", "trim": "yes"}
    pages.post("joins", **join)
    pages.post(f"meaning/{reviewed}", meaning="entry.unit")
    assert " left join " in project.mapping
    assert "left join" not in before
    assert "entry: 1 of 3 rows of reviews.csv match no row of list.csv (row 4)" in _words(pages.get("lost"))
