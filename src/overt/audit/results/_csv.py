"""Findings and evidence as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from overt.audit.results import _words as words
from overt.audit.results._figures import Shown, ShownRun
from overt.controls import Scalar

# A spreadsheet takes a cell that begins so for a formula, which can call out or run a program. The
# apostrophe is here so that taking one off always gives the text back.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")

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
    return csv_bytes(COLUMNS, (_line(run, each) for each in run.findings))


def csv_bytes(header: Sequence[str], lines: Iterable[Sequence[Scalar]]) -> bytes:
    """CSV as in RFC 4180, in UTF-8; text that a spreadsheet would run as a formula begins with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in header])
    writer.writerows([neutral(value) for value in line] for line in lines)
    return stream.getvalue().encode("utf-8", "replace")


def neutral(value: Scalar) -> str | int | float:
    """The value as a cell: numbers untouched, text that begins like a formula behind an apostrophe."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = words.cell(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _line(run: ShownRun, shown: Shown) -> list[Scalar]:
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
        shown.reason,
        "; ".join(each.basis.citation for each in shown.law),
        control.gate.value,
        shown.seconds,
        run.as_of,
        run.register,
        words.SYNTHETIC if run.synthetic else "",
    ]
