"""Whether each group's rate, and its ratio to the reference group's, rises or falls over all periods of a trend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from overt.disparities._bounds import BoundLimits
from overt.disparities._figure import figure
from overt.disparities._measure_list import MeasureShape
from overt.disparities._persons import Group, IntervalBasis
from overt.disparities._question import Disparity, TrendStep
from overt.disparities._submitted import Submitted
from overt.disparities._table import INSIDE, RateRow, RateTable, Ungrouped
from overt.pages import p_words
from overt.statistics import FEWEST_PERIODS, Counted, Trend, adjusted, ratio_trend, trend

ASSUMPTIONS = (
    "Each period is taken as independent of the others, and the rate as changing by the same factor every period. A "
    "season, a change in recording or an unseen change of the population would show as a trend or hide one. The test "
    "says nothing about the cause. The first and the last period are counted from and to the first and the last day "
    "with a row. Dispersion is how many times as much as independent events the counts vary, and widens the interval."
)
_CLEAR = 0.05
Periods = list[tuple[int, Counted]]


@dataclass(frozen=True)
class TrendTest:
    """The trend of a group's rate and of its ratio to the reference; `of` is "rate" or "ratio".

    `bounds` are the factors if all without a group belong to this one in the first half of the periods, and in the
    second. `p_adjusted` takes all tests of the question into account. `why` says why there is no `trend`.
    """

    group: str
    population: str
    reference: str
    of: str
    step: str
    trend: Trend | None
    bounds: BoundLimits | None = None
    must_be_bounded: bool = False
    p_adjusted: float | None = None
    why: str = ""
    of_events: bool = False

    def told(self, level: float) -> str:
        """The trend in words."""
        what = "rate" if self.of == "rate" else f"ratio to {self.reference}"
        begun = f"{self.group}, {self.population}: "
        if self.trend is None or self.p_adjusted is None:
            return f"{begun}no trend of the {what} is given: {self.why}."
        line = self.trend
        sure = self.p_adjusted < _CLEAR
        moved = ("rose" if line.factor > 1 else "fell") if sure else "has no clear trend"
        limits = f"{level:.0%} interval {_factor(line.low)} to {_factor(line.high)}"
        events = ", events, not people" if self.of_events else ""
        step = f"{_factor(line.factor)} times from one {self.step} to the next"
        sentence = (
            f"{begun}the {what} {moved}: {step} ({limits}{events}; "
            f"{line.periods} periods, dispersion {figure(line.dispersion)}, p {p_words(line.p_value)}, adjusted "
            f"{p_words(self.p_adjusted)})."
        )
        if self.must_be_bounded and self.bounds:
            low, high = _factor(self.bounds.low), _factor(self.bounds.high)
            sentence += f" Depending on which groups the rows without one belong to, it could be {low} to {high}."
        return sentence


def trend_tests(disparity: Disparity) -> tuple[TrendTest, ...]:
    """One for each population and group, and one for each ratio, with p-values adjusted for all of them."""
    tests = [
        test
        for place, table in enumerate(disparity.tables)
        if table.has_rates and disparity.trend
        for test in _of_table(disparity, place)
    ]
    known = [test.trend.p_value for test in tests if test.trend]
    p_values = iter(adjusted(known))
    return tuple(replace(test, p_adjusted=next(p_values)) if test.trend else test for test in tests)


def _of_table(disparity: Disparity, place: int) -> Iterator[TrendTest]:
    steps = [(at, step) for at, step in enumerate(disparity.trend) if step.tables and step.submitted is Submitted.WHOLE]
    tables = [step.tables[place] for _, step in steps]
    by_group: dict[Group, RateRow] = {row.parts: row for table in tables for row in table.rows}
    missing = Ungrouped(sum(t.missing.count for t in tables), sum(t.missing.total for t in tables))
    about = disparity.tables[place]
    for group, row in by_group.items():
        base = TrendTest(
            row.group,
            about.population,
            by_group[row.against].group if row.against in by_group else about.reference,
            "rate",
            disparity.question.trend,
            None,
            must_be_bounded=missing.must_be_shown,
            of_events=row.basis is IntervalBasis.EVENTS,
        )
        wanted = [group] if row.is_reference else [group, row.against]
        for number in range(1, len(wanted) + 1):
            test = replace(base, of="rate" if number == 1 else "ratio")
            why = _why_none(disparity, tables, wanted[:number])
            yield replace(test, why=why) if why else _fitted(test, disparity, place, steps, wanted[:number])


def _why_none(disparity: Disparity, tables: Sequence[RateTable], groups: Sequence[Group]) -> str:
    if disparity.measure.shape is not MeasureShape.FLOW:
        return "the same people are counted in many periods"
    if len(tables) < FEWEST_PERIODS:
        return f"{len(tables)} periods were submitted in full, and {FEWEST_PERIODS} are needed"
    rows = [row for table in tables for row in table.rows if row.parts in groups]
    if any(row.withheld for row in rows):
        return "a figure in one of the periods is withheld"
    if any(row.population is None for row in rows):
        return "a period has no number of people of the group"
    return ""


def _fitted(
    test: TrendTest, disparity: Disparity, place: int, steps: Sequence[tuple[int, TrendStep]], groups: Sequence[Group]
) -> TrendTest:
    table, level = disparity.tables[place], disparity.question.level
    inside = table.population == INSIDE
    rows = {row.parts: row for row in table.rows}
    shares = [rows[group].rate_per_1000 or 0.0 for group in groups if group in rows]
    least = max(1 - min(shares, default=0.0) / 1000, 0.0) if inside else 1.0

    def line(sides: Sequence[Periods]) -> Trend | None:
        if len(sides) == 1:
            return trend(sides[0], level, least=least)
        return ratio_trend(sides[0], sides[1], level, least=least)

    plain = [_periods(steps, place, group, inside) for group in groups]
    found = line(plain)
    if found is None:
        few = f"fewer than 10 are counted, or in fewer than two periods, of {test.group}"
        return replace(test, why=few if len(groups) == 1 else f"{few} or {test.reference}")
    half = len(steps) // 2
    missing = {at: step.tables[place].missing.count for at, step in steps}
    early = {at for at, _ in steps[:half]}
    extremes = [
        line([_with(side, missing, early, bool(number) is not late, inside) for number, side in enumerate(plain)])
        for late in (False, True)
    ]
    factors = sorted(one.factor for one in extremes if one)
    bounds = BoundLimits(factors[0], factors[-1]) if len(factors) == 2 and any(missing.values()) else None
    return replace(test, trend=found, bounds=bounds)


def _periods(steps: Sequence[tuple[int, TrendStep]], place: int, group: Group, inside: bool) -> Periods:
    """Each period's count over people times days; of a share over its base, in which the days are already."""
    periods = []
    for at, step in steps:
        row = next((row for row in step.tables[place].rows if row.parts == group), None)
        people = row.population or 0.0 if row else 0.0
        periods.append((at, Counted(row.count if row else 0, people if inside else people * step.days)))
    return periods


def _with(periods: Periods, missing: Mapping[int, int], early: set[int], late: bool, inside: bool) -> Periods:
    """With all that have no group added in one half of the periods; of a share, in the other half as not counted."""
    changed = []
    for at, cell in periods:
        more = missing[at] if (at not in early) is late else 0
        base = missing[at] if inside else 0
        changed.append((at, Counted(cell.count + more, cell.population + base)))
    return changed


def _factor(value: float | None) -> str:
    """A factor near 1 needs one more place than other figures have."""
    return f"{value:.3f}" if value is not None and 0.1 <= value < 10 else figure(value)
