"""A number as a reader can use it."""

from __future__ import annotations


def figure(value: float | None) -> str:
    """A number with as many places as a reader can use; nothing for what is not known."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    return (
        f"{value:,.0f}"
        if size >= 1000
        else f"{value:.1f}"
        if size >= 100
        else f"{value:.2f}"
        if size >= 0.1
        else f"{value:.2g}"
    )
