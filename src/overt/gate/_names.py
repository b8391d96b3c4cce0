"""Refuses what names a person where a pseudonym or a reference belongs.

A register under Overt holds no name, handle or address. A subject is an HMAC-SHA-256 pseudonym; a member
of staff and a document are references; words that say why something was done must not carry an address
either. What was found is never said: only the field, and which shape it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from overt.gate._outcome import Reason, refuse
from overt.model import TABLES, Column, Role
from overt.pseudonym import NAME_SHAPE, SHAPES

# How a text is looked at, by its role; bodies and places are written like people, and those that the charter knows are
# checked against it. A label or a phrase comes from a list or a law, and what has the shape of a name is none.
_CLASSES = {
    Role.PSEUDONYM: "pseudonym",
    Role.PSEUDONYMS: "pseudonyms",
    Role.ACTOR: "staff",
    Role.KEY: "reference",
    Role.REFERENCE: "reference",
    Role.DOCUMENT: "reference",
    Role.WORDS: "words",
    Role.BODY: "words",
    Role.PLACE: "words",
    Role.GROUP: "words",
    Role.PHRASE: "field",
    Role.LABEL: "field",
    Role.DIGEST: "field",
}
_WORDS_FOR_MACHINES = frozenset(("automated", "human"))

_IN_WORDS = re.compile("|".join(SHAPES.values()))
_IN_FIELDS = re.compile("|".join([*SHAPES.values(), NAME_SHAPE]))
_SHAPES_IN = {"words": _IN_WORDS, "field": _IN_FIELDS, "staff": _IN_WORDS, "reference": _IN_WORDS}
# Without one of these no shape can be there. Most texts have none, and one quick look tells.
_SUSPECT = re.compile(r"[@.:]|\d(?:(?i:[a-z]{2})|(?:[ ().-]{0,2}+\d){8})|[ ,][A-Z]")
# The same of ASCII, whose characters are first replaced by what they are: a letter by A or a, a digit by 0.
_KINDS_OF_ASCII = bytes.maketrans(
    f"{ascii_uppercase}{ascii_lowercase}{digits}.:".encode(), b"A" * 26 + b"a" * 26 + b"0" * 10 + b"@@"
)
_BETWEEN_DIGITS, _MANY_DIGITS = b" ()-", b"0" * 9
_REFERENCE_TEXT = r"(?=[^0-9\n]*[0-9])[A-Za-z0-9][A-Za-z0-9._:/#+-]{0,126}"
_REFERENCE = re.compile(_REFERENCE_TEXT)
_REFERENCE_IS = "letters, digits and . _ : / # + - alone, a digit among them, and no more than 127 of all"
_HEX_TEXT = "[0-9a-f]{64}"
_HEX = re.compile(_HEX_TEXT)
_REMEDY = "use the pseudonym or reference instead; keep names in the controller's evidence store"


@cache
def _classes(table: str) -> dict[str, str]:
    """How each text column of a table is looked at; a code is held to its list elsewhere.

    Keys that the charter gives need no digit; all others have one, so that no name can be one.
    """
    columns = [column for column in TABLES[table].columns if column.role in _CLASSES]
    if TABLES[table].as_written:
        return dict.fromkeys((column.name for column in columns), "words")
    return {column.name: "field" if column.chartered else _CLASSES[column.role] for column in columns}


@cache
def _looks(table: str) -> dict[str, tuple[Callable[[str], str] | None, bool]]:
    """How each text column is looked at: what finds a fault in it, and whether shapes are looked for."""
    return {name: (_FAULTS.get(kind), kind in _SHAPES_IN) for name, kind in _classes(table).items()}


def line_of(table: str, column: Column) -> str:
    """A pattern of the texts of a column that name nobody, as far as their shape tells; none for lists of pseudonyms.

    It matches no line break. A text that it does not match needs a closer look.
    """
    if column.role is Role.DIGEST:
        return _HEX_TEXT
    return _LINES.get(_classes(table).get(column.name, ""), r"[^\n]*")


_LINES = {
    "pseudonym": _HEX_TEXT,
    "pseudonyms": "",
    "staff": f"(?:{'|'.join(_WORDS_FOR_MACHINES)}|{_REFERENCE_TEXT})",
    "reference": _REFERENCE_TEXT,
}


def shapes_are_sought(table: str, column: Column) -> bool:
    """Whether shapes of names and addresses are looked for in a column; a digest has no words, and many digits."""
    return column.role is not Role.DIGEST and _classes(table).get(column.name) in _SHAPES_IN


def is_free_of_shapes(text: str) -> bool:
    """Whether nothing in a text can be part of a shape; where it may be, the shapes themselves are looked for."""
    if not text.isascii():
        return _SUSPECT.search(text) is None
    kinds = text.encode().translate(_KINDS_OF_ASCII)
    return not (
        b"@" in kinds
        or b" A" in kinds
        or b",A" in kinds
        or b"0aa" in kinds.lower()
        or _MANY_DIGITS in kinds.translate(None, _BETWEEN_DIGITS)
    )


def naming(table: str, values: Mapping[str, Any]) -> list[Reason]:
    """A reason to refuse for each field that names somebody, or may; `values` are the fields with a value."""
    looks, reasons, read = _looks(table), [], []
    for name, value in values.items():
        look = looks.get(name)
        if look is None:
            continue
        fault_of, has_shapes = look
        fault = fault_of(value) if fault_of else ""
        if fault:
            reasons.append(refuse("names-a-person", f"{table}.{name}", fault, _REMEDY, _LAW))
        # A digest has no words, and many digits.
        elif has_shapes and not (len(value) == 64 and _HEX.fullmatch(value)):
            read.append(value)
    if not is_free_of_shapes("\n".join(read)):
        reasons += _shaped(table, values, _classes(table))
    return reasons


_LAW = "Data Protection Act 2018, s.37"


def _shaped(table: str, values: Mapping[str, Any], classes: Mapping[str, str]) -> Iterator[Reason]:
    for name, value in values.items():
        shapes = _SHAPES_IN.get(classes.get(name, ""))
        if shapes and shapes.search(value):
            kind = next((word for word, shape in SHAPES.items() if re.search(shape, value)), "a name")
            yield refuse("names-a-person", f"{table}.{name}", f"it has the shape of {kind}", _REMEDY, _LAW)


def _pseudonym(value: str) -> str:
    return "" if _HEX.fullmatch(value) else "it is not an HMAC-SHA-256 pseudonym of 64 lower-case hexadecimal digits"


def _pseudonyms(value: str) -> str:
    return "" if all(map(_HEX.fullmatch, value.split())) else "it is not a list of pseudonyms separated by spaces"


def _staff(value: str) -> str:
    if value in _WORDS_FOR_MACHINES or _REFERENCE.fullmatch(value):
        return ""
    return f"it is not a staff reference: {_REFERENCE_IS}"


def _reference(value: str) -> str:
    return "" if _REFERENCE.fullmatch(value) else f"it is not a reference: {_REFERENCE_IS}"


def is_staff_reference(value: str) -> bool:
    """Whether a text can be a staff reference: no spaces, at least one digit, no address."""
    return _REFERENCE.fullmatch(value) is not None and _IN_WORDS.search(value) is None


_FAULTS = {"pseudonym": _pseudonym, "pseudonyms": _pseudonyms, "staff": _staff, "reference": _reference}


def names_nobody(text: str) -> bool:
    """Whether words have no shape of a name's neighbours: an address, a number of a telephone, an account, a place."""
    return _IN_WORDS.search(text) is None
