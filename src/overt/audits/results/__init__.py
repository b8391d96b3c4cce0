"""The result folder of an audit: everything made from a finished run.

`write_results` writes it, `check_results` refuses one that is not whole, `show` and `results` give
the same without a disk. What may be shown of a count is decided in one place, before any writer sees it.
"""

from overt.audits.results._figures import Figure, FigureMark, ShownFinding, ShownRun
from overt.audits.results._folder import check_results, results, write_results
from overt.audits.results._json import SCHEMA_VERSION, findings_schema
from overt.audits.results._linked import has_solver, need_solver
from overt.audits.results._publishable import show

__all__ = [
    "SCHEMA_VERSION",
    "Figure",
    "FigureMark",
    "ShownFinding",
    "ShownRun",
    "check_results",
    "findings_schema",
    "has_solver",
    "need_solver",
    "results",
    "show",
    "write_results",
]
