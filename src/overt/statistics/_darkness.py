"""Whether a group's share of those stopped is another in daylight than in darkness at the same time of the clock.

The veil-of-darkness test of J. Grogger and G. Ridgeway, Journal of the American Statistical Association 101 (2006)
878-887: a logistic model of whose a stop is, with daylight and a natural cubic spline of the time, as E. Pierson and
others use it, Nature Human Behaviour 4 (2020) 736-745. The space of the spline is that of R's `ns`.
Whether it is light depends on the day, and the stops of one day are not independent of each other, so that the variance
is clustered by day (K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986) 13-22) and the limits use Student's t with one
less than the number of days. Needs statsmodels (extra `regression`).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import stdtr, stdtrit

from overt.statistics._rates import FEW
from overt.statistics._samples import LEVEL

FEWEST_DAYS = 20
"""Of fewer days with stops in daylight, or with stops in darkness, the clustered variance is too small."""
# Beyond this a coefficient runs to infinity.
_RUNAWAY = 12.0


@dataclass(frozen=True)
class LightCell:
    """The stops of one day at one time: `group` of them of the group, `reference` of the reference group.

    `day` is any whole number of its own, `minute` the local time in minutes after midnight, and `part` a part of the
    year with its own level.
    """

    day: int
    minute: float
    is_light: bool
    group: int
    reference: int
    part: int = 0


@dataclass(frozen=True)
class DaylightRatio:
    """The odds that a stop is of the group, in daylight over those in darkness, with limits; `days` had stops."""

    ratio: float
    low: float
    high: float
    p_value: float
    days: int


def daylight_ratio(cells: Sequence[LightCell], *, freedom: int = 6, level: float = LEVEL) -> DaylightRatio | str:
    """The ratio of odds at the same time of the clock, or in words why there is none.

    The spline of the time has `freedom` degrees of freedom, fewer where stops are at few times. Raises
    `ModuleNotFoundError` without statsmodels.
    """
    import statsmodels.api as sm  # noqa: PLC0415  # two seconds of import, and an extra

    used = [cell for cell in cells if cell.group + cell.reference]
    for is_light, when in ((True, "in daylight"), (False, "in darkness")):
        lit = [cell for cell in used if cell.is_light is is_light]
        few = min(sum(cell.group for cell in lit), sum(cell.reference for cell in lit))
        if few < FEW:
            return f"fewer than {FEW} stops of one of the two groups were {when}"
        if (days := len({cell.day for cell in lit})) < FEWEST_DAYS:
            return f"stops {when} were on {days} days, and {FEWEST_DAYS} are needed"
    counts = np.array([(cell.group, cell.reference) for cell in used], dtype=float)
    light = np.array([float(cell.is_light) for cell in used])
    minutes = np.array([cell.minute for cell in used], dtype=float)
    parts = np.array([cell.part for cell in used])
    levels = [(parts == part).astype(float) for part in sorted(set(parts.tolist()))[1:]]
    design = np.column_stack([light, _spline(minutes, counts.sum(axis=1), freedom), *levels])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return "the times of day at which it was light and dark do not overlap"
    days_of_cells = np.array([cell.day for cell in used])
    with warnings.catch_warnings():
        # A model without a solution is refused below.
        warnings.simplefilter("ignore")
        model = sm.GLM(counts, design, sm.families.Binomial())
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": days_of_cells})
    value, error = float(fitted.params[0]), float(fitted.bse[0])
    if not fitted.converged or not abs(value) < _RUNAWAY or not error > 0:
        return "the model has no solution for these counts"
    days = len(set(days_of_cells.tolist()))
    half = float(stdtrit(days - 1, (1 + level) / 2)) * error
    p_value = 2 * float(stdtr(days - 1, -abs(value) / error))
    return DaylightRatio(math.exp(value), math.exp(value - half), math.exp(value + half), p_value, days)


def _spline(minutes: NDArray[np.float64], weights: NDArray[np.float64], freedom: int) -> NDArray[np.float64]:
    """A basis of the natural cubic splines with knots at quantiles of the stops, which holds the constant.

    Each knot is the time of a stop, so that no two columns depend on each other.
    """
    times = np.repeat(minutes, weights.astype(int))
    knots = np.unique(np.quantile(times, np.linspace(0, 1, freedom + 1), method="inverted_cdf"))
    if len(knots) < 2:
        return np.ones((len(minutes), 1))
    basis: NDArray[np.float64] = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")(minutes)
    return basis
