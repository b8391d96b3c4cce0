"""What was drawn and found in one stratum, and where a rising function crosses zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """Of `population` rows, `sample` were drawn and judged, and `found` of these are inadequate."""

    population: int
    sample: int
    found: int


def root(rising: Callable[[float], float]) -> float:
    """Where a rising function on 0..1 crosses zero, to the last bit that halving can tell."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2
