"""`overt rights`: corrects and erases entries, and recalls them from everyone they were sent to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli._extras import rights
from overt.cli._keys import LogPassphraseOption, log_passphrase, signers_of
from overt.cli._options import (
    ByOption,
    JsonOption,
    OnOption,
    OutOption,
    Output,
    OutputOption,
    ReasonOption,
    RegisterArgument,
    YesOption,
    now,
    resumable,
)
from overt.cli._output import chosen, erasure_words, say, say_left, say_rows, sure_to_erase, talk
from overt.cli._rights_requests import NumberArgument
from overt.files import given_bytes
from overt.ledger import given_keys, read_key
from overt.pages import day as in_words
from overt.refusals import Exit, Refusal
from overt.register import Register, RegisterLog

app = typer.Typer()

DaysOption = Annotated[int, typer.Option(min=1, max=366, help="Number of days each organisation has to confirm.")]


_ASKS = {"delete": "delete it", "correct": "correct it", "restrict": "keep it and not use it"}


@app.command()
def rectify(
    register: RegisterArgument,
    request: NumberArgument,
    entry: Annotated[str, typer.Option("--entry", help="Entry to correct.")],
    correct: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Correct value of a field, such as entry.role=witness or item.I17-1.basis=fact (repeatable).",
        ),
    ],
    reason: ReasonOption,
    out: OutOption,
    by: ByOption,
    days: DaysOption = 28,
    passphrase: LogPassphraseOption = None,
) -> None:
    """Correct an entry and write a signed notice to every organisation that received it.

    Example:
      overt rights rectify register/ R0002 --entry E17 --set entry.role=witness --out notices/ --by P1042 \\
          --reason 'the report names them as a witness'

    The correction is a new version of the entry. The notices are written to --out, for you to send.
    """
    moment = now()
    with Register.open(register) as opened:
        desk = rights.CaseDesk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out, days)
        correction = rights.rectify(
            opened, request, entry, [rights.read_correction(text) for text in correct], reason=reason, desk=desk
        )
        say(f"Request {request}: {entry} corrected")
        _say_told(correction, opened, moment)


@app.command()
def erase(
    register: RegisterArgument,
    request: NumberArgument,
    entry: Annotated[list[str], typer.Option("--entry", help="Entry to erase (repeatable).")],
    ground: Annotated[str, typer.Option(help="Legal provision or decision that requires the erasure (recorded).")],
    out: OutOption,
    by: ByOption,
    days: DaysOption = 28,
    yes: YesOption = False,
    only_preview: Annotated[
        bool, typer.Option("--preview", help="Only show what would be erased and who would be notified.")
    ] = False,
    passphrase: LogPassphraseOption = None,
) -> None:
    """Erase entries and write a recall notice to every organisation that received them or keeps a copy.

    Example:
      overt rights erase register/ R0003 --entry E17 --ground 'DPA 2018 s.47(1)' --out notices/ --by P1042

    Only entries that `overt rights work` found for this request can be erased. The command first shows how many entries
    and items would be destroyed and which organisations would be notified, and asks for confirmation. Look for copies
    first with `overt reconcile`, which cannot find a person who has been erased.

    The notices are signed and written to --out, for you to send. To resume after an interruption, run the same command
    again. The removal is complete when every organisation has confirmed: see `overt rights recalls`.
    """
    moment = now()
    with resumable(), Register.open(register) as opened:
        preview = rights.preview(opened, request, entry)
        talk.print(erasure_words(preview.weighed, preview.organisations, preview.stays), markup=False)
        if only_preview:
            return
        sure_to_erase(yes)
        desk = rights.CaseDesk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out, days)
        removal = rights.remove(opened, request, entry, ground, desk)
        say(f"Request {request}: {', '.join(removal.erasures)} erased")
        _say_told(removal, opened, moment)
    say_left(register, removal.bytes_left)


@app.command()
def recall(
    register: RegisterArgument,
    request: NumberArgument,
    entry: Annotated[str, typer.Option("--entry", help="Entry to recall.")],
    ask: Annotated[str, typer.Option(help="What to ask the recipients to do: delete or restrict.")],
    out: OutOption,
    by: ByOption,
    recipient: Annotated[
        list[str] | None, typer.Option(show_default="all recipients", help="Recipient (repeatable).")
    ] = None,
    days: DaysOption = 28,
    passphrase: LogPassphraseOption = None,
) -> None:
    """Recall an entry that remains in the register, because an objection was upheld or its use is restricted.

    Example:
      overt rights recall register/ R0004 --entry E17 --ask delete --recipient example_council --out notices/ --by P1042
    """
    moment = now()
    with Register.open(register) as opened:
        desk = rights.CaseDesk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out, days)
        notified = rights.tell(opened, request, entry, ask, recipients=recipient or [], desk=desk)
        _say_told(notified, opened, moment)


@app.command()
def notify(register: RegisterArgument, out: OutOption, by: ByOption, passphrase: LogPassphraseOption = None) -> None:
    """Write the recall notices that are still to be sent, and record that the organisations were notified.

    Example:
      overt rights notify register/ --out notices/ --by P1042

    Whenever an entry is removed, by a review, a change, an import or an erasure, a recall is raised for each
    organisation that received it. This command writes the signed notice of every recall that has none yet.
    """
    moment = now()
    with Register.open(register) as opened:
        desk = rights.CaseDesk(by, moment, signers_of(RegisterLog(opened, moment), passphrase), out)
        notified = rights.notify(opened, desk)
        if notified.recalls:
            _say_told(notified, opened, moment)
        else:
            say("No recall is waiting for its notice")


@app.command("recalls")
def recalls_command(
    register: RegisterArgument,
    request: Annotated[str | None, typer.Option("--request", help="List only recalls of this request.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Include recalls that have been confirmed.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """List organisations that have not yet confirmed a recall.

    Example:
      overt rights recalls register/

    Exit status: 1 if any is overdue.
    """
    today = now().date()
    with Register.open(register) as opened:
        recalls, titles = rights.recalls(opened, request), rights.Titles(opened.charters())
    rows = [
        {
            "recall": recall.number,
            "recipient": recall.recipient,
            "organisation": titles.recipient(recall.recipient, today),
            "asks": recall.asks,
            "sent_on": recall.sent_on,
            "due_on": recall.due_on,
            "confirmed_on": recall.confirmed_on,
            "as": recall.confirmed_as,
            "state": _state(recall, today),
        }
        for recall in recalls
        if every or recall.confirmed_on is None
    ]
    form = chosen(output, as_json)
    codes = ["recipient"] if form is Output.CSV else []
    columns = ["recall", *codes, "organisation", "asks", "sent_on", "due_on", "confirmed_on", "as", "state"]
    say_rows(rows, columns, form)
    return Exit.BREACHES if any(recall.is_overdue(today) for recall in recalls) else Exit.CLEAR


@app.command()
def confirm(
    register: RegisterArgument,
    by: ByOption,
    recall_number: Annotated[
        str | None,
        typer.Option("--recall", metavar="RECALL", help="Number of the recall, if the reply was not signed."),
    ] = None,
    confirms: Annotated[
        str | None, typer.Option("--as", help="What the organisation told you: done or nothing_held.")
    ] = None,
    on: OnOption = None,
    signed: Annotated[Path | None, typer.Option(metavar="FILE.note", help="Signed reply of the organisation.")] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Public key of the organisation, as text or in a file (repeatable)."),
    ] = None,
) -> None:
    """Record an organisation's confirmation of a recall, from its signed reply or from what it told you.

    Examples:
      overt rights confirm register/ --signed R0003-N1.confirmed.note --key council.vkey --by P1042
      overt rights confirm register/ --recall R0003-N1 --as done --on 2026-11-20 --by P1042
    """
    moment = now()
    if (signed is None) == (recall_number is None) or (signed is not None) != bool(key) or not (signed or confirms):
        wanted = "--signed with --key, or --recall with --as"
        raise Refusal("recall-how", "--signed, --recall", "you gave both, neither or only part of one", wanted)
    with Register.open(register) as opened:
        if signed is not None:
            keys = [public_key for path in key or [] for public_key in given_keys(path, "--key")]
            confirmed = rights.confirm_signed(opened, given_bytes(signed), keys, str(signed), by=by, now=moment)
        else:
            day = on or moment.date()
            confirmed = rights.confirm(opened, recall_number or "", confirms or "", day, by=by, now=moment)
        title = rights.Titles(opened.charters()).recipient(confirmed.recipient, moment.date())
    say(f"Recall {confirmed.number}: {title} confirmed on {in_words(confirmed.confirmed_on)}")


@app.command("sign")
def sign_command(
    notice: Annotated[Path, typer.Argument(metavar="NOTICE.note", help="Recall notice received from the register.")],
    key_file: Annotated[
        Path, typer.Argument(metavar="KEY", help="Key of your organisation, from `overt ledger key new`.")
    ],
    confirms: Annotated[str, typer.Option("--as", help="What to confirm: done or nothing_held.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.note", help="New file for the reply to send back.")],
    register_key: Annotated[
        list[str],
        typer.Option(
            "--register-key",
            metavar="KEY",
            help="Key of the register, as text, line of a policy or policy file (repeatable).",
        ),
    ],
    passphrase: LogPassphraseOption = None,
) -> None:
    """Verify a recall notice that your organisation received, and sign a confirmation.

    Example:
      overt rights sign R0003-N1-council.note council.key --as done --out answer.note --register-key policy
    """
    data = given_bytes(notice)
    keys = [public_key for path in register_key for public_key in given_keys(path, "--register-key")]
    asked_of = rights.read_notice(data, keys, str(notice))
    signer = read_key(key_file, log_passphrase(passphrase, new=False))
    out.write_bytes(rights.write_confirmation(data, confirms, signer, now(), str(notice)))
    say(f"{out}: {asked_of['recall']} to {asked_of['asks']}, confirmed as {confirms}")


def _state(recall: Any, today: dt.date) -> str:
    if recall.confirmed_on:
        return "confirmed"
    late = ", overdue" if recall.is_overdue(today) else ""
    if recall.sent_on is None:
        return f"not notified yet{late}"
    return late.removeprefix(", ") or "open"


def _say_told(sent: Any, register: Register, moment: dt.datetime) -> None:

    titles = rights.Titles(register.charters())
    for recall in sent.recalls:
        title = titles.recipient(recall.recipient, moment.date())
        say(f"Recall {recall.number}: {title} must {_ASKS[recall.asks]} by {in_words(recall.due_on)}")
    for path in sent.notices:
        say(str(path))
    if not sent.recalls:
        say("The register has no record of sharing it with anyone")
    else:
        talk.print("Send each notice to the organisation named in it. The register does not keep copies.", markup=False)
