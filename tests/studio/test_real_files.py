"""A public file, from an empty project to the ZIP, without SQL: the command in it gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import chromium
from tests.studio.journey import Walk, new_page, repeated
from tests.studio.live import running

pytestmark = [pytest.mark.browser, pytest.mark.data]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """A person who followed the link of one Studio."""
    with chromium() as chrome, running(tmp_path_factory.mktemp("real")) as live:
        yield Walk(new_page(chrome, script=False), live.link)


def _to_the_zip(walk: Walk, source: Path, day: str, folder: Path) -> list[str]:
    """Which files of the audit differ when its command is run in an empty folder."""
    walk.audit(day)
    walk.link("See the findings")
    archive = walk.report(folder)
    (folder / "empty").mkdir()
    return repeated(archive, source, folder / "empty")[1]


def test_new_york_stops(walk: Walk, shared_data: Path, tmp_path: Path) -> None:
    """Four columns; two of them are said to be what they are."""
    source = shared_data / "nyc-sqf-aequitas" / "nyc_sqf_for_aequitas.csv"
    walk.project("Stop, question and frisk", "nyc")
    walk.here(source)
    walk.step("Meaning")
    walk.mean("1/3", "encounter.ethnicity_observed")
    walk.mean("1/4", "encounter.sex")
    assert _to_the_zip(walk, source, "2018-01-31", tmp_path) == []
