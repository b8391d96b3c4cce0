"""One server over the demonstration, one Chromium, and the journeys of all three faces walked once with script off."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from overt.demo import SIGN_IN_UNITS, SIGN_INS
from overt.web.portal import LocalPerson, PortalConfig, ServerLog, portal
from overt.web.serving import make_server
from tests.conftest import NewDatabase, chromium
from tests.waiting import MINUTES
from tests.web.conftest import NOW, QUICK, unit_of
from tests.web.journeys.walker import World
from tests.web.moved import move

MORE = (("I7002", ("inspector",)),)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """One Chromium for all the journeys."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: a folder of the test run, or the one that OVERT_SHOTS names."""
    given = os.environ.get("OVERT_SHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="package")
def world(demonstration: Path, browser: Any, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The portal on loopback, its clock running on from the morning after the demonstration's last day."""
    folder = tmp_path_factory.mktemp("journeys") / "alpha"
    shutil.copytree(demonstration, folder)
    with _served(folder, browser, shots) as served:
        yield served


@pytest.fixture(scope="package")
def postgres_world(
    demonstration: Path, browser: Any, shots: Path, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The same with the register's rows on a PostgreSQL server."""
    folder = tmp_path_factory.mktemp("journeys-postgres") / "alpha"
    shutil.copytree(demonstration, folder)
    move(folder / "register", new_database())
    with _served(folder, browser, shots / "postgres") as served:
        yield served


@contextmanager
def _served(folder: Path, browser: Any, shots: Path) -> Iterator[World]:
    shots.mkdir(parents=True, exist_ok=True)
    people = tuple(
        LocalPerson(staff, roles, QUICK.hash(staff), SIGN_IN_UNITS.get(staff, ""))
        for staff, roles in (*SIGN_INS, *MORE)
    )
    config = PortalConfig(
        people=people, synthetic=True, ledger=folder / "ledger", policy=folder / "policy", cache_seconds=0.0,
        unit=unit_of(folder),
        form_posts_per_minute=10_000, signin_posts_per_minute=10_000, idle_seconds=1_000_000, session_seconds=1_000_000,
    )  # fmt: skip
    began = time.monotonic()

    def now() -> dt.datetime:
        return NOW + dt.timedelta(seconds=time.monotonic() - began)

    log = (shots / "server.log").open("w", encoding="utf-8")
    # A form that comes back within a second was filled in by a program: here a second is a tenth of one.
    app = portal(folder / "register", config, now, clock=lambda: 10 * time.monotonic(), log=ServerLog(now, log))
    server = make_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield World(f"http://127.0.0.1:{port}", folder, browser, shots)
    server.should_exit = True
    thread.join(timeout=MINUTES)
    log.close()
