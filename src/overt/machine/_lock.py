"""A lock on an open file, against other processes and other threads of this one."""

from __future__ import annotations

import sys
import threading
import time
from typing import IO, Any

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:
    msvcrt = None  # type: ignore[assignment]

_PAUSE = 0.05
# Where the system has neither, it has no second process either: the threads of this one are kept apart.
_held: set[str] = set()
_guard = threading.Lock()


class LockHeld(Exception):
    """Somebody else holds the lock."""


def lock(stream: IO[Any], *, wait: bool = False) -> None:
    """Holds the lock of an open file until the file is closed. Raises `LockHeld` if it is held, unless it may wait."""
    while not _taken(stream, wait):
        if not wait:
            raise LockHeld
        time.sleep(_PAUSE)


def _taken(stream: IO[Any], wait: bool) -> bool:
    if fcntl is not None:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
    if sys.platform == "win32" and msvcrt is not None:
        try:
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    return _taken_here(stream)


def _taken_here(stream: IO[Any]) -> bool:
    name = str(stream.name)
    with _guard:
        if name in _held:
            return False
        _held.add(name)
    close = stream.close

    def release() -> None:
        close()
        with _guard:
            _held.discard(name)

    stream.close = release  # type: ignore[method-assign]
    return True
