"""Whether a rate rises or falls over periods: the Poisson trend test, with the dispersion that the periods show.

The count of a period is its exposure (people times days) times a rate that grows by one factor a period: a straight
line on the logarithm (the log-linear model of P. McCullagh and J. A. Nelder, Generalized Linear Models (1989) chapter
6). Given the sum of all counts, the level drops out and one slope is left to find, so that Newton's method on one
number replaces a general solver. Real counts vary more than Poisson's: Pearson's chi-squared over its degrees of
freedom estimates by how much, the variance is multiplied by it, and Student's t takes the place of the normal
distribution (section 4.5 there). It is not let below what independent events would have.

The trend of a ratio is the difference of the slopes of two groups, with one dispersion for both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from overt.statistics._rates import FEW, Counted
from overt.statistics._samples import LEVEL

FEWEST_PERIODS = 6
"""Of fewer periods the dispersion has under four degrees of freedom, and no test is given."""


@dataclass(frozen=True)
class Trend:
    """By what `factor` a rate, or the ratio of two, grows from one period to the next, with its interval.

    `dispersion` is how many times as much as a Poisson count the counts vary about the line; `degrees` are those of
    Student's t.
    """

    factor: float
    low: float
    high: float
    p_value: float
    dispersion: float
    degrees: int
    periods: int


@dataclass(frozen=True)
class _Line:
    """The slope of one group, its variance without dispersion, and Pearson's chi-squared about it."""

    slope: float
    variance: float
    chi_squared: float


def trend(periods: Sequence[tuple[int, Counted]], level: float = LEVEL, *, least: float = 1.0) -> Trend | None:
    """The trend of a rate over periods, each with its place in time and its count over its exposure.

    Places need not follow one another: a period without a return is left out. The dispersion is `least` at least, 1 for
    events and 1 less the share for a share. `None` for fewer than 6 periods with exposure or 10 counts.
    """
    return _tested([periods], level, least)


def ratio_trend(
    group: Sequence[tuple[int, Counted]],
    reference: Sequence[tuple[int, Counted]],
    level: float = LEVEL,
    *,
    least: float = 1.0,
) -> Trend | None:
    """The trend of the ratio of a group's rate to the reference's; `None` where either has none of its own."""
    return _tested([group, reference], level, least)


def _tested(sides: Sequence[Sequence[tuple[int, Counted]]], level: float, least: float) -> Trend | None:
    lines = [_line(side) for side in sides]
    if any(line is None for line in lines):
        return None
    known = [line for line in lines if line is not None]
    number = min(_lived_in(side) for side in sides)
    degrees = sum(_lived_in(side) - 2 for side in sides)
    dispersion = max(sum(line.chi_squared for line in known) / degrees, least)
    slope = known[0].slope - sum(line.slope for line in known[1:])
    error = math.sqrt(dispersion * sum(line.variance for line in known))
    half = float(stdtrit(degrees, (1 + level) / 2)) * error
    return Trend(
        math.exp(slope),
        math.exp(slope - half),
        math.exp(slope + half),
        2 * float(stdtr(degrees, -abs(slope) / error)),
        dispersion,
        degrees,
        number,
    )


def _lived_in(periods: Sequence[tuple[int, Counted]]) -> int:
    return sum(1 for _, cell in periods if cell.population)


def _line(periods: Sequence[tuple[int, Counted]]) -> _Line | None:
    """The likeliest slope: that at which the mean time of the expected counts is the mean time of those counted."""
    used = [(place, cell) for place, cell in periods if cell.population]
    counts = np.array([cell.count for _, cell in used], dtype=float)
    total = counts.sum()
    if len(used) < FEWEST_PERIODS or total < FEW or np.count_nonzero(counts) < 2:
        return None
    times = np.array([place for place, _ in used], dtype=float)
    # About their mean, over their length: no power of the slope is then too large for the machine.
    centre, length = times.mean(), float(np.ptp(times))
    scaled = (times - centre) / length
    exposure = np.log([cell.population for _, cell in used])
    slope = 0.0
    for _ in range(100):
        expected = _expected(exposure, scaled, slope, float(total))
        mean = float(expected @ scaled / total)
        information = float(expected @ (scaled - mean) ** 2)
        step = float(counts @ scaled - expected @ scaled) / information
        slope += min(max(step, -2.0), 2.0)
        if abs(step) < 1e-12:
            break
    expected = _expected(exposure, scaled, slope, float(total))
    mean = float(expected @ scaled / total)
    information = float(expected @ (scaled - mean) ** 2)
    chi_squared = float(((counts - expected) ** 2 / expected).sum())
    return _Line(slope / length, 1 / information / length**2, chi_squared)


def _expected(
    exposure: NDArray[np.float64], scaled: NDArray[np.float64], slope: float, total: float
) -> NDArray[np.float64]:
    weights = exposure + slope * scaled
    weights = np.exp(weights - weights.max())
    expected: NDArray[np.float64] = total * weights / weights.sum()
    return expected
