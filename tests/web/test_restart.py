"""The database is restarted under a portal, and stopped for a while: it says so, and goes on by itself."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from overt.gate import Admitted, Gate
from overt.refusals import Refusal
from overt.register import Register
from overt.web.portal import LocalPerson, PortalConfig
from tests.gate.conftest import listing, open_register
from tests.postgres import Server, own_server
from tests.waiting import until
from tests.web.conftest import HOST, Clock, Site, csrf

pytestmark = pytest.mark.postgres
ADMITTED_AT = dt.datetime(2021, 9, 2, 9, 0, tzinfo=dt.UTC)
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as started:
        yield started


@pytest.fixture
def url(server: Server, tmp_path: Path) -> str:
    """A database of its own."""
    name = f"restart_{tmp_path.name}".lower()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"'.encode())
    return f"{server.url.rpartition('/')[0]}/{name}"


@pytest.fixture
def config(people: tuple[LocalPerson, ...]) -> PortalConfig:
    return PortalConfig(hosts=(HOST,), people=people, synthetic=True, cache_seconds=0.0)


@pytest.fixture
def site(url: str, config: PortalConfig, tmp_path: Path) -> Iterator[Site]:
    with open_register(tmp_path / "alpha", url) as register:
        records = [each for number in range(3) for each in listing(number)]
        assert all(isinstance(each, Admitted) for each in Gate(register).admit(records, "P1001", ADMITTED_AT))
    made = Site(tmp_path / "alpha", config, Clock())
    made._first._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    yield made
    made.close()


def ready(site: Site) -> bool:
    return site.client().get("/ready").status_code == 200


def look(client: Any, entry: str, reason: str) -> int:
    return int(client.post(f"/staff/entries/{entry}", data={"csrf": csrf(client), "reason": reason}).status_code)


def test_the_portal_goes_on_after_a_restart(site: Site, server: Server) -> None:
    """Readers, the writer, the gate and the shared state are all of connections that ended."""
    staff, public = site.signed_in("P9001"), site.client()
    assert (staff.get("/staff/due").status_code, public.get("/").status_code) == (200, 200)
    assert look(staff, "E1", "the look before the restart") == 303
    for how in ("fast", "immediate"):
        server.stop(how)
        server.start()
        until(lambda: ready(site))
        for path in ("/staff/due", "/staff", "/staff/approvals"):
            assert staff.get(path).status_code == 200, path
        assert public.get("/").status_code == 200
        assert look(staff, "E2", f"the look after it was stopped: {how}") == 303
    with Register.open(site.folder) as register:
        reasons = {str(each.values["reason"]) for each in register.versions("access", "x.action = 'consult'")}
    assert len(reasons) == 3


def test_while_the_database_is_away(site: Site, server: Server) -> None:
    """Alive and not ready; every page is a page that says when to try again; no value and no traceback in the log."""
    staff, public = site.signed_in("P9001"), site.client()
    assert staff.get("/staff/due").status_code == 200
    token = csrf(staff)
    server.stop()
    try:
        until(lambda: not ready(site))
        assert public.get("/health").json() == {"alive": True}
        assert public.get("/ready").status_code == 503
        for client, path in ((public, "/"), (public, "/ask"), (staff, "/staff"), (staff, "/staff/due")):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert "<h1" in answer.text
            assert "is not available at the moment" in answer.text
            assert answer.headers["content-type"].startswith("text/html")
            assert "retry-after" in answer.headers
        assert public.get("/figures", headers=JSON).headers["content-type"] == "application/problem+json"
        sent = {"csrf": token, "reason": "a very private reason"}
        assert staff.post("/staff/entries/E1", data=sent).status_code == 503
    finally:
        server.start()
    until(lambda: ready(site))
    assert staff.get("/staff/due").status_code == 200
    said = site.server_log.getvalue()
    assert all(json.loads(line) for line in said.splitlines())
    for words in ("Traceback", "private", 'E1"', "postgresql://"):
        assert words not in said


def test_a_transaction_that_loses_its_server_is_refused(url: str, tmp_path: Path, site: Site) -> None:
    """In the middle of a write, and at its end: a refusal, and whether it was recorded is not claimed."""
    with Register.open(site.folder) as register, psycopg.connect(url, autocommit=True) as other:
        pid = register.store.rows("select pg_backend_pid()")[0][0]

        def write() -> None:
            with register.store.transaction():
                register.store.rows("select 1")
                other.execute("select pg_terminate_backend(%s)", (pid,))

        with pytest.raises(Refusal, match=r"register-unreachable(.|\n)*is not known"):
            write()
        assert register.store.is_lost()
        assert not register.store.answers()
        with pytest.raises(Refusal, match="register-unreachable"):
            register.store.rows("select 1")
