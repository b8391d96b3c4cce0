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


# What is read and written for these is written in SQL of its own; the rest is the same functions on either engine.
DAILY_ON_POSTGRES = ("lists_and_numbers", "amend", "told_why", "authorities_and_platforms")


@pytest.mark.postgres
@pytest.mark.parametrize("name", DAILY_ON_POSTGRES)
def test_journey_on_postgres(name: str, postgres_world: World) -> None:
    """The same steps with the register's rows on a server."""
    postgres_world.walk(name, JOURNEYS[name])
    assert postgres_world.complaints == []


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("name", [name for name in JOURNEYS if name not in DAILY_ON_POSTGRES])
def test_every_other_journey_on_postgres(name: str, postgres_world: World) -> None:
    """All of the three faces."""
    postgres_world.walk(name, JOURNEYS[name])
    assert postgres_world.complaints == []
