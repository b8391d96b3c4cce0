"""What must be read with the figures."""

from __future__ import annotations

from collections.abc import Sequence

from overt.disparities._counts import Asked, Tally
from overt.disparities._figure import figure
from overt.disparities._intervals import FEW, Counted, Method, Unit, ratio_interval
from overt.disparities._measures import Measure
from overt.disparities._persons import Basis, Persons
from overt.disparities._populations import Benchmark
from overt.disparities._table import INSIDE, Row, Table
from overt.pages import some

# Beyond so many comparisons a reader who looks for the one that stands out will find one.
MANY = 10
_LISTED = 20
# So few counts give almost any ratio by chance.
_VERY_FEW, _SMALL_LISTED = 5, 6


def warnings(
    asked: Asked, level: float, tables: Sequence[Table], counted: Tally, benchmarks: Sequence[Benchmark]
) -> list[str]:
    """Sentences on what could not be placed, what is withheld, what stands on little, and what decides the answer."""
    said = [*_unplaced(counted, benchmarks), *_withheld(tables), *_small(asked.measure.unit, level, tables)]
    said += [*_without_interval(tables), *_without_resamples(tables)]
    if counted.left_out:
        whole = counted.left_out + sum(line.base or 0 for line in counted.lines)
        said.append(
            f"{counted.left_out:,} of {whole:,.0f} in scope ({counted.left_out / whole:.1%}) are in no share, since "
            f"these are shares of {asked.measure.of}"
        )
    outside = [table for table in tables if table.population not in (INSIDE, "no population")]
    if len(outside) == 1:
        said.append(f"one population ({outside[0].population}) decides this answer: another may give another")
    if not outside and not asked.measure.is_share:
        said.append("no population was named: these are counts and shares of what was counted, and no rates")
    for table in tables:
        if table.missing.must_be_shown:
            said.append(
                f"{table.missing.count:,} of {table.missing.total:,} ({table.missing.share:.1%}) have no known group: "
                "read every figure with its bounds"
            )
            break
    for table in outside:
        over = [row.group for row in table.rows if row.rate_per_1000 and row.rate_per_1000 > 1000]
        if over:
            said.append(
                f"more than one for each person of {', '.join(over)} in {table.population}: a rate, no probability"
            )
        compared = sum(row.low is not None for row in table.rows)
        if compared > MANY:
            percent = f"{level:.0%}"
            said.append(
                f"{compared} ratios to {table.population}: by chance alone some {percent} intervals miss the truth"
            )
        unmatched = [row.group for row in table.rows if row.count and row.population is None and not row.withheld]
        if unmatched:
            said.append(
                f"{table.population} has no number for {', '.join(unmatched[:12])}: counted, and without a rate"
            )
        unseen = [row.group for row in table.rows if not row.count]
        if unseen and any(axis.is_observed for axis in asked.axes):
            said.append(
                f"nobody was counted as {', '.join(unseen[:12])}: where officers have no code for it, "
                "that was not asked and is no zero"
            )
        if not any(row.is_reference and (row.rate_per_1000 or row.withheld) for row in table.rows):
            said.append(f"{table.population} gives the reference group {table.reference} no rate: nothing is compared")
    return said


def of_events(measure: Measure, basis: Basis, persons: Persons | None) -> list[str]:
    """That events were counted, and the source does not say which of them are one person's."""
    if basis is not Basis.EVENTS:
        return []
    why = "nothing says whose they are"
    remedy = ""
    if persons is not None:
        why = f"the source leaves out whose {persons.unnamed:,} of {persons.events:,} are"
    elif measure.person:
        why = "the source does not say whose they are"
        remedy = f" (a mapping that fills {measure.person} gives intervals by person)"
    return [
        f"these are {measure.noun} and not people, and {why}: every interval takes each for another person's, and is "
        f"too narrow where a person has several{remedy}"
    ]


def by_person(measure: Measure, basis: Basis, persons: Persons | None) -> list[str]:
    """How many people the events are of, and what that makes of the intervals."""
    if persons is None or basis is Basis.EVENTS:
        return []
    said = f"{persons.events:,} {measure.noun} are of {persons.people:,} people"
    if basis is Basis.PEOPLE:
        return [f"{said}: each is another person's, so that intervals of {measure.noun} are intervals of people"]
    unnamed = f"; {persons.unnamed:,} name nobody and are each taken for another person's" if persons.unnamed else ""
    return [
        f"{said} ({persons.events / persons.people:.2f} each): intervals are by person, with the dispersion of each "
        f"group beside them{unnamed}"
    ]


def _unplaced(counted: Tally, benchmarks: Sequence[Benchmark]) -> list[str]:
    """The labels that no scheme has, with how many each holds: the answer where there is no figure."""
    said = []
    accounts = [each.account for each in counted.labels]
    for account in (*accounts, *(one for each in benchmarks for one in each.accounts)):
        if labels := account.unplaced:
            listed = some([f"{label} ({amount:,.0f})" for label, amount in labels], _LISTED)
            said.append(
                f"{account.column} of {account.whose}: no scheme places {listed}; each stays a group of its own "
                "(give a scheme with --scheme)"
            )
    return said


def _withheld(tables: Sequence[Table]) -> list[str]:
    return [
        f"{table.population}: no figure for {', '.join(row.group for row in table.rows if row.withheld)}, since what "
        "is not known (labels without a place, a heading beside some of its parts, outcomes not recorded) could turn it"
        for table in tables
        if any(row.withheld for row in table.rows)
    ]


def _without_interval(tables: Sequence[Table]) -> list[str]:
    """The groups without an interval by person; the reason stands beside each."""
    lacking = [(table.population, [row.group for row in table.rows if row.no_interval]) for table in tables]
    return [
        f"{population}: no interval for {some(groups, _LISTED)}, since the people behind the ratio are too few to tell "
        "how many each has"
        for population, groups in lacking
        if groups
    ]


def _without_resamples(tables: Sequence[Table]) -> list[str]:
    """The groups without resampled limits, for want of counts."""
    lacking = [
        (table.population, [row.group for row in table.rows if row.no_resamples and not row.no_interval])
        for table in tables
    ]
    return [
        f"{population}: not all resampled limits for {some(groups, _LISTED)}, since fewer than {FEW} are counted, or "
        "left uncounted, there or in the reference group: percentiles of so few hold the truth less often than they say"
        for population, groups in lacking
        if groups
    ]


def _small(unit: Unit, level: float, tables: Sequence[Table]) -> list[str]:
    """Ratios that stand on very few counts, each with the exact interval beside the one in the table."""
    said = []
    for table in tables:
        reference: Row | None = None
        shown = []
        for row in table.rows:
            reference = row if row.is_reference else reference
            if row.is_reference or reference is None or row.relative_rate is None or not row.population:
                continue
            if min(row.count, reference.count) < _VERY_FEW and reference.population:
                pair = Counted(row.count, row.population), Counted(reference.count, reference.population)
                exact = ratio_interval(*pair, unit, level, Method.EXACT)
                high = "no upper limit" if exact.high is None else figure(exact.high)
                shown.append(
                    f"{row.group} ({row.count:,} against {reference.count:,}: {figure(row.relative_rate)} times, "
                    f"{exact.method} interval {figure(exact.low)} to {high})"
                )
        if shown:
            more = f" and {len(shown) - _SMALL_LISTED} more" if len(shown) > _SMALL_LISTED else ""
            listed = "; ".join(shown[:_SMALL_LISTED])
            said.append(f"{table.population}: ratios that stand on fewer than {_VERY_FEW} counts: {listed}{more}")
    return said
