"""Counts, rates and intervals by group, against named populations.

`measure` answers a `DisparityQuestion` about a source that `overt.audits.open_source` opened. No group is
dropped in silence: what is missing is bounded, what is small has an interval made for small counts, and
what a list of codes cannot tell is said. No verdict about a person, no claim of a cause.
"""

from overt.disparities._bounds import BoundLimits, FigureBounds
from overt.disparities._disparity import measure, measure_source
from overt.disparities._ethnicity import CodeList
from overt.disparities._figure import figure
from overt.disparities._forms import as_csv, as_json, as_text
from overt.disparities._funnel import Funnel, funnels
from overt.disparities._labels import LabelAccount
from overt.disparities._measure_list import MEASURES, Measure
from overt.disparities._plots import ratios as ratio_plots
from overt.disparities._question import Disparity, DisparityQuestion, TrendStep
from overt.disparities._report import files as report_files
from overt.disparities._report import plot_files, write_report
from overt.disparities._table import INSIDE, RateRow, RateTable, Ungrouped
from overt.disparities._words import heading, interval_words
from overt.statistics import (
    Counted,
    Method,
    Ratio,
    Resampled,
    TwoByTwo,
    Unit,
    conditional_odds_ratio,
    difference_interval,
    rate_interval,
    ratio_interval,
    resample,
    two_by_two,
)

__all__ = [
    "INSIDE",
    "MEASURES",
    "BoundLimits",
    "CodeList",
    "Counted",
    "Disparity",
    "DisparityQuestion",
    "FigureBounds",
    "Funnel",
    "LabelAccount",
    "Measure",
    "Method",
    "RateRow",
    "RateTable",
    "Ratio",
    "Resampled",
    "TrendStep",
    "TwoByTwo",
    "Ungrouped",
    "Unit",
    "as_csv",
    "as_json",
    "as_text",
    "conditional_odds_ratio",
    "difference_interval",
    "figure",
    "funnels",
    "heading",
    "interval_words",
    "measure",
    "measure_source",
    "plot_files",
    "rate_interval",
    "ratio_interval",
    "ratio_plots",
    "report_files",
    "resample",
    "two_by_two",
    "write_report",
]
