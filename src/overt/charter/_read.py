"""Reads a charter: bytes in, a frozen charter and its digest out, or the whole list of what is wrong with it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import tomllib
from typing import Any

from overt.charter._charter import Charter
from overt.charter._draft import MOST_FAULTS, read_draft
from overt.charter._places import DEEPEST, KeyPlaces, dotted, find_places
from overt.charter._rules import check_rules
from overt.encoding import NestedTooDeeply, read_toml
from overt.refusals import Refusal, raise_all

LARGEST_FILE = 500_000
_PLACE_OF_ERROR = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_charter(data: bytes, name: str = "the charter") -> Charter:
    """The charter in `data`, the exact bytes of a TOML file; `name` is what refusals call the file.

    Refuses, as `Refusal` or `Refusals`, with every fault at once, each as `name, line N`: fields that are missing,
    unknown or not what they should be, and whatever one part of the charter asks of another
    (docs/formats/charter.md). What cannot be read at all is refused first: a file too large, not UTF-8, not
    TOML, nested too deep, or with a name given twice.

    One file alone cannot show that it follows the one before (`check_chain`), nor that the packs it
    names have those digests and thresholds (`check_against_packs`).
    """
    text = _text(data, name)
    places = find_places(text, name)
    body = _body(text, places)
    draft, refusals = read_draft(body, places)
    refusals += check_rules(draft)
    _raise(refusals)
    assert draft.whole is not None  # noqa: S101 - without a fault in its shape a draft is whole
    fields = {field.name: getattr(draft.whole, field.name) for field in dataclasses.fields(draft.whole)}
    return Charter(**fields, digest=hashlib.sha256(data).hexdigest())


def charter_places(data: bytes, name: str = "the charter") -> KeyPlaces:
    """The lines of a charter file that `read_charter` reads, for what is found wrong with it later."""
    return find_places(_text(data, name), name)


def _raise(refusals: list[Refusal]) -> None:
    """All of them, in the order of the lines; where there are very many, the first and a word that there are more."""
    refusals = sorted(refusals, key=lambda refusal: int(refusal.where.rpartition(" ")[2]))
    if len(refusals) > MOST_FAULTS:
        problem, remedy = f"more than {MOST_FAULTS} faults", "fix these, then the rest are listed"
        refusals[MOST_FAULTS:] = [
            Refusal("charter-many-faults", refusals[MOST_FAULTS].where, problem, "a charter", remedy)
        ]
    raise_all(refusals)


def _text(data: bytes, name: str) -> str:
    if len(data) > LARGEST_FILE:
        raise Refusal("charter-too-large", name, f"{len(data):,} bytes", f"{LARGEST_FILE:,} at most")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        mark = "a byte order mark" if data.startswith(b"\xef") else "UTF-16"
        raise Refusal("charter-not-utf8", f"{name}, line 1", mark, "UTF-8 without a byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal(
            "charter-not-utf8", f"{name}, line {line}", f"byte {error.start} is not UTF-8", "UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Refusal("charter-not-toml", f"{name}, line {line}", "there is a NUL character", "TOML")
    return text


def _body(text: str, places: KeyPlaces) -> dict[str, Any]:
    if places.too_deep is not None:
        where = f"{places.name}, line {places.too_deep}"
        raise Refusal(
            "charter-too-deep", where, "the file is nested more deeply than a charter", f"{DEEPEST} levels at most"
        )
    _raise(
        [
            Refusal(
                "charter-name-twice",
                f"{places.name}, line {line}",
                f"{dotted(path)} appears a second time; the first is on line {places.line(*path)}",
                "each name only once",
            )
            for path, line in places.twice[: MOST_FAULTS + 1]
        ]
    )
    try:
        return read_toml(text, holds_ranges=False)
    except NestedTooDeeply as error:
        raise Refusal("charter-too-deep", places.name, "the file is nested more deeply than a charter") from error
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE_OF_ERROR.search(message)
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        problem = _PLACE_OF_ERROR.sub("", message)
        raise Refusal("charter-not-toml", f"{places.name}, line {line}", problem, "TOML") from error
    except ValueError as error:
        raise Refusal("charter-not-toml", places.name, str(error), "TOML") from error
