"""The results of a run that was kept, written again: whole or publishable, under a heading, with other acceptances."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from overt.audits._accepted import read_accepted
from overt.audits._published import record_beside, remember, why_verdicts_only
from overt.audits._recipe import Heading
from overt.audits._run import Acceptance, Run
from overt.audits._work import working_folder
from overt.audits.results import need_solver, write_results
from overt.controls import Finding
from overt.refusals import Refusal, raise_all

_AUDIT_AGAIN = "run the audit again with --accept, which asks the source"


def write_again(
    run: Run,
    out: Path,
    *,
    publishable: bool = False,
    heading: Heading | None = None,
    accepted: Path | None = None,
    record: Path | None = None,
) -> Run:
    """Writes the result folder `out` from a kept run, and gives the run as it was written.

    The files are identical to those of an audit with the same options. `heading` and `accepted` replace those
    of the run; without them they stay. `record` is that of `audit`. Refuses what the audit would refuse, an acceptance
    of single keys of which the run cannot tell whether they breach, and a publishable result of a run that was kept
    without what it needs.
    """
    if publishable:
        need_solver()
    if heading is not None:
        run = replace(run, recipe=replace(run.recipe, heading=heading))
    if accepted is not None:
        run = accept(run, accepted)
    run = replace(run, recipe=replace(run.recipe, publishable=publishable), verdicts_only="")
    record = record or record_beside(out)
    if publishable:
        run = replace(run, verdicts_only=why_verdicts_only(run, record))
        if run.together is None and not run.verdicts_only:
            found = "how the rows of its controls lie over one another was not kept"
            wanted = "a run from which safe figures can be made"
            remedy = "install overt[publication] and run the audit again with --keep, or audit with --publishable"
            raise Refusal("run-not-publishable", run.register, found, wanted, remedy)
    with working_folder(out, f"report of {run.register}") as work:
        write_results(run, work.result)
        if publishable and not run.verdicts_only:
            remember(record, run)
        work.publish(out)
    return run


def accept(run: Run, path: Path) -> Run:
    """The run with the acceptances of a file in place of its own; refuses what `read_accepted` refuses."""
    accepted = read_accepted(path, run.recipe.as_of, [finding.control.id for finding in run.findings])
    refusals: list[Refusal] = []
    findings = []
    for finding in run.findings:
        acceptance = accepted.for_control(finding.control.id)
        try:
            count = _accepted_rows(finding, acceptance) if acceptance and finding.breached else 0
            findings.append(replace(finding, accepted=count))
        except Refusal as refusal:
            refusals.append(refusal)
    raise_all(refusals)
    recipe = replace(run.recipe, accepted=path)
    return replace(run, recipe=recipe, findings=tuple(findings), acceptances=accepted.both, intended=accepted.intended)


def _accepted_rows(finding: Finding, acceptance: Acceptance) -> int:
    """How many breaching rows an acceptance speaks of. Refuses keys beyond those that the run kept."""
    breached = finding.breached or 0
    if acceptance.keys is None:
        return breached
    wanted, all_kept = set(acceptance.keys), len(finding.keys) == breached
    # A key may breach in several rows. Rows are kept in the order of keys, so those of the last key may go on.
    if not all_kept and wanted - set(finding.keys[:-1]) | wanted.intersection(finding.keys[-1:]):
        found = f"the run kept {len(finding.keys):,} of {breached:,} breaching rows, and not all of these keys"
        raise Refusal("acceptance-not-known", finding.control.id, found, "keys that the run kept", _AUDIT_AGAIN)
    return sum(key in wanted for key in finding.keys)
