"""Ratios of groups adjusted for other divisions by regression, with statsmodels (extra `regression`).

Rates: a Poisson model of the counts with the logarithm of the people as offset; the ratio is one of rates. Shares: a
logistic model; the ratio is one of odds. Every division enters as a factor without interactions, so that the ratio of
two groups is taken to be the same in every combination of the others (P. McCullagh and J. A. Nelder, Generalized Linear
Models (1989)). The variance is multiplied by the dispersion, Pearson's chi-squared over its degrees of freedom and 1 at
least, and the limits use Student's t.
"""

from __future__ import annotations

import math
import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from overt.statistics._rates import Counted
from overt.statistics._samples import LEVEL

Cell = tuple[tuple[str, ...], Counted]
# Beyond this a coefficient runs to infinity: a group of which nobody, or everybody, was counted somewhere.
_RUNAWAY = 12.0


@dataclass(frozen=True)
class AdjustedRatio:
    """One group's ratio to the reference with the other divisions held equal; of shares it is a ratio of odds."""

    group: str
    ratio: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class Adjustment:
    """All groups' ratios, the model's dispersion and degrees of freedom, and how many cells of how many took part."""

    ratios: tuple[AdjustedRatio, ...]
    dispersion: float
    degrees: int
    cells: int
    silent: int


def adjusted_ratios(cells: Sequence[Cell], reference: str, *, shares: bool, level: float = LEVEL) -> Adjustment | str:
    """The ratios of the groups of the first division, or in words why there are none.

    Each cell has a label in each division. Cells of nobody, and those of a label of which nobody (of a share: or
    everybody) was counted, say nothing of a ratio and are left out. Raises `ModuleNotFoundError` without statsmodels.
    """
    import statsmodels.api as sm  # noqa: PLC0415  # two seconds of import, and an extra

    used = _telling([(labels, cell) for labels, cell in cells if cell.population], shares)
    if not any(labels[0] == reference for labels, _ in used):
        return "the reference group has no count in these divisions"
    design, groups = _design([labels for labels, _ in used], reference)
    degrees = len(used) - design.shape[1]
    if not groups:
        return "no group has a count in these divisions"
    if degrees < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return "there are too few combinations of the divisions for a model of them"
    counts = np.array([cell.count for _, cell in used], dtype=float)
    people = np.array([cell.population for _, cell in used], dtype=float)
    if shares:
        model = sm.GLM(np.column_stack([counts, people - counts]), design, sm.families.Binomial())
    else:
        model = sm.GLM(counts, design, sm.families.Poisson(), offset=np.log(people))
    with warnings.catch_warnings():
        # It warns of a perfect fit, which small tables have by chance; what has no solution is refused below.
        warnings.simplefilter("ignore")
        fitted = model.fit()
    if not fitted.converged or float(np.abs(fitted.params[1:]).max()) > _RUNAWAY:
        return "the model has no solution for these counts"
    dispersion = max(float(fitted.pearson_chi2) / degrees, 1.0)
    quantile = float(stdtrit(degrees, (1 + level) / 2))
    ratios = []
    for place, group in enumerate(groups, start=1):
        value, error = float(fitted.params[place]), float(fitted.bse[place]) * math.sqrt(dispersion)
        p_value = 2 * float(stdtr(degrees, -abs(value) / error))
        limits = math.exp(value - quantile * error), math.exp(value + quantile * error)
        ratios.append(AdjustedRatio(group, math.exp(value), *limits, p_value))
    return Adjustment(tuple(ratios), dispersion, degrees, len(used), len(cells) - len(used))


def _telling(cells: Sequence[Cell], shares: bool) -> list[Cell]:
    """Without labels of which nobody was counted, or everybody of a share, until there are none such."""
    left = list(cells)
    while True:
        sums: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for labels, cell in left:
            for place, label in enumerate(labels):
                sums[place, label][0] += cell.count
                sums[place, label][1] += cell.population - cell.count
        bare = {key for key, (counted, rest) in sums.items() if not counted or (shares and rest <= 0)}
        kept = [one for one in left if not any((place, label) in bare for place, label in enumerate(one[0]))]
        if len(kept) == len(left):
            return left
        left = kept


def _design(labels: Sequence[tuple[str, ...]], reference: str) -> tuple[np.ndarray, list[str]]:
    """A column of ones, one for each group but the reference, then one for each label but the first of a division."""
    columns = [np.ones(len(labels))]
    groups: list[str] = []
    for place in range(len(labels[0]) if labels else 0):
        names = sorted({row[place] for row in labels})
        wanted = [name for name in names if name != (reference if place == 0 else names[0])]
        groups = wanted if place == 0 else groups
        columns += [np.array([float(row[place] == name) for row in labels]) for name in wanted]
    return np.column_stack(columns), groups
