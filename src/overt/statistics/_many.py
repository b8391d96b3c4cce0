"""Many comparisons at once: what chance alone would put outside the limits, and what it would not.

Of 100 areas that differ by nothing but chance, five lie outside 95 % limits. Wherever more than one test is printed,
its p-values are adjusted so that of those still called different one in twenty, on average, is not: Y. Benjamini and
Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300, as in `scipy.stats.false_discovery_control`.

Areas also differ for reasons that no audit knows, and limits from chance alone then put half of them outside. The
dispersion is estimated from the areas themselves, the farthest tenth on either side drawn in, and the limits are
widened by the variance between areas (D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202, sections 3.3 and
A.3.2; the additive form). What is drawn in keeps a few strange areas from hiding themselves, and makes the variance of
many well-behaved ones come out up to two thirds too small: of these about one in ten lies outside the 95 % limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WINSORISED = 0.1
"""The share of areas drawn in on either side before the dispersion is estimated."""


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's p-values, in the order given."""
    from scipy.stats import false_discovery_control  # noqa: PLC0415  # a second of import that few tables need

    return [float(value) for value in false_discovery_control(list(p_values))] if p_values else []


@dataclass(frozen=True)
class Spread:
    """How far areas are spread: `dispersion` is 1 where chance explains it, `between` the variance that it does not.

    `between` is of the same scale as the squares of the standard errors that were given.
    """

    dispersion: float
    between: float

    def widened(self, error: float) -> float:
        """The standard error of an area among areas that differ by more than chance."""
        return math.sqrt(error**2 + self.between)


def spread(values: Sequence[float], centre: float, errors: Sequence[float]) -> Spread:
    """The spread of values about a centre, from their standard errors by chance. Under 3 values it is taken as none."""
    if len(values) < 3:
        return Spread(1.0, 0.0)
    scores = (np.asarray(values) - centre) / np.asarray(errors)
    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    dispersion = float(np.mean(np.clip(scores, low, high) ** 2))
    weights = 1 / np.asarray(errors) ** 2
    number = len(scores)
    if number * dispersion <= number - 1:
        return Spread(max(dispersion, 1.0), 0.0)
    between = (number * dispersion - (number - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
    return Spread(dispersion, float(between))
