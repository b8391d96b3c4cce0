"""JSON as the provider may send it: no name twice, no number without an end, nothing nested without an end."""

from __future__ import annotations

from typing import Any

from overt.encoding import read_json


def strict_object(data: bytes | bytearray) -> dict[str, Any]:
    """The object; `ValueError` if it is anything else, or could be read in two ways."""
    value = read_json(bytes(data))
    if not isinstance(value, dict):
        raise ValueError("this is not an object")
    return value
