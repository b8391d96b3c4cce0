"""Trends over periods: the digits of other programs, and how often the limits hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from overt.statistics import Counted, ratio_trend, trend
from tests.intervals.oracles import stored


def cells(counts: object, exposures: object) -> list[tuple[int, Counted]]:
    """Periods one after the other."""
    return [(place, Counted(int(count), people)) for place, (count, people) in enumerate(zip(counts, exposures))]  # type: ignore[call-overload]  # noqa: B905


def test_the_trend_has_the_digits_of_r() -> None:
    """`glm(count ~ time + offset(log(exposure)), quasipoisson)`, with a gap, stored with the script that made them."""
    made = stored("trend")
    group = [(at, Counted(count, people)) for at, count, people in zip(*made["group"], strict=True)]
    reference = [(at, Counted(count, people)) for at, count, people in zip(*made["reference"], strict=True)]
    for found, wanted in ((trend(group), made["one"]), (ratio_trend(group, reference), made["two"])):
        assert found is not None
        got = (found.factor, found.low, found.high, found.p_value, found.dispersion, found.degrees)
        assert got == pytest.approx([wanted[name] for name in ("factor", "low", "high", "p", "dispersion", "degrees")])


def test_the_trend_is_that_of_statsmodels() -> None:
    """On random counts, of one group and of the ratio of two."""
    random = np.random.default_rng(3)
    for _ in range(20):
        number = int(random.integers(6, 40))
        times, exposure = np.arange(number), random.uniform(500, 900, (2, number))
        counts = random.negative_binomial(5, 0.1, (2, number))
        found = ratio_trend(cells(counts[0], exposure[0]), cells(counts[1], exposure[1]))
        group = np.repeat([1, 0], number)
        design = np.column_stack([np.ones(2 * number), group, np.tile(times, 2), group * np.tile(times, 2)])
        model = sm.GLM(counts.ravel(), design, sm.families.Poisson(), offset=np.log(exposure.ravel()))
        fitted = model.fit(scale="X2", use_t=True)
        assert found is not None
        assert found.factor == pytest.approx(np.exp(fitted.params[3]))
        assert found.dispersion == pytest.approx(fitted.scale)
        assert (found.low, found.high) == pytest.approx(tuple(np.exp(fitted.conf_int()[3])))
        assert found.p_value == pytest.approx(fitted.pvalues[3], rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("size", [None, 4.0])
@pytest.mark.parametrize("level", [6.0, 200.0])
def test_the_limits_hold_the_truth_as_often_as_they_say(size: float | None, level: float) -> None:
    """Of Poisson counts and of counts four and more times as variable, few and many a month, over twenty months."""
    random = np.random.default_rng(11)
    times, held, drawn = np.arange(20), 0, 1_000
    means = level * 1.03**times
    for _ in range(drawn):
        spread = means if size is None else means * random.gamma(size, 1 / size, 20)
        found = trend(cells(random.poisson(spread), [1.0] * 20))
        assert found is not None
        held += found.low <= 1.03 <= found.high
    assert 0.93 <= held / drawn <= 0.98


def test_too_little_has_no_trend() -> None:
    """Five periods, nine counts, all in one period; a period without people is not one."""
    assert trend(cells([9] * 5, [1.0] * 5)) is None
    assert trend(cells([1] * 9, [1.0] * 9)) is None
    assert trend(cells([0] * 9 + [50], [1.0] * 10)) is None
    assert trend(cells([9] * 6, [1.0] * 5 + [0.0])) is None
    steady = trend(cells([9] * 6, [1.0] * 6))
    assert steady is not None
    assert (steady.factor, steady.dispersion, steady.p_value) == pytest.approx((1.0, 1.0, 1.0))
    assert ratio_trend(cells([9] * 6, [1.0] * 6), cells([0] * 6, [1.0] * 6)) is None
