"""Who gets a turn at the register: a share for the public, one for the door, one for those who signed in.

Pages are made in threads, and each of the three has threads of its own, so that however many ask for public pages some
are left for staff, and readers of the register with them. Inside a share one client has a few turns at a time; what it
asks for beyond that waits behind its own requests, and does not delay others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import anyio.to_thread

from overt.web.portal._action import Face

# Each thread may have a reader of the register. Anyone may ask whether the portal can serve; `state` is for what the
# processes share, which is asked for each request.
THREADS = {"public": 4, "door": 2, "inside": 8, "ready": 1, "state": 4}
"""The threads of each share."""
_SHARE: ContextVar[str] = ContextVar("overt_share", default="inside")
_TURNS_OF_ONE = 3
_MOST_WAITING = 256


class TooBusy(Exception):
    """One client asked for more at once than is kept for it."""


def share_of(face: Face, signed_in: bool) -> str:
    """Whose share a request comes out of."""
    return "inside" if signed_in else "door" if face is Face.DOOR else "public"


def current_share() -> str:
    """The share whose thread this is; that of those who signed in for work that no request asked for."""
    return _SHARE.get()


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

    def in_use(self) -> dict[str, tuple[int, int]]:
        """How many threads of each share are busy, and how many requests wait for one."""
        return {
            share: (limiter.borrowed_tokens, limiter.statistics().tasks_waiting)
            for share, limiter in sorted(self._threads.items())
        }

    async def run(self, share: str, make: Callable[..., Any], *arguments: Any) -> Any:
        """What `make` gives, in a thread of the share."""
        limiter = self._threads.setdefault(share, anyio.CapacityLimiter(THREADS[share]))
        return await anyio.to_thread.run_sync(partial(_inside, share, make, *arguments), limiter=limiter)


def _inside(share: str, make: Callable[..., Any], *arguments: Any) -> Any:
    _SHARE.set(share)
    return make(*arguments)
