"""Directly standardised rates: what a rate would be if its people were spread over the strata as a standard is.

Each stratum, such as an age band, has a count and the people or years behind it; the standard says how many people of
the named standard population are in it. The limits are those that the Office for National Statistics and the public
health observatories of England give: Byar's limits of the count of all strata together, carried over to the weighted
rate (A. J. Dobson, K. Kuulasmaa, E. Eberle and J. Scherer, Statistics in Medicine 10 (1991) 457-462; N. E. Breslow and
N. E. Day, Statistical Methods in Cancer Research II (1987) 69). Of fewer than 10 counts no standardised rate is
published by them, and none is given here.

The ratio of two has limits recovered from those of each (G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008)
1693-1702, on the logarithm).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import gammaincinv, ndtri

from overt.statistics._rates import FEW, Counted
from overt.statistics._samples import LEVEL

# From so many on Byar's limits are those of the exact method to a thousandth; the observatories change over here too.
_BYAR = 389


@dataclass(frozen=True)
class Standardised:
    """A standardised rate for each one of the population, with its interval.

    `crude` is the rate without the standard. `count` is of all strata, and `empty` counts those strata of the standard
    in which nobody lives: their rate is nobody's, so that the rest of the standard stands for the whole.
    """

    rate: float
    low: float
    high: float
    crude: float
    count: float
    empty: int = 0


def standardised(strata: Sequence[Counted], standard: Sequence[float], level: float = LEVEL) -> Standardised | None:
    """The rate that `strata` would have with the people of `standard`, stratum by stratum.

    `None` where fewer than 10 are counted in all, as the offices do. Raises `ValueError` if the two are not of one
    length, or if the standard has people of no stratum.
    """
    if len(strata) != len(standard) or not sum(standard) > 0 or min(standard) < 0:
        raise ValueError("a standard has a number, none below 0, for each stratum, and people in one of them at least")
    if any(cell.count and not cell.population for cell in strata):
        raise ValueError("a stratum without people has nobody to be counted")
    lived_in = [(cell, weight) for cell, weight in zip(strata, standard, strict=True) if cell.population]
    total = sum(weight for _, weight in lived_in)
    count = sum(cell.count for cell, _ in lived_in)
    if count < FEW or not total:
        return None
    rate = sum(weight * cell.rate for cell, weight in lived_in) / total
    # The variance of the weighted rate over that of the count, both Poisson and as dispersed as the cells say.
    variance = sum((weight / total / cell.population) ** 2 * cell.count * cell.dispersion for cell, weight in lived_in)
    scale = math.sqrt(variance / count)
    low, high = _limits(count, level)
    people = sum(cell.population for cell, _ in lived_in)
    return Standardised(
        rate,
        max(rate + scale * (low - count), 0.0),
        rate + scale * (high - count),
        count / people,
        count,
        sum(1 for cell, weight in zip(strata, standard, strict=True) if weight and not cell.population),
    )


def standardised_ratio(group: Standardised, reference: Standardised) -> tuple[float, float | None, float | None]:
    """The ratio of two standardised rates of one standard, with its limits; `None` where nothing bounds it."""
    ratio = math.log(group.rate / reference.rate)
    low = high = None
    if group.low > 0:
        below = math.log(group.rate / group.low), math.log(reference.high / reference.rate)
        low = math.exp(ratio - math.hypot(*below))
    if reference.low > 0:
        above = math.log(group.high / group.rate), math.log(reference.rate / reference.low)
        high = math.exp(ratio + math.hypot(*above))
    return math.exp(ratio), low, high


def _limits(count: float, level: float) -> tuple[float, float]:
    """Limits of a Poisson count: exact below 389, by Byar's approximation from there on."""
    alpha = (1 - level) / 2
    if count < _BYAR:
        return float(gammaincinv(count, alpha)), float(gammaincinv(count + 1, 1 - alpha))
    z = float(ndtri(1 - alpha))
    above = count + 1
    return (
        count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3,
        above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3,
    )
