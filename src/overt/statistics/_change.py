"""Ratios of ratios: whether a disparity is larger in one period, force or list than in another.

Both ratios have an interval already. On the logarithm the limits of their quotient are recovered from those
(G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008) 1693-1702); where both intervals are symmetric there, this is
the usual square root of the summed variances (D. G. Altman and J. M. Bland, BMJ 326 (2003) 219). The two must rest on
different rows: of one list on two days, people on both days make them go together, and the limits would be too wide.
"""

from __future__ import annotations

import math

from overt.statistics._rates import Cover, Method, Ratio


def ratio_of_ratios(later: Ratio, earlier: Ratio) -> Ratio:
    """The later ratio over the earlier, with limits and the method of the later; none where either ratio has none."""
    if not later.value or not earlier.value:
        return Ratio(None, None, None, Method.NONE)
    quotient = math.log(later.value / earlier.value)
    low = high = None
    if later.low and earlier.high and math.isfinite(earlier.high):
        low = math.exp(quotient - math.hypot(math.log(later.value / later.low), math.log(earlier.high / earlier.value)))
    if later.high and earlier.low and math.isfinite(later.high):
        high = math.exp(
            quotient + math.hypot(math.log(later.high / later.value), math.log(earlier.value / earlier.low))
        )
    cover = Cover.ABOUT if later.cover is earlier.cover is Cover.ABOUT else Cover.UNKNOWN
    return Ratio(math.exp(quotient), low, high, later.method, cover)


def excess(group: float, population: float, reference_rate: float) -> float:
    """How many more of the group were counted than at the rate of the reference group; below 0, how many fewer."""
    return group - population * reference_rate


def denominator_factor(ratio: Ratio) -> float | None:
    """By what factor the group's population must have been counted too low to leave no difference that is shown.

    The limit nearer to 1 of a ratio whose interval leaves 1 out: 2.4 means that the ratio holds unless 2.4 times as
    many of the group are there as was counted, against the reference. `None` where the interval has 1 in it already.
    """
    if ratio.low is not None and ratio.low > 1:
        return ratio.low
    if ratio.high is not None and ratio.high < 1:
        return ratio.high
    return None
