"""How long entries last when some have not ended: the curve, the half-life, a mean within a horizon, the log-rank test.

The curve is the product limit of E. L. Kaplan and P. Meier, Journal of the American Statistical Association 53 (1958)
457-481: an entry that has not ended counts among those that could end until the last day on which it was seen. Its
variance is Greenwood's, and its pointwise limits are made on the scale log(-log S), which keeps them between 0 and 1
(J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (2002) section 1.4). The half-life
is the median, its limits those of R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41: the days at which the
limits of the curve cross one half. The mean is restricted to a horizon, since the last stays are not over.

The log-rank test compares all groups over all days, within strata where there are any (N. Mantel, Cancer Chemotherapy
Reports 50 (1966) 163-170).

Several entries of one person do not end independently. Each entry has its influence on a figure, the influences of one
person are added up before they are squared, and where each person has one entry this is Greenwood's variance to the
digit (D. Y. Lin and L. J. Wei, Journal of the American Statistical Association 84 (1989) 1074-1078).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

from overt.statistics._samples import LEVEL

Numbers = NDArray[np.float64]
_HALF, _ROUNDING = 0.5, 1e-9


@dataclass(frozen=True)
class Stays:
    """How many `days` each entry was seen, whether it then `ended`, and the number of its `person`, one for each."""

    days: NDArray[np.int64]
    ended: NDArray[np.bool_]
    person: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.days)

    @property
    def people(self) -> int:
        """How many persons there are."""
        return len(np.unique(self.person))

    def only(self, which: NDArray[np.bool_]) -> Stays:
        """The entries for which `which` is true."""
        return Stays(self.days[which], self.ended[which], self.person[which])


@dataclass(frozen=True)
class Lasting:
    """A figure in days with its limits; a limit that the data do not reach is `None`."""

    days: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class SurvivalCurve:
    """The share that has not ended after each of the `days` on which one ended, with pointwise limits, NaN for none.

    `last` is the longest time that any entry was seen: beyond it the curve says nothing.
    """

    days: Numbers
    share: Numbers
    low: Numbers
    high: Numbers
    last: float

    def at(self, day: float) -> tuple[float, float | None, float | None]:
        """The share on a day with its limits, `None` where there are none."""
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if place < 0:
            return 1.0, None, None
        low, high = float(self.low[place]), float(self.high[place])
        return float(self.share[place]), None if np.isnan(low) else low, None if np.isnan(high) else high

    def mean(self, horizon: float) -> float:
        """The area under the curve until the horizon: the mean number of days within it."""
        inside = self.days < horizon
        edges = np.concatenate([[0.0], self.days[inside], [horizon]])
        return float(np.diff(edges) @ np.concatenate([[1.0], self.share[inside]]))

    @property
    def median(self) -> Lasting:
        """The half-life: the day after which no more than half are left, with the limits of Brookmeyer and Crowley."""
        return Lasting(*(_crossed(self.days, line) for line in (self.share, self.low, self.high)))


@dataclass(frozen=True)
class LogRank:
    """The log-rank test: by group those who `ended` and those expected to, if every group left alike."""

    chi_squared: float
    degrees: int
    p_value: float
    ended: tuple[int, ...]
    expected: tuple[float, ...]


@dataclass(frozen=True)
class _Table:
    """For each day on which an entry ended: how many could, how many did, and Greenwood's sum until then."""

    days: Numbers
    at_risk: Numbers
    ended: Numbers
    greenwood: Numbers

    @property
    def share(self) -> Numbers:
        return np.cumprod(1 - self.ended / self.at_risk, dtype=np.float64)


def survival_curve(stays: Stays, level: float = LEVEL) -> SurvivalCurve:
    """The product-limit curve of one group, which has one entry or more."""
    table = _table(stays)
    share = table.share
    with np.errstate(divide="ignore", invalid="ignore"):
        wide: Numbers = float(ndtri((1 + level) / 2)) * np.sqrt(_variance(stays, table)) / np.abs(np.log(share))
        low, high = np.power(share, np.exp(wide)), np.power(share, np.exp(-wide))
    none = (share <= _ROUNDING) | (share >= 1)
    low[none], high[none] = np.nan, np.nan
    return SurvivalCurve(table.days, share, low, high, float(stays.days.max()))


def restricted_mean(stays: Stays, horizon: float, level: float = LEVEL) -> Lasting:
    """The mean number of days within the first `horizon` days: the area under the curve, with normal limits."""
    table = _table(stays)
    inside = table.days <= horizon
    days, share = table.days[inside], table.share[inside]
    edges = np.concatenate([[0.0], days, [horizon]])
    area = np.diff(edges) * np.concatenate([[1.0], share])
    left = (area.sum() - np.cumsum(area))[: len(days)]
    stay_on = table.at_risk[inside] - table.ended[inside]
    with np.errstate(divide="ignore", invalid="ignore"):
        at_end = np.where(stay_on > 0, left / stay_on, 0.0)
    while_there = np.cumsum(at_end * table.ended[inside] / table.at_risk[inside])
    ends_here = stays.ended & (stays.days <= horizon)
    place = np.searchsorted(days, stays.days, side="right") - 1
    has_begun = place >= 0
    influence = np.zeros(len(stays))
    influence[has_begun] = while_there[place[has_begun]]
    influence[ends_here] -= at_end[place[ends_here]]
    half = float(ndtri((1 + level) / 2)) * float(np.sqrt((_by_person(stays.person, influence) ** 2).sum()))
    mean = float(area.sum())
    return Lasting(mean, max(mean - half, 0.0), min(mean + half, float(horizon)))


def possible_curves(stays: Stays, unknown: Stays, undated: int = 0) -> tuple[SurvivalCurve, SurvivalCurve]:
    """Below and above the curve, whichever of the `unknown` entries belong to the group; neither has limits.

    On each day those that ended may all be of the group and the others of none, or the reverse. `undated` more entries,
    whose stay nobody knows, ended on their first day, or had not ended by the last.
    """
    days = np.unique(np.concatenate([[0], stays.days[stays.ended], unknown.days[unknown.ended]]))
    (at_risk, ended), (more_at_risk, more_ended) = (_counts(group, days) for group in (stays, unknown))
    most_ended = ended + more_ended
    most_ended[0] += undated
    most = at_risk + more_ended
    most[0] += undated
    least = at_risk + more_at_risk - more_ended + undated
    last = float(max(stays.days.max(initial=0), unknown.days.max(initial=0)))
    none = np.full(len(days), np.nan)

    def curve(gone: Numbers, there: Numbers) -> SurvivalCurve:
        hazard = np.divide(gone, there, out=np.zeros(len(days)), where=there > 0)
        return SurvivalCurve(days.astype(float), np.cumprod(1 - hazard), none, none, last)

    return curve(most_ended, most), curve(ended, least)


def log_rank(groups: NDArray[np.int64], stays: Stays, strata: NDArray[np.int64] | None = None) -> LogRank | None:
    """The test over groups numbered from 0, within strata numbered from 0.

    `None` for fewer than two groups in which an end is expected. The variance is the hypergeometric one, or by
    person where a person has several entries.
    """
    number = int(groups.max()) + 1
    strata = np.zeros(len(groups), np.int64) if strata is None else strata
    clustered = stays.people < len(stays)
    ended, expected, variance = np.zeros(number), np.zeros(number), np.zeros((number, number))
    influence = np.zeros((len(stays), number))
    for stratum in np.unique(strata):
        inside = strata == stratum
        part, own = stays.only(inside), groups[inside]
        table = _table(part)
        by_group = [_counts(part.only(own == group), table.days) for group in range(number)]
        shares = np.array([at_risk for at_risk, _ in by_group]) / table.at_risk
        ended += [gone.sum() for _, gone in by_group]
        expected += shares @ table.ended
        odds = table.ended * (table.at_risk - table.ended) / np.maximum(table.at_risk - 1, 1)
        variance += np.diag(shares @ odds) - (shares * odds) @ shares.T
        if clustered:
            influence[inside] = _scores(part, own, table, shares)
    used = np.flatnonzero(expected > 0)
    if len(used) < 2:
        return None
    if clustered:
        sums = np.column_stack([_by_person(stays.person, influence[:, group]) for group in range(number)])
        variance = sums.T @ sums
    apart = (ended - expected)[used[:-1]]
    inner = variance[np.ix_(used[:-1], used[:-1])]
    if np.linalg.matrix_rank(inner) < len(inner):
        return None
    chi_squared = float(apart @ np.linalg.solve(inner, apart))
    degrees = len(used) - 1
    counted = tuple(int(count) for count in ended)
    return LogRank(chi_squared, degrees, float(chdtrc(degrees, chi_squared)), counted, tuple(expected.tolist()))


def _scores(stays: Stays, groups: NDArray[np.int64], table: _Table, shares: Numbers) -> Numbers:
    """What each entry adds to ended less expected of each group, beyond what its own risk adds."""
    number = len(shares)
    mine = np.eye(number)[groups]
    hazard = table.ended / table.at_risk
    until = np.column_stack([np.zeros((number, 1)), np.cumsum(shares * hazard, axis=1)])
    risk = np.concatenate([[0.0], np.cumsum(hazard)])
    place = np.searchsorted(table.days, stays.days, side="right")
    scores: Numbers = until[:, place].T - mine * risk[place][:, None]
    own = shares[:, np.maximum(place - 1, 0)].T
    scores[stays.ended] += (mine - own)[stays.ended]
    return scores


def _table(stays: Stays) -> _Table:
    days = np.unique(stays.days[stays.ended])
    at_risk, ended = _counts(stays, days)
    left = at_risk - ended
    sums = np.divide(ended, at_risk * left, out=np.zeros(len(days)), where=left > 0)
    return _Table(days.astype(float), at_risk, ended, np.cumsum(sums))


def _counts(stays: Stays, days: NDArray[np.int64] | Numbers) -> tuple[Numbers, Numbers]:
    """On each of the days, in order: those that could end and those that did."""
    at_risk = len(stays) - np.searchsorted(np.sort(stays.days), days, side="left")
    gone = np.sort(stays.days[stays.ended])
    ended = np.searchsorted(gone, days, side="right") - np.searchsorted(gone, days, side="left")
    return at_risk.astype(float), ended.astype(float)


def _variance(stays: Stays, table: _Table) -> Numbers:
    """Of the logarithm of the share: Greenwood's where each person has one entry, else of the sums by person.

    The influence of an entry, with its sign turned, is less Greenwood's sum until it was last seen, and one over those
    left if it then ended. Over the entries of a person that are past and the `there` that are not, the squares of the
    sums change only on days on which an entry was last seen, so that one pass over all entries is enough.
    """
    if stays.people == len(stays) or not len(table.days):
        return table.greenwood
    order = np.lexsort((stays.days, stays.person))
    person, ended = stays.person[order], stays.ended[order]
    place = np.searchsorted(table.days, stays.days[order], side="right") - 1
    seen = np.maximum(place, 0)
    left = table.at_risk - table.ended
    own = np.divide(1.0, left, out=np.zeros(len(left)), where=left > 0)
    influence = np.where(place >= 0, -table.greenwood[seen], 0.0) + np.where(ended, own[seen], 0.0)
    _, starts, sizes = np.unique(person, return_index=True, return_counts=True)
    sums = np.cumsum(influence)
    past = sums - np.repeat(sums[starts] - influence[starts], sizes)
    there = np.repeat(starts + sizes, sizes) - np.arange(len(order)) - 1.0
    before = past - influence

    def changing(first: float, change: Numbers) -> Numbers:
        total: Numbers = first + np.cumsum(np.bincount(seen, change, len(table.days)), dtype=np.float64)
        return total

    of_past = changing(0.0, past**2 - before**2)
    of_both = changing(0.0, past * there - before * (there + 1))
    of_there = changing(float((sizes**2).sum()), there**2 - (there + 1) ** 2)
    variance: Numbers = of_past - 2 * table.greenwood * of_both + table.greenwood**2 * of_there
    return np.maximum(variance, 0.0)


def _by_person(person: NDArray[np.int64], amounts: Numbers) -> Numbers:
    _, number = np.unique(person, return_inverse=True)
    return np.bincount(number, amounts).astype(float)


def _crossed(days: Numbers, line: Numbers) -> float | None:
    """The first day on which the line is at one half or below; midway to the next step where it lies on one half."""
    reached: Sequence[int] = np.flatnonzero(line <= _HALF + _ROUNDING).tolist()
    if not reached:
        return None
    first = reached[0]
    below = [place for place in reached if line[place] < _HALF - _ROUNDING]
    if line[first] < _HALF - _ROUNDING or not below:
        return float(days[first])
    return float(days[first] + days[below[0]]) / 2
