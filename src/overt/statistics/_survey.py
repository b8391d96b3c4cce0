"""The interval of a share over several strata, by the variance that surveys use and half a row for what was not seen.

**Estimate and variance** are those of a stratified sample without replacement (W. G. Cochran,
Sampling Techniques, 3rd edition, 1977, sections 5.4 and 5.9): each stratum counts by its part of the
frame, whatever part of its drawn rows could be judged. A stratum with a single judged row has no
variance of its own; its distance from the whole estimate stands in, as R's `survey` does with
`lonely.psu = "adjust"`.

**Limits** come from a beta distribution that has the mean and the variance of the estimate, as in
E. L. Korn and B. I. Graubard (Survey Methodology 24 (1998) 193-201), whose method is the one that R's
`survey` calls `svyciprop(method = "beta")`. Theirs adds one found row of average weight before it
takes the upper limit. That fails where a heavy stratum has few judged rows: if none of 15 rows that
stand for nine tenths of the frame is inadequate, the variance seen there is nought. Here half a row
is added in the stratum where a row weighs most, as M. P. Fay and E. J. Feuer (Statistics in Medicine
16 (1997) 791-801) add one to a weighted count; half a row, because a whole one covers 96 to 100 %.
The lower limit is one less the upper limit of the adequate rows.

How often such limits hold the truth is not proven but counted: `bench/disparity/README.md` has it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

from overt.statistics._counts import Count, root

ADDED = 0.5
MUCH = 0.025
"""Of the variance; where the half row makes up more, the limits cover more than their level, up to 100%."""
FEWEST_FREE = 20
"""Judged rows beyond one for each stratum; with fewer the limits are not offered."""


def is_offered(counts: Sequence[Count]) -> bool:
    """Whether so many rows were judged, in so many strata, that the limits were tried by simulation."""
    free = sum(count.sample for count in counts) - len(counts)
    return free >= max(FEWEST_FREE, len(counts))


def survey_limits(counts: Sequence[Count], level: float) -> tuple[float, float]:
    """The lowest and the highest share of the frame; every stratum must have a judged row."""
    adequate = [Count(count.population, count.sample, count.sample - count.found) for count in counts]
    return 1 - _upper(adequate, level), _upper(counts, level)


def is_wide(counts: Sequence[Count]) -> bool:
    """Whether so few rows were found, or judged where a row weighs much, that limits usually cover more than 95 %."""
    frame = sum(count.population for count in counts)
    _, variance = moments(counts)
    sides = ([count.found < count.sample for count in counts], [count.found > 0 for count in counts])
    for side in sides:
        heaviest = max((_weight(count, frame) for count, may in zip(counts, side, strict=True) if may), default=0.0)
        if ADDED * heaviest**2 > MUCH * (variance + ADDED * heaviest**2):
            return True
    return False


def moments(counts: Sequence[Count]) -> tuple[float, float]:
    """The estimated share of the frame and the variance of that estimate."""
    frame = sum(count.population for count in counts)
    share = sum(count.population * count.found / count.sample for count in counts) / frame
    return share, sum((count.population / frame) ** 2 * _spread(count, share) for count in counts)


def _spread(count: Count, share: float) -> float:
    """The variance of one stratum's share."""
    left = 1 - count.sample / count.population
    own = count.found / count.sample
    if count.sample == 1:
        return left * (own - share) ** 2
    return left * own * (1 - own) / (count.sample - 1)


def _upper(counts: Sequence[Count], level: float) -> float:
    if all(count.found == count.sample for count in counts):
        return 1.0
    frame = sum(count.population for count in counts)
    free = sum(count.sample for count in counts) - len(counts)
    share, variance = moments(counts)
    heaviest = max(_weight(count, frame) for count in counts if count.found < count.sample)
    share += ADDED * heaviest
    variance += ADDED * heaviest**2
    variance *= (t_quantile((1 + level) / 2, free) / t_quantile((1 + level) / 2, math.inf)) ** 2
    # Rows that a beta distribution with this mean and this variance would rest on.
    rows = share * (1 - share) / variance if 0 < share < 1 and variance else 0.0
    if rows <= 0:
        return 1.0
    return beta_quantile((1 + level) / 2, rows * share, rows * (1 - share))


def _weight(count: Count, frame: int) -> float:
    """What one more found row would add to the share; less where most of the stratum was judged."""
    return count.population / frame / count.sample * math.sqrt(1 - count.sample / count.population)


def beta_quantile(chance: float, one: float, other: float) -> float:
    """Where the distribution function of a beta distribution reaches a chance."""
    return root(lambda share: _beta_below(share, one, other) - chance)


@lru_cache(maxsize=256)
def t_quantile(chance: float, free: float) -> float:
    """The quantile of Student's distribution above its middle; with infinite degrees of freedom, the normal one."""
    if math.isinf(free):
        return NormalDist().inv_cdf(chance)
    # The square of t stands to the degrees of freedom as one part of a beta variable to the other.
    part = beta_quantile(2 * (1 - chance), free / 2, 0.5)
    return math.sqrt(free * (1 - part) / part)


def _beta_below(share: float, one: float, other: float) -> float:
    """The regularised incomplete beta function, by its continued fraction on the side where that converges."""
    if share <= 0 or share >= 1:
        return float(share >= 1)
    front = math.exp(
        math.lgamma(one + other)
        - math.lgamma(one)
        - math.lgamma(other)
        + one * math.log(share)
        + other * math.log1p(-share)
    )
    if share < (one + 1) / (one + other + 2):
        return front * _fraction(share, one, other) / one
    return 1 - front * _fraction(1 - share, other, one) / other


def _fraction(share: float, one: float, other: float) -> float:
    """The continued fraction of NIST's Digital Library of Mathematical Functions 8.17.22, by Lentz's method."""
    tiny = 1e-300
    value, top, below = 1.0, 1.0, 1 - (one + other) * share / (one + 1)
    below = 1 / (below or tiny)
    value = below
    for step in range(1, 100_000):
        even = step * (other - step) * share / ((one + 2 * step - 1) * (one + 2 * step))
        odd = -(one + step) * (one + other + step) * share / ((one + 2 * step) * (one + 2 * step + 1))
        for term in (even, odd):
            below = 1 / ((1 + term * below) or tiny)
            top = (1 + term / top) or tiny
            value *= top * below
        if abs(top * below - 1) < 1e-14:
            break
    return value
