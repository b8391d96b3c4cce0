"""Intervals for rates and ratios of counts: which method is used is chosen by the counts, and named.

Populations are taken as known, counts as what chance could have made otherwise. Where people are counted several times
each, counts vary more than that: a `Counted` has a dispersion, and every method is given the count and the population
divided by it, as a count of so many people each counted once would be as uncertain (J. N. K. Rao and A. J. Scott,
Biometrics 48 (1992) 577-585).

The interval of one rate is the score interval (Wilson's for shares of people, Rao's for events); where fewer than 10
are counted, or left uncounted, it is the exact one (Clopper and Pearson's, Garwood's), since score limits of so few
hold the truth in as little as 90 %. The interval of a ratio of two rates:

1. Both counts 10 or more, of no more than one in ten: **log-Wald risk ratio** (D. Katz and others, Biometrics 34 (1978)
   469-474); of shares of people over one in ten where 30 or more are counted and left uncounted.
2. Both 10 or more, of events and more than one in ten: **log-Poisson**, the same without the binomial term.
3. One of them 0 and the other 10 or more: **exact conditional** (C. J. Clopper and E. S. Pearson,
   Biometrika 26 (1934) 404-413).
4. Else one of them is under 10: **score** of the split of the two counts (E. B. Wilson, JASA 22 (1927) 209-212).
5. Shares of people over one in ten, under 30 counted or left uncounted: **score of two shares**
   (P. A. R. Koopman, Biometrics 40 (1984) 513-517).
6. The same of fewer than 10 people: **quotient of exact limits** of 97.5 % each, which are too wide rather than too
   narrow; there Koopman's hold the truth in as little as 91 %.

Given their sum, two Poisson counts are split binomially, so limits for the share of one are limits for
the ratio of the rates. Where 95 % is asked for and counts are under 10, the exact limits hold the
truth in 97 to 99 %, the mid-P limits in 94 to 99 % and the score limits in 94 to 97 %, which is why
these are taken; with one count 0 and the other large, the exact limits are as close.

No limits of whole counts can hold the truth in 93 to 97 % where one or two are expected. `Cover` says of each interval
whether it holds the truth in about its level or in more; bench/disparity measures both.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import betainc, gammaincinv, ndtri

from overt.statistics._exact import clopper_pearson
from overt.statistics._samples import LEVEL

FEW = 10
# So many people counted, and left uncounted, make the log-Wald interval of a share hold what it says.
_MANY = 30
# Of fewer counts on both sides together the score interval holds the truth in more than it says.
_FEW_TOGETHER = 3
# Up to here people and events give nearly the same interval: taking events for people, as published
# comparisons do, narrows it by 5 % at most.
RARE = 0.1


class Unit(StrEnum):
    """What is counted: people, each once at most, or events, of which a person may have several."""

    PEOPLE = "people"
    EVENTS = "events"


class Method(StrEnum):
    """How the interval of a ratio was made."""

    LOG_WALD = "log-Wald risk ratio"
    LOG_POISSON = "log-Poisson"
    SCORE = "score"
    SCORE_OF_SHARES = "score of two shares"
    OF_EXACT = "quotient of exact limits"
    EXACT = "exact conditional"
    MID_P = "exact conditional, mid-P"
    NONE = "none"


class RateMethod(StrEnum):
    """How the interval of one rate was made."""

    SCORE = "score"
    EXACT = "exact"
    NONE = "none"


class Cover(StrEnum):
    """In how many of all registers an interval of a level, such as 95 %, holds the truth.

    `ABOUT` is 93 to 97 % of them where 95 % is asked for. `UNKNOWN` is that of a method which the counts did not call
    for, and of events which may be the same person's.
    """

    ABOUT = "about"
    MORE = "usually more"
    AT_LEAST = "at least"
    UNKNOWN = "not known"
    NONE = "none"


@dataclass(frozen=True)
class Counted:
    """`count` of a population or base of `population`: people, or years at risk.

    `dispersion` says how many times more the count varies than if each one counted were another person.
    """

    count: float
    population: float
    dispersion: float = 1.0

    @property
    def effective(self) -> Counted:
        """As many people, each counted once, as would make the rate as uncertain as it is."""
        if self.dispersion == 1:
            return self
        return Counted(self.count / self.dispersion, self.population / self.dispersion)

    @property
    def rate(self) -> float:
        """For each one of the population. Above 1 it is a rate and no probability."""
        return self.count / self.population

    @property
    def is_share(self) -> bool:
        """Whether the counted can all be different people of the population."""
        return self.count <= self.population


@dataclass(frozen=True)
class Ratio:
    """A ratio of two rates and its interval. `None` is a limit that there is not: nothing bounds it."""

    value: float | None
    low: float | None
    high: float | None
    method: Method
    cover: Cover = Cover.NONE


def rate_interval(counted: Counted, unit: Unit, level: float = LEVEL) -> tuple[float, float]:
    """The interval of one rate: the exact one where few are counted or left uncounted, else the score interval."""
    if rate_method(counted, unit) is RateMethod.SCORE:
        return _limits_by_score(counted, unit, level)
    cell, alpha = counted.effective, (1 - level) / 2
    if unit is Unit.PEOPLE and counted.is_share:
        return clopper_pearson(cell.count, cell.population, level)
    low = float(gammaincinv(cell.count, alpha)) if cell.count else 0.0
    return low / cell.population, float(gammaincinv(cell.count + 1, 1 - alpha)) / cell.population


def rate_cover(method: RateMethod) -> Cover:
    """How often the interval of a rate holds the truth."""
    return _COVER_OF_RATES[method]


def rate_method(counted: Counted, unit: Unit) -> RateMethod:
    """The method that the count calls for."""
    cell = counted.effective
    few = cell.count < FEW or (unit is Unit.PEOPLE and counted.is_share and cell.population - cell.count < FEW)
    return RateMethod.EXACT if few else RateMethod.SCORE


def _limits_by_score(counted: Counted, unit: Unit, level: float) -> tuple[float, float]:
    z, cell = _z(level), counted.effective
    count, population = cell.count, cell.population
    if unit is Unit.PEOPLE and counted.is_share:
        return _wilson(count, population, z)
    middle, half = count + z * z / 2, z * math.sqrt(count + z * z / 4)
    return max(middle - half, 0.0) / population, (middle + half) / population


def ratio_interval(
    group: Counted, reference: Counted, unit: Unit, level: float = LEVEL, method: Method | None = None
) -> Ratio:
    """The rate of a group over that of the reference group, with its interval.

    `method` takes the choice away from the counts; where the counts do not allow it, theirs is taken
    and named. Without a count on either side there is neither ratio nor interval.
    """
    if group.count == reference.count == 0 or not group.population or not reference.population:
        return Ratio(None, None, None, Method.NONE)
    chosen = choose(group, reference, unit)
    taken = _allowed(method, group, reference) or chosen
    value = group.rate / reference.rate if reference.count else None
    low, high = _LIMITS[taken](group.effective, reference.effective, level)
    few = group.effective.count + reference.effective.count < _FEW_TOGETHER
    cover = Cover.AT_LEAST if taken in _EXACT else Cover.UNKNOWN if taken is not chosen else _about(few)
    return Ratio(value, low, high if reference.count else None, taken, cover)


def choose(group: Counted, reference: Counted, unit: Unit) -> Method:
    """The method that the counts call for."""
    both = (group.effective, reference.effective)
    people = unit is Unit.PEOPLE and all(cell.is_share for cell in both)
    # The dispersion of events by person has in it already that a population is finite.
    by_person = unit is Unit.EVENTS and (group.dispersion != 1 or reference.dispersion != 1)
    rare = all(cell.rate <= RARE for cell in both) and not by_person
    if people and not rare:
        if min(cell.population for cell in both) < FEW:
            return Method.OF_EXACT
        few = any(min(cell.count, cell.population - cell.count) < _MANY for cell in both)
        return Method.SCORE_OF_SHARES if few else Method.LOG_WALD
    fewest = min(cell.count for cell in both)
    if fewest == 0 and max(cell.count for cell in both) >= FEW:
        return Method.EXACT
    if fewest < FEW:
        return Method.SCORE
    return Method.LOG_WALD if rare else Method.LOG_POISSON


def difference_interval(
    group: Counted, reference: Counted, unit: Unit, level: float = LEVEL
) -> tuple[float, float, float]:
    """The rate of a group less that of the reference, with limits recovered from those of the two rates.

    G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008) 1693-1702.
    """
    (low, high), (other_low, other_high) = (_limits_by_score(cell, unit, level) for cell in (group, reference))
    difference = group.rate - reference.rate
    below = math.hypot(group.rate - low, other_high - reference.rate)
    above = math.hypot(high - group.rate, reference.rate - other_low)
    return difference, difference - below, difference + above


def difference_cover(group: Counted, reference: Counted) -> Cover:
    """How often the interval of a difference holds the truth: in more where fewer than 10 are counted in all."""
    return _about(group.effective.count + reference.effective.count < FEW)


def _about(few: bool) -> Cover:
    return Cover.MORE if few else Cover.ABOUT


def _allowed(method: Method | None, group: Counted, reference: Counted) -> Method | None:
    """The method asked for, unless the counts rule it out: logarithms need counts, shares need people."""
    if method in (Method.LOG_WALD, Method.LOG_POISSON) and min(group.count, reference.count) == 0:
        return None
    if method in (Method.LOG_WALD, Method.SCORE_OF_SHARES, Method.OF_EXACT) and not (
        group.is_share and reference.is_share
    ):
        return None
    return method


def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def _log(variance: Callable[[Counted], float]) -> Callable[[Counted, Counted, float], tuple[float, float]]:
    def limits(group: Counted, reference: Counted, level: float) -> tuple[float, float]:
        spread = _z(level) * math.sqrt(variance(group) + variance(reference))
        ratio = group.rate / reference.rate
        return ratio * math.exp(-spread), ratio * math.exp(spread)

    return limits


def _conditional(
    of_split: Callable[[float, float, float], tuple[float, float]],
) -> Callable[[Counted, Counted, float], tuple[float, float]]:
    """Limits for the ratio of rates from limits for the group's share of the two counts together."""

    def limits(group: Counted, reference: Counted, level: float) -> tuple[float, float]:
        low, high = of_split(group.count, group.count + reference.count, level)
        scale = reference.population / group.population
        return scale * _odds(low), scale * _odds(high)

    return limits


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _wilson(count: float, total: float, z: float) -> tuple[float, float]:
    share, shrink = count / total, 1 + z * z / total
    middle = (share + z * z / 2 / total) / shrink
    half = z * math.sqrt(share * (1 - share) / total + z * z / 4 / total / total) / shrink
    return (0.0 if count == 0 else middle - half), (1.0 if count == total else middle + half)


def _mid_p(count: float, total: float, level: float) -> tuple[float, float]:
    """H. O. Lancaster, JASA 56 (1961) 223-234: half of the observed count's probability belongs to the tail."""
    from scipy.optimize import brentq  # noqa: PLC0415  # half a second of import that few tables need

    alpha = (1 - level) / 2

    def at_least(least: float, share: float) -> float:
        """How probable so many of the total or more are; the beta function also takes counts that are not whole."""
        if least <= 0 or least > total:
            return float(least <= 0)
        return float(betainc(least, total - least + 1, share))

    def above(share: float) -> float:
        return (at_least(count, share) + at_least(count + 1, share)) / 2

    def below(share: float) -> float:
        return 1 - above(share)

    low = 0.0 if count == 0 else brentq(lambda share: above(share) - alpha, 0.0, count / total)
    high = 1.0 if count == total else brentq(lambda share: below(share) - alpha, count / total, 1.0)
    return float(low), float(high)


def _of_exact(group: Counted, reference: Counted, level: float) -> tuple[float, float]:
    """Both rates lie within their exact limits with more than the level, and so their ratio between the quotients."""
    both = (1 + level) / 2
    (low, high), (other_low, other_high) = (
        clopper_pearson(cell.count, cell.population, both) for cell in (group, reference)
    )
    return low / other_high, high / other_low if other_low else math.inf


def _koopman(group: Counted, reference: Counted, level: float) -> tuple[float, float]:
    """Koopman's limits: the ratios that the score test does not reject.

    statsmodels has the same limits in closed form; where nearly all are counted its cubic has complex
    roots, so here the test itself is inverted.
    """
    from scipy.optimize import brentq  # noqa: PLC0415  # half a second of import that few tables need

    x, n, y, m = group.count, group.population, reference.count, reference.population
    critical = _z(level) ** 2

    def excess(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        # The share of the reference group that is likeliest if the ratio is this one.
        first, second = ratio * (n + m), ratio * (n + y) + x + m
        share = (second - math.sqrt(max(second**2 - 4 * first * (x + y), 0.0))) / (2 * first)
        variance = ratio * share * (1 - ratio * share) / n + ratio**2 * share * (1 - share) / m
        distance = (x / n - ratio * y / m) ** 2
        return math.inf if variance <= 0 < distance else (distance / variance if distance else 0.0) - critical

    middle = math.log(((x or 0.5) / n) / ((y or 0.5) / m))
    low = math.exp(brentq(excess, *_bracket(excess, middle, -1))) if x else 0.0
    high = math.exp(brentq(excess, *_bracket(excess, middle, 1))) if y else math.inf
    return low, high


def _bracket(excess: Callable[[float], float], start: float, direction: int) -> tuple[float, float]:
    """Two places between which the test changes its mind, going out from the ratio that was found."""
    near, step = start, 0.25
    while (far := near + direction * step) and excess(far) < 0:
        near, step = far, step * 2
    # An infinite value at the far end would leave no line to follow.
    while not math.isfinite(excess(far)):
        far = (near + far) / 2
        if math.isfinite(value := excess(far)) and value < 0:
            near, far = far, far + direction * abs(far - near)
    return near, far


_LIMITS: dict[Method, Callable[[Counted, Counted, float], tuple[float, float]]] = {
    Method.LOG_WALD: _log(lambda value: 1 / value.count - 1 / value.population),
    Method.LOG_POISSON: _log(lambda value: 1 / value.count),
    Method.SCORE: _conditional(lambda count, total, level: _wilson(count, total, _z(level))),
    Method.EXACT: _conditional(clopper_pearson),
    Method.MID_P: _conditional(_mid_p),
    Method.SCORE_OF_SHARES: _koopman,
    Method.OF_EXACT: _of_exact,
}

_EXACT = {Method.EXACT, Method.OF_EXACT}
_COVER_OF_RATES = {RateMethod.EXACT: Cover.AT_LEAST, RateMethod.SCORE: Cover.ABOUT, RateMethod.NONE: Cover.NONE}
