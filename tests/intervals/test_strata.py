"""Ratios over strata: published digits, other programs, and how often the limits hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from overt.statistics import Counted, Unit, stratified_ratio

# R. Doll and A. B. Hill, National Cancer Institute Monograph 19 (1966) 205-268: deaths of British doctors from coronary
# disease and their years at risk, smokers and others, in five bands of age.
SMOKERS = [Counted(32, 52_407), Counted(104, 43_248), Counted(206, 28_612), Counted(186, 12_663), Counted(102, 5_317)]
OTHERS = [Counted(2, 18_790), Counted(12, 10_673), Counted(28, 5_710), Counted(28, 2_585), Counted(31, 1_462)]
DOCTORS = list(zip(SMOKERS, OTHERS, strict=True))


def test_the_british_doctors_have_the_printed_digits() -> None:
    """Those that the manual of Stata prints for `ir deaths smokes pyears, by(agecat)`."""
    found = stratified_ratio(DOCTORS, Unit.EVENTS)
    assert found is not None
    assert (found.ratio, found.low, found.high) == pytest.approx((1.424682, 1.154703, 1.757784), abs=5e-7)
    assert found.crude == pytest.approx(1.719823, abs=5e-7)
    assert found.homogeneity is not None
    assert (round(found.homogeneity.q, 2), found.homogeneity.degrees) == (10.41, 4)
    assert found.homogeneity.p_value == pytest.approx(0.0340, abs=5e-5)


def test_the_ratio_of_shares_is_that_of_statsmodels() -> None:
    """On random tables."""
    random = np.random.default_rng(8)
    for _ in range(50):
        tables = [random.integers(1, 60, (2, 2)) for _ in range(random.integers(1, 6))]
        pairs = [tuple(Counted(int(row[0]), int(row.sum())) for row in table) for table in tables]
        found = stratified_ratio(pairs, Unit.PEOPLE)  # type: ignore[arg-type]
        assert found is not None
        assert found.ratio == pytest.approx(StratifiedTable([t.astype(float) for t in tables]).riskratio_pooled)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize(("strata", "people"), [(4, 3_000), (200, 60)])
def test_the_limits_hold_the_truth_as_often_as_they_say(unit: Unit, strata: int, people: int) -> None:
    """For few large strata and for many sparse ones, where the crude ratio is far off."""
    random = np.random.default_rng(21)
    rates = np.linspace(0.01, 0.12, strata)
    of_group = np.round(np.linspace(0.1, 0.8, strata) * people)
    ratio, held, crude = 1.8, 0, []
    for _ in range(400):
        if unit is Unit.PEOPLE:
            group = random.binomial(of_group.astype(int), rates * ratio)
            reference = random.binomial((people - of_group).astype(int), rates)
        else:
            group, reference = random.poisson(of_group * rates * ratio), random.poisson((people - of_group) * rates)
        pairs = [
            (Counted(int(a), n), Counted(int(b), people - n))
            for a, b, n in zip(group, reference, of_group, strict=True)
        ]
        found = stratified_ratio(pairs, unit)
        assert found is not None
        held += found.low <= ratio <= found.high
        crude.append(found.crude)
    assert 0.92 <= held / 400 <= 0.98
    assert np.mean(crude) > 1.2 * ratio


def test_counts_of_the_same_people_again_widen_the_limits() -> None:
    """Each twice: the logarithm's variance doubles."""
    plain = stratified_ratio(DOCTORS, Unit.EVENTS)
    twice = [tuple(Counted(cell.count, cell.population, 2.0) for cell in pair) for pair in DOCTORS]
    found = stratified_ratio(twice, Unit.EVENTS)  # type: ignore[arg-type]
    assert plain is not None
    assert found is not None
    assert found.ratio == plain.ratio
    assert math.log(found.high / found.low) == pytest.approx(math.sqrt(2) * math.log(plain.high / plain.low), rel=0.03)


def test_what_cannot_take_part_is_counted() -> None:
    """A stratum where nobody lives or nobody is counted; without a count on one side there is no ratio at all."""
    pairs = [*DOCTORS, (Counted(0, 10), Counted(0, 10)), (Counted(3, 10), Counted(0, 0))]
    found = stratified_ratio(pairs, Unit.EVENTS)
    assert found is not None
    assert (found.strata, found.silent) == (5, 2)
    assert stratified_ratio([(Counted(3, 10), Counted(0, 10))], Unit.EVENTS) is None
    one = stratified_ratio(DOCTORS[:1], Unit.EVENTS)
    assert one is not None
    assert one.homogeneity is None
