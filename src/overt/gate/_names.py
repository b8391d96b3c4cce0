"""Refuses what names a person where a pseudonym or a reference belongs.

A register under Overt holds no name, handle or address. A subject is an HMAC-SHA-256 pseudonym; a member
of staff and a document are references; words that say why something was done must not carry an address
either. What was found is never said: only the field, and which shape it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from overt.gate._outcome import Reason, refuse
from overt.model import TABLES, Kind
from overt.pseudonym import NAME_SHAPE, SHAPES

FREE_WORDS = frozenset(
    (
        "grounds", "rationale", "reason", "reasons", "stated", "closed_reason", "facts", "effects", "action",
        "delay_reason", "gateway", "told_withheld_reason",
    )
)  # fmt: skip
_PSEUDONYM = frozenset(("subject_id",))
_PSEUDONYMS = frozenset(("scope",))
_STAFF = frozenset(
    ("opened_by", "approved_by", "recorded_by", "done_by", "sent_by", "actor", "decided_by", "officer_ref")
)
# Numbers that the charter gives need no digit; all others have one, so that no name can be one.
_CHARTERED = frozenset(("assessment_id", "agreement_id", "population_id", "release_id", "claim_id", "count_id"))
_REFERENCES = frozenset(
    ("source_ref", "evidence_ref", "corrects", "renews", "consent_ref", "attestation_ref", "document_ref")
)
# Bodies and places are written like people; those the charter knows are checked against it.
_BODIES = frozenset(
    (
        "unit",
        "recipient",
        "body",
        "location",
        "area",
        "force",
        "title",
        "owner",
        "cell",
        "grp",
        "submitting_agency",
        "source_authority",
    )
)
_WORDS_FOR_MACHINES = frozenset(("automated", "human"))

_IN_WORDS = re.compile("|".join(SHAPES.values()))
_IN_FIELDS = re.compile("|".join([*SHAPES.values(), NAME_SHAPE]))
_SHAPES_IN = {"words": _IN_WORDS, "field": _IN_FIELDS, "staff": _IN_WORDS, "reference": _IN_WORDS}
# Without one of these no shape can be there. Most texts have none, and one quick look tells.
_SUSPECT = re.compile(r"[@.:]|\d(?:(?i:[a-z]{2})|(?:[ ().-]{0,2}+\d){8})|[ ,][A-Z]")
_REFERENCE = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9._:/#+-]{0,126}")
_REFERENCE_IS = "letters, digits and . _ : / # + - alone, a digit among them, and no more than 127 of all"
_HEX = re.compile(r"[0-9a-f]{64}")
_REMEDY = "use the pseudonym or reference instead; keep names in the controller's evidence store"


@cache
def _classes(table: str) -> dict[str, str]:
    """How each text column of a table is looked at; those with a list of codes are held to the list elsewhere."""
    classes = {}
    for column in TABLES[table].columns:
        if column.kind is not Kind.TEXT or (column.codes and column.name not in _STAFF):
            continue
        if table == "encounter":
            classes[column.name] = "words"
        elif column.name in _PSEUDONYM:
            classes[column.name] = "pseudonym"
        elif column.name in _PSEUDONYMS and table == "authority":
            classes[column.name] = "pseudonyms"
        elif column.name in FREE_WORDS:
            classes[column.name] = "words"
        elif column.name in _STAFF and not (table == "entry" and column.name == "decided_by"):
            classes[column.name] = "staff"
        elif column.name in _REFERENCES or (column.name.endswith("_id") and column.name not in _CHARTERED):
            classes[column.name] = "reference"
        elif column.name in _BODIES or table == "processing_record":
            classes[column.name] = "words"
        else:
            classes[column.name] = "field"
    return classes


def naming(table: str, given: Mapping[str, Any]) -> Iterator[Reason]:
    """A reason to refuse for each field that names somebody, or may; `given` are the fields with a value."""
    classes = _classes(table)
    read = []
    for name, value in given.items():
        kind = classes.get(name)
        if kind is None:
            continue
        fault = _FAULTS[kind](value) if kind in _FAULTS else ""
        if fault:
            yield refuse("names-a-person", f"{table}.{name}", fault, _REMEDY, _LAW)
        # A digest has no words, and many digits.
        elif kind in _SHAPES_IN and not (len(value) == 64 and _HEX.fullmatch(value)):
            read.append(value)
    if _SUSPECT.search("\n".join(read)):
        yield from _shaped(table, given, classes)


_LAW = "Data Protection Act 2018, s.37"


def _shaped(table: str, given: Mapping[str, Any], classes: Mapping[str, str]) -> Iterator[Reason]:
    for name, value in given.items():
        shapes = _SHAPES_IN.get(classes.get(name, ""))
        if shapes and shapes.search(value):
            found = next((word for word, shape in SHAPES.items() if re.search(shape, value)), "a name")
            yield refuse("names-a-person", f"{table}.{name}", f"it has the shape of {found}", _REMEDY, _LAW)


def _pseudonym(value: str) -> str:
    return "" if _HEX.fullmatch(value) else "it is not an HMAC-SHA-256 pseudonym of 64 small hexadecimal digits"


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
