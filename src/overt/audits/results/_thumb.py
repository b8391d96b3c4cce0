"""The rule of thumb for one total and its parts: what is withheld before anything is worked out.

1.  A total under 8 is suppressed, and so is every part of it.
2.  Other totals and parts are rounded to the nearest 5; parts of 1 to 7 are suppressed.
3.  What is not shown can be worked out as the rest: the total less the parts shown. So either there is no rest at
    all, or the rest must come out so large in the shown figures that it cannot be 1 to 7: at least 8 and twice 2 for
    each figure shown, because each may be off by 2 (15 for one part or two). Until then parts are withheld, the last
    first: `unknown` before `breached`. A large part withheld so is said to be "all but fewer than 15".

It looks at one total only. What several figures tell together is found by the solver: see `_linked`.
"""

from __future__ import annotations

from collections.abc import Sequence

from overt.audits.results._figures import SUPPRESSED, Figure, FigureMark

SAFE_THRESHOLD = 8
SAFE_ROUND_BASE = 5
SAFE_PERCENT_BASE = 100
NEARLY_ALL = 15


def rounded(count: int) -> int:
    """The nearest multiple of 5."""
    return (count + SAFE_ROUND_BASE // 2) // SAFE_ROUND_BASE * SAFE_ROUND_BASE


def protect(total: int, parts: Sequence[int]) -> tuple[Figure, list[Figure]]:
    """The total and its disjoint parts as this rule leaves them.

    Parts are withheld from the last to the first, so the one that matters most comes first.
    """
    if total < SAFE_THRESHOLD:
        return _small(total), [_small(part) for part in parts]
    shown = {place: part for place, part in enumerate(parts) if part >= SAFE_THRESHOLD}
    while shown and _rest_is_small(total, shown):
        del shown[max(shown)]
    figures = []
    for place, part in enumerate(parts):
        if part and place not in shown:
            figures.append(Figure(FigureMark.SUPPRESSED, nearly_all=nearly_all(total, part)))
        else:
            figures.append(Figure(FigureMark.ROUNDED, rounded(part)))
    return Figure(FigureMark.ROUNDED, rounded(total)), figures


def first_marks(total: int, parts: Sequence[int]) -> list[Figure]:
    """The parts of `protect`."""
    return protect(total, parts)[1]


def nearly_all(total: int, part: int) -> bool:
    """Whether a part that is withheld is said to be all of a large total but fewer than 15."""
    return total - NEARLY_ALL < part < total and rounded(total) >= SAFE_PERCENT_BASE


def _rest_is_small(total: int, shown: dict[int, int]) -> bool:
    rest = rounded(total) - sum(rounded(part) for part in shown.values())
    room = SAFE_ROUND_BASE // 2 * (len(shown) + 1)
    return total > sum(shown.values()) and rest < SAFE_THRESHOLD + room


def _small(count: int) -> Figure:
    return SUPPRESSED if count else Figure(FigureMark.ROUNDED, 0)
