"""Intervals: against scipy, against published examples, and by counting every possible sample."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from overt.statistics import Count, binomial_limits, interval
from overt.statistics._samples import hypergeometric_limits, stratified_limits
from tests.often import often


@pytest.mark.parametrize(
    ("found", "sample", "low", "high"),
    [(302, 1206, 0.226, 0.276), (133, 1206, 0.0932, 0.1293)],
)
def test_clopper_pearson_gives_the_published_election_poll(found: int, sample: int, low: float, high: float) -> None:
    """G. Kauermann and H. Küchenhoff, Stichproben (2011), p. 54."""
    assert binomial_limits(found, sample) == pytest.approx((low, high), abs=6e-4)


@settings(max_examples=often(60), deadline=None)
@given(st.integers(1, 400), st.data())
def test_clopper_pearson_is_scipys(sample: int, data: st.DataObject) -> None:
    """The same limits as `binomtest(...).proportion_ci(method="exact")`."""
    found = data.draw(st.integers(0, sample))
    theirs = stats.binomtest(found, sample).proportion_ci(0.95, method="exact")
    assert binomial_limits(found, sample) == pytest.approx((theirs.low, theirs.high), abs=1e-10)


@pytest.mark.parametrize(
    ("population", "sample", "found", "low", "high"),
    [(50, 10, 3, 4, 32), (300, 100, 45, 110, 161), (300, 100, 2, 2, 19), (61, 60, 50, 50, 51), (20, 20, 10, 10, 10)],
)
def test_hypergeometric_limits_agree_with_the_published_ones(
    population: int, sample: int, found: int, low: int, high: int
) -> None:
    """Stichproben, p. 53, and the R package samplingbook, whose limits step one row further out."""
    ours = hypergeometric_limits(Count(population, sample, found))
    assert ours == (max(found, min(low + 1, ours[0])), min(population - sample + found, max(high - 1, ours[1])))
    assert low <= ours[0] <= low + 1
    assert high - 1 <= ours[1] <= high


@settings(max_examples=often(60), deadline=None)
@given(st.integers(2, 3000), st.data())
def test_hypergeometric_limits_are_the_last_that_scipy_does_not_reject(population: int, data: st.DataObject) -> None:
    """At the limits the sample is possible at 2.5%; one row further out it is not."""
    sample = data.draw(st.integers(1, min(population, 200)))
    found = data.draw(st.integers(0, sample))
    low, high = hypergeometric_limits(Count(population, sample, found))

    def above(marked: int) -> float:
        return float(stats.hypergeom.sf(found - 1, population, marked, sample))

    def below(marked: int) -> float:
        return float(stats.hypergeom.cdf(found, population, marked, sample))

    assert above(low) > 0.025 - 1e-9
    assert below(high) > 0.025 - 1e-9
    assert low == found or above(low - 1) <= 0.025 + 1e-9
    assert high == population - sample + found or below(high + 1) <= 0.025 + 1e-9


@pytest.mark.parametrize(("population", "sample"), [(12, 5), (30, 7), (41, 20)])
def test_one_stratum_covers_the_truth_at_95_percent_whatever_it_is(population: int, sample: int) -> None:
    """Every truth and every count: the chance that the interval holds the truth is 95% or more."""
    limits = [hypergeometric_limits(Count(population, sample, found)) for found in range(sample + 1)]
    for truth in range(population + 1):
        chances = [
            stats.hypergeom.pmf(found, population, truth, sample)
            for found, (low, high) in enumerate(limits)
            if low <= truth <= high
        ]
        assert math.fsum(chances) >= 0.95


DESIGNS = [
    ((6, 2), (7, 3)),
    ((9, 1), (4, 3), (5, 2)),
    ((12, 1), (3, 2)),
    ((5, 1), (5, 1), (5, 1)),
    ((8, 1), (2, 1), (3, 3)),
    ((15, 5), (14, 6)),
]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_several_strata_cover_the_truth_whatever_it_is_in_each(
    design: tuple[tuple[int, int], ...], level: float
) -> None:
    """Every truth in every stratum and every sample, unequal weights among them: never below the level."""
    counts = list(itertools.product(*(range(sample + 1) for _, sample in design)))
    limits = {
        found: interval([Count(n, sample, x) for (n, sample), x in zip(design, found, strict=True)], level)
        for found in counts
    }
    for truth in itertools.product(*(range(population + 1) for population, _ in design)):
        chance = 0.0
        for found, each in limits.items():
            if each.low <= sum(truth) <= each.high:
                chance += math.prod(
                    float(stats.hypergeom.pmf(x, n, m, sample))
                    for (n, sample), x, m in zip(design, found, truth, strict=True)
                )
        assert chance >= level - 1e-9, truth


@settings(max_examples=often(100), deadline=None)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12))
def test_interval_holds_what_was_seen(strata: list[tuple[int, int, int]]) -> None:
    """Limits lie between the inadequate rows seen and all rows but the adequate ones; the estimate lies inside."""
    counts = [Count(n, min(n, s), min(n, s, x)) for n, s, x in strata]
    found, population = sum(each.found for each in counts), sum(each.population for each in counts)
    adequate = sum(each.sample for each in counts) - found
    result = interval(counts)
    assert found <= result.low <= result.high <= population - adequate
    if all(each.sample for each in counts):
        estimated = sum(each.population * each.found / each.sample for each in counts)
        assert math.floor(estimated + 1e-9) >= result.low - 1
        assert math.ceil(estimated - 1e-9) <= result.high + 1


def test_interval_of_a_whole_frame_is_a_point() -> None:
    """When every row was judged nothing is left to chance."""
    result = interval([Count(30, 30, 4), Count(12, 12, 12)])
    assert (result.low, result.high, result.method) == (16, 16, "every row was judged")


def test_stratum_nobody_judged_may_hold_anything() -> None:
    """A stratum without a judged row adds nothing to the lower limit and all its rows to the upper."""
    alone = interval([Count(100, 20, 5)])
    result = interval([Count(100, 20, 5), Count(40, 0, 0)])
    assert (result.low, result.high) == (alone.low, alone.high + 40)


def test_many_strata_of_like_size_cost_little() -> None:
    """A proportional sample of ten strata is at most a tenth wider than the binomial limits."""
    counts = [Count(1000 + 3 * each, 20, 6) for each in range(10)]
    low, high = stratified_limits(counts)
    binomial = binomial_limits(60, 200)
    population = sum(each.population for each in counts)
    assert (high - low) / population < 1.1 * (binomial[1] - binomial[0])
