"""A register of six tables in SQLite and on a PostgreSQL server with a password, from `overt studio` to the ZIP."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import chromium
from tests.postgres import Server
from tests.studio import files
from tests.studio.conftest import canaries_in
from tests.studio.journey import Walk, new_page, repeated
from tests.studio.live import Live, running
from tests.studio.test_databases import PASSWORD, Onlooker, address, guarded_server

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


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server on which the auditor needs a password."""
    with guarded_server() as started:
        yield started


def test_a_server_with_a_password_gives_the_same_findings_and_keeps_the_password_nowhere(
    walk: Walk, live: Live, server: Server, archive: Path, tmp_path: Path
) -> None:
    """No file, log, process list or ZIP has it, and the command in the ZIP, which is told it, gives the same bytes."""
    with Onlooker(live.process.pid) as onlooker:
        walk.project("Register on a server (invented)", "server")
        walk.server(address(server, "auditor"), PASSWORD)
        with zipfile.ZipFile(archive) as opened:
            (name,) = (name for name in opened.namelist() if name.endswith("/mapping.sql") and "result" not in name)
            (tmp_path / "mapping.sql").write_bytes(opened.read(name))
        walk.upload_mapping(tmp_path / "mapping.sql")
        walk.audit(files.AS_OF.isoformat())
        on_server = walk.report(tmp_path)
    assert _verdicts(on_server) == _verdicts(archive)
    assert onlooker.seen == set()
    kept = [path for path in live.said.parent.rglob("*") if path.is_file()]
    assert live.said in kept
    assert [path.name for path in kept if b"hush-hush" in path.read_bytes()] == []
    (tmp_path / "empty").mkdir()
    texts, different = repeated(on_server, None, tmp_path / "empty", PGUSER="auditor", PGPASSWORD=PASSWORD)
    assert different == []
    assert [word for word in ("hush-hush", "auditor") if word in texts] == []
    assert canaries_in(texts) == []


def _verdicts(archive: Path) -> list[tuple[str, ...]]:
    names = ("control", "verdict", "examined", "breached", "unknown")
    return [tuple(row[name] for name in names) for row in _findings(archive)]
