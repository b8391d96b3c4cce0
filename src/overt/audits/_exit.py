"""The exit status of an audit."""

from __future__ import annotations

from overt.audits._run import Run
from overt.controls import Severity, Verdict
from overt.refusals import Exit


def exit_code(run: Run, fail_on: Severity, fail_on_unshown: Severity | None = None) -> Exit:
    """Breaches at or above `fail_on` that nobody accepted, unless a control failed, which is the greater matter.

    With `fail_on_unshown`, a control of that severity or above is as grave when it could not be asked, or when it
    cannot be told of every row.
    """
    if any(finding.verdict is Verdict.FAILED for finding in run.findings):
        return Exit.CONTROL_FAILED
    grave = (
        finding.open_breaches and finding.control.severity.rank >= fail_on.rank
        for finding in run.findings
        if finding.verdict is Verdict.BREACHED
    )
    unshown = fail_on_unshown is not None and any(
        (finding.verdict is Verdict.CANNOT_BE_SHOWN or finding.unknown)
        and finding.control.severity.rank >= fail_on_unshown.rank
        for finding in run.findings
    )
    return Exit.BREACHES if unshown or any(grave) else Exit.CLEAR
