"""The connections of a server: none may wait for its client for ever, and no client may hold all of them.

A connection is *busy* while we work for it. Otherwise it waits for its client: for the head of a request, for the rest
of a body, for an answer to be read, or for another request at all. Each such wait has its limit. Where a client has as
many connections as are kept for it, or all together as many as there are, the one that has waited longest makes room:
of the same client, or of the client that has most. So slow connections cost those who open them, and a new one is
turned away only where every other is busy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Wait(Enum):
    """What a connection waits for."""

    BUSY = "us"
    HEAD = "the head of a request"
    BODY = "the rest of a body"
    READER = "an answer to be read"
    IDLE = "another request"


@dataclass(frozen=True)
class Patience:
    """How long each wait may last, in seconds, and how many connections and requests there may be.

    `slowest` is in bytes per second, `most_of_one` the connections of one client, `requests` those of one connection.
    """

    head_seconds: float = 10.0
    body_seconds: float = 30.0
    idle_seconds: float = 15.0
    reader_seconds: float = 20.0
    slowest: int = 500
    most: int = 512
    most_of_one: int = 128
    requests: int = 1_000


class Connection(Protocol):
    """What is known of a connection."""

    client: str
    trusted: bool

    def waits(self) -> tuple[Wait, float]:
        """What it waits for, and since when."""

    def unread(self) -> int:
        """How many bytes of answers were not taken by its client yet."""

    def time_out(self, wait: Wait) -> None:
        """Ends it, since it waited too long."""

    def drop(self) -> None:
        """Ends it at once."""


class Connections:
    """All connections of one server; `clock` gives seconds that never go back."""

    def __init__(self, patience: Patience, clock: Callable[[], float]) -> None:
        self.patience = patience
        self.clock = clock
        self._by_client: dict[str, dict[Connection, None]] = defaultdict(dict)
        self._unread: dict[Connection, tuple[int, float]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, new: Connection) -> bool:
        """Takes a connection, for which another may have to go; whether there was room."""
        patience = self.patience
        # A trusted proxy carries many clients.
        if not new.trusted and len(self._by_client[new.client]) >= patience.most_of_one:
            if not self._make_room(new.client):
                return False
        elif self._count >= patience.most and not self._make_room_anywhere():
            return False
        self._by_client[new.client][new] = None
        self._count += 1
        return True

    def remove(self, old: Connection) -> None:
        """Forgets a connection that is closed."""
        self._unread.pop(old, None)
        of_client = self._by_client.get(old.client, {})
        if old in of_client:
            del of_client[old]
            self._count -= 1
        if not of_client:
            self._by_client.pop(old.client, None)

    def sweep(self) -> None:
        """Ends every connection that has waited too long for its client."""
        now, patience = self.clock(), self.patience
        limits = {Wait.HEAD: patience.head_seconds, Wait.IDLE: patience.idle_seconds, Wait.BODY: patience.body_seconds}
        for connection in [connection for of_client in self._by_client.values() for connection in of_client]:
            wait, since = connection.waits()
            limit = limits.get(wait)
            if self._is_read_too_slowly(connection, now):
                connection.drop()
            elif limit is not None and now - since > limit:
                connection.time_out(wait)

    def _is_read_too_slowly(self, connection: Connection, now: float) -> bool:
        """Whether its client took less of what was sent than the slowest that is waited for."""
        left, patience = connection.unread(), self.patience
        if not left:
            self._unread.pop(connection, None)
            return False
        before, since = self._unread.get(connection, (left, now))
        if left > before or now - since > patience.reader_seconds:
            # More has been written, or a period is over: measuring starts again here.
            self._unread[connection] = (left, now)
            return left <= before and before - left < patience.slowest * (now - since)
        self._unread[connection] = (before, since)
        return False

    def _make_room_anywhere(self) -> bool:
        fullest = sorted(self._by_client, key=lambda client: len(self._by_client[client]), reverse=True)
        return any(self._make_room(client) for client in fullest)

    def _make_room(self, client: str) -> bool:
        """Ends that connection of a client's which has waited longest; whether there was one."""
        waits = [(connection, *connection.waits()) for connection in self._by_client[client]]
        waiting = [(since, connection) for connection, wait, since in waits if wait is not Wait.BUSY]
        if not waiting:
            return False
        _, longest = min(waiting, key=lambda pair: pair[0])
        self.remove(longest)
        longest.drop()
        return True
