"""`overt audit`: from an export to a report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from overt.audits import Request, Run, audit, exit_code
from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json_text, say_rows, talk
from overt.cli._source import (
    DelimiterOption,
    EncodingOption,
    HeaderRowOption,
    MapOption,
    MemoryOption,
    SheetOption,
    SourceArgument,
    ThreadsOption,
    source_options,
)
from overt.cli._telling import Telling
from overt.controls import Evidence, Finding, Severity, Value, Verdict, shipped_packs
from overt.periods import read_day
from overt.refusals import Refusal

# More notes than these on how a source was read are left to the report.
_NOTES = 12


def audit_command(
    source: SourceArgument,
    mapping: MapOption = None,
    pack: Annotated[
        list[str] | None,
        typer.Option("--pack", help="A shipped pack or a folder (repeatable). Default: those about the tables filled."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day to judge by; today if not given.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", help="The result folder: a new one, or one of an earlier audit. Default: ./out.")
    ] = Path("out"),
    on: Annotated[str, typer.Option("--on", help="The engine: duckdb, sqlite, spark or postgresql://…")] = "duckdb",
    fail_on: Annotated[
        Severity, typer.Option("--fail-on", help="Exit with status 1 when a breach of this severity or above is open.")
    ] = Severity.LOW,
    fail_on_unshown: Annotated[
        Severity | None,
        typer.Option(
            "--fail-on-unshown",
            help="Exit with status 1 also when a control of this severity or above could not be asked, or cannot be "
            "told of every row.",
        ),
    ] = None,
    evidence: Annotated[
        Evidence,
        typer.Option(help="What to keep of a breach: nothing, the lowest keys, or every row (999,999 at most)."),
    ] = Evidence.KEYS,
    reason: Annotated[str, typer.Option(help="Why every breaching row must be kept; put in the record.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many of the lowest keys to keep.")] = 100,
    accept: Annotated[
        Path | None,
        typer.Option("--accept", metavar="FILE.toml", help="A file of breaches that were accepted until a given day."),
    ] = None,
    threshold: Annotated[
        list[str] | None, typer.Option("--threshold", metavar="NAME=VALUE", help="Replace a pack's threshold.")
    ] = None,
    control: Annotated[list[str] | None, typer.Option("--control", help="Only this control (repeatable).")] = None,
    across: Annotated[
        bool, typer.Option("--across-jurisdictions", help="Ask packs of several jurisdictions together.")
    ] = False,
    publishable: Annotated[bool, typer.Option("--publishable", help="Suppress small counts everywhere.")] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            help="With --publishable: the private record of what was published of which source. "
            "Default: published.private.json beside the result folder.",
        ),
    ] = None,
    timing: Annotated[bool, typer.Option("--timing", help="Give the seconds of each control in the results.")] = False,
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds allowed for one control.")] = 300,
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    memory: MemoryOption = "530MiB",
    threads: ThreadsOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Audit a register: which duties are met, which are breached by how many of how many, which cannot be shown.

    Examples:
      overt audit export.csv --map mapping.sql --as-of 2026-06-30 --out result
      overt audit stops/ --map mapping.sql --pack encounters --pack my-pack
      overt audit register/ --accept accepted.toml --fail-on high
      overt audit export.csv --map mapping.sql --fail-on-unshown critical

    An audit that was interrupted goes on where it stopped: give the same
    command again.

    Where the source lacks a column that a control can do without, the count
    is a minimum ("at least"), and the missing column is named beside it.

    Exit status: 0 if nothing at or above --fail-on is breached; 1 if something
    is, or if --fail-on-unshown is given and a control at or above it is not
    shown; 2 if a control could not be run; 3 if the input was refused.
    """
    request = Request(
        source=source_options(source, mapping, encoding, delimiter, sheet, header_row, memory, threads),
        packs=tuple(pack or ()),
        out=out,
        as_of=read_day(as_of, "--as-of") if as_of else dt.datetime.now(dt.UTC).date(),
        on=on,
        evidence=evidence,
        evidence_reason=reason,
        limit=limit,
        timeout=timeout,
        thresholds=dict(_threshold(text) for text in threshold or []),
        accepted=accept,
        publishable=publishable,
        record=record,
        timing=timing,
        only=tuple(control or []),
        across_jurisdictions=across,
    )
    with Telling(quiet) as telling:
        run = audit(request, telling)
    _report(run, out, chosen(output, as_json))
    if not pack:
        others = [name for name in shipped_packs() if name not in {each.name for each in run.packs}]
        asked = " and ".join(each.name for each in run.packs)
        talk.print(f"Asked: the pack {asked}. Others can be asked for with --pack: {', '.join(others)}", markup=False)
    return exit_code(run, fail_on, fail_on_unshown)


def _threshold(text: str) -> tuple[str, Value]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Refusal("threshold-shape", "--threshold", text, "name=value")
    for read in (int, float, dt.date.fromisoformat):
        try:
            return name, read(value)
        except ValueError:
            continue
    return name, value


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
    talk.print(
        f"The whole result is in {out}/: findings.json for programs, findings.csv for spreadsheets", markup=False
    )


def _text(run: Run) -> str:
    """Breaches and failures a line each, the gravest first; the rest by number."""
    lines = [_line(finding, run.publishable) for finding in _gravest_first(run.findings)]
    for verdict in (Verdict.CANNOT_BE_SHOWN, Verdict.NOT_APPLICABLE, Verdict.MET):
        controls = [finding.control for finding in run.findings if finding.verdict is verdict]
        if controls:
            lines.append(f"{verdict} ({len(controls)}):")
            lines += [f"    {each.id:7} {each.title}" for each in controls]
    in_part = [each for each in run.findings if each.verdict is Verdict.CANNOT_BE_SHOWN and each.without]
    for finding in [] if run.publishable else in_part:
        lines.append(f"    {finding.control.id}: {_untold(finding)} of {finding.examined:,}")
    return "\n".join([*lines, *_remarks(run)])


def _line(finding: Finding, publishable: bool) -> str:
    control = finding.control
    if finding.verdict is Verdict.FAILED:
        return f"failed    {control.id:7} {control.title}: {finding.reason}"
    # Counts made safe stand in the results; the terminal would give the exact ones away.
    counts = "breached" if publishable else f"{finding.breached:,} of {finding.examined:,}"
    if finding.without and finding.unknown:
        counts = f"at least {counts}; {_untold(finding)}" if not publishable else f"{counts}, at least"
    accepted = f" ({finding.accepted:,} accepted)" if finding.accepted and not publishable else ""
    return f"{control.severity:9} {control.id:7} {counts + accepted:>22}  {control.title}"


def _remarks(run: Run) -> list[str]:
    """What must stand beside the counts: keys that repeat, columns of which much was lost, how the source was read."""
    if run.publishable:
        return []
    repeats = [repeat.said for repeat in run.repeats]
    lost = [each.loss for table in run.read for each in table.columns if each.is_worth_naming]
    read = [each for each in run.notes if each not in repeats]
    more = [f"{len(read) - _NOTES} more notes stand in the report"] if len(read) > _NOTES else []
    return [f"note: {each}" for each in [*repeats, *lost, *read[:_NOTES], *more]]


def _untold(finding: Finding) -> str:
    return f"{finding.unknown:,} cannot be told without {', '.join(finding.without)}"


def _gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    shown = [each for each in findings if each.verdict in (Verdict.FAILED, Verdict.BREACHED)]
    return sorted(shown, key=lambda each: (each.verdict, -each.control.severity.rank, each.control.id))
