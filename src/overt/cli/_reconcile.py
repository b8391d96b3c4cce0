"""`overt reconcile`: an informal list held against a register, inside one controller or between two."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from overt.cli._admit import ByOption, QuietOption, now
from overt.cli._keys import KeyOption, PassphraseOption, given_key
from overt.cli._output import JsonOption, say, say_json, talk
from overt.cli._pseudonym import counting
from overt.cli._register import moment_of
from overt.pseudonym import Order
from overt.refusals import Exit, Refusal


class _ListFirst(TyperGroup):
    """`overt reconcile LIST` holds a list against a register; the other commands are called by their names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ListFirst,
    help="Find people on an informal list who were removed from the register, or never were in it."
    "\n\nExamples:\n"
    "  overt reconcile list.xlsx --with register/ --key pseudonym.key --by P1042 --reason 'yearly look at copies'",
    no_args_is_help=True,
)
ListArgument = Annotated[Path, typer.Argument(metavar="LIST", help="CSV or TSV, plain or .gz, Excel or ODS.")]
WithOption = Annotated[Path, typer.Option("--with", metavar="REGISTER", help="The folder of the register.")]
NameOption = Annotated[str, typer.Option("--name", metavar="COLUMN", help="The column of whole names.")]
GivenOption = Annotated[str, typer.Option("--given", metavar="COLUMN", help="The given names, with --family.")]
FamilyOption = Annotated[str, typer.Option("--family", metavar="COLUMN", help="The family name, with --given.")]
BornOption = Annotated[str, typer.Option("--birth-date", metavar="COLUMN", help="The column of birth dates.")]
DatesOption = Annotated[
    Order, typer.Option("--dates", help="Which comes first in 03/05/2004; without it such a date is not read.")
]
FamilyFirstOption = Annotated[
    bool, typer.Option("--family-first", help="The family name comes first, even without a comma behind it.")
]
EncodingOption = Annotated[str, typer.Option(help="The encoding of a CSV file.")]
DelimiterOption = Annotated[str, typer.Option(help="What parts the columns of a CSV file.")]
SheetOption = Annotated[str, typer.Option(metavar="NAME", help="The sheet of a workbook that has several.")]
HeaderRowOption = Annotated[int | None, typer.Option(min=1, help="The row of a workbook that names the columns.")]


@app.command("list")
def list_command(
    path: ListArgument,
    register: WithOption,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Why; it goes into the register's access log.")],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="MOMENT", help="The register as it stood: yyyy-mm-dd; now if not given."),
    ] = None,
    rows: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Row numbers, for the list's owner alone.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A new folder for report.html and reconcile.json.")
    ] = None,
    before_erasure: Annotated[
        str | None,
        typer.Option(
            "--before-erasure",
            metavar="REQUEST",
            help="Count the entries found for this request as removed: find them before they are erased.",
        ),
    ] = None,
    label: Annotated[str, typer.Option(help="What the report calls the list. Not a person's name.")] = "the list",
    name: NameOption = "",
    given: GivenOption = "",
    family: FamilyOption = "",
    born: BornOption = "",
    role: Annotated[str, typer.Option("--role", metavar="COLUMN", help="The column of roles.")] = "",
    role_is: Annotated[
        list[str] | None, typer.Option(metavar="WORD=ROLE", help="What a word of the list means (repeatable).")
    ] = None,
    dates: DatesOption = Order.TOLD,
    family_first: FamilyFirstOption = False,
    encoding: EncodingOption = "utf-8",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = "",
    header_row: HeaderRowOption = None,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Hold an informal list against a register: who was removed, who never was in it, who has another role.

    Example:
      overt reconcile list.csv --with register/ --key pseudonym.key --by P1042 --rows mine.csv \\
          --reason 'yearly look at copies'

    The list has names and birth dates in clear, and stays in its owner's hands: pseudonyms are computed row by row,
    compared and forgotten, and nothing of the list is stored. The report has counts; --rows gives row numbers to the
    owner. The register logs that it was combined with a list, by whom and why. Columns called Name, or Forename and
    Surname, DOB and Role are found by themselves; so is "Surname, first name".

    A list of one person is refused: it would be a search. A list of fewer than ten people gives counts alone. Before an
    entry is erased, --before-erasure finds it on the list: afterwards nobody can.

    Exits with status 1 when somebody on the list was removed, is not in the register, or has another role there.
    """
    from overt.reconcile import ListOptions, Request, run, text, write_result  # noqa: PLC0415  slow to import
    from overt.register import Register  # noqa: PLC0415

    options = ListOptions(
        name, given, family, born, role, _roles(role_is), dates, family_first, encoding, delimiter, sheet, header_row
    )
    used, moment = given_key(key, passphrase), moment_of(as_of) if as_of else now()
    with Register.open(register) as opened, counting("rows", quiet) as progress:
        leaving = _leaving(opened, before_erasure)
        said = f"{reason}; before the erasure of {before_erasure}" if before_erasure else reason
        request = Request(path, options, moment, by, said, label, rows, leaving, progress)
        made = run(opened, used, request, now())
    for written in write_result(made, out) if out else ():
        talk.print(str(written), markup=False)
    if as_json:
        say_json(made)
    else:
        say(text(made))
    found = made["verdicts"]
    return Exit.BREACHES if found["removed"] + found["not in the register"] + found["other role"] else Exit.CLEAR


AgreementOption = Annotated[Path, typer.Option("--agreement", metavar="FILE.toml", help="What both sides agreed on.")]
CertificateOption = Annotated[Path | None, typer.Option("--tls-cert", metavar="FILE", help="Own certificate, PEM.")]
TlsKeyOption = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Its private key, PEM.")]
TrustOption = Annotated[
    Path | None, typer.Option("--tls-trust", metavar="FILE", help="The certificate the other side must have, PEM.")
]


@app.command("serve")
def serve_command(
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="The register's folder, or a list with names of those people.")
    ],
    agreement: AgreementOption,
    by: Annotated[str, typer.Option(help="Who: a staff reference; for the access log of a register.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it goes into the register's access log.")] = "",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="MOMENT", help="The register as it stood; now if not given.")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen; others cannot reach the default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 for any that is free.")] = 8063,
    name: NameOption = "",
    given: GivenOption = "",
    family: FamilyOption = "",
    born: BornOption = "",
    dates: DatesOption = Order.TOLD,
    family_first: FamilyFirstOption = False,
    encoding: EncodingOption = "utf-8",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = "",
    header_row: HeaderRowOption = None,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    certificate: CertificateOption = None,
    tls_key: TlsKeyOption = None,
    trust: TrustOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer one list owner of another controller, who learns what was agreed and nothing else.

    Examples:
      overt reconcile serve register/ --agreement agreed.toml --key agreed.key --by P1042 --reason 'agreement 7'
      overt reconcile serve removed.csv --agreement agreed.toml --key agreed.key

    Private set intersection: neither side shows the other its people. What it gives away all the same, and to whom, is
    docs/reconcile-between-controllers.md. The agreed key is one for this agreement. A register's own pseudonyms serve
    only where both agreed on its own key; else bring the people as a list, from the files that have their names.
    """
    from overt import reconcile as between  # noqa: PLC0415  slow to import
    from overt.register import SETTINGS_FILE, Register  # noqa: PLC0415

    agreed, used = between.read_agreement(agreement, now().date()), given_key(key, passphrase)
    address = between.Address(host, port, _tls(certificate, tls_key, trust))
    moment = moment_of(as_of) if as_of else now()
    with ExitStack() as open_things:
        permit: Callable[[], None] = _nothing
        if (source / SETTINGS_FILE).is_file():
            opened = open_things.enter_context(Register.open(source))
            elements = between.people_of_register(opened, agreed, used, moment)
            said = f"{reason}; agreement {agreed.digest[:16]}"
            permit = partial(_log, opened, by, said)
        else:
            options = between.ListOptions(
                name, given, family, born, "", {}, dates, family_first, encoding, delimiter, sheet, header_row
            )
            elements = between.people_of_list(source, options, agreed, used, _note)
        progress = open_things.enter_context(counting("points", quiet))
        learned = between.serve(
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
    say(f"one session: {learned.asked:,} elements asked about, padding among them")
    say(
        f"the owner says that {learned.count:,} were found"
        if learned.count is not None
        else "what was found was not told"
    )


@app.command("join")
def join_command(
    path: ListArgument,
    agreement: AgreementOption,
    to: Annotated[str, typer.Option("--to", metavar="HOST:PORT", help="Where the keeper listens.")] = "127.0.0.1:8063",
    rows: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="A new file for the row numbers, where they were agreed.")
    ] = None,
    name: NameOption = "",
    given: GivenOption = "",
    family: FamilyOption = "",
    born: BornOption = "",
    dates: DatesOption = Order.TOLD,
    family_first: FamilyFirstOption = False,
    encoding: EncodingOption = "utf-8",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = "",
    header_row: HeaderRowOption = None,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    certificate: CertificateOption = None,
    tls_key: TlsKeyOption = None,
    trust: TrustOption = None,
    as_json: JsonOption = False,
) -> int:
    """Ask another controller which rows of your own list are people it removed, as far as was agreed.

    Example:
      overt reconcile join list.csv --agreement agreed.toml --key agreed.key --to 127.0.0.1:8063 --rows delete.csv

    First name, family name and birth date are compared, middle names are not: look at a row before you delete it.
    Exits with status 1 when any was found.
    """
    from overt import reconcile as between  # noqa: PLC0415  slow to import

    agreed, used = between.read_agreement(agreement, now().date()), given_key(key, passphrase)
    options = between.ListOptions(
        name, given, family, born, "", {}, dates, family_first, encoding, delimiter, sheet, header_row
    )
    host, _, port = to.rpartition(":")
    if not host or not port.isdigit():
        raise Refusal("address-malformed", "--to", "not HOST:PORT", "127.0.0.1:8063")
    address = between.Address(host, int(port), _tls(certificate, tls_key, trust))
    learned, read, unreadable = between.join(path, options, agreed, used, address, rows=rows, note=_note)
    if as_json:
        say_json({**asdict(learned), "read": read, "unreadable": unreadable})
    else:
        what = "removed people" if agreed.subjects == "removed" else "listed people"
        found = f"{len(learned.rows):,} rows" if learned.rows is not None else f"{learned.count:,}"
        say(f"{found} of {read:,} are {what} of {agreed.keeper}; {unreadable:,} could not be read")
        if learned.left_out:
            talk.print(
                f"{learned.left_out:,} other spellings were not asked about: the agreement leaves too few", markup=False
            )
        say("Look at each before you delete it: middle names were not compared." if learned.count else NOT_CLEAR)
    return Exit.BREACHES if learned.count else Exit.CLEAR


NOT_CLEAR = "Nobody was found. Spellings that the rule does not cover are not seen: docs/formats/pseudonym.md."


def _note(text: str) -> None:
    talk.print(f"The list: {text}.", markup=False)


def _nothing() -> None:
    """A list needs nobody's leave."""


def _some_of_them(most: int = 20) -> Callable[[Refusal], None]:
    """Shows the first who were refused; a flood of strangers does not fill the screen."""
    shown = 0

    def told(refusal: Refusal) -> None:
        nonlocal shown
        shown += 1
        if shown <= most:
            talk.print(f"{refusal}\n  still waiting", markup=False)
        if shown == most:
            talk.print("others who are refused are not shown", markup=False)

    return told


def _leaving(register: Any, number: str | None) -> frozenset[str]:
    """The entries that the look-up of a request found; those that are not sure count too: the owner looks at each."""
    from overt.rights import find_request, look_up  # noqa: PLC0415  the calendar takes a moment to load

    return frozenset(look_up(register, find_request(register, number)).entries) if number else frozenset()


def _log(register: Any, by: str, reason: str) -> None:
    from overt.reconcile import log_run  # noqa: PLC0415  slow to import

    log_run(register, "disclose", by, reason, now())


def _tls(certificate: Path | None, key: Path | None, trust: Path | None) -> Any:
    from overt.reconcile import Tls  # noqa: PLC0415  slow to import

    if not (certificate or key or trust):
        return None
    if not (certificate and key and trust):
        raise Refusal("tls-files", "--tls-cert, --tls-key, --tls-trust", "not all of them", "all three or none")
    return Tls(certificate, key, trust)


def _roles(said: list[str] | None) -> dict[str, str]:
    from overt.reconcile import ROLES  # noqa: PLC0415  slow to import

    parted = [each.partition("=") for each in said or []]
    for word, _, role in parted:
        if not word or role not in ROLES:
            raise Refusal("list-columns", "--role-is", "no role of the model", f"WORD=ROLE, one of {', '.join(ROLES)}")
    return {word: role for word, _, role in parted}
