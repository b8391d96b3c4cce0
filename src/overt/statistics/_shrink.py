"""Rates of small areas for a map: drawn towards the rate of all, the more the less stands behind them.

The rate of a place with ten people is 0 or 10 % by one person, and a map of such rates shows where few people live.
Empirical Bayes: the rates of areas are taken to vary about that of all with a mean and a variance that the areas
themselves tell, and each is the weighted mean of its own and that (R. J. Marshall, Applied Statistics 40 (1991)
283-294, the global form). It is for looking at, not for comparing: no area's interval or rank is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.statistics._rates import Counted


@dataclass(frozen=True)
class Shrunk:
    """The shrunken rates in the order of the areas, the rate of all, and the variance between areas.

    `weights` says how much of each rate is its own. Where the areas vary no more than chance would make them, the
    variance is 0 and every rate is that of all.
    """

    rates: tuple[float, ...]
    weights: tuple[float, ...]
    mean: float
    variance: float


def shrunk(areas: Sequence[Counted]) -> Shrunk | None:
    """Empirical-Bayes rates; `None` where nobody lives in any area. An area without people has the rate of all."""
    count = np.array([cell.count for cell in areas], dtype=float)
    people = np.array([cell.population for cell in areas], dtype=float)
    total = people.sum()
    if not total:
        return None
    mean = count.sum() / total
    own = np.divide(count, people, out=np.full(len(areas), mean), where=people > 0)
    seen = float((people * (own - mean) ** 2).sum() / total)
    variance = max(float(seen - mean / (total / (people > 0).sum())), 0.0)
    chance = np.divide(mean, people, out=np.full(len(areas), np.inf), where=people > 0)
    weights = variance / (variance + chance) if variance else np.zeros(len(areas))
    rates = mean + weights * (own - mean)
    return Shrunk(tuple(map(float, rates)), tuple(map(float, weights)), float(mean), variance)
