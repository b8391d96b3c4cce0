"""JSON in its one canonical form (RFC 8785), for the kinds of value that a record has; and strict reading of JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

from overt.encoding import TwoWays, read_json
from overt.refusals import Refusal

LARGEST_INTEGER = 1 << 53
RECORD_LIMIT = 1_000_000
_DEEPEST = 64

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_plain = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_TEXT = frozenset((str,))
_PLAIN = frozenset((str, bool, type(None), int))


def canonical_json(value: object) -> bytes:
    """The canonical bytes of a value of texts, numbers, truth values, nulls, lists and mappings.

    Refuses, with the place and never the value: an integer beyond 2^53, a number that is not finite, a lone
    surrogate, a key that is not text, more than 64 levels, and any other kind of value.
    """
    if type(value) is dict and _is_plain(value):
        # Most records: Python's own encoder writes these as RFC 8785 does, ten times as fast.
        try:
            return _plain(value).encode()
        except UnicodeEncodeError:
            pass  # half of a surrogate pair; below it is refused with its place
    return _carefully(value)


class CanonicalFields:
    """Writes the canonical bytes of objects that all have the same fields, of which some may be absent.

    It sorts and writes the names once, which is most of the work of writing a record. There are two fields or more,
    with ASCII names.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        order = sorted(range(len(names)), key=names.__getitem__)
        self._in_order = itemgetter(*order)
        self._starts = [f"{_quoted(names[place])}:" for place in order]

    def write(self, values: Sequence[object]) -> bytes:
        """What `canonical_json` writes of these values by their names, those that are None left out."""
        try:
            fields = [
                start + (encode_basestring(value) if type(value) is str else canonical_json(value).decode())
                for start, value in zip(self._starts, self._in_order(values), strict=True)
                if value is not None
            ]
            return f"{{{','.join(fields)}}}".encode()
        except (Refusal, UnicodeEncodeError):
            # Refused with the name of the field.
            return canonical_json(
                {name: value for name, value in zip(self._names, values, strict=True) if value is not None}
            )


def _is_plain(value: dict[Any, Any]) -> bool:
    """Whether a mapping holds nothing but texts, small integers, truth values and nulls under ASCII names."""
    kinds = set(map(type, value.values()))
    return (
        set(map(type, value)) <= _TEXT
        and "".join(value).isascii()
        and kinds <= _PLAIN
        and (int not in kinds or all(type(part) is not int or abs(part) <= LARGEST_INTEGER for part in value.values()))
    )


def _carefully(value: object) -> bytes:
    parts: list[str] = []
    _write(value, parts, ())
    return "".join(parts).encode()


def _write(value: object, parts: list[str], place: tuple[object, ...]) -> None:
    if len(place) > _DEEPEST:
        raise _refusal(place[:3], f"more than {_DEEPEST} levels")
    if isinstance(value, str):
        parts.append(_text(value, place))
    elif value is None or value is True or value is False:
        parts.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise _refusal(place, "an integer beyond 2^53")
        parts.append(str(int(value)))
    elif isinstance(value, float):
        parts.append(_number(value, place))
    elif isinstance(value, Mapping):
        _mapping(value, parts, place)
    elif isinstance(value, list | tuple):
        parts.append("[")
        for at, part in enumerate(value):
            parts.append("," if at else "")
            _write(part, parts, (*place, at))
        parts.append("]")
    else:
        raise _refusal(place, f"a value of type {type(value).__name__}")


def _mapping(value: Mapping[Any, object], parts: list[str], place: tuple[object, ...]) -> None:
    if not all(isinstance(key, str) for key in value):
        raise _refusal(place, "a key that is not text")
    parts.append("{")
    # Section 3.2.3: names are sorted by their UTF-16 code units, which is not the order of code points.
    for at, key in enumerate(sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))):
        parts.append("," if at else "")
        parts.append(f"{_text(key, place)}:")
        _write(value[key], parts, (*place, key))
    parts.append("}")


def _text(value: str, place: tuple[object, ...]) -> str:
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _refusal(place, "half of a surrogate pair")
    return _quoted(str(value))


def _number(value: float, place: tuple[object, ...]) -> str:
    """As ECMAScript writes a number (section 3.2.2.3): the shortest digits, an exponent below 1e-6 and from 1e21."""
    if not math.isfinite(value):
        raise _refusal(place, "a number that is not finite")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.digits times ten to the power of `point`.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _refusal(place: tuple[object, ...], found: str) -> Refusal:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
    return Refusal("record-not-canonical", where or "the record", found, "JSON that RFC 8785 writes in exactly one way")


def read_record(data: bytes, where: str) -> dict[str, Any]:
    """A record from JSON; refuses what is not one object, or could be read in two ways. Never repeats a value."""
    if len(data) > RECORD_LIMIT:
        raise Refusal("record-malformed", where, f"{len(data):,} bytes", f"at most {RECORD_LIMIT:,}")
    try:
        content = read_json(data, _integer)
    except ValueError as error:
        fault = str(error) if isinstance(error, TwoWays) else "not JSON in UTF-8"
        raise Refusal("record-malformed", where, fault, "one JSON object with each name only once") from None
    if not isinstance(content, dict):
        raise Refusal("record-malformed", where, "this is not an object", "one JSON object with each name only once")
    return content


def _integer(text: str) -> float:
    """An integer; beyond 2^53 the floating-point number that RFC 8785 writes with these very digits."""
    if abs(int(text)) <= LARGEST_INTEGER:
        return int(text)
    if not math.isfinite(float(text)) or _number(float(text), ()) != text:
        raise TwoWays("an integer that not every reader keeps")
    return float(text)
