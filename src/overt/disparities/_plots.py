"""Plots of ratios: dots and intervals, a trend with its gaps, a sweep over thresholds.

Nothing is told by colour: populations differ by the shape of the mark, an unsure figure by an open
mark, bounds by a broken line, a gap by a dashed box and its word. Scales are logarithmic, so that twice and
half lie alike from 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from overt.disparities._bounds import FigureBounds
from overt.disparities._figure import figure
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity, TrendStep
from overt.disparities._submitted import Submitted
from overt.disparities._table import INSIDE, RateRow, RateTable
from overt.pages import number, svg

ROW, HEAD, HEIGHT = 58, 22, 130
MOST_ROWS, MOST_GROUPS = 8, 6
# Left and right of these a mark would be cut off.
LEFT, RIGHT = 3.0, 97.0
_SHAPES = (
    "M-6,0 A6,6 0 1,1 6,0 A6,6 0 1,1 -6,0 Z",
    "M-5.5,-5.5 H5.5 V5.5 H-5.5 Z",
    "M0,-7.5 L7.5,0 L0,7.5 L-7.5,0 Z",
    "M0,-7 L7,5.5 H-7 Z",
)
SHAPE_WORDS = ("circle", "square", "diamond", "triangle")
_DASHES = ("", "6 4", "2 3", "8 3 2 3")


@dataclass(frozen=True)
class Scale:
    """A logarithmic scale from `low` to `high`."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Where a value lies, 0 to 1; what is beyond an end lies at the end."""
        held = min(max(value, self.low), self.high)
        return math.log(held / self.low) / math.log(self.high / self.low)

    def across(self, value: float) -> float:
        """The same as per cent of the width."""
        return LEFT + (RIGHT - LEFT) * self.place(value)

    @property
    def ticks(self) -> list[float]:
        """Numbers that a reader counts in: 1, 2, 5 and their tenfolds, few enough to be read."""
        every = [base * 10.0**power for power in range(-4, 6) for base in (1, 2, 5)]
        inside = [value for value in every if self.low <= value <= self.high]
        return inside if len(inside) <= 5 else [value for value in inside if f"{value:e}"[0] == "1"] or inside[:5]


def scale_of(values: Sequence[float]) -> Scale:
    """The scale that holds all values and 1, with room on both sides."""
    held = [value for value in values if value and math.isfinite(value)] + [1.0]
    return Scale(min(0.5, min(held) / 1.15), max(2.0, max(held) * 1.15))


def ratios(disparity: Disparity) -> list[Markup]:
    """Each group against the reference in each population, one under another."""
    every = [
        (row, place, next((bound for bound in table.bounds if bound.group == row.group), None))
        for row_name in dict.fromkeys(row.group for table in disparity.tables for row in table.rows)
        for place, table in enumerate(disparity.tables)
        for row in table.rows
        if row.group == row_name and not row.is_reference and row.relative_rate
    ]
    values = [value for row, _, _ in every for value in (row.relative_rate, row.low, row.high) if value]
    values += [value for _, place, bound in every for value in _bound_values(disparity.tables[place], bound)]
    scale = scale_of(values)
    chunks = [every[start : start + MOST_ROWS] for start in range(0, len(every), MOST_ROWS)]
    return [_ratios(disparity, chunk, scale, f"ratios-{place}") for place, chunk in enumerate(chunks)]


def _bound_values(table: RateTable, bound: FigureBounds | None) -> list[float]:
    if bound is None or not table.missing.must_be_shown:
        return []
    return [limit for limit in (bound.relative_rate.low, bound.relative_rate.high) if limit]


def _ratios(
    disparity: Disparity, rows: Sequence[tuple[RateRow, int, FigureBounds | None]], scale: Scale, ident: str
) -> Markup:
    height = ROW * len(rows)
    body = [_down(scale.across(tick), 0, height, tick == 1) for tick in scale.ticks]
    for at, (row, place, bound) in enumerate(rows):
        table = disparity.tables[place]
        shown = bound if table.missing.must_be_shown else None
        body.append(_ratio(row, table, shown, place=place, scale=scale, top=at * ROW))
    body += [_axis(scale.across(tick), height + 16, f"{tick:g}") for tick in scale.ticks]
    described = "; ".join(
        f"{row.group}, {population_words(disparity.tables[place])}: {_told(row)}" for row, place, _ in rows
    )
    title = f"Ratio of each group's rate to that of {disparity.first.reference}, with intervals"
    return svg(ident, title, described, height + 24, body)


def _ratio(row: RateRow, table: RateTable, bound: FigureBounds | None, *, place: int, scale: Scale, top: int) -> Markup:
    middle = top + 40
    parts = [
        Markup(
            '<text class="plot-label" x="0" y="{y}">{label}'
            '<tspan class="plot-note plot-always" dx="8">{note}</tspan></text>'
            '<text class="plot-value" x="100%" y="{y}" text-anchor="end">{value}</text>'
        ).format(y=top + 18, label=row.group, note=population_words(table), value=figure(row.relative_rate))
    ]
    if bound is not None and bound.relative_rate.low is not None:
        high = bound.relative_rate.high or scale.high
        parts.append(_line(scale.across(bound.relative_rate.low or scale.low), scale.across(high), middle, "dis-bound"))
        parts += [
            _down(scale.across(limit), middle - 6, middle + 6, False, "dis-cap")
            for limit in (bound.relative_rate.low or scale.low, high)
        ]
    if not row.no_interval:
        low, high = row.low if row.low else scale.low, row.high if row.high is not None else scale.high
        parts.append(_line(scale.across(low), scale.across(high), middle, "dis-interval"))
    parts.append(mark(scale.across(row.relative_rate or 1), middle, place, row.count < 10))
    return Markup("<g><title>{name}</title>{parts}</g>").format(
        name=f"{row.group}, {population_words(table)}: {_told(row)}", parts=Markup("").join(parts)
    )


def steps(disparity: Disparity, series: Sequence[TrendStep], ident: str, title: str) -> list[tuple[str, Markup]]:
    """One small plot for each group over periods or thresholds: the name of the group, and the plot."""
    tables = [step.tables for step in series if step.tables]
    groups = [row.group for row in tables[0][0].rows if not row.is_reference] if tables else []
    groups = [
        name
        for name in groups
        if any(_row_of(step, place, name) for step in series for place in range(len(disparity.tables)))
    ]
    return [
        (name, _steps(disparity, series, name, f"{ident}-{place}", f"{title}: {name}"))
        for place, name in enumerate(groups[:MOST_GROUPS])
    ]


def _steps(disparity: Disparity, series: Sequence[TrendStep], group: str, ident: str, title: str) -> Markup:
    rows = [[_row_of(step, place, group) for step in series] for place in range(len(disparity.tables))]
    known = [row for line in rows for row in line if row]
    scale = scale_of([value for row in known for value in (row.relative_rate, row.low, row.high) if value])
    width = (RIGHT - LEFT - 7) / max(len(series), 1)
    at = [LEFT + 7 + width * (place + 0.5) for place in range(len(series))]

    def down(value: float) -> float:
        return HEAD + HEIGHT * (1 - scale.place(value))

    body = [_line(LEFT + 5, RIGHT, down(tick), "dis-one" if tick == 1 else "dis-grid") for tick in scale.ticks]
    body += [_axis(0, down(tick) + 5, f"{tick:g}", "start") for tick in scale.ticks]
    body += [
        _gap(place - width / 2, width)
        for place, step in zip(at, series, strict=True)
        if step.submitted is Submitted.GAP
    ]
    for place, line in enumerate(rows):
        body += _joined(at, line, down, place)
        for x, row, step in zip(at, line, series, strict=True):
            if row:
                if not row.no_interval:
                    low, high = row.low or scale.low, row.high if row.high is not None else scale.high
                    body.append(_down(x, down(high), down(low), False, "dis-interval-thin"))
                body.append(
                    mark(x, down(row.relative_rate or 1), place, step.submitted is Submitted.PARTLY or row.count < 10)
                )
    bottom = HEAD + HEIGHT + 18
    shown = range(0, len(series), max(1, math.ceil(len(series) / 4)))
    body += [_axis(at[place], bottom, series[place].label) for place in shown]
    described = "; ".join(
        f"{step.label}: {', '.join(figure(row.relative_rate) for row in column if row) or step.submitted}"
        for step, column in zip(series, zip(*rows, strict=True), strict=True)
    )
    return svg(ident, title, described, bottom + 8, body)


def _row_of(step: TrendStep, place: int, group: str) -> RateRow | None:
    if place >= len(step.tables):
        return None
    return next((row for row in step.tables[place].rows if row.group == group and row.relative_rate), None)


def _joined(
    at: Sequence[float], line: Sequence[RateRow | None], down: Callable[[float], float], place: int
) -> list[Markup]:
    """Lines between neighbours; none across a gap, since nobody knows how it went there."""
    parts = []
    for (x, row), (next_x, after) in pairwise(zip(at, line, strict=True)):
        if row and row.relative_rate and after and after.relative_rate:
            parts.append(
                Markup(
                    '<line class="dis-path" x1="{a}%" x2="{b}%" y1="{c}" y2="{d}" stroke-dasharray="{dash}"/>'
                ).format(
                    a=number(x),
                    b=number(next_x),
                    c=number(down(row.relative_rate)),
                    d=number(down(after.relative_rate)),
                    dash=_DASHES[place % len(_DASHES)],
                )
            )
    return parts


def _gap(left: float, width: float) -> Markup:
    return Markup(
        '<rect class="plot-hidden" x="{x}%" y="{y}" width="{w}%" height="{h}"><title>not submitted</title></rect>'
        '<text class="plot-axis" x="{m}%" y="{t}" text-anchor="middle">gap</text>'
    ).format(x=number(left), y=HEAD, w=number(width), h=HEIGHT, m=number(left + width / 2), t=HEAD - 6)


def mark(x: float, y: float, place: int, is_open: bool) -> Markup:
    """One mark: its shape says which population, an open one that little stands behind it."""
    return Markup('<svg x="{x}%" y="{y}" overflow="visible"><path class="{kind}" d="{shape}"/></svg>').format(
        x=number(x), y=number(y), kind="dis-open" if is_open else "dis-dot", shape=_SHAPES[place % len(_SHAPES)]
    )


def population_words(table: RateTable) -> str:
    """Which comparison a mark belongs to."""
    return table.population if table.population == INSIDE else f"compared with {table.population}"


def _told(row: RateRow) -> str:
    if row.low is None:
        return f"{figure(row.relative_rate)} times"
    return (
        f"{figure(row.relative_rate)} times, interval {figure(row.low)} to {figure(row.high)}, {row.method}{_of(row)}"
    )


def _of(row: RateRow) -> str:
    """What the interval is of, where it is none of people."""
    return "" if row.basis is IntervalBasis.PEOPLE else f", {row.basis}"


def _line(left: float, right: float, y: float, kind: str) -> Markup:
    return Markup('<line class="{kind}" x1="{a}%" x2="{b}%" y1="{y}" y2="{y}"/>').format(
        kind=kind, a=number(left), b=number(right), y=number(y)
    )


def _down(x: float, top: float, bottom: float, is_one: bool, kind: str = "") -> Markup:
    return Markup('<line class="{kind}" x1="{x}%" x2="{x}%" y1="{a}" y2="{b}"/>').format(
        kind=kind or ("dis-one" if is_one else "dis-grid"), x=number(x), a=number(top), b=number(bottom)
    )


def _axis(x: float, y: float, text: str, anchor: str = "middle") -> Markup:
    return Markup('<text class="plot-axis" x="{x}%" y="{y}" text-anchor="{anchor}">{text}</text>').format(
        x=number(x), y=number(y), anchor=anchor, text=text
    )
