"""Bootstrap intervals by drawing each group's count anew: what rows resampled would give, a thousand times cheaper.

How many are counted is chance too: a resample that held the total fixed would make a group that is most of it look
nearly certain. So each group's count is a Poisson draw of its own or, where each one counted is another of so many
people, a binomial one. Nobody needs the rows.

Percentiles of few draws are no interval: of a count of 3 every twentieth resample is 0, and of 0 all are. Below 10
counted, or left uncounted where people are counted, none is given. bench/disparity has the cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overt.statistics._rates import FEW, Counted
from overt.statistics._samples import LEVEL

_Limits = tuple[float, float]
_NONE = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Resampled:
    """Percentile limits of each cell: of its rate, and of its ratio to its reference; nan where none is given."""

    rate: NDArray[np.float64]
    ratio: NDArray[np.float64]


def resample(
    cells: Sequence[Counted], references: Sequence[int], *, draws: int, seed: int, shares: bool, level: float = LEVEL
) -> Resampled:
    """Percentile limits (2 × cells) from `draws` resamples of each count.

    `references` are the place of each cell's reference cell, -1 for none. `shares` says that everyone counted is
    another one of the population, so that draws are binomial; else they are Poisson.
    """
    # Seeds by cell: the same draws on any machine, on as many cores as it has, and memory for a few cells at a time.
    seeds = np.random.SeedSequence(seed).spawn(len(cells))
    families: dict[int, list[int]] = {}
    for place, own in enumerate(references):
        families.setdefault(own, []).append(place)

    def rates(place: int) -> NDArray[np.float64]:
        return _draw(cells[place], draws, seeds[place], shares)

    def family(own: int) -> list[tuple[int, _Limits, _Limits]]:
        """The limits of every cell with this reference."""
        base = rates(own) if own >= 0 and is_enough(cells[own], shares) else None
        limits = []
        for place in families[own]:
            if not is_enough(cells[place], shares):
                limits.append((place, _NONE, _NONE))
                continue
            mine = rates(place)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = _NONE if base is None or place == own else _limits(mine / base, level)
            limits.append((place, _limits(mine, level), ratio))
        return limits

    with ThreadPoolExecutor() as pool:
        resampled = sorted(group for limits in pool.map(family, families) for group in limits)
    return Resampled(np.array([group[1] for group in resampled]).T, np.array([group[2] for group in resampled]).T)


def is_enough(cell: Counted, shares: bool) -> bool:
    """Whether percentiles hold what they say: they do not where fewer than 10 are counted, or left uncounted."""
    counted = cell.effective
    left = counted.population - counted.count if shares and counted.is_share else FEW
    return min(counted.count, left) >= FEW


def _draw(cell: Counted, draws: int, seed: np.random.SeedSequence, shares: bool) -> NDArray[np.float64]:
    """The rate in each of so many resamples."""
    random, counted = np.random.Generator(np.random.SFC64(seed)), cell.effective
    if shares and counted.is_share:
        whole = round(counted.population)
        return random.binomial(whole, min(counted.rate, 1.0), draws) / whole
    return random.poisson(counted.count, draws) / counted.population


def _limits(values: NDArray[np.float64], level: float) -> _Limits:
    """The quantiles, by the nearest draw outside."""
    alpha = (1 - level) / 2
    low, high = int(np.floor(alpha * (len(values) - 1))), int(np.ceil((1 - alpha) * (len(values) - 1)))
    ordered = np.sort(values)
    return float(ordered[low]), float(ordered[high])
