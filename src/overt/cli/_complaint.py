"""`overt rights complaint`: complaints to the controller, acknowledged in time and answered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overt.cli._extras import rights
from overt.cli._options import (
    ByOption,
    JsonOption,
    OnOption,
    Output,
    OutputOption,
    ReceivedOption,
    RegisterArgument,
    now,
)
from overt.cli._output import chosen, say, say_json, say_rows
from overt.pages import day as in_words
from overt.register import Register

if TYPE_CHECKING:
    from overt.rights import Complaint

app = typer.Typer(
    help="Record complaints to the controller (DPA 2018 s.164A), acknowledge them within 30 days, and answer them."
    "\n\nExamples:\n"
    "  overt rights complaint new register/ --received 2026-11-02 --by P1042\n"
    "  overt rights complaint acknowledge register/ K0001 --by P1042\n"
    "  overt rights complaint close register/ K0001 --outcome answered --by P1042\n\n"
    "A complaint is identified only by its number. Who complains and what they say are not recorded.",
    no_args_is_help=True,
)
NumberArgument = Annotated[
    str,
    typer.Argument(
        metavar="COMPLAINT", help="Number of the complaint, from `overt rights complaint new`, such as K0001."
    ),
]


@app.command()
def new(
    register: RegisterArgument,
    by: ByOption,
    received: ReceivedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a complaint, and show the date by which it must be acknowledged.

    Example:
      overt rights complaint new register/ --received 2026-11-02 --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        recorded = rights.new_complaint(opened, received or moment.date(), by=by, now=moment)
    _say(recorded, as_json, f"Complaint {recorded.number}: acknowledge it by {in_words(recorded.acknowledge_by)}")


@app.command()
def acknowledge(
    register: RegisterArgument,
    complaint: NumberArgument,
    by: ByOption,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record the date on which the person was told that the complaint was received.

    Example:
      overt rights complaint acknowledge register/ K0001 --on 2026-11-05 --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        recorded = rights.acknowledge(opened, complaint, on or moment.date(), by=by, now=moment)
    late = recorded.acknowledged_on is not None and recorded.acknowledged_on > recorded.acknowledge_by
    line = f"Complaint {recorded.number}: acknowledged"
    _say(recorded, as_json, f"{line}, after the due date of {in_words(recorded.acknowledge_by)}" if late else line)


@app.command()
def progress(
    register: RegisterArgument,
    complaint: NumberArgument,
    by: ByOption,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record the date on which the person was told of progress with the complaint.

    Example:
      overt rights complaint progress register/ K0001 --on 2026-11-30 --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        recorded = rights.tell_progress(opened, complaint, on or moment.date(), by=by, now=moment)
    _say(recorded, as_json, f"Complaint {recorded.number}: {len(recorded.progress_on)} progress updates recorded")


@app.command()
def close(
    register: RegisterArgument,
    complaint: NumberArgument,
    outcome: Annotated[str, typer.Option(help="Outcome: answered, refused or withdrawn.")],
    by: ByOption,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that the person was told the outcome of the complaint, or has withdrawn it.

    Example:
      overt rights complaint close register/ K0001 --outcome answered --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        recorded = rights.close_complaint(opened, complaint, outcome, on or moment.date(), by=by, now=moment)
    _say(recorded, as_json, f"Complaint {recorded.number}: {recorded.outcome}")


@app.command("list")
def list_command(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """List complaints: when each was received, when it must be acknowledged, and what was done.

    Example:
      overt rights complaint list register/
    """
    with Register.open(register) as opened:
        rows = [_shown(complaint) for complaint in rights.complaints(opened)]
    columns = ("complaint", "received_on", "acknowledge_by", "acknowledged_on", "progress_on", "answered_on", "outcome")
    say_rows(rows, columns, chosen(output, as_json))


def _say(complaint: Complaint, as_json: bool, line: str) -> None:
    if as_json:
        say_json(_shown(complaint))
    else:
        say(line)


def _shown(complaint: Complaint) -> dict[str, Any]:
    def text(day: dt.date | None) -> str | None:
        return str(day) if day else None

    return {
        "complaint": complaint.number,
        "received_on": text(complaint.received_on),
        "acknowledge_by": text(complaint.acknowledge_by),
        "acknowledged_on": text(complaint.acknowledged_on),
        "progress_on": [str(day) for day in complaint.progress_on],
        "answered_on": text(complaint.answered_on),
        "outcome": complaint.outcome,
    }
