"""How the body of a request comes in, for every application that has pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_MOST_PIECES = 2_000


class TooLarge(Exception):
    """The request is larger than allowed."""


class TooSlow(Exception):
    """The request took too long to arrive."""


class Body:
    """The body as it comes in: not too much, not too slowly, not in countless small pieces."""

    def __init__(self, receive: Receive, seconds: float, most: int) -> None:
        self._receive = receive
        self._until = time.monotonic() + seconds
        self._most = most
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
            if self._size > self._most or self._pieces > _MOST_PIECES:
                raise TooLarge
            self._whole = not message.get("more_body", False)
        return message
