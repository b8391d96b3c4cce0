"""Bootstrap intervals by resampling group counts: the same distribution as resampling rows, a thousand times cheaper.

Drawing n rows with replacement from n rows and counting them by group is drawing once from a multinomial
distribution whose shares are the counts. So nobody needs the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Resampled:
    """Percentile limits for each cell: of its rate, and of its ratio to the reference; nan where there is none."""

    rate: NDArray[np.float64]
    ratio: NDArray[np.float64]


def resample(
    counts: Sequence[int],
    bases: Sequence[float],
    reference: int,
    *,
    draws: int,
    seed: int,
    shares: bool,
    level: float = 0.95,
) -> Resampled:
    """Percentile limits (2 × cells) from `draws` resamples of all counted rows.

    `shares` says that each count is a part of its base inside the same rows, so that bases vary too;
    else bases are a population, which is known. `reference` is the place of the reference cell.
    """
    random = np.random.Generator(np.random.SFC64(seed))
    hits, base = np.asarray(counts, dtype=np.int64), np.asarray(bases, dtype=np.float64)
    drawn_base: NDArray[np.float64] | NDArray[np.int64]
    if shares:
        whole = base.astype(np.int64)
        drawn_base = random.multinomial(int(whole.sum()), whole / max(whole.sum(), 1), size=draws)
        chance = np.divide(hits, whole, out=np.zeros(len(hits)), where=whole > 0)
        drawn = random.binomial(drawn_base, chance)
    else:
        drawn = random.multinomial(int(hits.sum()), hits / max(hits.sum(), 1), size=draws)
        drawn_base = base
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = drawn / drawn_base
        ratios = rates / rates[:, [reference]]
    return Resampled(_limits(rates, level), _limits(ratios, level))


def _limits(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """The quantiles of each column, by the nearest draw outside; partition, since only two places are wanted."""
    draws = len(values)
    alpha = (1 - level) / 2
    low, high = int(np.floor(alpha * (draws - 1))), int(np.ceil((1 - alpha) * (draws - 1)))
    ordered = np.partition(np.ascontiguousarray(values.T), (low, high), axis=1)
    return np.stack([ordered[:, low], ordered[:, high]])
