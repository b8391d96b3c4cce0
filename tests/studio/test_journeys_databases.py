"""A register of six tables in SQLite, from `overt studio` to the ZIP."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import chromium
from tests.studio import files
from tests.studio.conftest import canaries_in
from tests.studio.journey import Walk, new_page, repeated
from tests.studio.live import Live, running

pytestmark = pytest.mark.browser
_CHECKS, _FLAGS, _SENT = 1, 3, 4


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """One Chromium for all of these journeys."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Studio is started, with the register."""
    made = tmp_path_factory.mktemp("databases")
    files.register(made)
    return made


@pytest.fixture(scope="module")
def live(folder: Path) -> Iterator[Live]:
    """One Studio for all of these journeys."""
    with running(folder) as started:
        yield started


@pytest.fixture(scope="module")
def walk(live: Live, chrome: Any) -> Walk:
    """The person who followed its link."""
    return Walk(new_page(chrome), live.link)


@pytest.fixture(scope="module")
def archive(walk: Walk, folder: Path) -> Path:
    """The ZIP of the audit of SQLite, mapped by clicks alone."""
    walk.project("Register in SQLite (invented)", "sqlite")
    walk.here(folder / "register.sqlite")
    walk.step("Meaning")
    walk.mean(f"{_FLAGS}/1", "entry.entry_id")
    walk.mean(f"{_FLAGS}/2", "entry.subject_id")
    walk.mean(f"{_FLAGS}/3", "entry.role", Assoc="associate")
    walk.mean(f"{_FLAGS}/4", "entry.status", Live="active", Archived="closed")
    walk.mean(f"{_FLAGS}/7", "entry.review_due_on")
    walk.mean(f"{_CHECKS}/1", "review.review_id")
    walk.mean(f"{_CHECKS}/2", "review.entry_id")
    walk.mean(f"{_CHECKS}/3", "review.done_at")
    walk.mean(f"{_SENT}/1", "disclosure.disclosure_id")
    walk.mean(f"{_SENT}/2", "disclosure.entry_id")
    walk.mean(f"{_SENT}/5", "disclosure.sent_at")
    walk.step("Lost and changed")
    walk.audit(files.AS_OF.isoformat())
    return walk.report(folder)


def _findings(archive: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(archive) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith("result/findings.csv"))
        return list(csv.DictReader(opened.read(name).decode("utf-8-sig").splitlines()))


def test_six_tables_that_are_called_otherwise_are_mapped_by_clicks(archive: Path, folder: Path, tmp_path: Path) -> None:
    """And the command in the ZIP gives the same bytes."""
    texts, different = repeated(archive, folder / "register.sqlite", tmp_path)
    assert different == []
    assert canaries_in(texts) == []
    overdue = next(row for row in _findings(archive) if row["control"] == "OV-21")
    assert (overdue["breached"], overdue["examined"]) == ("12", "48")
