"""One table: groups against one population, with what is missing taken into account and nothing dropped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from overt.disparity._counts import Cell, Group
from overt.disparity._intervals import (
    Counted,
    Method,
    Unit,
    difference_interval,
    rate_interval,
    ratio_interval,
)
from overt.disparity._populations import Benchmark
from overt.disparity._resample import resample
from overt.disparity._two_by_two import TwoByTwo, two_by_two
from overt.disparity._withheld import NO_DOUBTS, Doubts, Manner, reasons, reference_of

# Above this share of counts without a group, no figure is shown without its bounds.
MISSING_LIMIT = 0.05
THOUSAND = 1000.0
INSIDE = "inside the register"


@dataclass(frozen=True)
class Limits:
    """The lowest and the highest that a figure may be."""

    low: float | None
    high: float | None


NOTHING = Limits(None, None)


@dataclass(frozen=True)
class Row:
    """One group. Rates are for each thousand of the population; `None` is "not known", never zero.

    `share` is of all counted, `share_known` of those whose group is known; `representation` is
    share_known over the group's share of the population. `excess` is the count less what it would be at
    the rate of the reference group. `resampled` are percentile limits of rate and ratio.
    """

    group: str
    count: int
    population: float | None = None
    rate_per_1000: float | None = None
    relative_rate: float | None = None
    low: float | None = None
    high: float | None = None
    method: Method = Method.NONE
    rate: Limits = NOTHING
    difference_per_1000: float | None = None
    difference: Limits = NOTHING
    excess: float | None = None
    share: float | None = None
    share_known: float | None = None
    representation: float | None = None
    is_reference: bool = False
    two_by_two: TwoByTwo | None = None
    resampled_rate: Limits | None = None
    resampled: Limits | None = None
    # Why there is no rate and no ratio: what labels that could not be placed would make of it.
    withheld: str = ""
    # The group in each division, in their order.
    parts: Group = ()


@dataclass(frozen=True)
class Bound:
    """What a group's rate and its ratio to the reference are at least and at most, wherever the missing belong."""

    group: str
    rate_per_1000: Limits
    relative_rate: Limits


@dataclass(frozen=True)
class Missing:
    """In scope without a group: how many of all; of a share, of all that it is a share of.

    `must_be_shown` says whether figures need their bounds beside them.
    """

    count: int
    total: int

    @property
    def share(self) -> float:
        """The share of all that is counted."""
        return self.count / self.total if self.total else 0.0

    @property
    def must_be_shown(self) -> bool:
        """Whether the missing are so many that a figure alone would mislead."""
        return self.share > MISSING_LIMIT


@dataclass(frozen=True)
class Table:
    """Every group against one population, or inside the register where `population` is "inside the register"."""

    population: str
    year: int | None
    area: str
    source: str
    reference: str
    rows: tuple[Row, ...]
    bounds: tuple[Bound, ...]
    missing: Missing
    notes: tuple[str, ...] = ()

    @property
    def has_rates(self) -> bool:
        """Whether there is anything to divide by."""
        return any(row.rate_per_1000 is not None for row in self.rows)


def name_of(group: Group) -> str:
    """A group in words: "Black", or "Black, female" for an intersection."""
    return ", ".join(each if each is not None else "missing" for each in group)


def build(
    cells: Sequence[Cell],
    bases: Mapping[Group, float | None],
    about: Benchmark,
    reference: Group,
    manner: Manner,
    *,
    inside: bool,
    doubts: Doubts = NO_DOUBTS,
) -> Table:
    """The table of cells over `bases`: a population by group, or, `inside` the register, the base of a share.

    A group of the population of which nobody was counted is a row with the count 0. A group without a
    population is a row without a rate, and so is one whose ratio `doubts` could turn.
    """
    counts = {cell.group: cell.count for cell in cells if None not in cell.group}
    groups = _ordered({*counts, *(group for group in bases if None not in group)}, counts, reference)
    missing = [cell for cell in cells if None in cell.group]
    without, total = sum(cell.count for cell in missing), sum(cell.count for cell in cells)
    in_scope = Missing(without, total)
    if inside:
        in_scope = Missing(round(sum(cell.base or 0 for cell in missing)), round(sum(cell.base or 0 for cell in cells)))
    counted = {group: _counted(counts.get(group, 0), bases.get(group)) for group in groups}
    rows = [
        replace(
            _row(group, counts.get(group, 0), counted[group], counted.get(reference_of(group, reference)), manner),
            is_reference=group == reference_of(group, reference),
            parts=group,
            share=counts.get(group, 0) / total if total else None,
            share_known=counts.get(group, 0) / (total - without) if total > without else None,
            representation=_representation(counted[group], counted),
        )
        for group in groups
    ]
    why = reasons(counted, reference, doubts, manner, inside=inside)
    rows = [_bare(row, why[row.parts]) if row.parts in why else row for row in rows]
    if manner.draws and counted.get(reference):
        rows = _with_resamples(rows, [counted[group] for group in groups], groups.index(reference), manner, inside)
    bounds = (
        _bounds(counted, missing, reference, inside, manner.unit)
        if any(cell.count or cell.base for cell in missing)
        else []
    )
    return Table(
        about.name,
        about.year,
        about.area,
        about.source,
        name_of(tuple(each for each in reference if each is not None)),
        tuple(rows),
        tuple(bounds),
        in_scope,
        about.notes,
    )


def _bare(row: Row, reason: str) -> Row:
    """Only what was counted, and of how many."""
    return Row(
        row.group,
        row.count,
        row.population,
        share=row.share,
        is_reference=row.is_reference,
        withheld=reason,
        parts=row.parts,
    )


def _counted(count: int, population: float | None) -> Counted | None:
    return Counted(count, population) if population else None


def _ordered(groups: set[Group], counts: Mapping[Group, int], reference: Group) -> list[Group]:
    """The reference group last among equals would be lost in a long table: it comes first, then the largest."""

    def order(group: Group) -> tuple[list[str], bool, int, str]:
        own = [str(mine) for mine, wanted in zip(group, reference, strict=True) if wanted is None]
        return own, group != reference_of(group, reference), -counts.get(group, 0), name_of(group)

    return sorted(groups, key=order)


def _row(group: Group, count: int, counted: Counted | None, against: Counted | None, manner: Manner) -> Row:
    """What can be said of one group; `against` is the reference group, or `None` where that has no rate."""
    if counted is None:
        return Row(name_of(group), count)
    low, high = rate_interval(counted, manner.unit, manner.level)
    alone = Row(
        name_of(group),
        count,
        counted.population,
        counted.rate * THOUSAND,
        rate=Limits(low * THOUSAND, high * THOUSAND),
    )
    if against is None:
        return alone
    if against is counted:
        return replace(alone, relative_rate=1.0 if count else None)
    found = ratio_interval(counted, against, manner.unit, manner.level, manner.method)
    difference, least, most = difference_interval(counted, against, manner.unit, manner.level)
    return replace(
        alone,
        relative_rate=found.value,
        low=found.low,
        high=found.high,
        method=found.method,
        difference_per_1000=difference * THOUSAND,
        difference=Limits(least * THOUSAND, most * THOUSAND),
        excess=count - counted.population * against.rate,
        two_by_two=two_by_two(counted, against, manner.level) if manner.two_by_two else None,
    )


def _representation(each: Counted | None, counted: Mapping[Group, Counted | None]) -> float | None:
    """The share of the counted over the share of the population, over the groups that have one."""
    whole = sum(other.population for other in counted.values() if other)
    matched = sum(other.count for other in counted.values() if other)
    return (each.count / matched) / (each.population / whole) if each and matched else None


def _with_resamples(
    rows: list[Row], counted: Sequence[Counted | None], reference: int, manner: Manner, inside: bool
) -> list[Row]:
    places = [place for place, each in enumerate(counted) if each]
    known = [each for each in counted if each]
    found = resample(
        [each.count for each in known],
        [each.population for each in known],
        places.index(reference),
        draws=manner.draws,
        seed=manner.seed,
        # A population outside is known; the base of a share is resampled with the counts.
        shares=inside and manner.unit is Unit.PEOPLE,
        level=manner.level,
    )
    made = list(rows)
    for column, place in enumerate(places):
        rate = Limits(*(_finite(value * THOUSAND) for value in found.rate[:, column]))
        ratio = Limits(*(_finite(value) for value in found.ratio[:, column])) if place != reference else NOTHING
        made[place] = replace(made[place], resampled_rate=rate, resampled=ratio)
    return made


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _bounds(
    counted: Mapping[Group, Counted | None], missing: Sequence[Cell], reference: Group, inside: bool, unit: Unit
) -> list[Bound]:
    """Every missing count put where it makes most of a difference, among the groups that it may belong to."""
    made = []
    for group, each in counted.items():
        own = reference_of(group, reference)
        against = counted.get(own)
        if each is None:
            continue
        low, high = _extremes(each, *_possible(missing, group, inside), unit)
        rate, ratio = Limits(low * THOUSAND, high * THOUSAND), NOTHING
        if against and group != own:
            least, most = _extremes(against, *_possible(missing, own, inside), unit)
            ratio = Limits(low / most if most else None, high / least if least else None)
        made.append(Bound(name_of(group), rate, ratio))
    return made


def _possible(missing: Sequence[Cell], group: Group, inside: bool) -> tuple[int, float | None]:
    """Counts, and of a share their base, that may belong to the group: no axis that is known speaks against it."""
    fitting = [cell for cell in missing if all(a is None or a == b for a, b in zip(cell.group, group, strict=True))]
    return sum(cell.count for cell in fitting), sum(cell.base or 0 for cell in fitting) if inside else None


def _extremes(each: Counted, count: int, base: float | None, unit: Unit) -> tuple[float, float]:
    """The lowest and highest rate of a group that may gain up to `count` counts, of which `base` rows are undecided."""
    if base is None:
        return each.rate, (each.count + count) / each.population
    if unit is Unit.EVENTS:
        return each.count / (each.population + base), (each.count + count) / each.population
    # Of a share, those who were not counted are missing too, and may all be in the group.
    return each.count / (each.population + base - count), (each.count + count) / (each.population + count)
