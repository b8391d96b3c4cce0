"""An attacker who holds every table ever published, and nothing else, and does the sums.

Written apart from what it attacks: it knows the rule that is printed with the tables, the cells that each figure
counts, and how one time follows from another. For any number that it wants it asks linear programming what is
the least and the most that it can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from overt.publication import Mark, SafeRelease


@dataclass(frozen=True)
class Learned:
    """What was learned of a number: it lies between these, both included."""

    least: int
    most: int

    def tells(self, values: int) -> bool:
        """Whether fewer values are left than the mark for a small count leaves; that it is not zero is no news."""
        return self.most - max(self.least, 1) + 1 < values


class Attacker:
    """Everything published so far, as inequalities over the atoms that the tables speak of."""

    def __init__(self, releases: Sequence[SafeRelease], threshold: int = 8, base: int = 5) -> None:
        atoms = {atom for each in releases for cell in each.cells for atom in cell.cell.atoms}
        atoms |= {atom for each in releases for link in each.links for atom, _ in link.terms}
        self.places = {atom: place for place, atom in enumerate(sorted(atoms))}
        self.at_most: list[tuple[np.ndarray, float]] = []
        self.equal: list[np.ndarray] = []
        for release in releases:
            for each in release.cells:
                row = self._row(each.cell.atoms)
                if each.mark is Mark.ZERO:
                    self.at_most.append((row, 0))
                elif each.mark is Mark.SHOWN:
                    assert each.value is not None
                    low = each.value - base // 2
                    self.at_most += [(row, low + base - 1), (-row, -max(low, threshold))]
            for link in release.links:
                row = np.zeros(len(self.places))
                for atom, sign in link.terms:
                    row[self.places[atom]] = sign
                self.equal.append(row)

    def learn(self, atoms: Iterable[str]) -> Learned:
        """The least and the most that the people in these atoms can be."""
        wanted = self._row(atoms)
        rows, limits = [row for row, _ in self.at_most], [limit for _, limit in self.at_most]
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * wanted,
                A_ub=np.array(rows) if rows else None,
                b_ub=limits or None,
                A_eq=np.array(self.equal) if self.equal else None,
                b_eq=np.zeros(len(self.equal)) if self.equal else None,
            )
            ends.append(sign * found.fun if found.status == 0 else sign * -math.inf)
        least, most = ends
        return Learned(math.ceil(least - 1e-6), 10**9 if math.isinf(most) else math.floor(most + 1e-6))

    def _row(self, atoms: Iterable[str]) -> np.ndarray:
        row = np.zeros(len(self.places))
        for atom in atoms:
            row[self.places[atom]] = 1
        return row
