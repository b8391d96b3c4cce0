"""`overt rights complaint`: complaints to the controller, acknowledged in time and answered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overt.cli._admit import ByOption, RegisterArgument, now
from overt.cli._given import day_or_today
from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows
from overt.pages import day as in_words
from overt.register import Register

if TYPE_CHECKING:
    from overt.rights import Complaint

app = typer.Typer(
    help="Take in complaints to the controller (DPA 2018 s.164A), acknowledge them in 30 days, and answer them."
    "\n\nExamples:\n"
    "  overt rights complaint new register/ --received 2026-11-02 --by P1042\n"
    "  overt rights complaint acknowledge register/ K0001 --by P1042\n"
    "  overt rights complaint close register/ K0001 --outcome answered --by P1042\n\n"
    "A complaint is known by its number alone: nothing of who complains, or of what they say, is recorded.",
    no_args_is_help=True,
)
NumberArgument = Annotated[
    str, typer.Argument(metavar="COMPLAINT", help="The number that overt rights complaint new gave: K0001.")
]
OnOption = Annotated[str | None, typer.Option("--on", help="The day, yyyy-mm-dd; today if not given.")]


@app.command()
def new(
    register: RegisterArgument,
    by: ByOption,
    received: Annotated[str | None, typer.Option(help="The day it came in, yyyy-mm-dd; today if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a complaint, and say by which day it must be acknowledged.

    Example:
      overt rights complaint new register/ --received 2026-11-02 --by P1042
    """
    from overt.rights import new_complaint  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = new_complaint(opened, day_or_today(received, "--received", moment), by=by, now=moment)
    _say(made, as_json, f"complaint {made.number}: acknowledge it by {in_words(made.acknowledge_by)}")


@app.command()
def acknowledge(
    register: RegisterArgument,
    complaint: NumberArgument,
    by: ByOption,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note the day on which the person was told that the complaint is here.

    Example:
      overt rights complaint acknowledge register/ K0001 --on 2026-11-05 --by P1042
    """
    from overt.rights import acknowledge  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = acknowledge(opened, complaint, day_or_today(on, "--on", moment), by=by, now=moment)
    late = made.acknowledged_on is not None and made.acknowledged_on > made.acknowledge_by
    said = f"complaint {made.number}: acknowledged"
    _say(made, as_json, f"{said}, after the last day, {in_words(made.acknowledge_by)}" if late else said)


@app.command()
def progress(
    register: RegisterArgument,
    complaint: NumberArgument,
    by: ByOption,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note the day on which the person was told how the complaint goes on.

    Example:
      overt rights complaint progress register/ K0001 --on 2026-11-30 --by P1042
    """
    from overt.rights import tell_progress  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = tell_progress(opened, complaint, day_or_today(on, "--on", moment), by=by, now=moment)
    _say(made, as_json, f"complaint {made.number}: progress told {len(made.progress_on)} times")


@app.command()
def close(
    register: RegisterArgument,
    complaint: NumberArgument,
    outcome: Annotated[str, typer.Option(help="answered, refused or withdrawn.")],
    by: ByOption,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note that the person was told what came of the complaint, or has withdrawn it.

    Example:
      overt rights complaint close register/ K0001 --outcome answered --by P1042
    """
    from overt.rights import close_complaint  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = close_complaint(opened, complaint, outcome, day_or_today(on, "--on", moment), by=by, now=moment)
    _say(made, as_json, f"complaint {made.number}: {made.outcome}")


@app.command("list")
def list_command(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """List the complaints: when each came in, by when it must be acknowledged, and what was done.

    Example:
      overt rights complaint list register/
    """
    from overt.rights import complaints  # noqa: PLC0415  the calendar takes a moment to load

    with Register.open(register) as opened:
        rows = [_shown(each) for each in complaints(opened)]
    columns = ("complaint", "received_on", "acknowledge_by", "acknowledged_on", "progress_on", "answered_on", "outcome")
    say_rows(rows, columns, chosen(output, as_json))


def _say(made: Complaint, as_json: bool, line: str) -> None:
    if as_json:
        say_json(_shown(made))
    else:
        say(line)


def _shown(made: Complaint) -> dict[str, Any]:
    def text(day: dt.date | None) -> str | None:
        return str(day) if day else None

    return {
        "complaint": made.number,
        "received_on": text(made.received_on),
        "acknowledge_by": text(made.acknowledge_by),
        "acknowledged_on": text(made.acknowledged_on),
        "progress_on": [str(each) for each in made.progress_on],
        "answered_on": text(made.answered_on),
        "outcome": made.outcome,
    }
