"""`overt answer`: records a request for information, and answers it from releases."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated

import typer

from overt.cli._extras import publication
from overt.cli._options import (
    ByOption,
    JsonOption,
    OnOption,
    Output,
    OutputOption,
    ReceivedOption,
    RegisterArgument,
    day_option,
    now,
)
from overt.cli._output import chosen, say, say_json, say_rows, talk
from overt.refusals import Exit
from overt.register import Register

app = typer.Typer(
    help="Answer freedom of information requests about a register within 20 working days, from published releases."
    "\n\nExamples:\n"
    "  overt answer questions\n"
    "  overt answer new register/ --question people --question categories --day 2021-07-28 --by P1042\n"
    "  overt answer draft register/ 0001 --by P1042\n"
    "  overt answer send register/ 0001 --by P1042",
    no_args_is_help=True,
)
NumberArgument = Annotated[
    str, typer.Argument(metavar="ANSWER", help="Number of the request, from `overt answer new`, such as 0001.")
]


@app.command()
def questions(output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """List the questions that can be answered, with the names to give to --question.

    Example:
      overt answer questions
    """
    rows = [{"question": question.name, "asks": question.asks} for question in publication.QUESTIONS.values()]
    say_rows(rows, ["question", "asks"], chosen(output, as_json))


@app.command()
def exemptions(
    day: Annotated[dt.date | None, day_option("--day", "List the exemptions in force on this date.")] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """List the exemptions of the Freedom of Information Act 2000, and whether each is qualified.

    Example:
      overt answer exemptions

    For a qualified exemption, the public interest must be weighed. If `text seen` is no, the wording here was not
    checked against the Act: read the section before you rely on it.
    """
    on = day or now().date()
    rows = [
        {
            "exemption": exemption.section,
            "subject": exemption.subject,
            "kind": exemption.kind_words,
            "neither confirms nor denies": "yes" if exemption.denies else "no",
            "text seen": "yes" if exemption.confirmed else "no",
        }
        for exemption in publication.EXEMPTIONS.values()
        if exemption.in_force(on)
    ]
    say_rows(rows, list(rows[0]) if rows else ["exemption"], chosen(output, as_json))


@app.command()
def new(
    register: RegisterArgument,
    question: Annotated[
        list[str], typer.Option(help="Question asked (repeatable). `overt answer questions` lists them.")
    ],
    by: ByOption,
    day: Annotated[dt.date | None, day_option("--day", "Date the request is about.", "the date of --received")] = None,
    received: ReceivedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a request and start its time limit. The requester's identity is not recorded.

    Example:
      overt answer new register/ --question people --question categories --day 2021-07-28 --by P1042
    """
    moment = now()
    came = received or moment.date()
    with Register.open(register) as opened:
        answer = publication.new_answer(opened, question, day or came, came, by=by, now=moment)
    if as_json:
        say_json(asdict(answer))
    else:
        which_day = "the date it was received" if day is None else "the date asked about"
        say(f"Request {answer.number} about {answer.day} ({which_day}): due {answer.due_on}")


@app.command()
def refuse(
    register: RegisterArgument,
    answer: NumberArgument,
    question: Annotated[str, typer.Option(help="Question to refuse.")],
    exemption: Annotated[
        str,
        typer.Option(
            help="Section of the Freedom of Information Act 2000, such as s.31(1). `overt answer exemptions` lists "
            "them."
        ),
    ],
    reasons: Annotated[
        str,
        typer.Option(
            help="Reasons and, for a qualified exemption, why the public interest in maintaining the exemption "
            "outweighs the public interest in disclosure. At least 40 characters; they appear in the letter."
        ),
    ],
    by: ByOption,
) -> None:
    """Refuse one question under an exemption, with reasons.

    Example:
      overt answer refuse register/ 0001 --question authorities --exemption 's.31(1)' --by P1042
        --reasons 'the harm, and …'

    You cannot refuse a figure that has already been published.
    """
    with Register.open(register) as opened:
        publication.decline(opened, answer, publication.Declined(question, exemption, reasons), by=by, now=now())
    used = publication.EXEMPTIONS[exemption]
    say(f"Request {answer}: {question} refused under {exemption}, which is {used.kind_words}")
    if not used.confirmed:
        talk.print(f"Check {exemption} in the Act: its wording here was not checked against the text.", markup=False)


@app.command()
def clarify(
    register: RegisterArgument,
    answer: NumberArgument,
    asks: Annotated[
        str,
        typer.Option(
            help="What is unclear, and what you ask the person. At least 40 characters; it appears in the letter."
        ),
    ],
    by: ByOption,
    on: OnOption = None,
) -> None:
    """Ask the person to clarify a request (s.1(3)), and write the letter. The time limit is paused.

    Example:
      overt answer clarify register/ 0001 --by P1042 --asks 'Do you mean people listed on that day, or in that year?'
    """
    moment = now()
    with Register.open(register) as opened:
        updated = publication.ask_clarification(opened, answer, asks, on or moment.date(), by=by, now=moment)
        for path in publication.write_wait_letter(opened, updated):
            say(str(path))
    talk.print(
        f"The time limit is paused. When the person replies, run: overt answer clarified {register} {answer}",
        markup=False,
    )


@app.command()
def clarified(register: RegisterArgument, answer: NumberArgument, by: ByOption, on: OnOption = None) -> None:
    """Record that the person clarified a request. A new period of 20 working days starts (s.10(6)).

    Example:
      overt answer clarified register/ 0001 --by P1042 --on 2026-11-09
    """
    moment = now()
    with Register.open(register) as opened:
        updated = publication.note_clarification(opened, answer, on or moment.date(), by=by, now=moment)
    say(f"Request {answer}: due {updated.due_on}")


@app.command()
def extend(
    register: RegisterArgument,
    answer: NumberArgument,
    question: Annotated[list[str], typer.Option(help="Question that needs more time (repeatable).")],
    exemption: Annotated[
        str, typer.Option(help="Qualified exemption to weigh, such as s.31(1). `overt answer exemptions` lists them.")
    ],
    reasons: Annotated[
        str,
        typer.Option(
            help="Why weighing the public interest takes longer. At least 40 characters; they appear in the letter."
        ),
    ],
    until: Annotated[dt.date, day_option("--until", "Date by which it will be decided. It appears in the letter.", "")],
    by: ByOption,
    on: OnOption = None,
) -> None:
    """Extend the time limit to weigh the public interest in a qualified exemption (s.10(3)), and write the letter.

    Example:
      overt answer extend register/ 0001 --question authorities --exemption 's.31(1)' --until 2026-12-15 --by P1042
        --reasons 'the harm and the interest have to be weighed with …'

    You can do this only once for a request, before its due date, and for every question that needs more time. Other
    questions remain due as before.
    """
    moment = now()
    day, last = on or moment.date(), until
    extension = publication.Extension(tuple(question), exemption, reasons, str(last), str(day))
    with Register.open(register) as opened:
        updated = publication.extend_answer(opened, answer, extension, by=by, now=moment)
        for path in publication.write_wait_letter(opened, updated):
            say(str(path))
    say(f"Request {answer}: due {updated.due_on}")
    if publication.is_long(updated):
        talk.print(
            "That is more than 40 working days in all, which guidance expects only in exceptional cases.", markup=False
        )


@app.command("draft")
def draft_command(register: RegisterArgument, answer: NumberArgument, by: ByOption) -> int:
    """Draft the response as a web page and as text, from the release for that date.

    Example:
      overt answer draft register/ 0001 --by P1042

    If there is no release for that date, one is drafted.

    Exit status: 1 if a release must be approved and published first.
    """
    moment = now()
    with Register.open(register) as opened:
        pending = publication.read_answer(opened, answer)
        waits = publication.needed_release(opened, pending, by, moment)
        if waits is None:
            for path in publication.write_reply(
                opened, pending, publication.folder_of_answer(opened, answer), moment.date()
            ):
                say(str(path))
    if waits is not None:
        release, is_new = waits
        how = "just drafted" if is_new else "drafted earlier"
        say(f"Request {answer} is waiting for release {release} ({pending.day}), {how}")
    left = publication.working_days_left(moment.date(), dt.date.fromisoformat(pending.due_on))
    talk.print(f"Due {pending.due_on} ({left} working days left)", markup=False)
    return Exit.BREACHES if waits is not None else Exit.CLEAR


@app.command()
def send(register: RegisterArgument, answer: NumberArgument, by: ByOption) -> None:
    """Record that a drafted response was sent: its outcome in the register, its digest in the ledger.

    Example:
      overt answer send register/ 0001 --by P1042

    Overt does not send the response: it does not know who asked.
    """
    with Register.open(register) as opened:
        sent = publication.send(opened, answer, by=by, now=now())
    late = " late" if (sent.sent_on or "") > sent.due_on else ""
    say(f"Request {answer}: sent {sent.sent_on}{late}; due {sent.due_on}")
