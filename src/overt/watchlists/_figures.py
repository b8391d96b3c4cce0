"""Shares with exact intervals, ratios between groups, and what a share means where the sought is rare.

* A share: the exact limits of C. J. Clopper and E. S. Pearson (Biometrika 26 (1934) 404-413), which hold
  the true share in at least 95 of 100 samples, by the quantiles of the beta distribution.
* A ratio of two shares: the limits on the logarithm of D. Katz and others (Biometrics 34 (1978) 469-474)
  where both counts are above zero; else the quotients of exact limits of 97.5 %, which are too wide
  rather than too narrow. Its p-value is R. A. Fisher's exact test, adjusted over all groups of a
  division by Y. Benjamini and Y. Hochberg (Journal of the Royal Statistical Society B 57 (1995) 289-300).
* Warnings that are wrong at a prevalence: Bayes' theorem on recall and false-positive rate; its limits
  join exact limits of 97.5 % of both, so that together they hold at 95 % or more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95
METHOD = "Clopper-Pearson, exact"
# A corpus may not say who wrote a text, so nobody can reckon by author.
OF = (
    "texts, not authors: each is assumed to have a different author, and limits are too narrow where an author has "
    "several"
)
BOTH = 1 - (1 - LEVEL) / 2
FEWEST_POSITIVES = 20
"""Texts that are sought; from fewer the recall says too little to be carried over to another prevalence."""

_Counts = Sequence[int] | np.ndarray


@dataclass(frozen=True)
class Share:
    """`found` of `of`, with limits; `value` is `None` where there is nothing to take a share of."""

    found: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.found / self.of if self.of else None


@dataclass(frozen=True)
class Ratio:
    """One share over another with limits, the p-value of no difference, and that value adjusted for all asked."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    p: float
    adjusted: float


@dataclass(frozen=True)
class AtPrevalence:
    """Of the warnings where one in `one_in` is what is sought, the share that is wrong."""

    one_in: int
    wrong: float | None
    low: float | None
    high: float | None

    @property
    def of_thousand(self) -> int | None:
        """The share as a natural frequency; never all or none of 1,000 where that is not so."""
        if self.wrong is None:
            return None
        rounded = round(1000 * self.wrong)
        return min(rounded, 999) if self.wrong < 1 else 1000


def limits(
    found: Sequence[int] | np.ndarray, of: Sequence[int] | np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """The exact limits of many shares at once; of nothing they are 0 and 1."""
    k, n = np.asarray(found, dtype=float), np.asarray(of, dtype=float)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(k > 0, stats.beta.ppf(tail, np.maximum(k, 1), n - k + 1), 0.0)
        high = np.where(k < n, stats.beta.ppf(1 - tail, k + 1, np.maximum(n - k, 1)), 1.0)
    return low, high


def shares(found: _Counts, of: _Counts, level: float = LEVEL) -> list[Share]:
    """Many shares at once."""
    low, high = limits(found, of, level)
    return [Share(int(k), int(n), float(a), float(b)) for k, n, a, b in zip(found, of, low, high, strict=True)]


def share(found: int, of: int, level: float = LEVEL) -> Share:
    """One share."""
    return shares([found], [of], level)[0]


def ratios(found: Sequence[int], of: Sequence[int]) -> list[Ratio | None]:
    """Each group's share over the share of all the other groups together; `None` where one side is empty."""
    whole, base = sum(found), sum(of)
    pairs = [_Pair(k, n, whole - k, base - n) for k, n in zip(found, of, strict=True)]
    asked = [place for place, pair in enumerate(pairs) if pair.of and pair.other_of]
    if not asked:
        return [None] * len(pairs)
    p = [_fisher(pairs[place]) for place in asked]
    adjusted = stats.false_discovery_control(p, method="bh")
    made: list[Ratio | None] = [None] * len(pairs)
    for place, each, value in zip(asked, p, adjusted, strict=True):
        made[place] = _ratio(pairs[place], each, float(value))
    return made


def at_prevalence(found: Sequence[int], of: Sequence[int], one_in: int) -> AtPrevalence:
    """`found` and `of` are wrong and right hits: (false positives, true positives), (negatives, positives).

    Gives no share where nothing is flagged or fewer than `FEWEST_POSITIVES` texts are sought.
    """
    prior = 1 / one_in
    if not of[0] or of[1] < FEWEST_POSITIVES or not sum(found):
        return AtPrevalence(one_in, None, None, None)
    low, high = limits(found, of, BOTH)
    return AtPrevalence(
        one_in,
        _wrong(found[0] / of[0], found[1] / of[1], prior),
        _wrong(float(low[0]), float(high[1]), prior),
        _wrong(float(high[0]), float(low[1]), prior),
    )


def hit_by_chance(terms: int, kept: int, together: dict[int, int]) -> float:
    """Of the texts hit, how many a random part of the list still hits: expected over all parts of `kept` terms.

    `together` counts texts by how many different terms hit them. A part misses a text when none of
    its terms is in it, which is a hypergeometric chance.
    """
    return math.fsum(
        texts * float(1 - stats.hypergeom.pmf(0, terms, size, kept)) for size, texts in together.items() if size
    )


def _wrong(false_rate: float, recall: float, prior: float) -> float:
    wrong, right = false_rate * (1 - prior), recall * prior
    return wrong / (wrong + right) if wrong + right else 0.0


@dataclass(frozen=True)
class _Pair:
    """`found` of `of` in one group and in all others."""

    found: int
    of: int
    other_found: int
    other_of: int


def _fisher(pair: _Pair) -> float:
    table = np.array(
        [[pair.found, pair.of - pair.found], [pair.other_found, pair.other_of - pair.other_found]], dtype=np.int64
    )
    return float(stats.fisher_exact(table).pvalue)


def _ratio(pair: _Pair, p: float, adjusted: float) -> Ratio:
    if pair.found and pair.other_found:
        found = stats.contingency.relative_risk(pair.found, pair.of, pair.other_found, pair.other_of)
        between = found.confidence_interval(LEVEL)
        value = float(found.relative_risk)
        return Ratio(value, float(between.low), float(between.high), "Katz, logarithm", p, adjusted)
    low, high = limits([pair.found, pair.other_found], [pair.of, pair.other_of], BOTH)
    least, most = float(low[0] / high[1]), float(high[0] / low[1]) if low[1] > 0 else None
    return Ratio(0.0 if pair.other_found else None, least, most, "quotient of exact limits", p, adjusted)
