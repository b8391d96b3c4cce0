"""Counts before and after disclosure control, and the rule that it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf


class Mark(StrEnum):
    """What stands in a cell. Four of these are no number, and none is ever shown as another."""

    SHOWN = "shown"
    ZERO = "zero"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"


TELLS_NOTHING = (Mark.UNKNOWN, Mark.NOT_ASKED)


@dataclass(frozen=True)
class Rule:
    """How figures are made safe, under the names that ACRO gives these settings.

    `safe_percent_base` is the least base of a percentage. A cell with contributors is withheld when the
    two largest hold more than `safe_nk_k` of it. `secondary` is for tests that show what it is for.
    """

    safe_threshold: int = 8
    safe_round_base: int = 5
    safe_percent_base: int = 100
    safe_nk_n: int = 2
    safe_nk_k: float = 0.9
    secondary: bool = True

    def rounded(self, count: int) -> int:
        """The nearest multiple of the base; half of it goes up."""
        return (count + self.safe_round_base // 2) // self.safe_round_base * self.safe_round_base

    def limits(self, mark: Mark, value: int | None) -> tuple[float, float]:
        """What a published cell says of its count: the least and the most that it may be."""
        if mark is Mark.ZERO:
            return 0, 0
        if mark is Mark.SHOWN and value is not None:
            low = value - self.safe_round_base // 2
            return max(low, self.safe_threshold), low + self.safe_round_base - 1
        # A zero may have to be withheld like any other figure, so the mark does not say that there are some.
        return 0, inf

    def is_small(self, count: int) -> bool:
        """Whether a count is one of those that are withheld for being small."""
        return 0 < count < self.safe_threshold


@dataclass(frozen=True)
class Cell:
    """One cell of one table: its atoms, and the contributions it is made of where one may dominate.

    `mark` is given only for what was not asked or is not known; such a cell tells nothing. `dominated` says in place of
    contributions that too few of them make up the cell. `under` names the cell of the same table that is its total,
    where its atoms do not tell; any cell whose atoms are some of another's is under it. `withheld` is a cell that is
    not to be shown for a reason of its own.
    """

    table: str
    name: str
    atoms: frozenset[str]
    contributions: tuple[int, ...] = ()
    mark: Mark | None = None
    dominated: bool = False
    under: str | None = None
    withheld: bool = False


@dataclass(frozen=True)
class Fact:
    """What is public of a sum of atoms besides the figures: the least and the most that it can be."""

    atoms: frozenset[str]
    low: float = 0
    high: float = inf


@dataclass(frozen=True)
class Link:
    """Atoms whose counts, each times its sign, add up to nothing: how one time follows from another."""

    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SafeCell:
    """A cell as it may be published. `count` is for the keeper alone and is in no form of the release."""

    cell: Cell
    mark: Mark
    value: int | None
    count: int = field(repr=False)

    def __str__(self) -> str:
        if self.mark in (Mark.SHOWN, Mark.ZERO):
            return str(self.value)
        return {Mark.SUPPRESSED: "*", Mark.UNKNOWN: "not known"}.get(self.mark, "not asked")


@dataclass(frozen=True)
class SafeRelease:
    """Every cell made safe, with what is public besides.

    `secondary` is how many were withheld for the sake of others. It is for the keeper alone: it narrows what they are.
    """

    cells: tuple[SafeCell, ...]
    links: tuple[Link, ...]
    counts: Mapping[str, int] = field(repr=False)
    rule: Rule = field(default_factory=Rule)
    secondary: int = field(default=0, repr=False)
    facts: tuple[Fact, ...] = ()

    @property
    def utility(self) -> float:
        """The share of cells asked and known that are shown."""
        asked_cells = [cell for cell in self.cells if cell.mark not in (Mark.UNKNOWN, Mark.NOT_ASKED)]
        return sum(cell.mark is not Mark.SUPPRESSED for cell in asked_cells) / len(asked_cells) if asked_cells else 1.0


def percentage(part: SafeCell, base: SafeCell, rule: Rule) -> float | None:
    """The part in per cent of the base, from the published figures; `None` where one is withheld or the base small."""
    if part.value is None or not base.value or base.value < rule.safe_percent_base:
        return None
    return min(100.0 * part.value / base.value, 100.0)
