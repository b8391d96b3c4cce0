"""Shares with exact limits, and their ratios between one group and all others, with a test of no difference.

A ratio of two shares has the limits on the logarithm of D. Katz and others (Biometrics 34 (1978) 469-474) where both
counts are above zero; else the quotients of exact limits of 97.5 %, which are too wide rather than too narrow. Its
p-value is R. A. Fisher's exact test, adjusted over all groups of a division by Y. Benjamini and Y. Hochberg (Journal of
the Royal Statistical Society B 57 (1995) 289-300).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from overt.statistics._exact import exact_limits
from overt.statistics._samples import LEVEL

_Counts = Sequence[int] | np.ndarray
# Of two shares, each within its limits of this level, the ratio lies between the quotients with `LEVEL` or more.
BOTH = 1 - (1 - LEVEL) / 2


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
class ShareRatio:
    """One share over another with limits, the p-value of no difference, and that value adjusted for all asked."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    p: float
    adjusted: float


def shares(found: _Counts, of: _Counts, level: float = LEVEL) -> list[Share]:
    """Many shares at once."""
    low, high = exact_limits(found, of, level)
    return [Share(int(k), int(n), float(a), float(b)) for k, n, a, b in zip(found, of, low, high, strict=True)]


def share(found: int, of: int, level: float = LEVEL) -> Share:
    """One share."""
    return shares([found], [of], level)[0]


def ratios(found: Sequence[int], of: Sequence[int]) -> list[ShareRatio | None]:
    """Each group's share over the share of all the other groups together; `None` where one side is empty."""
    whole, base = sum(found), sum(of)
    pairs = [_Pair(k, n, whole - k, base - n) for k, n in zip(found, of, strict=True)]
    tested = [place for place, pair in enumerate(pairs) if pair.of and pair.other_of]
    if not tested:
        return [None] * len(pairs)
    p = [_fisher(pairs[place]) for place in tested]
    adjusted = stats.false_discovery_control(p, method="bh")
    compared: list[ShareRatio | None] = [None] * len(pairs)
    for place, p_value, value in zip(tested, p, adjusted, strict=True):
        compared[place] = _ratio(pairs[place], p_value, float(value))
    return compared


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


def _ratio(pair: _Pair, p: float, adjusted: float) -> ShareRatio:
    if pair.found and pair.other_found:
        risk = stats.contingency.relative_risk(pair.found, pair.of, pair.other_found, pair.other_of)
        between = risk.confidence_interval(LEVEL)
        value = float(risk.relative_risk)
        return ShareRatio(value, float(between.low), float(between.high), "Katz, logarithm", p, adjusted)
    low, high = exact_limits([pair.found, pair.other_found], [pair.of, pair.other_of], BOTH)
    least, most = float(low[0] / high[1]), float(high[0] / low[1]) if low[1] > 0 else None
    return ShareRatio(0.0 if pair.other_found else None, least, most, "quotient of exact limits", p, adjusted)
