"""The provider of OpenID Connect, as the portal asks it: what it says of itself, its keys, and a token for a code.

This is the one place of the portal that calls another host, and only the provider that `portal.toml` names. An answer
is read up to a size and waited for up to a time in all, however slowly it comes. What the provider says of itself and
its keys are requested again after a few minutes, so a key that it has withdrawn soon stops working.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from overt.refusals import Refusal
from overt.web.portal._config import OpenID, PortalConfig, is_on_loopback
from overt.web.portal._guests import BegunSignIn
from overt.web.portal._idtoken import ALGORITHMS, Expected, PublicKey, UnknownKey, Unproven, proven, public_keys
from overt.web.portal._strict import strict_object

MOST_BYTES = 256 * 1024
KEPT_SECONDS = 300.0
# A token by an unknown key has the keys asked for at once, but not more often than this.
AGAIN_SECONDS = 10.0
_LONGEST_HINT = 4_000
_JSON = {"accept": "application/json", "accept-encoding": "identity"}
_FORM = {**_JSON, "content-type": "application/x-www-form-urlencoded"}


FirstUse = Callable[[str], bool]
"""Whether a number is used for the first time."""


@dataclass(frozen=True)
class Description:
    """What the provider says of itself, as far as it is used here; `end_session` is empty if it has no sign-out."""

    authorization: str
    token: str
    keys: str
    end_session: str
    algorithms: frozenset[str]
    names_itself: bool
    client_auth: str


@dataclass(frozen=True)
class Vouched:
    """What the provider vouches for: the claims of a token that holds, and the address that ends its own session."""

    claims: Mapping[str, Any]
    leave: str


class Provider:
    """One provider. `address` is the portal's own, `now` the time of day, `clock` seconds that never go back.

    `is_first_use` says of a number whether it is used for the first time.
    """

    def __init__(
        self,
        openid: OpenID,
        address: str,
        now: Callable[[], dt.datetime],
        clock: Callable[[], float],
        seconds: float,
        *,
        is_first_use: FirstUse = lambda _: True,
    ) -> None:
        self.openid = openid
        self._address = address
        self._now, self._clock, self._seconds = now, clock, seconds
        self._turn = asyncio.Lock()
        self._description: tuple[float, Description] | None = None
        self._keys: tuple[float, list[PublicKey]] | None = None
        self._is_first_use = is_first_use

    async def sign_in_address(self, state: str, begun: BegunSignIn) -> str:
        """Where a browser goes to sign in."""
        async with self._in_time():
            described = await self._described()
        return str(
            prepare_grant_uri(
                described.authorization,
                self.openid.client_id,
                "code",
                redirect_uri=self._back,
                scope="openid profile",
                state=state,
                nonce=begun.nonce,
                code_challenge=create_s256_code_challenge(begun.verifier),
                code_challenge_method="S256",
            )
        )

    async def check(self) -> None:
        """Refuses a provider that does not answer, is set up otherwise than portal.toml, or gives no keys."""
        async with self._in_time():
            await self._published(await self._described())

    async def use(self, state: str) -> bool:
        """Whether an answer with this state comes for the first time to any process. A second one is worth nothing."""
        return await asyncio.to_thread(self._is_first_use, state)

    async def vouched(self, code: str, issuer: str, begun: BegunSignIn) -> Vouched:
        """What is proven of who brings a code. `issuer` is who the answer says it is from (RFC 9207), if it says so."""
        async with self._in_time():
            return await self._vouched(code, issuer, begun)

    async def _vouched(self, code: str, issuer: str, begun: BegunSignIn) -> Vouched:
        described = await self._described()
        if (issuer or described.names_itself) and issuer != self.openid.issuer:
            raise refused("it came from another provider")
        answer = await self._exchanged(described, code, begun.verifier)
        token, access = answer.get("id_token"), answer.get("access_token")
        moment = self._now().timestamp()
        expected = Expected(self.openid.issuer, self.openid.client_id, begun.nonce, moment, described.algorithms)
        try:
            claims = proven(token, await self._published(described), expected, access)
        except UnknownKey:
            keys = await self._published(described, again=True)
            try:
                claims = proven(token, keys, expected, access)
            except Unproven as error:
                raise refused(str(error)) from None
        except Unproven as error:
            raise refused(str(error)) from None
        return Vouched(claims, self._leave(described, str(token)))

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """All that one request asks of the provider, with the wait for others that ask the same, has one deadline."""
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError:
            raise _unreachable("no whole answer in time") from None

    @property
    def _back(self) -> str:
        return f"{self._address}/sign-in/back"

    def _leave(self, described: Description, token: str) -> str:
        """RP-Initiated Logout: the token says whose session is to end, so that the person is not asked."""
        if not described.end_session:
            return ""
        hint = {"id_token_hint": token} if len(token) <= _LONGEST_HINT else {}
        sent = {**hint, "client_id": self.openid.client_id, "post_logout_redirect_uri": f"{self._address}/"}
        return str(add_params_to_uri(described.end_session, list(sent.items())))

    # --- what is asked of it ---

    async def _described(self) -> Description:
        async with self._turn:
            now = self._clock()
            if self._description is None or now - self._description[0] > KEPT_SECONDS:
                url = f"{self.openid.issuer.rstrip('/')}/.well-known/openid-configuration"
                self._description = now, _description(self.openid, await self._asked("GET", url))
            return self._description[1]

    async def _published(self, described: Description, *, again: bool = False) -> list[PublicKey]:
        async with self._turn:
            now = self._clock()
            age = now - self._keys[0] if self._keys else 0.0
            if self._keys is None or age > (AGAIN_SECONDS if again else KEPT_SECONDS):
                keys = await self._asked("GET", described.keys)
                try:
                    self._keys = now, public_keys(keys)
                except ValueError as error:
                    raise _unreachable(str(error)) from None
            return self._keys[1]

    async def _exchanged(self, described: Description, code: str, verifier: str) -> dict[str, Any]:
        """What the provider gives for a code, which is used up by it."""
        sent = prepare_token_request("authorization_code", redirect_uri=self._back, code=code, code_verifier=verifier)
        auth = ClientAuth(self.openid.client_id, self.openid.secret, described.client_auth)
        url, headers, body = auth.prepare("POST", described.token, dict(_FORM), sent)
        return await self._asked("POST", url, headers, body)

    async def _asked(
        self, method: str, url: str, headers: Mapping[str, str] = _JSON, body: str | None = None
    ) -> dict[str, Any]:
        """The object that the provider answers with. Refused if there is none, or it is too long."""
        try:
            status, data = await _read(method, url, dict(headers), body, self._seconds)
        except (httpx.HTTPError, httpx.InvalidURL, _TooLong) as error:
            raise _unreachable(type(error).__name__.strip("_")) from None
        try:
            answer = strict_object(data)
        except ValueError:
            raise _unreachable(f"status {status}, and no JSON that can be read in one way only") from None
        if method == "POST" and (400 <= status < 500 or "error" in answer):
            raise refused("it did not take the code")
        if status != 200:
            raise _unreachable(f"status {status}")
        return answer


def check_provider(config: PortalConfig, now: dt.datetime) -> None:
    """Refuses the provider that a portal's settings name where nobody could sign in with it; none if none is named."""
    if config.openid is not None:
        provider = Provider(config.openid, config.base, lambda: now, time.monotonic, config.provider_seconds)
        asyncio.run(provider.check())


class _TooLong(Exception):
    """The response is longer than allowed, or compressed, so that its length is unknown."""


async def _read(
    method: str, url: str, headers: dict[str, str], body: str | None, seconds: float
) -> tuple[int, bytearray]:
    data = bytearray()
    async with (
        httpx.AsyncClient(verify=_trusted(), timeout=seconds, follow_redirects=False) as client,
        client.stream(method, url, headers=headers, content=body) as answer,
    ):
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise _TooLong
        async for piece in answer.aiter_raw():
            data += piece
            if len(data) > MOST_BYTES:
                raise _TooLong
    return answer.status_code, data


@cache
def _trusted() -> Any:
    return httpx.create_ssl_context()


def _description(openid: OpenID, document: Mapping[str, Any]) -> Description:
    """What the provider says of itself, if it is the one that is named, and leads nowhere without TLS."""
    if document.get("issuer") != openid.issuer:
        raise _differs("issuer", "it calls itself something else", "the same text as `issuer` in portal.toml")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_address(document.get(name), openid.issuer):
            raise _differs(name, "no address that can be used", "an address with https")
    end_session = document.get("end_session_endpoint")
    listed = document.get("id_token_signing_alg_values_supported", list(ALGORITHMS))
    algorithms = frozenset(ALGORITHMS).intersection(text for text in _texts(listed))
    if not algorithms:
        raise _differs("id_token_signing_alg_values_supported", "none that is taken", ", ".join(ALGORITHMS))
    ways = _texts(document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]))
    return Description(
        document["authorization_endpoint"],
        document["token_endpoint"],
        document["jwks_uri"],
        str(end_session) if _is_address(end_session, openid.issuer) else "",
        algorithms,
        document.get("authorization_response_iss_parameter_supported") is True,
        "client_secret_post" if "client_secret_basic" not in ways and "client_secret_post" in ways else
        "client_secret_basic",
    )  # fmt: skip


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _is_address(value: Any, issuer: str) -> bool:
    """Whether it is an address of the web, by https unless the provider itself is on this machine."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or set(value) & set(" \"'<>\\"):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    schemes = ("https", "http") if is_on_loopback(issuer) else ("https",)
    named = bool(parts.hostname) and port != 0 and "@" not in parts.netloc and not parts.fragment
    return parts.scheme in schemes and named


def refused(reason: str) -> Refusal:
    """The provider's answer was not accepted, for this reason."""
    problem = f"the provider's answer was not accepted: {reason}"
    return Refusal("sign-in-refused", "/sign-in/back", problem, "a response to this sign-in", "Sign in again.")


def _unreachable(reason: str) -> Refusal:
    problem = f"no sign-in from it ({reason})"
    return Refusal(
        "provider-unreachable", "the provider of OpenID Connect", problem, "a valid response", "Try again later."
    )


def _differs(where: str, problem: str, wanted: str) -> Refusal:
    remedy = "Compare [openid] in portal.toml with the provider's /.well-known/openid-configuration."
    return Refusal("provider-description", f"{where} of the provider", problem, wanted, remedy)
