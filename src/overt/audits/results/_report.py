"""report.html: one page that stands alone, for a person to read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from overt.audits._run import Acceptance
from overt.audits.results import _words as words
from overt.audits.results._charts import PROFILE, charts
from overt.audits.results._evidence import evidence_rows
from overt.audits.results._figures import ShownFinding, ShownRun
from overt.audits.results._indexes import indexes
from overt.audits.results._unshown import gaps, in_part
from overt.controls import Authority, Scalar, Severity, Threshold, Verdict
from overt.encoding import encode
from overt.pages import as_bytes, clip, day, listed, opening, page_environment, percent

TEMPLATES = Path(__file__).with_name("templates")
SCRIPT_HASH = f"sha256-{encode(hashlib.sha256((TEMPLATES / 'filter.js').read_bytes()).digest())}"
"""The one script of the report, as a content security policy names it.

It filters and sorts duties, and saves charts as PNG.
"""
MOST_SAMPLES = 10
MOST_GRAVE = 3
MOST_HEAD = 90
ORDER = (Verdict.BREACHED, Verdict.FAILED, Verdict.CANNOT_BE_SHOWN, Verdict.MET, Verdict.NOT_APPLICABLE)
TAGS = {
    Verdict.BREACHED: "red",
    Verdict.FAILED: "purple",
    Verdict.CANNOT_BE_SHOWN: "yellow",
    Verdict.MET: "green",
    Verdict.NOT_APPLICABLE: "grey",
}


@dataclass(frozen=True)
class SampledRows:
    """The first breaching rows of a finding, in key order: the key, its dates and the reason."""

    header: list[str]
    lines: list[list[str]]


@dataclass(frozen=True)
class SeverityGroup:
    """The findings of one severity, the breached ones first."""

    severity: Severity
    findings: list[ShownFinding]


def report(run: ShownRun) -> bytes:
    """The report as bytes of HTML. Nothing is fetched from anywhere, and nothing runs but the filter."""
    page = _environment().get_template("report.html.j2").render(_context(run))
    return as_bytes(page)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = page_environment(TEMPLATES)
    environment.filters.update(
        clip=clip,
        css_text=_css_text,
        day=day,
        listed=listed,
        opening=opening,
        number=lambda count: f"{count:,}",
        percent=percent,
        period=words.period,
        sentence=words.sentence,
        accepted_in_words=words.accepted_in_words,
        breach_in_words=words.breach_in_words,
        counted=words.counted,
    )
    environment.globals.update(
        script_hash=SCRIPT_HASH,
        kinds=words.KINDS,
        force=words.FORCE,
        verdict_words=words.VERDICTS,
        marks=words.MARKS,
        synthetic_notice=words.SYNTHETIC_NOTICE,
        tags=TAGS,
        Verdict=Verdict,
        Severity=Severity,
        Authority=Authority,
    )
    return environment


def _context(run: ShownRun) -> dict[str, object]:
    breached = sorted(
        (finding for finding in run.findings if finding.verdict is Verdict.BREACHED), key=words.gravest_first
    )
    unshown = sorted(
        (finding for finding in run.findings if finding.verdict is Verdict.CANNOT_BE_SHOWN), key=words.gravest_first
    )
    undecided = sorted(
        (finding for finding in run.findings if finding.unknown.is_some and finding.verdict is not Verdict.MET),
        key=words.gravest_first,
    )
    missing = [finding for finding in unshown if finding.missing]
    drawn = charts(run)
    return {
        "run": run,
        "title": words.title(run),
        "made_by": words.made_by(run),
        "printed_head": _printed_head(run),
        "counts": run.verdicts(),
        "held": _held(run),
        "breached": breached,
        "most_serious": breached[:MOST_GRAVE],
        "verdict_sentence": words.verdict_sentence(run),
        "groups": _groups([finding for finding in run.findings if not finding.missing]),
        "indexes": indexes(run),
        "samples": {finding.name: _sample(finding) for finding in breached},
        "missing": missing,
        "undecided": undecided,
        "undecided_only": [finding for finding in unshown if not finding.missing],
        "failed": [finding for finding in run.findings if finding.verdict is Verdict.FAILED],
        "gaps": gaps(missing),
        "partly": in_part(run),
        "accepted": [finding for finding in breached if finding.accepted.is_some],
        "idle": _idle(run),
        "charts": [chart for chart in drawn if chart.ident != PROFILE],
        "profile": next((chart for chart in drawn if chart.ident == PROFILE), None),
        "losses": _losses(run),
        "thresholds": _thresholds(run),
        "left_out": [(pack, control, why) for pack in run.packs for control, why in pack.left_out.items()],
        "noun": words.rows_noun,
    }


def _printed_head(run: ShownRun) -> str:
    """What stands over every printed page: title, organisation, author and date, as far as they were given."""
    heading = run.recipe.heading
    parts = [heading.title, heading.organisation, heading.author, heading.date and day(heading.date)]
    return clip(" – ".join(part for part in parts if part), MOST_HEAD)


def _css_text(text: str) -> str:
    """The text as it may stand between quotation marks in a style sheet: whatever is no letter or digit as its code."""
    return "".join(letter if letter.isalnum() else f"\\{ord(letter):x} " for letter in text)


def _idle(run: ShownRun) -> list[tuple[ShownFinding, Acceptance]]:
    """Return acceptances without effect: expired, or matching no breach."""
    by_id = {finding.control.id: finding for finding in run.findings}
    return [
        (by_id[acceptance.control], acceptance)
        for acceptance in run.acceptances
        if acceptance.expires_on < run.recipe.as_of or not by_id[acceptance.control].accepted.is_some
    ]


def _held(run: ShownRun) -> str:
    """What the source holds, in words: "3,806 people and 5,120 entries"."""
    about = "about " if run.recipe.publishable else ""
    # Overt fills source_column itself: it is about the source, not in it.
    filled = [(table, figure) for table, figure in run.rows if figure.value and table != "source_column"]
    held = [f"{about}{figure} {words.noun(table, figure.value)}" for table, figure in filled]
    return listed(held)


def _groups(findings: Sequence[ShownFinding]) -> list[SeverityGroup]:
    groups = []
    for severity in reversed(Severity):
        of_it = [finding for finding in findings if finding.control.severity is severity]
        of_it.sort(key=lambda finding: (ORDER.index(finding.verdict), *words.gravest_first(finding)))
        if of_it:
            groups.append(SeverityGroup(severity, of_it))
    return groups


def _losses(run: ShownRun) -> list[list[str]]:
    """Each column of the model of which the source holds more than the model, the most lost first."""
    lossy = [column for table in run.read for column in table.columns if column.lost]
    lossy.sort(key=lambda column: (-column.lost, column.table, column.column))
    return [
        [
            f"{column.table}.{column.column}",
            ", ".join(column.origins),
            *([run.intended.get(column.name, "–")] if run.intended else []),
            f"{column.in_source:,}",
            f"{column.lost:,}",
            percent(column.lost / column.in_source) if column.in_source else "–",
        ]
        for column in lossy
    ]


def _thresholds(run: ShownRun) -> list[tuple[str, Threshold]]:
    """Those that decided something: a duty that could not be asked used none."""
    used = {name for finding in run.findings if not finding.missing for name in finding.control.thresholds}
    return [(name, threshold) for name, threshold in sorted(run.thresholds.items()) if name in used]


def _sample(shown: ShownFinding) -> SampledRows:
    """Key, dates and reason only: a reader of the report needs to find the row, not to read it."""
    rows = list(evidence_rows(shown)[:MOST_SAMPLES])
    if not rows:
        return SampledRows([], [])
    names = [shown.control.key, *(name for name in rows[0] if _is_date(rows, name)), "reason"]
    names = [name for name in dict.fromkeys(names) if any(name in row for row in rows)]
    return SampledRows(
        [opening(name.replace("_", " ")).rstrip(".") for name in names],
        [[clip(words.read(row.get(name)), 80) for name in names] for row in rows],
    )


def _is_date(rows: Sequence[dict[str, Scalar]], name: str) -> bool:
    return any(hasattr(row.get(name), "isoformat") for row in rows)
