"""A disparity as CSV; docs/formats/disparity.md has the columns."""

from __future__ import annotations

from overt.disparities._bounds import BoundLimits
from overt.disparities._question import Disparity
from overt.disparities._table import RateTable
from overt.pages import csv_bytes


def as_csv(disparity: Disparity) -> bytes:
    """One line for each population and group; the trend and the sweep follow with their period or threshold."""
    header = [
        "measure",
        "population",
        "year",
        "area",
        "period",
        "threshold",
        "submitted",
        "reference",
        *_CSV_ROW,
        "bound_relative_rate_low",
        "bound_relative_rate_high",
        "missing",
        "missing_of",
    ]
    lines: list[list[str | int | float | None]] = []
    for table in disparity.tables:
        lines += _csv_lines(disparity, table, "", "", "")
    for step in disparity.trend:
        for table in step.tables:
            lines += _csv_lines(disparity, table, step.label, "", str(step.submitted))
        if not step.tables:
            blank: list[str | int | float | None] = [None] * (len(header) - 8)
            lines.append([disparity.measure.name, "", None, "", step.label, "", str(step.submitted), "", *blank])
    for step in disparity.sweep:
        for table in step.tables:
            lines += _csv_lines(disparity, table, "", step.label, "")
    return csv_bytes(header, lines)


_CSV_ROW = (
    "group",
    "count",
    "population_count",
    "rate_per_1000",
    "rate_low",
    "rate_high",
    "relative_rate",
    "low",
    "high",
    "method",
    "cover",
    "interval_of",
    "people",
    "dispersion",
    "no_interval",
    "resampled_rate_low",
    "resampled_rate_high",
    "resampled_low",
    "resampled_high",
    "difference_per_1000",
    "excess",
    "share",
    "share_known",
    "representation_index",
)


def _csv_lines(
    disparity: Disparity, table: RateTable, period: str, threshold: str, submitted: str
) -> list[list[str | int | float | None]]:
    bounds = {bound.group: bound.relative_rate for bound in table.bounds}
    lines: list[list[str | int | float | None]] = []
    for row in table.rows:
        bound = bounds.get(row.group, BoundLimits(None, None))
        lines.append(
            [
                disparity.measure.name,
                table.population,
                table.year,
                table.area,
                period,
                threshold,
                submitted,
                table.reference,
                row.group,
                row.count,
                row.population,
                row.rate_per_1000,
                row.rate.low,
                row.rate.high,
                row.relative_rate,
                row.low,
                row.high,
                str(row.method),
                str(row.cover),
                str(row.basis),
                row.people,
                row.dispersion,
                row.no_interval,
                *_both(row.resampled_rate),
                *_both(row.resampled),
                row.difference_per_1000,
                row.excess,
                row.share,
                row.share_known,
                row.representation,
                bound.low,
                bound.high,
                table.missing.count,
                table.missing.total,
            ]
        )
    return lines


def _both(limits: BoundLimits | None) -> tuple[float | None, float | None]:
    return (limits.low, limits.high) if limits else (None, None)
