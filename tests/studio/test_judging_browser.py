"""Samples and keyword lists in a real browser: usable by everybody, by keyboard, also without script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import chromium
from tests.studio import files
from tests.studio.journey import Walk
from tests.studio.live import faults_of, running

pytestmark = pytest.mark.browser
MAPPING = """create view entry as
select "Ref" as entry_id, 'S' || "Ref" as subject_id, "Status" as status from small where "Ref" <> '';
"""


def _wait(page: Any, selector: str) -> None:
    """Waits for a page that is made again until it has what is looked for."""
    for _ in range(300):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(100)
        again = page.locator("main a:has-text('Look again'), main a:has-text('Show the tables')")
        if again.count():
            again.first.click()
    raise AssertionError(page.locator("main").inner_text())


def _sample(walk: Walk, look: Callable[[str], None]) -> None:
    """Draws a sample of all nine rows, which two reviewers mark by keyboard."""
    page = walk.page
    walk.step("Sample")
    look("samples")
    page.select_option("#about", "entry.status")
    walk.button("Show")
    look("draw")
    page.fill("#size", "x")
    page.press("#size", "Enter")
    assert page.title().startswith("Error: ")
    look("draw, refused")
    page.fill("#size", "9")
    walk.button("Draw the sample")
    _wait(page, "text=as reviewer A")
    look("sample")
    place = page.url
    for reviewer in "AB":
        walk.link(f"as reviewer {reviewer}")
        if reviewer == "A":
            look("reviewer")
            walk.button("Save these marks")
            look("reviewer, refused")
        for row in range(1, 10):
            page.focus(f"#mark-{row}")
            page.keyboard.press("Space")
            if row <= 2 and reviewer == "B":
                page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_selector("#hand-in")
        look("all marked")
        walk.click("#hand-in button")
    assert page.url == place
    assert "7 of 9" in walk.look()
    look("result")


def _words(walk: Walk, look: Callable[[str], None], folder: Path) -> None:
    """Adds a list, names texts that are there, and tests the one on the other."""
    page = walk.page
    terms, texts = files.word_list(folder), files.labelled_texts(folder)
    walk.step("Words")
    look("words")
    page.set_input_files("#word_list", str(terms))
    walk.button("Add this list")
    page.fill("#word_texts_place", texts.name)
    page.press("#word_texts_place", "Enter")
    look("columns")
    for name, column in (("text", "sentence"), ("label", "label"), ("group", "about")):
        page.select_option(f"#{name}", label=column)
    walk.button("Save the columns")
    look("labels")
    walk.button("Test the list")
    look("labels, refused")
    page.check("#yes-2")
    walk.button("Test the list")
    _wait(page, "text=Read this with the figures")
    look("figures")
    words = walk.look()
    assert "young people" in words
    assert "ladder" not in words


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_sample_and_a_list_are_judged(tmp_path: Path, script: bool) -> None:
    """From the form to the figures: axe finds nothing on any page, at 360 px and in the dark, and nobody is shown."""
    files.small(tmp_path)
    faults: dict[str, list[str]] = {}
    with chromium() as chrome, running(tmp_path, "small.csv") as live:
        context = chrome.new_context(
            java_script_enabled=script, bypass_csp=True, viewport={"width": 360, "height": 800}, color_scheme="dark"
        )
        page = context.new_page()
        walk = Walk(page, live.link)

        def look(name: str) -> None:
            walk.look()
            if script:
                faults[name] = faults_of(page)

        walk.link("small")
        home = page.url
        walk.click("main a:text-is('Source')")
        page.click("button:has-text('Save and read')")
        _wait(page, "text=This source has been read")
        page.goto(f"{home}mapping")
        page.fill("textarea[name='sql']", MAPPING)
        page.click("button:has-text('Use this')")
        _sample(walk, look)
        _words(walk, look, tmp_path)
        context.close()
    assert {name: found for name, found in faults.items() if found} == {}
