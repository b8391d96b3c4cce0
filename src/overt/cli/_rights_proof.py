"""`overt rights`: certificates of removal, and the notices that a charter promises."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import rights, rights_without_calendar
from overt.cli._keys import LogPassphraseOption, signers_of
from overt.cli._options import (
    ByOption,
    JsonOption,
    OnOption,
    OutOption,
    Output,
    OutputOption,
    RegisterArgument,
    now,
)
from overt.cli._output import chosen, number_of, say, say_json, say_rows
from overt.cli._rights_requests import NumberArgument
from overt.files import given_bytes
from overt.ledger import read_policy
from overt.pages import day as in_words
from overt.refusals import Exit, Refusal
from overt.register import Register, RegisterLog

app = typer.Typer()


@app.command()
def certificate(
    register: RegisterArgument,
    request: NumberArgument,
    out: OutOption,
    interim: Annotated[
        bool,
        typer.Option("--interim", help="Write an interim certificate if some organisations have not yet confirmed."),
    ] = False,
    passphrase: LogPassphraseOption = None,
) -> None:
    """Write a certificate of removal: what was erased, which organisations were told and confirmed, and proof.

    Example:
      overt rights certificate register/ R0003 --out certificate/

    Publish the ledger first with `overt ledger publish`.
    """
    moment = now()
    with Register.open(register) as opened:
        signers = signers_of(RegisterLog(opened, moment), passphrase)
        made = rights.write_certificate(opened, request, signers, out, moment, interim=interim)
    state = "complete and proved" if made.is_proved else "complete" if made.is_finished else "not complete"
    erased = number_of(len(made.erased), "entry", "entries")
    told = number_of(len(made.told), "organisation", "organisations")
    say(f"{out}: {erased} erased, {told} told; removal {state}")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the certificate.")],
    policy: Annotated[Path, typer.Option(metavar="FILE", help="Trust policy: a C2SP tlog-policy file.")],
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Verify a certificate of removal offline, without access to the register.

    Example:
      overt rights verify certificate/ --policy policy

    Exit status: 1 if the certificate is valid but the removal is not complete; 3 if the certificate is not valid.
    """
    made = rights_without_calendar.verify_certificate(folder, read_policy(given_bytes(policy), str(policy)))
    if chosen(output, as_json) is Output.JSON:
        say_json({**asdict(made), "is_finished": made.is_finished, "is_proved": made.is_proved})
    else:
        named = made.name if made.name == made.register else f"{made.name} ({made.register})"
        say(f"{named}, request {made.request}: valid")
        for each in made.erased:
            say(f"erased on {in_words(each.on)}: {each.went}")
        for line in made.told:
            on = "" if line.is_open else f" on {in_words(line.confirmed_on)}"
            say(f"{line.title}: told on {in_words(line.told_on)}, {line.shown}{on}")
            if line.key:
                say(f"  signed with {line.key}: ask {line.title} whether this is its key")
        say(made.state)
    return Exit.CLEAR if made.is_finished else Exit.BREACHES


@app.command("notices")
def notices_command(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> int:
    """List entries for which the charter promises a notice, with due dates. No names are shown.

    Example:
      overt rights notices register/

    Exit status: 1 if any is overdue.
    """
    today = now().date()
    with Register.open(register) as opened:
        found = rights.owed(opened, today)
    rows = [
        {
            "entry": each.entry_id,
            "to": each.to,
            "opened_on": each.opened_on,
            "due_on": each.due_on,
            "child": "not known" if each.is_child is None else "yes" if each.is_child else "no",
            "state": "overdue" if each.is_late(today) else "owed",
        }
        for each in found
    ]
    say_rows(rows, ["entry", "to", "opened_on", "due_on", "child", "state"], chosen(output, as_json))
    return Exit.BREACHES if any(each.is_late(today) for each in found) else Exit.CLEAR


@app.command("told")
def told_command(
    register: RegisterArgument,
    entry: Annotated[str, typer.Option("--entry", help="Entry the notice is about.")],
    by: ByOption,
    told: Annotated[str | None, typer.Option("--told", help="Who was notified: person, parent or both.")] = None,
    on: OnOption = None,
    exemption: Annotated[
        str | None, typer.Option(metavar="SECTION", help="Provision that permits not notifying, such as s.44(4)(b).")
    ] = None,
    reasons: Annotated[str, typer.Option(help="With --exemption: reasons for not notifying (recorded).")] = "",
) -> None:
    """Record that a person or parent was notified of an entry, or why they are not notified.

    Examples:
      overt rights told register/ --entry E17 --told parent --on 2026-11-20 --by P1042
      overt rights told register/ --entry E17 --exemption 's.44(4)(b)' --reasons 'it would warn …' --by P1042

    If they are not notified, give the provision with --exemption and the reasons with --reasons.
    """
    if (told is None) == (exemption is None):
        raise Refusal("notice-told", "--told, --exemption", "you gave both or neither", "one of the two")
    moment = now()
    with Register.open(register) as opened:
        if told is not None:
            number = rights.give_notice(opened, entry, told, on or moment.date(), by=by, now=moment)
        else:
            number = rights.exempt(opened, entry, exemption or "", reasons, by=by, now=moment)
    say(f"Notice {number}: recorded")
