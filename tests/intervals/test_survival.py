"""How long entries last: the printed example, the digits of R, and how often the limits hold the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from overt.statistics import Stays, log_rank, possible_curves, restricted_mean, survival_curve
from tests.intervals.oracles import stored

MADE: Any = stored("survival")


def stays(days: Sequence[float], ended: Sequence[float], person: Sequence[int] | None = None) -> Stays:
    own = np.arange(len(days)) if person is None else np.array(person)
    return Stays(np.array(days, np.int64), np.array(ended, bool), own)


def remission(group: int) -> Stays:
    rows = MADE["remission"]
    chosen = [place for place, of in enumerate(rows["group"]) if of == group]
    return stays([rows["time"][place] for place in chosen], [rows["end"][place] for place in chosen])


def same(found: Sequence[float | None], wanted: Sequence[float | None]) -> bool:
    """Whether each figure is the same, or neither is there."""
    numbers = [np.nan if value is None else value for value in found]
    return bool(np.allclose(numbers, [np.nan if v is None else v for v in wanted], rtol=1e-6, equal_nan=True))


def test_the_printed_remissions_are_found_again() -> None:
    """Kalbfleisch and Prentice print 0.857, 0.807, 0.753, …, a median of 23 and 8 weeks and a log-rank of 16.79."""
    drug, placebo = survival_curve(remission(0)), survival_curve(remission(1))
    assert [round(float(share), 3) for share in drug.share] == [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    assert (drug.median.days, placebo.median.days) == (23, 8)
    rows = MADE["remission"]
    found = log_rank(np.array(rows["group"], np.int64), stays(rows["time"], rows["end"]))
    assert found is not None
    assert round(found.chi_squared, 2) == 16.79
    assert found.ended == (9, 21)
    assert [round(value, 2) for value in found.expected] == [19.25, 10.75]


@pytest.mark.parametrize("group", ["drug", "placebo", "clustered"])
def test_curve_median_and_mean_are_those_of_r(group: str) -> None:
    """With Greenwood's variance, and by person where people have several; the mean is within 30 weeks."""
    several, wanted = MADE["several"], MADE[group]
    clustered = group == "clustered"
    rows = stays(several["time"], several["end"], several["person"]) if clustered else remission(group == "placebo")
    found = survival_curve(rows)
    for mine, name in ((found.days, "days"), (found.share, "share"), (found.low, "low"), (found.high, "high")):
        assert same(mine.tolist(), wanted[name]), name
    assert same((found.median.days, found.median.low, found.median.high), wanted["median"])
    mean, error = wanted["mean"]
    own = Stays(rows.days, rows.ended, np.arange(len(rows)))
    assert restricted_mean(rows, 30).days == pytest.approx(mean)
    assert restricted_mean(own, 30).low == pytest.approx(mean - 1.959964 * error, rel=1e-5)


def test_the_log_rank_test_is_that_of_r() -> None:
    """Within strata; of three groups; and by person as the robust score of Cox's model has it."""
    rows, several = MADE["remission"], MADE["several"]
    groups, three = np.array(rows["group"], np.int64), np.array(several["group"], np.int64)
    strata = np.array(rows["stratum"], np.int64)
    alone = stays(several["time"], several["end"])
    by_person = log_rank(three, stays(several["time"], several["end"], several["person"]))
    assert by_person is not None
    assert by_person.chi_squared == pytest.approx(MADE["by_person"])
    for found, wanted in (
        (log_rank(groups, stays(rows["time"], rows["end"]), strata), MADE["stratified"]),
        (log_rank(three, alone), MADE["three"]),
    ):
        assert found is not None
        assert found.chi_squared == pytest.approx(wanted["chi_squared"])
        assert found.expected == pytest.approx(wanted["expected"])


def test_where_nobody_ended_there_is_no_test_and_no_half_life() -> None:
    """One group, and no end in any."""
    rows = stays([5, 6, 7], [0, 0, 0])
    assert log_rank(np.array([0, 0, 1]), rows) is None
    assert log_rank(np.array([0, 0, 0]), stays([5, 6, 7], [1, 1, 1])) is None
    curve = survival_curve(rows)
    assert curve.median.days is None
    assert curve.at(3) == (1.0, None, None)
    assert restricted_mean(rows, 4).days == 4


@pytest.mark.parametrize(("size", "several"), [(25, 1), (100, 1), (200, 4)])
def test_the_limits_hold_the_truth_as_often_as_they_say(size: int, several: int) -> None:
    """Stays of a half-life of 300 days, of which some are not over; with four of one person that are alike, too."""
    random = np.random.default_rng(20 + size)
    drawn, median, pointwise, mean = 500, 0, 0, 0
    shape = 1.0 if several == 1 else 3.0
    people = size // several
    # With a gamma of mean 1 for each person, the share left after t is (1 + t / (shape * scale)) ** -shape.
    scale = 300 / np.log(2) if several == 1 else 300 / (shape * (2 ** (1 / shape) - 1))
    grid = np.arange(0, 401)
    left = np.exp(-grid / scale) if several == 1 else (1 + grid / (shape * scale)) ** -shape
    area = float(np.trapezoid(left, grid))
    for _ in range(drawn):
        pace = np.repeat(random.gamma(shape, 1 / shape, people) if several > 1 else np.ones(people), several)
        stay = np.ceil(random.exponential(scale / pace))
        seen = np.floor(random.uniform(200, 1500, size))
        person = np.repeat(np.arange(people), several)
        rows = stays(np.minimum(stay, seen), stay <= seen, person)
        curve = survival_curve(rows)
        half = curve.median
        median += (half.low or 0) - 1 <= 300 <= (half.high or np.inf)
        _, low, high = curve.at(150)
        pointwise += (low or 0) <= left[150] <= (high or 1)
        horizon = min(400, int(rows.days.max()))
        within = restricted_mean(rows, horizon)
        assert within.low is not None
        assert within.high is not None
        mean += within.low - 0.5 <= (area if horizon == 400 else np.trapezoid(left[: horizon + 1])) <= within.high
    assert 0.92 <= median / drawn <= 0.98
    assert 0.92 <= pointwise / drawn <= 0.98
    assert 0.91 <= mean / drawn <= 0.98


def test_the_curve_lies_between_its_bounds_whoever_is_of_the_group() -> None:
    """Every way of giving entries without a group to this one."""
    random = np.random.default_rng(4)
    for _ in range(20):
        group = stays(random.integers(0, 30, 12).tolist(), random.integers(0, 2, 12).tolist())
        unknown = stays(random.integers(0, 30, 6).tolist(), random.integers(0, 2, 6).tolist())
        below, above = possible_curves(group, unknown)
        for number in range(2 ** len(unknown)):
            part = unknown.only(np.array([bool(number >> place & 1) for place in range(len(unknown))]))
            both = stays([*group.days, *part.days], [*group.ended, *part.ended])
            curve = survival_curve(both)
            for day in range(int(both.days.max()) + 1):
                assert below.at(day)[0] - 1e-9 <= curve.at(day)[0] <= above.at(day)[0] + 1e-9
    below, above = possible_curves(stays([5] * 8, [1] * 8), stays([], []), 2)
    assert (below.at(0)[0], above.at(5)[0]) == pytest.approx((0.8, 0.2))
