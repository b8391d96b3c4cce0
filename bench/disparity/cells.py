"""One cell of a table of cover: how often an interval is given, how often it holds the truth, and what it claims."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST, MOST = 0.93, 0.97
# An interval that misses the truth may stand in so many of all registers.
WRONG = 1 - LEAST
_ALWAYS, _NEVER = 0.95, 0.005
MORE, PROVEN, NO_LEVEL = "+", "p", "?"


@dataclass(frozen=True)
class Cell:
    """Of `times` registers an interval was given in the part `given`, and of these the part `held` hold the truth.

    `claim` is blank where it says "95%", else what most of the intervals say of themselves: `MORE`, `PROVEN` that they
    hold it in more, `NO_LEVEL` that nobody knows.
    """

    given: float
    held: float
    claim: str = ""
    times: float = math.inf

    def __str__(self) -> str:
        if self.given < _NEVER:
            return "not given"
        if self.given < _ALWAYS:
            return f"given in {100 * self.given:.0f} %, wrong in {100 * self.wrong:.1f} %"
        return f"{100 * self.held:.1f} {self.claim}".rstrip()

    @property
    def wrong(self) -> float:
        """In how many of all registers an interval is given that misses the truth."""
        return self.given * (1 - self.held)

    @property
    def keeps_its_word(self) -> bool:
        """Whether the cover is what the interval claims, but for twice the error of having drawn so few."""
        if self.given < _NEVER or self.claim == NO_LEVEL:
            return True
        slack = 2 * math.sqrt(0.05 * 0.95 / self.times)
        if self.given < _ALWAYS:
            return self.wrong <= WRONG + slack
        lowest = 0.95 if self.claim == PROVEN else 0.945 if self.claim == MORE else LEAST
        return self.held >= lowest - slack and (bool(self.claim) or self.held <= MOST + slack)


def mostly(claims: Iterable[bool], claim: str = MORE) -> str:
    """The claim, where most of the intervals make it."""
    made = list(claims)
    return claim if 2 * sum(made) > len(made) else ""


def broken(rows: Sequence[Sequence[object]], columns: Sequence[str]) -> list[str]:
    """Each cell whose cover is not what the intervals claim, in words."""
    names = len(columns) - sum(isinstance(each, Cell) for each in rows[0])
    return [
        f"{', '.join(map(str, row[:names]))}: {column}: {cell}"
        for row in rows
        for column, cell in zip(columns, row, strict=True)
        if isinstance(cell, Cell) and not cell.keeps_its_word
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as a table of Markdown."""
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(map(str, each))} |" for each in lines)
