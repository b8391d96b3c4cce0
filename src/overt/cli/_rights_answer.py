"""`overt rights`: finds a person's entries, and answers what the person asks."""

from __future__ import annotations

from typing import Annotated

import typer

from overt.cli._extras import rights
from overt.cli._keys import KeyOption, PassphraseOption, given_key
from overt.cli._options import (
    ByOption,
    JsonOption,
    OutOption,
    Output,
    OutputOption,
    RegisterArgument,
    now,
    piped_bytes,
)
from overt.cli._output import chosen, say, say_json, say_rows, talk
from overt.cli._rights_requests import NumberArgument, _clock_words, _shown
from overt.pages import day as in_words
from overt.refusals import Refusal
from overt.register import Register

app = typer.Typer()

_LIMITS = "Restricting or refusing"
PersonOption = Annotated[
    str,
    typer.Option(
        "--person",
        metavar="FILE.toml",
        help="File with the requester's details: name, born and, optionally, handles and address. Use - for "
        "standard input.",
    ),
]
EntryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--entry", help="Uncertain match that you have confirmed is this person (repeatable); `none` if no match is."
    ),
]


@app.command()
def work(
    register: RegisterArgument,
    request: NumberArgument,
    person: PersonOption,
    by: ByOption,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Find the person's entries, using a pseudonym computed on this machine from the details they gave.

    Example:
      overt rights work register/ R0001 --person person.toml --key pseudonym.key --by P1042

    The search is recorded in the access log. person.toml contains name = "…", born = 2004-05-03 and, optionally,
    address and handles. It stays with the officer; nothing from it is stored.

    An uncertain match has a different middle name, or none. Check it, then confirm it with `overt rights answer
    --entry`.
    """
    who = rights.read_who(piped_bytes(person), person)
    secret = given_key(key, passphrase)
    moment = now()
    with Register.open(register) as opened:
        people = rights.work(opened, request, secret, who, by=by, now=moment, where=person)
        updated = rights.find_request(opened, request)
    form = chosen(output, as_json)
    if form is Output.JSON:
        matches = [
            {"entry": match.entry_id, "sure": "yes" if match.sure else "look", "agrees": match.agrees}
            for match in people
        ]
        say_json({**_shown(updated, moment.date()), "found": matches})
        return
    rows = [
        {"entry": match.entry_id, "match": "certain" if match.sure else "check", "agrees": match.agrees}
        for match in people
    ]
    say(f"Request {updated.number}: {_clock_words(updated)}")
    if rows:
        say_rows(rows, ["entry", "match", "agrees"], form)
    else:
        say("No entries found under any spelling the matching rule covers")


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
        typer.Option(
            rich_help_panel=_LIMITS,
            help="Part of the response to withhold: grounds, items, sources or recipients (repeatable).",
        ),
    ] = None,
    ncnd: Annotated[bool, typer.Option("--ncnd", rich_help_panel=_LIMITS, help="Neither confirm nor deny.")] = False,
    refuse: Annotated[
        bool,
        typer.Option("--refuse", rich_help_panel=_LIMITS, help="Refuse correction, erasure, restriction or objection."),
    ] = False,
    section: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=_LIMITS, help="Section of the DPA 2018 relied on. `overt rights grounds` lists them."
        ),
    ] = None,
    reasons: Annotated[
        str, typer.Option(rich_help_panel=_LIMITS, help="Reasons, which are recorded but not sent.")
    ] = "",
    why: Annotated[
        str, typer.Option(rich_help_panel=_LIMITS, help="With --refuse: reasons, in words for the person.")
    ] = "",
    withhold: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=_LIMITS, help="With --refuse: withhold the reasons under this section, such as s.48(3)(b)."
        ),
    ] = None,
    erased: Annotated[
        list[str] | None, typer.Option(help="Entry that was erased, to be named in the letter (repeatable).")
    ] = None,
    send: Annotated[
        bool,
        typer.Option(
            "--send", help="After you have read the draft in --out: write the final letter and record the response."
        ),
    ] = False,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
) -> None:
    """Write the response as a web page, text, PDF and JSON; with --send, record its outcome.

    Examples:
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042 --send
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042 \\
          --restrict sources --section 's.45(4)(e)' --reasons 'the source is a child who may be harmed'
      overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042 \\
          --ncnd --section 's.45(4)(b)' --reasons 'a live inquiry, decided for all requests of this kind'
      overt rights answer register/ R0002 --person person.toml --out letter/ --by P1042 \\
          --refuse --section 's.47(1)' --why 'the case in which you are named as a witness is not closed'

    Without --send, the letter is marked as a draft and nothing is recorded. Read it, then run the same command with
    --send. It is refused if the draft in --out is not a draft of this response, or if anything has changed since.

    First run `overt rights work`: the letter is about the entries it found. If you do not do what the person asked, in
    whole or for entries that remain, refuse it under a section and give the reasons for the person with --why.

    With --ncnd, no row about any person is read. The letter is dated the last day of the first month,
    so that it is the same whether or not the person is listed.
    """
    who = rights.read_who(piped_bytes(person), person)
    moment = now()
    parts = tuple(rights.Restriction(part, section or "", reasons) for part in restrict or [])
    decision = rights.RequestDecision(
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
        raise Refusal("rights-section", "--section", "no section was given", "the section relied on")
    if (reasons or why or withhold) and not (ncnd or refuse or parts):
        where = "--reasons, --why, --withhold"
        raise Refusal("rights-decision", where, "nothing is withheld or refused", "--restrict, --ncnd or --refuse")
    with Register.open(register) as opened:
        stored, secret, named = rights.find_request(opened, request), given_key(key, passphrase), entry or []
        if send:
            letter = rights.send(opened, request, who, decision, key=secret, named=named, out=out, by=by, now=moment)
        else:
            letter = rights.draft(opened, stored, who, decision, key=secret, named=named, today=moment.date())
            rights.write_answer(letter, out)
    for name in letter.files:
        say(str(out / name))
    later = letter.dated > moment.date()
    if send:
        result = f"{letter.outcome}, dated {in_words(letter.dated)}"
        say(f"Request {request}: {result}. Send it on that date." if later else f"Request {request}: {result}")
        return
    say(f"Request {request}: drafted; nothing is recorded")
    talk.print("Read the letter. To record the response, run the same command with --send.", markup=False)
