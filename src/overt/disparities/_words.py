"""What the numbers say, in words made from the numbers: no cause, no verdict, nothing that is not in the table."""

from __future__ import annotations

from collections.abc import Iterator

from overt.disparities._figure import figure
from overt.disparities._labels import Amounts, Read
from overt.disparities._measures import Shape
from overt.disparities._persons import Basis
from overt.disparities._question import Disparity
from overt.disparities._submitted import Submitted
from overt.disparities._table import INSIDE, Row, Table
from overt.pages import listed, opening, percent, some
from overt.statistics import Cover

NO_CAUSE = "These figures say how the counts are spread over groups. They do not say why, and tell of no person."


# So many labels of a kind are listed; the JSON has them all.
_MOST = 12


def heading(found: Disparity) -> str:
    """What was counted, and by what."""
    return f"{opening(found.measure.title).rstrip('.')}, by {', '.join(found.question.by)}"


def narrative(found: Disparity) -> tuple[str, ...]:
    """Sentences on what was counted, each population in turn, what is missing, the trend and the sweep."""
    return (
        _counted(found),
        *(sentence for table in found.tables for sentence in _table(found, table)),
        *_inside_and_outside(found),
        *_missing(found),
        *_trend(found),
        *_sweep(found),
        NO_CAUSE,
    )


def _counted(found: Disparity) -> str:
    total = sum(row.count for row in found.first.rows) + _without(found)
    last, since = found.question.as_of.isoformat(), found.question.since
    when = f"as of {last}"
    if found.measure.shape is not Shape.STOCK:
        when = f"from {since.isoformat()} to {last}" if since else f"up to {last}"
    said = f"{found.measure.title} were counted {when}, by {listed(found.question.by)}"
    if found.people is not None:
        return (
            f"{found.people:,} {said}: {total:,} times in all, since each counts in the group of every entry they have."
        )
    return f"{total:,} {said}."


def _without(found: Disparity) -> int:
    """Counts without a group. Of a share, the missing are of its base, and the counts are reckoned from the shares."""
    row = next((row for row in found.first.rows if row.share and row.share_known), None)
    if row is None or not row.share:
        return found.missing.count if not found.measure.is_share else 0
    return round(row.count / row.share) - sum(each.count for each in found.first.rows)


def _table(found: Disparity, table: Table) -> Iterator[str]:
    if not table.has_rates:
        shares = [f"{row.group} {percent(row.share)}" for row in table.rows[:6] if row.share is not None]
        yield f"Shares of all that was counted: {listed(shares)}."
        return
    if sum(row.is_reference for row in table.rows) > 1:
        yield from _within(found, table)
        return
    reference = next((row for row in table.rows if row.is_reference), None)
    if reference is None or reference.rate_per_1000 is None:
        return
    where = "Inside the register" if table.population == INSIDE else f"Against {_name(table)}"
    yield f"{where} the rate of {reference.group} was {_rate(found, table, reference)}."
    for row in table.rows:
        if row.is_reference or row.rate_per_1000 is None:
            continue
        yield _compared(found, table, row)


def _within(found: Disparity, table: Table) -> Iterator[str]:
    """Each area, or each group of another division, has a reference group of its own."""
    ratios = [row for row in table.rows if row.low is not None and not row.is_reference]
    more = sum(row.low is not None and row.low > 1 for row in ratios)
    fewer = sum(row.high is not None and row.high < 1 for row in ratios)
    yield (
        f"Against {_name(table)}, {len(ratios):,} groups were compared with {table.reference} of their own "
        f"{found.question.within or 'part of the count'}: {more:,} have a higher rate, {fewer:,} a lower one, and of "
        f"{len(ratios) - more - fewer:,} the interval holds 1."
    )


def _compared(found: Disparity, table: Table, row: Row) -> str:
    said = f"{row.group}: {_rate(found, table, row)}"
    if row.no_interval and row.relative_rate is not None:
        told = f"{said}, {figure(row.relative_rate)} times that of {table.reference}"
        return f"{told}; there is no interval, since {row.no_interval}."
    if row.relative_rate is None or row.low is None:
        return f"{said}; no ratio can be given."
    high = "no upper limit" if row.high is None else figure(row.high)
    level = found.question.level
    claimed = f"{level:.0%} " if row.cover is Cover.ABOUT else ""
    interval = f"{claimed}interval {figure(row.low)} to {high}, {how(row)}{but(row, level)}"
    told = f"{said}, {figure(row.relative_rate)} times that of {table.reference} ({interval})"
    if row.high is not None and row.low <= 1 <= row.high:
        return f"{told}; the interval holds 1, so that the counts alone do not tell the two rates apart."
    if row.excess is None or table.population == INSIDE:
        return f"{told}."
    size = figure(abs(row.excess)) if abs(row.excess) < 10 else f"{abs(row.excess):,.0f}"
    return f"{told}; {size} {'more' if row.excess > 0 else 'fewer'} than at the rate of {table.reference}."


def how(row: Row) -> str:
    """How an interval was made, and what it is an interval of where it is none of people."""
    if row.basis is Basis.PEOPLE:
        return str(row.method)
    known = f", dispersion {figure(row.dispersion)}" if row.dispersion is not None else ""
    return f"{row.method}, {row.basis}{known}"


def interval_words(row: Row, level: float) -> str:
    """The interval of a ratio with how it was made, or why there is none."""
    if row.withheld:
        return f"withheld: {row.withheld}"
    if row.is_reference:
        return "reference"
    if row.no_interval:
        return f"no interval: {row.no_interval}"
    return f"{figure(row.low)} to {figure(row.high)}, {how(row)}{but(row, level)}" if row.low is not None else ""


def but(row: Row, level: float) -> str:
    """How often the interval of the ratio holds the truth, where that is not in about its level."""
    if row.cover in (Cover.AT_LEAST, Cover.MORE):
        return f", {'at least' if row.cover is Cover.AT_LEAST else 'usually more than'} {level:.0%}"
    if row.cover is not Cover.UNKNOWN:
        return ""
    return f", {level:.0%} only if nobody has several" if row.basis is Basis.EVENTS else ", of no known level"


def _rate(found: Disparity, table: Table, row: Row) -> str:
    base = f"{row.population:,.0f}" if row.population is not None else "not known"
    if found.measure.shape is Shape.EXPOSURE:
        return f"{figure(row.rate_per_1000)} for each thousand years at risk ({row.count:,} in {base} years)"
    if table.population == INSIDE:
        return f"{percent((row.rate_per_1000 or 0) / 1000)} ({row.count:,} of {base})"
    return f"{figure(row.rate_per_1000)} for each 1,000 people ({row.count:,} on {base})"


def _name(table: Table) -> str:
    place = ", ".join(str(each) for each in (table.area, table.year) if each)
    return f"{table.population} ({place})" if place else table.population


def _inside_and_outside(found: Disparity) -> Iterator[str]:
    """The lesson of every list: how it treats those on it is one question, who is on it another."""
    inside = next((table for table in found.tables if table.population == INSIDE), None)
    outside = next((table for table in found.tables if table.population != INSIDE and table.has_rates), None)
    if inside is None or outside is None:
        return
    within = {row.group: row.relative_rate for row in inside.rows if not row.is_reference}
    for row in outside.rows:
        if row.relative_rate is not None and within.get(row.group) is not None and not row.is_reference:
            yield (
                f"{row.group} against {outside.reference}: {figure(within[row.group])} times among those in the "
                f"register, {figure(row.relative_rate)} times against {outside.population}. The first says how the "
                "list treats those on it, the second who is on it."
            )


def _missing(found: Disparity) -> Iterator[str]:
    missing, table = found.missing, found.first
    if not missing.count:
        yield "Every row in scope has a known group."
        return
    yield f"{missing.count:,} of {missing.total:,} in scope ({percent(missing.share)}) have no known group."
    if not missing.must_be_shown:
        return
    for bound in table.bounds:
        if bound.relative_rate.low is not None:
            yield (
                f"Wherever these belong, the ratio of {bound.group} to {table.reference} lies between "
                f"{figure(bound.relative_rate.low)} and {figure(bound.relative_rate.high)}."
            )


def _trend(found: Disparity) -> Iterator[str]:
    if not found.trend:
        return
    gaps = [step.label for step in found.trend if step.submitted is Submitted.GAP]
    partly = [step.label for step in found.trend if step.submitted is Submitted.PARTLY]
    first, last = found.trend[0].label, found.trend[-1].label
    over = "1 period" if len(found.trend) == 1 else f"{len(found.trend)} periods"
    yield (
        f"The trend runs over {over}, {first}."
        if first == last
        else f"The trend runs over {over}, from {first} to {last}."
    )
    if gaps:
        yield f"Nothing was submitted for {listed(gaps)}: gaps, not zeros."
    if partly:
        yield f"Not every force submitted every month of {listed(partly)}: these counts are too low."


def _sweep(found: Disparity) -> Iterator[str]:
    if not found.sweep:
        return
    many = "1 threshold" if len(found.sweep) == 1 else f"{len(found.sweep)} thresholds"
    for place, table in enumerate(found.tables):
        ratios: dict[str, list[tuple[float, str]]] = {}
        for step in found.sweep:
            for row in step.tables[place].rows:
                if row.relative_rate is not None and not row.is_reference:
                    ratios.setdefault(row.group, []).append((row.relative_rate, step.label))
        for group, values in list(ratios.items())[:6]:
            (low, at_low), (high, at_high) = min(values), max(values)
            yield (
                f"Over {many} the ratio of {group} to {table.reference} "
                f"({table.population}) runs from {figure(low)} at {at_low} to {figure(high)} at {at_high}."
            )


def told(read: Read) -> Iterator[str]:
    """What was done with the labels of one column: by which schemes, what was put together, and what was left out."""
    where = f"{read.column} of {read.whose}"
    if read.schemes:
        yield f"{where} is read by {listed(read.schemes)}"
    for group, labels in read.merged.items():
        yield f"{where}: {group} is {_labels(labels)}"
    if read.totals:
        yield f"{where}: counted once and no group of their own: {_labels(read.totals)}"
    if read.unknown:
        yield f"{where}: no known group: {_labels(read.unknown)}"
    if read.several:
        yield f"{where}: several people in one cell: {_labels(read.several)}"
    if read.unplaced:
        yield f"{where}: in no scheme, or in two that differ, and left as they are: {_labels(read.unplaced)}"


def _labels(amounts: Amounts) -> str:
    return some([f"{label.strip() or 'blank'} ({amount:,.0f})" for label, amount in amounts], _MOST)
