"""What stands before every page: which host was asked for, how much and how slowly is sent, what browsers may do.

Plain ASGI, in the order of `guarded`. What is turned away here never reaches a page, a form or the register.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from hashlib import sha256
from typing import Any

from overt.web._journal import ServerLog

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Where an endpoint says which route it is, without what stood in it.
ROUTE = "overt.route"
MOST_BYTES = 3_000_000
_MOST_PIECES = 2_000
_LONGEST_TARGET = 2_000
# What a provider of OpenID Connect sends people back with: some codes alone are longer than the usual address.
_LONGEST_BACK = 8_000
_BACK = "/sign-in/back"
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), browsing-topics=()"),
)
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")


class TooLarge(Exception):
    """More was sent than is taken."""


class TooSlow(Exception):
    """It took longer to send than is waited for."""


def guarded(app: App, hosts: Sequence[str], log: ServerLog, *, secure: bool, body_seconds: float) -> App:
    """The application behind: 1 headers and a line in the log, 2 the host, 3 the body."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        told = _Told(scope, send, secure)  # 1
        began = time.perf_counter()
        kind = ""
        try:
            turned_away = _turned_away(scope, hosts)  # 2
            if turned_away:
                await _plain(told.send, *turned_away)
                return
            await app(scope, _Body(receive, body_seconds).receive, told.send)  # 3
        except TooLarge:
            await told.instead(413, "more was sent than is taken")
        except TooSlow:
            await told.instead(408, "it took too long to send")
        except Exception as error:
            # What went wrong may repeat a value; its kind does not.
            kind = type(error).__name__
            await told.instead(500, "something went wrong here; nothing was recorded that you were not told of")
        finally:
            facts = {"error": kind} if kind else {}
            taken = round(1000 * (time.perf_counter() - began), 1)
            route = scope.get(ROUTE, "")
            log.say("request", method=_method(scope), route=route, status=told.status, ms=taken, **facts)

    return guard


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in ("GET", "HEAD", "POST") else "other"


def _turned_away(scope: Scope, hosts: Sequence[str]) -> tuple[int, str] | None:
    """Status and words for a request that asks for another host, or in another way than browsers do."""
    given = [value for name, value in scope["headers"] if name == b"host"]
    name = given[0].decode("latin-1").lower() if len(given) == 1 else ""
    bare = name.rsplit(":", 1)[0] if name.rsplit(":", 1)[-1].isdecimal() else name
    if bare not in hosts:
        return 400, "this server does not answer for that host"
    longest = _LONGEST_BACK if scope["path"] == _BACK else _LONGEST_TARGET
    if len(scope["raw_path"]) + len(scope["query_string"]) > longest:
        return 414, "the address is too long"
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    if lengths and (len(lengths) > 1 or not lengths[0].isdigit()):
        return 400, "the length of the body cannot be read"
    if lengths and int(lengths[0]) > MOST_BYTES:
        return 413, "more was sent than is taken"
    return None


class _Told:
    """What is answered: headers added, and whether an answer has begun."""

    def __init__(self, scope: Scope, send: Send, secure: bool) -> None:
        self._send = send
        self._extra = (*HEADERS, _HTTPS_ONLY) if secure else HEADERS
        self._begun = False
        self.status = 0

    async def send(self, message: Message) -> None:
        """Sends a part of the answer."""
        if message["type"] == "http.response.start":
            self._begun, self.status = True, message["status"]
            there = {name for name, _ in message.get("headers", ())}
            added = [pair for pair in self._extra if pair[0] not in there]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await self._send(message)

    async def instead(self, status: int, words: str) -> None:
        """Sends a short answer, if none has begun."""
        if not self._begun:
            await _plain(self.send, status, words)


async def _plain(send: Send, status: int, words: str) -> None:
    body = words.encode() + b"\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Body:
    """The body as it comes in: not too much, not too slowly, not in countless small pieces."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._until = time.monotonic() + seconds
        self._size = 0
        self._pieces = 0
        self._whole = False

    async def receive(self) -> Message:
        """The next part."""
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.001, self._until - time.monotonic()))
        except TimeoutError:
            raise TooSlow from None
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._pieces += 1
            if self._size > MOST_BYTES or self._pieces > _MOST_PIECES:
                raise TooLarge
            self._whole = not message.get("more_body", False)
        return message


class Limiter:
    """So many tries a minute for each caller, in memory. A caller is known by a keyed digest that a restart forgets."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, most: int = 20_000) -> None:
        self._rate = per_minute / 60
        self._burst = float(per_minute)
        self._clock = clock
        self._most = most
        self._key = secrets.token_bytes(32)
        self._left: dict[bytes, tuple[float, float]] = {}

    def let(self, caller: str) -> bool:
        """Whether the caller may try now."""
        now = self._clock()
        key = hmac.digest(self._key, caller.encode(), sha256)
        left, seen = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - seen) * self._rate)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > self._most:
            self._left.pop(next(iter(self._left)))
        return allowed
