"""The first objects of JSON lines, or of a JSON array, as rows under the names of their keys."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

from overt.refusals import Refusal
from overt.rows import ReadingLimits, RowsFile, first_bytes

_TOP = 2**20
_MOST_KEYS = 2_000


def look_at_objects(file: RowsFile, encoding: str | None, most: int) -> tuple[list[str], list[list[Any]]]:
    """The keys of the first objects in their order, and a row for each object; refuses a text that is no such thing."""
    data = first_bytes(file.path, file.name, _TOP, ReadingLimits())
    text = codecs.getincrementaldecoder(encoding or "utf-8-sig")("replace").decode(data)
    objects: list[dict[str, Any]] = []
    for value in _values(text.removeprefix("\ufeff"), file.kind == "json"):
        if not isinstance(value, dict):
            break
        objects.append(value)
        if len(objects) == most:
            break
    if not objects:
        wanted = "an array of flat objects" if file.kind == "json" else "a flat object on each line"
        raise Refusal("json-broken", file.name, "its beginning cannot be read as JSON objects", wanted)
    names = list(dict.fromkeys(name for value in objects for name in value))[:_MOST_KEYS]
    return names, [[_shown(value.get(name)) for name in names] for value in objects]


def _shown(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list | bool) else value


def _values(text: str, is_array: bool) -> Iterator[Any]:
    """The values one by one, up to the first that is not whole."""
    decoder = json.JSONDecoder()
    at = text.find("[") + 1 if is_array else 0
    while True:
        while at < len(text) and (text[at].isspace() or (is_array and text[at] == ",")):
            at += 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value
