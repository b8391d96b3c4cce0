"""A register of the demonstration with a portal in front of it. Everybody in it is invented."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from overt.demo import SIGN_IN_UNITS, SIGN_INS
from overt.ledger import ED25519, make_signer
from overt.pseudonym import read_pseudonym_key
from overt.register import AccessLog
from overt.web.portal import LocalPerson, PortalConfig, ServerLog, Unit, portal

HOST = "register.example"
# What takes long against guessing is tested elsewhere.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOW = dt.datetime(2024, 9, 4, 9, 30, tzinfo=dt.UTC)


class Clock:
    """Moments that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(seconds=self.seconds - 1_000)


def csrf_of(text: str) -> str:
    """The token that a page's form holds."""
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found, "no form with a token"
    return found[1]


def unit_of(folder: Path) -> Unit:
    """The demonstration's own key of pseudonyms, a key that signs, and a folder for notices beside the register."""
    words = (folder / "key/passphrase.txt").read_text().strip()
    key = read_pseudonym_key(folder / "key/pseudonym.key", words)
    signer = make_signer("alpha.example/register", ED25519, b"a seed that is no secret at all!")
    return Unit(key, (signer,), folder / "notices")


class Site:
    """A portal under test: `client()` is a new browser, `signed_in(staff)` one of somebody who signed in."""

    def __init__(self, folder: Path, config: PortalConfig, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.config = config
        self.server_log = io.StringIO()
        self.app = portal(folder, config, clock.now, clock=clock, log=ServerLog(clock.now, self.server_log))
        self._first = TestClient(self.app, base_url=f"http://{HOST}", follow_redirects=False)
        self._first.__enter__()

    def close(self) -> None:
        self._first.__exit__(None, None, None)

    def app_journal(self) -> AccessLog:
        """The access log as it lies on the disk."""
        return AccessLog(self.folder)

    def client(self) -> TestClient:
        made = TestClient(self.app, base_url=f"http://{HOST}", follow_redirects=False)
        # One loop for all browsers: the server's own.
        made.portal = self._first.portal
        return made

    def signed_in(self, staff: str) -> TestClient:
        client = self.client()
        page = client.get("/sign-in")
        sent = {"csrf": csrf_of(page.text), "staff": staff, "password": staff}
        assert client.post("/sign-in", data=sent).status_code == 303
        return client


def csrf(client: TestClient) -> str:
    """The token of a browser's session."""
    return str(client.get("/sign-in", headers={"accept": "application/json"}).json()["csrf"])


@pytest.fixture(scope="session", autouse=True)
def _no_giving_way() -> None:
    """What the portal's pages start does not wait for the processes of other tests."""
    eager = str(Path(__file__).with_name("eager"))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [eager, os.environ.get("PYTHONPATH")]))


@pytest.fixture(scope="session")
def people() -> tuple[LocalPerson, ...]:
    return tuple(
        LocalPerson(staff, roles, QUICK.hash(staff), SIGN_IN_UNITS.get(staff, "")) for staff, roles in SIGN_INS
    )


@pytest.fixture
def make_site(demonstration: Path, people: tuple[LocalPerson, ...], tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Makes a portal over a copy of the demonstration's register, with settings that differ from the usual ones."""
    made: list[Site] = []

    def make(**settings: object) -> Site:
        folder = tmp_path / f"alpha-{len(made)}"
        shutil.copytree(demonstration, folder)
        usual: dict[str, object] = {
            "hosts": (HOST,), "people": people, "synthetic": True, "cache_seconds": 0.0,
            "ledger": folder / "ledger", "policy": folder / "policy", "unit": unit_of(folder),
            "signin_posts_per_minute": 1_000, "signin_posts_per_client": 100_000, "form_posts_per_minute": 1_000,
        }  # fmt: skip
        made.append(Site(folder / "register", PortalConfig(**(usual | settings)), Clock()))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()
