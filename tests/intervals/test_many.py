"""Many comparisons, changes between periods, wrong denominators and small areas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from overt.statistics import (
    Counted,
    Method,
    Unit,
    adjusted,
    denominator_factor,
    excess,
    ratio_interval,
    ratio_of_ratios,
    shrunk,
    spread,
)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_values_are_those_of_statsmodels(p_values: list[float]) -> None:
    """Benjamini and Hochberg's."""
    assert adjusted(p_values) == pytest.approx(list(multipletests(p_values, method="fdr_bh")[1]))


def test_areas_that_differ_by_chance_alone_get_no_wider_limits() -> None:
    """And of those that differ by more, about 5 % lie outside the widened 95 % limits."""
    random = np.random.default_rng(2)
    errors = random.uniform(0.05, 0.3, 2_000)
    chance = spread(random.normal(0, errors).tolist(), 0.0, errors.tolist())
    assert chance.dispersion == 1.0
    assert chance.between == pytest.approx(0, abs=0.002)
    values = random.normal(0, np.sqrt(errors**2 + 0.04))
    more = spread(values.tolist(), 0.0, errors.tolist())
    assert 0.012 < more.between < 0.04
    outside = [abs(value) > 1.96 * more.widened(error) for value, error in zip(values, errors, strict=True)]
    assert 0.04 <= np.mean(outside) <= 0.14
    assert np.mean(np.abs(values) > 1.96 * errors) > 0.2


def test_a_change_between_periods_holds_the_truth_as_often_as_it_says() -> None:
    """A ratio of 3 in one period and of 2 in the next."""
    random = np.random.default_rng(3)
    held = 0
    for _ in range(1_000):
        earlier, later = (
            ratio_interval(
                Counted(int(random.poisson(40 * true)), 1_000.0),
                Counted(int(random.poisson(160)), 4_000.0),
                Unit.EVENTS,
            )
            for true in (3, 2)
        )
        found = ratio_of_ratios(later, earlier)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 2 / 3 <= found.high
    assert 0.93 <= held / 1_000 <= 0.975


def test_a_change_of_symmetric_intervals_is_the_usual_one() -> None:
    """Altman and Bland's: the squares of the standard errors add up."""
    one = ratio_interval(Counted(100, 1e6), Counted(200, 4e6), Unit.EVENTS)
    two = ratio_interval(Counted(300, 1e6), Counted(250, 4e6), Unit.EVENTS)
    found = ratio_of_ratios(two, one)
    error = math.sqrt(1 / 100 + 1 / 200 + 1 / 300 + 1 / 250)
    assert found.value == pytest.approx(2.4)
    assert (found.low, found.high) == pytest.approx(
        (2.4 * math.exp(-1.959964 * error), 2.4 * math.exp(1.959964 * error)), rel=1e-4
    )


def test_without_a_ratio_there_is_no_change() -> None:
    """And where one limit is missing, so is that of the change."""
    some, none = (
        ratio_interval(Counted(5, 10.0), Counted(3, 10.0), Unit.EVENTS),
        ratio_interval(Counted(5, 10.0), Counted(0, 10.0), Unit.EVENTS),
    )
    assert ratio_of_ratios(some, none).method is Method.NONE
    assert ratio_of_ratios(none, some).value is None


def test_how_wrong_a_denominator_must_be() -> None:
    """The limit nearer to 1; nothing where 1 is inside."""
    above = ratio_interval(Counted(2224, 29200), Counted(1905, 161400), Unit.PEOPLE)
    assert denominator_factor(above) == above.low
    assert denominator_factor(ratio_interval(Counted(10, 100.0), Counted(11, 100.0), Unit.EVENTS)) is None
    below = ratio_interval(Counted(1905, 161400), Counted(2224, 29200), Unit.PEOPLE)
    assert denominator_factor(below) == below.high
    assert excess(2224, 29200, 1905 / 161400) == pytest.approx(2224 - 29200 * 1905 / 161400)


def test_small_areas_are_drawn_to_the_rate_of_all() -> None:
    """The fewer people, the farther; an area without people has the rate of all; equal areas are all alike."""
    found = shrunk([Counted(1, 10), Counted(50, 1_000), Counted(200, 1_000), Counted(0, 0)])
    assert found is not None
    assert found.mean == pytest.approx(251 / 2_010)
    assert found.weights[0] < found.weights[1]
    assert found.rates[3] == found.mean
    assert 0.1 < found.rates[0] < found.mean
    alike = shrunk([Counted(10, 100), Counted(20, 200)])
    assert alike is not None
    assert alike.rates == pytest.approx((0.1, 0.1))
    assert shrunk([]) is None


def test_shrunken_rates_are_nearer_to_the_truth_than_their_own() -> None:
    """On average over areas of all sizes."""
    random = np.random.default_rng(4)
    people = random.integers(20, 2_000, 300)
    truth = random.gamma(20, 0.05 / 20, 300)
    count = random.poisson(truth * people)
    found = shrunk([Counted(int(c), int(n)) for c, n in zip(count, people, strict=True)])
    assert found is not None
    own = count / people
    assert np.mean((np.array(found.rates) - truth) ** 2) < 0.6 * np.mean((own - truth) ** 2)
