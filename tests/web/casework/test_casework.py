"""Each journey of rights, information and complaints goes through on both engines, script off, and leaves no name."""

from __future__ import annotations

from typing import Any

import pytest

from overt.web.portal import Face
from tests.web.casework.conftest import CaseWorld, everything_in
from tests.web.casework.journeys import JOURNEYS, NAME, STREET
from tests.web.journeys.test_pages import judge
from tests.web.journeys.walker import ACTIONS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", JOURNEYS)
def test_journey_without_script(name: str, world: CaseWorld) -> None:
    """It goes from its first page to its end by links and forms alone."""
    world.walk(name, JOURNEYS[name])


def test_nothing_of_a_person_stays(world: CaseWorld) -> None:
    """Neither the name nor the address that Ann gave is in the register, its logs, the notices or the access log."""
    for name, journey in JOURNEYS.items():
        world.walk(name, journey)
    kept = everything_in(world.folder.parent)
    assert kept
    for words in (NAME, NAME.upper(), STREET, "ann example"):
        assert words.encode() not in kept
    assert world.complaints == []


def test_every_page_is_without_violation(world: CaseWorld) -> None:
    """axe in light and dark, 360 px and paper, on every page that the journeys saw."""
    if world.folder.joinpath("register.sqlite").is_file():
        found: Any = judge(world)
        shown = {name: each for name, each in {**found.violations, **found.in_the_dark}.items() if each}
        assert shown == {}
        assert (found.too_wide, found.too_wide_on_paper) == ([], [])
        seen = {each.name.removesuffix("-faults") for each in world.seen.values()}
        ours = {each.name for each in ACTIONS if each.method == "GET" and each.face is not Face.OVERSIGHT}
        assert {name for name in ours if name.startswith(PREFIXES)} - seen == FILES


PREFIXES = (
    "staff.answer", "staff.correct", "staff.erase", "staff.recall", "staff.person", "staff.request", "staff.complaint",
    "staff.new-", "staff.confirm", "staff.information", "staff.questions", "staff.withhold", "staff.clarify",
    "staff.more-time", "public.ask", "public.release", "public.sharing", "public.answer",
)  # fmt: skip
FILES = {"staff.information-file", "public.release-file", "public.answer-file"}
