"""Findings and evidence as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

from overt.audits.results import _words as words
from overt.audits.results._figures import ShownFinding, ShownRun
from overt.controls import Scalar
from overt.pages import csv_bytes

COLUMNS = (
    "control",
    "pack",
    "kind",
    "severity",
    "verdict",
    "title",
    "examined",
    "breached",
    "unknown",
    "accepted",
    "digest",
    "missing",
    "without",
    "reason",
    "law",
    "gate",
    "seconds",
    "as_of",
    "register",
    "synthetic",
)


def findings_csv(run: ShownRun) -> bytes:
    """One line a finding. A count that is not a number is one of the marks `*`, `not known`, `not asked`."""
    return csv_bytes(COLUMNS, (_line(run, finding) for finding in run.findings))


def _line(run: ShownRun, shown: ShownFinding) -> list[Scalar]:
    control = shown.control
    counts = [figure.value if figure.value is not None else str(figure) for figure in shown.counts.values()]
    return [
        control.id,
        shown.pack,
        control.kind.value,
        control.severity.value,
        shown.verdict.value,
        control.title,
        *counts,
        shown.digest,
        "; ".join(shown.missing),
        "; ".join(shown.without),
        shown.reason,
        "; ".join(basis.basis.citation for basis in shown.law),
        control.gate.value,
        shown.seconds,
        run.recipe.as_of,
        run.register,
        words.SYNTHETIC if run.synthetic else "",
    ]
