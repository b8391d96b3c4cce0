"""The counts of a publishable result, made safe together: they are linked tables, like those of a release.

What links them: the rows that a control examines are those that breach, those that cannot be told and the quiet ones.
Breaches fall into months, units and periods of law, and some are accepted. Controls look at the same rows, and so do
the tables of the model. How they lie over one another is known from `overt.controls.rows_together`, so every figure
is a sum of the same parts.

1.  First the totals: rows of each table, and rows examined, breached and not told of each control.
2.  Then, as if it were a later release, the breakdowns of what is shown. They may give away nothing of the totals.

What the result says besides is public too, and enters as facts: each verdict, which months, units and provisions are
listed, and which breaches are nearly all or all accepted.
"""

from __future__ import annotations

from overt.audits._run import Run
from overt.audits.results._breakdowns import Breakdowns
from overt.audits.results._totals import SafeFigures, Totals, groups_of
from overt.refusals import Refusal


def safe_figures(run: Run) -> SafeFigures:
    """Every count of the run as it may be published; refuses where the solver is not installed."""
    need_solver()
    safe = SafeFigures()
    for group in groups_of(run):
        totals = Totals(run, group, safe)
        Breakdowns(totals, totals.fill()).fill()
    return safe


def has_solver() -> bool:
    """Whether the solver is installed, which decides what must be withheld."""
    try:
        from overt.disclosure import protect  # noqa: F401, PLC0415  an extra
    except ModuleNotFoundError:
        return False
    return True


def need_solver() -> None:
    """Refuses where the solver is not installed."""
    if not has_solver():
        remedy = "pip install 'overt[publication]'"
        raise Refusal("publishable-needs-extra", "--publishable", "highspy is not installed", "", remedy)
