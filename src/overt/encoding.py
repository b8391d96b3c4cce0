"""What can be read in one way only: base64 with padding (RFC 4648, section 4), and JSON objects with each name once."""

from __future__ import annotations

import base64
import binascii
from typing import Any


def encode(data: bytes) -> str:
    """Base64 with padding, on one line."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes | None:
    """The bytes of base64 that is written in the one canonical way; none otherwise."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encode(data) == text else None


class TwoWays(ValueError):
    """A text that two readers could take for two things."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, as `object_pairs_hook` of `json`; raises `TwoWays` where a name stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TwoWays("a name stands twice in one object")
    return found
