"""What can be read in one way only: base64 with padding (RFC 4648, section 4), JSON and TOML; and texts in TOML."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import tomllib
from collections.abc import Callable
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


class NameTwice(TwoWays):
    """A name that stands twice in one object."""


class NotHeld(TwoWays):
    """A number that one reader keeps and another changes."""


class NestedTooDeeply(ValueError):
    """A text that is nested deeper than can be followed."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, as `object_pairs_hook` of `json`; raises `TwoWays` where a name stands twice."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NameTwice("a name stands twice in one object")
    return members


# More digits than any number that is recorded; beyond 4,300 Python itself refuses to read a whole number.
_MOST_DIGITS = 1_000


def read_json(data: bytes | str, whole: Callable[[str], float | str] | None = None) -> Any:
    """What the JSON text says; raises `ValueError`, without what stands in it, where it could be read in two ways.

    That is where it is not JSON in UTF-8, a name stands twice in one object, or a number cannot be held: NaN, Infinity,
    one that would become infinite or zero, or a whole number of more than 1,000 digits. `whole` reads whole numbers
    in a way of its own.
    """
    try:
        text = data if isinstance(data, str) else bytes(data).decode()
        return json.loads(
            text, object_pairs_hook=unique, parse_int=whole or _whole, parse_float=_fraction, parse_constant=_constant
        )
    except RecursionError:
        raise NestedTooDeeply("nested too deeply") from None


def read_toml(text: str, *, holds_ranges: bool = True) -> dict[str, Any]:
    """What the TOML text says; raises `ValueError` where it is not TOML, or a number cannot be held.

    That is a whole number beyond 64 bits, `nan`, `inf`, and one that would become infinite or zero. Without
    `holds_ranges` it is the last alone, for a reader that refuses the others itself and knows their lines.
    """
    try:
        content = tomllib.loads(text, parse_float=_fraction if holds_ranges else _nonzero)
        if holds_ranges:
            _check_whole(content)
    except RecursionError:
        raise NestedTooDeeply("nested too deeply") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:
        # The words of Python on a whole number of thousands of digits speak of its settings.
        raise error if isinstance(error, TwoWays) else NotHeld(_BEYOND) from None
    return content


_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def toml_text(value: str) -> str:
    """A text as TOML has it, on one line."""
    return '"' + "".join(_ESCAPED.get(sign, sign) for sign in value) + '"'


def toml_key(name: str) -> str:
    """A name as TOML has it: bare where it may be."""
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else toml_text(name)


_BEYOND = "a whole number that takes more than 64 bits"


def _check_whole(value: Any) -> None:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _check_whole(part)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise NotHeld(_BEYOND)


def _whole(text: str) -> int:
    _check_length(text)
    return int(text)


def _fraction(text: str) -> float:
    _check_length(text)
    number = _nonzero(text)
    if not math.isfinite(number):
        raise NotHeld("a number that is infinite, or too large to be held")
    return number


def _nonzero(text: str) -> float:
    number = float(text)
    if not number and re.search("[1-9]", re.split("[eE]", text)[0]):
        raise NotHeld("a number that is too small to be held, and would become 0")
    return number


def _check_length(text: str) -> None:
    if len(text) > _MOST_DIGITS:
        raise NotHeld(f"a number of more than {_MOST_DIGITS:,} digits")


def _constant(_: str) -> Any:
    raise TwoWays("NaN or Infinity, which JSON does not have")
