"""An attacker who holds every table ever published, and nothing else, and does the sums.

Written apart from what it attacks: it knows the rule that is printed with the tables, the cells that each figure
counts, and how one time follows from another. For any number that it wants it asks linear programming what is
the least and the most that it can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from overt.publication import Mark, SafeRelease

# The class below Highs does the same and prints nothing.
_SOLVER: Any = highspy.Highs.__mro__[1]


@dataclass(frozen=True)
class Learned:
    """What was learned of a number: it lies between these, both included."""

    least: int
    most: int

    def tells(self, values: int) -> bool:
        """Whether fewer values are left than the mark for a small count leaves; that it is not zero is no news."""
        return self.most - max(self.least, 1) + 1 < values


class Attacker:
    """Everything published so far, as inequalities over the atoms that the tables speak of.

    It is one model that is asked again and again with other costs: HiGHS goes on from the last answer.
    """

    def __init__(self, releases: Sequence[SafeRelease], threshold: int = 8, base: int = 5) -> None:
        atoms = {atom for each in releases for cell in each.cells for atom in cell.cell.atoms}
        atoms |= {atom for each in releases for link in each.links for atom, _ in link.terms}
        self.places = {atom: place for place, atom in enumerate(sorted(atoms))}
        self.solver = _SOLVER()
        for name, value in (("output_flag", False), ("threads", 1), ("simplex_strategy", 4)):
            self.solver.setOptionValue(name, value)
        for _ in self.places:
            self.solver.addVar(0, math.inf)
        for release in releases:
            for each in release.cells:
                row = dict.fromkeys(each.cell.atoms, 1)
                if each.mark is Mark.ZERO:
                    self._add(row, 0, 0)
                elif each.mark is Mark.SHOWN:
                    assert each.value is not None
                    low = each.value - base // 2
                    self._add(row, max(low, threshold), low + base - 1)
            for link in release.links:
                self._add(dict(link.terms), 0, 0)

    def learn(self, atoms: Iterable[str]) -> Learned:
        """The least and the most that the people in these atoms can be."""
        wanted = np.zeros(len(self.places))
        wanted[[self.places[atom] for atom in atoms]] = 1
        ends = []
        for sign in (1, -1):
            self.solver.changeColsCost(len(wanted), np.arange(len(wanted), dtype=np.int32), sign * wanted)
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                ends.append(sign * self.solver.getInfo().objective_function_value)
            else:
                unbounded = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
                assert status in unbounded, "what was published contradicts itself"
                ends.append(sign * -math.inf)
        least, most = ends
        return Learned(math.ceil(least - 1e-6), 10**9 if math.isinf(most) else math.floor(most + 1e-6))

    def _add(self, row: Mapping[str, int], low: float, high: float) -> None:
        places = np.array([self.places[atom] for atom in row], dtype=np.int32)
        self.solver.addRow(low, high, len(row), places, np.array(list(row.values()), dtype=np.float64))
