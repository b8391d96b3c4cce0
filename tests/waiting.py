"""How tests wait: for what is to come, with a bound of minutes that only a failure reaches."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

# A busy machine may take this long for anything; a test that passes never waits for its end.
MINUTES = 300.0
T = TypeVar("T")


def until(found: Callable[[], T], what: str = "what is waited for", every: float = 0.05) -> T:
    """What is found in the end, looked for again and again."""
    end = time.monotonic() + MINUTES
    while True:
        value = found()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come within {MINUTES:.0f} seconds")
        time.sleep(every)


def answers(port: int) -> bool:
    """Whether something listens at a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def within_minutes() -> Iterator[None]:
    """Fails what hangs. What is inside may take as long as a busy machine needs, and no longer than minutes."""

    def stop(*_: object) -> None:
        raise AssertionError(f"it did not end within {MINUTES:.0f} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, MINUTES)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
