"""Which groups get no figure, since labels without a place or outcomes that are not recorded could turn the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from overt.disparities._divide import Doubt
from overt.disparities._persons import Basis, Group
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
    basis: Basis = Basis.PEOPLE
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
    found: dict[Group, str] = {}
    compared: dict[Group, list[Group]] = {}
    for group, each in counted.items():
        own = reference_of(group, reference)
        against = counted.get(own)
        if each is not None and against is None and any(doubt.may_be(group) for doubt in doubts.counts):
            found[group] = "counts under labels without a group may belong here"
        if each is None or against is None or group == own:
            continue
        compared.setdefault(own, []).append(group)
        most = _settled(each, group, doubts, inside)[1], _settled(against, own, doubts, inside)[0]
        least = _settled(each, group, doubts, inside)[0], _settled(against, own, doubts, inside)[1]
        if len({_conclusion(*pair, manner) for pair in ((each, against), most, least)}) > 1:
            found[group] = f"the ratio may lie {_between(least, most)}, depending on values that are not known"
    # A reference group with which nothing can be compared has no rate either.
    for own, groups in compared.items():
        if all(group in found for group in groups):
            found[own] = found[groups[0]]
    return found


def _settled(each: Counted, group: Group, doubts: Doubts, inside: bool) -> tuple[Counted, Counted]:
    """The group as it would be if every doubt about it were settled so that its rate is lowest, and highest."""
    mine = [doubt for doubt in doubts.counts if doubt.may_be(group)]
    more = int(sum(doubt.amount for doubt in mine))
    if inside:
        rest = sum(doubt.base - doubt.amount for doubt in mine)
        return (
            replace(each, population=each.population + rest),
            replace(each, count=each.count + more, population=each.population + more),
        )
    people = [doubt.amount for doubt in doubts.people if doubt.may_be(group)]
    least = max(each.population + sum(amount for amount in people if amount < 0), 1.0)
    most = each.population + sum(amount for amount in people if amount > 0)
    return replace(each, population=most), replace(each, count=each.count + more, population=least)


def _conclusion(group: Counted, reference: Counted, manner: Manner) -> str:
    found = ratio_interval(group, reference, manner.unit, manner.level, manner.method)
    if found.low is not None and found.low > 1:
        return "more"
    return "fewer" if found.high is not None and found.high < 1 else "not clear"


def _between(least: tuple[Counted, Counted], most: tuple[Counted, Counted]) -> str:
    low = least[0].rate / least[1].rate if least[1].count else None
    high = most[0].rate / most[1].rate if most[1].count else None
    if high is None:
        return f"anywhere above {low or 0:.3g}"
    return f"between {low or 0:.3g} and {high:.3g}"
