"""The keeper's door: many strangers may come, and none of them keeps the owner out.

1. Whoever connects is a stranger until it has proved the agreed key, for which there is little time. Strangers have a
   fixed number of places; where all are taken, the one that has been there longest gives way.
2. Whoever has proved the key has a place that no stranger can take; of those there are few. One at a time is answered.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from overt.reconcile._channel import Channel, Tls, accepted
from overt.reconcile._psi import Keeper, KeeperLearned
from overt.refusals import Refusal

STRANGERS = 64
KNOWN = 4
# What a stranger may take for each message, and from its coming to its proof altogether.
STRANGER_SECONDS = 10.0
_TICK = 0.2


class Door:
    """One session of a keeper, and everybody who comes until then."""

    def __init__(
        self,
        keeper: Keeper,
        tls: Tls | None,
        silence: float,
        permit: Callable[[], None],
        told: Callable[[Refusal], None],
    ) -> None:
        self._keeper, self._permit, self._silence = keeper, permit, silence
        self._context = tls.context(server=True) if tls else None
        self._told = told
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._known = threading.BoundedSemaphore(KNOWN)
        # A handle of each connection, by which another thread can cut it, whatever TLS makes of the connection.
        self._strangers: dict[socket.socket, float] = {}
        self._ended = threading.Event()
        self.learned: KeeperLearned | None = None
        self.failed: BaseException | None = None

    def open(self, listening: socket.socket, wait: float | None) -> KeeperLearned:
        """What the session told the keeper. `wait` is how long to wait for it; refuses then, and where it fails."""
        until = None if wait is None else time.monotonic() + wait
        listening.settimeout(_TICK)
        while not self._ended.is_set():
            if until is not None and time.monotonic() > until and not self._turn.locked():
                self._send_away()
                raise Refusal("connection-lost", "the other side", "no one connected", "a connection", "start again")
            self._cut_overdue()
            try:
                self._begin(listening.accept()[0])
            except TimeoutError:
                continue
            except OSError:
                # No descriptor is left, or whoever came is gone. Others end soon.
                time.sleep(_TICK)
        self._send_away()
        if self.learned is None:
            raise self.failed or RuntimeError("the session ended without an end")
        return self.learned

    def _begin(self, connection: socket.socket) -> None:
        handle = connection.dup()
        with self._lock:
            if len(self._strangers) >= STRANGERS:
                self._cut(min(self._strangers, key=lambda thread: self._strangers[thread]))
            self._strangers[handle] = time.monotonic()
        threading.Thread(target=self._meet, args=(connection, handle), daemon=True).start()

    def _meet(self, connection: socket.socket, handle: socket.socket) -> None:
        """One connection from its coming to its end, in a thread of its own."""
        try:
            channel = accepted(connection, self._context, min(STRANGER_SECONDS, self._silence))
            with channel:
                self._keeper.welcome(channel)
                with self._lock:
                    is_there = self._strangers.pop(handle, None) is not None
                if is_there:
                    self._answer(channel)
        except Refusal as refusal:
            if not self._ended.is_set():
                self._told(refusal)
        finally:
            with self._lock:
                self._strangers.pop(handle, None)
            handle.close()
            connection.close()

    def _answer(self, channel: Channel) -> None:
        """Answers one who has the key, after those who came before."""
        if not self._known.acquire(blocking=False):
            raise Refusal(
                "connection-lost", "the other side", "there are too many sessions with the key at once", f"{KNOWN}"
            )
        channel.seconds = self._silence
        try:
            with self._turn:
                if not self._ended.is_set():
                    self._session(channel)
        finally:
            self._known.release()

    def _session(self, channel: Channel) -> None:
        """The one session, after which all is over unless the other side spoilt it before anything was given."""
        try:
            self.learned = self._keeper.answer(channel, self._permit)
        except BaseException as error:
            is_theirs = isinstance(error, Refusal) and error.where == "the other side"
            if is_theirs and not self._keeper.has_answered:
                raise
            self.failed = error
        self._ended.set()

    def _cut_overdue(self) -> None:
        with self._lock:
            now = time.monotonic()
            for connection, since in list(self._strangers.items()):
                if now - since > STRANGER_SECONDS:
                    self._cut(connection)

    def _send_away(self) -> None:
        self._ended.set()
        with self._lock:
            for connection in list(self._strangers):
                self._cut(connection)

    def _cut(self, connection: socket.socket) -> None:
        del self._strangers[connection]
        # Whoever waits for it in its thread wakes up, and closes it.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
