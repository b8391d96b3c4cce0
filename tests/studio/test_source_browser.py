"""The pages of the source in a real browser, by its own file chooser: usable by everybody, also without script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import chromium
from tests.studio import files
from tests.studio.conftest import canaries_in
from tests.studio.live import faults_of, running

pytestmark = pytest.mark.browser


def _started(page: Any, link: str, title: str) -> str:
    """A new project; the address of its steps."""
    page.goto(link)
    page.fill("#title", title)
    page.fill("#folder", title)
    page.click("button:has-text('Start project')")
    return str(page.url)


def _read(page: Any) -> None:
    """Presses the button and waits until the source is read."""
    page.click("button:has-text('Save and read')")
    for _ in range(200):
        if page.locator("text=This source has been read").count():
            return
        page.wait_for_timeout(100)
        if page.locator("a:has-text('Look again'), a:has-text('Show the tables')").count():
            page.locator("a:has-text('Look again'), a:has-text('Show the tables')").first.click()
    raise AssertionError(page.locator("main").inner_text())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_the_file_chooser_to_a_loaded_source(tmp_path: Path, script: bool) -> None:
    """Two files with two separators: axe finds nothing on any page, at 360 px and in the dark, and no name is shown."""
    chosen = [str(path) for path in files.two_separators(tmp_path)]
    faults: dict[str, list[str]] = {}
    with chromium() as chrome, running(tmp_path) as live:
        context = chrome.new_context(
            java_script_enabled=script, bypass_csp=True, viewport={"width": 360, "height": 800}, color_scheme="dark"
        )
        page = context.new_page()

        def look(name: str) -> None:
            assert canaries_in(page.content()) == [], name
            if script:
                faults[name] = faults_of(page)

        home = _started(page, live.link, "midshire")
        page.click("a:has-text('Source')")
        look("empty")
        page.set_input_files("#files", chosen)
        page.click("button:has-text('Add these files')")
        look("tables")
        page.click("a:has-text('Set') >> nth=0")
        look("one table")
        page.check("#header-2")
        page.click("button:has-text('Save and look again')")
        assert "looks like data" in page.locator(".govuk-error-summary").inner_text()
        look("one table, refused")
        page.goto(f"{home}source")
        _read(page)
        look("loaded")
        page.click("a:has-text('Joins between these tables')")
        page.locator("fieldset", has_text="Table and column").get_by_label("list.csv: Ref").check()
        page.locator("fieldset", has_text="Is the same as").get_by_label("reviews.csv: Entry ref").check()
        page.check("text='The first has many of the second'")
        page.click("button:has-text('Save and continue')")
        assert "2 of 3 rows matched" in page.locator("main").inner_text()
        look("joins")
        context.close()
    assert {name: found for name, found in faults.items() if found} == {}
