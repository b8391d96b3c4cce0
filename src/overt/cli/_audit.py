"""`overt audit`: from an export to a report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer

from overt.audits import (
    IF_NEEDED,
    Heading,
    PartitionBy,
    Request,
    Run,
    ServerOptions,
    SourceOptions,
    audit,
    exit_code,
    plan_audit,
    read_threshold,
    read_versions,
)
from overt.cli._complete import control_ids, threshold_names
from overt.cli._options import (
    AuthorOption,
    JsonOption,
    OrganisationOption,
    Output,
    OutputOption,
    PackOption,
    QuietOption,
    ReportDateOption,
    TitleOption,
    day_option,
    now,
    resumable,
    with_options,
)
from overt.cli._output import chosen, say, say_json_text, say_rows, talk
from overt.cli._source import (
    ENGINE,
    CatalogOption,
    CopyOption,
    PlanOption,
    SchemaOption,
    VersionOption,
    source_options,
)
from overt.cli._telling import TerminalTelling
from overt.controls import Evidence, Finding, Severity, Verdict, shipped_packs
from overt.refusals import Exit

# More notes than these on how a source was read are left to the report.
_NOTES = 12


_AUDIT, _RESULTS = "What to audit", "Results"


@with_options(options=source_options)
def audit_command(
    options: SourceOptions,
    pack: PackOption = None,
    control: Annotated[
        list[str] | None,
        typer.Option(
            "--control",
            metavar="ID",
            autocompletion=control_ids,
            rich_help_panel=_AUDIT,
            help="Run only this control (repeatable).",
        ),
    ] = None,
    as_of: Annotated[
        dt.date | None, day_option("--as-of", "Date to audit the register at.", rich_help_panel=_AUDIT)
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            metavar="NAME=VALUE",
            autocompletion=threshold_names,
            rich_help_panel=_AUDIT,
            help="Override one of the pack's thresholds (repeatable).",
        ),
    ] = None,
    accept: Annotated[
        Path | None,
        typer.Option(
            "--accept",
            metavar="FILE.toml",
            rich_help_panel=_AUDIT,
            help="File of breaches that a named owner has accepted until an expiry date.",
        ),
    ] = None,
    partition_by: Annotated[
        str,
        typer.Option(
            "--partition-by",
            metavar="COLUMN",
            rich_help_panel=_AUDIT,
            show_default=False,
            help="Audit a large register part by part, and later only the parts that changed: by the values of a "
            "column (entry.unit), the months of a date (entry.opened_on) or ranges of a key (entry.entry_id/16).",
        ),
    ] = "",
    across: Annotated[
        bool,
        typer.Option(
            "--across-jurisdictions", rich_help_panel=_AUDIT, help="Allow packs of several jurisdictions in one audit."
        ),
    ] = False,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FOLDER",
            rich_help_panel=_RESULTS,
            help="Folder to write the results to: a new one, or that of an earlier audit.",
        ),
    ] = Path("out"),
    fail_on: Annotated[
        Severity,
        typer.Option(
            "--fail-on",
            rich_help_panel=_RESULTS,
            help="Exit with status 1 if there is an open breach of this severity or higher.",
        ),
    ] = Severity.LOW,
    fail_on_unshown: Annotated[
        Severity | None,
        typer.Option(
            "--fail-on-unshown",
            rich_help_panel=_RESULTS,
            help="Also exit with status 1 if a control of this severity or higher could not be run for lack of data, "
            "or left rows that cannot be judged.",
        ),
    ] = None,
    evidence: Annotated[
        Evidence,
        typer.Option(
            rich_help_panel=_RESULTS,
            help="Evidence to keep for each breach: none, the first keys in sort order, or every row (up to 999,999).",
        ),
    ] = Evidence.KEYS,
    limit: Annotated[
        int,
        typer.Option(
            min=1, max=100_000, rich_help_panel=_RESULTS, help="Maximum number of keys to keep for each breach."
        ),
    ] = 100,
    reason: Annotated[
        str,
        typer.Option(
            rich_help_panel=_RESULTS,
            help="Reason for keeping every breaching row (recorded with the results). Required with --evidence rows.",
        ),
    ] = "",
    publishable: Annotated[
        bool,
        typer.Option(
            "--publishable",
            rich_help_panel=_RESULTS,
            help="Suppress small counts throughout, so that the results can be published.",
        ),
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            rich_help_panel=_RESULTS,
            show_default="published.private.json next to the result folder",
            help="With --publishable: private record of what has been published from which source.",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="FILE",
            rich_help_panel=_RESULTS,
            help="Private file to keep the finished audit in, from which `overt report` writes its results again.",
        ),
    ] = None,
    title: TitleOption = "",
    author: AuthorOption = "",
    organisation: OrganisationOption = "",
    report_date: ReportDateOption = None,
    timing: Annotated[
        bool,
        typer.Option("--timing", rich_help_panel=_RESULTS, help="Include the run time of each control in the results."),
    ] = False,
    on: Annotated[
        str,
        typer.Option(
            "--on",
            metavar="ENGINE",
            rich_help_panel=ENGINE,
            help="Database engine to run the controls on: duckdb, sqlite, spark or postgresql://…",
        ),
    ] = "duckdb",
    timeout: Annotated[
        float,
        typer.Option(
            min=0.01, metavar="SECONDS", rich_help_panel=ENGINE, help="Time limit for each control, in seconds."
        ),
    ] = 300,
    schema: SchemaOption = "",
    catalog: CatalogOption = "",
    as_of_version: VersionOption = None,
    copy: CopyOption = False,
    plan: PlanOption = False,
    quiet: QuietOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Audit a register and report which duties are met, which are breached and by how many records, and which cannot be
    shown.

    Examples:
      overt audit export.csv --map mapping.sql --as-of 2026-06-30 --out result
      overt audit stops/ --map mapping.sql --pack encounters --pack my-pack
      overt audit register/ --accept accepted.toml --fail-on high
      overt audit export.csv --map mapping.sql --fail-on-unshown critical
      overt audit postgresql://auditor@host/database --schema register --as-of 2026-06-30

    To resume an interrupted audit, run the same command again.

    A register on PostgreSQL or Spark Connect (sc://host:port) is audited where it lies, read-only: counts, digests and
    the lowest keys are sent, and no rows.

    If the source lacks a column that a control can do without, the count is a minimum ("at least"), and the missing
    column is named next to it.

    Exit status: 0 if no duty at or above --fail-on is breached; 1 if one is, or if --fail-on-unshown is given and a
    control at or above it is not shown; 2 if a control could not be run; 3 if the input was refused.
    """
    server = ServerOptions(schema, catalog, read_versions(as_of_version or ()), copy)
    request = Request(
        source=replace(options, server=server),
        packs=tuple(pack or ()),
        out=out,
        as_of=as_of or now().date(),
        on=on,
        evidence=evidence,
        evidence_reason=reason,
        limit=limit,
        timeout=timeout,
        thresholds=dict(map(read_threshold, threshold or [])),
        accepted=accept,
        publishable=publishable,
        record=record,
        keep=keep,
        heading=Heading(title, author, organisation, report_date),
        timing=timing,
        only=tuple(control or []),
        across_jurisdictions=across,
        parts=PartitionBy.read(partition_by) if partition_by else None,
    )
    if plan:
        return _say_plan(plan_audit(request), chosen(output, as_json))
    with resumable(), TerminalTelling(quiet) as telling:
        run = audit(request, telling)
    _report(run, out, chosen(output, as_json))
    if not pack:
        others = [name for name in shipped_packs() if name not in {pack.name for pack in run.packs}]
        names = ", ".join(pack.name for pack in run.packs)
        talk.print(f"Packs run: {names}. Others can be added with --pack: {', '.join(others)}", markup=False)
    return exit_code(run, fail_on, fail_on_unshown)


def _say_plan(statements: list[dict[str, object]], form: Output) -> int:
    if form is Output.JSON:
        say_json_text(json.dumps({"statements": statements, "if_needed": IF_NEEDED}, indent=1, ensure_ascii=False))
        return Exit.CLEAR
    for number, each in enumerate(statements, start=1):
        reads = ", ".join(map(str, cast("list[str]", each["reads"])))
        say(f"-- {number}. {each['what']}\n-- reads: {reads}\n-- returns: {each['returns']}\n{each['sql']};\n")
    for needed in IF_NEEDED:
        say(f"-- if needed: {needed}")
    return Exit.CLEAR


def _report(run: Run, out: Path, form: Output) -> None:
    # What is printed is what was written: counts are made safe for publication in one place.
    if form is Output.JSON:
        say_json_text((out / "findings.json").read_text(encoding="utf-8").rstrip("\n"))
    elif form is Output.CSV:
        say((out / "findings.csv").read_text(encoding="utf-8").rstrip("\n"))
    elif form is Output.MD:
        findings = json.loads((out / "findings.json").read_text(encoding="utf-8"))["findings"]
        say_rows(
            findings, ["control", "verdict", "severity", "breached", "examined", "unknown", "without", "title"], form
        )
    else:
        say(_text(run))
    talk.print(f"Report: {out / 'report.html'}", markup=False)
    talk.print(f"Full results: {out}/ (findings.json for programs, findings.csv for spreadsheets)", markup=False)


def _text(run: Run) -> str:
    """Breaches and failures a line each, the gravest first; the rest by number."""
    lines = [_line(finding, run.recipe.publishable) for finding in _gravest_first(run.findings)]
    for verdict in (Verdict.CANNOT_BE_SHOWN, Verdict.NOT_APPLICABLE, Verdict.MET):
        controls = [finding.control for finding in run.findings if finding.verdict is verdict]
        if controls:
            lines.append(f"{verdict} ({len(controls)}):")
            lines += [f"    {control.id:7} {control.title}" for control in controls]
    in_part = [finding for finding in run.findings if finding.verdict is Verdict.CANNOT_BE_SHOWN and finding.without]
    for finding in [] if run.recipe.publishable else in_part:
        lines.append(f"    {finding.control.id}: {_untold(finding)} of {finding.examined:,}")
    return "\n".join([*lines, *_remarks(run)])


def _line(finding: Finding, publishable: bool) -> str:
    control = finding.control
    if finding.verdict is Verdict.FAILED:
        return f"not run (error) {control.id:7} {control.title}: {finding.reason}"
    # Counts made safe stand in the results; the terminal would give the exact ones away.
    counts = "breached" if publishable else f"{finding.breached:,} of {finding.examined:,}"
    if finding.without and finding.unknown:
        counts = f"at least {counts}; {_untold(finding)}" if not publishable else f"{counts}, at least"
    accepted = f" ({finding.accepted:,} accepted)" if finding.accepted and not publishable else ""
    return f"{control.severity:9} {control.id:7} {counts + accepted:>22}  {control.title}"


def _remarks(run: Run) -> list[str]:
    """What must stand beside the counts: keys that repeat, columns of which much was lost, how the source was read."""
    if run.recipe.publishable:
        return []
    repeats = [repeat.said for repeat in run.repeats]
    lost = [column.loss for table in run.read for column in table.columns if column.is_worth_naming]
    read = [note for note in run.notes if note not in repeats]
    more = [f"{len(read) - _NOTES} more notes are in the report"] if len(read) > _NOTES else []
    return [f"note: {line}" for line in [*repeats, *lost, *read[:_NOTES], *more]]


def _untold(finding: Finding) -> str:
    return f"{finding.unknown:,} cannot be judged without {', '.join(finding.without)}"


def _gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    shown = [finding for finding in findings if finding.verdict in (Verdict.FAILED, Verdict.BREACHED)]
    return sorted(shown, key=lambda finding: (finding.verdict, -finding.control.severity.rank, finding.control.id))
