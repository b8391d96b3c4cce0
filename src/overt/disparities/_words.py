"""What the numbers say, in words made from the numbers: no cause, no verdict, nothing that is not in the table."""

from __future__ import annotations

from collections.abc import Iterator

from overt.disparities._axes import axis_title
from overt.disparities._figure import figure
from overt.disparities._labels import Amounts, LabelAccount
from overt.disparities._measure_list import MeasureShape
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity
from overt.disparities._submitted import Submitted
from overt.disparities._table import INSIDE, RateRow, RateTable
from overt.pages import day, listed, opening, percent, some
from overt.statistics import Cover

NO_CAUSE = (
    "These figures describe differences between groups. They do not explain the differences and are not about any "
    "individual."
)


# So many labels of a kind are listed; the JSON has them all.
_MOST = 12
# The broad ethnic groups, by whether their names can stand before "people".
_ADJECTIVES, _NOT_ADJECTIVES = ("Asian", "Black", "White"), ("Mixed", "Other")


def heading(disparity: Disparity) -> str:
    """What was counted, and by what."""
    return f"{opening(disparity.measure.title).rstrip('.')}, by {_by(disparity)}"


def _by(disparity: Disparity) -> str:
    return listed([axis_title(name) for name in disparity.question.by])


def narrative(disparity: Disparity) -> tuple[str, ...]:
    """Sentences on what was counted, each population in turn, what is missing, the trend and the sweep."""
    return (
        _counted(disparity),
        *(sentence for table in disparity.tables for sentence in _table(disparity, table)),
        *_inside_and_outside(disparity),
        *_missing(disparity),
        *_trend(disparity),
        *_sweep(disparity),
        NO_CAUSE,
    )


def _counted(disparity: Disparity) -> str:
    total = sum(row.count for row in disparity.first.rows) + _without(disparity)
    last, since = day(disparity.question.as_of), disparity.question.since
    when = f"on {last}"
    if disparity.measure.shape is not MeasureShape.STOCK:
        when = f"from {day(since)} to {last}" if since else f"up to {last}"
    counted = f"{disparity.measure.title} {when}, by {_by(disparity)}"
    if disparity.people is not None:
        return (
            f"The analysis counts {disparity.people:,} {counted}: {total:,} in all, since a person with several "
            "entries counts in the group of each."
        )
    return f"The analysis counts {total:,} {counted}."


def _without(disparity: Disparity) -> int:
    """Counts without a group. Of a share, the missing are of its base, and the counts follow from the shares."""
    row = next((row for row in disparity.first.rows if row.share and row.share_known), None)
    if row is None or not row.share:
        return disparity.missing.count if not disparity.measure.is_share else 0
    return round(row.count / row.share) - sum(row.count for row in disparity.first.rows)


def _table(disparity: Disparity, table: RateTable) -> Iterator[str]:
    if not table.has_rates:
        shares = [f"{row.group} {percent(row.share)}" for row in table.rows[:6] if row.share is not None]
        yield f"Shares of the total count: {listed(shares)}."
        return
    if sum(row.is_reference for row in table.rows) > 1:
        yield from _within(disparity, table)
        return
    reference = next((row for row in table.rows if row.is_reference), None)
    if reference is None or reference.rate_per_1000 is None:
        return
    where = "Within the register." if table.population == INSIDE else f"Comparison population: {named(table)}."
    yield f"{where} {clause(disparity, reference)} at a rate of {_rate(disparity, table, reference)}."
    for row in table.rows:
        if row.is_reference or row.rate_per_1000 is None:
            continue
        yield _compared(disparity, table, row, reference)


def _within(disparity: Disparity, table: RateTable) -> Iterator[str]:
    """Each area, or each group of another division, has a reference group of its own."""
    ratios = [row for row in table.rows if row.low is not None and not row.is_reference]
    more = sum(row.low is not None and row.low > 1 for row in ratios)
    fewer = sum(row.high is not None and row.high < 1 for row in ratios)
    yield (
        f"Compared with {named(table)}, {len(ratios):,} groups are set against {table.reference} in their own "
        f"{disparity.question.within or 'part of the count'}: {more:,} have a higher rate and {fewer:,} a lower one. "
        f"For {len(ratios) - more - fewer:,} the interval includes 1."
    )


def _compared(disparity: Disparity, table: RateTable, row: RateRow, reference: RateRow) -> str:
    rates = f"{_rate(disparity, table, row)}, compared with {_bare_rate(disparity, table, reference)}"
    own, other = whose(disparity, row), whose(disparity, reference)
    them = those(disparity, reference)
    if row.relative_rate is None or (row.low is None and not row.no_interval):
        return f"A ratio cannot be calculated for {own}: {rates}."
    ratio = figure(row.relative_rate)
    if row.no_interval:
        compared = f"{clause(disparity, row)} {ratio} times as often as {them}: {rates}"
        return f"{compared}. No interval is given: {row.no_interval}."
    high = "no upper limit" if row.high is None else figure(row.high)
    level = disparity.question.level
    claimed = f"{level:.0%} confidence interval" if row.cover is Cover.ABOUT else "interval"
    interval = f"{claimed} {figure(row.low)} to {high}, {how(row)}{but(row, level)}"
    if row.low is not None and row.low <= 1 and (row.high is None or row.high >= 1):
        return (
            f"There was no clear difference between {own} and {other} (ratio {ratio}, {interval}): {rates}. "
            "The interval includes 1, so the difference may be due to chance."
        )
    if row.relative_rate < 1:
        compared = f"{clause(disparity, row)} less often than {them}: {ratio} times the rate ({interval}); {rates}."
    else:
        compared = f"{clause(disparity, row)} {ratio} times as often as {them} ({interval}): {rates}."
    if row.excess is None or table.population == INSIDE:
        return compared
    size = figure(abs(row.excess)) if abs(row.excess) < 10 else f"{abs(row.excess):,.0f}"
    than = f"{size} {'more' if row.excess > 0 else 'fewer'} than if the rate had been the same as for {other}"
    return f"{compared} That is {than}."


def clause(disparity: Disparity, row: RateRow) -> str:
    """The group's part of a sentence on how often: "Black people were listed"."""
    return opening(disparity.measure.clause.format(group=whose(disparity, row))).rstrip(".")


def those(disparity: Disparity, reference: RateRow) -> str:
    """What a group is compared with: "White people", or "those about White people" of entries."""
    before = disparity.measure.clause.partition("{group}")[0].split()
    return f"those {before[-1]} {whose(disparity, reference)}" if before else whose(disparity, reference)


def whose(disparity: Disparity, row: RateRow) -> str:
    """A group as a sentence names it: "Black people", "people of Mixed ethnicity", "people in the group 18-24"."""
    by = disparity.question.by
    if disparity.measure.table == "platform_request":
        return f"the group {row.group}"
    if len(by) == 1 and by[0].startswith("ethnicity_"):
        if row.group in _ADJECTIVES:
            return f"{row.group} people"
        if row.group in _NOT_ADJECTIVES:
            return f"people of {row.group} ethnicity"
    return f"people in the group {row.group}"


def how(row: RateRow) -> str:
    """How an interval was made, and what it is an interval of where it is none of people."""
    if row.basis is IntervalBasis.PEOPLE:
        return str(row.method)
    known = f", dispersion {figure(row.dispersion)}" if row.dispersion is not None else ""
    return f"{row.method}, {row.basis}{known}"


def interval_words(row: RateRow, level: float) -> str:
    """The interval of a ratio with how it was made, or why there is none."""
    if row.withheld:
        return f"withheld: {row.withheld}"
    if row.is_reference:
        return "reference"
    if row.no_interval:
        return f"no interval: {row.no_interval}"
    return f"{figure(row.low)} to {figure(row.high)}, {how(row)}{but(row, level)}" if row.low is not None else ""


def but(row: RateRow, level: float) -> str:
    """How often the interval of the ratio contains the true value, where that is not about its level."""
    if row.cover in (Cover.AT_LEAST, Cover.MORE):
        return f", {'at least' if row.cover is Cover.AT_LEAST else 'usually more than'} {level:.0%}"
    if row.cover is not Cover.UNKNOWN:
        return ""
    return f", {level:.0%} only if no one has several" if row.basis is IntervalBasis.EVENTS else ", level not known"


def _rate(disparity: Disparity, table: RateTable, row: RateRow) -> str:
    base = f"{row.population:,.0f}" if row.population is not None else "not known"
    if disparity.measure.shape is MeasureShape.EXPOSURE:
        return (
            f"{figure(row.rate_per_1000)} per 1,000 entry-years ({row.count:,} in {base} years that entries were open)"
        )
    if table.population == INSIDE:
        return f"{percent((row.rate_per_1000 or 0) / 1000)} ({row.count:,} of {base})"
    return f"{figure(row.rate_per_1000)} per 1,000 people ({row.count:,} for {base} people)"


def _bare_rate(disparity: Disparity, table: RateTable, row: RateRow) -> str:
    """The rate alone, where its unit and counts have been given before."""
    if table.population == INSIDE and disparity.measure.shape is not MeasureShape.EXPOSURE:
        return percent((row.rate_per_1000 or 0) / 1000)
    return figure(row.rate_per_1000)


def named(table: RateTable) -> str:
    """A population with its area and year."""
    place = ", ".join(str(text) for text in (table.area, table.year) if text)
    return f"{table.population} ({place})" if place else table.population


def _inside_and_outside(disparity: Disparity) -> Iterator[str]:
    """Two questions about every list: how it treats the people on it, and who is on it."""
    inside = next((table for table in disparity.tables if table.population == INSIDE), None)
    outside = next((table for table in disparity.tables if table.population != INSIDE and table.has_rates), None)
    if inside is None or outside is None:
        return
    within = {row.group: row.relative_rate for row in inside.rows if not row.is_reference}
    for row in outside.rows:
        if row.relative_rate is not None and within.get(row.group) is not None and not row.is_reference:
            yield (
                f"{row.group} compared with {outside.reference}: {figure(within[row.group])} times within the "
                f"register, {figure(row.relative_rate)} times compared with {outside.population}. The first figure "
                "compares people who are already listed; the second compares who is listed in the first place."
            )


def _missing(disparity: Disparity) -> Iterator[str]:
    missing, table = disparity.missing, disparity.first
    if not missing.count:
        yield "The group is known for every row in scope."
        return
    yield f"The group is not known for {missing.count:,} of {missing.total:,} in scope ({percent(missing.share)})."
    if not missing.must_be_shown:
        return
    for bound in table.bounds:
        if bound.relative_rate.low is not None:
            yield (
                f"Depending on which groups these belong to, the {_ratio(bound.group, table.reference)} could be "
                f"anywhere from {figure(bound.relative_rate.low)} to {figure(bound.relative_rate.high)}."
            )


def _ratio(group: str, reference: str) -> str:
    """The name of a ratio: "Black-to-White ratio", or in full where a name has several words."""
    if group.isalpha() and reference.isalpha():
        return f"{group}-to-{reference} ratio"
    return f"ratio of {group} to {reference}"


def _trend(disparity: Disparity) -> Iterator[str]:
    if not disparity.trend:
        return
    gaps = [step.label for step in disparity.trend if step.submitted is Submitted.GAP]
    partly = [step.label for step in disparity.trend if step.submitted is Submitted.PARTLY]
    first, last = disparity.trend[0].label, disparity.trend[-1].label
    over = "1 period" if len(disparity.trend) == 1 else f"{len(disparity.trend)} periods"
    yield (
        f"The trend covers {over}, {first}." if first == last else f"The trend covers {over}, from {first} to {last}."
    )
    if gaps:
        yield f"No data was submitted for {listed(gaps)}. These are gaps, not zeros."
    if partly:
        yield f"Some forces did not submit every month of {listed(partly)}, so these counts are too low."


def _sweep(disparity: Disparity) -> Iterator[str]:
    if not disparity.sweep:
        return
    many = "1 threshold" if len(disparity.sweep) == 1 else f"{len(disparity.sweep)} thresholds"
    for place, table in enumerate(disparity.tables):
        ratios: dict[str, list[tuple[float, str]]] = {}
        for step in disparity.sweep:
            for row in step.tables[place].rows:
                if row.relative_rate is not None and not row.is_reference:
                    ratios.setdefault(row.group, []).append((row.relative_rate, step.label))
        for group, values in list(ratios.items())[:6]:
            (low, at_low), (high, at_high) = min(values), max(values)
            yield (
                f"Across {many}, the {_ratio(group, table.reference)} ({table.population}) ranges from {figure(low)} "
                f"(threshold {at_low}) to {figure(high)} (threshold {at_high})."
            )


def told(read: LabelAccount) -> Iterator[str]:
    """How the labels of one column were read: by which schemes, which were combined, and which were left out."""
    where = f"{read.column} of {read.whose}"
    if read.schemes:
        yield f"{where} is read with {listed(read.schemes)}"
    for group, labels in read.merged.items():
        yield f"{where}: {group} is {_labels(labels)}"
    if read.totals:
        yield f"{where}: totals, counted once and not as groups: {_labels(read.totals)}"
    if read.unknown:
        yield f"{where}: no known group: {_labels(read.unknown)}"
    if read.several:
        yield f"{where}: several people in one cell: {_labels(read.several)}"
    if read.unplaced:
        yield f"{where}: in no scheme, or in two that differ, and left unchanged: {_labels(read.unplaced)}"


def _labels(amounts: Amounts) -> str:
    return some([f"{label.strip() or 'blank'} ({amount:,.0f})" for label, amount in amounts], _MOST)
