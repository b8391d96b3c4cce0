"""`overt answer`: takes in a request for information, answers it from releases, and sends it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated

import typer

from overt.cli._admit import ByOption, RegisterArgument
from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows, talk
from overt.cli._release import day_of, need_publication
from overt.refusals import Exit
from overt.register import Register

app = typer.Typer(
    help="Answer what people ask about a register, from releases, within 20 working days."
    "\n\nExamples:\n"
    "  overt answer questions\n"
    "  overt answer new register/ --question people --question categories --day 2021-07-28 --by P1042\n"
    "  overt answer draft register/ 0001 --by P1042\n"
    "  overt answer send register/ 0001 --by P1042",
    no_args_is_help=True,
)
NumberArgument = Annotated[str, typer.Argument(metavar="ANSWER", help="The number that overt answer new gave: 0001.")]


@app.command()
def questions(output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """Show the questions that can be answered, with the names that --question takes.

    Example:
      overt answer questions
    """
    need_publication()
    from overt.publication import QUESTIONS  # noqa: PLC0415  statistics take a second to load

    rows = [{"question": each.name, "asks": each.asks} for each in QUESTIONS.values()]
    say_rows(rows, ["question", "asks"], chosen(output, as_json))


@app.command()
def exemptions(
    day: Annotated[str | None, typer.Option(help="In force on this day, yyyy-mm-dd. Default: today.")] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show the sections of the Freedom of Information Act 2000 under which a question can be refused, and their kind.

    Example:
      overt answer exemptions

    Where an exemption is qualified, the public interest is weighed. `text seen` says no where the wording of a section
    was not checked against its text: read it before you rely on it.
    """
    need_publication()
    from overt.publication import EXEMPTIONS  # noqa: PLC0415  statistics take a second to load

    on = day_of(day, "--day") or dt.datetime.now(dt.UTC).date()
    rows = [
        {
            "exemption": each.section,
            "subject": each.subject,
            "kind": each.kind_words,
            "neither confirms nor denies": "yes" if each.denies else "no",
            "text seen": "yes" if each.confirmed else "no",
        }
        for each in EXEMPTIONS.values()
        if each.in_force(on)
    ]
    say_rows(rows, list(rows[0]) if rows else ["exemption"], chosen(output, as_json))


@app.command()
def new(
    register: RegisterArgument,
    question: Annotated[list[str], typer.Option(help="What is asked: see overt answer questions (repeatable).")],
    by: ByOption,
    day: Annotated[
        str | None, typer.Option(help="The day asked about, yyyy-mm-dd. Default: that of --received.")
    ] = None,
    received: Annotated[str | None, typer.Option(help="The day it came in, yyyy-mm-dd. Default: today.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a request: it becomes a row of the register, without who asked, and its clock starts.

    Example:
      overt answer new register/ --question people --question categories --day 2021-07-28 --by P1042
    """
    need_publication()
    from overt.publication import new_answer  # noqa: PLC0415  statistics take a second to load

    now = dt.datetime.now(dt.UTC)
    came = day_of(received, "--received") or now.date()
    with Register.open(register) as opened:
        made = new_answer(opened, question, day_of(day, "--day") or came, came, by=by, now=now)
    if as_json:
        say_json(asdict(made))
    else:
        asked = "the day on which it came in" if day is None else "the day asked about"
        say(f"answer {made.number} about {made.day}, {asked}: due on {made.due_on}")


@app.command()
def refuse(
    register: RegisterArgument,
    answer: NumberArgument,
    question: Annotated[str, typer.Option(help="The question that is refused.")],
    exemption: Annotated[
        str,
        typer.Option(
            help="The section of the Freedom of Information Act 2000, as s.31(1): see overt answer exemptions."
        ),
    ],
    reasons: Annotated[
        str,
        typer.Option(
            help="Why, and why the public interest in it is the lesser: 40 characters at least. It is in the letter."
        ),
    ],
    by: ByOption,
) -> None:
    """Refuse one question, with its exemption and reasons; not where the figure was published before.

    Example:
      overt answer refuse register/ 0001 --question authorities --exemption 's.31(1)' --by P1042
        --reasons 'the harm, and …'
    """
    need_publication()
    from overt.publication import EXEMPTIONS, Declined, decline  # noqa: PLC0415  statistics take a second to load

    with Register.open(register) as opened:
        decline(opened, answer, Declined(question, exemption, reasons), by=by, now=dt.datetime.now(dt.UTC))
    say(f"answer {answer}: {question} refused under {exemption}, which is {EXEMPTIONS[exemption].kind_words}")
    if not EXEMPTIONS[exemption].confirmed:
        talk.print(f"Check {exemption} and its kind: whoever wrote the table had not seen its text.", markup=False)


OnOption = Annotated[str | None, typer.Option("--on", help="The day of it, yyyy-mm-dd; default: today.")]


@app.command()
def clarify(
    register: RegisterArgument,
    answer: NumberArgument,
    asks: Annotated[
        str,
        typer.Option(
            help="What is unclear, and what the person is asked: 40 characters at least. It is in the letter."
        ),
    ],
    by: ByOption,
    on: OnOption = None,
) -> None:
    """Ask what a request is about (s.1(3)), and write the letter: the clock is paused until the person has said it.

    Example:
      overt answer clarify register/ 0001 --by P1042 --asks 'Do you mean people listed on that day, or in that year?'
    """
    need_publication()
    from overt.publication import ask_clarification, write_wait_letter  # noqa: PLC0415  statistics take a second

    now = dt.datetime.now(dt.UTC)
    with Register.open(register) as opened:
        made = ask_clarification(opened, answer, asks, day_of(on, "--on") or now.date(), by=by, now=now)
        for path in write_wait_letter(opened, made):
            say(str(path))
    talk.print(f"the clock is paused; overt answer clarified {register} {answer} starts it again", markup=False)


@app.command()
def clarified(register: RegisterArgument, answer: NumberArgument, by: ByOption, on: OnOption = None) -> None:
    """Record that the person has said what a request is about: 20 working days are counted from there (s.10(6)).

    Example:
      overt answer clarified register/ 0001 --by P1042 --on 2026-11-09
    """
    need_publication()
    from overt.publication import note_clarification  # noqa: PLC0415  statistics take a second to load

    now = dt.datetime.now(dt.UTC)
    with Register.open(register) as opened:
        made = note_clarification(opened, answer, day_of(on, "--on") or now.date(), by=by, now=now)
    say(f"answer {answer}: due on {made.due_on}")


@app.command()
def extend(
    register: RegisterArgument,
    answer: NumberArgument,
    question: Annotated[list[str], typer.Option(help="A question whose answer takes longer (repeatable).")],
    exemption: Annotated[
        str, typer.Option(help="The qualified exemption that is weighed, as s.31(1): see overt answer exemptions.")
    ],
    reasons: Annotated[
        str,
        typer.Option(
            help="Why weighing the public interest takes longer: 40 characters at least. It is in the letter."
        ),
    ],
    until: Annotated[str, typer.Option(help="The day by which it is decided, yyyy-mm-dd; it is in the letter.")],
    by: ByOption,
    on: OnOption = None,
) -> None:
    """Take longer to weigh the public interest in a qualified exemption (s.10(3)), and write the letter that says so.

    Example:
      overt answer extend register/ 0001 --question authorities --exemption 's.31(1)' --until 2026-12-15 --by P1042
        --reasons 'the harm and the interest have to be weighed with …'

    Only before the last day to answer, once, and for every question of the request: others are due as before.
    """
    need_publication()
    from overt.publication import (  # noqa: PLC0415  statistics take a second to load
        Extension,
        extend_answer,
        is_long,
        write_wait_letter,
    )

    now = dt.datetime.now(dt.UTC)
    day, last = day_of(on, "--on") or now.date(), day_of(until, "--until")
    asked = Extension(tuple(question), exemption, reasons, str(last), str(day))
    with Register.open(register) as opened:
        made = extend_answer(opened, answer, asked, by=by, now=now)
        for path in write_wait_letter(opened, made):
            say(str(path))
    say(f"answer {answer}: due on {made.due_on}")
    if is_long(made):
        talk.print("That is more than 40 working days, which guidance expects only in exceptional cases.", markup=False)


@app.command("draft")
def draft_command(register: RegisterArgument, answer: NumberArgument, by: ByOption) -> int:
    """Write the answer as a page and as text, from the release about the day; where there is none, draft one.

    Example:
      overt answer draft register/ 0001 --by P1042

    Exits with status 1 when a release has to be approved and published first.
    """
    need_publication()
    from overt.publication import (  # noqa: PLC0415  statistics take a second to load
        folder_of_answer,
        needed_release,
        read_answer,
        working_days_left,
        write_reply,
    )

    now = dt.datetime.now(dt.UTC)
    with Register.open(register) as opened:
        found = read_answer(opened, answer)
        waits = needed_release(opened, found, by, now)
        if waits is None:
            for path in write_reply(opened, found, folder_of_answer(opened, answer), now.date()):
                say(str(path))
    if waits is not None:
        release, is_new = waits
        how = "drafted now" if is_new else "drafted before"
        say(f"answer {answer} waits for release {release} about {found.day}, {how}")
    left = working_days_left(now.date(), dt.date.fromisoformat(found.due_on))
    talk.print(f"due on {found.due_on}: {left} working days left", markup=False)
    return Exit.BREACHES if waits is not None else Exit.CLEAR


@app.command()
def send(register: RegisterArgument, answer: NumberArgument, by: ByOption) -> None:
    """Record that a drafted answer was sent: its outcome in the register, its digest in the ledger.

    Example:
      overt answer send register/ 0001 --by P1042

    Overt sends nothing itself: who asked is not known to it.
    """
    need_publication()
    from overt.publication import send as record  # noqa: PLC0415  statistics take a second to load

    with Register.open(register) as opened:
        made = record(opened, answer, by=by, now=dt.datetime.now(dt.UTC))
    late = " late" if (made.sent_on or "") > made.due_on else ""
    say(f"answer {answer}: sent on {made.sent_on}{late}; due on {made.due_on}")
