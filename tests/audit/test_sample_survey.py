"""The interval of unevenly judged strata: beside a survey package's, and how often it holds the truth."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from overt.statistics import Count, interval
from overt.statistics._samples import PROVEN, SURVEY, SURVEY_WIDE, stratified_limits
from overt.statistics._survey import beta_quantile, moments, survey_limits, t_quantile
from tests.audit.survey_oracle import DESIGNS, oracle

STORED = json.loads(Path(__file__).with_name("survey_oracle.json").read_text(encoding="utf-8"))
UNSEEN = "heavy stratum without a find"


def counts(name: str) -> list[Count]:
    """A design of the oracle."""
    return [Count(*each) for each in DESIGNS[name]]


@pytest.mark.parametrize("name", DESIGNS)
def test_estimate_and_error_are_the_survey_packages(name: str) -> None:
    """By rows and residuals there, by strata here; the stored values are those that the script gives."""
    assert oracle(DESIGNS[name]) == pytest.approx(STORED[name], abs=1e-6)
    share, variance = moments(counts(name))
    assert (share, math.sqrt(variance)) == pytest.approx((STORED[name]["mean"], STORED[name]["error"]), abs=1e-6)


@pytest.mark.parametrize("name", [each for each in DESIGNS if each != UNSEEN])
def test_limits_are_near_those_of_svyciprop(name: str) -> None:
    """At most a tenth wider than its beta limits, each limit within a tenth of their width."""
    low, high = survey_limits(counts(name), 0.95)
    theirs = STORED[name]["beta_low"], STORED[name]["beta_high"]
    width = theirs[1] - theirs[0]
    assert 0.98 * width < high - low < 1.1 * width
    assert (low, high) == pytest.approx(theirs, abs=0.1 * width)


def test_limits_are_far_from_svyciprops_where_those_fail() -> None:
    """None of 15 rows that stand for nine tenths of the frame was found: that stratum may still hold some.

    With a true share of 3 of 100 there, such a sample is as likely as not. The package's limits then
    stop at 3.6 % and the truth is 5.7 %.
    """
    low, high = survey_limits(counts(UNSEEN), 0.95)
    assert STORED[UNSEEN]["beta_high"] < 0.9 * 0.03 + 0.1 * 0.3 < high
    assert low < STORED[UNSEEN]["beta_low"]


def test_uneven_judging_no_longer_makes_the_interval_useless() -> None:
    """Of 700 and 300 rows 20 and 80 judged, a fifth found: half as wide as before."""
    judged = counts("unevenly judged")
    found = interval(judged)
    low, high = stratified_limits(judged)
    assert found.method == SURVEY_WIDE
    assert found.high - found.low < 0.5 * (high - low)


def test_few_judged_rows_keep_the_proven_limits() -> None:
    """Fewer than twenty rows beyond one for each stratum, or hardly more than one row in each."""
    assert interval([Count(100, 10, 2), Count(50, 11, 3)]).method == PROVEN
    assert interval([Count(100, 11, 2), Count(50, 11, 3)]).method == SURVEY_WIDE
    assert interval([Count(40, 1, 0)] * 60 + [Count(500, 40, 5)]).method == PROVEN


def test_the_method_says_where_the_limits_are_wider_than_need_be() -> None:
    """About 95 % where no row weighs much; usually more where few were found, or few judged in a heavy stratum."""
    assert interval(counts("many rows, uneven")).method == SURVEY
    assert interval(counts("ten strata of a few hundred rows")).method == SURVEY
    assert interval(counts(UNSEEN)).method == SURVEY_WIDE
    assert interval([Count(7000, 70, 2), Count(3000, 30, 1)]).method == SURVEY_WIDE
    assert interval([Count(7000, 70, 68), Count(3000, 30, 29)]).method == SURVEY_WIDE


@pytest.mark.parametrize(("one", "other"), [(0.6, 3.0), (3.2, 50.0), (900.0, 1e5), (40.0, 0.7)])
def test_quantiles_are_scipys(one: float, other: float) -> None:
    """Of the beta distribution, whose parameters are no whole numbers here, and of Student's."""
    for chance in (0.025, 0.5, 0.975):
        assert beta_quantile(chance, one, other) == pytest.approx(stats.beta.ppf(chance, one, other), abs=1e-12)
        if chance > 0.5:
            assert t_quantile(chance, one * 10) == pytest.approx(stats.t.ppf(chance, one * 10), rel=1e-9)


@pytest.mark.parametrize("times", [150, pytest.param(5_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("design", "shares"),
    [
        (((700, 20), (300, 80)), (0.25, 0.25)),
        (((700, 20), (300, 80)), (0.05, 0.45)),
        (((9000, 15), (1000, 200)), (0.05, 0.3)),
        (((4000, 12), (1000, 40), (500, 40), (300, 12), (200, 40)), (0.15, 0.05, 0.05, 0.1, 0.1)),
    ],
)
def test_the_truth_is_held_as_often_as_is_said(
    design: tuple[tuple[int, int], ...], shares: tuple[float, ...], times: int
) -> None:
    """Strata whose judged rows are far from proportional; at least 93 of 100, as far as chance lets so few tell."""
    random = np.random.default_rng(14)
    bad = [round(rows * share) for (rows, _), share in zip(design, shares, strict=True)]
    drawn = np.stack(
        [random.hypergeometric(b, rows - b, n, times) for b, (rows, n) in zip(bad, design, strict=True)], axis=1
    )
    held = 0
    for found, often in zip(*np.unique(drawn, axis=0, return_counts=True), strict=True):
        made = interval([Count(rows, n, int(x)) for (rows, n), x in zip(design, found, strict=True)])
        assert made.method in (SURVEY, SURVEY_WIDE)
        held += int(often) * (made.low <= sum(bad) <= made.high)
    assert held >= 0.93 * times - 3.1 * (times * 0.93 * 0.07) ** 0.5 * (times < 1_000)
