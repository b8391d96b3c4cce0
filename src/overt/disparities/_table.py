"""One table: groups against one population, with what is missing taken into account and nothing dropped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from overt.disparities._bounds import NOTHING, THOUSAND, BoundLimits, FigureBounds, bounds_of, name_of
from overt.disparities._counts import GroupCount
from overt.disparities._persons import Group, IntervalBasis, PersonSpread
from overt.disparities._populations import Benchmark
from overt.disparities._withheld import NO_DOUBTS, Doubts, Manner, reasons, reference_of
from overt.statistics import (
    FEW,
    Counted,
    Cover,
    Method,
    RateMethod,
    TwoByTwo,
    Unit,
    difference_cover,
    difference_interval,
    is_enough,
    rate_cover,
    rate_interval,
    rate_method,
    ratio_interval,
    resample,
    two_by_two,
    without_tests,
)

# Above this share of counts without a group, no figure is shown without its bounds.
MISSING_LIMIT = 0.05
INSIDE = "inside the register"


@dataclass(frozen=True)
class RateRow:
    """One group. Rates are for each thousand of the population; `None` is "not known", never zero.

    `share` is of all counted, `share_known` of those whose group is known; `representation` is
    share_known over the group's share of the population. `excess` is the count less what it would be at
    the rate of the reference group. `resampled` are percentile limits of rate and ratio. `basis` says what the
    intervals take for independent: of events by person, `people` had them and the count varies `dispersion` times as
    much as that of so many people with one each. `cover` says in how many registers an interval holds the truth.
    `no_interval` and `no_resamples` say why there is none.
    """

    group: str
    count: int
    population: float | None = None
    rate_per_1000: float | None = None
    relative_rate: float | None = None
    low: float | None = None
    high: float | None = None
    method: Method = Method.NONE
    cover: Cover = Cover.NONE
    rate: BoundLimits = NOTHING
    rate_method: RateMethod = RateMethod.NONE
    rate_cover: Cover = Cover.NONE
    difference_per_1000: float | None = None
    difference: BoundLimits = NOTHING
    difference_cover: Cover = Cover.NONE
    excess: float | None = None
    share: float | None = None
    share_known: float | None = None
    representation: float | None = None
    is_reference: bool = False
    two_by_two: TwoByTwo | None = None
    resampled_rate: BoundLimits | None = None
    resampled: BoundLimits | None = None
    basis: IntervalBasis = IntervalBasis.PEOPLE
    people: int | None = None
    dispersion: float | None = None
    no_interval: str = ""
    no_resamples: str = ""
    # Why there is no rate and no ratio: what labels that could not be placed would make of it.
    withheld: str = ""
    # The group in each division, in their order, and that of the row that it is compared with.
    parts: Group = ()
    against: Group = ()


@dataclass(frozen=True)
class Ungrouped:
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
class RateTable:
    """Every group against one population, or inside the register where `population` is "inside the register"."""

    population: str
    year: int | None
    area: str
    source: str
    reference: str
    rows: tuple[RateRow, ...]
    bounds: tuple[FigureBounds, ...]
    missing: Ungrouped
    notes: tuple[str, ...] = ()
    unit: Unit = Unit.EVENTS

    @property
    def has_rates(self) -> bool:
        """Whether there is anything to divide by."""
        return any(row.rate_per_1000 is not None for row in self.rows)


def build(
    cells: Sequence[GroupCount],
    bases: Mapping[Group, float | None],
    about: Benchmark,
    reference: Group,
    manner: Manner,
    *,
    inside: bool,
    doubts: Doubts = NO_DOUBTS,
    spreads: Mapping[Group, PersonSpread] | None = None,
) -> RateTable:
    """The table of cells over `bases`: a population by group, or, `inside` the register, the base of a share.

    A group of the population of which nobody was counted is a row with the count 0. A group without a
    population is a row without a rate, and so is one whose ratio `doubts` could turn. `spreads` over people are those
    of events by person.
    """
    counts = {cell.group: cell.count for cell in cells if None not in cell.group}
    groups = _ordered({*counts, *(group for group in bases if None not in group)}, counts, reference)
    missing = [cell for cell in cells if None in cell.group]
    without, total = sum(cell.count for cell in missing), sum(cell.count for cell in cells)
    in_scope = Ungrouped(without, total)
    if inside:
        in_scope = Ungrouped(
            round(sum(cell.base or 0 for cell in missing)), round(sum(cell.base or 0 for cell in cells))
        )
    by_person = _by_person(groups, spreads or {}, manner, inside)
    counted = {
        group: _counted(counts.get(group, 0), bases.get(group), by_person[group], manner, inside) for group in groups
    }
    rows = [
        replace(
            _row(group, counted, by_person, manner, count=counts.get(group, 0), own=reference_of(group, reference)),
            is_reference=group == reference_of(group, reference),
            parts=group,
            against=reference_of(group, reference),
            share=counts.get(group, 0) / total if total else None,
            share_known=counts.get(group, 0) / (total - without) if total > without else None,
            representation=_representation(counted[group], counted),
        )
        for group in groups
    ]
    why = reasons(counted, reference, doubts, manner, inside=inside)
    rows = [_bare(row, why[row.parts]) if row.parts in why else row for row in rows]
    if manner.draws:
        rows = _with_resamples(rows, counted, reference, manner)
    bounds = (
        bounds_of(counted, missing, reference, inside, manner.unit)
        if any(cell.count or cell.base for cell in missing)
        else []
    )
    return RateTable(
        about.name,
        about.year,
        about.area,
        about.source,
        name_of(tuple(part for part in reference if part is not None)),
        tuple(rows),
        tuple(bounds),
        in_scope,
        about.notes,
        manner.unit,
    )


def _bare(row: RateRow, reason: str) -> RateRow:
    """Only what was counted, and of how many."""
    return RateRow(
        row.group,
        row.count,
        row.population,
        share=row.share,
        is_reference=row.is_reference,
        withheld=reason,
        parts=row.parts,
        against=row.against,
        basis=row.basis,
        people=row.people,
    )


@dataclass(frozen=True)
class _Person:
    """What is known of the people behind a group's events, and why no interval is given."""

    spread: PersonSpread | None = None
    lacks: str = ""


def _by_person(
    groups: Sequence[Group], spreads: Mapping[Group, PersonSpread], manner: Manner, inside: bool
) -> dict[Group, _Person]:
    if manner.basis is not IntervalBasis.BY_PERSON:
        return dict.fromkeys(groups, _Person())
    nobody = PersonSpread(0, 0, 0, 0, 0, 0, 0, 0, 0)
    is_share = inside and manner.unit is Unit.PEOPLE
    by_group = {group: spreads.get(group, nobody) for group in groups}
    return {group: _Person(spread, spread.lacks(manner.noun, is_share=is_share)) for group, spread in by_group.items()}


def _counted(count: int, population: float | None, person: _Person, manner: Manner, inside: bool) -> Counted | None:
    if not population:
        return None
    if person.spread is None:
        return Counted(count, population)
    if not inside:
        return Counted(count, population, person.spread.dispersion(population))
    of_time = manner.unit is Unit.EVENTS
    return Counted(count, population, person.spread.of_exposure() if of_time else person.spread.dispersion(None))


def _ordered(groups: set[Group], counts: Mapping[Group, int], reference: Group) -> list[Group]:
    """The reference group last among equals would be lost in a long table: it comes first, then the largest."""

    def order(group: Group) -> tuple[list[str], bool, int, str]:
        own = [str(mine) for mine, wanted in zip(group, reference, strict=True) if wanted is None]
        return own, group != reference_of(group, reference), -counts.get(group, 0), name_of(group)

    return sorted(groups, key=order)


def _row(
    group: Group,
    counted: Mapping[Group, Counted | None],
    people: Mapping[Group, _Person],
    manner: Manner,
    *,
    count: int,
    own: Group,
) -> RateRow:
    """What can be said of one group; `own` is the group that it is compared with, which may have no rate."""
    cell, against, person = counted[group], counted.get(own), people[group]
    row = RateRow(name_of(group), count, basis=manner.basis)
    if person.spread is not None:
        row = replace(row, people=max(person.spread.people, person.spread.holders))
    if cell is None:
        return row
    row = replace(row, population=cell.population, rate_per_1000=cell.rate * THOUSAND, no_interval=person.lacks)
    if not person.lacks:
        low, high = rate_interval(cell, manner.unit, manner.level)
        limits, how = BoundLimits(low * THOUSAND, high * THOUSAND), rate_method(cell, manner.unit)
        known = cell.dispersion if person.spread is not None else None
        cover = _cover(rate_cover(how), manner)
        row = replace(row, rate=limits, rate_method=how, rate_cover=cover, dispersion=known)
    if against is None:
        return row
    if own == group:
        return replace(row, relative_rate=1.0 if count else None)
    of_reference = people[own].lacks
    lacks = person.lacks or (of_reference and f"of {name_of(own)}: {of_reference}")
    return _compared(replace(row, no_interval=lacks), cell, against, manner)


def _compared(row: RateRow, cell: Counted, against: Counted, manner: Manner) -> RateRow:
    """The ratio, the difference and their intervals, where there are people enough for one."""
    ratio = ratio_interval(cell, against, manner.unit, manner.level, manner.method)
    difference, least, most = difference_interval(cell, against, manner.unit, manner.level)
    row = replace(
        row,
        relative_rate=ratio.value,
        difference_per_1000=difference * THOUSAND,
        excess=row.count - cell.population * against.rate,
        two_by_two=_two_by_two(cell, against, manner),
    )
    if row.no_interval:
        return row
    difference_limits = BoundLimits(least * THOUSAND, most * THOUSAND)
    return replace(
        row,
        low=ratio.low,
        high=ratio.high,
        method=ratio.method,
        cover=_cover(ratio.cover, manner),
        difference=difference_limits,
        difference_cover=_cover(difference_cover(cell, against), manner),
    )


def _cover(cover: Cover, manner: Manner) -> Cover:
    """What is known of an interval: of events that may be one person's nothing is."""
    return Cover.UNKNOWN if manner.basis is IntervalBasis.EVENTS and cover is not Cover.NONE else cover


def _two_by_two(cell: Counted, against: Counted, manner: Manner) -> TwoByTwo | None:
    """The two-by-two statistics: of events that may be one person's no test, and by person none at all."""
    if not manner.two_by_two or manner.basis is IntervalBasis.BY_PERSON:
        return None
    result = two_by_two(cell, against, manner.level)
    return result if manner.basis is IntervalBasis.PEOPLE else without_tests(result)


def _representation(cell: Counted | None, counted: Mapping[Group, Counted | None]) -> float | None:
    """The share of the counted over the share of the population, over the groups that have one."""
    whole = sum(other.population for other in counted.values() if other)
    matched = sum(other.count for other in counted.values() if other)
    return (cell.count / matched) / (cell.population / whole) if cell and matched else None


def _with_resamples(
    rows: list[RateRow], counted: Mapping[Group, Counted | None], reference: Group, manner: Manner
) -> list[RateRow]:
    """The rows with percentile limits, each ratio to the reference of its own; where there is none, with the reason."""
    known = {group: cell for group, cell in counted.items() if cell is not None}
    if not known:
        return rows
    place = {group: at for at, group in enumerate(known)}
    owns = {group: reference_of(group, reference) for group in known}
    shares = manner.unit is Unit.PEOPLE
    resampled = resample(
        list(known.values()),
        [place.get(owns[group], -1) for group in known],
        draws=manner.draws,
        seed=manner.seed,
        shares=shares,
        level=manner.level,
    )
    rates, ratios = resampled.rate * THOUSAND, resampled.ratio
    resampled_rows = []
    for row in rows:
        at = place.get(row.parts)
        if at is None or row.withheld:
            resampled_rows.append(row)
            continue
        if row.no_interval:
            resampled_rows.append(replace(row, resampled_rate=NOTHING, resampled=NOTHING, no_resamples=row.no_interval))
            continue
        few = any(
            cell is not None and not is_enough(cell, shares) for cell in (known[row.parts], known.get(owns[row.parts]))
        )
        why = f"fewer than {FEW} are counted, or left uncounted, there or in the reference group" if few else ""
        rate, ratio = _limits(rates[:, at]), _limits(ratios[:, at])
        resampled_rows.append(replace(row, resampled_rate=rate, resampled=ratio, no_resamples=why))
    return resampled_rows


def _limits(values: NDArray[np.float64]) -> BoundLimits:
    return BoundLimits(*(float(value) if math.isfinite(value) else None for value in values))
