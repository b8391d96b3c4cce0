"""Columns over time, which only an audit draws; bars are in `overt.pages`."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from overt.audits.results._figures import FigureMark, LabelledFigure
from overt.pages import Bar, bars, number, svg

__all__ = ["Bar", "bars", "columns"]

COLUMNS_HEIGHT = 96


def columns(
    ident: str, title: str, description: str, cells: Sequence[LabelledFigure], *, first: str, last: str
) -> Markup:
    """Standing columns for one control over time, on a scale of its own; `first` and `last` name the ends."""
    most = max((cell.breached.order for cell in cells), default=0) or 1
    width = 100 / max(len(cells), 1)
    body = [_column(place * width, width, cell, most) for place, cell in enumerate(cells)]
    base = COLUMNS_HEIGHT
    body.append(Markup('<line class="plot-line" x1="0" x2="100%" y1="{y}" y2="{y}"/>').format(y=base))
    body.append(Markup('<text class="plot-axis" x="0" y="{y}">{first}</text>').format(y=base + 18, first=first))
    if last != first:
        body.append(
            Markup('<text class="plot-axis" x="100%" y="{y}" text-anchor="end">{last}</text>').format(
                y=base + 18, last=last
            )
        )
    return svg(ident, title, description, base + 26, body)


def _column(left: float, width: float, cell: LabelledFigure, most: int) -> Markup:
    figure = cell.breached
    name = f"{cell.label}: {figure}"
    if figure.mark is FigureMark.SUPPRESSED:
        return Markup(
            '<g><title>{name}</title><rect class="plot-hidden" x="{x}%" y="{y}" width="{width}%" height="8"/></g>'
        ).format(name=name, x=number(left + width * 0.1), y=COLUMNS_HEIGHT - 8, width=number(width * 0.8))
    if not figure.value:
        return Markup("")
    high = max((COLUMNS_HEIGHT - 6) * figure.value / most, 2)
    return Markup(
        '<rect class="plot-bar" x="{x}%" y="{y}" width="{width}%" height="{high}"><title>{name}</title></rect>'
    ).format(
        name=name,
        x=number(left + width * 0.1),
        y=number(COLUMNS_HEIGHT - high),
        width=number(width * 0.8),
        high=number(high),
    )
