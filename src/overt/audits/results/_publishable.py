"""Turns a run into what may be shown of it: everything, or with disclosure control on every count.

With `publishable`:

1.  Every count is made safe together with all others: see `_linked`. Where fewer than 8 rows are examined, nothing
    under them is shown, not even a zero.
2.  Percentages are worked out from the rounded figures, and only on a base of 100 or more.
3.  No keys, evidence, fingerprints and no digest of the source or the mapping: of few possible contents one can be
    tried out. No words of errors, notes, owners or reasons, and no seconds, which follow from how many rows there are.
4.  How complete the columns of the source are, how they were read and the mapping's text are left out: which rows lack
    a value is what controls count, by rules that the figures of a column know nothing of.
5.  Where counts were published before in another shape, or are published by releases, only verdicts are given.

What it does not give: a verdict is never withheld. That a control is met says that none of its rows breach, however
few they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from overt.audits._run import Acceptance, Run
from overt.audits.mapping import ColumnFill
from overt.audits.results._figures import (
    NOT_ASKED,
    SUPPRESSED,
    UNKNOWN,
    Figure,
    FigureMark,
    FillShown,
    LabelledFigure,
    LawShown,
    ShownFinding,
    ShownRun,
    exact,
)
from overt.audits.results._linked import safe_figures
from overt.audits.results._thumb import SAFE_PERCENT_BASE, protect, rounded
from overt.audits.results._totals import MONTH, SafeFigures
from overt.audits.results._words import noun
from overt.controls import Evidence, Finding, Verdict
from overt.model import TABLES

__all__ = ["protect", "rounded", "show"]


def show(run: Run) -> ShownRun:
    """The run as it may be shown."""
    shared = {
        control for control, times in Counter(finding.control.id for finding in run.findings).items() if times > 1
    }
    controls = {finding.control.id for finding in run.findings}
    taken = tuple(_acceptance(run, acceptance) for acceptance in run.acceptances if acceptance.control in controls)
    accepting = {acceptance.control for acceptance in taken if acceptance.expires_on >= run.recipe.as_of}
    figures = _safe(run) if run.recipe.publishable else None
    return ShownRun(
        recipe=run.recipe.shown(run.register, [pack.name for pack in run.packs]),
        source_digest=None if run.recipe.publishable else run.source_digest or None,
        source_kind=run.source_kind,
        mapping_digest=None if run.recipe.publishable else run.mapping_digest,
        packs=run.packs,
        thresholds=run.thresholds,
        engine=run.engine,
        version=run.version,
        rows=tuple((table, figures.rows[table] if figures else exact(rows)) for table, rows in run.rows.items()),
        absent=run.absent,
        fills=() if run.recipe.publishable else tuple(_fill(fill) for fill in run.fills),
        findings=tuple(
            _finding(run, place, finding.control.id in shared, figures, finding.control.id in accepting)
            for place, finding in enumerate(run.findings)
        ),
        acceptances=taken,
        synthetic=run.synthetic,
        # Notes count values, and a count may be small.
        notes=() if run.recipe.publishable else run.notes,
        verdicts_only=run.verdicts_only if run.recipe.publishable else "",
        read=() if run.recipe.publishable else run.read,
        intended={} if run.recipe.publishable else run.intended,
        mapping_text="" if run.recipe.publishable else run.mapping_text,
        in_place=None if run.recipe.publishable else run.in_place,
    )


def _safe(run: Run) -> SafeFigures:
    """The counts made safe; where only verdicts may be given, none is shown."""
    if not run.verdicts_only:
        return safe_figures(run)
    rows = dict.fromkeys(run.rows, SUPPRESSED)
    places = dict.fromkeys((place for place, finding in enumerate(run.findings) if finding.examined), SUPPRESSED)
    return SafeFigures(rows, places, dict(places), dict(places))


def _finding(run: Run, place: int, shared: bool, safe: SafeFigures | None, accepting: bool) -> ShownFinding:
    finding = run.findings[place]
    with_evidence = run.recipe.evidence is not Evidence.NONE and not run.recipe.publishable
    examined, breached, unknown, accepted = _counts(finding, place, safe, accepting)
    return ShownFinding(
        name=f"{finding.pack}.{finding.control.id}" if shared else finding.control.id,
        control=finding.control,
        pack=finding.pack,
        verdict=finding.verdict,
        examined=examined,
        breached=breached,
        unknown=unknown,
        accepted=accepted,
        share=_share(run, breached, examined),
        wholly_accepted=bool(finding.breached)
        and finding.accepted == finding.breached
        and (safe is None or accepted.value is not None),
        keys=finding.keys if with_evidence else (),
        digest=None if run.recipe.publishable else finding.digest,
        rows=finding.rows if with_evidence else (),
        law=_law(run, place, breached, safe),
        by_month=_cells([cell for cell in finding.by_month if MONTH.fullmatch(cell[0])], place, safe, "months"),
        by_unit=_cells(finding.by_unit, place, safe, "units"),
        missing=finding.missing,
        without=finding.without,
        # An engine's own words about an error may hold a value of the register.
        reason="" if run.recipe.publishable and finding.verdict is Verdict.FAILED else finding.reason,
        seconds=finding.seconds if run.recipe.timing and not run.recipe.publishable else None,
        remarks=tuple(_remarks(run, finding)),
    )


def _remarks(run: Run, finding: Finding) -> Iterator[str]:
    """What must stand beside the counts of a finding."""
    if finding.examined is None:
        return
    needs = finding.control.reads
    for table in run.numbered:
        if TABLES[table].key == finding.control.key and table in needs:
            yield f"In this source {noun(table)} have no number, so each row is counted as one {noun(table, 1)}."
    # How many values were lost, or rows share a key, may be a small number.
    if run.recipe.publishable:
        return
    for column in (column for table in run.read for column in table.columns if column.is_worth_naming):
        if column.column in needs.get(column.table, ()):
            reason = run.intended.get(column.name, "")
            yield f"{column.loss}. This is intended: {reason.rstrip('.')}." if reason else f"{column.loss}."
    for repeat in run.repeats:
        if repeat.column == finding.control.key and repeat.table in needs:
            rows = f"{repeat.rows:,} rows are {repeat.keys:,} {noun(repeat.table, repeat.keys)}"
            yield f"In this source {rows}, and rows are counted."


def _counts(
    finding: Finding, place: int, safe: SafeFigures | None, accepting: bool
) -> tuple[Figure, Figure, Figure, Figure]:
    if finding.examined is None:
        none = UNKNOWN if finding.verdict is Verdict.FAILED else NOT_ASKED
        return none, none, none, none
    if safe is None:
        breaches, unknowns = finding.breached or 0, finding.unknown or 0
        return exact(finding.examined), exact(breaches), exact(unknowns), exact(finding.accepted)
    zero = Figure(FigureMark.ROUNDED, 0)
    if not finding.examined:
        return zero, zero, zero, zero
    breached = safe.breached[place]
    accepted = safe.accepted.get(place, zero)
    # Where nobody has accepted anything of the control, that none is accepted says nothing of its rows.
    if breached.value is None and (accepting or finding.accepted):
        accepted = SUPPRESSED
    return safe.examined[place], breached, safe.unknown[place], accepted


def _share(run: Run, part: Figure, base: Figure) -> float | None:
    """The part as a share of the base: `None` where a figure is withheld or the base is too small to publish one."""
    if part.value is None or not base.value or (run.recipe.publishable and base.value < SAFE_PERCENT_BASE):
        return None
    return min(part.value / base.value, 1.0)


def _cells(
    cells: Sequence[tuple[str, int]], place: int, safe: SafeFigures | None, kind: Literal["months", "units"]
) -> tuple[LabelledFigure, ...]:
    if safe is None:
        return tuple(LabelledFigure(label, exact(count)) for label, count in cells)
    shown = safe.months if kind == "months" else safe.units
    return tuple(LabelledFigure(label, figure) for label, figure in shown.get(place, ()))


def _law(run: Run, place: int, breached: Figure, safe: SafeFigures | None) -> tuple[LawShown, ...]:
    finding = run.findings[place]
    control = finding.control
    if safe is not None and finding.breached and breached.value is None:
        # Which provisions some breaches fall under is a breakdown as well.
        listed = control.basis if control.dated else control.law_on(run.recipe.as_of)
        return tuple(LawShown(basis, SUPPRESSED) for basis in listed)
    if finding.examined is None or not finding.law:
        figure = breached if finding.examined is None else exact(0)
        return tuple(LawShown(basis, figure) for basis in control.law_on(run.recipe.as_of))
    if safe is None:
        return tuple(LawShown(basis.basis, exact(basis.breached)) for basis in finding.law)
    # Without dates, the law is that of the day of the audit and covers every breach.
    undated = (breached if not control.dated else SUPPRESSED,) * len(finding.law)
    figures = safe.law.get(place, undated)
    return tuple(LawShown(basis.basis, figure) for basis, figure in zip(finding.law, figures, strict=True))


def _fill(fill: ColumnFill) -> FillShown:
    share = min(fill.filled / fill.rows, 1.0) if fill.rows else None
    return FillShown(fill.table, fill.column, exact(fill.rows), exact(fill.filled), share)


def _acceptance(run: Run, acceptance: Acceptance) -> Acceptance:
    if not run.recipe.publishable:
        return acceptance
    # Who accepted it and why is free text about a small number of people.
    return Acceptance(acceptance.control, "", "", acceptance.expires_on)
