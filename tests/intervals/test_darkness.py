"""Daylight against darkness: the digits of R, and how often the limits hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from overt.statistics import DaylightRatio, LightCell, daylight_ratio
from tests.intervals.oracles import stored


def fitted(result: DaylightRatio | str) -> DaylightRatio:
    assert isinstance(result, DaylightRatio), result
    return result


def test_the_ratio_has_the_digits_of_r() -> None:
    """The natural spline of R, and the variance clustered by day."""
    made = stored("darkness")
    cells = [LightCell(day, minute, bool(light), group, other) for day, minute, light, group, other in made["cells"]]
    found = fitted(daylight_ratio(cells))
    assert found.days == made["days"]
    for name in ("ratio", "low", "high"):
        assert getattr(found, name) == pytest.approx(made[name], rel=1e-7)
    assert found.p_value == pytest.approx(made["p_value"], rel=1e-4)


@pytest.mark.parametrize("effect", [0.0, math.log(1.5)])
def test_the_limits_hold_the_truth_as_often_as_they_say(effect: float) -> None:
    """Half-hours of a hundred days; the group is out later, and each day has a level of its own, as an operation has.

    Later times are darker, so that the crude ratio is far from the true one.
    """
    random = np.random.default_rng(7)
    days, minutes = np.arange(100)[:, None], np.arange(1000, 1300, 30)[None, :]
    light = minutes < 1000 + 3 * days
    held, crude = 0, 0
    rounds = 200
    for _ in range(rounds):
        line = 0.006 * (minutes - 1150) + random.normal(0, 0.3, days.shape) + effect * light - 0.5
        total = random.poisson(4, light.shape)
        group = random.binomial(total, 1 / (1 + np.exp(-line)))
        cells = [
            LightCell(int(day), float(minutes[0, at]), bool(light[day, at]), int(group[day, at]), int(others))
            for day in range(100)
            for at, others in enumerate(total[day] - group[day])
        ]
        found = fitted(daylight_ratio(cells, freedom=4))
        held += math.log(found.low) <= effect <= math.log(found.high)
        sides = [(group[mask].sum(), (total - group)[mask].sum()) for mask in (light, ~light)]
        crude += math.log(sides[0][0] * sides[1][1] / (sides[0][1] * sides[1][0])) < effect - 0.3
    assert 0.91 <= held / rounds <= 0.98
    assert crude > rounds * 0.9


def test_where_the_counts_do_not_allow_a_ratio_the_reason_is_given() -> None:
    """Few stops, few days, and times of day that do not overlap."""
    times = (1000.0, 1040.0, 1080.0)
    cells = [LightCell(day, time, bool(day % 2), 2 + day // 2 % 3, 3) for day in range(60) for time in times]
    assert fitted(daylight_ratio(cells)).ratio == pytest.approx(1)
    assert "fewer than 10 stops" in str(daylight_ratio([cell for cell in cells if cell.is_light]))
    assert "on 10 days, and 20 are needed" in str(daylight_ratio(cells[:60]))
    apart = [cell for cell in cells if cell.is_light == (cell.minute == 1000)]
    apart = [cell for cell in apart if cell.minute in (1000, 1080)]
    assert "do not overlap" in str(daylight_ratio(apart))
