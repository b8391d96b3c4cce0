"""Files that stay where they are: no stream, no device, no socket, so that nothing live can be listened to."""

from __future__ import annotations

import stat
from pathlib import Path

from overt.refusals import Refusal

_LIVE = "the bench tests a list on a finished file and listens to nothing: save the texts to a file first"


def check_regular(path: Path, absent: str) -> None:
    """Refuses what is no regular file: standard input, pipes, devices and sockets.

    `absent` is the code for one that is missing.
    """
    if str(path) == "-" or path.is_relative_to("/dev") or path.is_relative_to("/proc"):
        raise Refusal("watchlist-live", str(path), "a stream", "a file", _LIVE)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise _absent(absent, path, found) from error
    if stat.S_ISDIR(mode):
        raise _absent(absent, path, "a folder")
    if not stat.S_ISREG(mode):
        raise Refusal("watchlist-live", str(path), "a pipe, device or socket", "a file", _LIVE)


def regular_bytes(path: Path, absent: str) -> bytes:
    """The bytes of a regular file."""
    check_regular(path, absent)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _absent(absent, path, error.strerror or type(error).__name__) from error


def _absent(code: str, path: Path, found: str) -> Refusal:
    if code == "watchlist-terms-unreadable":
        return Refusal("watchlist-terms-unreadable", str(path), found, "a file of terms")
    return Refusal("watchlist-corpus-unreadable", str(path), found, "a file of texts")
