"""The story, played once; what was seen on two of its days, or on all five, lies in folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.publication.allatonce.looks import afterwards, seen
from tests.publication.allatonce.recount import Key, Recount
from tests.publication.allatonce.story import DAYS, LAST, QUARTER_END, play
from tests.publication.allatonce.world import World


@dataclass(frozen=True)
class Evening:
    """What was seen on one day, and the recount of that day."""

    day: str
    folder: Path
    recount: Recount

    def read(self, name: str) -> Any:
        """A JSON file of the evening."""
        return json.loads((self.folder / name).read_bytes())

    @property
    def release(self) -> Any:
        """The release of the day."""
        return self.read("release/release.json")

    @property
    def findings(self) -> Any:
        """The findings of the audit of the day."""
        return self.read("audit/findings.json")["findings"]

    @property
    def exact(self) -> dict[Key, int | None]:
        """Every figure of the release, counted apart; verdicts are those of the audit's findings."""
        return self.recount.figures({f"{each['control']} {each['title']}": each["verdict"] for each in self.findings})


TWO = (QUARTER_END, LAST)


@pytest.fixture(
    scope="package",
    params=[pytest.param(TWO, id="two days"), pytest.param(DAYS, id="five days", marks=pytest.mark.slow)],
)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Path]]:
    """The register at the end of the story, and the folder of what was seen on these days."""
    folder = tmp_path_factory.mktemp("allatonce")
    made = World(folder)

    def look(one: World, day: str) -> None:
        if day in request.param:
            seen(one, day, folder / "seen")

    play(made, look)
    if request.param == DAYS:
        afterwards(made, folder / "seen")
    yield made, folder / "seen"
    made.close()


@pytest.fixture(scope="package")
def evenings(world: tuple[World, Path]) -> list[Evening]:
    """The days that were looked at."""
    made: list[Evening] = []
    for day in sorted(each.name for each in world[1].iterdir()):
        folder = world[1] / day
        told = [(each[0], each[1], each[2]) for each in json.loads((folder / "told.json").read_text())]
        before = made[-1].recount if made else None
        made.append(Evening(day, folder, Recount(folder / "overt.sqlite", day, f"{day} 22:00:00", before, told)))
    return made


@pytest.fixture
def five(evenings: list[Evening]) -> list[Evening]:
    """All five days."""
    if len(evenings) < len(DAYS):
        pytest.skip("about days that are looked at in the long version alone")
    return evenings
