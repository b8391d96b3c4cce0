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
        proof = rights.write_certificate(opened, request, signers, out, moment, interim=interim)
    state = "complete and proved" if proof.is_proved else "complete" if proof.is_finished else "not complete"
    erased = number_of(len(proof.erased), "entry", "entries")
    recipients = number_of(len(proof.told), "organisation", "organisations")
    say(f"{out}: {erased} erased, {recipients} told; removal {state}")


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
    checked = rights_without_calendar.verify_certificate(folder, read_policy(given_bytes(policy), str(policy)))
    if chosen(output, as_json) is Output.JSON:
        say_json({**asdict(checked), "is_finished": checked.is_finished, "is_proved": checked.is_proved})
    else:
        named = checked.name if checked.name == checked.register else f"{checked.name} ({checked.register})"
        say(f"{named}, request {checked.request}: valid")
        for erasure in checked.erased:
            say(f"erased on {in_words(erasure.on)}: {erasure.went}")
        for line in checked.told:
            on = "" if line.is_open else f" on {in_words(line.confirmed_on)}"
            say(f"{line.title}: told on {in_words(line.told_on)}, {line.shown}{on}")
            if line.key:
                say(f"  signed with {line.key}: ask {line.title} whether this is its key")
        say(checked.state)
    return Exit.CLEAR if checked.is_finished else Exit.BREACHES


@app.command("notices")
def notices_command(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> int:
    """List entries for which the charter promises a notice, with due dates. No names are shown.

    Example:
      overt rights notices register/

    Exit status: 1 if any is overdue.
    """
    today = now().date()
    with Register.open(register) as opened:
        notices = rights.owed(opened, today)
    rows = [
        {
            "entry": notice.entry_id,
            "to": notice.to,
            "opened_on": notice.opened_on,
            "due_on": notice.due_on,
            "child": "not known" if notice.is_child is None else "yes" if notice.is_child else "no",
            "state": "overdue" if notice.is_late(today) else "owed",
        }
        for notice in notices
    ]
    say_rows(rows, ["entry", "to", "opened_on", "due_on", "child", "state"], chosen(output, as_json))
    return Exit.BREACHES if any(notice.is_late(today) for notice in notices) else Exit.CLEAR


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
