"""Counts, rates and intervals by group, against named populations.

`measure` answers a `DisparityQuestion` about a source that `overt.audits.open_source` opened. No group is
dropped in silence: what is missing is bounded, what is small has an interval made for small counts, and
what a list of codes cannot tell is said. No verdict about a person, no claim of a cause.
"""

from overt.disparities._bounds import BoundLimits
from overt.disparities._csv import as_csv
from overt.disparities._disparity import measure, measure_source
from overt.disparities._ethnicity import CodeList
from overt.disparities._figure import figure
from overt.disparities._forms import as_json, as_text
from overt.disparities._measure_list import MEASURES
from overt.disparities._offered import OfferedMeasure, offered
from overt.disparities._plots import ratios as ratio_plots
from overt.disparities._question import Disparity, DisparityQuestion
from overt.disparities._report import files as report_files
from overt.disparities._report import plot_files, write_report
from overt.disparities._table import INSIDE, RateRow, RateTable
from overt.disparities._words import heading, interval_words
from overt.statistics import (
    Method,
)

__all__ = [
    "INSIDE",
    "MEASURES",
    "BoundLimits",
    "CodeList",
    "Disparity",
    "DisparityQuestion",
    "Method",
    "OfferedMeasure",
    "RateRow",
    "RateTable",
    "as_csv",
    "as_json",
    "as_text",
    "figure",
    "heading",
    "interval_words",
    "measure",
    "measure_source",
    "offered",
    "plot_files",
    "ratio_plots",
    "report_files",
    "write_report",
]
