"""The second barrier: what a query would read, as the engine itself understands it.

The text of a control was read and held to its rules before. This does not rely on it. Each engine is asked, before
anything is run, which relations, functions and system columns its own reading of the query names; whatever is not on
the list is given back, and the query is not run.
"""

from __future__ import annotations

from collections.abc import Iterable

from overt.model import TABLES

MODEL = frozenset(TABLES)


class ReadsOutside(Exception):
    """A query reads something other than tables of the model: `found` names it, as the engine does."""

    def __init__(self, found: Iterable[str]) -> None:
        self.found = tuple(sorted({each[:80] for each in found}))
        super().__init__(", ".join(self.found))


def words(*texts: str) -> frozenset[str]:
    """The words of several texts."""
    return frozenset(" ".join(texts).split())
