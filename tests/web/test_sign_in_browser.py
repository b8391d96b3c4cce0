"""Sign-in in Chromium, with a provider on another origin: the portal is on `localhost`, the provider on 127.0.0.1."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from overt.web.portal import OpenID, PortalConfig, portal
from tests.web.conftest import Clock
from tests.web.provider import Client, Person, Provider, free_port, listening

pytestmark = pytest.mark.browser
SECRET = "a secret of the test"  # noqa: S105
GROUPS = {"register-recorders": "recorder", "inspectorate": "inspector"}
PEOPLE = {
    "rae": Person("raepass", {"staff_reference": "P4711", "groups": ["register-recorders"], "name": "Rae Example"}),
    "ines": Person("inespass", {"staff_reference": "I0042", "groups": ["inspectorate"]}),
    "cook": Person("cookpass", {"staff_reference": "P0001", "groups": ["canteen"]}),
}


class Both:
    """The portal and the provider."""

    def __init__(self, base: str, provider: Provider) -> None:
        self.base = base
        self.provider = provider


@pytest.fixture
def both(demonstration: Path, tmp_path: Path) -> Iterator[Both]:
    folder = tmp_path / "alpha"
    shutil.copytree(demonstration, folder)
    port, port_there = free_port(), free_port()
    base, issuer = f"http://localhost:{port}", f"http://127.0.0.1:{port_there}"
    client = Client("overt", SECRET, (f"{base}/sign-in/back",), (f"{base}/",))
    provider = Provider(issuer, [client], PEOPLE)
    clock = Clock()
    provider.now = lambda: clock.now().timestamp()
    openid = OpenID(issuer, "overt", SECRET, GROUPS, "staff_reference", "groups")
    config = PortalConfig(
        hosts=("localhost",), address=base, openid=openid, cache_seconds=0.0, synthetic=True,
        ledger=folder / "ledger", policy=folder / "policy",
        signin_posts_per_minute=1_000, form_posts_per_minute=1_000,
    )  # fmt: skip
    app = portal(folder / "register", config, clock.now, clock=clock)
    with listening(provider.app, port_there), listening(app, port):
        yield Both(base, provider)


def at_the_provider(page: Any, name: str, password: str) -> None:
    page.get_by_role("heading", name="Your organisation").wait_for(timeout=60_000)
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_somebody_signs_in_and_out(both: Both, browser: Any) -> None:
    """From the page asked for to the provider and back to that page; and out, here and there, with script off."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{both.base}/staff/due")
    assert "/sign-in" in page.url
    page.locator("main").get_by_role("button", name="Sign in").click()
    at_the_provider(page, "rae", "raepass")
    page.get_by_text("Signed in as P4711 (recorder)").wait_for(timeout=60_000)
