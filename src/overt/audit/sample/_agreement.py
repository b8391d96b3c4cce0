"""How far two reviewers agree, beyond what chance alone would give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from overt.audit.sample._intervals import LEVEL, clopper_pearson


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of a square table, its standard error and interval.

    `value` is `None` where the reviewers used one and the same mark throughout: chance alone then
    gives full agreement and kappa says nothing. `interval` is `None` there, and at perfect
    agreement, where the large-sample error is nought and would claim too much.
    """

    value: float | None
    error: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Agreement:
    """Two reviewers over the rows that both marked; `agreed` of them with the same mark."""

    first: str
    second: str
    both: int
    agreed: int
    kappa: Kappa

    @property
    def share(self) -> float | None:
        """The raw share of rows on which they agree."""
        return self.agreed / self.both if self.both else None

    @property
    def share_interval(self) -> tuple[float, float] | None:
        """The exact binomial limits of that share."""
        return clopper_pearson(self.agreed, self.both) if self.both else None


def agreement(
    first: tuple[str, Mapping[str, str]], second: tuple[str, Mapping[str, str]], categories: Sequence[str]
) -> Agreement:
    """The agreement of two reviewers, each a name and marks by key, over the keys that both marked."""
    (name, marks), (other_name, other_marks) = first, second
    both = sorted(marks.keys() & other_marks.keys())
    place = {category: number for number, category in enumerate(categories)}
    table = [[0] * len(categories) for _ in categories]
    for key in both:
        table[place[marks[key]]][place[other_marks[key]]] += 1
    agreed = sum(table[each][each] for each in range(len(categories)))
    return Agreement(name, other_name, len(both), agreed, kappa(table))


def kappa(table: Sequence[Sequence[int]], level: float = LEVEL) -> Kappa:
    """Cohen's kappa of a table of counts, one reviewer in the rows and the other in the columns.

    The unweighted coefficient of J. Cohen (Educational and Psychological Measurement 20 (1960)
    37-46) with the large-sample standard error of J. L. Fleiss, J. Cohen and B. S. Everitt
    (Psychological Bulletin 72 (1969) 323-327), which holds where kappa is not nought.
    """
    total = sum(map(sum, table))
    if not total:
        return Kappa(None, None, None)
    places = range(len(table))
    share = [[count / total for count in row] for row in table]
    rows = [sum(row) for row in share]
    columns = [sum(share[row][place] for row in places) for place in places]
    observed = sum(share[place][place] for place in places)
    by_chance = sum(rows[place] * columns[place] for place in places)
    if math.isclose(by_chance, 1):
        return Kappa(None, None, None)
    value = (observed - by_chance) / (1 - by_chance)
    diagonal = sum(share[place][place] * (1 - (rows[place] + columns[place]) * (1 - value)) ** 2 for place in places)
    beside = (1 - value) ** 2 * sum(
        share[row][column] * (columns[row] + rows[column]) ** 2 for row in places for column in places if row != column
    )
    variance = (diagonal + beside - (value - by_chance * (1 - value)) ** 2) / ((1 - by_chance) ** 2 * total)
    error = math.sqrt(max(0.0, variance))
    if math.isclose(observed, 1):
        return Kappa(1.0, error, None)
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    return Kappa(value, error, (max(-1.0, value - reach), min(1.0, value + reach)))
