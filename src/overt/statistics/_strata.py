"""One ratio for several strata, such as areas, powers or years: Mantel and Haenszel's, and whether it is one at all.

A crude ratio mixes who lives where with who is stopped where. In each stratum the group is compared with the reference
group of that stratum, and the ratios are averaged with weights that few counts do not upset (N. Mantel and W. Haenszel,
Journal of the National Cancer Institute 22 (1959) 719-748). The limits are those of S. Greenland and J. M. Robins,
Biometrics 41 (1985) 55-68: (10) and (13) for rates of events over time or people, (4) and (8) for shares of people.
They hold for many sparse strata as for few large ones.

One number for all strata is an average, and says little where the strata differ. The test of homogeneity holds each
stratum's logarithm against that of the ratio, weighted by precision (K. J. Rothman, S. Greenland and T. L. Lash, Modern
Epidemiology (2008) chapter 15): its p-value is how often strata that share one ratio would differ as much. Strata
without a count on one side have no logarithm and are counted apart; with half of the strata so, there is no test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import chdtrc, ndtri

from overt.statistics._rates import Counted, Unit
from overt.statistics._samples import LEVEL


@dataclass(frozen=True)
class Homogeneity:
    """The chi-squared over the strata that have counts on both sides, its degrees of freedom and its p-value."""

    q: float
    degrees: int
    p_value: float
    left_out: int


@dataclass(frozen=True)
class Stratified:
    """The Mantel-Haenszel ratio, its limits, the crude ratio beside it, and how alike the strata are.

    `strata` took part; `silent` did not, since nobody was counted there or one of the two populations is empty.
    """

    ratio: float
    low: float
    high: float
    crude: float
    strata: int
    silent: int
    homogeneity: Homogeneity | None


def stratified_ratio(pairs: Sequence[tuple[Counted, Counted]], unit: Unit, level: float = LEVEL) -> Stratified | None:
    """The ratio of a group's rate to the reference's, averaged over strata; each pair is of one stratum.

    `None` where no stratum has a count of the group, or none of the reference: then nothing bounds the ratio.
    """
    used = [
        (group, reference)
        for group, reference in pairs
        if group.population and reference.population and group.count + reference.count
    ]
    people = unit is Unit.PEOPLE and all(cell.is_share for pair in used for cell in pair)
    above = sum(g.count * r.population / (g.population + r.population) for g, r in used)
    below = sum(r.count * g.population / (g.population + r.population) for g, r in used)
    if not above or not below:
        return None
    half = float(ndtri((1 + level) / 2)) * math.sqrt(_spread(used, above, below, people))
    ratio = above / below
    group, reference = (
        Counted(sum(pair[side].count for pair in used), sum(pair[side].population for pair in used)) for side in (0, 1)
    )
    return Stratified(
        ratio,
        ratio * math.exp(-half),
        ratio * math.exp(half),
        group.rate / reference.rate,
        len(used),
        len(pairs) - len(used),
        homogeneity(
            [_logarithm(*pair, people) for pair in used if pair[0].count and pair[1].count], math.log(ratio), len(used)
        ),
    )


def homogeneity(logarithms: Sequence[tuple[float, float]], centre: float, strata: int) -> Homogeneity | None:
    """The test over ratios' logarithms, each with its variance; `None` for fewer than two, or half of `strata`."""
    if len(logarithms) < 2 or 2 * len(logarithms) <= strata:
        return None
    q = sum((value - centre) ** 2 / variance for value, variance in logarithms)
    degrees = len(logarithms) - 1
    return Homogeneity(q, degrees, float(chdtrc(degrees, q)), strata - len(logarithms))


def _spread(pairs: Sequence[tuple[Counted, Counted]], above: float, below: float, people: bool) -> float:
    """The variance of the logarithm of the ratio of the two sums."""
    if all(cell.dispersion == 1 for pair in pairs for cell in pair):
        return sum(_together(group, reference, people) for group, reference in pairs) / (above * below)
    # Two sums of independent counts, each as dispersed as its cells.
    of_group = sum(g.dispersion * g.count * (r.population / (g.population + r.population)) ** 2 for g, r in pairs)
    of_reference = sum(r.dispersion * r.count * (g.population / (g.population + r.population)) ** 2 for g, r in pairs)
    return of_group / above**2 + of_reference / below**2


def _together(group: Counted, reference: Counted, people: bool) -> float:
    """What one stratum adds to Greenland and Robins' variance, before it is divided by both sums."""
    together = group.population + reference.population
    within = (group.count + reference.count) * group.population * reference.population
    if people:
        within -= group.count * reference.count * together
    return within / together**2


def _logarithm(group: Counted, reference: Counted, people: bool) -> tuple[float, float]:
    """The logarithm of one stratum's ratio and its variance."""
    variance = sum(cell.dispersion / cell.count - (1 / cell.population if people else 0) for cell in (group, reference))
    return math.log(group.rate / reference.rate), variance
