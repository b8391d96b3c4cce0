"""A disparity as JSON for scripts and as text for a terminal; docs/formats/disparity.md has the fields."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from overt import __version__
from overt.disparities._adjusted import ASSUMPTIONS as ADJUSTED_ASSUMPTIONS
from overt.disparities._adjusted import AdjustedGroup, adjusted_groups
from overt.disparities._average import AverageRatio, averages
from overt.disparities._beside import RatioChange, changes, sensitivities
from overt.disparities._bounds import FigureBounds
from overt.disparities._darkness import ASSUMPTIONS as DARKNESS_ASSUMPTIONS
from overt.disparities._darkness import NOT_CONCLUDED, Darkness, DarknessTest
from overt.disparities._figure import figure
from overt.disparities._funnel import funnel_as_json, funnels
from overt.disparities._labels import Amounts, LabelAccount
from overt.disparities._question import Disparity, DisparityQuestion, TrendStep
from overt.disparities._standard import standardised_rates
from overt.disparities._statements import statements
from overt.disparities._stay_words import stays_as_json
from overt.disparities._table import RateRow, RateTable, Ungrouped
from overt.disparities._trends import ASSUMPTIONS as TREND_ASSUMPTIONS
from overt.disparities._trends import TrendTest, trend_tests
from overt.disparities._words import interval_words, narrative, told
from overt.pages import p_value

FORMAT = "overt-disparity-1"


def as_json(disparity: Disparity) -> dict[str, Any]:
    """The whole answer. `rows`, `missing` and `bounds` are those of the population that was named first."""
    question = disparity.question
    return {
        "format": FORMAT,
        "version": __version__,
        "measure": disparity.measure.name,
        "counts": disparity.measure.title,
        "by": list(question.by),
        "only": _only(question),
        "schemes": list(question.schemes),
        "as_of": question.as_of.isoformat(),
        "since": question.since.isoformat() if question.since else None,
        "threshold": question.threshold,
        "level": question.level,
        "register": disparity.register,
        "source_digest": disparity.source_digest,
        "synthetic": disparity.synthetic,
        "reference": disparity.first.reference,
        "population": disparity.first.population,
        "rows": [_row(row) for row in disparity.first.rows],
        "missing": _missing(disparity.missing),
        "left_out": disparity.left_out,
        "bounds": [_bound(bound) for bound in disparity.first.bounds] or None,
        "benchmarks": [_table(table) for table in disparity.tables],
        "trend": [_step(step) for step in disparity.trend] or None,
        "sweep": [_step(step) for step in disparity.sweep] or None,
        "narrative": list(narrative(disparity)),
        "statements": [asdict(statement) for statement in statements(disparity)] or None,
        "warnings": list(disparity.warnings),
        "notes": list(disparity.notes),
        "labels": [_read(account) for account in disparity.read],
        "averages": [_average(average) for average in averages(disparity)] or None,
        "standardised": [asdict(rate) for rate in standardised_rates(disparity)] or None,
        "sensitivity": [{**asdict(one), "told": one.told} for one in sensitivities(disparity)] or None,
        "change": [_change(change, question.level) for change in changes(disparity)] or None,
        "adjusted": [_adjusted(group, question.level) for group in adjusted_groups(disparity)] or None,
        "trend_tests": [_trend_test(test, question.level) for test in trend_tests(disparity)] or None,
        "darkness": _darkness(disparity.darkness, question.level) if disparity.darkness else None,
        "funnels": [funnel_as_json(funnel) for funnel in funnels(disparity)] or None,
        "stays": stays_as_json(disparity.stays) if disparity.stays else None,
    }


def _change(change: RatioChange, level: float) -> dict[str, Any]:
    return {**asdict(change), "told": change.told(level)}


def _darkness(darkness: Darkness, level: float) -> dict[str, Any]:
    tests = [{**asdict(test), **_p_values(test), "told": test.told(level)} for test in darkness.tests]
    words = {"told": list(darkness.told), "assumptions": DARKNESS_ASSUMPTIONS, "not_concluded": NOT_CONCLUDED}
    return {**asdict(darkness), "tests": tests, **words}


def _p_values(one: AdjustedGroup | DarknessTest) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in ("p_value", "p_adjusted")}
    return {name: p_value(value) for name, value in values.items() if value is not None}


def _adjusted(group: AdjustedGroup, level: float) -> dict[str, Any]:
    return {**asdict(group), **_p_values(group), "told": group.told(level), "assumptions": ADJUSTED_ASSUMPTIONS}


def _trend_test(test: TrendTest, level: float) -> dict[str, Any]:
    line = asdict(test.trend) if test.trend else {}
    body = {name: value for name, value in asdict(test).items() if name != "trend"}
    p_values = {"p_value": p_value(line["p_value"]), "p_adjusted": p_value(test.p_adjusted or 0.0)} if line else {}
    return {**body, **line, **p_values, "told": test.told(level), "assumptions": TREND_ASSUMPTIONS}


def _average(average: AverageRatio) -> dict[str, Any]:
    test = average.homogeneity
    body = {name: value for name, value in asdict(average).items() if name != "homogeneity"}
    return {**body, "homogeneity": {**asdict(test), "p_value": p_value(test.p_value)} if test else None}


def _only(question: DisparityQuestion) -> dict[str, str | list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in question.only:
        values.setdefault(name, []).append(value)
    return {name: value[0] if len(value) == 1 else value for name, value in values.items()}


def _read(read: LabelAccount) -> dict[str, Any]:
    return {
        "of": read.whose,
        "column": read.column,
        "schemes": list(read.schemes),
        "merged": {group: _amounts(labels) for group, labels in read.merged.items()},
        "totals": _amounts(read.totals),
        "unknown": _amounts(read.unknown),
        "several": _amounts(read.several),
        "unplaced": _amounts(read.unplaced),
        "says": list(read.says),
    }


def _amounts(amounts: Amounts) -> list[dict[str, Any]]:
    return [{"label": label, "count": _whole(amount)} for label, amount in amounts]


def as_text(disparity: Disparity) -> str:
    """The narrative, the tables and the warnings."""
    lines = [*narrative(disparity), ""]
    for table in disparity.tables:
        lines += _text_table(table, disparity.question.level)
    lines += [line for statement in statements(disparity) for line in statement.lines]
    lines += [f"average: {average.told(disparity.question.level)}" for average in averages(disparity)]
    lines += [f"standardised: {rate.told(disparity.question.level)}" for rate in standardised_rates(disparity)]
    groups = [group.told(disparity.question.level) for group in adjusted_groups(disparity)]
    lines += [f"adjusted: {line}" for line in ([*groups, ADJUSTED_ASSUMPTIONS] if groups else [])]
    tests = trend_tests(disparity)
    lines += [f"trend: {test.told(disparity.question.level)}" for test in tests]
    lines += [f"trend: {TREND_ASSUMPTIONS}"] if tests else []
    lines += [f"darkness: {line}" for line in darkness_lines(disparity)]
    lines += [f"funnel: {funnel.told}" for funnel in funnels(disparity)]
    lines += [f"stay: {sentence}" for sentence in (disparity.stays.told if disparity.stays else ())]
    lines += [f"warning: {warning}" for warning in disparity.warnings]
    lines += [f"note: {note}" for note in disparity.notes]
    lines += [f"labels: {line}" for read in disparity.read for line in told(read)]
    return "\n".join(lines)


def darkness_lines(disparity: Disparity) -> list[str]:
    """The tests of daylight against darkness, where the stops went, and what the tests assume and do not show."""
    if disparity.darkness is None:
        return []
    tests = [test.told(disparity.question.level) for test in disparity.darkness.tests]
    return [*tests, *disparity.darkness.told, DARKNESS_ASSUMPTIONS, NOT_CONCLUDED]


def json_bytes(disparity: Disparity) -> bytes:
    """`as_json` as text, the same for the same answer to the byte."""
    return (json.dumps(as_json(disparity), indent=2, ensure_ascii=False) + "\n").encode()


def _row(row: RateRow) -> dict[str, Any]:
    body: dict[str, Any] = {
        "group": row.group,
        "count": row.count,
        "population": _whole(row.population),
        "rate_per_1000": row.rate_per_1000,
        "relative_rate": row.relative_rate,
        "low": row.low,
        "high": row.high,
        "method": str(row.method),
        "cover": str(row.cover),
        "interval_of": str(row.basis),
        "people": row.people,
        "dispersion": row.dispersion,
        "reference": row.is_reference,
        "rate_low": row.rate.low,
        "rate_high": row.rate.high,
        "rate_method": str(row.rate_method),
        "rate_cover": str(row.rate_cover),
        "rate_difference_per_1000": row.difference_per_1000,
        "rate_difference_low": row.difference.low,
        "rate_difference_high": row.difference.high,
        "rate_difference_cover": str(row.difference_cover),
        "excess": row.excess,
        "share": row.share,
        "share_known": row.share_known,
        "representation_index": row.representation,
    }
    if row.withheld:
        body["withheld"] = row.withheld
    if row.no_interval:
        body["no_interval"] = row.no_interval
    if row.two_by_two:
        tested = row.two_by_two.chi_squared is not None
        statistics = asdict(row.two_by_two).items()
        body["two_by_two"] = {
            name: p_value(value) if name.startswith("p_value") else value
            for name, value in statistics
            if tested or "_ratio" in name
        }
    if row.resampled_rate and row.resampled:
        body["bootstrap"] = {
            "rate_low": row.resampled_rate.low,
            "rate_high": row.resampled_rate.high,
            "low": row.resampled.low,
            "high": row.resampled.high,
            **({"withheld": row.no_resamples} if row.no_resamples else {}),
        }
    return body


def _table(table: RateTable) -> dict[str, Any]:
    return {
        "population": table.population,
        "year": table.year,
        "area": table.area,
        "source": table.source,
        "reference": table.reference,
        "rows": [_row(row) for row in table.rows],
        "missing": _missing(table.missing),
        "bounds": [_bound(bound) for bound in table.bounds] or None,
        "notes": list(table.notes),
    }


def _missing(missing: Ungrouped) -> dict[str, Any]:
    return {
        "count": missing.count,
        "total": missing.total,
        "share": missing.share,
        "must_be_shown": missing.must_be_shown,
    }


def _bound(bound: FigureBounds) -> dict[str, Any]:
    return {
        "group": bound.group,
        "rate_per_1000_low": bound.rate_per_1000.low,
        "rate_per_1000_high": bound.rate_per_1000.high,
        "relative_rate_low": bound.relative_rate.low,
        "relative_rate_high": bound.relative_rate.high,
    }


def _step(step: TrendStep) -> dict[str, Any]:
    return {
        "label": step.label,
        "submitted": str(step.submitted),
        "missing": _missing(step.missing) if step.tables else None,
        "benchmarks": [_table(table) for table in step.tables],
    }


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and float(value).is_integer() else value


# The columns before the interval, left blank.
_UNDER = " " * 74


def _text_table(table: RateTable, level: float) -> list[str]:
    place = " ".join(str(text) for text in (table.area, table.year) if text)
    heading = f"{table.population}{f' ({place})' if place else ''}, against {table.reference}"
    lines = [heading, f"  {'group':28} {'count':>10} {'population':>12} {'per 1,000':>10} {'ratio':>8}  interval"]
    bounds = {bound.group: bound for bound in table.bounds}
    for row in table.rows:
        population = "not known" if row.population is None else f"{row.population:,.0f}"
        lines.append(
            f"  {row.group[:28]:28} {row.count:>10,} {population:>12} {figure(row.rate_per_1000):>10} "
            f"{figure(row.relative_rate):>8}  {interval_words(row, level)}".rstrip()
        )
        if row.resampled and row.resampled.low is not None:
            interval = f"{figure(row.resampled.low)} to {figure(row.resampled.high)}"
            lines.append(f"{_UNDER}  resampled: {interval}")
        bound = bounds.get(row.group)
        if table.missing.must_be_shown and bound and bound.relative_rate.low is not None:
            interval = f"{figure(bound.relative_rate.low)} to {figure(bound.relative_rate.high)}"
            lines.append(f"{_UNDER}  bounds for missing data: {interval}")
    lines.append(f"  missing group: {table.missing.count:,} of {table.missing.total:,} ({table.missing.share:.1%})")
    lines += [f"  note: {note}" for note in table.notes]
    return [*lines, ""]
