"""Files that stay where they are: no stream, no device, no socket, so that nothing live can be listened to."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from overt.refusals import Refusal, raise_all

_LIVE = "the bench tests a list on a finished file and listens to nothing: save the texts to a file first"


def check_regular(path: Path, absent: str) -> None:
    """Refuses what is no regular file: standard input, pipes, devices and sockets.

    `absent` is the code for one that is missing.
    """
    if str(path) == "-" or path.is_relative_to("/dev") or path.is_relative_to("/proc"):
        raise Refusal("watchlist-live", str(path), "this is a stream", "a file", _LIVE)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        fault = error.strerror or type(error).__name__
        raise _absent(absent, path, fault) from error
    if stat.S_ISDIR(mode):
        raise _absent(absent, path, "a folder")
    if not stat.S_ISREG(mode):
        raise Refusal("watchlist-live", str(path), "this is a pipe, a device or a socket", "a file", _LIVE)


def regular_bytes(path: Path, absent: str) -> bytes:
    """The bytes of a regular file."""
    check_regular(path, absent)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _absent(absent, path, error.strerror or type(error).__name__) from error


# A hashtag has no white space after its sign: such a line is meant as a comment, or was mistyped.
_REMARK = re.compile(r"#+(\s|$)")


def lines_of(text: str, name: str) -> list[tuple[int, str]]:
    """The lines of a list with their numbers, white space at their ends and blank lines aside.

    `#drill` is such a line, and no comment.

    Refuses a line that begins with `#` and white space, or is `#` alone: passed over, a term might be lost; taken
    as a term, it would never be found.
    """
    lines = [(place, line.strip()) for place, line in enumerate(text.splitlines(), 1) if line.strip()]
    wanted = "a term: a word, a phrase, or a hashtag with nothing between # and its word"
    remedy = "remove the line, or write the hashtag as one word. Put remarks in a column of a .csv list"
    faults = [
        Refusal("watchlist-term", f"{name}, line {place}", "this is neither a hashtag nor a term", wanted, remedy)
        for place, line in lines
        if _REMARK.match(line)
    ]
    raise_all(faults[:50])
    return lines


def _absent(code: str, path: Path, fault: str) -> Refusal:
    if code == "watchlist-terms-unreadable":
        return Refusal("watchlist-terms-unreadable", str(path), fault, "a file of terms")
    return Refusal("watchlist-corpus-unreadable", str(path), fault, "a file of texts")
