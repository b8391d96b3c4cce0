"""The exact limits of a share, of one or of many at once, by the quantiles of the beta distribution.

C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413. `overt.statistics.binomial_limits` are the same limits
found by halving, without the extra `stats`: samples are judged with the small install, and their results must not
depend on what else is installed. The two differ in the fourteenth digit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import betaincinv

from overt.statistics._samples import LEVEL


def clopper_pearson(count: float, total: float, level: float = LEVEL) -> tuple[float, float]:
    """The exact limits of one share; counts need not be whole."""
    alpha = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, alpha))
    high = 1.0 if count == total else float(betaincinv(count + 1, total - count, 1 - alpha))
    return low, high


def exact_limits(
    counts: Sequence[int] | np.ndarray, totals: Sequence[int] | np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """The exact limits of many shares at once; of nothing they are 0 and 1."""
    k, n = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    alpha = (1 - level) / 2
    low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, alpha), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 1 - alpha), 1.0)
    return low, high
