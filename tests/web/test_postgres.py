"""The portal over a register on PostgreSQL: every page of the three faces, and a look that is a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.gate import Admitted, Gate
from overt.register import Register
from overt.web.portal import Face, LocalPerson, PortalConfig, all_actions
from tests.conftest import NewDatabase
from tests.gate.conftest import listing, open_register
from tests.web.conftest import HOST, Clock, Site, csrf

pytestmark = pytest.mark.postgres
ADMITTED_AT = dt.datetime(2021, 9, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def site(tmp_path: Path, new_database: NewDatabase, people: tuple[LocalPerson, ...]) -> Iterator[Site]:
    """A portal over a register of three invented people, in a database of its own."""
    with open_register(tmp_path / "alpha", new_database()) as register:
        records = [each for number in range(3) for each in listing(number)]
        assert all(isinstance(each, Admitted) for each in Gate(register).admit(records, "P1001", ADMITTED_AT))
    config = PortalConfig(hosts=(HOST,), people=people, synthetic=True, cache_seconds=0.0)
    made = Site(tmp_path / "alpha", config, Clock())
    yield made
    made.close()


def test_every_page_opens(site: Site) -> None:
    """What takes nothing but an address is there, for whoever may see it."""
    clients = {Face.PUBLIC: site.client(), Face.STAFF: site.signed_in("P9001"), Face.OVERSIGHT: site.signed_in("I7001")}
    opened = 0
    for action in all_actions(site.config):
        if action.method == "GET" and "{" not in action.path and not any(not each.optional for each in action.query):
            answer = clients.get(action.face, clients[Face.PUBLIC]).get(action.path)
            assert answer.status_code in (200, 303, 403, 404), (action.name, answer.text[:500])
            opened += answer.status_code == 200
    assert opened > 20


def test_a_look_is_a_record(site: Site) -> None:
    """Who opens an entry says why, and the register has it."""
    client = site.signed_in("P9001")
    sent = {"csrf": csrf(client), "reason": "the review that is due in this week"}
    answer = client.post("/staff/entries/E1", data=sent)
    assert answer.status_code in (200, 303), answer.text[:500]
    with Register.open(site.folder) as register:
        assert register.status().rows["access"] >= 1
