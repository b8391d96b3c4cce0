"""The result folder of an audit: everything made from a finished run.

`write_results` writes it, `check_results` refuses one that is not whole, `show` and `results` give
the same without a disk. What may be shown of a count is decided in one place, before any writer sees it.
"""

from overt.audits.results._charts import charts_of
from overt.audits.results._figures import Figure, FigureMark, ShownFinding, ShownRun
from overt.audits.results._folder import check_results, results, write_results
from overt.audits.results._json import SCHEMA_VERSION, findings_schema
from overt.audits.results._linked import has_solver, need_solver
from overt.audits.results._publishable import show
from overt.audits.results._report import SCRIPT_HASH
from overt.audits.results._unshown import Gap, gaps
from overt.audits.results._words import gravest_first, month, period, sentence, verdict_sentence

__all__ = [
    "SCHEMA_VERSION",
    "SCRIPT_HASH",
    "Figure",
    "FigureMark",
    "Gap",
    "ShownFinding",
    "ShownRun",
    "charts_of",
    "check_results",
    "findings_schema",
    "gaps",
    "gravest_first",
    "has_solver",
    "month",
    "need_solver",
    "period",
    "results",
    "sentence",
    "show",
    "verdict_sentence",
    "write_results",
]
