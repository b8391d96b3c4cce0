"""Exact intervals for a share of a finite register, from a sample without replacement.

**One stratum.** The number of inadequate rows in a simple random sample is hypergeometric; the
interval holds every number of inadequate rows in the frame that the sample does not contradict at
half the error on either side (H. S. Konijn, Statistical Theory of Sample Survey Design and
Analysis, 1973; J. P. Buonaccorsi, The American Statistician 41 (1987) 215-218). It is the
Clopper-Pearson interval of a finite population and narrower than the binomial one.

**Several strata.** A stratum taken whole is known and leaves the reckoning. Where enough rows of the
others were judged, the limits are those of `_survey.py`: their cover is near the level and was
counted by simulation. With fewer no method near the level is in use, so a conservative one is
stated, whose cover is proven never to be below the level:

1. A hypergeometric count is distributed as a sum of independent trials (V. A. Vatutin and
   V. G. Mikhailov, Theory of Probability and its Applications 27 (1982) 734-743), and so is the sum
   over the strata. By W. Hoeffding (Annals of Mathematical Statistics 27 (1956) 713-721) the tails
   of such a sum are no heavier than the binomial tails with the same mean, one or more away from
   the mean. The Clopper-Pearson limits of the pooled count therefore hold for the mean of the
   strata's shares weighted by rows drawn. One case lies nearer to the mean than the theorem reaches
   (a single row on either side); there the bound P(S >= 1) <= E(S) is taken instead.
2. Rows drawn are only nearly proportional to rows in the frame. The limits are moved to the lowest
   and highest share of the frame that agrees with them, whatever the strata's shares are.

Where the judged rows are far from proportional, step 2 costs much: that is why it is the second choice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from overt.statistics._counts import Count, root
from overt.statistics._survey import is_offered, is_wide, survey_limits

LEVEL = 0.95
EXACT = "exact hypergeometric; contains the true value in at least 95 of 100 samples"
SURVEY = "stratified survey variance with beta limits and half a row added; about 95%"
SURVEY_WIDE = (
    "stratified survey variance with beta limits and half a row added; usually more than 95%, as few rows weigh much"
)
PROVEN = "pooled Clopper-Pearson, moved to the worst spread over the strata; at least 95%, and wide"
_NEAR = 1e-9  # rounding of the limits to whole rows must not lose one to floating point


@dataclass(frozen=True)
class Interval:
    """Between `low` and `high` rows of `population`, as far as the sample can tell."""

    low: int
    high: int
    population: int
    method: str

    @property
    def shares(self) -> tuple[float, float]:
        """The limits as shares of the population."""
        return self.low / self.population, self.high / self.population


def interval(counts: Sequence[Count], level: float = LEVEL) -> Interval:
    """How many rows of all strata together are inadequate, by a method that it names (level 0.5 or more).

    A stratum of which no row was judged adds nothing to the lower limit and all its rows to the upper.
    """
    population = sum(count.population for count in counts)
    known = [count for count in counts if count.sample == count.population]
    unseen = [count for count in counts if count.sample == 0 < count.population]
    drawn = [count for count in counts if 0 < count.sample < count.population]
    low = high = sum(count.found for count in known)
    high += sum(count.population for count in unseen)
    method = "every row was judged" if not unseen else "no row was judged"
    if len(drawn) == 1:
        method = EXACT
        few, many = hypergeometric_limits(drawn[0], level)
        low, high = low + few, high + many
    elif drawn and is_offered(drawn):
        method = SURVEY_WIDE if is_wide(drawn) else SURVEY
        few, many = _in_rows(drawn, survey_limits(drawn, level))
        low, high = low + few, high + many
    elif drawn:
        method = PROVEN
        few, many = stratified_limits(drawn, level)
        low, high = low + few, high + many
    return Interval(low, high, population, method)


def hypergeometric_limits(count: Count, level: float = LEVEL) -> tuple[int, int]:
    """The fewest and the most inadequate rows in the population that agree with a simple random sample."""
    alpha = (1 - level) / 2
    fewest, most = count.found, count.population - (count.sample - count.found)

    def tails(marked: int) -> tuple[float, float]:
        return _tails(_hypergeometric_ratio(count.population, marked, count.sample), count.sample, count.found)

    low = _first(fewest, most, lambda marked: tails(marked)[1] > alpha)
    high = most - _first(0, most - fewest, lambda fewer: tails(most - fewer)[0] > alpha)
    return low, high


def binomial_limits(found: int, sample: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact binomial limits of a share (C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413)."""
    alpha = (1 - level) / 2
    low = 0.0 if found == 0 else root(lambda share: _binomial_tails(found, sample, share)[1] - alpha)
    high = 1.0 if found == sample else root(lambda share: alpha - _binomial_tails(found, sample, share)[0])
    return low, high


def stratified_limits(counts: Sequence[Count], level: float = LEVEL) -> tuple[int, int]:
    """The fewest and the most inadequate rows in all strata together: the two steps above."""
    sample = sum(count.sample for count in counts)
    population = sum(count.population for count in counts)
    low, high = _pooled_limits(sum(count.found for count in counts), sample, level)
    rising = sorted(counts, key=lambda value: value.population / value.sample)
    fewest, most = _filled(low * sample, rising), _filled(high * sample, rising[::-1])
    return _in_rows(counts, (fewest / population, most / population))


def _in_rows(counts: Sequence[Count], limits: tuple[float, float]) -> tuple[int, int]:
    """Limits of the share as whole rows, never against what was seen."""
    population = sum(count.population for count in counts)
    total = sum(count.found for count in counts)
    adequate = sum(count.sample for count in counts) - total
    low, high = (limit * population for limit in limits)
    slack = _NEAR * population
    return max(total, math.ceil(low - slack)), min(population - adequate, math.floor(high + slack))


def _pooled_limits(found: int, sample: int, level: float) -> tuple[float, float]:
    low, high = binomial_limits(found, sample, level)
    alpha = (1 - level) / 2
    if found == 1:
        low = min(low, alpha / sample)
    if found == sample - 1:
        high = max(high, 1 - alpha / sample)
    return low, high


def _filled(mass: float, counts: Sequence[Count]) -> float:
    """Inadequate rows of the frame if the strata are so one after the other, till the drawn rows' mass is used."""
    rows = 0.0
    for count in counts:
        used = min(mass, count.sample)
        rows += used * count.population / count.sample
        mass -= used
    return rows


def _tails(ratio: Callable[[int], float], sample: int, found: int) -> tuple[float, float]:
    """P(X <= found) and P(X >= found) of a distribution on 0..sample whose P(k+1)/P(k) is `ratio(k)`.

    The probabilities are reckoned from the largest outwards and then scaled, so that nothing overflows.
    """
    weights = [0.0] * (sample + 1)
    mode = _first(0, sample, lambda k: k == sample or ratio(k) < 1)
    weights[mode] = 1.0
    for k in range(mode, sample):
        weights[k + 1] = weights[k] * ratio(k)
        if weights[k + 1] == 0:
            break
    for k in range(mode - 1, -1, -1):
        step = ratio(k)
        weights[k] = weights[k + 1] / step if math.isfinite(step) else 0.0
        if weights[k] == 0:
            break
    total = math.fsum(weights)
    return math.fsum(weights[: found + 1]) / total, math.fsum(weights[found:]) / total


def _hypergeometric_ratio(population: int, marked: int, sample: int) -> Callable[[int], float]:
    others = population - marked - sample

    def ratio(k: int) -> float:
        # Below the support P(k) is zero: the ratio is infinite there, and zero above it.
        if others + k + 1 <= 0:
            return math.inf
        return max(0, marked - k) * (sample - k) / ((k + 1) * (others + k + 1))

    return ratio


def _binomial_tails(found: int, sample: int, share: float) -> tuple[float, float]:
    if share <= 0 or share >= 1:
        return (float(share <= 0 or found == sample), float(share >= 1 or found == 0))
    odds = share / (1 - share)
    return _tails(lambda k: odds * (sample - k) / (k + 1), sample, found)


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first number from `low` to `high` for which a condition holds that stays true once it is."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
