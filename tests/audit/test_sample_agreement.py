"""Cohen's kappa: published worked examples, and what must hold of any two reviewers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.audit.sample._agreement import agreement, kappa

MARKS = ("adequate", "inadequate", "cannot tell")
COUNTS = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3)


@pytest.mark.parametrize(
    ("table", "value", "error", "limits"),
    [
        # J. L. Fleiss, Statistical Methods for Rates and Proportions, table 18.1: kappa .68, error .087.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.6765, 0.0877, (0.505, 0.848)),
        # The unweighted SAS printout that statsmodels is tested against.
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], 0.4842, 0.1380, (0.2137, 0.7547)),
        # SAS/STAT, PROC FREQ, example "Cohen's kappa coefficient": two dermatologists, 88 patients.
        ([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], 0.3449, 0.0724, (0.2030, 0.4868)),
    ],
)
def test_kappa_gives_the_published_examples(
    table: list[list[int]], value: float, error: float, limits: tuple[float, float]
) -> None:
    """Value, standard error and interval to the digits printed."""
    found = kappa(table)
    assert found.value == pytest.approx(value, abs=6e-5)
    assert found.error == pytest.approx(error, abs=6e-5)
    assert found.interval == pytest.approx(limits, abs=6e-4)


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


@given(COUNTS)
def test_kappa_stays_between_its_bounds(table: list[list[int]]) -> None:
    """At most one, at least minus one, and inside its own interval."""
    found = kappa(table)
    if found.value is not None:
        assert -1 - 1e-9 <= found.value <= 1
    if found.interval is not None and found.value is not None:
        assert found.interval[0] - 1e-9 <= found.value <= found.interval[1] + 1e-9


def test_kappa_of_one_mark_throughout_is_not_defined() -> None:
    """Chance alone gives full agreement, so kappa says nothing rather than one or nought."""
    assert kappa([[12, 0, 0], [0, 0, 0], [0, 0, 0]]).value is None
    assert kappa([[0, 0], [0, 0]]).value is None


def test_kappa_at_perfect_agreement_claims_no_interval() -> None:
    """The large-sample error is nought there, and a point would be too much to claim."""
    found = kappa([[7, 0], [0, 5]])
    assert (found.value, found.interval) == (1.0, None)


def test_agreement_counts_only_rows_that_both_marked() -> None:
    """A row that one reviewer left out is no disagreement."""
    found = agreement(
        ("A", {"1": "adequate", "2": "inadequate", "3": "adequate"}),
        ("B", {"1": "adequate", "2": "adequate", "9": "inadequate"}),
        MARKS,
    )
    assert (found.both, found.agreed, found.share) == (2, 1, 0.5)
