"""Numbers for rows: a shuffle that can be undone, and chance that is fixed by the seed.

People are made in the order of their index, in which faults stand side by side; the shuffle gives
each its place in the files and its number, so that faults lie scattered among clean rows.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd


@dataclass(frozen=True)
class Shuffle:
    """A fixed rearrangement of 0 … size - 1: `index * multiplier + shift`, modulo the size."""

    size: int
    multiplier: int
    shift: int

    @classmethod
    def of(cls, size: int, salt: int) -> Shuffle:
        """The shuffle that belongs to a size and a salt."""
        multiplier = max(1, int(size * 0.618) + salt % 997)
        while gcd(multiplier, size) != 1:
            multiplier += 1
        return cls(size, multiplier % size or 1, salt % size)

    def place(self, index: int) -> int:
        """Where an index is put."""
        return (index * self.multiplier + self.shift) % self.size

    def place_sql(self, index: str) -> str:
        """SQL for the place of an index."""
        return f"((({index}) * {self.multiplier} + {self.shift}) % {self.size})"

    def index_sql(self, place: str) -> str:
        """SQL for the index that was put at a place."""
        back = pow(self.multiplier, -1, self.size)
        return f"((({place}) + {self.size - self.shift}) * {back} % {self.size})"


@dataclass(frozen=True)
class Chance:
    """SQL for numbers that look random and hang on the seed, a name and the row alone."""

    seed: int

    def salt(self, name: str) -> int:
        """The number that keeps one use of chance apart from another."""
        return zlib.crc32(f"{self.seed}/{name}".encode())

    def below(self, name: str, limit: int | str, of: str = "i") -> str:
        """SQL for a whole number from 0 up to and without `limit`, which may itself be SQL."""
        top = limit if isinstance(limit, int) else f"cast({limit} as ubigint)"
        return f"cast(hash({of}, {self.salt(name)}) % {top} as integer)"

    def weighed(self, name: str, weights: Sequence[tuple[str, int]], of: str = "i") -> str:
        """SQL for one of some texts, each with its weight in a thousand; the last takes the rest."""
        number, total, cases = self.below(name, 1000, of), 0, []
        for value, weight in weights[:-1]:
            total += weight
            cases.append(f"when {number} < {total} then {text(value)}")
        last = text(weights[-1][0])
        return f"case {' '.join(cases)} else {last} end" if cases else last

    def pick(self, name: str, values: tuple[str, ...], of: str = "i") -> str:
        """SQL for one of some texts."""
        return picked(values, self.below(name, len(values), of))


def picked(values: tuple[str, ...], number: str) -> str:
    """SQL for the text with a number, counted from 0."""
    return f"([{', '.join(map(text, values))}])[1 + {number}]"


def text(value: str) -> str:
    """SQL for a text."""
    return "'" + value.replace("'", "''") + "'"


def numbered(place: str) -> str:
    """SQL for the digits of a row's number; `number_of` gives the same in Python."""
    return f"printf('%08d', {place} + 1)"


def number_of(place: int) -> str:
    """The digits of a row's number."""
    return f"{place + 1:08d}"
