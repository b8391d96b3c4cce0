"""`overt rights`: requests that people make about their own data, and the time limit of each."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from overt.cli._extras import rights
from overt.cli._options import (
    ByOption,
    JsonOption,
    OnOption,
    Output,
    OutputOption,
    ReasonOption,
    ReceivedOption,
    RegisterArgument,
    now,
)
from overt.cli._output import chosen, say, say_json, say_rows
from overt.refusals import Exit, Refusal
from overt.register import Register

app = typer.Typer()

NumberArgument = Annotated[
    str, typer.Argument(metavar="REQUEST", help="Number of the request, from `overt rights new`, such as R0001.")
]


@app.command()
def new(
    register: RegisterArgument,
    kind: Annotated[
        str, typer.Option(help="Kind of request: access, rectification, erasure, restriction or objection.")
    ],
    by: ByOption,
    received: ReceivedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a request and start its time limit. The requester's identity is not recorded.

    Example:
      overt rights new register/ --kind access --received 2026-11-02 --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        recorded = rights.new_request(opened, kind, received or moment.date(), by=by, now=moment)
    if as_json:
        say_json(_shown(recorded, moment.date()))
    else:
        say(f"Request {recorded.number}: due {recorded.due_on}")


@app.command()
def identity(
    register: RegisterArgument,
    request: NumberArgument,
    by: ByOption,
    how: Annotated[
        str | None, typer.Option(help="How identity was checked: known, in_person, document or representative.")
    ] = None,
    ask: Annotated[
        bool,
        typer.Option(
            "--ask", help="The person was asked for proof of identity. The time limit does not run until they give it."
        ),
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="With --ask: why the identity of the requester was in doubt.")
    ] = "",
    on: OnOption = None,
) -> None:
    """Record that the requester's identity was checked, how and when. No details of the document are kept.

    Examples:
      overt rights identity register/ R0001 --ask --reason 'the letter gives no address that we know' --by P1042
      overt rights identity register/ R0001 --how document --by P1042
    """
    if ask == (how is not None):
        raise Refusal(
            "identity-means", "--how, --ask", "you gave both or neither", f"--ask, or --how {', '.join(rights.MEANS)}"
        )
    moment = now()
    day = on or moment.date()
    with Register.open(register) as opened:
        if how is None:
            updated = rights.ask_identity(opened, request, reason, day, by=by, now=moment)
        else:
            updated = rights.note_identity(opened, request, how, day, by=by, now=moment)
    say(f"Request {updated.number}: {_clock_words(updated)}")


@app.command()
def pause(
    register: RegisterArgument, request: NumberArgument, reason: ReasonOption, by: ByOption, on: OnOption = None
) -> None:
    """Pause the time limit of an access request while you ask the person to clarify it.

    Example:
      overt rights pause register/ R0001 --reason 'asked which of two addresses is meant' --by P1042

    Only for requests received on or after 5 February 2026.
    """
    moment = now()
    with Register.open(register) as opened:
        updated = rights.pause(opened, request, reason, on or moment.date(), by=by, now=moment)
    say(f"Request {updated.number}: {_clock_words(updated)}")


@app.command()
def resume(register: RegisterArgument, request: NumberArgument, by: ByOption, on: OnOption = None) -> None:
    """Resume the time limit after the person has clarified the request.

    Example:
      overt rights resume register/ R0001 --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        updated = rights.resume(opened, request, on or moment.date(), by=by, now=moment)
    say(f"Request {updated.number}: {_clock_words(updated)}")


@app.command()
def extend(
    register: RegisterArgument, request: NumberArgument, reason: ReasonOption, by: ByOption, on: OnOption = None
) -> None:
    """Extend the time limit by two months because of the complexity or number of requests.

    Example:
      overt rights extend register/ R0001 --reason 'eleven requests were received about the same entry' --by P1042

    Tell the person why.
    """
    moment = now()
    with Register.open(register) as opened:
        updated = rights.extend(opened, request, reason, on or moment.date(), by=by, now=moment)
    say(f"Request {updated.number}: {_clock_words(updated)}")


@app.command("clock")
def clock_command(
    register: RegisterArgument,
    request: NumberArgument,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show how the due date was calculated, period by period, as the response explains it to the person.

    Example:
      overt rights clock register/ R0001
    """
    with Register.open(register) as opened:
        stored = rights.find_request(opened, request)
    rows = [
        {"from": span.starts_on, "to": span.ends_on, "days": (span.ends_on - span.starts_on).days + 1,
         "what": rights.SPANS[span.what]}
        for span in rights.spans(stored.clock)
    ]  # fmt: skip
    form = chosen(output, as_json)
    if form is not Output.JSON:
        say(f"Request {request}: {_clock_words(stored)}")
    say_rows(rows, ["from", "to", "days", "what"], form)


@app.command()
def grounds(
    register: RegisterArgument,
    request: NumberArgument,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """List the sections a response may rely on, under the law in force when the request was received.

    Example:
      overt rights grounds register/ R0001
    """
    with Register.open(register) as opened:
        stored = rights.find_request(opened, request)
    rows = [
        {"section": section, "to": use, "words": words}
        for use, section, words in rights.choices(stored.kind, stored.received_on)
    ]
    say_rows(rows, ["section", "to", "words"], chosen(output, as_json))


@app.command()
def withdraw(register: RegisterArgument, request: NumberArgument, by: ByOption, on: OnOption = None) -> None:
    """Record that the person has withdrawn the request.

    Example:
      overt rights withdraw register/ R0001 --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        rights.withdraw(opened, request, on or moment.date(), by=by, now=moment)
    say(f"Request {request}: withdrawn")


@app.command("list")
def list_command(
    register: RegisterArgument,
    every: Annotated[bool, typer.Option("--all", help="Include requests that have been answered.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """List open requests and their due dates.

    Example:
      overt rights list register/

    Exit status: 1 if any is overdue.
    """
    today = now().date()
    with Register.open(register) as opened:
        requests = [requests for requests in rights.requests(opened) if every or not requests.outcome]
    rows = [_shown(request, today) for request in requests]
    columns = ["request", "kind", "received_on", "due_on", "days_left", "identity", "answered_on", "outcome"]
    say_rows(rows, columns, chosen(output, as_json))
    late = any(request.due_on and request.due_on < today and not request.outcome for request in requests)
    return Exit.BREACHES if late else Exit.CLEAR


def _shown(request: Any, today: dt.date) -> dict[str, Any]:
    known = request.identity
    return {
        "request": request.number,
        "kind": request.kind,
        "received_on": request.received_on,
        "due_on": request.due_on,
        "days_left": (request.due_on - today).days if request.due_on and not request.outcome else None,
        "identity": known.means if known else "not checked yet",
        "answered_on": request.answered_on,
        "outcome": request.outcome,
    }


def _clock_words(request: Any) -> str:
    if request.outcome:
        return f"{request.outcome} on {request.answered_on}"
    return f"due {request.due_on}" if request.due_on else "paused"
