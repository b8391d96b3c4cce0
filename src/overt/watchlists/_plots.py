"""The plots of a trial that an audit has none of: shares with their limits, a thousand warnings, a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from overt.pages import clip, number, svg

ROW = 46
MOST_ROWS = 8
NARROW = 24
CELL, DOWN, ACROSS = 8, 20, 50
HIGH = 220


@dataclass(frozen=True)
class Limited:
    """One share with its limits, each from 0 to 1, and the words beside it."""

    label: str
    value: str
    share: float
    low: float
    high: float


def limited(ident: str, title: str, description: str, items: Sequence[Limited], most: float = 1.0) -> Markup:
    """Lying bars with a line from the lower limit to the upper; the full width is `most`."""
    drawn = []
    for at in range(0, len(items), MOST_ROWS):
        chunk = items[at : at + MOST_ROWS]
        body = [_limited(place, limited, most) for place, limited in enumerate(chunk)]
        height = ROW * len(chunk)
        if at + MOST_ROWS >= len(items):
            body.append(
                Markup(
                    '<text class="plot-axis" x="0" y="{y}">0%</text>'
                    '<text class="plot-axis" x="100%" y="{y}" text-anchor="end">{most}%</text>'
                ).format(y=height + 14, most=number(most * 100))
            )
            height += 22
        drawn.append(svg(f"{ident}-{at}", title, description, height, body))
    return Markup("\n").join(drawn)


def thousand(ident: str, wrong: int, description: str) -> Markup:
    """A thousand warnings as marks: a filled square is a wrong one, a ring a right one."""
    defs = Markup(
        '<defs><pattern id="{ident}-w" width="{c}" height="{c}" patternUnits="userSpaceOnUse">'
        '<rect class="plot-bar" x="1" y="1" width="6" height="6"/></pattern>'
        '<pattern id="{ident}-r" width="{c}" height="{c}" patternUnits="userSpaceOnUse">'
        '<circle class="plot-ring" cx="4" cy="4" r="2.5"/></pattern></defs>'
    ).format(ident=ident, c=CELL)
    full, rest = divmod(wrong, DOWN)
    parts = [
        ("w", 0, 0, full * CELL, DOWN * CELL),
        ("w", full * CELL, 0, CELL, rest * CELL),
        ("r", full * CELL, rest * CELL, CELL, (DOWN - rest) * CELL),
        ("r", (full + 1) * CELL, 0, (ACROSS - full - 1) * CELL, DOWN * CELL),
    ]
    rects = [
        Markup('<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="url(#{ident}-{kind})"/>').format(
            x=x, y=y, w=w, h=h, ident=ident, kind=kind
        )
        for kind, x, y, w, h in parts
        if w > 0 and h > 0 and x < ACROSS * CELL
    ]
    drawn = Markup(
        '<svg class="plot thousand" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{ident}-t">'
        '<title id="{ident}-t">{text}</title>{defs}{rects}</svg>'
    )
    return drawn.format(
        w=ACROSS * CELL, h=DOWN * CELL, ident=ident, text=description, defs=defs, rects=Markup("").join(rects)
    )


def curves(ident: str, title: str, description: str, lines: Sequence[Sequence[tuple[float, float]]]) -> Markup:
    """Lines of points from 0 to 1 on both axes; the second is dashed."""
    body = [
        Markup('<svg x="0" y="0" width="100%" height="{h}" viewBox="0 0 1000 1000" preserveAspectRatio="none">').format(
            h=HIGH
        ),
        Markup('<rect class="plot-track" x="0" y="0" width="1000" height="1000" vector-effect="non-scaling-stroke"/>'),
        *(_line(place, points) for place, points in enumerate(lines)),
        Markup("</svg>"),
        Markup('<text class="plot-axis" x="0" y="{y}">no term</text>').format(y=HIGH + 18),
        Markup('<text class="plot-axis" x="100%" y="{y}" text-anchor="end">every term that fires</text>').format(
            y=HIGH + 18
        ),
        Markup('<text class="plot-axis" x="8" y="18">100%</text>'),
    ]
    return svg(ident, title, description, HIGH + 26, body)


def _line(place: int, points: Sequence[tuple[float, float]]) -> Markup:
    path = " ".join(f"{number(x * 1000)},{number(1000 - y * 1000)}" for x, y in points)
    return Markup('<polyline class="plot-curve{kind}" points="{path}" vector-effect="non-scaling-stroke"/>').format(
        kind=" plot-dashed" if place else "", path=path
    )


def _limited(place: int, item: Limited, most: float) -> Markup:
    top = place * ROW
    share, low, high = (min(value / most, 1.0) * 100 for value in (item.share, item.low, item.high))
    short = clip(item.label, NARROW)
    name = Markup('<tspan class="plot-long">{long}</tspan><tspan class="plot-short">{short}</tspan>').format(
        long=item.label, short=short
    )
    return Markup(
        '<g><title>{label}: {value}</title><text class="plot-label" x="0" y="{text}">{name}</text>'
        '<text class="plot-value" x="100%" y="{text}" text-anchor="end">{value}</text>'
        '<rect class="plot-track" x="0%" y="{bar}" width="100%" height="14"/>'
        '<rect class="plot-bar" x="0%" y="{bar}" width="{share}%" height="14"/>'
        '<line class="plot-limit" x1="{low}%" x2="{high}%" y1="{mid}" y2="{mid}"/>'
        '<line class="plot-limit" x1="{low}%" x2="{low}%" y1="{up}" y2="{down}"/>'
        '<line class="plot-limit" x1="{high}%" x2="{high}%" y1="{up}" y2="{down}"/></g>'
    ).format(
        label=item.label, name=name, value=item.value, text=top + 16, bar=top + 22, share=number(share),
        low=number(low), high=number(high), mid=top + 29, up=top + 24, down=top + 34,
    )  # fmt: skip
