"""`overt rights`: what people ask about themselves, answered, put right and removed everywhere, with proof."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli._admit import ByOption, RegisterArgument, now
from overt.cli._complaint import app as complaint
from overt.cli._given import day_or_today, piped_bytes
from overt.cli._keys import KeyOption, given_key
from overt.cli._keys import PassphraseOption as KeyPassphraseOption
from overt.cli._ledger import PassphraseOption, passphrase_of, signers_of
from overt.cli._output import (
    JsonOption,
    Output,
    OutputOption,
    YesOption,
    chosen,
    erasure_words,
    say,
    say_json,
    say_left,
    say_rows,
    sure_to_erase,
    talk,
)
from overt.files import given_bytes
from overt.ledger import given_keys, read_key, read_policy
from overt.pages import day as in_words
from overt.refusals import Exit, Refusal
from overt.register import Register, RegisterLog

app = typer.Typer(
    help="Answer what a person asks about themselves; correct and remove it everywhere it went, and prove it."
    "\n\nExamples:\n"
    "  overt rights new register/ --kind access --by P1042\n"
    "  overt rights identity register/ R0001 --how in_person --by P1042\n"
    "  overt rights work register/ R0001 --person person.toml --by P1042\n"
    "  overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042",
    no_args_is_help=True,
)
app.add_typer(complaint, name="complaint")
NumberArgument = Annotated[str, typer.Argument(metavar="REQUEST", help="The number that overt rights new gave: R0001.")]
OnOption = Annotated[str | None, typer.Option("--on", help="The day, yyyy-mm-dd; today if not given.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in words; part of the record.")]
PersonOption = Annotated[
    str,
    typer.Option(
        "--person", metavar="FILE.toml", help="Who asks: name, born, perhaps handles and address; - for standard input."
    ),
]
EntryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--entry", help="An uncertain match that you have confirmed is this person; none if no match is (repeatable)."
    ),
]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="A folder of the officer's for the files.")]
DaysOption = Annotated[int, typer.Option(min=1, max=366, help="Days that each body has to confirm.")]


def need_rights() -> None:
    """Refuses where the extra is not installed."""
    try:
        import holidays  # noqa: F401, PLC0415  an extra
    except ImportError as error:
        wanted = "pip install 'overt[rights]'"
        raise Refusal("rights-not-installed", "overt rights", "no calendar", wanted) from error


# --- the clock ------------------------------------------------------------------------------------------------------


@app.command()
def new(
    register: RegisterArgument,
    kind: Annotated[str, typer.Option(help="access, rectification, erasure, restriction or objection.")],
    by: ByOption,
    received: Annotated[str | None, typer.Option(help="The day it came in, yyyy-mm-dd; today if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a request: it becomes a row of the register, without who asked, and its clock starts.

    Example:
      overt rights new register/ --kind access --received 2026-11-02 --by P1042
    """
    need_rights()
    from overt.rights import new_request  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = new_request(opened, kind, day_or_today(received, "--received", moment), by=by, now=moment)
    if as_json:
        say_json(_shown(made, moment.date()))
    else:
        say(f"request {made.number}: due on {made.due_on}")


@app.command()
def identity(
    register: RegisterArgument,
    request: NumberArgument,
    by: ByOption,
    how: Annotated[
        str | None, typer.Option(help="How it was checked: known, in_person, document or representative.")
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="The person was asked to show who they are; the clock waits.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="With --ask: why there was doubt who asks.")] = "",
    on: OnOption = None,
) -> None:
    """Note that the identity was checked: how and when, and nothing of the document.

    Examples:
      overt rights identity register/ R0001 --ask --reason 'the letter gives no address that we know' --by P1042
      overt rights identity register/ R0001 --how document --by P1042
    """
    need_rights()
    from overt.rights import MEANS, ask_identity, note_identity  # noqa: PLC0415  the calendar takes a moment to load

    if ask == (how is not None):
        raise Refusal("identity-means", "--how, --ask", "both or neither", f"--ask, or --how {', '.join(MEANS)}")
    moment = now()
    day = day_or_today(on, "--on", moment)
    with Register.open(register) as opened:
        if how is None:
            made = ask_identity(opened, request, reason, day, by=by, now=moment)
        else:
            made = note_identity(opened, request, how, day, by=by, now=moment)
    say(f"request {made.number}: {_clock_words(made)}")


@app.command()
def pause(
    register: RegisterArgument, request: NumberArgument, reason: ReasonOption, by: ByOption, on: OnOption = None
) -> None:
    """Stop the clock of a request for access while the person is asked what it is about.

    Example:
      overt rights pause register/ R0001 --reason 'asked which of two addresses is meant' --by P1042

    The law knows this of requests from 5 February 2026 on.
    """
    need_rights()
    from overt.rights import pause as stop  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = stop(opened, request, reason, day_or_today(on, "--on", moment), by=by, now=moment)
    say(f"request {made.number}: {_clock_words(made)}")


@app.command()
def resume(register: RegisterArgument, request: NumberArgument, by: ByOption, on: OnOption = None) -> None:
    """Start the clock again: the person has said what is meant.

    Example:
      overt rights resume register/ R0001 --by P1042
    """
    need_rights()
    from overt.rights import resume as start  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = start(opened, request, day_or_today(on, "--on", moment), by=by, now=moment)
    say(f"request {made.number}: {_clock_words(made)}")


@app.command()
def extend(
    register: RegisterArgument, request: NumberArgument, reason: ReasonOption, by: ByOption, on: OnOption = None
) -> None:
    """Extend the period by two months, for the complexity or number of requests; tell the person why.

    Example:
      overt rights extend register/ R0001 --reason 'eleven requests came in about the same entry' --by P1042
    """
    need_rights()
    from overt.rights import extend as lengthen  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        made = lengthen(opened, request, reason, day_or_today(on, "--on", moment), by=by, now=moment)
    say(f"request {made.number}: {_clock_words(made)}")


@app.command("clock")
def clock_command(
    register: RegisterArgument,
    request: NumberArgument,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show how the last day to answer was found, span by span, as the answer shows it to the person.

    Example:
      overt rights clock register/ R0001
    """
    need_rights()
    from overt.rights import SPANS, find_request, spans  # noqa: PLC0415  the calendar takes a moment to load

    with Register.open(register) as opened:
        found = find_request(opened, request)
    rows = [
        {"from": each.starts_on, "to": each.ends_on, "days": (each.ends_on - each.starts_on).days + 1,
         "what": SPANS[each.what]}
        for each in spans(found.clock)
    ]  # fmt: skip
    form = chosen(output, as_json)
    if form is not Output.JSON:
        say(f"request {request}: {_clock_words(found)}")
    say_rows(rows, ["from", "to", "days", "what"], form)


@app.command()
def grounds(
    register: RegisterArgument,
    request: NumberArgument,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show the sections on which the answer to a request may rest, by the law of the day on which it came in.

    Example:
      overt rights grounds register/ R0001
    """
    need_rights()
    from overt.rights import choices, find_request  # noqa: PLC0415  the calendar takes a moment to load

    with Register.open(register) as opened:
        found = find_request(opened, request)
    rows = [
        {"section": section, "to": use, "words": words}
        for use, section, words in choices(found.kind, found.received_on)
    ]
    say_rows(rows, ["section", "to", "words"], chosen(output, as_json))


@app.command()
def withdraw(register: RegisterArgument, request: NumberArgument, by: ByOption, on: OnOption = None) -> None:
    """Note that the person has withdrawn the request.

    Example:
      overt rights withdraw register/ R0001 --by P1042
    """
    need_rights()
    from overt.rights import withdraw as take_back  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        take_back(opened, request, day_or_today(on, "--on", moment), by=by, now=moment)
    say(f"request {request}: withdrawn")


@app.command("list")
def list_command(
    register: RegisterArgument,
    every: Annotated[bool, typer.Option("--all", help="Those that were answered too.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """List the requests that are open, with their days.

    Example:
      overt rights list register/

    Exits with status 1 when one is past its day.
    """
    need_rights()
    from overt.rights import requests  # noqa: PLC0415  the calendar takes a moment to load

    today = now().date()
    with Register.open(register) as opened:
        found = [each for each in requests(opened) if every or not each.outcome]
    rows = [_shown(each, today) for each in found]
    columns = ["request", "kind", "received_on", "due_on", "days_left", "identity", "answered_on", "outcome"]
    say_rows(rows, columns, chosen(output, as_json))
    late = any(each.due_on and each.due_on < today and not each.outcome for each in found)
    return Exit.BREACHES if late else Exit.CLEAR


# --- the answer -----------------------------------------------------------------------------------------------------


@app.command()
def work(
    register: RegisterArgument,
    request: NumberArgument,
    person: PersonOption,
    by: ByOption,
    key: KeyOption = None,
    passphrase: KeyPassphraseOption = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Find the person's entries, by the pseudonym computed here from what they gave; the look is a record.

    Example:
      overt rights work register/ R0001 --person person.toml --key pseudonym.key --by P1042

    person.toml has name = "…", born = 2004-05-03, and perhaps address and handles. It stays the officer's: nothing of
    it is stored. An entry that is not sure has another middle name, or none: look at it, then name it to overt rights
    answer with --entry.
    """
    need_rights()
    from overt.rights import find_request, read_who  # noqa: PLC0415  the calendar takes a moment to load
    from overt.rights import work as record  # noqa: PLC0415

    who = read_who(piped_bytes(person), person)
    secret = given_key(key, passphrase)
    moment = now()
    with Register.open(register) as opened:
        found = record(opened, request, secret, who, by=by, now=moment, where=person)
        made = find_request(opened, request)
    rows = [{"entry": each.entry_id, "sure": "yes" if each.sure else "look", "agrees": each.agrees} for each in found]
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json({**_shown(made, moment.date()), "found": rows})
        return
    say(f"request {made.number}: {_clock_words(made)}")
    if rows:
        say_rows(rows, ["entry", "sure", "agrees"], form)
    else:
        say("no entry under any spelling that the rule covers")


@app.command()
def answer(
    register: RegisterArgument,
    request: NumberArgument,
    person: PersonOption,
    out: OutOption,
    by: ByOption,
    entry: EntryOption = None,
    restrict: Annotated[
        list[str] | None,
        typer.Option(help="A part to hold back: grounds, items, sources or recipients (repeatable)."),
    ] = None,
    ncnd: Annotated[bool, typer.Option("--ncnd", help="Neither confirm nor deny.")] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Refuse correction, erasure, restriction or objection.")
    ] = False,
    section: Annotated[
        str | None, typer.Option(help="The section of the DPA 2018 relied on, which overt rights grounds lists.")
    ] = None,
    reasons: Annotated[str, typer.Option(help="The reasons, which are recorded and not sent.")] = "",
    why: Annotated[str, typer.Option(help="With --refuse: the reasons, in words for the person.")] = "",
    withhold: Annotated[
        str | None, typer.Option(help="With --refuse: hold back the reasons, under this section: s.48(3)(b).")
    ] = None,
    erased: Annotated[
        list[str] | None, typer.Option(help="An entry that was erased, for the letter to name (repeatable).")
    ] = None,
    send: Annotated[
        bool,
        typer.Option("--send", help="The draft in --out was read: write the letter to be sent, and record the answer."),
    ] = False,
    key: KeyOption = None,
    passphrase: KeyPassphraseOption = None,
) -> None:
    """Draft the answer as a page, as text, as PDF and for a machine; with --send, record that it was answered.

    Examples:
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042 --send
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042 \\
          --restrict sources --section 's.45(4)(e)' --reasons 'the source is a child who may be harmed'
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042 \\
          --ncnd --section 's.45(4)(b)' --reasons 'a live inquiry, decided for all requests of this kind'
      overt rights answer register/ R0002 --person person.toml --out letter/ --by P1042 \\
          --refuse --section 's.47(1)' --why 'the case in which you are named as a witness is not closed'

    Without --send the letter is a draft, marked as one, and nothing is recorded. Read it, then give the same command
    with --send. It is refused where the draft in --out is not of this answer, or where something has changed since.

    Neither confirming nor denying reads no row of any person, and goes out on the last day of the first month, so that
    it is the same whether or not the person is listed. A request must have been worked first, and the letter is about
    the entries that overt rights work found. What was asked and is not done is refused on a ground, for all of it or
    for what stays; --why says it to the person.
    """
    need_rights()
    from overt.rights import (  # noqa: PLC0415  the calendar takes a moment to load
        Decision,
        Restriction,
        draft,
        find_request,
        read_who,
        write_answer,
    )
    from overt.rights import send as record  # noqa: PLC0415

    who = read_who(piped_bytes(person), person)
    moment = now()
    parts = tuple(Restriction(part, section or "", reasons) for part in restrict or [])
    decision = Decision(
        parts,
        (section or "") if ncnd else None,
        (section or "") if refuse else None,
        reasons,
        why,
        withhold,
        tuple(erased or ()),
        None if ncnd or refuse or parts else section,
    )
    if ncnd and not section:
        raise Refusal("rights-section", "--section", "nothing", "the section relied on")
    if (reasons or why or withhold) and not (ncnd or refuse or parts):
        where = "--reasons, --why, --withhold"
        raise Refusal("rights-decision", where, "nothing is held back", "--restrict, --ncnd or --refuse")
    with Register.open(register) as opened:
        asked, secret, named = find_request(opened, request), given_key(key, passphrase), entry or []
        if send:
            made = record(opened, request, who, decision, key=secret, named=named, out=out, by=by, now=moment)
        else:
            made = draft(opened, asked, who, decision, key=secret, named=named, today=moment.date())
            write_answer(made, out)
    for name in made.files:
        say(str(out / name))
    later = made.dated > moment.date()
    if send:
        said = f"{made.outcome}, dated {in_words(made.dated)}"
        say(f"request {request}: {said}: send it on that day" if later else f"request {request}: {said}")
        return
    say(f"request {request}: drafted, nothing is recorded")
    talk.print("read the letter; to record the answer, give the same command with --send", markup=False)


# --- correction and removal -----------------------------------------------------------------------------------------


@app.command()
def rectify(
    register: RegisterArgument,
    request: NumberArgument,
    entry: Annotated[str, typer.Option("--entry", help="The entry that is wrong.")],
    correct: Annotated[
        list[str],
        typer.Option("--set", help="entry.role=witness, subject.birth_date=…, item.I17-1.basis=fact (repeatable)."),
    ],
    reason: ReasonOption,
    out: OutOption,
    by: ByOption,
    days: DaysOption = 28,
    passphrase: PassphraseOption = None,
) -> None:
    """Correct an entry: a new version is opened, and everybody who was sent it gets a signed notice.

    Example:
      overt rights rectify register/ R0002 --entry E17 --set entry.role=witness --out notices/ --by P1042 \\
          --reason 'the report names them as a witness'
    """
    need_rights()
    from overt.rights import Desk, read_correction  # noqa: PLC0415  the calendar takes a moment to load
    from overt.rights import rectify as put_right  # noqa: PLC0415

    moment = now()
    with Register.open(register) as opened:
        desk = Desk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out, days)
        made = put_right(opened, request, entry, [read_correction(each) for each in correct], reason=reason, desk=desk)
        say(f"request {request}: {entry} corrected")
        _say_told(made, opened, moment)


@app.command()
def erase(
    register: RegisterArgument,
    request: NumberArgument,
    entry: Annotated[list[str], typer.Option("--entry", help="The entry (repeatable).")],
    ground: Annotated[str, typer.Option(help="The decision the erasure rests on; part of its record.")],
    out: OutOption,
    by: ByOption,
    days: DaysOption = 28,
    yes: YesOption = False,
    only_preview: Annotated[
        bool, typer.Option("--preview", help="Only count what would be erased, and who would be told.")
    ] = False,
    passphrase: PassphraseOption = None,
) -> None:
    """Erase entries, and recall them from everybody who was sent them or keeps a copy; each gets a signed notice.

    Example:
      overt rights erase register/ R0003 --entry E17 --ground 'DPA 2018 s.47(1)' --out notices/ --by P1042

    Only entries that overt rights work found for this very request can be erased. The command first says how many
    entries and items would be destroyed and who would be told, and asks. Look for copies before: overt reconcile cannot
    find a person who was erased.

    Cut short, the same command goes on. The removal is finished when every body has confirmed: overt rights recalls.
    """
    need_rights()
    from overt.rights import Desk, preview, remove  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        found = preview(opened, request, entry)
        talk.print(erasure_words(found.weighed, found.organisations, found.stays), markup=False)
        if only_preview:
            return
        sure_to_erase(yes)
        desk = Desk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out, days)
        made = remove(opened, request, entry, ground, desk)
        say(f"request {request}: {', '.join(made.erasures)} erased")
        _say_told(made, opened, moment)
    say_left(register, made.bytes_left)


@app.command()
def recall(
    register: RegisterArgument,
    request: NumberArgument,
    entry: Annotated[str, typer.Option("--entry", help="The entry that was sent.")],
    ask: Annotated[str, typer.Option(help="What the bodies are asked: delete or restrict.")],
    out: OutOption,
    by: ByOption,
    recipient: Annotated[list[str] | None, typer.Option(help="A body (repeatable; default: all of them).")] = None,
    days: DaysOption = 28,
    passphrase: PassphraseOption = None,
) -> None:
    """Recall an entry that stays in the register: an objection was upheld, or its use is restricted.

    Example:
      overt rights recall register/ R0004 --entry E17 --ask delete --recipient example_council --out notices/ --by P1042
    """
    need_rights()
    from overt.rights import Desk, tell  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        desk = Desk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out, days)
        made = tell(opened, request, entry, ask, recipients=recipient or [], desk=desk)
        _say_told(made, opened, moment)


@app.command()
def notify(register: RegisterArgument, out: OutOption, by: ByOption, passphrase: PassphraseOption = None) -> None:
    """Write the notices of recalls that removals raised, and record that the bodies were told.

    Example:
      overt rights notify register/ --out notices/ --by P1042

    Whenever an entry is removed, by a review, a change, an import or an erasure, each body that was sent it gets a
    recall. This command writes the signed notice of every recall that has none yet.
    """
    need_rights()
    from overt.rights import Desk  # noqa: PLC0415  the calendar takes a moment to load
    from overt.rights import notify as write_notices  # noqa: PLC0415

    moment = now()
    with Register.open(register) as opened:
        desk = Desk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out)
        made = write_notices(opened, desk)
        if made.recalls:
            _say_told(made, opened, moment)
        else:
            say("no recall is waiting for its notice")


@app.command("recalls")
def recalls_command(
    register: RegisterArgument,
    request: Annotated[str | None, typer.Option("--request", help="Only those of one request.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those that were confirmed too.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """List the bodies that were told, or are still to be told, and have not confirmed.

    Example:
      overt rights recalls register/

    Exits with status 1 when one is past its day.
    """
    need_rights()
    from overt.rights import Titles, recalls  # noqa: PLC0415  the calendar takes a moment to load

    today = now().date()
    with Register.open(register) as opened:
        found, titles = recalls(opened, request), Titles(opened.charters())
    rows = [
        {
            "recall": each.number,
            "recipient": each.recipient,
            "organisation": titles.recipient(each.recipient, today),
            "asks": each.asks,
            "sent_on": each.sent_on,
            "due_on": each.due_on,
            "confirmed_on": each.confirmed_on,
            "as": each.confirmed_as,
            "state": _state(each, today),
        }
        for each in found
        if every or each.confirmed_on is None
    ]
    form = chosen(output, as_json)
    codes = ["recipient"] if form is Output.CSV else []
    columns = ["recall", *codes, "organisation", "asks", "sent_on", "due_on", "confirmed_on", "as", "state"]
    say_rows(rows, columns, form)
    return Exit.BREACHES if any(each.is_overdue(today) for each in found) else Exit.CLEAR


@app.command()
def confirm(
    register: RegisterArgument,
    by: ByOption,
    recall_number: Annotated[
        str | None, typer.Option("--recall", metavar="RECALL", help="The recall, where the answer was not signed.")
    ] = None,
    confirms: Annotated[str | None, typer.Option("--as", help="What was said: done or nothing_held.")] = None,
    on: OnOption = None,
    signed: Annotated[Path | None, typer.Option(metavar="FILE.note", help="The signed answer of the body.")] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="The public key of that organisation, as text or in a file (repeatable)."),
    ] = None,
) -> None:
    """Record that a body has confirmed a recall, by its signed answer or by what it said.

    Examples:
      overt rights confirm register/ --signed R0003-N1.confirmed.note --key council.vkey --by P1042
      overt rights confirm register/ --recall R0003-N1 --as done --on 2026-11-20 --by P1042
    """
    need_rights()
    from overt.rights import Titles, confirm_signed  # noqa: PLC0415  the calendar takes a moment to load
    from overt.rights import confirm as by_word  # noqa: PLC0415

    moment = now()
    if (signed is None) == (recall_number is None) or (signed is not None) != bool(key) or not (signed or confirms):
        wanted = "--signed with --key, or --recall with --as"
        raise Refusal("recall-how", "--signed, --recall", "both, neither or half of one", wanted)
    with Register.open(register) as opened:
        if signed is not None:
            keys = [found for each in key or [] for found in given_keys(each, "--key")]
            made = confirm_signed(opened, given_bytes(signed), keys, str(signed), by=by, now=moment)
        else:
            day = day_or_today(on, "--on", moment)
            made = by_word(opened, recall_number or "", confirms or "", day, by=by, now=moment)
        title = Titles(opened.charters()).recipient(made.recipient, moment.date())
    say(f"recall {made.number}: {title} confirmed on {in_words(made.confirmed_on)}")


@app.command("sign")
def sign_command(
    notice: Annotated[Path, typer.Argument(metavar="NOTICE.note", help="The notice that came from the register.")],
    key_file: Annotated[Path, typer.Argument(metavar="KEY", help="This body's key: overt ledger key new.")],
    confirms: Annotated[str, typer.Option("--as", help="done, or nothing_held.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.note", help="The answer to send back.")],
    register_key: Annotated[
        list[str],
        typer.Option("--register-key", metavar="KEY", help="The key of the register, as text, line or policy file."),
    ],
    passphrase: PassphraseOption = None,
) -> None:
    """For the body that was told: verify a notice, and sign that it was done.

    Example:
      overt rights sign R0003-N1-council.note council.key --as done --out answer.note --register-key policy
    """
    need_rights()
    from overt.rights import read_notice, write_confirmation  # noqa: PLC0415  the calendar takes a moment to load

    data = given_bytes(notice)
    keys = [found for each in register_key for found in given_keys(each, "--register-key")]
    said = read_notice(data, keys, str(notice))
    signer = read_key(key_file, passphrase_of(passphrase, new=False))
    out.write_bytes(write_confirmation(data, confirms, signer, now(), str(notice)))
    say(f"{out}: {said['recall']} to {said['asks']}, confirmed as {confirms}")


@app.command()
def certificate(
    register: RegisterArgument,
    request: NumberArgument,
    out: OutOption,
    interim: Annotated[
        bool, typer.Option("--interim", help="Also where a body has not confirmed; the certificate says so.")
    ] = False,
    passphrase: PassphraseOption = None,
) -> None:
    """Write the certificate of a removal: what was erased, who was told, when each confirmed, with proof.

    Example:
      overt rights certificate register/ R0003 --out certificate/

    Publish the ledger first: overt ledger publish.
    """
    need_rights()
    from overt.rights import write_certificate  # noqa: PLC0415  the calendar takes a moment to load

    moment = now()
    with Register.open(register) as opened:
        signers = signers_of(RegisterLog(opened, moment), passphrase)
        made = write_certificate(opened, request, signers, out, moment, interim=interim)
    state = "finished and proved" if made.is_proved else "finished" if made.is_finished else "not finished"
    say(f"{out}: {len(made.erased)} erased, {len(made.told)} told, {state}")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a certificate.")],
    policy: Annotated[Path, typer.Option(metavar="FILE", help="Whom to trust: a C2SP tlog-policy file.")],
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Verify a certificate of removal, without the register and without any connection.

    Example:
      overt rights verify certificate/ --policy policy

    Exits with status 1 when it is whole and the removal is not finished, with 3 when it is not whole.
    """
    from overt.rights import verify_certificate  # noqa: PLC0415

    made = verify_certificate(folder, read_policy(given_bytes(policy), str(policy)))
    if chosen(output, as_json) is Output.JSON:
        say_json({**asdict(made), "is_finished": made.is_finished, "is_proved": made.is_proved})
    else:
        named = made.name if made.name == made.register else f"{made.name} ({made.register})"
        say(f"{named}, request {made.request}: whole")
        for each in made.erased:
            say(f"erased on {in_words(each.on)}: {each.went}")
        for line in made.told:
            on = "" if line.is_open else f" on {in_words(line.confirmed_on)}"
            say(f"{line.title}: told on {in_words(line.told_on)}, {line.shown}{on}")
            if line.key:
                say(f"  signed with {line.key}: ask {line.title} whether it is its own")
        say(made.state)
    return Exit.CLEAR if made.is_finished else Exit.BREACHES


# --- notices --------------------------------------------------------------------------------------------------------


@app.command("notices")
def notices_command(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> int:
    """List who is owed a notice that the charter promises: entries and days, never names.

    Example:
      overt rights notices register/

    Exits with status 1 when one is past its day.
    """
    need_rights()
    from overt.rights import owed  # noqa: PLC0415  the calendar takes a moment to load

    today = now().date()
    with Register.open(register) as opened:
        found = owed(opened, today)
    rows = [
        {
            "entry": each.entry_id,
            "to": each.to,
            "opened_on": each.opened_on,
            "due_on": each.due_on,
            "child": "not known" if each.is_child is None else "yes" if each.is_child else "no",
            "state": "past its day" if each.is_late(today) else "owed",
        }
        for each in found
    ]
    say_rows(rows, ["entry", "to", "opened_on", "due_on", "child", "state"], chosen(output, as_json))
    return Exit.BREACHES if any(each.is_late(today) for each in found) else Exit.CLEAR


@app.command("told")
def told_command(
    register: RegisterArgument,
    entry: Annotated[str, typer.Option("--entry", help="The entry.")],
    by: ByOption,
    told: Annotated[str | None, typer.Option("--told", help="Who was told: person, parent or both.")] = None,
    on: OnOption = None,
    exemption: Annotated[str | None, typer.Option(help="Nobody is told, under this provision: s.44(4)(b).")] = None,
    reasons: Annotated[str, typer.Option(help="Why nobody is told; part of the record.")] = "",
) -> None:
    """Record that somebody was told of an entry, or under which provision nobody is, and why.

    Examples:
      overt rights told register/ --entry E17 --told parent --on 2026-11-20 --by P1042
      overt rights told register/ --entry E17 --exemption 's.44(4)(b)' --reasons 'it would warn …' --by P1042
    """
    need_rights()
    from overt.rights import exempt, give_notice  # noqa: PLC0415  the calendar takes a moment to load

    if (told is None) == (exemption is None):
        raise Refusal("notice-told", "--told, --exemption", "both or neither", "one of the two")
    moment = now()
    with Register.open(register) as opened:
        if told is not None:
            number = give_notice(opened, entry, told, day_or_today(on, "--on", moment), by=by, now=moment)
        else:
            number = exempt(opened, entry, exemption or "", reasons, by=by, now=moment)
    say(f"notice {number}: recorded")


# --- shared ---------------------------------------------------------------------------------------------------------


def _shown(request: Any, today: dt.date) -> dict[str, Any]:
    known = request.identity
    return {
        "request": request.number,
        "kind": request.kind,
        "received_on": request.received_on,
        "due_on": request.due_on,
        "days_left": (request.due_on - today).days if request.due_on and not request.outcome else None,
        "identity": known.means if known else "not noted",
        "answered_on": request.answered_on,
        "outcome": request.outcome,
    }


def _state(recall: Any, today: dt.date) -> str:
    if recall.confirmed_on:
        return "confirmed"
    late = ", past its day" if recall.is_overdue(today) else ""
    if recall.sent_on is None:
        return f"not told yet{late}"
    return late.removeprefix(", ") or "open"


_ASKS = {"delete": "delete it", "correct": "correct it", "restrict": "keep it and not use it"}


def _clock_words(request: Any) -> str:
    if request.outcome:
        return f"{request.outcome} on {request.answered_on}"
    return f"due on {request.due_on}" if request.due_on else "the clock is paused"


def _say_told(made: Any, register: Register, moment: dt.datetime) -> None:
    from overt.rights import Titles  # noqa: PLC0415  the calendar takes a moment to load

    titles = Titles(register.charters())
    for each in made.recalls:
        title = titles.recipient(each.recipient, moment.date())
        say(f"recall {each.number}: {title} is to {_ASKS[each.asks]} by {in_words(each.due_on)}")
    for path in made.notices:
        say(str(path))
    if not made.recalls:
        say("nobody was sent it, as far as the register knows")
    else:
        talk.print("send each notice to its body; they are not kept in the register", markup=False)
