"""`overt reconcile serve` and `join`: a list of one controller compared with the register of another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli._extras import reconcile, registers
from overt.cli._keys import KeyOption, PassphraseOption, given_key
from overt.cli._options import JsonOption, LocalHostOption, QuietOption, now, with_options
from overt.cli._output import counting, say, say_json, talk
from overt.cli._people import AsOfOption, ListArgument, list_options
from overt.refusals import Exit, Refusal

app = typer.Typer()
_CONNECTION = "Connection"
AgreementOption = Annotated[
    Path, typer.Option("--agreement", metavar="FILE.toml", help="Agreement between the two controllers.")
]
CertificateOption = Annotated[
    Path | None,
    typer.Option("--tls-cert", metavar="FILE", rich_help_panel=_CONNECTION, help="Your TLS certificate (PEM)."),
]
TlsKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-key", metavar="FILE", rich_help_panel=_CONNECTION, help="Private key of your TLS certificate (PEM)."
    ),
]
TrustOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-trust",
        metavar="FILE",
        rich_help_panel=_CONNECTION,
        help="Certificate that the other side must present (PEM).",
    ),
]


@app.command("serve")
@with_options(options=list_options)
def serve_command(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE", help="Folder of the register, or a list with the names of the people to compare."
        ),
    ],
    agreement: AgreementOption,
    *,
    by: Annotated[
        str,
        typer.Option(
            metavar="STAFF", help="Staff reference of the person doing this (recorded in the register's access log)."
        ),
    ] = "",
    reason: Annotated[str, typer.Option(help="Reason (recorded in the register's access log).")] = "",
    as_of: AsOfOption = None,
    host: LocalHostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 for any free port.")] = 8063,
    options: Any,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    certificate: CertificateOption = None,
    tls_key: TlsKeyOption = None,
    trust: TrustOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a query from one list owner at another controller, who learns only what was agreed.

    Examples:
      overt reconcile serve register/ --agreement agreed.toml --key agreed.key --by P1042 --reason 'agreement 7'
      overt reconcile serve removed.csv --agreement agreed.toml --key agreed.key

    The comparison uses private set intersection: neither side shows the other its people. See
    docs/reconcile-between-controllers.md for what each side can still infer. Use a key made for this agreement. The
    register's own pseudonyms can be used only if both sides agreed on the register's own key; otherwise, give the
    people as a list, made from files that contain their names.
    """
    agreed, used = reconcile.read_agreement(agreement, now().date()), given_key(key, passphrase)
    address = reconcile.Address(host, port, _tls(certificate, tls_key, trust))
    moment = as_of or now()
    with ExitStack() as open_things:
        permit: Callable[[], None] = _nothing
        if (source / registers.SETTINGS_FILE).is_file():
            opened = open_things.enter_context(registers.Register.open(source))
            elements = reconcile.people_of_register(opened, agreed, used, moment)
            logged_reason = f"{reason}; agreement {agreed.digest[:16]}"
            permit = partial(_log, opened, by, logged_reason)
        else:
            elements = reconcile.people_of_list(source, options, agreed, used, _note)
        progress = open_things.enter_context(counting("points", quiet))
        learned = reconcile.serve(
            elements,
            agreed,
            used,
            address,
            permit=permit,
            ready=lambda at: talk.print(f"ready at {host}:{at}", markup=False),
            told=_some_of_them(),
            progress=lambda done, _: progress(done),
        )
    if as_json:
        say_json(asdict(learned))
        return
    say(f"Session complete: {learned.asked:,} elements compared, including padding")
    say(
        f"The list owner reported that {learned.count:,} were found"
        if learned.count is not None
        else "The list owner did not report the result"
    )


@app.command("join")
@with_options(options=list_options)
def join_command(
    path: ListArgument,
    agreement: AgreementOption,
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="HOST:PORT",
            rich_help_panel=_CONNECTION,
            help="Address on which the other controller listens.",
        ),
    ] = "127.0.0.1:8063",
    rows: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="New file for the matching row numbers, if the agreement allows them."),
    ] = None,
    options: Any,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    certificate: CertificateOption = None,
    tls_key: TlsKeyOption = None,
    trust: TrustOption = None,
    as_json: JsonOption = False,
) -> int:
    """Ask another controller which rows of your list are people it has removed.

    Example:
      overt reconcile join list.csv --agreement agreed.toml --key agreed.key --to 127.0.0.1:8063 --rows delete.csv

    The answer is within the limits of your agreement. First name, family name and birth date are compared; middle names
    are not. Check each row before you delete it.

    Exit status: 1 if any were found.
    """
    agreed, used = reconcile.read_agreement(agreement, now().date()), given_key(key, passphrase)
    host, _, port = to.rpartition(":")
    if not host or not port.isdigit():
        raise Refusal("address-malformed", "--to", "not HOST:PORT", "127.0.0.1:8063")
    address = reconcile.Address(host, int(port), _tls(certificate, tls_key, trust))
    learned, read, unreadable = reconcile.join(path, options, agreed, used, address, rows=rows, note=_note)
    if as_json:
        say_json({**asdict(learned), "read": read, "unreadable": unreadable})
    else:
        what = "removed people" if agreed.subjects == "removed" else "listed people"
        number = f"{len(learned.rows):,}" if learned.rows is not None else f"{learned.count:,}"
        say(f"{number} of {read:,} rows match {what} of {agreed.keeper}; {unreadable:,} rows could not be read")
        if learned.left_out:
            talk.print(
                f"{learned.left_out:,} other spellings were not compared: the agreement allows too few elements",
                markup=False,
            )
        say("Check each row before you delete it: middle names were not compared." if learned.count else NOT_CLEAR)
    return Exit.BREACHES if learned.count else Exit.CLEAR


def _note(text: str) -> None:
    talk.print(f"The list: {text}.", markup=False)


NOT_CLEAR = "No matches. Some spellings cannot be matched: see docs/formats/pseudonym.md."


def _nothing() -> None:
    """A list needs nobody's leave."""


def _some_of_them(most: int = 20) -> Callable[[Refusal], None]:
    """Shows the first who were refused; a flood of strangers does not fill the screen."""
    shown = 0

    def told(refusal: Refusal) -> None:
        nonlocal shown
        shown += 1
        if shown <= most:
            talk.print(f"{refusal}\n  Still waiting", markup=False)
        if shown == most:
            talk.print("Further refusals are not shown.", markup=False)

    return told


def _log(register: Any, by: str, reason: str) -> None:

    reconcile.log_run(register, "disclose", by, reason, now())


def _tls(certificate: Path | None, key: Path | None, trust: Path | None) -> Any:
    if not (certificate or key or trust):
        return None
    if not (certificate and key and trust):
        where = "--tls-cert, --tls-key, --tls-trust"
        raise Refusal("tls-files", where, "only some of the three were given", "all three or none")
    return reconcile.Tls(certificate, key, trust)
