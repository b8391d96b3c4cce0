"""Cohen's kappa: published worked examples, and what must hold of any two reviewers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from overt.audits.sample._agreement import agreement
from overt.statistics import FEWEST_OTHERS, FEWEST_ROWS, ac1, agreement_indices, kappa
from tests.often import often

MARKS = ("adequate", "inadequate", "cannot tell")
# Too few rows for an interval, which would take most of the time.
COUNTS = st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=3, max_size=3)


@pytest.mark.parametrize(
    ("table", "value", "error"),
    [
        # J. L. Fleiss, Statistical Methods for Rates and Proportions, table 18.1: kappa .68, error .087.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.6765, 0.0877),
        # The unweighted SAS printout that statsmodels is tested against.
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], 0.4842, 0.1380),
        # SAS/STAT, PROC FREQ, example "Cohen's kappa coefficient": two dermatologists, 88 patients.
        ([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], 0.3449, 0.0724),
    ],
)
def test_kappa_gives_the_published_examples(table: list[list[int]], value: float, error: float) -> None:
    """Value and large-sample error to the digits printed."""
    found = kappa(table)
    assert found.value == pytest.approx(value, abs=6e-5)
    assert found.error == pytest.approx(error, abs=6e-5)


def test_ac1_and_the_indices_by_hand() -> None:
    """Nine rows of ten alike and nearly all of one mark: kappa is below nought and AC1 is 0.89.

    By chance, as Gwet has it: 2 * 0.05 * 0.95 = 0.095, so (0.9 - 0.095) / 0.905.
    """
    table = [[90, 5], [5, 0]]
    assert kappa(table).value == pytest.approx(-1 / 19)
    assert ac1(table).value == pytest.approx((0.9 - 0.095) / 0.905)
    assert agreement_indices(table, 1) == (0.9, 0.0)
    assert agreement_indices([[40, 20], [5, 35]], 0) == (pytest.approx(0.05), pytest.approx(0.15))
    assert agreement_indices([[0, 0], [0, 0]], 0) == (None, None)


def test_ac1_of_three_marks_by_hand() -> None:
    """Fleiss's example: margins .80 .10 .10 and .80 .05 .15; by chance (.16 + .069375 + .109375) / 2."""
    by_chance = (0.8 * 0.2 + 0.075 * 0.925 + 0.125 * 0.875) / 2
    table = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
    assert ac1(table).value == pytest.approx((0.89 - by_chance) / (1 - by_chance))
    # A mark that nobody used must not make the coefficient larger.
    assert ac1([*([*row, 0] for row in table), [0] * 4]) == ac1(table)


@pytest.mark.parametrize("tables", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_the_interval_holds_where_the_usual_one_did_not(tables: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of 50 rows with a true kappa of 0.6: the interval holds it in 93 of 100, by both coefficients."""
    monkeypatch.setattr("overt.statistics._agreement._DRAWS", 400)
    true = np.outer([0.7, 0.3], [0.7, 0.3]) * 0.4 + np.diag([0.7, 0.3]) * 0.6
    drawn = np.random.default_rng(13).multinomial(50, true.ravel(), size=tables).reshape(-1, 2, 2)
    by_chance = 2 * 0.7 * 0.3
    for measure, truth in ((kappa, 0.6), (ac1, (np.trace(true) - by_chance) / (1 - by_chance))):
        given = [found.interval for each in drawn if (found := measure(each.tolist())).interval]
        held = sum(low <= truth <= high for low, high in given)
        assert len(given) > 0.85 * tables
        # Cover of 95 % falls below this once in a thousand times.
        assert held >= len(given) * 0.95 - 3.1 * (len(given) * 0.95 * 0.05) ** 0.5


def test_no_interval_is_given_where_none_was_found_that_holds() -> None:
    """One row too few; and for kappa one row too few with a second mark. With that row there is one."""
    few = [[FEWEST_ROWS - FEWEST_OTHERS - 1, 0], [0, FEWEST_OTHERS]]
    for measure in (kappa, ac1):
        assert measure(few).interval is None
        assert f"below {FEWEST_ROWS} rows" in measure(few).without
    uneven = [[FEWEST_ROWS, 1], [0, FEWEST_OTHERS - 1]]
    assert kappa(uneven).interval is None
    assert f"fewer than {FEWEST_OTHERS} rows" in kappa(uneven).without
    assert ac1(uneven).interval is not None
    enough = kappa([[FEWEST_ROWS - FEWEST_OTHERS, 0], [0, FEWEST_OTHERS]])
    assert enough.value == 1.0
    assert enough.interval is not None
    assert 0.7 < enough.interval[0] < enough.interval[1] == 1.0


def test_the_same_table_gives_the_same_limits() -> None:
    """The draws are seeded: an estimate that is made again is the same to the last digit."""
    table = [[50, 6], [4, 20]]
    assert kappa(table) == kappa(table)


@given(COUNTS)
def test_kappa_does_not_ask_who_is_first(table: list[list[int]]) -> None:
    """Turning the table over changes neither the value nor its error."""
    turned = [list(column) for column in zip(*table, strict=True)]
    one, other = kappa(table), kappa(turned)
    assert one.value == pytest.approx(other.value) if one.value is not None else other.value is None
    assert one.error == pytest.approx(other.error, abs=1e-9) if one.error is not None else other.error is None


@given(COUNTS, st.permutations(range(3)))
def test_kappa_does_not_ask_in_which_order_the_marks_stand(table: list[list[int]], order: list[int]) -> None:
    """The marks are names and not a scale."""
    one, other = kappa(table), kappa([[table[row][column] for column in order] for row in order])
    assert one.value == pytest.approx(other.value) if one.value is not None else other.value is None


@settings(max_examples=often(10), deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_coefficients_stay_between_their_bounds(table: list[list[int]]) -> None:
    """At most one, at least minus one, and inside their own intervals."""
    for found in (kappa(table), ac1(table)):
        if found.value is not None:
            assert -1 - 1e-9 <= found.value <= 1
        if found.interval is not None and found.value is not None:
            assert found.interval[0] <= found.value <= found.interval[1]


def test_kappa_of_one_mark_throughout_is_not_defined() -> None:
    """Chance alone gives full agreement, so kappa says nothing rather than one or nought."""
    assert kappa([[12, 0, 0], [0, 0, 0], [0, 0, 0]]).value is None
    assert kappa([[0, 0], [0, 0]]).value is None


def test_agreement_counts_only_rows_that_both_marked() -> None:
    """A row that one reviewer left out is no disagreement."""
    found = agreement(
        ("A", {"1": "adequate", "2": "inadequate", "3": "adequate"}),
        ("B", {"1": "adequate", "2": "adequate", "9": "inadequate"}),
        MARKS,
        "inadequate",
    )
    assert (found.both, found.agreed, found.share) == (2, 1, 0.5)


def test_where_few_rows_were_marked_differently_the_interval_of_ac1_is_exact_for_them() -> None:
    """Three of a hundred: Clopper and Pearson's limits by scipy, over the chance agreement by hand."""
    table = [[60, 1], [2, 37]]
    low, high = binomtest(3, 100).proportion_ci(method="exact")
    by_chance = 2 * 0.615 * 0.385
    found = ac1(table)
    assert found.interval == pytest.approx((1 - high / (1 - by_chance), 1 - low / (1 - by_chance)))
    assert found.of_few
    assert not ac1([[58, 2], [3, 37]]).of_few
    assert kappa(table).of_few is False
    # Nothing was marked differently: as sure as a hundred rows can make it.
    assert ac1([[60, 0], [0, 40]]).interval == pytest.approx((1 - (1 - 0.025**0.01) / (1 - 2 * 0.6 * 0.4), 1))
