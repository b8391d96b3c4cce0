"""Base64 as every format of Overt has it: with padding (RFC 4648, section 4), and read in that one way only."""

from __future__ import annotations

import base64
import binascii


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
