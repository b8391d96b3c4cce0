"""Which groups get no figure, since labels without a place or outcomes that are not recorded could turn the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from overt.disparities._divide import Doubt
from overt.disparities._persons import Group, IntervalBasis
from overt.statistics import LEVEL, Counted, Method, Unit, ratio_interval


@dataclass(frozen=True)
class Doubts:
    """Counts, and people of the population, that may belong to other groups than those that they are in."""

    counts: tuple[Doubt, ...] = ()
    people: tuple[Doubt, ...] = ()


NO_DOUBTS = Doubts()


@dataclass(frozen=True)
class Manner:
    """How intervals are made: the level, a method in place of the counts' choice, and how many resamples.

    `basis` says what is taken for independent, `noun` what is counted.
    """

    unit: Unit
    level: float = LEVEL
    method: Method | None = None
    draws: int = 0
    seed: int = 1
    two_by_two: bool = True
    basis: IntervalBasis = IntervalBasis.PEOPLE
    noun: str = ""


def reference_of(group: Group, reference: Group) -> Group:
    """The group that this one is compared with: `reference`, which has `None` where it is that of the group itself."""
    return tuple(mine if wanted is None else wanted for mine, wanted in zip(group, reference, strict=True))


def reasons(
    counted: Mapping[Group, Counted | None], reference: Group, doubts: Doubts, manner: Manner, *, inside: bool
) -> dict[Group, str]:
    """Why a group has no figure, for each that has none.

    Every doubt is settled so that the ratio is lowest, and so that it is highest. Where the conclusion (more, fewer,
    not clear) is not the same in both and as counted, the ratio is withheld.
    """
    if not (doubts.counts or doubts.people):
        return {}
    reason_of: dict[Group, str] = {}
    compared: dict[Group, list[Group]] = {}
    for group, cell in counted.items():
        own = reference_of(group, reference)
        against = counted.get(own)
        if cell is not None and against is None and any(doubt.may_be(group) for doubt in doubts.counts):
            reason_of[group] = "counts under labels without a group may belong here"
        if cell is None or against is None or group == own:
            continue
        compared.setdefault(own, []).append(group)
        most = _settled(cell, group, doubts, inside)[1], _settled(against, own, doubts, inside)[0]
        least = _settled(cell, group, doubts, inside)[0], _settled(against, own, doubts, inside)[1]
        if len({_conclusion(*pair, manner) for pair in ((cell, against), most, least)}) > 1:
            reason_of[group] = f"the ratio may lie {_between(least, most)}, depending on values that are not known"
    # A reference group with which nothing can be compared has no rate either.
    for own, groups in compared.items():
        if all(group in reason_of for group in groups):
            reason_of[own] = reason_of[groups[0]]
    return reason_of


def _settled(cell: Counted, group: Group, doubts: Doubts, inside: bool) -> tuple[Counted, Counted]:
    """The group as it would be if every doubt about it were settled so that its rate is lowest, and highest."""
    mine = [doubt for doubt in doubts.counts if doubt.may_be(group)]
    more = int(sum(doubt.amount for doubt in mine))
    if inside:
        rest = sum(doubt.base - doubt.amount for doubt in mine)
        return (
            replace(cell, population=cell.population + rest),
            replace(cell, count=cell.count + more, population=cell.population + more),
        )
    people = [doubt.amount for doubt in doubts.people if doubt.may_be(group)]
    least = max(cell.population + sum(amount for amount in people if amount < 0), 1.0)
    most = cell.population + sum(amount for amount in people if amount > 0)
    return replace(cell, population=most), replace(cell, count=cell.count + more, population=least)


def _conclusion(group: Counted, reference: Counted, manner: Manner) -> str:
    ratio = ratio_interval(group, reference, manner.unit, manner.level, manner.method)
    if ratio.low is not None and ratio.low > 1:
        return "more"
    return "fewer" if ratio.high is not None and ratio.high < 1 else "not clear"


def _between(least: tuple[Counted, Counted], most: tuple[Counted, Counted]) -> str:
    low = least[0].rate / least[1].rate if least[1].count else None
    high = most[0].rate / most[1].rate if most[1].count else None
    if high is None:
        return f"anywhere above {low or 0:.3g}"
    return f"between {low or 0:.3g} and {high:.3g}"
