"""Ratios adjusted by regression: the digits of R, and how often the limits hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from overt.statistics import Adjustment, Counted, adjusted_ratios
from tests.intervals.oracles import stored
from tests.intervals.test_strata import OTHERS, SMOKERS


def fitted(result: Adjustment | str) -> Adjustment:
    assert isinstance(result, Adjustment), result
    return result


def test_berkeley_and_the_doctors_have_the_digits_of_r() -> None:
    """Of admissions the crude odds are against women, and the adjusted ones are not: the published example."""
    made = stored("regression")
    cells = [((sex, department), Counted(count, people)) for sex, department, count, people in made["cells"]]
    admissions = fitted(adjusted_ratios(cells, "Male", shares=True))
    ages = "abcde"
    deaths = [(("smoker", ages[at]), cell) for at, cell in enumerate(SMOKERS)]
    deaths += [(("other", ages[at]), cell) for at, cell in enumerate(OTHERS)]
    doctors = fitted(adjusted_ratios(deaths, "other", shares=False))
    for found, name in ((admissions, "admissions"), (doctors, "doctors")):
        (one,) = found.ratios
        got = (one.ratio, one.low, one.high, found.dispersion, found.degrees)
        wanted = tuple(made[name][key] for key in ("ratio", "low", "high", "dispersion", "degrees"))
        assert got == pytest.approx(wanted, rel=1e-5)
    # The coefficient that every textbook prints for this model.
    assert np.log(admissions.ratios[0].ratio) == pytest.approx(0.09987, abs=5e-6)


@pytest.mark.parametrize("shares", [False, True])
def test_the_limits_hold_the_truth_as_often_as_they_say(shares: bool) -> None:
    """Of three groups in five parts, where the crude ratio is far off, with and without more dispersion than chance."""
    random = np.random.default_rng(4)
    effect, part = np.log([1.0, 1.6, 0.7]), np.linspace(-3.0, -1.0, 5)
    people = np.round(np.outer([1, 0.4, 0.5], [400, 500, 600, 700, 800]))
    people[1] = people[1][::-1]
    held = 0
    for drawn in range(250):
        line = effect[:, None] + part
        if drawn % 2:
            line = line + random.normal(0, 0.25, line.shape)
        counts = (
            random.binomial(people.astype(int), 1 / (1 + np.exp(-line)))
            if shares
            else random.poisson(people * np.exp(line))
        )
        cells = [
            ((group, str(at)), Counted(int(counts[number, at]), people[number, at]))
            for number, group in enumerate("abc")
            for at in range(5)
        ]
        found = fitted(adjusted_ratios(cells, "a", shares=shares))
        held += sum(
            np.log(one.low) <= true <= np.log(one.high) for one, true in zip(found.ratios, effect[1:], strict=True)
        )
    assert 0.92 <= held / 500 <= 0.98


def test_what_says_nothing_is_left_out_and_counted() -> None:
    """A group without counts, a part without people; too few combinations, or no reference, have no ratio."""
    cells = [
        ((group, part), Counted(20 + at, 200.0))
        for at, (group, part) in enumerate((group, part) for group in "ab" for part in "xyz")
    ]
    empty = [(("c", "x"), Counted(0, 50.0)), (("b", "w"), Counted(0, 0.0))]
    found = fitted(adjusted_ratios([*cells, *empty], "a", shares=False))
    assert ([one.group for one in found.ratios], found.cells, found.silent) == (["b"], 6, 2)
    assert "reference group has no count" in str(adjusted_ratios(cells, "q", shares=False))
    assert "too few combinations" in str(adjusted_ratios(cells[::2], "a", shares=False))
    assert "no group has a count" in str(adjusted_ratios(cells[:3], "a", shares=False))
