"""Rates, ratios and their intervals: published digits, properties, and how often they hold what they should."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2, chi2_contingency, contingency, poisson
from statsmodels.stats.proportion import confint_proportions_2indep

from overt.disparities import Method
from overt.statistics import (
    Counted,
    Unit,
    conditional_odds_ratio,
    difference_cover,
    difference_interval,
    rate_interval,
    ratio_interval,
    two_by_two,
)
from tests.often import often

BLACK, WHITE = Counted(2224, 29200), Counted(1905, 161400)
counted = st.integers(1, 400).flatmap(lambda n: st.builds(Counted, st.integers(0, n), st.just(float(n))))
rare = st.builds(Counted, st.integers(0, 60), st.integers(10_000, 1_000_000).map(float))


def test_haringey_statistics_are_the_published_ones() -> None:
    """Pearson and Yates chi-squared, Fisher's conditional odds ratio and the log-Wald risk ratio, to printed digits."""
    found = two_by_two(BLACK, WHITE)
    assert found is not None
    assert (round(found.chi_squared, 2), round(found.chi_squared_yates, 3)) == (4832.86, 4829.823)
    assert found.odds_ratio == pytest.approx(6.902433, abs=5e-7)
    assert (found.odds_ratio_low, found.odds_ratio_high) == pytest.approx((6.480958, 7.351846), abs=5e-7)
    assert found.risk_ratio == pytest.approx(6.453, abs=5e-4)
    assert (found.risk_ratio_low, found.risk_ratio_high) == pytest.approx((6.0778, 6.8514), abs=5e-5)


def test_odds_ratio_interval_agrees_with_r_as_far_as_r_goes() -> None:
    """R's `fisher.test` solves for its limits to about 1e-4 of their size."""
    found = two_by_two(BLACK, WHITE)
    assert found is not None
    assert (found.odds_ratio_low, found.odds_ratio_high) == pytest.approx((6.480833, 7.350417), rel=3e-4)


def test_relative_inclusion_of_the_chicago_list_is_nine_fold() -> None:
    """33,810 of 60,112 against 5,185 of 87,842: 56.25 % and 5.90 %, 9.53 times."""
    black, white = Counted(33_810, 60_112), Counted(5_185, 87_842)
    found = ratio_interval(black, white, Unit.PEOPLE)
    assert (round(100 * black.rate, 2), round(100 * white.rate, 2)) == (56.25, 5.90)
    assert found.value is not None
    assert round(found.value, 2) == 9.53


def test_chi_squared_and_odds_ratio_agree_with_scipy() -> None:
    """On random tables, small and lopsided ones among them."""
    random_tables = random.Random(4)
    for _ in range(60):
        a, b, c, d = (random_tables.randint(1, 60) for _ in range(4))
        ours = two_by_two(Counted(a, a + b), Counted(c, c + d))
        assert ours is not None
        assert ours.chi_squared == pytest.approx(chi2_contingency([[a, b], [c, d]], correction=False)[0])
        theirs = contingency.odds_ratio([[a, b], [c, d]], kind="conditional")
        limits = theirs.confidence_interval(0.95)
        assert conditional_odds_ratio(a, b, c, d) == pytest.approx(
            (theirs.statistic, limits.low, limits.high), rel=1e-5
        )


def test_score_of_shares_agrees_with_statsmodels() -> None:
    """Where neither group is counted nearly whole; there statsmodels' closed form loses its real roots."""
    tables = random.Random(5)
    for _ in range(300):
        n, m = tables.randint(20, 400), tables.randint(20, 400)
        x, y = tables.randint(1, n * 2 // 3), tables.randint(1, m * 2 // 3)
        ours = ratio_interval(Counted(x, n), Counted(y, m), Unit.PEOPLE, method=Method.SCORE_OF_SHARES)
        theirs = confint_proportions_2indep(x, n, y, m, method="score", compare="ratio", correction=False)
        assert (ours.low, ours.high) == pytest.approx(theirs, rel=1e-5)


@given(st.one_of(st.tuples(counted, counted), st.tuples(rare, rare)), st.sampled_from(Unit))
def test_interval_holds_the_ratio_and_turns_with_it(pair: tuple[Counted, Counted], unit: Unit) -> None:
    """The ratio lies in its interval; of the two groups exchanged the interval is the other one upside down."""
    group, reference = pair
    found, turned = ratio_interval(group, reference, unit), ratio_interval(reference, group, unit)
    if found.value is None:
        assert reference.count == 0
        return
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value * (1 + 1e-9) and found.value <= found.high * (1 + 1e-9)
    if turned.low and turned.high:
        assert (1 / turned.high, 1 / turned.low) == pytest.approx((found.low, found.high), rel=1e-6)


@settings(max_examples=often(60))
@given(counted, counted)
def test_a_higher_level_gives_a_wider_interval(group: Counted, reference: Counted) -> None:
    """99 % holds 95 %, whatever method the counts call for."""
    narrow, wide = (ratio_interval(group, reference, Unit.PEOPLE, level) for level in (0.95, 0.99))
    if narrow.high is not None and wide.high is not None and narrow.low is not None and wide.low is not None:
        assert wide.low <= narrow.low
        assert narrow.high <= wide.high * (1 + 1e-12)


def test_method_follows_the_counts_and_is_named() -> None:
    """Large counts, small counts, none, more than one for each person."""
    names = [
        ratio_interval(BLACK, WHITE, Unit.EVENTS).method,
        ratio_interval(Counted(3, 29_200), WHITE, Unit.EVENTS).method,
        ratio_interval(Counted(0, 29_200), WHITE, Unit.EVENTS).method,
        ratio_interval(Counted(400, 100), Counted(90, 100), Unit.EVENTS).method,
        ratio_interval(Counted(3, 18), Counted(349, 1488), Unit.PEOPLE).method,
        ratio_interval(Counted(3, 8), Counted(349, 1488), Unit.PEOPLE).method,
    ]
    assert names == [
        *(Method.LOG_WALD, Method.SCORE, Method.EXACT, Method.LOG_POISSON, Method.SCORE_OF_SHARES, Method.OF_EXACT)
    ]


@pytest.mark.parametrize("unit", Unit)
def test_the_rate_of_few_has_exact_limits(unit: Unit) -> None:
    """Garwood's and Clopper and Pearson's as scipy has them; score limits of 1 held the truth in 92 %."""
    for count in (0, 1, 9):
        low, high = rate_interval(Counted(count, 60), unit)
        events = (chi2.ppf(0.025, 2 * count) / 2 if count else 0.0) / 60, chi2.ppf(0.975, 2 * count + 2) / 120
        people = tuple(binomtest(count, 60).proportion_ci(method="exact"))
        assert (low, high) == pytest.approx(people if unit is Unit.PEOPLE else events, rel=1e-8)
    assert rate_interval(Counted(30, 60), Unit.PEOPLE) == pytest.approx(
        tuple(binomtest(30, 60).proportion_ci(method="wilson")), rel=1e-8
    )


def test_the_true_cover_of_a_rate_is_no_less_than_it_says() -> None:
    """Over all outcomes, at every expected count from 1 to 40 in steps of a half."""
    limits = np.array([rate_interval(Counted(count, 1.0), Unit.EVENTS) for count in range(120)])
    covered = [
        poisson.pmf(np.arange(120), mean)[(limits[:, 0] <= mean) & (mean <= limits[:, 1])].sum()
        for mean in np.arange(1, 40, 0.5)
    ]
    assert min(covered) >= 0.93


def test_a_count_that_varies_more_is_worth_fewer() -> None:
    """With a dispersion of 4 every method gives the interval of a quarter of the count and of the population."""
    for method in (*Method, None):
        if method is Method.NONE:
            continue
        wide = ratio_interval(Counted(120, 4000, 4.0), Counted(400, 40_000, 4.0), Unit.EVENTS, method=method)
        plain = ratio_interval(
            Counted(30, 1000), Counted(100, 10_000), Unit.EVENTS, method=method or Method.LOG_POISSON
        )
        assert (wide.low, wide.high) == pytest.approx((plain.low, plain.high))


def test_a_rate_above_one_per_person_is_no_probability() -> None:
    """It has an interval that may pass 1, and no two-by-two table."""
    often = Counted(400, 100)
    low, high = rate_interval(often, Unit.EVENTS)
    assert low < 4 < high
    assert two_by_two(often, Counted(10, 100)) is None


def test_nothing_counted_on_either_side_has_no_ratio() -> None:
    """0 against 0 says nothing, and is not 1."""
    assert ratio_interval(Counted(0, 100), Counted(0, 100), Unit.PEOPLE).value is None


def test_a_reference_without_a_count_has_no_upper_limit() -> None:
    """The ratio is not known; its lower limit is."""
    found = ratio_interval(Counted(20, 1000), Counted(0, 1000), Unit.EVENTS)
    assert (found.value, found.high) == (None, None)
    assert found.low is not None
    assert found.low > 3


@pytest.mark.parametrize("means", [(3, 40), (5, 500), (9, 9), (4, 12), (8, 2000), (25, 300), (300, 4000)])
def test_interval_of_a_ratio_covers_what_it_says(means: tuple[float, float]) -> None:
    """On 1,000 simulated registers 95 % intervals hold the truth in 93 to 97 %, also for counts under 10."""
    coverage = _coverage(means, 1000)
    assert 0.93 <= coverage <= 0.97


def test_true_coverage_is_near_what_it_says_for_every_small_count() -> None:
    """Reckoned over all outcomes, not simulated: expected counts of 1 to 9 against 3, 9, 30 and 100."""
    covered = [_true_coverage(small, other) for small in range(1, 10) for other in (3, 9, 30, 100)]
    assert min(covered) >= 0.93
    assert max(covered) <= 0.97
    assert 0.945 <= float(np.mean(covered)) <= 0.96


def _true_coverage(group_mean: float, reference_mean: float) -> float:
    held = 0.0
    chances, others = (poisson.pmf(np.arange(200), mean) for mean in (group_mean, reference_mean))
    truth = (group_mean / 40_000) / (reference_mean / 160_000)
    for a in range(int(poisson.ppf(1 - 1e-5, group_mean)) + 1):
        for c in range(int(poisson.ppf(1e-5, reference_mean)), int(poisson.ppf(1 - 1e-5, reference_mean)) + 1):
            found = ratio_interval(Counted(a, 40_000), Counted(c, 160_000), Unit.EVENTS)
            if found.low is None or found.low <= truth <= (math.inf if found.high is None else found.high):
                held += chances[a] * others[c]
    return held


def _coverage(means: tuple[float, float], registers: int) -> float:
    drawn = np.random.default_rng([int(each) for each in means]).poisson(means, size=(registers, 2))
    people, truth = (40_000.0, 160_000.0), (means[0] / 40_000) / (means[1] / 160_000)
    held = 0
    for group, reference in drawn:
        found = ratio_interval(Counted(int(group), people[0]), Counted(int(reference), people[1]), Unit.EVENTS)
        held += found.low is None or found.low <= truth <= (math.inf if found.high is None else found.high)
    return held / registers


def test_interval_of_shares_inside_a_register_covers_what_it_says() -> None:
    """A quarter and a half of small groups, 1,000 registers each."""
    for sizes, shares in (((12, 300), (0.3, 0.4)), ((40, 90), (0.15, 0.5)), ((500, 700), (0.6, 0.5))):
        drawn = np.random.default_rng(sizes).binomial(sizes, shares, size=(1000, 2))
        truth, held = shares[0] / shares[1], 0
        for group, reference in drawn:
            found = ratio_interval(Counted(int(group), sizes[0]), Counted(int(reference), sizes[1]), Unit.PEOPLE)
            held += found.low is None or found.low <= truth <= (math.inf if found.high is None else found.high)
        assert 930 <= held <= 970


def test_interval_of_a_difference_covers_what_it_says() -> None:
    """Rates of 3 and 8 on unequal populations, 1,000 registers."""
    drawn = np.random.default_rng(8).poisson((3, 8), size=(1000, 2))
    truth, held = 3 / 10_000 - 8 / 50_000, 0
    for group, reference in drawn:
        _, low, high = difference_interval(Counted(int(group), 10_000), Counted(int(reference), 50_000), Unit.EVENTS)
        held += low <= truth <= high
    assert 930 <= held <= 970


def test_an_interval_says_whether_it_holds_the_truth_in_more_than_its_level() -> None:
    """Exact limits do, and those of so few counts that nothing between can be had; a method asked for does not know."""
    people, of = Unit.PEOPLE, 40_000
    said = [
        ratio_interval(Counted(group, of), Counted(other, of), people, method=method).cover
        for group, other, method in (
            (30, 20, None),
            (4, 20, None),
            (1, 1, None),
            (0, 20, None),
            (4, 20, Method.LOG_WALD),
            (4, 20, Method.EXACT),
        )
    ]
    assert said == ["about", "about", "usually more", "at least", "not known", "at least"]
    assert ratio_interval(Counted(2, 5), Counted(2, 7), people).cover == "at least"
    assert ratio_interval(Counted(0, of), Counted(0, of), people).cover == "none"
    assert difference_cover(Counted(4, of), Counted(5, of)) == "usually more"
    assert difference_cover(Counted(4, of), Counted(6, of)) == "about"
    # 17 people, each with five: as uncertain as 17 counts, and not as 85.
    assert difference_cover(Counted(15, of, 5), Counted(20, of, 5)) == "usually more"


@pytest.mark.slow
def test_no_interval_that_is_offered_breaks_its_word() -> None:
    """The bench with a tenth of its draws: every method, at counts from 1 to 1,000."""
    bench = Path(__file__).parents[2] / "bench" / "disparity" / "coverage.py"
    ran = subprocess.run([sys.executable, bench, "--quick"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2_000:] + ran.stderr
