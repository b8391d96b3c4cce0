"""The same register, published with noise: what all its releases together tell of one person.

Two readers. One holds everything and counts each release again without the person. The other keeps a register of its
own in which the person never was, and looks for anything published that differs and is not a noisy number.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from overt.gate import Proposed
from overt.publication import DraftRequest, ReleaseDocument, folder_of, snapshot_of, write_site
from tests.attempts import Count
from tests.publication import neighbours
from tests.publication.allatonce import story
from tests.publication.allatonce.looks import CAUSE, PAST, pages, released
from tests.publication.allatonce.story import BEFORE_LATE, play
from tests.publication.allatonce.world import World, person, pseudonym_of, who
from tests.publication.test_loss import lost

NOISE = 'mechanism = "discrete_laplace"\nepsilon = 1.0\nbudget = 7.0\nperson_rows = 2\n'
# Two entries in one role, two entries in two roles, private sources, closed and opened again, erased, erased in part,
# a child, recorded late, of unknown ethnicity and then known, rectified, and somebody of whom nothing special is known.
TRAITS = (1, 16, 25, 36, 2, 3, 18, 61, 130, 57, 60, 113)
PLAIN = 113


@dataclass(frozen=True)
class Published:
    """What a register published, and its portal's pages on the last evening; `folder` has the snapshots, which the
    register itself forgets when somebody in them is erased."""

    world: World
    folder: Path
    releases: tuple[ReleaseDocument, ...]
    pages: dict[str, str]

    def snapshot(self, document: ReleaseDocument) -> Path:
        """The snapshot of a release, as it was when it was made."""
        return self.folder / f"snapshot-{document.release}"


def _published(folder: Path) -> Published:
    """Five releases, one about a past day, and a correction."""
    world, made = World(folder, NOISE), []

    def publish(day: str, asked: DraftRequest) -> None:
        document = released(world, day, asked)
        shutil.copytree(snapshot_of(world.register, document.release), folder / f"snapshot-{document.release}")
        made.append(document)

    play(world, lambda _, day: publish(day, DraftRequest()))
    last = made[-1].day
    publish(last, DraftRequest(dt.date.fromisoformat(PAST)))
    publish(last, DraftRequest(dt.date.fromisoformat(BEFORE_LATE), made[2].release, CAUSE))
    pages(world, last, folder / "portal")
    read = {path.name: path.read_text() for path in (folder / "portal").iterdir()}
    return Published(world, folder, tuple(made), read)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The story, told with noise."""
    made = _published(tmp_path_factory.mktemp("noise"))
    yield made
    made.world.close()


def test_nobody_loses_more_by_all_releases_than_was_published(
    published: Published, tmp_path: Path, attempts: Count
) -> None:
    """The published sum holds for somebody with each trait, erased or not; for somebody it is nearly reached."""
    noise = published.releases[-1].noise
    assert noise is not None
    told = {
        number: sum(
            lost(published.snapshot(each), each, pseudonym_of(who(number)), tmp_path) for each in published.releases
        )
        for number in TRAITS
    }
    attempts("people taken out of seven releases with noise of the register that has everything", len(told))
    assert max(told.values()) <= noise.total * (1 + 1e-6), told
    assert max(told.values()) > noise.total / 3, told


@pytest.mark.slow
def test_nothing_published_but_noisy_numbers_differs_without_a_person(
    published: Published, tmp_path: Path, attempts: Count
) -> None:
    """Two registers, one of them without somebody: the same tables, marks, words and pages."""

    def absent(number: int, opened_on: str, **of_entry: Any) -> list[Proposed]:
        return [] if number == PLAIN else person(number, opened_on, **of_entry)

    with patch.object(story, "person", absent):
        other = _published(tmp_path)
    compared = 0
    for one, two in zip(published.releases, other.releases, strict=True):
        assert _rest(one) == _rest(two)
        site = folder_of(published.world.register, one.release) / "site"
        # Every file follows from release.json, of which all else was just compared.
        write_site(one, tmp_path / "again")
        assert _files(site) == _files(tmp_path / "again")
        compared += 1
    for name, text in published.pages.items():
        assert _prose(text) == _prose(other.pages[name]), name
        compared += 1
    other.world.close()
    attempts("public files of the register that has everything, compared with those of a register less one", compared)


def _rest(document: ReleaseDocument) -> dict[str, Any]:
    """A release without its noisy numbers and what follows from them, and without what the ledger shows."""
    said: dict[str, Any] = json.loads(document.as_bytes())
    for name in ("leaves", "root", "digest", "office"):
        said["made_from"].pop(name)
    for name in ("changes", "corrections"):
        said[name] = [each.keys() for each in said.pop(name, [])][:1]
    for each in said["noise"]["questions"]:
        each["numbers"] = len(each["numbers"])
    for table in said["tables"]:
        if table["protected"]:
            for row in table["rows"]:
                row["figures"] = sorted(row["figures"])
    return said


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _prose(text: str) -> str:
    """A page without its tables, drawings, numbers and digests: what a figure is decides which of them there are."""
    for part in ("svg", "table", "li"):
        text = re.sub(rf"<{part}\b.*?</{part}>", "", text, flags=re.DOTALL)
    text = re.sub(r"\b[0-9a-f]{64}\b", "#", text)
    return re.sub(r"\d[\d,.]*", "0", text)


def test_the_person_left_out_is_recorded(published: Published) -> None:
    """Otherwise the comparison compares nothing."""
    rows = neighbours.read(published.snapshot(published.releases[4]))
    assert pseudonym_of(who(PLAIN)) in neighbours.people(rows)
