"""Sign-in by OpenID Connect, against a small provider on this machine: roles from claims, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from overt.web import OpenID
from tests.web.conftest import HOST, Site, csrf_of

ROLES = {"register-recorders": "recorder", "register-approvers": "approver", "inspectorate": "inspector"}


class Provider:
    """An OpenID provider that vouches for whoever it is told to. `changes` spoil what it signs."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
        self.signs_with = self.key
        self.claims: dict[str, Any] = {"preferred_username": "P4711", "groups": ["register-recorders", "canteen"]}
        self.changes: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/keys", self.keys),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def configuration(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"], "response_types_supported": ["code"],
                "subject_types_supported": ["public"], "code_challenge_methods_supported": ["S256"],
            }
        )  # fmt: skip

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def authorize(self, location: str) -> str:
        """What the person's browser does there: the address that it comes back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == f"http://{HOST}/sign-in/back"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"/sign-in/back?code={code}&state={asked['state']}"

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        challenge = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        if asked is None or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        said = {
            "iss": self.issuer, "aud": "overt", "sub": "1", "iat": now, "exp": now + 60, "nonce": asked["nonce"],
            **self.claims, **self.changes,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, said, self.signs_with)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def provider() -> Iterator[Provider]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    made = Provider(port)
    server = uvicorn.Server(uvicorn.Config(made.app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield made
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def site(provider: Provider, make_site: Callable[..., Site]) -> Site:
    return make_site(people=(), openid=OpenID(provider.issuer, "overt", "a secret", ROLES))


def begin(site: Site, asked: str = "") -> tuple[Any, str]:
    client = site.client()
    page = client.get("/sign-in", params={"next": asked} if asked else {})
    assert "Password" not in page.text
    away = client.post("/sign-in", data={"csrf": csrf_of(page.text)})
    assert away.status_code == 302, away.text
    return client, away.headers["location"]


def test_roles_come_from_claims(site: Site, provider: Provider) -> None:
    """The provider says who it is and which groups; what stands for no role here is left aside."""
    client, location = begin(site, "/staff/propose")
    before = client.cookies["overt"]
    back = client.get(provider.authorize(location))
    assert (back.status_code, back.headers["location"]) == (303, "/staff/propose")
    assert client.cookies["overt"] != before
    page = client.get("/staff")
    assert "Signed in as P4711 (recorder)" in page.text
    assert client.get("/staff/approvals").status_code == 403
    assert client.get("/oversight").status_code == 403


def test_an_inspector_begins_at_oversight(site: Site, provider: Provider) -> None:
    """A group as one text is taken too."""
    provider.claims = {"preferred_username": "I0042", "groups": "inspectorate"}
    client, location = begin(site)
    assert client.get(provider.authorize(location)).headers["location"] == "/oversight"
    assert client.get("/oversight").status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"groups": ["canteen"]}, "role-absent"),
        ({"groups": None}, "role-absent"),
        ({"preferred_username": "Jane Example"}, "staff-reference"),
        ({"preferred_username": "jane.example1@police.example"}, "staff-reference"),
        ({"preferred_username": None}, "staff-reference"),
        ({"aud": "another-client"}, "sign-in-refused"),
        ({"iss": "https://evil.example"}, "sign-in-refused"),
        ({"nonce": "another"}, "sign-in-refused"),
        ({"exp": 1_000_000_000}, "sign-in-refused"),
    ],
)
def test_what_does_not_hold_is_refused(changes: dict[str, Any], code: str, site: Site, provider: Provider) -> None:
    """No role, no staff reference, or a token for others, of others, of another sign-in, or an old one."""
    provider.changes = changes
    client, location = begin(site)
    refused = client.get(provider.authorize(location))
    assert refused.status_code == 422
    assert code in refused.text
    assert "Jane" not in refused.text
    assert client.get("/staff").status_code == 303


def test_a_token_signed_by_another_key_is_refused(site: Site, provider: Provider) -> None:
    """Whoever signed it is not the provider."""
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
    client, location = begin(site)
    assert "sign-in-refused" in client.get(provider.authorize(location)).text


def test_an_answer_that_was_not_asked_for_is_refused(site: Site, provider: Provider) -> None:
    """Another browser's state, a made-up one, the same answer twice, or none: login CSRF."""
    _, location = begin(site)
    back = provider.authorize(location)
    stranger = site.client()
    stranger.get("/sign-in")
    assert "sign-in-refused" in stranger.get(back).text
    assert stranger.get("/staff").status_code == 303
    client, location = begin(site)
    assert "sign-in-refused" in client.get("/sign-in/back?code=x&state=made-up").text
    back = provider.authorize(location)
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 422
    assert "sign-in-refused" in site.client().get("/sign-in/back?error=access_denied&state=x").text


def test_a_provider_that_is_down_is_said(make_site: Callable[..., Site]) -> None:
    """Nobody is let in, and the page says what to do."""
    site = make_site(people=(), openid=OpenID("http://127.0.0.1:9", "overt", "a secret", ROLES))
    client = site.client()
    page = client.get("/sign-in")
    answer = client.post("/sign-in", data={"csrf": csrf_of(page.text)})
    assert answer.status_code == 422
    assert "provider-unreachable" in answer.text
