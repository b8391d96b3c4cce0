"""Resampling group counts is resampling rows."""

from __future__ import annotations

import numpy as np
import pytest

from overt.disparity import Counted, Unit, ratio_interval, resample


def test_resampling_counts_gives_the_limits_of_resampling_rows() -> None:
    """The same quantiles as drawing the rows themselves, within what 4,000 draws can tell."""
    hits, bases = [30, 90], [200, 400]
    group = np.repeat([0, 1], bases)
    hit = np.concatenate([np.repeat([1, 0], [h, b - h]) for h, b in zip(hits, bases, strict=True)])
    random, ratios = np.random.default_rng(3), []
    for _ in range(4000):
        drawn = random.integers(0, 600, 600)
        of = np.bincount(group[drawn], minlength=2)
        ratios.append(np.divide.reduce(np.bincount(group[drawn], hit[drawn], 2) / of))
    found = resample(hits, bases, 1, draws=4000, seed=1, shares=True)
    assert found.ratio[:, 0] == pytest.approx(np.quantile(ratios, [0.025, 0.975]), rel=0.03)


def test_the_same_seed_gives_the_same_limits() -> None:
    """And another seed others."""
    one, two, other = (
        resample([517, 5021], [10_000, 90_000], 1, draws=500, seed=seed, shares=False).ratio for seed in (1, 1, 2)
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_large_counts_resample_to_the_interval_of_the_formula() -> None:
    """Percentiles of 10,000 draws and the log-Wald limits agree to about a hundredth."""
    found = resample([2224, 1905], [29_200, 161_400], 1, draws=10_000, seed=1, shares=False)
    formula = ratio_interval(Counted(2224, 29_200), Counted(1905, 161_400), Unit.EVENTS)
    assert found.ratio[:, 0] == pytest.approx([formula.low, formula.high], rel=0.01)
