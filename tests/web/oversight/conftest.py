"""A portal where oversight has been at work: two audits, and people who may look."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from overt.demo import SIGN_INS
from overt.web.portal import LocalPerson, PortalConfig
from tests.waiting import until
from tests.web.conftest import HOST, QUICK, Clock, Site, csrf

JSON = {"accept": "application/json"}
INSPECTORS = ("I7001", "I7002", "I7003")
DAYS = ("2022-09-03", "2024-09-03")


@pytest.fixture(scope="session")
def overseers() -> tuple[LocalPerson, ...]:
    """The people of the demonstration, and two more inspectors."""
    more = [(each, ("inspector",)) for each in INSPECTORS[1:]]
    return tuple(LocalPerson(staff, roles, QUICK.hash(staff)) for staff, roles in (*SIGN_INS, *more))


def open_site(demonstration: Path, people: tuple[LocalPerson, ...], folder: Path) -> Site:
    """A portal over a copy of the demonstration."""
    shutil.copytree(demonstration, folder)
    config = PortalConfig(
        hosts=(HOST,), people=people, synthetic=True, cache_seconds=0.0, ledger=folder / "ledger",
        policy=folder / "policy", signin_posts_per_minute=1_000, form_posts_per_minute=1_000,
        idle_seconds=1_000_000, session_seconds=1_000_000,
    )  # fmt: skip
    return Site(folder / "register", config, Clock())


def told(client: TestClient, address: str) -> dict[str, Any]:
    """What a page says, as a program reads it."""
    response = client.get(address, headers=JSON)
    assert response.status_code == 200, (address, response.status_code, response.text[:500])
    return dict(response.json())


def send(client: TestClient, address: str, **fields: str) -> Any:
    """Sends a form."""
    return client.post(address, json=fields, headers={**JSON, "x-csrf-token": csrf(client)})


def finished(client: TestClient, address: str) -> dict[str, Any]:
    """What a piece of work came to, once it is done."""
    return until(lambda: _ended(told(client, address)), address, every=0.1)


def _ended(found: dict[str, Any]) -> dict[str, Any]:
    return found if found.get("state") != "at work" else {}


def ask_for(client: TestClient, address: str, **fields: str) -> str:
    """Asks for a piece of work; where its page is once it is done."""
    response = send(client, address, **fields)
    assert response.status_code == 201, response.text
    where = str(response.json()["location"])
    found = finished(client, where)
    assert found["state"] == "done", found
    return where


@pytest.fixture(scope="session")
def watched(
    demonstration: Path, overseers: tuple[LocalPerson, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A portal with two audits, to be read only."""
    site = open_site(demonstration, overseers, tmp_path_factory.mktemp("watched") / "alpha")
    client = site.signed_in("I7001")
    for day in DAYS:
        ask_for(client, "/oversight/audits/new", as_of=day)
    yield site
    site.close()


@pytest.fixture
def own_site(demonstration: Path, overseers: tuple[LocalPerson, ...], tmp_path: Path) -> Iterator[Site]:
    """A portal of a test's own, in which something is changed."""
    site = open_site(demonstration, overseers, tmp_path / "alpha")
    yield site
    site.close()


@pytest.fixture
def inspector(watched: Site) -> TestClient:
    return watched.signed_in("I7001")
