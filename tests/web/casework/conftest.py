"""A portal in July 2026 over a register with two invented people, in a file and on a server, and one Chromium."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from overt.demo import SIGN_INS
from overt.rights import ask_identity, new_request
from overt.web.portal import LocalPerson, PortalConfig, ServerLog, Unit, portal
from overt.web.serving import make_server
from tests.conftest import chromium
from tests.gate.conftest import KEY, open_register
from tests.publication.conftest import release
from tests.rights.conftest import ANN, BY, SIGNER, Requester, begin, listed, publish, sent
from tests.waiting import MINUTES
from tests.web.conftest import QUICK
from tests.web.journeys.walker import World

NOW = dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.UTC)


@dataclass
class CaseWorld(World):
    """A world that knows its own time; `folder` is the register's."""

    began: float = 0.0
    unanswered: str = ""

    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(seconds=time.monotonic() - self.began)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """One Chromium for all the journeys."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="package", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: Any, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseWorld]:
    """The portal on loopback, over a register on either engine."""
    folder = tmp_path_factory.mktemp("casework")
    database = request.getfixturevalue("new_database")() if request.param == "postgres" else "sqlite:///register.sqlite"
    with open_register(folder / "alpha", database) as register:
        listed(register, 1, ANN)
        listed(register, 2, Requester("Cy Else", "1991-02-03"))
        sent(register, 1, "E1")
        begin(register)
        asked_at = NOW - dt.timedelta(days=40)
        unanswered = new_request(register, "access", asked_at.date(), by=BY, now=asked_at).number
        ask_identity(register, unanswered, "no address is given that we know", asked_at.date(), by=BY, now=asked_at)
        release(register, NOW - dt.timedelta(days=1))
        publish(register)
    people = tuple(LocalPerson(staff, roles, QUICK.hash(staff)) for staff, roles in SIGN_INS)
    config = PortalConfig(
        people=people, synthetic=True, cache_seconds=0.0, form_posts_per_minute=10_000, signin_posts_per_minute=10_000,
        idle_seconds=1_000_000, session_seconds=1_000_000, unit=Unit(KEY, (SIGNER,), folder / "notices"),
    )  # fmt: skip
    made = CaseWorld("", folder / "alpha", browser, folder, began=time.monotonic(), unanswered=unanswered)
    log = (folder / "server.log").open("w", encoding="utf-8")
    app = portal(
        made.folder, config, made.now, clock=lambda: 10 * time.monotonic(), log=ServerLog(made.now, log)
    )  # fmt: skip
    server = make_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    made.base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield made
    server.should_exit = True
    thread.join(timeout=MINUTES)
    log.close()


def everything_in(folder: Path) -> bytes:
    """All that lies in a folder, as it lies there."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
