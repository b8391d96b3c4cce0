"""What is read beside a ratio: how wrong its population would have to be, and whether it changed over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from overt.disparities._figure import figure
from overt.disparities._measure_list import MeasureShape
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity
from overt.disparities._submitted import Submitted
from overt.disparities._table import INSIDE, RateRow, RateTable
from overt.statistics import Ratio, denominator_factor, ratio_of_ratios


@dataclass(frozen=True)
class Sensitivity:
    """By what `factor` a group's population, against the reference's, must be wrong to leave no difference shown.

    Above 1 that many times as many of the group are there as the population says; below 1 that part of them.
    """

    group: str
    population: str
    reference: str
    factor: float

    @property
    def told(self) -> str:
        """The factor in words."""
        size = f"{figure(self.factor)} times" if self.factor > 1 else f"only {figure(self.factor)} times"
        return (
            f"{self.group}, {self.population}: the interval would include 1 only if there were {size} as many people "
            f"of this group as the population says, and as many of {self.reference} as it says."
        )


@dataclass(frozen=True)
class RatioChange:
    """A group's ratio in the last period over that in the first, with its limits. `why` says why there are none."""

    group: str
    population: str
    first: str
    last: str
    earlier: float
    later: float
    value: float | None
    low: float | None
    high: float | None
    why: str = ""

    def told(self, level: float) -> str:
        """The change in words."""
        begun = (
            f"{self.group}, {self.population}: the ratio was {figure(self.earlier)} in {self.first} and "
            f"{figure(self.later)} in {self.last}"
        )
        if self.value is None or self.low is None or self.high is None:
            return f"{begun}; no interval is given for the change: {self.why}."
        verdict = "which chance could explain" if self.low <= 1 <= self.high else "more than chance would explain"
        limits = f"{level:.0%} interval {figure(self.low)} to {figure(self.high)}"
        return f"{begun}, {figure(self.value)} times as high ({limits}), {verdict}."


def sensitivities(disparity: Disparity) -> tuple[Sensitivity, ...]:
    """One for each ratio to a population whose interval leaves 1 out; of a share inside the register there is none."""
    return tuple(
        Sensitivity(row.group, table.population, table.reference, factor)
        for table in disparity.tables
        if table.population != INSIDE and sum(row.is_reference for row in table.rows) == 1
        for row in table.rows
        if (factor := denominator_factor(_ratio(row))) is not None
    )


def changes(disparity: Disparity) -> tuple[RatioChange, ...]:
    """One for each population and group, from the first to the last period that was submitted whole."""
    steps = [step for step in disparity.trend if step.tables and step.submitted is Submitted.WHOLE]
    if len(steps) < 2:
        return ()
    first, last = steps[0], steps[-1]
    return tuple(
        change
        for earlier, later in zip(first.tables, last.tables, strict=True)
        for change in _between(disparity, (first.label, earlier), (last.label, later))
    )


def _between(
    disparity: Disparity, earlier: tuple[str, RateTable], later: tuple[str, RateTable]
) -> Iterator[RatioChange]:
    (first, before), (last, after) = earlier, later
    own = {row.group: row for row in before.rows}
    for row in after.rows:
        was = own.get(row.group)
        if was is None or row.is_reference or not row.relative_rate or not was.relative_rate:
            continue
        why = _why_no_interval(disparity, was, row)
        ratio = ratio_of_ratios(_ratio(row), _ratio(was)) if not why else None
        if ratio and (ratio.low is None or ratio.high is None):
            why = "one of the two ratios has no limit on one side"
        value, low, high = (ratio.value, ratio.low, ratio.high) if ratio and not why else (None, None, None)
        yield RatioChange(
            row.group, after.population, first, last, was.relative_rate, row.relative_rate, value, low, high, why
        )


def _why_no_interval(disparity: Disparity, was: RateRow, now: RateRow) -> str:
    if disparity.measure.shape is not MeasureShape.FLOW:
        return "many people are counted in both periods"
    if IntervalBasis.EVENTS in (was.basis, now.basis):
        return "it is not known whose the events are, and one person may be counted in both periods"
    if was.low is None or now.low is None:
        return was.no_interval or now.no_interval or "one of the two ratios has no interval"
    return ""


def _ratio(row: RateRow) -> Ratio:
    if row.is_reference or row.withheld or row.no_interval:
        return Ratio(None, None, None, row.method)
    return Ratio(row.relative_rate, row.low, row.high, row.method, row.cover)
