"""With the keyboard alone: everything can be reached in its order, what has the focus shows it, forms go through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.journeys.walker import World

pytestmark = pytest.mark.browser

_ALL = """[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && one.offsetParent !== null)"""
_FOCUSED = f"""() => {{
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  const mark = each.matches('.govuk-radios__input') ? getComputedStyle(each.nextElementSibling, '::before') : style;
  const outlined = mark.outlineStyle !== 'none' && mark.outlineWidth !== '0px';
  return {{place: {_ALL}.indexOf(each), tag: each.tagName, name: each.name || each.innerText,
    seen: box.width > 0 && box.height > 0, shows: outlined || mark.boxShadow !== 'none'}};
}}"""
# Of a group of radios Tab reaches one, and the arrows the others.
_SKIPPED = f"""reached => {_ALL}
    .filter((one, place) => !reached.includes(place) && one.type !== 'radio').map(one => one.outerHTML)"""


@pytest.fixture
def page(world: World) -> Iterator[Any]:
    context = world.browser.new_context(viewport={"width": 1_100, "height": 900})
    made = context.new_page()
    yield made
    context.close()


def tab_to(page: Any, selector: str) -> None:
    """Presses Tab until something has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached")


def sign_in(page: Any, world: World, staff: str) -> None:
    page.goto(f"{world.base}/sign-in")
    tab_to(page, "#staff")
    page.keyboard.type(staff)
    page.keyboard.press("Tab")
    page.keyboard.type(staff)
    page.keyboard.press("Enter")
    page.wait_for_selector(".portal-out")


@pytest.mark.parametrize(
    ("staff", "path"),
    [
        ("", "/"),
        ("", "/ask"),
        ("", "/verify"),
        ("P1001", "/staff/authorities/new"),
        ("P1001", "/staff/entries"),
        ("P1001", "/staff/due"),
        ("I7001", "/oversight/disparity"),
        ("I7001", "/oversight/samples/new"),
        ("I7001", "/oversight/gate"),
    ],
)
def test_everything_can_be_reached_in_its_order(page: Any, world: World, staff: str, path: str) -> None:
    """Tab goes forward through the page, past every control, and each that has the focus is seen to have it."""
    if staff:
        sign_in(page, world, staff)
    page.goto(f"{world.base}{path}")
    reached, last, invisible = set[int](), -1, []
    for _ in range(200):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found["tag"] == "BODY" or (found["place"] == 0 and reached):
            break
        assert found["place"] > last, found
        last = found["place"]
        reached.add(last)
        if not (found["seen"] and found["shows"]):
            invisible.append(found)
    assert invisible == []
    skipped = page.evaluate(_SKIPPED, sorted(reached))
    assert skipped == []


def test_the_first_tab_skips_to_what_is_said(page: Any, world: World) -> None:
    """The first stop leads past the navigation, and the next is inside the page."""
    page.goto(f"{world.base}/verify")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_request_is_opened(page: Any, world: World) -> None:
    """The public form goes through by Tab, arrows and Enter."""
    page.goto(f"{world.base}/ask")
    tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "rectification"
    tab_to(page, "main button")
    page.wait_for_timeout(150)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/opened*")


def test_an_entry_is_looked_at_with_a_reason(page: Any, world: World) -> None:
    """Staff get from the door to an entry, and back out, by the keyboard."""
    sign_in(page, world, "P1001")
    tab_to(page, "a[href='/staff/due']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/due")
    tab_to(page, "main a[href^='/staff/entries/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/entries/*")
    tab_to(page, "#reason")
    page.keyboard.type("the review of this week")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_selector("main a[href$='/review']")
    page.keyboard.press("Home")
    tab_to(page, "body")
    tab_to(page, ".portal-out-button")
    page.keyboard.press("Enter")
    page.wait_for_selector("main")
    assert page.locator(".portal-out").count() == 0


def test_a_fault_is_led_to(page: Any, world: World) -> None:
    """The summary of faults leads to the field that is wrong."""
    page.goto(f"{world.base}/ask/follow?reference=Q2222-2222-2222")
    tab_to(page, ".govuk-error-summary a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "reference"
