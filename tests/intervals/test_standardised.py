"""Standardised rates: what they are of one stratum, how often the limits hold the truth, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from overt.statistics import Counted, Unit, rate_interval, standardised, standardised_ratio


def test_of_one_stratum_it_is_the_rate_with_its_exact_limits() -> None:
    """Whatever the standard is."""
    found = standardised([Counted(12, 4_000)], [17])
    assert found is not None
    assert (found.rate, found.crude, found.count) == (0.003, 0.003, 12)
    exact = rate_interval(Counted(9, 4_000), Unit.EVENTS)
    assert standardised([Counted(9, 4_000)], [17]) is None, "of fewer than 10 none is given"
    assert exact[0] < found.low < found.rate < found.high


def test_it_is_the_weighted_mean_worked_by_hand() -> None:
    """Two strata, 0.01 and 0.03; a standard of three to one."""
    found = standardised([Counted(10, 1_000), Counted(60, 2_000)], [3, 1])
    assert found is not None
    assert found.rate == pytest.approx(0.75 * 0.01 + 0.25 * 0.03)
    assert found.crude == pytest.approx(70 / 3_000)


@pytest.mark.parametrize("mean", [12, 60, 500])
def test_the_limits_hold_the_truth_as_often_as_they_say(mean: float) -> None:
    """Counts of all strata together of a dozen to hundreds; both branches of Byar's limits."""
    random = np.random.default_rng(5)
    people, standard = np.array([40_000, 30_000, 8_000]), np.array([30, 40, 30])
    shape = np.array([1.0, 2.0, 8.0]) * people
    rates = mean * shape / shape.sum() / people
    truth, held, tried = float(standard @ rates) / 100, 0, 0
    for _ in range(1_000):
        cells = [Counted(int(c), int(n)) for c, n in zip(random.poisson(rates * people), people, strict=True)]
        if (found := standardised(cells, list(standard))) is not None:
            tried += 1
            held += found.low <= truth <= found.high
    assert tried > 600
    assert 0.93 <= held / tried <= 0.985


def test_the_ratio_of_two_holds_the_truth_as_often_as_it_says() -> None:
    """Populations of different ages, one rate twice the other in each."""
    random = np.random.default_rng(6)
    of_group, of_reference, standard = np.array([900, 100]), np.array([4_000, 6_000]), [50, 50]
    rates, held = np.array([0.01, 0.05]), 0
    for _ in range(1_000):
        group, reference = (
            standardised(
                [Counted(int(c), int(n)) for c, n in zip(random.poisson(rate * people), people, strict=True)], standard
            )
            for rate, people in ((2 * rates, of_group), (rates, of_reference))
        )
        assert group is not None
        assert reference is not None
        ratio, low, high = standardised_ratio(group, reference)
        assert low is not None
        assert high is not None
        assert low < ratio < high
        held += low <= 2 <= high
    assert 0.93 <= held / 1_000 <= 0.98


def test_strata_without_people_are_counted_and_counts_without_people_refused() -> None:
    """Nobody of the standard is given somebody else's rate in silence."""
    found = standardised([Counted(20, 1_000), Counted(0, 0)], [1, 1])
    assert found is not None
    assert (found.rate, found.empty) == (0.02, 1)
    with pytest.raises(ValueError, match="without people"):
        standardised([Counted(20, 1_000), Counted(1, 0)], [1, 1])
    with pytest.raises(ValueError, match="standard"):
        standardised([Counted(20, 1_000)], [1, 1])
