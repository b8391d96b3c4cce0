"""Ends a statement of an engine that takes longer than it may."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AGAIN_SECONDS = 0.2


@contextmanager
def deadline(seconds: float, interrupt: Callable[[], object]) -> Iterator[threading.Event]:
    """Interrupts what the block runs once `seconds` have passed; the event is set from then on.

    An engine forgets an interruption that falls between two statements, so it is repeated until the block ends.
    """
    has_passed, has_ended = threading.Event(), threading.Event()

    def watch() -> None:
        if has_ended.wait(seconds):
            return
        has_passed.set()
        interrupt()
        while not has_ended.wait(_AGAIN_SECONDS):
            interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield has_passed
    finally:
        has_ended.set()
        watcher.join()
