"""A population's numbers by the groups of the counts: each person once, and what cannot be placed kept in mind.

A total is no group. A group that stands beside its own parts is counted once, after the sums are checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from overt.disparities._labels import LabelAccount, Labels, Spot, read_labels, together
from overt.disparities._persons import Group
from overt.schemes import LineKind, parents

# Published numbers are rounded, or moved by a few people each so that nobody can be found in them.
_ROUNDED, _MOVED = 0.005, 5
_SHOWN = 8


class Numbered(Protocol):
    """A row of a population."""

    @property
    def area(self) -> str: ...
    @property
    def count(self) -> int | None: ...
    def label(self, attribute: str) -> str: ...


@dataclass(frozen=True)
class Named:
    """A population's name, and the schemes that its labels are to be read by."""

    population: str
    schemes: Sequence[str] = ()


@dataclass(frozen=True)
class Doubt:
    """People, or counts, that may belong to another group than the one that they are in.

    `group` has `None` where they may be of any group, or of one of `among` if that is not empty. `extra` are people of
    the group itself, who may be in it once more, or once less where the amount is below zero.
    """

    group: Group
    amount: float
    base: float = 0.0
    among: frozenset[str] = frozenset()
    extra: bool = False

    def may_be(self, group: Group) -> bool:
        """Whether they may belong to this group."""
        pairs = list(zip(self.group, group, strict=True))
        fits = all(mine is None or mine == theirs for mine, theirs in pairs)
        return fits and (not self.among or any(mine is None and theirs in self.among for mine, theirs in pairs))


@dataclass(frozen=True)
class Divided:
    """A population by group, with the labels of the counts as they are grouped for it."""

    counts: dict[Group, float | None]
    counted: tuple[Labels, ...]
    accounts: tuple[LabelAccount, ...]
    doubts: tuple[Doubt, ...]


def divide(
    rows: Sequence[Numbered],
    counted: Sequence[Labels],
    named: Named,
    notes: list[str],
) -> Divided:
    """Adds the rows up by the groups that both sides have, in the divisions of the counts."""
    axes = [labels.axis.attribute for labels in counted]
    mine, theirs = _read_both(rows, counted, named, notes)
    lines: list[Line] = []
    doubts: list[Doubt] = []
    of_place: list[str] = []
    for area in dict.fromkeys(row.area for row in rows):
        inside = [(_parts(row, axes), row.count) for row in rows if row.area == area]
        for place in range(len(theirs)):
            inside, more = _each_once(inside, place, theirs, of_place)
            doubts += more
        lines += inside
    notes += (
        of_place
        if len(of_place) <= _SHOWN
        else [*of_place[: _SHOWN - 1], f"and {len(of_place) - _SHOWN + 1} more like these"]
    )
    theirs = [
        labels.without({label for label in labels.spots if _is_gone(label, labels, lines, place)})
        for place, labels in enumerate(theirs)
    ]
    accounts = tuple(labels.account for labels in theirs)
    notes += [f"{read.column}: {says}" for read in accounts for says in read.says]
    counts = _added(lines, theirs, notes)
    doubts += _unmatched(lines, mine, theirs)
    return Divided(counts, tuple(mine), accounts, tuple(doubts))


def _parts(row: Numbered, attributes: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.area if attribute == "area" else row.label(attribute) for attribute in attributes)


def _read_both(
    rows: Sequence[Numbered],
    counted: Sequence[Labels],
    named: Named,
    notes: list[str],
) -> tuple[list[Labels], list[Labels]]:
    """The labels of the counts and of the population, brought to groups that both have."""
    mine, theirs = [], []
    for labels in counted:
        amounts: dict[str, float] = defaultdict(float)
        for row in rows:
            amounts[_parts(row, [labels.axis.attribute])[0]] += row.count or 0
        read = read_labels(labels.axis, amounts, named.population, named.schemes, labels)
        one, other, joined = together(labels, read)
        mine.append(one)
        theirs.append(other)
        notes += joined
    return mine, theirs


Line = tuple[tuple[str, ...], int | None]


def _is_gone(label: str, labels: Labels, lines: Iterable[Line], place: int) -> bool:
    return labels.kind(label).is_in_group and not any(parts[place] == label for parts, _ in lines)


def _each_once(
    lines: list[Line], place: int, labels: Sequence[Labels], notes: list[str]
) -> tuple[list[Line], list[Doubt]]:
    """The lines without totals, and without groups whose parts are there; sums that do not agree are said."""
    slices: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        slices[line[0][:place] + line[0][place + 1 :]].append(line)
    lines_left: list[Line] = []
    doubts: list[Doubt] = []
    for part in slices.values():
        groups = [line for line in part if not labels[place].is_total(line[0][place])]
        totals = [line for line in part if labels[place].is_total(line[0][place])]
        if labels[place].axis.is_age:
            groups = _bands_once(groups, place, labels[place], notes)
        elif labels[place].axis.is_ethnicity:
            groups, more = _parts_once(groups, place, labels, notes)
            doubts += more
        _check_total(totals, groups, place, labels[place], notes)
        lines_left += groups
    return lines_left, doubts


def _parts_once(
    lines: list[Line], place: int, labels: Sequence[Labels], notes: list[str]
) -> tuple[list[Line], list[Doubt]]:
    wide: dict[str, list[Line]] = defaultdict(list)
    parts: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        spot = labels[place].spots[line[0][place]]
        if spot.kind.is_in_group:
            (wide if spot.kind is LineKind.GROUP else parts)[spot.place.group].append(line)
    dropped: set[tuple[str, ...]] = set()
    unknown: set[tuple[str, ...]] = set()
    doubts: list[Doubt] = []
    for group in sorted(set(wide) & set(parts)):
        whole, sums = _sum(wide[group]), _sum(parts[group])
        key = tuple(labels[at].group(at_place) for at, at_place in enumerate(wide[group][0][0]))
        if whole is None or (sums is not None and _agree(whole, sums, parts[group])):
            dropped |= {line[0] for line in wide[group]}
            notes.append(f"{group} appears with its parts, and is counted once")
        elif sums is None:
            dropped |= {line[0] for line in parts[group]}
            notes.append(f"{group} appears with parts of it, some of them withheld, and is counted once")
        elif _is_last(group, wide, parts):
            notes.append(
                f"{group} ({whole:,}) and its parts ({sums:,}) are added together: it seems to hold the remainder"
            )
            doubts.append(Doubt(key, -min(whole, sums), extra=True))
        elif sums < whole and labels[place].axis.is_grouped:
            dropped |= {line[0] for line in parts[group]}
            notes.append(f"{group} ({whole:,}) appears with some of its parts ({sums:,}), and is counted once")
            doubts.append(Doubt(key, sums, extra=True))
        else:
            unknown |= {line[0] for line in wide[group]}
            why = "it is not known which is right, so it has no rate"
            notes.append(f"{group} has {whole:,} people and its parts {sums:,}: {why}")
    divided = [(parts, None if parts in unknown else count) for parts, count in lines if parts not in dropped]
    return divided, doubts


def _is_last(group: str, wide: Mapping[str, list[Line]], parts: Mapping[str, list[Line]]) -> bool:
    """Whether a group is what is left beside its parts and no heading: other groups with parts have no heading."""
    others = [other for other in parts if other != group and len(parts[other]) > 1]
    return group == "Other" or (bool(others) and not any(other in wide for other in others))


def _bands_once(lines: list[Line], place: int, labels: Labels, notes: list[str]) -> list[Line]:
    """Without the bands that narrower ones make up; where these do not, without the narrower ones."""
    counts = {band: line for line in lines if (band := labels.spots[line[0][place]].band)}
    dropped: set[tuple[str, ...]] = set()
    for wide, inner in sorted(parents(counts).items(), key=lambda pair: pair[0].low - pair[0].high):
        parts = [counts[band] for band in inner if counts[band][0] not in dropped]
        whole, sums = counts[wide][1], _sum(parts)
        if whole is None or (sums is not None and _agree(whole, sums, parts)):
            dropped.add(counts[wide][0])
        else:
            dropped |= {line[0] for line in parts}
        notes.append(f"the ages {counts[wide][0][place]} appear with narrower bands, and are counted once")
    return [line for line in lines if line[0] not in dropped]


def _sum(lines: Iterable[Line]) -> int | None:
    counts = [count for _, count in lines]
    return None if None in counts else sum(count or 0 for count in counts)


def _agree(whole: int, sums: int, parts: Sequence[Line]) -> bool:
    return abs(whole - sums) <= max(_MOVED * len(parts), _ROUNDED * whole)


def _check_total(totals: Sequence[Line], groups: Sequence[Line], place: int, labels: Labels, notes: list[str]) -> None:
    """A total is left out; where its groups do not add up to it, that is said."""
    for parts, count in totals:
        name, sums = parts[place], _sum(groups)
        number = "withheld" if count is None else f"{count:,}"
        sentence = f"{name} ({number}) is a total, not a group"
        is_whole = not labels.spots[name].place.group
        if is_whole and count and sums is not None and not _agree(count, sums, groups):
            sentence = f"{sentence}; the groups add up to {sums:,}"
        notes.append(sentence)


def _added(lines: Iterable[Line], labels: Sequence[Labels], notes: list[str]) -> dict[Group, float | None]:
    counts: dict[Group, float | None] = {}
    withheld, unread = 0, dict[str, float]()
    for parts, count in lines:
        group = tuple(of_axis.group(part) for of_axis, part in zip(labels, parts, strict=True))
        if None in group:
            label = ", ".join(parts)
            unread[label] = unread.get(label, 0) + (count or 0)
            continue
        withheld += count is None
        before = counts.get(group, 0)
        counts[group] = None if count is None or before is None else before + count
    if withheld:
        numbers = "1 number is" if withheld == 1 else f"{withheld} numbers are"
        notes.append(f"{numbers} withheld by the publisher: a group with such a number has no rate")
    if unread:
        listed = [f"{label or 'blank'} ({count:,.0f})" for label, count in sorted(unread.items())]
        notes.append(f"not in a group: {', '.join(listed[:_SHOWN])}")
    return counts


def _unmatched(lines: Iterable[Line], mine: Sequence[Labels], theirs: Sequence[Labels]) -> list[Doubt]:
    """People under labels that no scheme has and that the counts do not have either."""
    doubts = []
    known = [_known(one, other) for one, other in zip(theirs, mine, strict=True)]
    for parts, count in lines:
        if count and (doubt := doubt_of(parts, theirs, known)):
            doubts.append(replace(doubt, amount=count))
    return doubts


def _known(labels: Labels, others: Labels) -> set[str]:
    """The keys that need no place: those of the other side, and all where neither side follows a scheme."""
    both = labels.is_own_list and others.is_own_list
    return {*others.names, *(labels.names if both else ())}


def doubt_of(parts: Sequence[str], labels: Sequence[Labels], others: Sequence[set[str]]) -> Doubt | None:
    """The doubt about a row of labels, or `None` where each has its place or is on the other side as well."""
    group: list[str | None] = []
    among: set[str] = set()
    for part, read, known in zip(parts, labels, others, strict=True):
        spot: Spot | None = read.unplaced().get(part)
        if spot is None or spot.key in known:
            if read.group(part) is None:
                return None
            group.append(read.group(part))
            continue
        group.append(None)
        among |= set(spot.place.candidates) if read.axis.is_grouped else set()
    return Doubt(tuple(group), 0, among=frozenset(among)) if None in group else None


def doubts_of_counts(
    lines: Iterable[tuple[tuple[str, ...], int, float | None]], labels: Sequence[Labels], people: Mapping[int, set[str]]
) -> list[Doubt]:
    """Counts under labels that no scheme has and that the population does not have."""
    doubts = []
    for parts, count, base in lines:
        doubt = doubt_of(parts, labels, [people.get(place, set()) for place in range(len(labels))])
        if doubt and (count or base) and not any(read.is_total(part) for read, part in zip(labels, parts, strict=True)):
            doubts.append(replace(doubt, amount=count, base=base or 0.0))
    return doubts
