"""Plots as SVG that stands inside the page: no script, no colour that carries meaning alone.

Widths are per cent of the page, so bars stretch and the words keep their size on a narrow screen.
Each plot has a title and a description for those who do not see it; the page puts the same
figures in a table under it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from overt.encoding import encode
from overt.visible import visible

ROW = 46
# A page of paper breaks between pictures and not inside one.
MOST_ROWS = 8
# What fits on a narrow screen beside the value.
NARROW = 20
HATCH = Markup(
    '<defs><pattern id="{ident}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="plot-hatch-ground" width="6" height="6"/>'
    '<rect class="plot-hatch" width="2" height="6"/></pattern></defs>'
)


@dataclass(frozen=True)
class Bar:
    """One bar: `share` is the solid part and `hatched` the part beside it; `None` draws no bar, only the words."""

    label: str
    note: str
    value: str
    share: float | None
    hatched: float = 0.0


def bars(ident: str, title: str, description: str, items: Sequence[Bar], axis: str = "") -> Markup:
    """Lying bars, one under another, each a share of the width; many bars are several pictures, one under another."""
    chunks = [items[start : start + MOST_ROWS] for start in range(0, len(items), MOST_ROWS)]
    drawn = []
    for place, chunk in enumerate(chunks):
        first = place * MOST_ROWS + 1
        name = f"{title}, {first} to {first + len(chunk) - 1} of {len(items)}" if len(chunks) > 1 else title
        drawn.append(_bars(f"{ident}-{place}", name, description, chunk, axis if place == len(chunks) - 1 else ""))
    return Markup("\n").join(drawn)


def _bars(ident: str, title: str, description: str, items: Sequence[Bar], axis: str) -> Markup:
    body = [HATCH.format(ident=ident)] if any(bar.hatched for bar in items) else []
    body += [_bar(ident, place, bar) for place, bar in enumerate(items)]
    height = ROW * len(items)
    if axis:
        body.append(
            Markup(
                '<text class="plot-axis" x="0" y="{y}">0%</text>'
                '<text class="plot-axis" x="100%" y="{y}" text-anchor="end">100% {axis}</text>'
            ).format(y=height + 14, axis=axis)
        )
        height += 22
    return svg(ident, title, description, height, body)


def _bar(ident: str, place: int, bar: Bar) -> Markup:
    top = place * ROW
    note = Markup('<tspan class="plot-note" dx="8">{note}</tspan>').format(note=bar.note) if bar.note else ""
    parts = [
        Markup(
            '<text class="plot-label" x="0" y="{y}">{label}{note}</text>'
            '<text class="plot-value" x="100%" y="{y}" text-anchor="end">{value}</text>'
        ).format(y=top + 16, label=_label(bar.label), note=note, value=bar.value)
    ]
    if bar.share is not None:
        solid, hatched = _percent(bar.share), _percent(bar.hatched)
        rect = Markup('<rect class="{kind}" x="{x}%" y="{y}" width="{width}%" height="14"{fill}/>')
        parts.append(rect.format(kind="plot-track", x=0, y=top + 22, width=100, fill=""))
        if solid:
            parts.append(rect.format(kind="plot-bar", x=0, y=top + 22, width=number(solid), fill=""))
        if hatched:
            fill = Markup(' fill="url(#{ident}-hatch)"').format(ident=ident)
            room = min(hatched, 100 - solid)
            parts.append(rect.format(kind="plot-part", x=number(solid), y=top + 22, width=number(room), fill=fill))
    return Markup("<g><title>{name}</title>{parts}</g>").format(
        name=f"{bar.label} {bar.note}: {bar.value}", parts=Markup("").join(parts)
    )


def _label(label: str) -> Markup | str:
    """The label, and a shorter one in its place on a narrow screen."""
    if len(label) <= NARROW:
        return label
    return Markup('<tspan class="plot-long">{long}</tspan><tspan class="plot-short">{short}</tspan>').format(
        long=label, short=f"{label[: NARROW - 1].rstrip()}…"
    )


def svg(ident: str, title: str, description: str, height: int, body: Sequence[Markup]) -> Markup:
    """One plot with its title and description around the parts given."""
    return Markup(
        '<svg class="plot" width="100%" height="{height}" role="img" aria-labelledby="{ident}-t {ident}-d">'
        '<title id="{ident}-t">{title}</title><desc id="{ident}-d">{description}</desc>{body}</svg>'
    ).format(ident=ident, height=height, title=title, description=description, body=Markup("").join(body))


def _percent(share: float) -> float:
    """A share as a width that can still be seen."""
    return max(share * 100, 0.4) if share > 0 else 0.0


def number(value: float) -> str:
    """A number as an attribute of SVG writes it: two places at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


_WIDTH, _EDGE, _LINE = 800, 20, 22
_TALL = re.compile(r'<svg class="plot" width="100%" height="(\d+)"')
# The colours of the page by day: a picture that stands alone has no style sheet beside it.
_ALONE = (
    "text{fill:#0b0c0c;font:16px Arial,Helvetica,sans-serif}.head{font-weight:700}.plot-label{font-weight:700}"
    ".plot-note,.plot-axis,.source{fill:#484949}.plot-axis,.source{font-size:14px}.plot-short{display:none}"
    ".plot-track{fill:#f3f2f1;stroke:#505a5f}.plot-bar{fill:#1d70b8}.plot-part,.plot-line{stroke:#505a5f}"
    ".plot-hatch{fill:#0b0c0c}.plot-hatch-ground{fill:#fff}.plot-hidden{fill:none;stroke:#505a5f;stroke-dasharray:3 2}"
)


def picture(drawn: Markup, caption: str, source: str) -> bytes:
    """The plots of a page as one SVG file that stands alone, with the caption over and the source under them."""
    head = wrap(caption, 86) or [""]
    top = _EDGE + _LINE * len(head)
    parts = [
        Markup('<text class="head" x="{x}" y="{y}">{line}</text>').format(
            x=_EDGE, y=_EDGE + 2 + _LINE * place, line=line
        )
        for place, line in enumerate(head)
    ]
    for plot in _TALL.split(drawn)[1:]:
        if plot.isdecimal():
            height = int(plot)
            continue
        place = Markup('<svg x="{x}" y="{y}" width="{width}" height="{height}"').format(
            x=_EDGE, y=top, width=_WIDTH - 2 * _EDGE, height=height
        )
        # What a page's plot holds is markup of ours already.
        parts.append(place + Markup(plot.rstrip()))  # noqa: S704
        top += height + _EDGE // 2
    below = wrap(source, 100)
    parts += [
        Markup('<text class="source" x="{x}" y="{y}">{line}</text>').format(
            x=_EDGE, y=top + _LINE * (place + 1), line=line
        )
        for place, line in enumerate(below)
    ]
    height = top + _LINE * len(below) + _EDGE
    style = Markup(f"<style>{_ALONE}</style>")  # noqa: S704  our own text
    whole = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        '{style}<rect width="100%" height="100%" fill="#ffffff"/>{parts}</svg>'
    ).format(width=_WIDTH, height=height, style=style, parts=Markup("\n").join(parts))
    return visible(whole).encode("utf-8")


def data_address(svg_file: bytes) -> str:
    """The file as an address that a link can save it from."""
    return f"data:image/svg+xml;base64,{encode(svg_file)}"
