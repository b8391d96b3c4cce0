"""The table of two groups, counted and not counted: chi-squared, odds ratio and risk ratio as statisticians print them.

Each convention is named in the result, since two programs that print "the" chi-squared often mean different ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc, gammaln, logsumexp

from overt.statistics._rates import Counted, Method, Unit, ratio_interval
from overt.statistics._samples import LEVEL


@dataclass(frozen=True)
class TwoByTwo:
    """Two groups of people, counted or not.

    `chi_squared` is Pearson's without correction and `chi_squared_yates` with Yates' continuity
    correction, each with one degree of freedom. `odds_ratio` is the conditional maximum-likelihood
    estimate with the exact interval of Fisher's test, as in R's `fisher.test` and scipy; `risk_ratio`
    has the log-Wald interval. Of events that may be one person's there is no test of chance: the four are `None`.
    """

    chi_squared: float | None
    p_value: float | None
    chi_squared_yates: float | None
    p_value_yates: float | None
    odds_ratio: float | None
    odds_ratio_low: float | None
    odds_ratio_high: float | None
    risk_ratio: float | None
    risk_ratio_low: float | None
    risk_ratio_high: float | None


def two_by_two(group: Counted, reference: Counted, level: float = LEVEL) -> TwoByTwo | None:
    """The statistics of the table, or `None` where more are counted than there are people: then it is none."""
    whole = all(cell.is_share and float(cell.population).is_integer() for cell in (group, reference))
    people = int(group.population + reference.population) if whole else 0
    counted = group.count + reference.count
    if not whole or not 0 < counted < people or not group.population or not reference.population:
        return None
    a, c = int(group.count), int(reference.count)
    b, d = int(group.population) - a, int(reference.population) - c
    plain, corrected = _chi_squared(a, b, c, d, 0.0), _chi_squared(a, b, c, d, people / 2)
    odds, odds_low, odds_high = conditional_odds_ratio(a, b, c, d, level)
    risk = ratio_interval(group, reference, Unit.PEOPLE, level, Method.LOG_WALD)
    return TwoByTwo(
        plain,
        float(chdtrc(1, plain)),
        corrected,
        float(chdtrc(1, corrected)),
        odds,
        odds_low,
        odds_high,
        risk.value,
        risk.low,
        risk.high,
    )


def without_tests(result: TwoByTwo | None) -> TwoByTwo | None:
    """The ratios alone."""
    if result is None:
        return None
    return replace(result, chi_squared=None, p_value=None, chi_squared_yates=None, p_value_yates=None)


def _chi_squared(a: int, b: int, c: int, d: int, correction: float) -> float:
    off = max(abs(a * d - b * c) - correction, 0.0)
    return (a + b + c + d) * off**2 / ((a + b) * (c + d) * (a + c) * (b + d))


def conditional_odds_ratio(
    a: int, b: int, c: int, d: int, level: float = LEVEL
) -> tuple[float | None, float | None, float | None]:
    """The odds ratio given all four sums of the table, and its exact limits; `None` where there is no finite one.

    Fisher's noncentral hypergeometric distribution is reckoned over the whole support at once; scipy's
    own gives the same digits and takes three hundred times as long, which a table of many groups feels.
    """
    from scipy.optimize import brentq  # noqa: PLC0415  # half a second of import that few tables need

    low_end, high_end = max(0, a + c - (c + d)), min(a + b, a + c)
    support = np.arange(low_end, high_end + 1, dtype=np.float64)
    weights = -(
        gammaln(support + 1)
        + gammaln(a + b - support + 1)
        + gammaln(a + c - support + 1)
        + gammaln(d - a + support + 1)
    )

    def mean(log_odds: float) -> float:
        tilted = weights + support * log_odds
        return float(np.exp(tilted - logsumexp(tilted)) @ support)

    def tail(log_odds: float, upper: bool) -> float:
        tilted = weights + support * log_odds
        part = tilted[support >= a] if upper else tilted[support <= a]
        return float(np.exp(logsumexp(part) - logsumexp(tilted)))

    alpha = (1 - level) / 2
    at_low, at_high = a == low_end, a == high_end
    inside = 0.0 if at_low else None if at_high else math.exp(brentq(lambda t: mean(t) - a, -60, 60, xtol=1e-14))
    low = 0.0 if at_low else math.exp(brentq(lambda t: tail(t, True) - alpha, -60, 60, xtol=1e-14))
    high = None if at_high else math.exp(brentq(lambda t: tail(t, False) - alpha, -60, 60, xtol=1e-14))
    return inside, low, high
