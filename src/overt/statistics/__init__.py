"""Intervals, tests and coefficients, each once, by the papers that their modules name.

Limits of samples and the agreement of reviewers need no extra. What is built on scipy (extra `stats`) is loaded when it
is first asked for: `rate_interval`, `ratio_interval` and `difference_interval` of rates by group, `two_by_two`,
`resample`, `clopper_pearson` and `exact_limits`, `shares` with the `ratios` between them, and how long entries last
(`survival_curve`, `restricted_mean`, `log_rank`).
"""

from typing import TYPE_CHECKING

from overt.later import later
from overt.statistics._agreement import (
    FEWEST_APART,
    FEWEST_OTHERS,
    FEWEST_ROWS,
    METHOD,
    OF_FEW,
    Coefficient,
    ac1,
    agreement_indices,
    kappa,
)
from overt.statistics._counts import Count
from overt.statistics._samples import LEVEL, Interval, binomial_limits, interval

if TYPE_CHECKING:
    from overt.statistics._change import denominator_factor, excess, ratio_of_ratios
    from overt.statistics._darkness import FEWEST_DAYS, DaylightRatio, LightCell, daylight_ratio
    from overt.statistics._exact import clopper_pearson, exact_limits
    from overt.statistics._many import Spread, adjusted, spread
    from overt.statistics._rates import (
        FEW,
        Counted,
        Cover,
        Method,
        RateMethod,
        Ratio,
        Unit,
        difference_cover,
        difference_interval,
        rate_cover,
        rate_interval,
        rate_method,
        ratio_interval,
    )
    from overt.statistics._regression import AdjustedRatio, Adjustment, adjusted_ratios
    from overt.statistics._resample import Resampled, is_enough, resample
    from overt.statistics._shares import BOTH, ShareRatio, ratios, share, shares
    from overt.statistics._shrink import Shrunk, shrunk
    from overt.statistics._standardised import Standardised, standardised, standardised_ratio
    from overt.statistics._strata import Homogeneity, Stratified, stratified_ratio
    from overt.statistics._survival import (
        Lasting,
        LogRank,
        Stays,
        SurvivalCurve,
        log_rank,
        possible_curves,
        restricted_mean,
        survival_curve,
    )
    from overt.statistics._trend import FEWEST_PERIODS, Trend, ratio_trend, trend
    from overt.statistics._two_by_two import TwoByTwo, conditional_odds_ratio, two_by_two, without_tests

__all__ = [
    "BOTH",
    "FEW",
    "FEWEST_APART",
    "FEWEST_DAYS",
    "FEWEST_OTHERS",
    "FEWEST_PERIODS",
    "FEWEST_ROWS",
    "LEVEL",
    "METHOD",
    "OF_FEW",
    "AdjustedRatio",
    "Adjustment",
    "Coefficient",
    "Count",
    "Counted",
    "Cover",
    "DaylightRatio",
    "Homogeneity",
    "Interval",
    "Lasting",
    "LightCell",
    "LogRank",
    "Method",
    "RateMethod",
    "Ratio",
    "Resampled",
    "ShareRatio",
    "Shrunk",
    "Spread",
    "Standardised",
    "Stays",
    "Stratified",
    "SurvivalCurve",
    "Trend",
    "TwoByTwo",
    "Unit",
    "ac1",
    "adjusted",
    "adjusted_ratios",
    "agreement_indices",
    "binomial_limits",
    "clopper_pearson",
    "conditional_odds_ratio",
    "daylight_ratio",
    "denominator_factor",
    "difference_cover",
    "difference_interval",
    "exact_limits",
    "excess",
    "interval",
    "is_enough",
    "kappa",
    "log_rank",
    "possible_curves",
    "rate_cover",
    "rate_interval",
    "rate_method",
    "ratio_interval",
    "ratio_of_ratios",
    "ratio_trend",
    "ratios",
    "resample",
    "restricted_mean",
    "share",
    "shares",
    "shrunk",
    "spread",
    "standardised",
    "standardised_ratio",
    "stratified_ratio",
    "survival_curve",
    "trend",
    "two_by_two",
    "without_tests",
]

_WITH_SCIPY = {
    "_change": ("denominator_factor", "excess", "ratio_of_ratios"),
    "_darkness": ("FEWEST_DAYS", "DaylightRatio", "LightCell", "daylight_ratio"),
    "_many": ("Spread", "adjusted", "spread"),
    "_shrink": ("Shrunk", "shrunk"),
    "_standardised": ("Standardised", "standardised", "standardised_ratio"),
    "_strata": ("Homogeneity", "Stratified", "stratified_ratio"),
    "_exact": ("clopper_pearson", "exact_limits"),
    "_rates": (
        "FEW",
        "Counted",
        "Cover",
        "Method",
        "RateMethod",
        "Ratio",
        "Unit",
        "difference_cover",
        "difference_interval",
        "rate_cover",
        "rate_interval",
        "rate_method",
        "ratio_interval",
    ),
    "_regression": ("AdjustedRatio", "Adjustment", "adjusted_ratios"),
    "_resample": ("Resampled", "is_enough", "resample"),
    "_shares": ("BOTH", "ShareRatio", "ratios", "share", "shares"),
    "_survival": (
        "Lasting",
        "LogRank",
        "Stays",
        "SurvivalCurve",
        "log_rank",
        "possible_curves",
        "restricted_mean",
        "survival_curve",
    ),
    "_trend": ("FEWEST_PERIODS", "Trend", "ratio_trend", "trend"),
    "_two_by_two": ("TwoByTwo", "conditional_odds_ratio", "two_by_two", "without_tests"),
}
_LATER = {name: f"{__name__}.{module}" for module, names in _WITH_SCIPY.items() for name in names}

__getattr__ = later(__name__, _LATER)
