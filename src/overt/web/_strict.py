"""JSON as the provider may send it: no name twice, no number without an end, nothing nested without an end."""

from __future__ import annotations

import json
from typing import Any

from overt.encoding import unique


def strict_object(data: bytes | bytearray) -> dict[str, Any]:
    """The object; `ValueError` if it is anything else, or could be read in two ways."""
    try:
        found = json.loads(bytes(data).decode("utf-8"), object_pairs_hook=unique, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _no_number(_: str) -> Any:
    raise ValueError("not a number")
