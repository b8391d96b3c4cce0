"""Ends a statement of an engine that takes longer than it may."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_AGAIN_SECONDS = 0.2


@dataclass(eq=False)
class _Deadline:
    until: float
    interrupt: Callable[[], object]
    has_passed: threading.Event = field(default_factory=threading.Event)


class _Watcher:
    """One thread for all deadlines of the process.

    A thread for each would have to begin while an engine holds nearly all the memory allowed: Python waits for ever for
    a thread that was refused its first bytes.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: set[_Deadline] = set()
        self._thread: threading.Thread | None = None

    def add(self, deadline: _Deadline) -> None:
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            self._deadlines.add(deadline)
            self._changed.notify()

    def remove(self, deadline: _Deadline) -> None:
        """Nothing is interrupted for this deadline from here on."""
        with self._changed:
            self._deadlines.discard(deadline)

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for deadline in [each for each in self._deadlines if each.until <= now]:
                    deadline.has_passed.set()
                    deadline.until = now + _AGAIN_SECONDS
                    # One that failed, since nothing was connected at that moment, is repeated too.
                    with suppress(Exception):
                        deadline.interrupt()
                first = min((each.until for each in self._deadlines), default=None)
                self._changed.wait(None if first is None else max(0.0, first - time.monotonic()))


_watcher = _Watcher()


@contextmanager
def deadline(seconds: float, interrupt: Callable[[], object]) -> Iterator[threading.Event]:
    """Interrupts what the block runs once `seconds` have passed; the event is set from then on.

    An engine forgets an interruption that falls between two statements, so it is repeated until the block ends.
    """
    block = _Deadline(time.monotonic() + seconds, interrupt)
    _watcher.add(block)
    try:
        yield block.has_passed
    finally:
        _watcher.remove(block)
