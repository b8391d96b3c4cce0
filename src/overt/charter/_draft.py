"""The shape of a charter: each field there, known, and of its kind.

What has no fault of its own goes on as a draft even where other parts have, so that the rules between the parts are
applied to everything that can be read, so that all faults are reported together.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import islice
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from overt.charter._charter import (
    Assessment,
    AuthorityKind,
    Category,
    CharterText,
    ComplaintWays,
    Document,
    Notification,
    PackPin,
    Population,
    Publication,
    Purpose,
    Recipient,
    Register,
    RetentionGroup,
    Threshold,
)
from overt.charter._places import KeyPlaces, dotted, shown
from overt.refusals import Refusal

TODO = "TODO"
# A file of nothing but faults is not told to its end.
MOST_FAULTS = 500
_KINDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", dict: "a table",
          list: "a list", dt.date: "a day", dt.datetime: "a day with a time", dt.time: "a time"}  # fmt: skip
_UNKNOWN = "unexpected_keyword_argument"
_WANTED = {
    "date_type": "a day without quotes, such as 2026-01-31",
    "string_type": "a text in quotes",
    "int_type": "a whole number without quotes",
    "float_type": "a number without quotes",
    "bool_type": "true or false without quotes",
    "tuple_type": 'a list, such as ["one", "two"]',
    "dict_type": "a table",
    "mapping_type": "a table",
    "dataclass_type": "a table",
    "dataclass_exact_type": "a table",
    "value": "a whole number, a number, a day without a time, or a text",
}
_PATTERNS = {
    r"\S": "a text that says something",
    r"^[a-z][a-z0-9_]{0,62}$": "lower-case letters, digits and _, such as account_handle",
    r"^[a-z][a-z0-9-]{0,62}$": "the name of a pack: lower-case letters, digits and dashes",
    r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,126}$": "letters, digits and . _ / -",
    r"^[0-9a-f]{64}$": "64 lower-case hexadecimal digits: a SHA-256 digest",
}


@dataclass(frozen=True)
class CharterDraft:
    """What could be read of a charter: the whole, or the parts that have no fault in their shape.

    `declared` has, for each section, every name in the file, faulty or not; a section that could not be read at all
    is not in it, and no fault is then reported for a name of it that is missing. `read` are the fields of the charter
    that could be read, including those that are rightly absent.
    """

    places: KeyPlaces
    declared: Mapping[str, frozenset[str]]
    whole: CharterText | None
    read: frozenset[str]
    version: int | None = None
    adopted_on: dt.date | None = None
    effective_on: dt.date | None = None
    previous: str | None = None
    roles: tuple[str, ...] | None = None
    publication: Publication | None = None
    notification: Notification | None = None
    categories: Mapping[str, Category] = field(default_factory=dict)
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    authorities: Mapping[str, AuthorityKind] = field(default_factory=dict)
    retention: Mapping[str, RetentionGroup] = field(default_factory=dict)
    recipients: Mapping[str, Recipient] = field(default_factory=dict)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    populations: Mapping[str, Population] = field(default_factory=dict)

    def at(self, *path: str | int) -> str:
        """The place as a refusal says it."""
        return self.places.at(*path)


def read_draft(body: Mapping[str, Any], places: KeyPlaces) -> tuple[CharterDraft, list[Refusal]]:
    """What can be read of a parsed charter, and a refusal for every fault in its shape."""
    todo = {path: text.removeprefix(TODO).lstrip(": ") for path, text in _texts(body) if text.startswith(TODO)}
    refusals = [
        Refusal(
            "charter-not-filled",
            places.at(*path),
            f"{dotted(path)} still says {TODO}",
            shown(reminder),
            "replace the TODO text",
        )
        for path, reminder in islice(todo.items(), MOST_FAULTS + 1)
    ]
    whole, errors = None, []
    try:
        whole = _adapter().validate_python(body)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    refusals += [_refusal(error, places) for error in errors[: MOST_FAULTS + 1] if _path(error) not in todo]
    faulty = {path[:2] for path in [*todo, *map(_path, errors)]}
    parts = _parts(body, faulty)
    known = {field.name for field in fields(CharterDraft)}
    draft = CharterDraft(
        places=places,
        declared=_declared(body),
        whole=None if todo else whole,
        read=frozenset(parts),
        **{name: part for name, part in parts.items() if name in known},
    )
    return draft, refusals


@cache
def _adapter() -> TypeAdapter[CharterText]:
    return TypeAdapter(CharterText)


@cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    """How each field of a charter is read when it is read alone."""
    hints = get_type_hints(CharterText, include_extras=True)
    return {field.name: TypeAdapter(hints[field.name]) for field in fields(CharterText)}


def _parts(body: Mapping[str, Any], faulty: set[tuple[str | int, ...]]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, adapter in _adapters().items():
        value = body.get(name, {} if name in _SECTIONS else None)
        if isinstance(value, dict) and name in _SECTIONS:
            value = {key: part for key, part in value.items() if (name, key) not in faulty}
        try:
            parts[name] = adapter.validate_python(value)
        except ValidationError:
            # Told already, from the whole.
            continue
    return parts


def _declared(body: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {name: frozenset(body[name]) for name in _SECTIONS if isinstance(body.get(name), dict)}


_SECTIONS: dict[str, type] = {
    "purposes": Purpose,
    "categories": Category,
    "assessments": Assessment,
    "authorities": AuthorityKind,
    "retention": RetentionGroup,
    "recipients": Recipient,
    "thresholds": Threshold,
    "packs": PackPin,
    "populations": Population,
}
_TABLES: dict[str, type] = {
    "register": Register,
    "publication": Publication,
    "notification": Notification,
    "complaint_ways": ComplaintWays,
}


def _texts(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in a parsed charter, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, (*path, number))


def _path(error: ErrorDetails) -> tuple[str | int, ...]:
    """Where the fault is; that a name is at fault, and not what it names, is a mark at the end and no place."""
    place = error["loc"]
    # A field may be called so too: then the fault is that it is not known.
    is_mark = len(place) > 2 and place[-1] == "[key]" and error["type"] != _UNKNOWN
    return place[:-1] if is_mark else place


def _refusal(error: ErrorDetails, places: KeyPlaces) -> Refusal:
    """A fault in the shape of a charter, in words; the value of a text is not repeated."""
    path, kind = _path(error), error["type"]
    where, name = places.at(*path), dotted(path)
    if kind == "missing":
        return Refusal("charter-field-missing", where, f"{name} is missing", _meaning(path))
    if kind == _UNKNOWN:
        return Refusal(
            "charter-field-unknown", where, f"{name} is not a field of a charter", near(path[-1], _fields(path))
        )
    if kind in _WANTED:
        fault = _KINDS.get(type(error["input"]), type(error["input"]).__name__)
        if kind == "value" and type(error["input"]) in (int, float):
            fault = "a number too large, or none"
        return Refusal("charter-field-kind", where, f"{name} is {fault}", _WANTED[kind])
    fault, wanted = _value(error)
    return Refusal("charter-field-value", where, f"{name} {fault}", wanted)


def _value(error: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a value of the right kind, and what is wanted."""
    context = error.get("ctx", {})
    match error["type"]:
        case "code":
            fault = f"is {shown(context['found'])}", near(context["found"], context["codes"])
        case "hidden":
            fault = f"holds the hidden character {context['found']}", "text in which every character can be seen"
        case "day":
            fault = f"is {context['found']}", "a day of the years 1900 to 2999"
        case "string_pattern_mismatch":
            fault = "is not in the form wanted", _PATTERNS.get(context["pattern"], f"the form {context['pattern']}")
        case "literal_error":
            fault = f"is {shown(error['input'])}", context["expected"]
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            fault = "is out of range", error["msg"].removeprefix("Input should be ")
        case "too_short" | "string_too_short":
            fault = "is empty", "one at least"
        case _:
            fault = "cannot be used", error["msg"].removeprefix("Input should ").lower()
    return fault


def _owner(path: tuple[str | int, ...]) -> Any:
    """What the format says of the table in which a fault stands."""
    match len(path):
        case 1:
            return CharterText
        case 2:
            return _TABLES[str(path[0])]
        case 3:
            return _SECTIONS[str(path[0])]
    return Document


def _fields(path: tuple[str | int, ...]) -> list[str]:
    return [field.name for field in fields(_owner(path))]


def _meaning(path: tuple[str | int, ...]) -> str:
    """What the missing field holds, as the format says it."""
    hint = get_type_hints(_owner(path), include_extras=True)[str(path[-1])]
    meanings = [note.description for note in hint.__metadata__ if getattr(note, "description", None)]
    return meanings[-1] if meanings else ""


def near(name: object, known: list[str] | tuple[str, ...]) -> str:
    """What was perhaps meant, else all that there is."""
    close = difflib.get_close_matches(str(name), known, n=1)
    return shown(f"{close[0]}?" if close else ", ".join(known), most=500)
