"""Who gets a turn at the register: a share for the public, one for the door, one for those who signed in.

Pages are made in threads, and each of the three has threads of its own, so that however many ask for public pages some
are left for staff, and readers of the register with them. Inside a share one client has a few turns at a time; what it
asks for beyond that waits behind its own requests, and does not delay others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread

from overt.web.portal._action import Face

# The public leaves half of the desk's readers to those who signed in. Anyone may ask whether the portal can serve.
_THREADS = {"public": 4, "door": 2, "inside": 8, "ready": 1}
_TURNS_OF_ONE = 3
_MOST_WAITING = 256


class TooBusy(Exception):
    """One client asked for more at once than is kept for it."""


def share_of(face: Face, signed_in: bool) -> str:
    """Whose share a request comes out of."""
    return "inside" if signed_in else "door" if face is Face.DOOR else "public"


class Shares:
    """The turns of one portal."""

    def __init__(self) -> None:
        self._threads: dict[str, anyio.CapacityLimiter] = {}
        self._turns: dict[str, tuple[asyncio.Semaphore, list[None]]] = {}

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """A turn of this client's; refused with `TooBusy` where too many of its requests wait already."""
        turns, waiting = self._turns.setdefault(client, (asyncio.Semaphore(_TURNS_OF_ONE), []))
        if len(waiting) >= _MOST_WAITING:
            raise TooBusy
        waiting.append(None)
        try:
            async with turns:
                yield
        finally:
            waiting.pop()
            if not waiting:
                self._turns.pop(client, None)

    async def run(self, share: str, make: Callable[..., Any], *arguments: Any) -> Any:
        """What `make` gives, in a thread of the share."""
        limiter = self._threads.setdefault(share, anyio.CapacityLimiter(_THREADS[share]))
        return await anyio.to_thread.run_sync(make, *arguments, limiter=limiter)
