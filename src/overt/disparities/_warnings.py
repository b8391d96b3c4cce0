"""Warnings to read with the figures."""

from __future__ import annotations

from collections.abc import Sequence

from overt.audits.mapping import Filled
from overt.disparities._counts import Counting, GroupTally
from overt.disparities._figure import figure
from overt.disparities._measure_list import Measure, MeasureShape
from overt.disparities._persons import IntervalBasis, Persons
from overt.disparities._populations import Benchmark
from overt.disparities._table import INSIDE, RateRow, RateTable
from overt.pages import some
from overt.statistics import FEW, Counted, Method, Unit, ratio_interval

# Beyond so many comparisons a reader who looks for the one that stands out will find one.
MANY = 10
_LISTED = 20
# So few counts give almost any ratio by chance.
_VERY_FEW, _SMALL_LISTED = 5, 6

INFRA_MARGINALITY = (
    "equal shares do not show that the same standard was applied to every group, and different shares do not show that "
    "it was not. Groups may differ in how many of their searches were far above that standard, and this alone changes "
    "the shares (infra-marginality)"
)


def warnings(
    counting: Counting, level: float, tables: Sequence[RateTable], counted: GroupTally, benchmarks: Sequence[Benchmark]
) -> list[str]:
    """Sentences on labels without a group, withheld figures, small counts, and what the result depends on."""
    messages = [*_unplaced(counted, benchmarks), *_withheld(tables), *_small(counting.measure.unit, level, tables)]
    messages += [*_without_interval(tables), *_without_resamples(tables)]
    if counted.left_out:
        whole = counted.left_out + sum(line.base or 0 for line in counted.lines)
        messages.append(
            f"{counted.left_out:,} of {whole:,.0f} in scope ({counted.left_out / whole:.1%}) are not included, since "
            f"the shares are of {counting.measure.of}"
        )
    if counting.measure.is_outcome_test and any(row.relative_rate for table in tables for row in table.rows):
        messages.append(f"this is an outcome test: {INFRA_MARGINALITY}")
    outside = [table for table in tables if table.population not in (INSIDE, "no population")]
    if len(outside) == 1:
        messages.append(
            f"the result depends on the comparison population ({outside[0].population}). A different population may "
            "give a different result"
        )
    if not outside and not counting.measure.is_share:
        messages.append("no comparison population was given, so this shows counts and shares, not rates")
    for table in tables:
        if table.missing.must_be_shown:
            messages.append(
                f"{table.missing.count:,} of {table.missing.total:,} ({table.missing.share:.1%}) have no known group. "
                "Read every figure together with its bounds"
            )
            break
    for table in outside:
        over = [row.group for row in table.rows if row.rate_per_1000 and row.rate_per_1000 > 1000]
        if over:
            messages.append(
                f"there are more events than people for {', '.join(over)} in {table.population}: this is a rate, not a "
                "probability"
            )
        compared = sum(row.low is not None for row in table.rows)
        if compared > MANY:
            percent = f"{level:.0%}"
            messages.append(
                f"{compared} ratios to {table.population}: with this many comparisons, some {percent} intervals are "
                "expected to miss the true value"
            )
        unmatched = [row.group for row in table.rows if row.count and row.population is None and not row.withheld]
        if unmatched:
            messages.append(
                f"{table.population} has no number for {', '.join(unmatched[:12])}: these are counted, without a rate"
            )
        unseen = [row.group for row in table.rows if not row.count]
        if unseen and any(axis.is_observed for axis in counting.axes):
            messages.append(
                f"no one was counted as {', '.join(unseen[:12])}: if officers have no code for this group, it was not "
                "recorded, and this is not a zero"
            )
        if not any(row.is_reference and (row.rate_per_1000 or row.withheld) for row in table.rows):
            messages.append(
                f"{table.population} gives no rate for the reference group {table.reference}, so nothing is compared"
            )
    return messages


def of_events(measure: Measure, basis: IntervalBasis, persons: Persons | None) -> list[str]:
    """That events were counted, and the source does not say which of them are one person's."""
    if basis is not IntervalBasis.EVENTS:
        return []
    why = "it is not known whose they are"
    remedy = ""
    if persons is not None:
        why = f"the source does not say whose {persons.unnamed:,} of {persons.events:,} are"
    elif measure.person:
        why = "the source does not say whose they are"
        remedy = f" (a mapping that fills {measure.person} gives intervals by person)"
    return [
        f"these are {measure.noun} and not people, and {why}: every interval assumes that each involved a different "
        f"person, and is too narrow where a person has several{remedy}"
    ]


def by_person(measure: Measure, basis: IntervalBasis, persons: Persons | None) -> list[str]:
    """How many people the events are of, and what that makes of the intervals."""
    if persons is None or basis is IntervalBasis.EVENTS:
        return []
    whose = f"{persons.events:,} {measure.noun} are of {persons.people:,} people"
    if basis is IntervalBasis.PEOPLE:
        return [f"{whose}: each involved a different person, so intervals of {measure.noun} are intervals of people"]
    unnamed = ""
    if persons.unnamed:
        unnamed = f"; {persons.unnamed:,} name no one, and each is assumed to involve a different person"
    return [
        f"{whose} ({persons.events / persons.people:.2f} each): intervals are by person, with the dispersion of each "
        f"group beside them{unnamed}"
    ]


def _unplaced(counted: GroupTally, benchmarks: Sequence[Benchmark]) -> list[str]:
    """The labels that no scheme has, with how many each holds: the answer where there is no figure."""
    messages = []
    accounts = [labels.account for labels in counted.labels]
    for account in (*accounts, *(account for benchmark in benchmarks for account in benchmark.accounts)):
        if labels := account.unplaced:
            listed = some([f"{label} ({amount:,.0f})" for label, amount in labels], _LISTED)
            messages.append(
                f"{account.column} of {account.whose}: no scheme places {listed}; each remains a separate group "
                "(give a scheme with --scheme)"
            )
    return messages


def _withheld(tables: Sequence[RateTable]) -> list[str]:
    return [
        f"{table.population}: no figure for {', '.join(row.group for row in table.rows if row.withheld)}, since "
        "unknowns (labels without a group, a heading with only some of its parts, unrecorded outcomes) could reverse it"
        for table in tables
        if any(row.withheld for row in table.rows)
    ]


def _without_interval(tables: Sequence[RateTable]) -> list[str]:
    """The groups without an interval by person; the reason is given beside each."""
    lacking = [(table.population, [row.group for row in table.rows if row.no_interval]) for table in tables]
    return [
        f"{population}: no interval for {some(groups, _LISTED)}, since the people behind the ratio are too few to tell "
        "how many each has"
        for population, groups in lacking
        if groups
    ]


def _without_resamples(tables: Sequence[RateTable]) -> list[str]:
    """The groups without resampled limits, for want of counts."""
    lacking = [
        (table.population, [row.group for row in table.rows if row.no_resamples and not row.no_interval])
        for table in tables
    ]
    return [
        f"{population}: not all resampled limits for {some(groups, _LISTED)}, since fewer than {FEW} are counted, or "
        "left uncounted, there or in the reference group: percentiles of so few contain the true value less often "
        "than stated"
        for population, groups in lacking
        if groups
    ]


def _small(unit: Unit, level: float, tables: Sequence[RateTable]) -> list[str]:
    """Ratios that stand on very few counts, each with the exact interval beside the one in the table."""
    messages = []
    for table in tables:
        reference: RateRow | None = None
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
            messages.append(f"{table.population}: ratios based on fewer than {_VERY_FEW} counts: {listed}{more}")
    return messages


def repeats(measure: Measure, filled: Filled) -> list[str]:
    """What must be read with every figure that counts rows of a table whose key repeats."""
    repeat = filled.repeat_of(measure.table)
    counts_rows = measure.counts_encounters or measure.shape is MeasureShape.EXPOSURE
    if repeat is None or not counts_rows:
        return []
    what = repeat.table.replace("_", " ")
    return [
        f"{repeat.rows:,} rows are {repeat.keys:,} {repeat.noun}, by {repeat.column}, and one "
        f"of these appears in {repeat.most:,} rows: these figures count rows, not each {what} once"
    ]


def lost(counting: Counting, filled: Filled) -> list[str]:
    """What was lost in the mapping of the columns that the figures rest on."""
    axes = [*counting.axes, *(axis for axis, _ in counting.only)]
    used = {*counting.measure.needs, *counting.measure.dated, *(name for axis in axes for name in axis.columns)}
    return [column.loss for column in filled.lost if column.name in used]
