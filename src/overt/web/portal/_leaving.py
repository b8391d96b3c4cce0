"""A page that nobody waits for any more is not made to its end: its client went away.

While a page that only reads is made in a thread, the loop watches the connection. When the client goes, a page that
still waits for its turn is not begun, and the query that is running is interrupted. What changes something is always
done to its end. The register's connection of an interrupted query is closed: the word to stop may reach it late.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from starlette.requests import ClientDisconnect, Request

from overt.register import Store
from overt.web._receiving import TooLarge, TooSlow

_IN_HAND: ContextVar[WorkInHand | None] = ContextVar("overt_work_in_hand", default=None)


class WorkInHand:
    """What is being done for one request, and by which connection at the moment."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._store: Store | None = None
        self.is_begun = False
        self.is_given_up = False

    def run(self, make: Callable[..., Any], *arguments: Any) -> Any:
        """What `make` gives, in the thread of the page."""
        with self._turn:
            if self.is_given_up:
                raise ClientDisconnect
            self.is_begun = True
        token = _IN_HAND.set(self)
        try:
            return make(*arguments)
        finally:
            _IN_HAND.reset(token)

    @contextmanager
    def using(self, store: Store) -> Iterator[None]:
        """Has the queries on a connection interrupted when the work is given up; refuses work that is."""
        with self._turn:
            if self.is_given_up:
                raise ClientDisconnect
            self._store = store
        try:
            yield
        finally:
            with self._turn:
                self._store = None

    def give_up(self) -> None:
        """Interrupts what is being asked of the register."""
        with self._turn:
            self.is_given_up = True
            if self._store is not None:
                self._store.interrupt()


@contextmanager
def reading_for_a_client(store: Store) -> Iterator[None]:
    """Reading that ends early if it is done for a request whose client goes away."""
    work = _IN_HAND.get()
    if work is None:
        yield
        return
    with work.using(store):
        yield


def is_given_up() -> bool:
    """Whether this thread makes a page that nobody waits for."""
    work = _IN_HAND.get()
    return work is not None and work.is_given_up


async def until_gone(request: Request, work: WorkInHand, task: Awaitable[Any]) -> Any:
    """What the task gives; raises `ClientDisconnect` when the client of the request goes away before."""
    making, leaving = asyncio.ensure_future(task), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({making, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if making.done():
            return making.result()
        await asyncio.to_thread(work.give_up)
        if not work.is_begun:
            making.cancel()
        # The thread's place is for others only when it has ended.
        with suppress(Exception, asyncio.CancelledError):
            await making
        raise ClientDisconnect
    finally:
        leaving.cancel()


async def _gone(request: Request) -> None:
    try:
        while (await request.receive())["type"] != "http.disconnect":
            pass
    except (TooLarge, TooSlow):
        # A page that is asked for takes no body; what is sent all the same is not waited for.
        await asyncio.Event().wait()
