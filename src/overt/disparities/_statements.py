"""Each ratio as a sentence for the public, as one for a court, and what may not be concluded from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from overt.disparities._bounds import BoundLimits
from overt.disparities._figure import figure
from overt.disparities._measure_list import MeasureShape
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity
from overt.disparities._table import INSIDE, RateRow, RateTable
from overt.disparities._warnings import INFRA_MARGINALITY
from overt.disparities._words import but, clause, how, named, those, whose
from overt.pages import day, percent


@dataclass(frozen=True)
class Statement:
    """One ratio in words. `public` has rounded figures, `court` all of them with method, counts and source."""

    group: str
    population: str
    reference: str
    public: str
    court: str
    not_concluded: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The sentences, each with whom or what it is for."""
        return (
            f"for the public: {self.public}",
            f"for a court: {self.court}",
            *(f"not to be concluded: {sentence}" for sentence in self.not_concluded),
        )


def statements(disparity: Disparity) -> tuple[Statement, ...]:
    """One for each ratio of each table that has a single reference group; none where nothing is compared."""
    single = (table for table in disparity.tables if sum(row.is_reference for row in table.rows) == 1)
    return tuple(chain.from_iterable(_of_table(disparity, table) for table in single))


def _of_table(disparity: Disparity, table: RateTable) -> Iterator[Statement]:
    reference = next(row for row in table.rows if row.is_reference)
    for row in table.rows:
        if row.is_reference or not (row.withheld or row.relative_rate is not None):
            continue
        yield Statement(
            row.group,
            table.population,
            table.reference,
            _public(disparity, table, row, reference),
            _court(disparity, table, row, reference),
            tuple(_not_concluded(disparity, table, row, reference)),
        )


def _public(disparity: Disparity, table: RateTable, row: RateRow, reference: RateRow) -> str:
    group, other = whose(disparity, row), whose(disparity, reference)
    if row.withheld:
        return f"No comparison of {group} with {other} is given: {row.withheld}."
    times = f"{clause(disparity, row)} {_rounded(row.relative_rate)} times as often as {those(disparity, reference)}"
    if row.no_interval or row.low is None:
        sentence = f"{times}. How far chance alone could change this is not known."
    elif row.low <= 1 and (row.high is None or row.high >= 1):
        sentence = (
            f"No clear difference between {group} and {other} was shown: the figure lies "
            f"{_between(row.low, row.high)}, which includes once (no difference)."
        )
    else:
        sentence = f"{times}; {_between(row.low, row.high)}."
    limits = _bounds(table, row)
    if limits:
        sentence += (
            f" For {percent(table.missing.share)} the group is not known: depending on it, the figure could be "
            f"{_between(limits.low, limits.high)}."
        )
    return sentence


def _court(disparity: Disparity, table: RateTable, row: RateRow, reference: RateRow) -> str:
    question = disparity.question
    last = day(question.as_of)
    when = f"on {last}" if disparity.measure.shape is MeasureShape.STOCK else f"up to {last}"
    if question.since and disparity.measure.shape is not MeasureShape.STOCK:
        when = f"from {day(question.since)} to {last}"
    base = "" if table.population == INSIDE else f" in {named(table)}"
    counts = "; ".join(f"{one.count:,} of {_number(one.population)}{base} for {one.group}" for one in (row, reference))
    source = f"The source {disparity.register} (SHA-256 {disparity.source_digest}) records, {when}, {counts}"
    begun = f"{source}, counting {disparity.measure.title}."
    if row.withheld:
        return f"{begun} No ratio is stated: {row.withheld}."
    ratio = f"The rate of {row.group} is {figure(row.relative_rate)} times that of {reference.group}"
    if row.no_interval or row.low is None:
        return f"{begun} {ratio}; no interval is stated{f': {row.no_interval}' if row.no_interval else ''}."
    high = "no upper limit" if row.high is None else figure(row.high)
    return (
        f"{begun} {ratio}, with a {question.level:.0%} interval from {figure(row.low)} to {high} "
        f"({how(row)}{but(row, question.level)}). "
        "The interval covers chance alone: it takes the counts and the numbers that they are divided by as correct. "
        f"The group is not known for {table.missing.count:,} of {table.missing.total:,}."
    )


def _not_concluded(disparity: Disparity, table: RateTable, row: RateRow, reference: RateRow) -> Iterator[str]:
    yield (
        "why the rates differ, or that any one person was treated differently: the figure compares groups and holds no "
        "explanation."
    )
    if row.withheld:
        return
    if row.low is not None and row.low <= 1 and (row.high is None or row.high >= 1):
        yield "that there is no difference: a difference of any size within the interval fits these counts."
    if disparity.measure.is_outcome_test and table.population == INSIDE:
        yield f"whether the same standard was applied: {INFRA_MARGINALITY}."
    if table.population != INSIDE:
        yield (
            f"what the ratio to another population would be: {table.population} is one benchmark, and need not be "
            "those to whom this could have happened."
        )
    elif disparity.measure.shape is not MeasureShape.EXPOSURE:
        yield f"who was recorded in the first place: the figure compares {disparity.measure.of} with one another."
    if row.basis is not IntervalBasis.PEOPLE:
        noun = disparity.measure.noun
        yield f"how many people were concerned: the figure counts {noun}, and a person may have several."
    if row.basis is IntervalBasis.EVENTS and not row.no_interval:
        yield "that the interval is wide enough: it is too narrow where a person has several."
    if min(row.count, reference.count) < _FEW:
        yield f"much from so few: {min(row.count, reference.count)} were counted on one side."


_FEW = 10


def _bounds(table: RateTable, row: RateRow) -> BoundLimits | None:
    if not table.missing.must_be_shown:
        return None
    limits = next((bound.relative_rate for bound in table.bounds if bound.group == row.group), None)
    return limits if limits and limits.low is not None else None


def _between(low: float | None, high: float | None) -> str:
    if high is None:
        return f"at least {_rounded(low)} times"
    return f"between {_rounded(low)} and {_rounded(high)} times"


def _rounded(value: float | None) -> str:
    """Two figures, as a sentence to be read aloud has them; more near 1, since 1.02 is not "no difference"."""
    if value is None:
        return "an unknown number of"
    if 0.95 <= value < 1.05 and value != 1:
        return f"{value:.2f}" if f"{value:.2f}" != "1.00" else f"{value:.4f}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}" if value < 1 else f"{value:.1f}"


def _number(value: float | None) -> str:
    return "an unknown number" if value is None else f"{value:,.0f}"
