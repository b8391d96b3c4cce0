"""Checks what a charter says about packs against packs that have been read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from overt.charter._charter import Charter
from overt.charter._draft import near
from overt.charter._places import KeyPlaces
from overt.refusals import Refusal, raise_all

_KINDS = {int: "a whole number", float: "a number", str: "a text", dt.date: "a day"}


@dataclass(frozen=True)
class PackFacts:
    """What must be known of a pack to hold a charter against it: nothing of its texts.

    `thresholds` has the pack's own value of each threshold, whose kind the charter's must match.
    """

    version: str
    digest: str
    thresholds: Mapping[str, int | float | str | dt.date]


def check_against_packs(charter: Charter, packs: Mapping[str, PackFacts], places: KeyPlaces | None = None) -> None:
    """Refuses, with every fault at once, what a charter says of packs that is not so.

    `packs` are the available packs, by name. Refused: a pack that is not available, or of another version or digest; a
    threshold that none of the charter's packs has; a threshold whose value is not of the kind of the pack's own.
    """

    def at(*path: str) -> str:
        return places.at(*path) if places else f"version {charter.version}, {'.'.join(path)}"

    refusals = []
    for name, pin in charter.packs.items():
        facts = packs.get(name)
        if facts is None:
            refusals.append(
                Refusal("charter-pack-unknown", at("packs", name), f"no pack {name}", near(name, sorted(packs)))
            )
            continue
        for field, is_so in (("version", facts.version), ("digest", facts.digest)):
            if getattr(pin, field) != is_so:
                problem = f"packs.{name}.{field} is not that of the installed pack"
                remedy = "take the pack that the charter names, or adopt a new version of the charter"
                refusals.append(Refusal("charter-pack-differs", at("packs", name, field), problem, is_so, remedy))
    known: dict[str, int | float | str | dt.date] = {}
    for name in charter.packs:
        known |= packs[name].thresholds if name in packs else {}
    for name, threshold in charter.thresholds.items():
        if name not in known:
            # A pack that is not available may have it.
            if set(charter.packs) <= set(packs):
                problem = f"no pack of this charter has a threshold {name}"
                where = at("thresholds", name)
                refusals.append(Refusal("charter-threshold-unknown", where, problem, near(name, sorted(known))))
        elif not _alike(threshold.value, known[name]):
            problem = f"thresholds.{name}.value is {_KINDS[type(threshold.value)]}"
            where = at("thresholds", name, "value")
            wanted = f"{_KINDS[type(known[name])]}, such as {known[name]}"
            refusals.append(Refusal("charter-threshold-kind", where, problem, wanted))
    raise_all(refusals)


def _alike(value: object, model: object) -> bool:
    """A whole number will do for a number; nothing else stands in for another kind."""
    return type(value) is type(model) or (type(value) is int and type(model) is float)
