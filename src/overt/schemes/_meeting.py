"""Two lists of groups brought together, where one is finer than the other or calls the same people otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from overt.schemes._reading import LabelPlace

# Names of lists that stand for the same people.
_SAME = {
    "Native American": "American Indian or Alaska Native",
    "Pacific Islander": "Native Hawaiian or Pacific Islander",
    "Others": "Other",
}
# A group that another list counts in a wider one. Hispanic is in no race, and no race is in Hispanic.
_WITHIN = {
    "White Hispanic": "Hispanic",
    "Black Hispanic": "Hispanic",
    "Asian": "Asian or Pacific Islander",
    "Native Hawaiian or Pacific Islander": "Asian or Pacific Islander",
    "Pacific Islander": "Asian or Pacific Islander",
    "Chinese": "Asian",
    "Irish Traveller": "White",
    "Roma": "White",
}
# Codes of the same people in two lists that put them in two groups.
_MOVED = {"O1": "Chinese", "A4": "Chinese"}


@dataclass(frozen=True)
class Meeting:
    """The group of labels in place of their own, on either side, so that both sides have the same groups."""

    one: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def meet(one: Collection[LabelPlace], other: Collection[LabelPlace]) -> Meeting:
    """Brings the groups of `one`, the counts, and of `other`, a population, to groups that both have."""
    first, second = _grouped(one), _grouped(other)
    notes = _align(one, other, first)
    for fine, wide in (*_SAME.items(), *_WITHIN.items()):
        for here, there in ((first, second), (second, first)):
            if fine in here.values() and fine not in there.values() and wide in there.values():
                notes.append(f"{fine} is counted as {wide}, which the other side does not divide")
                here.update({label: wide for label, group in here.items() if group == fine})
    return Meeting(_changed(one, first), _changed(other, second), tuple(dict.fromkeys(notes)))


def _grouped(places: Collection[LabelPlace]) -> dict[str, str]:
    return {place.label: place.group for place in places if place.kind.is_in_group}


def _changed(places: Collection[LabelPlace], groups: Mapping[str, str]) -> dict[str, str]:
    return {place.label: groups[place.label] for place in places if groups.get(place.label, place.group) != place.group}


def _align(one: Collection[LabelPlace], other: Collection[LabelPlace], groups: dict[str, str]) -> list[str]:
    """Puts the labels of people whom lists have in different groups where the population has them."""
    mine, theirs = _moved(one), _moved(other)
    notes: list[str] = []
    for name in sorted({*mine, *theirs}):
        here, there = mine.get(name, []), theirs.get(name, [])
        had, wanted = sorted({place.group for place in here}), sorted({place.group for place in there})
        if here and there:
            if len(wanted) == 1 and had != wanted:
                groups.update({place.label: wanted[0] for place in here})
                notes.append(f"{name} is counted in {wanted[0]} on both sides, where the population's list has it")
        else:
            side, blind = ("counts", "population") if here else ("population", "counts")
            where = " or ".join(had or wanted)
            notes.append(f"{name} is in {where} in the {side}; where the {blind} may hold it, the labels do not say")
    return notes


def _moved(places: Collection[LabelPlace]) -> dict[str, list[LabelPlace]]:
    moved: dict[str, list[LabelPlace]] = {}
    for place in places:
        if name := _MOVED.get(place.code):
            moved.setdefault(name, []).append(place)
    return moved
