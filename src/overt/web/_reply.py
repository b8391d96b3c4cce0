"""What leaves an application that has pages: the headers that tell browsers what it may do, and if it has begun."""

from __future__ import annotations

from collections.abc import Sequence

from overt.web._receiving import Message, Scope, Send

Header = tuple[bytes, bytes]
HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # With `no-referrer` browsers send `Origin: null` with a form.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), browsing-topics=()"),
)


class Reply:
    """An answer to a request. Headers of `added` that it does not have itself are put to it."""

    def __init__(self, scope: Scope, send: Send, added: Sequence[Header]) -> None:
        self._scope = scope
        self._send = send
        self._added = added
        self.begun = False
        self.status = 0

    async def send(self, message: Message) -> None:
        """Sends a part of the answer."""
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            there = {name.lower() for name, _ in message.get("headers", ())}
            added = [pair for pair in self._added if pair[0] not in there]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await self._send(message)

    async def whole(self, status: int, body: bytes, kind: str, headers: Sequence[Header] = ()) -> None:
        """Sends a whole answer of a media type; to HEAD without its body."""
        own = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *headers]
        await self.send({"type": "http.response.start", "status": status, "headers": own})
        await self.send({"type": "http.response.body", "body": b"" if self._scope["method"] == "HEAD" else body})
