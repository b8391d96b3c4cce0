"""Turns a run into what may be shown of it: everything, or with disclosure control on every count.

With `publishable`, keys, evidence, fingerprints and the words of errors are dropped (a fingerprint
of a few guessable keys can be tried out, and gives away how many they are), and counts are made
safe by these rules, one after the other:

1.  A total under 8 is suppressed, and so is every part of it that is not zero. Zero is shown.
2.  Other totals and parts are rounded to the nearest 5; parts of 1 to 7 are suppressed.
3.  `breached`, `unknown` and the quiet rows add up to `examined`. The quiet rows are not shown, but
    what is not shown can be worked out as the rest: the total less the parts shown. So either there
    is no rest at all, or the rest must come out so large in the shown figures that it cannot be 1 to
    7: at least 8 and twice 2 for each figure shown, because each may be off by 2 (15 for one part
    or two). Until then parts are withheld, the last first: `unknown` before `breached`. A large
    part withheld so is said to be "all but fewer than 15".
4.  Accepted breaches, breaches by month, by unit and by period of law, and filled cells of a column
    are parts of a total in the same way. Where periods of law overlap, their counts are shown only
    if no row tells one from another. A total that is withheld shows no breakdown.
5.  Percentages are worked out from the rounded figures, and only on a base of 100 or more.

What this gives: whatever is shown of one finding, a part that may be 1 to 7 has at least six values
that would all look the same (a test tries every register). What it does not give: two controls may
examine nested rows, and then the difference of their rounded figures tells a suppressed count to
within 4. It never tells the count itself.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from overt.audit._run import Acceptance, ColumnFill, Run
from overt.audit.results._figures import (
    NOT_ASKED,
    SUPPRESSED,
    UNKNOWN,
    Cell,
    Figure,
    FillShown,
    LawShown,
    Mark,
    Shown,
    ShownRun,
    exact,
)
from overt.controls import Finding, LawCount, Verdict

SAFE_THRESHOLD = 8
SAFE_ROUND_BASE = 5
SAFE_PERCENT_BASE = 100
NEARLY_ALL = 15

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def rounded(count: int) -> int:
    """The nearest multiple of 5."""
    return (count + SAFE_ROUND_BASE // 2) // SAFE_ROUND_BASE * SAFE_ROUND_BASE


def protect(total: int, parts: Sequence[int]) -> tuple[Figure, list[Figure]]:
    """The total and its disjoint parts as they may be published, by rules 1 to 3 of this module.

    Parts are withheld from the last to the first, so the one that matters most comes first.
    """
    if total < SAFE_THRESHOLD:
        return _small(total), [_small(part) for part in parts]
    shown = {place: part for place, part in enumerate(parts) if part >= SAFE_THRESHOLD}
    while shown and _rest_is_small(total, shown):
        del shown[max(shown)]
    base = rounded(total)
    figures = []
    for place, part in enumerate(parts):
        if part and place not in shown:
            nearly_all = part > total - NEARLY_ALL and base >= SAFE_PERCENT_BASE
            figures.append(Figure(Mark.SUPPRESSED, nearly_all=nearly_all))
        else:
            figures.append(_round(part))
    return _round(total), figures


def _rest_is_small(total: int, shown: dict[int, int]) -> bool:
    rest = rounded(total) - sum(rounded(part) for part in shown.values())
    room = SAFE_ROUND_BASE // 2 * (len(shown) + 1)
    return total > sum(shown.values()) and rest < SAFE_THRESHOLD + room


def _small(count: int) -> Figure:
    return SUPPRESSED if count else _round(0)


def _round(count: int) -> Figure:
    return Figure(Mark.ROUNDED, rounded(count))


def show(
    run: Run, acceptances: Sequence[Acceptance] = (), command: str | None = None, evidence_reason: str = ""
) -> ShownRun:
    """The run as it may be shown; `command` is the line that runs it again, if it is known better than by the run."""
    shared = {each for each, times in Counter(finding.control.id for finding in run.findings).items() if times > 1}
    findings = tuple(_finding(run, finding, finding.control.id in shared) for finding in run.findings)
    asked = {finding.control.id for finding in run.findings}
    return ShownRun(
        register=without_password(run.register),
        source_digest=run.source_digest,
        source_kind=run.source_kind,
        mapping=run.mapping,
        mapping_digest=run.mapping_digest,
        as_of=run.as_of,
        packs=run.packs,
        thresholds=run.thresholds,
        engine=run.engine,
        version=run.version,
        evidence="none" if run.publishable else run.evidence,
        limit=run.limit,
        publishable=run.publishable,
        rows=tuple((table, _count(run, rows)) for table, rows in run.rows.items()),
        absent=run.absent,
        fills=tuple(_fill(run, fill) for fill in run.fills),
        findings=findings,
        acceptances=tuple(_acceptance(run, each) for each in acceptances if each.control in asked),
        synthetic=run.synthetic,
        timing=run.timing,
        command=command or _command(run),
        evidence_reason="" if run.publishable else evidence_reason,
        # Notes count values, and a count may be small.
        notes=() if run.publishable else run.notes,
    )


def without_password(name: str) -> str:
    """A source's name with the password of a database address left out."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", name)


def _count(run: Run, count: int) -> Figure:
    return protect(count, [])[0] if run.publishable else exact(count)


def _finding(run: Run, finding: Finding, shared: bool) -> Shown:
    kept = finding.keys if run.evidence != "none" and not run.publishable else ()
    rows = finding.rows if kept or (finding.rows and run.evidence != "none" and not run.publishable) else ()
    examined, breached, unknown, accepted = _counts(run, finding)
    return Shown(
        name=f"{finding.pack}.{finding.control.id}" if shared else finding.control.id,
        control=finding.control,
        pack=finding.pack,
        verdict=finding.verdict,
        examined=examined,
        breached=breached,
        unknown=unknown,
        accepted=accepted,
        share=_share(run, breached, examined),
        wholly_accepted=bool(finding.breached) and finding.accepted == finding.breached,
        keys=kept,
        digest=None if run.publishable else finding.digest,
        rows=rows,
        law=_law(run, finding, breached),
        by_month=_cells(run, finding, [each for each in finding.by_month if _MONTH.fullmatch(each[0])], breached),
        by_unit=_cells(run, finding, finding.by_unit, breached),
        missing=finding.missing,
        # An engine's own words about an error may hold a value of the register.
        reason="" if run.publishable and finding.verdict is Verdict.FAILED else finding.reason,
        seconds=finding.seconds if run.timing else None,
    )


def _counts(run: Run, finding: Finding) -> tuple[Figure, Figure, Figure, Figure]:
    if finding.examined is None:
        none = UNKNOWN if finding.verdict is Verdict.FAILED else NOT_ASKED
        return none, none, none, none
    breaches, unknowns = finding.breached or 0, finding.unknown or 0
    if not run.publishable:
        return exact(finding.examined), exact(breaches), exact(unknowns), exact(finding.accepted)
    examined, (breached, unknown) = protect(finding.examined, [breaches, unknowns])
    accepted = protect(breaches, [finding.accepted])[1][0]
    if breached.value is None and accepted.is_some:
        accepted = SUPPRESSED
    return examined, breached, unknown, accepted


def _share(run: Run, part: Figure, base: Figure) -> float | None:
    """The part as a share of the base: `None` where a figure is withheld or the base is too small to publish one."""
    if part.value is None or not base.value or (run.publishable and base.value < SAFE_PERCENT_BASE):
        return None
    return min(part.value / base.value, 1.0)


def _cells(run: Run, finding: Finding, cells: Sequence[tuple[str, int]], breached: Figure) -> tuple[Cell, ...]:
    if not run.publishable:
        return tuple(Cell(label, exact(count)) for label, count in cells)
    if breached.value is None or not cells:
        return ()
    largest_first = sorted(cells, key=lambda cell: (-cell[1], cell[0]))
    figures = protect(finding.breached or 0, [count for _, count in largest_first])[1]
    safe = dict(zip((label for label, _ in largest_first), figures, strict=True))
    return tuple(Cell(label, Figure(safe[label].mark, safe[label].value)) for label, _ in cells)


def _law(run: Run, finding: Finding, breached: Figure) -> tuple[LawShown, ...]:
    if finding.examined is None or not finding.law:
        figure = breached if finding.examined is None else exact(0)
        return tuple(LawShown(basis, figure) for basis in finding.control.law_on(run.as_of))
    if not run.publishable:
        return tuple(LawShown(each.basis, exact(each.breached)) for each in finding.law)
    total, counts = finding.breached or 0, [each.breached for each in finding.law]
    if breached.value is not None and all(count in {0, total} for count in counts):
        figures = [breached if count else _round(0) for count in counts]
    elif breached.value is not None and _disjoint(finding.law):
        figures = protect(total, counts)[1]
    else:
        figures = [_small(min(count, 1)) for count in counts]
    return tuple(
        LawShown(each.basis, Figure(figure.mark, figure.value))
        for each, figure in zip(finding.law, figures, strict=True)
    )


def _disjoint(law: Sequence[LawCount]) -> bool:
    """Whether no day falls in two of the periods."""
    spans = sorted(
        (
            each.basis.starts_on.toordinal() if each.basis.starts_on else 0,
            each.basis.ends_on.toordinal() if each.basis.ends_on else 10**9,
        )
        for each in law
    )
    return all(before[1] < after[0] for before, after in pairwise(spans))


def _fill(run: Run, fill: ColumnFill) -> FillShown:
    if run.publishable:
        rows, (filled,) = protect(fill.rows, [fill.filled])
    else:
        rows, filled = exact(fill.rows), exact(fill.filled)
    return FillShown(fill.table, fill.column, rows, filled, _share(run, filled, rows))


def _acceptance(run: Run, acceptance: Acceptance) -> Acceptance:
    if not run.publishable:
        return acceptance
    # Who accepted it and why is free text about a small number of people.
    return Acceptance(acceptance.control, "", "", acceptance.expires_on)


def _command(run: Run) -> str:
    """The command line that runs the audit again, as far as the run knows it."""
    words = ["overt", "audit", shlex.quote(without_password(run.register))]
    if run.mapping:
        words += ["--map", shlex.quote(run.mapping)]
    for pack in run.packs:
        words += ["--pack", shlex.quote(pack.name)]
    words += ["--as-of", run.as_of.isoformat(), "--evidence", run.evidence, "--limit", str(run.limit)]
    words += ["--publishable"] if run.publishable else []
    words += ["--timing"] if run.timing else []
    return " ".join([*words, "--out", "DIR"])
