"""`overt admit`: submits records to the gate of a register, and decides held records."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.progress import Progress
from typer.core import TyperGroup

from overt.cli._options import ByOption, JsonOption, Output, OutputOption, QuietOption, RegisterArgument, now, resumable
from overt.cli._output import chosen, progress_bar, say, say_json, say_rows
from overt.gate import (
    Admitted,
    BulkForm,
    BulkReason,
    BulkRequest,
    Gate,
    Judgement,
    Outcome,
    Permitted,
    ProposalLine,
    admit_bulk,
    decide,
    outcome_as_json,
    read_lines,
    waiting,
)
from overt.refusals import Exit, Refusal
from overt.register import Register


class _RecordsFirst(TyperGroup):
    """`overt admit REGISTER FILE` submits records; the other commands are called by their names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["bulk" if "--bulk" in args else "records", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RecordsFirst,
    help="Submit records to a register. Each is admitted, held for a person to decide, or refused with every reason."
    "\n\nExamples:\n"
    "  overt admit register/ records.jsonl --by P1042\n"
    "  overt admit --bulk register/ legacy/ --by P1042\n"
    "  overt admit waiting register/\n"
    "  overt admit decide register/ H0123456789abcdef --by P2001 --admit --reason 'the source was graded by phone'",
    no_args_is_help=True,
)
_BATCH = 500


@app.command("records")
def records_command(
    register: RegisterArgument,
    file: Annotated[
        str, typer.Argument(metavar="FILE.jsonl", help="File with one record per line; - for standard input.")
    ],
    by: ByOption,
    batch: Annotated[int, typer.Option(min=1, max=10_000, help="Number of lines in one transaction.")] = _BATCH,
    quiet: QuietOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Submit records from a file, one per line. Records in a bundle are decided together.

    Example:
      overt admit register/ records.jsonl --by P1042

    Each line is {"table": "entry", "values": {…}}, with "action": "alter", "bundle" and "idempotency_key" if needed.
    The lines of a bundle must follow one another.

    Exit status: 1 if any record was refused.
    """
    form, refused, results = chosen(output, as_json), 0, []
    with (
        Register.open(register) as opened,
        _stream(file) as stream,
        progress_bar(quiet, *Progress.get_default_columns()) as progress,
    ):
        gate, task = Gate(opened), progress.add_task("records", total=None)
        for lines in _batches(read_lines(stream), batch):
            readable = [line for line in lines if line.record is not None]
            outcomes = gate.admit([line.record for line in readable if line.record], by, now())
            decided = {line.number: outcome for line, outcome in zip(readable, outcomes, strict=True)}
            for line in lines:
                shown = _shown(line, decided.get(line.number))
                refused += shown["outcome"] == "refused"
                results.append(shown)
                if form is Output.TEXT:
                    say(_text(shown))
            progress.update(task, advance=len(lines))
    if form is Output.JSON:
        say_json(results)
    elif form is not Output.TEXT:
        rows = [{**result, "reasons": [reason["code"] for reason in result["reasons"]]} for result in results]
        say_rows(rows, ["line", "outcome", "seq", "hold_id", "reasons"], form)
    return Exit.BREACHES if refused else Exit.CLEAR


@app.command("bulk")
def bulk_command(
    register: RegisterArgument,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="JSON Lines, CSV or Parquet files, or a folder of them."),
    ],
    by: ByOption,
    batch: Annotated[int, typer.Option(min=1, max=200_000, help="Number of records in one transaction.")] = 20_000,
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Encoding of CSV files.")] = "utf-8",
    delimiter: Annotated[
        str, typer.Option(metavar="CHAR", show_default="comma", help="Field delimiter of CSV files.")
    ] = "",
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    bulk: Annotated[bool, typer.Option("--bulk", hidden=True, help="Same as `overt admit bulk`.")] = True,
) -> int:
    """Import an entire register kept in another system.

    Example:
      overt admit --bulk register/ legacy/ --by P1042

    To resume after an interruption, run the same command again. Files that were admitted in full before are reported,
    and nothing is written.

    Name each CSV or Parquet file after the table its rows belong to; `overt map tables` makes such files from a
    spreadsheet. JSON Lines files are as for `overt admit`. An entry is refused or held with everything under it. The
    result gives the number of records refused and held, the reasons, and the first lines affected.

    Exit status: 1 if any record was refused.
    """
    with (
        resumable(),
        Register.open(register) as opened,
        progress_bar(quiet, *Progress.get_default_columns()) as progress,
    ):
        task = progress.add_task("records", total=None)
        request = BulkRequest(tuple(files), by, batch, BulkForm(encoding, delimiter))
        report = admit_bulk(
            Gate(opened), request, now, lambda done, total: progress.update(task, completed=done, total=total)
        )
    if as_json:
        say_json(report.as_json())
    else:
        if report.is_finished:
            say(f"Already admitted: all {report.already:,} records in these files. Nothing was written.")
            return Exit.CLEAR
        already = f"already admitted {report.already:,}, " if report.already else ""
        say(f"{already}admitted {report.admitted:,}, held {report.held:,}, refused {report.refused:,}")
        for line in (*report.notes, *map(_reason_text, report.details)):
            say(line)
    return Exit.BREACHES if report.refused else Exit.CLEAR


@app.command("waiting")
def waiting_command(
    register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False
) -> None:
    """List records held for a decision, without their content: entries, units and reasons.

    Example:
      overt admit waiting register/

    The content is shown only in the portal, to a decider who gives a reason.
    """
    with Register.open(register) as opened:
        held = waiting(Gate(opened))
    form = chosen(output, as_json)
    rows: list[dict[str, Any]] = [
        {
            "hold_id": bundle.hold_id,
            "held_at": bundle.held_at,
            "recorded_by": bundle.actor,
            "entries": list(bundle.entries),
            "units": list(bundle.units),
            "tables": [f"{count} {name}" for name, count in bundle.tables.items()],
            "reasons": [
                reason.as_json() if form is Output.JSON else f"{reason.code}: {reason.says}"
                for reason in bundle.reasons
            ],
        }
        for bundle in held
    ]
    say_rows(rows, ["hold_id", "held_at", "recorded_by", "entries", "units", "tables", "reasons"], form)


@app.command("decide")
def decide_command(
    register: RegisterArgument,
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="Number of the held record, from `overt admit waiting`.")],
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Reason for the decision, in words (recorded).")],
    admit: Annotated[bool, typer.Option("--admit", help="Admit the record.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse the record.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Decide a held record. Only a decider can do this, and not the person who recorded it.

    Example:
      overt admit decide register/ H0123456789abcdef --by P2001 --admit --reason 'the panel has seen the document'

    Use `overt register deciders` to see who the deciders are and to add others.
    """
    if admit == refuse:
        raise Refusal("decision-unclear", "--admit, --refuse", "both or neither", "one of the two")
    with Register.open(register) as opened:
        outcomes = decide(Gate(opened), hold, Judgement(by, admit, reason), now())
    shown = [outcome_as_json(outcome) for outcome in outcomes]
    if chosen(output, as_json) is Output.JSON:
        say_json(shown)
    else:
        for place, outcome in enumerate(shown, start=1):
            say(_text({"line": place, **outcome}))
        if isinstance(outcomes[0], Permitted):
            say("This is work on a request. To complete it, the person who submitted it runs the same command again.")
    return Exit.BREACHES if admit and not isinstance(outcomes[0], Admitted | Permitted) else Exit.CLEAR


@contextmanager
def _stream(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    path = Path(file)
    if not path.is_file():
        raise Refusal("source-absent", file, "there is no such file", "a file of JSON Lines, or -")
    with path.open("rb") as stream:
        yield stream


def _batches(lines: Iterator[ProposalLine], size: int) -> Iterator[list[ProposalLine]]:
    """Lines in batches; a bundle is never parted."""
    batch: list[ProposalLine] = []
    for line in lines:
        bundle = line.record.bundle if line.record else None
        last = batch[-1].record.bundle if batch and batch[-1].record else None
        if len(batch) >= size and (bundle is None or bundle != last):
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


def _shown(line: ProposalLine, outcome: Outcome | None) -> dict[str, Any]:
    if outcome is not None:
        return {"line": line.number, **outcome_as_json(outcome)}
    fault = line.refusal
    assert fault is not None  # noqa: S101 - a line is read or refused
    reason = {"code": fault.code, "effect": "refuse", "says": fault.found, "remedy": fault.wanted}
    return {"line": line.number, "outcome": "refused", "reasons": [reason]}


def _reason_text(counted: BulkReason) -> str:
    records = "record" if counted.records == 1 else "records"
    outcome = f"{counted.outcome}, with a note" if counted.outcome == Admitted.word else counted.outcome
    lines = [f"{counted.records:,} {records} {outcome}: {counted.code}: {counted.says}"]
    more = "" if len(counted.first) == 1 and counted.records == 1 else "first "
    lines.append(f"  {more}at {'; '.join(counted.first)}")
    if counted.where or counted.reads:
        lines.append(f"  in {counted.where}" + (f", decided by {counted.reads}" if counted.reads else ""))
    if counted.remedy:
        lines.append(f"  To fix: {counted.remedy}")
    return "\n".join(lines)


def _text(shown: dict[str, Any]) -> str:
    place = (
        f" as ledger entry {shown['seq']}"
        if "seq" in shown
        else f" as {shown['hold_id']}"
        if "hold_id" in shown
        else ""
    )
    again = "already " if shown.get("repeated") else ""
    lines = [f"line {shown['line']}: {again}{shown['outcome']}{place}"]
    for reason in shown["reasons"]:
        where = f" {reason['where']}:" if reason.get("where") else ""
        lines.append(f"  {reason['effect']:6} {reason['code']}:{where} {reason.get('says', '')}")
        if reason.get("remedy"):
            lines.append(f"         To fix: {reason['remedy']}")
    return "\n".join(lines)
