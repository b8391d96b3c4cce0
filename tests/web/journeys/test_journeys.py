"""Every journey of the three faces completes with script off, asks no other host and says nothing on the console."""

from __future__ import annotations

import pytest

from tests.web.journeys.journeys import JOURNEYS, walk_all
from tests.web.journeys.walker import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", JOURNEYS)
def test_journey_without_script(name: str, world: World) -> None:
    """It goes from its first page to its end by links and forms alone."""
    world.walk(name, JOURNEYS[name])


def test_nothing_is_asked_elsewhere_or_complained_of(world: World) -> None:
    """No request to another host, no error on the console, in any journey."""
    walk_all(world)
    assert world.complaints == []
