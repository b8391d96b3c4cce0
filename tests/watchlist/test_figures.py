"""Statistics agree with what SciPy says one at a time, and with plain counting."""

from __future__ import annotations

from itertools import combinations

import pytest
from scipy import stats

from overt.statistics import ratios, share
from overt.watchlists import _figures as figures


@pytest.mark.parametrize(("found", "of"), [(0, 10), (10, 10), (3, 10), (216, 1165), (1, 100_000)])
def test_limits_are_exact(found: int, of: int) -> None:
    """Those of scipy's exact binomial test."""
    made = share(found, of)
    expected = stats.binomtest(found, of).proportion_ci(method="exact")
    assert (made.low, made.high) == pytest.approx((expected.low, expected.high))


def test_of_nothing_there_is_no_share() -> None:
    """And its limits say that anything is possible."""
    made = share(0, 0)
    assert made.value is None
    assert (made.low, made.high) == (0, 1)


def test_ratios_are_to_all_other_groups() -> None:
    """With the p-value of Fisher's exact test, adjusted for all groups."""
    made = ratios([39, 6, 24], [136, 111, 125])
    assert made[0] is not None
    assert made[0].value == pytest.approx((39 / 136) / (30 / 236))
    p = [
        stats.fisher_exact([[k, n - k], [69 - k, 372 - n - 69 + k]]).pvalue for k, n in ((39, 136), (6, 111), (24, 125))
    ]
    assert [each.adjusted for each in made if each] == pytest.approx(list(stats.false_discovery_control(p)))


def test_a_ratio_with_a_zero_has_limits_too() -> None:
    """Below from none, above from none."""
    none, all_of = ratios([0, 5], [20, 20])
    assert none is not None and none.value == 0 and none.high is not None and none.high > 0
    assert all_of is not None and all_of.value is None and all_of.low is not None and all_of.low > 0


def test_a_group_alone_has_no_ratio() -> None:
    """There is nothing to compare it with."""
    assert ratios([3], [10]) == [None]


def test_wrong_warnings_follow_from_prevalence() -> None:
    """1 in 1,000, recall 0.9, false-positive rate 0.2: of 1,000 warnings 996 are wrong."""
    made = figures.at_prevalence((200, 900), (1000, 1000), 1000)
    assert made.wrong == pytest.approx(0.2 * 0.999 / (0.2 * 0.999 + 0.9 * 0.001))
    assert made.of_thousand == 996
    assert made.low is not None and made.high is not None and made.low < made.wrong < made.high


def test_never_all_of_a_thousand_where_one_may_be_right() -> None:
    """However rare it is."""
    assert figures.at_prevalence((200, 900), (1000, 1000), 10_000_000).of_thousand == 999


def test_a_random_part_of_the_list_is_reckoned_exactly() -> None:
    """As if every part of that size were tried."""
    hits = [{0}, {0, 1}, {1, 2, 3}, {3}]
    expected = [len([held for held in hits if held & set(part)]) for part in combinations(range(4), 2)]
    made = figures.hit_by_chance(4, 2, {1: 2, 2: 1, 3: 1})
    assert made == pytest.approx(sum(expected) / len(expected))
