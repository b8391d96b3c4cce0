"""The second barrier: what a query would read, as the engine itself understands it.

The text of a control or a mapping was read and held to its rules before. This does not rely on it. Each engine is
asked, before anything is run, which relations, functions and system columns its own reading of the query names. If
one of them is not on the list, the query is not run.
"""

from __future__ import annotations

from collections.abc import Iterable

from overt.model import TABLES
from overt.refusals import Refusal

MODEL = frozenset(TABLES)


class ReadsOutside(Exception):
    """A query reads something other than what it may: `found` names it, as the engine does."""

    def __init__(self, found: Iterable[str]) -> None:
        self.found = tuple(sorted({_plain(each) for each in found}))
        super().__init__(", ".join(self.found))

    def refusal(self, where: str) -> Refusal:
        """The refusal of the control at `where`."""
        found = f"it would read {', '.join(self.found[:5])}"
        remedy = "remove it from the text. If you did not write the pack, do not use it"
        return Refusal("control-reads-outside", where, found, "tables of the model, and functions of controls", remedy)


def words(*texts: str) -> frozenset[str]:
    """The words of several texts."""
    return frozenset(" ".join(texts).split())


def _plain(name: str) -> str:
    """The name without what a terminal could take for an instruction, and not too long."""
    return "".join(each if each.isprintable() else "?" for each in name)[:80]
