"""Checks before every page: the client, the host, the size and speed of the request, and what browsers may do.

Plain ASGI, in the order of `guarded`. A request refused here never reaches a page, a form or the register.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import ClientDisconnect

from overt.refusals import Refusal
from overt.web._receiving import App, Body, Receive, Scope, Send, TooLarge, TooSlow
from overt.web._reply import HEADERS, Reply
from overt.web.portal._journal import ServerLog, place_of
from overt.web.portal._statuses import short_page
from overt.web.serving import Clients

# The key under which an endpoint stores its route pattern, without parameter values.
ROUTE = "overt.route"
# Which client asks, as `Clients` tells them apart.
CLIENT = "overt.client"
# Server monitoring requests these by the server's address.
FOR_ANY_HOST = ("/health", "/ready", "/metrics")
MOST_BYTES = 3_000_000
_LONGEST_TARGET = 2_000
# What a provider of OpenID Connect sends people back with: some codes alone are longer than the usual address.
_LONGEST_BACK = 8_000
_BACK = "/sign-in/back"
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_HEADERS = ((b"content-security-policy", _POLICY.encode()), *HEADERS)
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")


# A page for a status, as bytes and media type.
PageOf = Callable[[Scope, int], tuple[bytes, str]]
# What is told of each request: its route, method, status, and the seconds that it took.
Observe = Callable[[str, str, int, float], None]


def guarded(
    app: App,
    hosts: Sequence[str],
    log: ServerLog,
    clients: Clients,
    page: PageOf,
    *,
    secure: bool,
    body_seconds: float,
    observe: Observe = lambda *_: None,
) -> App:
    """The application behind: 1 the client, headers and a line in the log, 2 the host, 3 the body."""
    warned: list[None] = []

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        scope[CLIENT] = clients.of(scope)  # 1
        reply = _Told(scope, send, secure, page)
        began = time.perf_counter()
        facts: dict[str, Any] = {}
        if not warned and clients.unread(scope):
            warned.append(None)
            log.say("proxy-not-trusted", "warning", wanted="its address in proxies, portal.toml")
        try:
            turned_away = _turned_away(scope, hosts)  # 2
            if turned_away:
                await reply.instead(turned_away)
                return
            await app(scope, Body(receive, body_seconds, MOST_BYTES).receive, reply.send)  # 3
        except TooLarge:
            await reply.instead(413)
        except TooSlow:
            await reply.instead(408)
        except ClientDisconnect:
            facts = {"gone": True}
        except Refusal as refusal:
            facts = {"error": refusal.code, "place": place_of(refusal)}
            await reply.instead(503)
        except Exception as error:
            # What went wrong may repeat a value; its kind and its place do not.
            facts = {"error": type(error).__name__, "place": place_of(error)}
            await reply.instead(500)
        finally:
            seconds = time.perf_counter() - began
            route, method = scope.get(ROUTE, ""), _method(scope)
            observe(route, method, reply.status, seconds)
            level = "error" if reply.status >= 500 else "info"
            log.say(
                "request", level, method=method, route=route, status=reply.status, ms=round(1000 * seconds, 1), **facts
            )

    return guard


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in ("GET", "HEAD", "POST") else "other"


def _turned_away(scope: Scope, hosts: Sequence[str]) -> int:
    """The status for a request that asks for another host, or in another way than browsers do; 0 for any other."""
    host_headers = [value for name, value in scope["headers"] if name == b"host"]
    name = host_headers[0].decode("latin-1").lower() if len(host_headers) == 1 else ""
    bare = name.rsplit(":", 1)[0] if name.rsplit(":", 1)[-1].isdecimal() else name
    if bare not in hosts and not (len(host_headers) <= 1 and scope["path"] in FOR_ANY_HOST):
        return 400
    longest = _LONGEST_BACK if scope["path"] == _BACK else _LONGEST_TARGET
    if len(scope["raw_path"]) + len(scope["query_string"]) > longest:
        return 414
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    if lengths and (len(lengths) > 1 or not lengths[0].isdigit()):
        return 400
    # A number of more digits than any length has is not made a number of.
    if lengths and (len(lengths[0]) > 12 or int(lengths[0]) > MOST_BYTES):
        return 413
    return 0


class _Told(Reply):
    """What is answered: the page of a status where a request is turned away or fails."""

    def __init__(self, scope: Scope, send: Send, secure: bool, page: PageOf) -> None:
        super().__init__(scope, send, (*_HEADERS, _HTTPS_ONLY) if secure else _HEADERS)
        self._page = page

    async def instead(self, status: int) -> None:
        """Sends the page of a status, if no answer has begun; a plainer one where that page cannot be made."""
        if self.begun:
            return
        try:
            body, kind = self._page(self._scope, status)
        except Exception:  # It may need just what failed.
            body, kind = short_page(status), "text/html; charset=utf-8"
        headers = [(b"cache-control", b"no-store"), (b"connection", b"close")]
        headers += [(b"retry-after", b"60")] if status == 503 else []
        await self.whole(status, body, kind, headers)
