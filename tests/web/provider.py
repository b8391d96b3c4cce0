"""A small OpenID provider on loopback: sign-in with a form, authorization code with PKCE, signed tokens, sign-out.

It is written from the specifications (OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0, RFC 6749, 7636,
9207) and knows nothing of the portal. Everybody in it is invented.

A test that wants a provider that lies puts a function into `bend`: it gets what would be sent, and gives what is sent
instead. The names are those of `Provider.BENDABLE`.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

_PAGE = "<!DOCTYPE html><html lang='en'><title>{title}</title><h1>{title}</h1>{body}</html>"


@dataclass(frozen=True)
class Client:
    """A site that people sign in to: what it is called, its secret, and where its people may be sent back to."""

    client_id: str
    secret: str
    redirects: tuple[str, ...]
    after_sign_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in, and what is said of them."""

    password: str
    claims: Mapping[str, Any] = field(default_factory=dict)


class Provider:
    """The provider at `issuer`. `now` gives seconds since 1970."""

    BENDABLE = ("description", "keys", "return", "claims", "token", "answer")

    def __init__(self, issuer: str, clients: list[Client], people: Mapping[str, Person], algorithm: str = "RS256"):
        self.issuer = issuer
        self.clients = {each.client_id: each for each in clients}
        self.people = dict(people)
        self.algorithm = algorithm
        self.now: Callable[[], float] = time.time
        self.bend: dict[str, Callable[[Any], Any]] = {}
        # How often each endpoint was asked.
        self.asked: Counter[str] = Counter()
        self.sessions: dict[str, str] = {}
        self._codes: dict[str, tuple[str, dict[str, str]]] = {}
        self._access: dict[str, str] = {}
        self.rotate("k1")
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._description),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/login", self._login, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
                Route("/end", self._end),
            ]
        )

    def rotate(self, kid: str) -> None:
        """From now on signs with a new key, and publishes that one alone."""
        options = {"kid": kid, "use": "sig", "alg": self.algorithm}
        self.key: Key = (
            ECKey.generate_key("P-256", options, private=True)
            if self.algorithm.startswith("ES")
            else RSAKey.generate_key(2048, options, private=True)
        )

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        """The claims, signed with the provider's key."""
        used = {"alg": self.algorithm, "kid": self.key.kid, **header}
        return jwt.encode(used, dict(claims), self.key, registry=JWSRegistry(algorithms=[self.algorithm]))

    def _bent(self, name: str, value: Any) -> Any:
        return self.bend[name](value) if name in self.bend else value

    # --- what is public ---

    async def _description(self, _: Request) -> Response:
        self.asked["description"] += 1
        found = {
            "issuer": self.issuer,
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in _ENDPOINTS.items()},
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self.algorithm],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }
        return _sent(self._bent("description", found))

    async def _keys(self, _: Request) -> Response:
        self.asked["keys"] += 1
        return _sent(self._bent("keys", {"keys": [self.key.as_dict(private=False)]}))

    # --- a person's browser ---

    async def _authorize(self, request: Request) -> Response:
        self.asked["authorize"] += 1
        asked = dict(request.query_params)
        client = self.clients.get(asked.get("client_id", ""))
        if client is None or asked.get("redirect_uri") not in client.redirects:
            return HTMLResponse(_PAGE.format(title="Not a client", body=""), 400)
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return self._back(asked, {"error": "unsupported_response_type"})
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return self._back(asked, {"error": "invalid_request"})
        who = self.sessions.get(request.cookies.get("provider", ""))
        return self._with_code(who, asked) if who else self._form(asked)

    def _form(self, asked: Mapping[str, str], wrong: str = "") -> Response:
        hidden = "".join(
            f"<input type='hidden' name='{html.escape(name)}' value='{html.escape(value)}'>"
            for name, value in asked.items()
        )
        body = (
            f"<p>{wrong}</p><form method='post' action='/login'>{hidden}<label>Name <input name='username'></label>"
            "<label>Password <input name='password' type='password'></label><button>Sign in</button></form>"
        )
        return HTMLResponse(_PAGE.format(title="Your organisation", body=body), headers={"cache-control": "no-store"})

    async def _login(self, request: Request) -> Response:
        self.asked["login"] += 1
        form = {name: str(value) for name, value in (await request.form()).items()}
        who, password = form.pop("username", ""), form.pop("password", "")
        client = self.clients.get(form.get("client_id", ""))
        if client is None or form.get("redirect_uri") not in client.redirects:
            return HTMLResponse(_PAGE.format(title="Not a client", body=""), 400)
        person = self.people.get(who)
        if person is None or not secrets.compare_digest(person.password, password):
            return self._form(form, "The name or the password is wrong")
        number = secrets.token_urlsafe()
        self.sessions[number] = who
        answer = self._with_code(who, form)
        answer.set_cookie("provider", number, httponly=True, samesite="lax")
        return answer

    def _with_code(self, who: str, asked: Mapping[str, str]) -> Response:
        code = secrets.token_urlsafe()
        self._codes[code] = (who, dict(asked))
        return self._back(asked, {"code": code})

    def _back(self, asked: Mapping[str, str], found: Mapping[str, str]) -> Response:
        told = self._bent("return", {**found, "state": asked.get("state", ""), "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told, doseq=True)}", 303)

    async def _end(self, request: Request) -> Response:
        self.asked["end"] += 1
        asked = request.query_params
        try:
            token = jwt.decode(asked["id_token_hint"], self.key, algorithms=[self.algorithm])
        except Exception:
            return HTMLResponse(_PAGE.format(title="Sign out?", body="No token of ours was given."), 400)
        client = self.clients[token.claims["aud"]]
        self.sessions.pop(request.cookies.get("provider", ""), None)
        if asked.get("post_logout_redirect_uri") not in client.after_sign_out:
            return HTMLResponse(_PAGE.format(title="Signed out", body=""))
        answer = RedirectResponse(asked["post_logout_redirect_uri"], 303)
        answer.delete_cookie("provider")
        return answer

    # --- the client's server ---

    async def _token(self, request: Request) -> Response:
        self.asked["token"] += 1
        form = {name: str(value) for name, value in (await request.form()).items()}
        client = self._client(request, form)
        if client is None:
            return JSONResponse({"error": "invalid_client"}, 401)
        who, asked = self._codes.pop(form.get("code", ""), ("", {}))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        held = (form.get("grant_type"), client.client_id, form.get("redirect_uri"), challenge)
        wanted = ("authorization_code", *(asked.get(each) for each in ("client_id", "redirect_uri", "code_challenge")))
        if held != wanted:
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe()
        self._access[access] = who
        now = int(self.now())
        said = {
            "iss": self.issuer, "aud": client.client_id, "sub": _subject(who), "iat": now, "exp": now + 300,
            "auth_time": now, "nonce": asked.get("nonce", ""), **self.people[who].claims,
        }  # fmt: skip
        claims = self._bent("claims", said)
        token = self.bend["token"](claims) if "token" in self.bend else self.sign(claims)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}
        return _sent(self._bent("answer", answer))

    def _client(self, request: Request, form: Mapping[str, str]) -> Client | None:
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            name, _, secret = base64.b64decode(given).decode().partition(":")
        client = self.clients.get(name)
        return client if client and secrets.compare_digest(client.secret, secret) else None

    async def _userinfo(self, request: Request) -> Response:
        self.asked["userinfo"] += 1
        who = self._access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if who is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse({"sub": _subject(who), **self.people[who].claims})


_ENDPOINTS = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}


def _subject(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()[:16]


def _sent(value: Any) -> Response:
    """JSON, also of what no standard JSON is; what is an answer already is sent as it is."""
    return value if isinstance(value, Response) else Response(json.dumps(value), media_type="application/json")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def listening(app: Any, port: int) -> Iterator[None]:
    """The application on a port of loopback, while this is open."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=5)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield
    server.should_exit = True
    thread.join(timeout=60)


class Somebody:
    """A person's browser at the provider, without a browser: signs in once, and is known there from then on."""

    def __init__(self, name: str, password: str) -> None:
        self.name, self.password = name, password
        self._client = httpx.Client(follow_redirects=False)

    def signs_in(self, location: str) -> str:
        """Goes where a site sends them, signs in, and gives the address that they are sent back to."""
        answer = self._client.get(location)
        if answer.status_code == 200:
            asked = dict(httpx.URL(location).params)
            form = {**asked, "username": self.name, "password": self.password}
            answer = self._client.post(str(httpx.URL(location).copy_with(path="/login", query=None)), data=form)
        assert answer.status_code == 303, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"

    def close(self) -> None:
        self._client.close()
