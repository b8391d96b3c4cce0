"""Funnel plots: the ratio of each area by how much stands behind it, and how far chance alone would spread them.

The logarithm of a ratio of two Poisson counts has the standard error sqrt(1/a + 1/b); around the ratio of all areas
together, 95 % of areas would lie within 1.96 of these and 99.8 % within 3.09 if nothing but chance made them differ
(D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202). Of events by person each count has its dispersion;
where nobody knows whose the events are, the plot says that it takes each for another person's.

Areas also differ for reasons that are no one's conduct there, and of many areas some lie outside any limits. So the
plot has a second pair of limits, widened by how far the areas differ among themselves (`overt.statistics.spread`), and
an area is called different from the rest only if its p-value within these is below one in twenty after the p-values of
all areas are adjusted together (`overt.statistics.adjusted`). Areas are never ranked without their intervals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from overt.disparities._figure import figure
from overt.disparities._persons import IntervalBasis
from overt.disparities._plots import LEFT, RIGHT, mark, scale_of
from overt.disparities._question import Disparity
from overt.disparities._table import RateRow, RateTable
from overt.disparities._within import pairs_by_group, tables_within
from overt.pages import number, p_value, some, svg
from overt.statistics import Spread, adjusted, spread

_INNER, _OUTER = 1.959964, 3.090232
_TOP, _HEIGHT, _STEPS, _NAMED = 10, 260, 40, 6
_DIFFERENT = 0.05


@dataclass(frozen=True)
class Point:
    """One area: its ratio, and its precision, which is one over the standard error of the ratio's logarithm."""

    area: str
    ratio: float
    precision: float
    count: int

    def is_outside(self, pooled: float) -> bool:
        """Whether chance alone would put no more than one area in five hundred so far from the ratio of all."""
        return abs(math.log(self.ratio / pooled)) > _OUTER / self.precision


@dataclass(frozen=True)
class Funnel:
    """One group in all areas against one population.

    `undrawn` are areas without a count on one side, or without an interval; `of_events` says that each event is taken
    for another person's.
    """

    group: str
    population: str
    reference: str
    pooled: float
    points: tuple[Point, ...]
    undrawn: int
    of_events: bool = False

    @property
    def outside(self) -> tuple[Point, ...]:
        """The areas outside the wider limits, the farthest first."""
        beyond = [beyond for beyond in self.points if beyond.is_outside(self.pooled)]
        return tuple(sorted(beyond, key=lambda point: -abs(math.log(point.ratio / self.pooled)) * point.precision))

    @cached_property
    def spread(self) -> Spread:
        """How far the areas differ, by chance and among themselves, on the logarithm."""
        return spread(
            [math.log(point.ratio) for point in self.points],
            math.log(self.pooled),
            [1 / point.precision for point in self.points],
        )

    @cached_property
    def p_values(self) -> tuple[float, ...]:
        """How often an area as far off would be found among areas that differ as these do, adjusted for all areas."""
        scores = [
            abs(math.log(point.ratio / self.pooled)) / self.spread.widened(1 / point.precision) for point in self.points
        ]
        return tuple(adjusted([math.erfc(score / math.sqrt(2)) for score in scores]))

    @property
    def different(self) -> tuple[Point, ...]:
        """The areas that differ from the rest by more than the areas do among themselves, in the order of `points`."""
        return tuple(point for point, p_value in zip(self.points, self.p_values, strict=True) if p_value < _DIFFERENT)

    @property
    def told(self) -> str:
        """The plot in words."""
        named = some([f"{point.area} ({figure(point.ratio)})" for point in self.outside], _NAMED)
        sentence = f"{len(self.outside)} of {len(self.points)} are outside the 99.8% limits"
        sentence += f": {named}" if named else ""
        if self.spread.between:
            apart = some([f"{point.area} ({figure(point.ratio)})" for point in self.different], _NAMED)
            sentence += (
                f"; the areas vary {figure(self.spread.dispersion)} times as much as by chance alone, and within "
                f"limits widened by that {len(self.different)} differ from the rest{f': {apart}' if apart else ''}"
            )
        undrawn = (
            f"; {self.undrawn} without a count on one side, or without an interval, are not drawn"
            if self.undrawn
            else ""
        )
        undrawn += "; events, not people" if self.of_events else ""
        ratio = f"{figure(self.pooled)} times in all areas together"
        return f"{self.group} compared with {self.reference}: {ratio}; {sentence}{undrawn}."


def funnels(disparity: Disparity) -> tuple[Funnel, ...]:
    """One for each population and group, where areas have a reference group of their own."""
    return tuple(funnel for table, place in tables_within(disparity) for funnel in of_table(table, place))


def of_table(table: RateTable, place: int) -> Iterator[Funnel]:
    """The funnel of each group of one table; `place` says which division the areas are."""
    for group, every in pairs_by_group(table, place).items():
        pairs = [(row, own) for row, own in every if row.population and own.population and not row.withheld]
        expected = sum((row.population or 0) * own.count / (own.population or 1) for row, own in pairs)
        points = tuple(
            Point(row.parts[place] or "", row.relative_rate, _precision(row, own), row.count)
            for row, own in pairs
            if row.relative_rate and own.count and not row.no_interval
        )
        if len(points) > 2 and expected:
            pooled = sum(row.count for row, _ in pairs) / expected
            events = any(row.basis is IntervalBasis.EVENTS for row, _ in pairs)
            yield Funnel(group, table.population, table.reference, pooled, points, len(pairs) - len(points), events)


def _precision(row: RateRow, own: RateRow) -> float:
    return 1 / math.sqrt(sum((cell.dispersion or 1) / cell.count for cell in (row, own)))


def funnel_as_json(funnel: Funnel) -> dict[str, Any]:
    """The fields of docs/formats/disparity.md."""
    points = [
        {**asdict(point), "outside": point.is_outside(funnel.pooled), "p_adjusted": p_value(adjusted)}
        for point, adjusted in zip(funnel.points, funnel.p_values, strict=True)
    ]
    return {
        "group": funnel.group,
        "reference": funnel.reference,
        "population": funnel.population,
        "ratio": funnel.pooled,
        "dispersion": funnel.spread.dispersion,
        "variance_between_areas": funnel.spread.between,
        "areas": points,
        "not_drawn": funnel.undrawn,
        "of_events": funnel.of_events,
    }


def draw(funnel: Funnel, ident: str) -> Markup:
    """The plot: precision across, the ratio upwards on a logarithmic scale."""
    most = max(point.precision for point in funnel.points) * 1.05
    least = min(point.precision for point in funnel.points) * 0.8
    scale = scale_of([point.ratio for point in funnel.points] + [funnel.pooled * math.exp(_OUTER / least)])

    def across(precision: float) -> float:
        return LEFT + 7 + (RIGHT - LEFT - 7) * precision / most

    def down(ratio: float) -> float:
        return _TOP + _HEIGHT * (1 - scale.place(ratio))

    body = [_segment(LEFT + 5, down(tick), RIGHT, down(tick), "dis-grid") for tick in scale.ticks]
    body += [
        Markup('<text class="plot-axis" x="0%" y="{y}" text-anchor="start">{text}</text>').format(
            y=number(down(tick) + 5), text=f"{tick:g}"
        )
        for tick in scale.ticks
    ]
    body.append(_segment(LEFT + 5, down(funnel.pooled), RIGHT, down(funnel.pooled), "dis-one"))
    at = [least + (most - least) * step / _STEPS for step in range(_STEPS + 1)]
    chance = Spread(1.0, 0.0)
    limits = [(_INNER, chance, "dis-bound"), (_OUTER, chance, "dis-interval-thin")]
    limits += [(_OUTER, funnel.spread, "dis-widened")] if funnel.spread.between else []
    for wide, how, kind in limits:
        for sign in (-1, 1):
            line = [(precision, funnel.pooled * math.exp(sign * wide * how.widened(1 / precision))) for precision in at]
            inside = [(across(precision), down(ratio)) for precision, ratio in line if scale.low <= ratio <= scale.high]
            body += [_segment(*start, *end, kind) for start, end in pairwise(inside)]
    for point in funnel.points:
        dot = mark(across(point.precision), down(point.ratio), 0, not point.is_outside(funnel.pooled))
        body.append(
            Markup("<g><title>{name}: {ratio} times</title>{dot}</g>").format(
                name=point.area, ratio=figure(point.ratio), dot=dot
            )
        )
    text = "precision of the ratio"
    body.append(
        Markup('<text class="plot-axis" x="{x}%" y="{y}" text-anchor="end">{text}</text>').format(
            x=number(RIGHT), y=number(_TOP + _HEIGHT + 18), text=text
        )
    )
    title = f"{funnel.group} compared with {funnel.reference} in each area, by precision, with 95% and 99.8% limits"
    return svg(ident, title, funnel.told, _TOP + _HEIGHT + 26, body)


def _segment(left: float, top: float, right: float, bottom: float, kind: str) -> Markup:
    return Markup('<line class="{kind}" x1="{a}%" y1="{b}" x2="{c}%" y2="{d}"/>').format(
        kind=kind, a=number(left), b=number(top), c=number(right), d=number(bottom)
    )
