"""An invented organisation: its provider, its people, and how they go from a portal under test to it and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from overt.web.portal import OpenID
from tests.web.conftest import HOST, Site
from tests.web.provider import Client, Person, Provider, Somebody, free_port, listening

CLIENT = "overt"
SECRET = "a secret of the tests"  # noqa: S105
GROUPS = {"register-recorders": "recorder", "register-approvers": "approver", "inspectorate": "inspector"}
RAE: Mapping[str, Any] = {"staff_reference": "P4711", "groups": ["register-recorders"]}
PEOPLE = {
    "rae": Person("raepass", {**RAE, "name": "Rae Example"}),
    "ines": Person("inespass", {"staff_reference": "I0042", "groups": ["inspectorate"]}),
    "cook": Person("cookpass", {"staff_reference": "P0001", "groups": ["canteen"]}),
}
_JSON = {"accept": "application/json"}


@contextmanager
def organisation(base: str = f"http://{HOST}", algorithm: str = "RS256") -> Iterator[Provider]:
    """The provider on a port of its own, which knows a portal at `base`."""
    port = free_port()
    client = Client(CLIENT, SECRET, (f"{base}/sign-in/back",), (f"{base}/",))
    made = Provider(f"http://127.0.0.1:{port}", [client], PEOPLE, algorithm)
    with listening(made.app, port):
        yield made


def openid(provider: Provider) -> OpenID:
    """The settings of a portal for this provider."""
    return OpenID(provider.issuer, CLIENT, SECRET, GROUPS, "staff_reference", "groups")


def portal_of(make_site: Callable[..., Site], provider: Provider, **settings: object) -> Site:
    """A portal whose people sign in there; both have the same clock."""
    site = make_site(people=(), openid=openid(provider), **settings)
    provider.now = lambda: site.clock.now().timestamp()
    return site


class Visitor:
    """Somebody with a browser that knows both sides."""

    def __init__(self, site: Site, name: str) -> None:
        self.here: TestClient = site.client()
        self.there = Somebody(name, PEOPLE[name].password)

    def begin(self, asked: str = "") -> str:
        """To the page to sign in and on: the address at the provider, or the text of what is said instead."""
        page = self.here.get("/sign-in", params={"next": asked} if asked else {}, headers=_JSON)
        sent = self.here.post("/sign-in", data={"csrf": page.json()["csrf"]}, headers=_JSON)
        return str(sent.json()["location"]) if sent.status_code == 200 else sent.text

    def sign_in(self, asked: str = "") -> Any:
        """All the way; what the portal answers at the end, or already at the beginning."""
        found = self.begin(asked)
        if not found.startswith("http"):
            return found
        return self.here.get(self.there.signs_in(found))

    @property
    def is_in(self) -> bool:
        """Whether the portal lets this browser to the pages of staff."""
        return bool(self.here.get("/staff").status_code == 200)
