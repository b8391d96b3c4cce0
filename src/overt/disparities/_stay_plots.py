"""The curve of each group: the share still listed by days since the entry was opened, with its limits.

Nothing is told by colour: the group's curve is the thick line, its limits are broken lines, bounds for what is not
known are dotted, and the curve of the reference group is thin.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from overt.disparities._plots import LEFT, MOST_GROUPS, RIGHT
from overt.disparities._stay_words import StayGroup, StayTimes
from overt.pages import number, percent, svg

_TOP, _HEIGHT = 12, 180
Corners = Sequence[tuple[int, float]]


def stay_plots(times: StayTimes, reference: str) -> list[tuple[str, Markup]]:
    """A plot for each group that has a curve, with the name of the group."""
    drawn = [group for group in times.groups if group.points][:MOST_GROUPS]
    last = max((group.points[-1].days for group in drawn), default=0)
    beside = next((group for group in drawn if group.group == reference), None)
    return [(group.group, _draw(group, beside, last, f"stays-{place}")) for place, group in enumerate(drawn)]


def _draw(group: StayGroup, beside: StayGroup | None, last: int, ident: str) -> Markup:
    width = RIGHT - LEFT - 8

    def across(day: float) -> float:
        return LEFT + 8 + width * day / max(last, 1)

    def down(share: float) -> float:
        return _TOP + _HEIGHT * (1 - share)

    def steps(corners: Corners, kind: str) -> list[Markup]:
        parts = []
        for (day, share), (after, later) in pairwise(corners):
            parts.append(_segment(across(day), down(share), across(after), down(share), kind))
            if later != share:
                parts.append(_segment(across(after), down(share), across(after), down(later), kind))
        return parts

    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    body = [
        _segment(across(0), down(tick), RIGHT, down(tick), "dis-one" if tick == 0.5 else "dis-grid") for tick in ticks
    ]
    body += [_text(0, down(tick) + 5, f"{tick:.0%}", "start") for tick in ticks]
    for name, kind in (("bound_low", "dis-widened"), ("bound_high", "dis-widened"), ("low", "dis-bound")):
        if group.must_be_bounded or name == "low":
            body += steps(_line(group, name), kind)
    body += steps(_line(group, "high"), "dis-bound")
    if beside is not None and beside is not group:
        body += steps(_line(beside, "share"), "dis-path")
    body += steps(_line(group, "share"), "dis-interval-thin")
    days = [round(last * part / 4) for part in range(5)]
    anchors = ("start", "middle", "middle", "middle", "end")
    body += [
        _text(across(day), _TOP + _HEIGHT + 18, f"{day:,}", anchor) for day, anchor in zip(days, anchors, strict=True)
    ]
    body.append(_text(RIGHT, _TOP + _HEIGHT + 36, "days since the entry was opened", "end"))
    shown = group.points[:: max(len(group.points) // 6, 1)]
    described = "; ".join(f"after {point.days:,} days {percent(point.share)}" for point in shown)
    return svg(ident, f"{group.group}: share of entries still listed", described, _TOP + _HEIGHT + 44, body)


def _line(group: StayGroup, name: str) -> Corners:
    values = [(point.days, getattr(point, name)) for point in group.points]
    return [(day, value) for day, value in values if value is not None]


def _segment(left: float, top: float, right: float, bottom: float, kind: str) -> Markup:
    return Markup('<line class="{kind}" x1="{a}%" y1="{b}" x2="{c}%" y2="{d}"/>').format(
        kind=kind, a=number(left), b=number(top), c=number(right), d=number(bottom)
    )


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text class="plot-axis" x="{x}%" y="{y}" text-anchor="{anchor}">{text}</text>').format(
        x=number(x), y=number(y), anchor=anchor, text=text
    )
