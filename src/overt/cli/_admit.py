"""`overt admit`: proposes records to the gate of a register, and decides on those it held."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.progress import Progress
from typer.core import TyperGroup

from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows, talk
from overt.gate import (
    Admitted,
    BulkReason,
    BulkRequest,
    Form,
    Gate,
    Judgement,
    Line,
    Outcome,
    Permitted,
    admit_bulk,
    decide,
    outcome_as_json,
    read_lines,
    waiting,
)
from overt.refusals import Exit, Refusal
from overt.register import Register


class _RecordsFirst(TyperGroup):
    """`overt admit REGISTER FILE` proposes records; the other commands are called by their names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["bulk" if "--bulk" in args else "records", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RecordsFirst,
    help="Propose records to the gate of a register: each is admitted, held for a human, or refused with every reason."
    "\n\nExamples:\n"
    "  overt admit register/ records.jsonl --by P1042\n"
    "  overt admit --bulk register/ legacy/ --by P1042\n"
    "  overt admit waiting register/\n"
    "  overt admit decide register/ H0123456789abcdef --by P2001 --admit --reason 'the source was graded by phone'",
    no_args_is_help=True,
)
RegisterArgument = Annotated[Path, typer.Argument(metavar="REGISTER", help="The folder of the register.")]
ByOption = Annotated[str, typer.Option("--by", help="Who: a staff reference, which has a digit and no space.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")]
_BATCH = 500


@app.command("records")
def records_command(
    register: RegisterArgument,
    file: Annotated[str, typer.Argument(metavar="FILE.jsonl", help="One record a line; - for standard input.")],
    by: ByOption,
    batch: Annotated[int, typer.Option(min=1, max=10_000, help="How many lines go into one transaction.")] = _BATCH,
    quiet: QuietOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Propose the records of a file, a line each; records of one bundle are decided together.

    Example:
      overt admit register/ records.jsonl --by P1042

    A line is {"table": "entry", "values": {…}} and perhaps "action": "alter", "bundle" and "idempotency_key". The
    lines of a bundle stand one after another. Exits with status 1 when anything was refused.
    """
    form, refused, told = chosen(output, as_json), 0, []
    with Register.open(register) as opened, _stream(file) as stream, _progress(quiet) as progress:
        gate, task = Gate(opened), progress.add_task("records", total=None)
        for lines in _batches(read_lines(stream), batch):
            readable = [line for line in lines if line.record is not None]
            outcomes = gate.admit([line.record for line in readable if line.record], by, now())
            decided = {line.number: outcome for line, outcome in zip(readable, outcomes, strict=True)}
            for line in lines:
                shown = _shown(line, decided.get(line.number))
                refused += shown["outcome"] == "refused"
                told.append(shown)
                if form is Output.TEXT:
                    say(_text(shown))
            progress.update(task, advance=len(lines))
    if form is Output.JSON:
        say_json(told)
    elif form is not Output.TEXT:
        rows = [{**each, "reasons": [reason["code"] for reason in each["reasons"]]} for each in told]
        say_rows(rows, ["line", "outcome", "seq", "hold_id", "reasons"], form)
    return Exit.BREACHES if refused else Exit.CLEAR


@app.command("bulk")
def bulk_command(
    register: RegisterArgument,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="JSON lines, CSV or Parquet, or a folder of them."),
    ],
    by: ByOption,
    batch: Annotated[int, typer.Option(min=1, max=200_000, help="Records in one transaction.")] = 20_000,
    encoding: Annotated[str, typer.Option(help="The encoding of CSV files.", show_default=True)] = "utf-8",
    delimiter: Annotated[
        str, typer.Option(help="What stands between the fields of a CSV file, where it is not a comma.")
    ] = "",
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="What this command does; said where its name is left out.")
    ] = True,
) -> int:
    """Propose a whole register that was kept elsewhere; stopped at any moment, the same command goes on.

    Example:
      overt admit --bulk register/ legacy/ --by P1042

    A CSV or Parquet file is called as the table that its rows are for; JSON lines are as for `overt admit`. From one
    sheet such files are made by `overt map tables`. Says how many were refused and held, why, and the first lines of
    each. An entry is refused or held with all that belongs to it. Exits with status 1 when anything was refused.
    Files that were wholly admitted before are said to be so, and nothing is written.
    """
    with Register.open(register) as opened, _progress(quiet) as progress:
        task = progress.add_task("records", total=None)
        request = BulkRequest(tuple(files), by, batch, Form(encoding, delimiter))
        report = admit_bulk(
            Gate(opened), request, now, lambda done, total: progress.update(task, completed=done, total=total)
        )
    if as_json:
        say_json(report.as_json())
    else:
        if report.is_finished:
            say(f"already admitted: {report.already:,} records of these files; nothing was written")
            return Exit.CLEAR
        already = f"already admitted {report.already:,}, " if report.already else ""
        say(f"{already}admitted {report.admitted:,}, held {report.held:,}, refused {report.refused:,}")
        for each in (*report.notes, *map(_reason_text, report.found)):
            say(each)
    return Exit.BREACHES if report.refused else Exit.CLEAR


@app.command("waiting")
def waiting_command(
    register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False
) -> None:
    """List what the gate holds for a named human to decide: which entries, of which unit, and why.

    Example:
      overt admit waiting register/

    What stands in the records is shown in the portal alone, to who decides and with a reason.
    """
    with Register.open(register) as opened:
        held = waiting(Gate(opened))
    form = chosen(output, as_json)
    rows: list[dict[str, Any]] = [
        {
            "hold_id": each.hold_id,
            "held_at": each.held_at,
            "recorded_by": each.actor,
            "entries": list(each.entries),
            "units": list(each.units),
            "tables": [f"{count} {name}" for name, count in each.tables.items()],
            "reasons": [
                reason.as_json() if form is Output.JSON else f"{reason.code}: {reason.says}" for reason in each.reasons
            ],
        }
        for each in held
    ]
    say_rows(rows, ["hold_id", "held_at", "recorded_by", "entries", "units", "tables", "reasons"], form)


@app.command("decide")
def decide_command(
    register: RegisterArgument,
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="The number that `overt admit waiting` gives.")],
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Why, in words; part of the record of the decision.")],
    admit: Annotated[bool, typer.Option("--admit", help="It is to be admitted.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="It is to be refused.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Decide on a hold, as one of the deciders of the register; who recorded it cannot.

    Example:
      overt admit decide register/ H0123456789abcdef --by P2001 --admit --reason 'the panel has seen the document'

    `overt register deciders` shows who may decide, and adds others.
    """
    if admit == refuse:
        raise Refusal("decision-unclear", "--admit, --refuse", "both or neither", "one of the two")
    with Register.open(register) as opened:
        outcomes = decide(Gate(opened), hold, Judgement(by, admit, reason), now())
    shown = [outcome_as_json(each) for each in outcomes]
    if chosen(output, as_json) is Output.JSON:
        say_json(shown)
    else:
        for place, each in enumerate(shown, start=1):
            say(_text({"line": place, **each}))
        if isinstance(outcomes[0], Permitted):
            say("it is work on a request: whoever proposed it gives the same command again, and it is done then")
    return Exit.BREACHES if admit and not isinstance(outcomes[0], Admitted | Permitted) else Exit.CLEAR


def now() -> dt.datetime:
    """This moment, for what is recorded by a command."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def _stream(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    path = Path(file)
    if not path.is_file():
        raise Refusal("source-absent", file, "no such file", "a file of JSON lines, or -")
    with path.open("rb") as stream:
        yield stream


def _progress(quiet: bool) -> Progress:
    return Progress(
        *Progress.get_default_columns(), console=talk, transient=True, disable=quiet or not talk.is_terminal
    )


def _batches(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    """Lines in batches; a bundle is never parted."""
    batch: list[Line] = []
    for line in lines:
        bundle = line.record.bundle if line.record else None
        last = batch[-1].record.bundle if batch and batch[-1].record else None
        if len(batch) >= size and (bundle is None or bundle != last):
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


def _shown(line: Line, outcome: Outcome | None) -> dict[str, Any]:
    if outcome is not None:
        return {"line": line.number, **outcome_as_json(outcome)}
    fault = line.refusal
    assert fault is not None  # noqa: S101 - a line is read or refused
    reason = {"code": fault.code, "effect": "refuse", "says": fault.found, "remedy": fault.wanted}
    return {"line": line.number, "outcome": "refused", "reasons": [reason]}


def _reason_text(found: BulkReason) -> str:
    records = "record" if found.records == 1 else "records"
    outcome = f"{found.outcome}, with a note" if found.outcome == Admitted.word else found.outcome
    lines = [f"{found.records:,} {records} {outcome}: {found.code}: {found.says}"]
    more = "" if len(found.first) == 1 and found.records == 1 else "first "
    lines.append(f"  {more}at {'; '.join(found.first)}")
    if found.where or found.reads:
        lines.append(f"  in {found.where}" + (f", decided by {found.reads}" if found.reads else ""))
    if found.remedy:
        lines.append(f"  To fix: {found.remedy}")
    return "\n".join(lines)


def _text(shown: dict[str, Any]) -> str:
    place = f" as leaf {shown['seq']}" if "seq" in shown else f" as {shown['hold_id']}" if "hold_id" in shown else ""
    again = "already " if shown.get("repeated") else ""
    lines = [f"line {shown['line']}: {again}{shown['outcome']}{place}"]
    for reason in shown["reasons"]:
        where = f" {reason['where']}:" if reason.get("where") else ""
        lines.append(f"  {reason['effect']:6} {reason['code']}:{where} {reason.get('says', '')}")
        if reason.get("remedy"):
            lines.append(f"         To fix: {reason['remedy']}")
    return "\n".join(lines)
