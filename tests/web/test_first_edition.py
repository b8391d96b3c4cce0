"""The upgrade drill: a whole register that the first edition wrote is opened, checked, served and published further."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from httpx import Response

from overt.demo import Live
from overt.gate import adopt
from overt.ledger import FolderStore, read_policy, read_published, root_of
from overt.register import Register, check_register
from overt.register._migrate import HEAD
from overt.web.portal import Face, LocalPerson, PortalConfig, all_actions
from tests.conftest import ROOT
from tests.web.conftest import HOST, NOW, Clock, Site, csrf, unit_of

EDITION = ROOT / "tests/register/editions/first.tar.xz"
FIRST_HEAD = "0002"
# As long as its charter promised that the next takes to come into force.
NOTICE = dt.timedelta(days=28)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first edition left behind."""
    into = tmp_path_factory.mktemp("first-edition")
    with tarfile.open(EDITION) as archive:
        archive.extractall(into, filter="data")
    return into


@pytest.fixture(scope="module")
def leaves(folder: Path) -> list[bytes]:
    """Its ledger entries, before any later program opened it."""
    with sqlite3.connect(folder / "register/register.sqlite") as old:
        assert old.execute("select version_num from alembic_version").fetchall() == [(FIRST_HEAD,)]
        return [bytes(row[0]) for row in old.execute("select bytes from leaf order by seq")]


@pytest.fixture(scope="module")
def upgraded(folder: Path, leaves: list[bytes]) -> Path:
    """The same folder, after this edition opened the register."""
    with Register.open(folder / "register") as register:
        assert register.store.rows("select version_num from alembic_version") == [(HEAD,)]
        # The first edition did not record which ledger entries an erasure destroyed: each has a new version that does.
        erasures = len(list(register.versions("erasure", "x.closed_seq is null")))
        assert register.size() == len(leaves) + erasures
    return folder


@pytest.fixture(scope="module")
def site(upgraded: Path, people: tuple[LocalPerson, ...]) -> Iterator[Site]:
    """A portal over it."""
    config = PortalConfig(
        hosts=(HOST,), people=people, synthetic=True, cache_seconds=0.0, ledger=upgraded / "ledger",
        policy=upgraded / "policy", unit=unit_of(upgraded), signin_posts_per_minute=1_000,
    )  # fmt: skip
    served = Site(upgraded / "register", config, Clock())
    yield served
    served.close()


def test_every_row_fits_its_leaf_and_no_root_changed(upgraded: Path, leaves: list[bytes]) -> None:
    """Every ledger entry is the one of before, and the published head is the root of the first of them."""
    policy = read_policy((upgraded / "policy").read_bytes(), "policy")
    signed = policy.open(read_published(FolderStore(upgraded / "ledger")))
    with Register.open(upgraded / "register") as register:
        assert list(check_register(register)) == []
        assert register.read(0, len(leaves)) == leaves
        size = signed.checkpoint.size
        assert root_of(register, size) == signed.checkpoint.root


def test_every_page_is_served(site: Site) -> None:
    """Every page of each face that takes nothing but an address, and each entry that staff have to review."""
    clients = {Face.PUBLIC: [site.client()], Face.OVERSIGHT: [site.signed_in("I7001")]}
    clients[Face.STAFF] = [site.signed_in("P9001"), site.signed_in("P1001")]
    failed = {}
    for action in all_actions(site.config):
        if action.method != "GET" or "{" in action.path or not all(field.optional for field in action.query):
            continue
        answers = [client.get(action.path) for client in clients.get(action.face, clients[Face.PUBLIC])]
        if not any(answer.status_code in (200, 303) for answer in answers):
            failed[action.path] = [answer.status_code for answer in answers]
    assert failed == {}


def todays_charter(upgraded: Path) -> bytes:
    """The demonstration's charter as this edition has it, adopted again after that of the first edition."""
    before = (upgraded / "register/charters/0002.toml").read_bytes()
    text = (ROOT / "src/overt/demo/charters/2-2021-07-28.toml").read_text(encoding="utf-8")
    changes = {
        "version = 2\n": "version = 3\n", "adopted_on = 2021-06-30\n": f"adopted_on = {NOW.date()}\n",
        "effective_on = 2021-07-28\n": f"effective_on = {NOW.date() + NOTICE}\n",
    }  # fmt: skip
    for old, new in changes.items():
        text = text.replace(old, new, 1)
    text = re.sub(r'previous = "\w+"', f'previous = "{sha256(before).hexdigest()}"', text, count=1)
    return re.sub(r"review_due_on = 20\d\d", "review_due_on = 2026", text).encode()


def look(site: Site) -> Response:
    """A member of staff opens an entry with a reason."""
    staff = site.signed_in("P1001")
    path = re.search(r'href="(/staff/entries/[A-Z0-9]+)"', staff.get("/staff/due").text)
    assert path
    answer = staff.post(path[1], data={"csrf": csrf(staff), "reason": "the review of this week"})
    return staff.get(path[1]) if answer.status_code == 303 else answer


def test_work_goes_on_under_a_charter_that_names_the_packs_of_today(site: Site, upgraded: Path) -> None:
    """Until one is adopted the gate says what to do; then an entry is opened, and the log of then is published on."""
    refused = look(site)
    assert refused.status_code == 422
    assert "charter-pack-differs" in refused.text
    assert "adopt a new version of the charter" in refused.text
    with Register.open(upgraded / "register") as register:
        assert adopt(register, todays_charter(upgraded), "P9001", site.clock.now()).version == 3
    site.clock.seconds += NOTICE.total_seconds()
    assert look(site).status_code == 200
    published = Live.begin(upgraded, 1, print).publish()
    with Register.open(upgraded / "register") as register:
        assert published == register.size()
        assert list(check_register(register)) == []
