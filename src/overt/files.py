"""A file that somebody named, read as far as it may be large."""

from __future__ import annotations

from pathlib import Path

from overt.refusals import Refusal


def given_bytes(path: Path, limit: int = -1, wanted: str = "a file") -> bytes:
    """The bytes of a file that was named, no more than `limit` of them; refuses one that cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(limit)
    except OSError as error:
        raise Refusal("file-unreadable", str(path), error.strerror or "it cannot be read", wanted) from error
