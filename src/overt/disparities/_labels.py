"""The labels of one column, of the counts or of a population, read by schemes: groups, and what a reader must know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from overt.disparities import _ethnicity as ethnicity
from overt.disparities._axes import Axis
from overt.refusals import Refusal
from overt.schemes import (
    Band,
    LabelPlace,
    LineKind,
    Scheme,
    band_label,
    find_scheme,
    is_unknown,
    meet,
    nest,
    read,
    read_ages,
    spelling,
)

Amounts = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Spot:
    """Where one label belongs. `name` is its group in the answer; `key` is alike for all labels of the same people."""

    place: LabelPlace
    key: str
    name: str
    band: Band | None = None

    @property
    def kind(self) -> LineKind:
        """What the label is."""
        return self.place.kind


@dataclass(frozen=True)
class LabelAccount:
    """What was done with the labels of one column. Each label stands with how many it holds.

    `merged` are the groups that hold more than one label, or one of another name; `totals` were left out, `unknown`
    have no group, and `unplaced` are in no scheme, or in two that differ, and stay as they are.
    """

    whose: str
    column: str
    schemes: tuple[str, ...]
    merged: Mapping[str, Amounts]
    totals: Amounts
    unknown: Amounts
    several: Amounts
    unplaced: Amounts
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Labels:
    """The labels of one column as they were read."""

    axis: Axis
    whose: str
    spots: Mapping[str, Spot]
    amounts: Mapping[str, float]
    schemes: tuple[str, ...] = ()
    left_out: frozenset[str] = field(default_factory=frozenset)

    def group(self, value: str) -> str | None:
        """The group of a label, or `None` where it says nothing; a label that was not read is itself."""
        spot = self.spots.get(value)
        if spot is None:
            return value or None
        return spot.name if spot.kind is not LineKind.UNKNOWN else None

    def is_total(self, value: str) -> bool:
        """Whether the label stands for a total, or for a group whose parts are counted."""
        return value in self.left_out or self.kind(value) is LineKind.TOTAL

    def kind(self, value: str) -> LineKind:
        """What the label is."""
        return self.spots[value].kind if value in self.spots else LineKind.GROUP

    def unplaced(self) -> dict[str, Spot]:
        """The labels that may belong to another group than their own, by label."""
        return {
            label: spot
            for label, spot in self.spots.items()
            if spot.kind is LineKind.UNPLACED or (spot.kind is LineKind.SEVERAL and not spot.place.group)
        }

    @property
    def is_own_list(self) -> bool:
        """Whether no label is in any scheme: then the labels are the groups, unless the other side is in one."""
        return not any(spot.kind.is_in_group for spot in self.spots.values())

    @property
    def names(self) -> dict[str, str]:
        """The name that each key has in the answer."""
        return {spot.key: spot.name for spot in self.spots.values()}

    @property
    def account(self) -> LabelAccount:
        """What was done with the labels, for the reader."""
        by_group: dict[str, list[str]] = defaultdict(list)
        for label, spot in sorted(self.spots.items()):
            if spot.kind.is_in_group and label not in self.left_out:
                by_group[spot.name].append(label)
        merged = {name: self._counted(labels) for name, labels in sorted(by_group.items()) if labels != [name]}
        says = {spot.place.says for label, spot in self.spots.items() if spot.place.says and self.amounts.get(label)}
        totals = [label for label in self.spots if self.is_total(label)]
        several = [label for label, spot in self.spots.items() if spot.kind is LineKind.SEVERAL]
        unplaced = [label for label, spot in self.spots.items() if spot.kind is LineKind.UNPLACED]
        unknown = [label for label, spot in self.spots.items() if spot.kind is LineKind.UNKNOWN]
        return LabelAccount(
            self.whose,
            self.axis.name,
            self.schemes,
            merged,
            self._counted(totals),
            self._counted(unknown),
            self._counted(several),
            self._counted(unplaced),
            # What is counted where is told of groups; a code by itself is counted nowhere else.
            tuple(sorted(says)) if self.axis.is_grouped or not self.axis.is_ethnicity else (),
        )

    def _counted(self, labels: Iterable[str]) -> Amounts:
        return tuple((label, self.amounts.get(label, 0)) for label in sorted(labels))

    def renamed(self, groups: Mapping[str, str]) -> Labels:
        """The same labels with some in another group."""
        spots = {
            label: replace(spot, name=groups[label], key=f"group {groups[label]}") if label in groups else spot
            for label, spot in self.spots.items()
        }
        return replace(self, spots=spots)

    def kept_apart(self, labels: Collection[str]) -> Labels:
        """The same labels, of which some may hold the people of others or not, so that they have no place."""
        spots = dict(self.spots)
        for label in labels:
            group = spots[label].place.group
            says = f"{label} stands beside parts of it, and may hold them or not"
            place = replace(spots[label].place, kind=LineKind.UNPLACED, candidates=(group,), says=says)
            spots[label] = replace(spots[label], place=place, key=f"apart {label}", name=f"{label} (or part of it)")
        return replace(self, spots=spots)

    def without(self, labels: Collection[str]) -> Labels:
        """The same labels, of which some are left out since others hold the same people."""
        return replace(self, left_out=self.left_out | frozenset(labels))


def read_labels(
    axis: Axis,
    amounts: Mapping[str, float],
    whose: str,
    schemes: Collection[str] = (),
    beside: Labels | None = None,
) -> Labels:
    """Reads the labels of a column. `beside` are those of the other side: its names and its code lists come first."""
    names = beside.names if beside else {}
    used: tuple[str, ...] = ()
    if axis.is_age:
        spots = _ages(amounts)
    elif axis.is_ethnicity or axis.attribute == "sex":
        spots, used = _schemed(axis, amounts, schemes, beside.schemes if beside else ())
    else:
        spots = _plain(amounts)
    return Labels(axis, whose, _named(axis, spots, amounts, names), dict(amounts), used)


def _plain(amounts: Mapping[str, float]) -> dict[str, Spot]:
    # "None" is an answer in a column of things found, and a blank in one of groups.
    unknown = {label for label in amounts if is_unknown(label) and spelling(label) not in ("none", "nil")}
    kinds = {label: LineKind.UNKNOWN if label in unknown else LineKind.GROUP for label in amounts}
    return {label: Spot(LabelPlace(label, kind, label.strip()), label, label.strip()) for label, kind in kinds.items()}


def _ages(amounts: Mapping[str, float]) -> dict[str, Spot]:
    spots = {}
    for label, aged in read_ages(amounts).items():
        key = f"{aged.band.low}-{aged.band.high}" if aged.band else spelling(label)
        spots[label] = Spot(LabelPlace(label, aged.kind), key, label.strip(), aged.band)
    return spots


def _schemed(
    axis: Axis, amounts: Mapping[str, float], named: Collection[str], beside: tuple[str, ...]
) -> tuple[dict[str, Spot], tuple[str, ...]]:
    attribute = "ethnicity" if axis.is_ethnicity else "sex"
    reading = read(amounts, attribute, _forced(amounts, attribute, named), (*axis.declared, *beside))
    spots = {}
    for label in amounts:
        place = reading.place(label)
        grouped = axis.is_grouped or not axis.is_ethnicity
        is_group = place.kind.is_in_group or (place.kind is LineKind.SEVERAL and place.group)
        if grouped and is_group:
            spots[label] = Spot(place, f"group {place.group}", place.group)
        elif place.kind is LineKind.PART and place.code:
            code = ethnicity.to_list(place.code, axis.codes) if axis.codes else place.code
            spots[label] = Spot(place, code, code)
        else:
            spots[label] = Spot(place, place.key, label.strip())
    return spots, reading.schemes


def _forced(amounts: Mapping[str, float], attribute: str, named: Collection[str]) -> Scheme | None:
    """Of the schemes that were asked for, the one that has most of the labels; none where none has any."""
    covers = []
    for name in named:
        scheme = find_scheme(name, attribute)
        reading = read(amounts, scheme.attribute, scheme)
        many = sum(reading.place(label).kind.is_in_group for label in amounts)
        if scheme.attribute == attribute and many:
            covers.append((many, scheme))
    return max(covers, key=lambda cover: cover[0])[1] if covers else None


def _named(
    axis: Axis, spots: Mapping[str, Spot], amounts: Mapping[str, float], names: Mapping[str, str]
) -> dict[str, Spot]:
    """One name for each key: the one given, else the label that holds most."""
    if axis.is_grouped or axis.attribute == "sex":
        labels = {label: spot for label, spot in spots.items() if not spot.kind.is_in_group}
    else:
        labels = dict(spots)
    best: dict[str, tuple[float, str]] = {}
    for label, spot in sorted(labels.items()):
        if spot.key not in best or amounts.get(label, 0) > best[spot.key][0]:
            best[spot.key] = (amounts.get(label, 0), spot.name)
    named = dict(spots)
    for label, spot in labels.items():
        named[label] = replace(spot, name=names.get(spot.key, best[spot.key][1]))
    return named


def together(counts: Labels, people: Labels) -> tuple[Labels, Labels, tuple[str, ...]]:
    """Both sides with groups that both have. Refuses age bands that cross."""
    if counts.axis.is_age:
        return _bands_together(counts, people)
    if not counts.axis.is_grouped:
        return counts, people, ()
    met = meet([spot.place for spot in counts.spots.values()], [spot.place for spot in people.spots.values()])
    return counts.renamed(met.one), people.renamed(met.other), met.notes


def _bands_together(counts: Labels, people: Labels) -> tuple[Labels, Labels, tuple[str, ...]]:
    mine = {spot.band: spot.name for spot in counts.spots.values() if spot.band}
    theirs = {spot.band: spot.name for label, spot in people.spots.items() if spot.band and not people.is_total(label)}
    nested = nest(mine, theirs)
    if nested.crossing:
        one, other = nested.crossing[0]
        raise Refusal(
            "disparity-bands-cross",
            f"{counts.axis.name} against {people.whose}",
            f"{band_label(one)} and {band_label(other)} cross",
            "bands that do not cross",
            "give a population by single years of age, or by the bands of the count",
        )
    notes = []
    named = {home: mine.get(home) or theirs.get(home) or band_label(home) for home in nested.bands.values()}
    if any(band != home for band, home in nested.bands.items()):
        notes.append("age bands within a wider one are added together")
    for torn in nested.torn:
        notes.append(f"{named[torn]} has no rate: one side has only a part of these ages")
    groups = {band: named[home] for band, home in nested.bands.items()}
    halved = {named[label] for label in nested.torn}

    def moved(labels: Labels, *, cut: bool) -> Labels:
        spots = {}
        for label, spot in labels.spots.items():
            name = groups.get(spot.band, spot.name) if spot.band else spot.name
            spots[label] = replace(spot, name=f"{name} (in part)" if cut and name in halved else name)
        return replace(labels, spots=spots)

    return moved(counts, cut=False), moved(people, cut=True), tuple(notes)
