"""Every page that the journeys saw, in every state it was in: axe in light and dark, 360 px, paper, valid HTML.

The pages are shown again as they were, byte for byte, in a window with script on, because axe needs it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import html5lib
import pypdf
import pytest

from overt.web.portal import Face
from tests.web.journeys.journeys import walk_all
from tests.web.journeys.walker import ACTIONS, Seen, World
from tests.web.pages import errors_that_do_not_help, markup_shown

pytestmark = pytest.mark.browser
WIDE, NARROW, PAPER = 1_100, 360, 794
# Files to take away, and the confirmation of a recall: recalls begin on the officer's own machine.
NO_PAGE = {
    "public.charter",
    "public.release-file",
    "public.policy",
    "public.ledger",
    "public.published",
    "public.record",
    "oversight.result-file",
    "oversight.log-file",
}
# Pages of rights, of requests for information and of complaints, which are looked at in tests/web/casework.
CASEWORK = re.compile(
    r"staff\.(answer|correct|erase|recall|person|complaint|new-|confirm|information|questions|withhold|clarify|more-time"
    r"|certificate|notice)|public\.(ask-|release-|answer-file|feed)"
)
_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_ALL = {"resultTypes": ["violations"]}
_TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


@dataclass
class Judged:
    """What was found of each page, by the name of the page."""

    violations: dict[str, Any] = field(default_factory=dict)
    in_the_dark: dict[str, Any] = field(default_factory=dict)
    too_wide: list[str] = field(default_factory=list)
    too_wide_on_paper: list[str] = field(default_factory=list)


@pytest.fixture(scope="package")
def judged(world: World) -> Judged:
    """Each page of the journeys, once they are walked."""
    walk_all(world)
    return judge(world)


def judge(world: World) -> Judged:
    """Each page that was seen, looked at once and photographed."""
    from axe_playwright_python.sync_playwright import Axe

    found, axe = Judged(), Axe()
    context = world.browser.new_context(viewport={"width": WIDE, "height": 900})
    page = context.new_page()
    shown: list[Seen] = []
    page.route("**/*", lambda route: _again(route, shown))
    for number, each in enumerate(world.seen.values(), start=1):
        shown[:] = [each]
        name = f"{number:02}-{each.name}"
        page.emulate_media(media="screen", color_scheme="light")
        page.set_viewport_size({"width": WIDE, "height": 900})
        page.goto(each.address)
        found.violations[name] = _broken(axe.run(page, options=_ALL).response)
        page.screenshot(path=world.shots / f"{name}-wide.jpg", type="jpeg", quality=60, full_page=True)
        page.emulate_media(color_scheme="dark")
        # axe is in the page by now; to put it there again takes longer than to ask it.
        found.in_the_dark[name] = _broken(page.evaluate("options => axe.run(document, options)", _CONTRAST))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROW, "height": 740})
        if page.evaluate(_TOO_WIDE):
            found.too_wide.append(name)
        page.screenshot(path=world.shots / f"{name}-narrow.jpg", type="jpeg", quality=60, full_page=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER, "height": 1_100})
        if page.evaluate(_TOO_WIDE):
            found.too_wide_on_paper.append(name)
    context.close()
    return found


def _again(route: Any, shown: list[Seen]) -> None:
    if route.request.url == shown[0].address:
        route.fulfill(body=shown[0].html, content_type="text/html; charset=utf-8")
    else:
        route.continue_()


def _broken(results: Any) -> list[str]:
    return [
        f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for each in results["violations"]
        for node in each["nodes"]
    ]


def _only_those(found: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in found.items() if each}


def test_every_page_of_the_three_faces_was_seen(world: World) -> None:
    """No page is left out: each action that shows one was reached by a journey, without script."""
    failed = walk_all(world)
    if failed:
        pytest.skip(f"failed before they came to their last page: {', '.join(failed)}")
    seen = {each.name.removesuffix("-faults") for each in world.seen.values()}
    pages = {each.name for each in ACTIONS if each.method == "GET" and not CASEWORK.match(each.name)} - NO_PAGE
    assert pages - seen == set()
    assert {each.face for each in ACTIONS if each.name in seen} == set(Face)


def test_no_page_has_a_violation(judged: Judged) -> None:
    """axe finds nothing, on any page in any state."""
    assert _only_those(judged.violations) == {}


def test_no_page_is_hard_to_read_in_the_dark(judged: Judged) -> None:
    """Contrast holds where the system asks for dark pages."""
    assert _only_those(judged.in_the_dark) == {}


def test_every_page_fits_a_telephone(judged: Judged) -> None:
    """At 360 px nothing has to be scrolled sideways but a table that says so."""
    assert judged.too_wide == []


def test_every_page_fits_paper(judged: Judged) -> None:
    """On a sheet of A4 nothing is cut off at the side."""
    assert judged.too_wide_on_paper == []


def test_every_page_is_valid_html(world: World) -> None:
    """A strict parser finds no error."""
    walk_all(world)
    for each in world.seen.values():
        try:
            html5lib.HTMLParser(strict=True).parse(each.html)
        except html5lib.html5parser.ParseError as error:
            raise AssertionError(f"{each.name} ({each.address}): {error}") from error


def test_no_page_shows_markup_and_no_error_is_astray(world: World) -> None:
    """In any state that a journey saw: no tag as text, and each line of an error summary says what it is about."""
    walk_all(world)
    found = {each.name: [*markup_shown(each.html), *errors_that_do_not_help(each.html)] for each in world.seen.values()}
    assert _only_those(found) == {}


def _printed(world: World) -> Iterator[tuple[str, str, int]]:
    walk_all(world)
    wanted = ("public.figures", "staff.due", "oversight.audit", "oversight.gate")
    context = world.browser.new_context()
    page = context.new_page()
    shown: list[Seen] = []
    page.route("**/*", lambda route: _again(route, shown))
    for name in wanted:
        shown[:] = [next(each for each in world.seen.values() if each.name == name and "goes on" not in each.heading)]
        page.goto(shown[0].address)
        data = page.pdf(path=world.shots / f"{name}.pdf", format="A4", print_background=False)
        found = pypdf.PdfReader(io.BytesIO(data))
        text = " ".join(" ".join(each.extract_text() for each in found.pages).split())
        yield name, text, len(found.pages)
    context.close()


def test_paper_has_what_is_said_and_not_how_to_go_on(world: World) -> None:
    """On paper stand the heading, that everybody is invented, and the figures; no navigation and no button."""
    for name, text, pages in _printed(world):
        assert "All the people in this register are invented" in text, name
        assert 1 <= pages <= 12, name
        assert f"Page {pages} of {pages}" in text, name
        assert re.search(r"http://127\.0\.0\.1/(figures|staff/due|oversight/\S+)", text), name
        for gone in ("Sign out", "Skip to main content", "Run an audit"):
            assert gone not in text, (name, gone)
        assert re.search(r"Figures|Reviews due|As of|Decisions at the gate", text), name
