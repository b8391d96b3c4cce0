"""Whole audits in a browser, from `overt studio FILE` to the ZIP that repeats them. Everybody in them is invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import chromium
from tests.studio import files
from tests.studio.conftest import canaries_in
from tests.studio.journey import Walk, repeated
from tests.studio.live import running

pytestmark = pytest.mark.browser
MOST_CLICKS = 55
_EVERYTHING = "Everything that repeats the audit"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """One Chromium for all journeys."""
    with chromium() as started:
        yield started


def _page(chrome: Any, *, script: bool) -> Any:
    size = {"width": 1280, "height": 900}
    return chrome.new_context(java_script_enabled=script, bypass_csp=True, viewport=size).new_page()


def _report(walk: Walk, folder: Path) -> Path:
    """Makes the report and downloads everything."""
    walk.step("Report")
    walk.enter("organisation", "Midshire Inspectorate (invented)")
    walk.button("Make the report")
    return walk.download(_EVERYTHING, folder)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_data_protection_officer_audits_a_workbook(chrome: Any, tmp_path: Path, script: bool) -> None:
    """No SQL is seen; 34 reviews without a date are said to be lost; and the ZIP repeats the audit byte for byte."""
    source = files.gangs(tmp_path)
    with running(tmp_path, source.name) as live:
        walk = Walk(_page(chrome, script=script), live.link)
        walk.link("gangs")
        tables = walk.click("main a:text-is('Source')")
        assert "Row 4 (proposed)" in tables
        assert "Looks like notes" in tables
        walk.read_source()
        walk.step("Meaning")
        walk.button("Accept all")
        walk.say_role_and_status()
        walk.link("Next Review")
        assert "“TBC”" in walk.click("main a[href$='/entry.review_due_on']")
        walk.button("Save and continue")
        assert "duties can be answered" in walk.step("What can be answered")
        assert "“TBC”: 34 rows" in _opened(walk, walk.step("Lost and changed"))
        walk.audit(files.AS_OF.isoformat())
        walk.link("See the findings")
        assert _counts(walk.link("OV-20")) == (files.ACTIVE, files.WITHOUT_REVIEW)
        walk.back()
        assert _counts(walk.link("OV-21")) == (files.ACTIVE - files.WITHOUT_REVIEW, files.OVERDUE)
        archive = _report(walk, tmp_path)
        assert walk.clicks <= MOST_CLICKS
        if script:
            assert walk.faults() == {}
    (tmp_path / "empty").mkdir()
    texts, different = repeated(archive, source, tmp_path / "empty")
    assert different == []
    assert canaries_in(texts) == []


def _counts(finding: str) -> tuple[int, int]:
    """How many rows a finding examined, and how many are breaches."""
    examined, breached = (re.search(rf"{name}\s+(\d+)", finding) for name in ("Examined", "Breached"))
    assert examined, finding
    assert breached, finding
    return int(examined[1]), int(breached[1])


def _opened(walk: Walk, text: str) -> str:
    return text + str(walk.page.locator("main").text_content())


def test_days_that_could_be_months_wait_for_a_person(chrome: Any, tmp_path: Path) -> None:
    """No proposal is made of them. What needs them cannot be shown; everything else is audited."""
    source = files.small(tmp_path)
    with running(tmp_path, source.name) as live:
        walk = Walk(_page(chrome, script=True), live.link)
        walk.link("small")
        walk.click("main a:text-is('Source')")
        walk.read_source()
        walk.step("Meaning")
        walk.button("Accept")
        walk.link("Date added")
        walk.tick("meaning", "entry.opened_on")
        walk.button("Save and continue")
        assert walk.page.locator("[name='order']:checked").count() == 0
        assert "Choose whether day or month comes first" in walk.button("Save and continue")
        assert "opened_on" not in walk.click("nav a:text-is('Mapping')")
        walk.audit("2026-06-30")
        assert "Cannot be shown" in walk.link("See the findings")
        walk.page.goto(f"{walk.page.url}/OV-29")
        assert "entry.opened_on" in walk.look()
        archive = _report(walk, tmp_path)
    (tmp_path / "empty").mkdir()
    assert repeated(archive, source, tmp_path / "empty")[1] == []


def test_names_are_no_keys_and_are_kept_nowhere(chrome: Any, tmp_path: Path) -> None:
    """People are numbered: two spellings are one, and a blank name is nobody."""
    source = files.names(tmp_path)
    with running(tmp_path, source.name) as live:
        walk = Walk(_page(chrome, script=False), live.link)
        walk.link("names")
        walk.click("main a:text-is('Source')")
        walk.read_source()
        walk.step("Meaning")
        walk.click("main a:text-is('Name')")
        walk.offer("entry")
        walk.tick("meaning", "entry.subject_id")
        assert "looks like names of people" in walk.button("Save and continue")
        walk.tick("people", "yes")
        walk.button("Save and continue")
        walk.step("Lost and changed")
        walk.audit("2026-06-30")
        walk.link("See the findings")
        archive = _report(walk, tmp_path)
    (tmp_path / "empty").mkdir()
    texts, different = repeated(archive, source, tmp_path / "empty")
    assert different == []
    assert canaries_in(texts) == []
    kept = [path for path in (tmp_path / "names-studio").rglob("*") if path.is_file() and path.suffix != ".duckdb"]
    assert [path for path in kept if canaries_in(path.read_bytes().decode("latin-1"))] == []
