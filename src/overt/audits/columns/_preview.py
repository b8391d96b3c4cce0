"""A row of a table that is not loaded yet, as far as it may be shown: nothing is known of its columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from overt.audits.columns._showing import shape
from overt.audits.columns._vocabulary import is_known


def shown_row(cells: Sequence[str], *, named: bool = False, doubted: Collection[int] = ()) -> list[tuple[str, bool]]:
    """Each cell as it may be shown, with whether it is shown as it is and not as its shape.

    Known words are shown where they are at least half of the cells that are filled. A row that a person chose as the
    names of the columns is `named` and shown, but for the columns, from 1, that are `doubted` to hold a name.
    """
    filled = [cell for cell in cells if cell.strip()]
    words = 2 * sum(map(is_known, filled)) >= len(filled)
    shown = []
    for number, cell in enumerate(cells, start=1):
        may = number not in doubted if named else words and is_known(cell)
        shown.append((cell if may else shape(cell), may or not cell.strip()))
    return shown
