"""`overt reconcile`: an informal list compared with a register, within one controller or between two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from overt.cli import _reconcile_between
from overt.cli._extras import reconcile, registers, rights_without_calendar
from overt.cli._keys import KeyOption, PassphraseOption, given_key
from overt.cli._options import ByOption, JsonOption, QuietOption, gather, now, with_options
from overt.cli._output import counting, say, say_json, talk
from overt.cli._people import PEOPLE, AsOfOption, ListArgument, list_options
from overt.refusals import Exit, Refusal


class _ListFirst(TyperGroup):
    """`overt reconcile LIST` compares a list with a register; the other commands are called by their names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ListFirst,
    help="Compare an informal list with the register, to find people who were removed or were never listed."
    "\n\nExamples:\n"
    "  overt reconcile list.xlsx --with register/ --key pseudonym.key --by P1042 --reason 'yearly check of copies'",
    no_args_is_help=True,
)
WithOption = Annotated[Path, typer.Option("--with", metavar="REGISTER", help="Folder of the register.")]


@app.command("list")
@with_options(options=list_options)
def list_command(
    path: ListArgument,
    register: WithOption,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Reason (recorded in the register's access log).")],
    *,
    as_of: AsOfOption = None,
    rows: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="New file for the matching row numbers. For the list owner only."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for report.html and reconcile.json.")
    ] = None,
    before_erasure: Annotated[
        str | None,
        typer.Option(
            "--before-erasure",
            metavar="REQUEST",
            help="Treat the entries found for this request as removed, to find them on the list before they are "
            "erased.",
        ),
    ] = None,
    label: Annotated[
        str, typer.Option(help="Name of the list in the report. Do not use a person's name.")
    ] = "the list",
    options: Any,
    role: Annotated[
        str, typer.Option("--role", metavar="COLUMN", rich_help_panel=PEOPLE, help="Column of roles.")
    ] = "",
    role_is: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD=ROLE", rich_help_panel=PEOPLE, help="Translate a role on the list, as WORD=ROLE (repeatable)."
        ),
    ] = None,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Compare an informal list with a register: who was removed, who was never listed, and whose role differs.

    Example:
      overt reconcile list.csv --with register/ --key pseudonym.key --by P1042 --rows mine.csv \\
          --reason 'yearly check of copies'

    The list contains names and birth dates and stays with its owner. Pseudonyms are computed row by row, compared and
    discarded; nothing from the list is stored. The report contains counts only; --rows writes row numbers for the list
    owner. The register's access log records that a list was compared, by whom and why. Columns named Name, Forename and
    Surname, DOB, or Role are detected automatically, as are names written "Surname, first name".

    A list of one person is refused, because it would be a search. A list of fewer than ten people gives counts only.
    Use --before-erasure before you erase an entry: afterwards it can no longer be found on a list.

    Exit status: 1 if anyone on the list was removed, is not in the register, or has a different role there.
    """
    options = replace(options, role=role, roles=_roles(role_is))
    used, moment = given_key(key, passphrase), as_of or now()
    with registers.Register.open(register) as opened, counting("rows", quiet) as progress:
        leaving = _leaving(opened, before_erasure)
        logged_reason = f"{reason}; before the erasure of {before_erasure}" if before_erasure else reason
        request = reconcile.ListRequest(path, options, moment, by, logged_reason, label, rows, leaving, progress)
        result = reconcile.run(opened, used, request, now())
    for written in reconcile.write_result(result, out) if out else ():
        talk.print(str(written), markup=False)
    if as_json:
        say_json(result)
    else:
        say(reconcile.text(result))
    rows_of = result["verdicts"]
    return Exit.BREACHES if rows_of["removed"] + rows_of["not in the register"] + rows_of["other role"] else Exit.CLEAR


def _leaving(register: Any, number: str | None) -> frozenset[str]:
    """The entries that the look-up of a request found; those that are not sure count too: the owner looks at each."""
    return (
        frozenset(
            rights_without_calendar.look_up(register, rights_without_calendar.find_request(register, number)).entries
        )
        if number
        else frozenset()
    )


def _roles(texts: list[str] | None) -> dict[str, str]:

    parted = [text.partition("=") for text in texts or []]
    for word, _, role in parted:
        if not word or role not in reconcile.ROLES:
            raise Refusal(
                "list-columns",
                "--role-is",
                "this is not a role of the model",
                f"WORD=ROLE, where ROLE is one of {', '.join(reconcile.ROLES)}",
            )
    return {word: role for word, _, role in parted}


gather(app, {"Between two controllers": _reconcile_between.app})
