"""One ratio for each group over all areas, or over whatever else each group was compared within.

The crude ratio of all areas together mixes how a group is treated in each area with in which areas it lives. Beside it
stands the average over areas of Mantel and Haenszel, and whether the areas agree so far that one number says anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from overt.disparities._figure import figure
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity
from overt.disparities._table import RateRow, RateTable
from overt.disparities._within import pairs_by_group, tables_within
from overt.pages import p_words
from overt.statistics import Counted, Homogeneity, stratified_ratio

# Below this the strata are said to differ by more than chance.
_UNLIKE = 0.05


@dataclass(frozen=True)
class AverageRatio:
    """A group's ratio averaged over strata, beside the crude one; `within` is what the strata are.

    `low` and `high` are none where `no_interval` says why. Of `strata` in all, `silent` have no count or no population
    on one of the two sides, and of `withheld` the figure could be reversed: neither takes part.
    """

    group: str
    population: str
    reference: str
    within: str
    ratio: float
    low: float | None
    high: float | None
    crude: float
    strata: int
    silent: int
    withheld: int
    homogeneity: Homogeneity | None
    no_interval: str = ""
    of_events: bool = False

    def told(self, level: float) -> str:
        """The average in words."""
        limits = f"no interval: {self.no_interval}" if self.no_interval else ""
        if self.low is not None and self.high is not None:
            limits = f"{level:.0%} interval {figure(self.low)} to {figure(self.high)}"
            limits += ", events, not people" if self.of_events else ""
        left = [f"{number:,} {why}" for number, why in self._left_out if number]
        over = "; ".join([f"{self.strata - self.silent - self.withheld:,} of {self.strata:,}", *left])
        sentence = (
            f"{self.group} compared with {self.reference}, {self.population}, averaged within {self.within} "
            f"({over}): {figure(self.ratio)} times ({limits}). "
            f"Without regard to {self.within}: {figure(self.crude)} times."
        )
        return f"{sentence} {self._alike()}".rstrip()

    @property
    def _left_out(self) -> tuple[tuple[int, str], ...]:
        return (self.silent, "without counts"), (self.withheld, "withheld")

    def _alike(self) -> str:
        if self.homogeneity is None:
            return ""
        test = (
            f"chi-squared {self.homogeneity.q:.1f}, {self.homogeneity.degrees} degrees of freedom, "
            f"p {p_words(self.homogeneity.p_value)}"
        )
        if self.homogeneity.p_value < _UNLIKE:
            return f"The ratios differ by more than chance would make them ({test}): one number for all says little."
        return f"The ratios differ no more than chance would make them ({test})."


def averages(disparity: Disparity) -> tuple[AverageRatio, ...]:
    """One for each population and group, where each stratum has a reference group of its own."""
    question = disparity.question
    return tuple(
        average
        for table, place in tables_within(disparity)
        for average in _of_table(table, place, question.within, question.level)
    )


def _of_table(table: RateTable, place: int, within: str, level: float) -> Iterator[AverageRatio]:
    for group, pairs in pairs_by_group(table, place).items():
        used = [pair for pair in pairs if not any(row.withheld for row in pair)]
        found = stratified_ratio([(_cell(row), _cell(own)) for row, own in used], table.unit, level)
        if found is None or len(used) < 2:
            continue
        lacks = next((row.no_interval for pair in used for row in pair if row.no_interval), "")
        yield AverageRatio(
            group,
            table.population,
            table.reference,
            within,
            found.ratio,
            None if lacks else found.low,
            None if lacks else found.high,
            found.crude,
            len(pairs),
            found.silent,
            len(pairs) - len(used),
            None if lacks else found.homogeneity,
            lacks,
            any(row.basis is IntervalBasis.EVENTS for pair in used for row in pair),
        )


def _cell(row: RateRow) -> Counted:
    return Counted(row.count, row.population or 0.0, row.dispersion or 1.0)
