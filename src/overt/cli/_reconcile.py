"""`overt reconcile`: an informal list held against a register, inside one controller or between two."""

from __future__ import annotations

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
    "  overt reconcile list.xlsx --with register/ --key pseudonym.key --by P1042 --reason 'yearly look'",
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
HeaderRowOption = Annotated[int, typer.Option(min=1, help="The row of a workbook that names the columns.")]


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
    label: Annotated[str, typer.Option(help="What the report calls the list. Not a person's name.")] = "the list",
    name: NameOption = "",
    given: GivenOption = "",
    family: FamilyOption = "",
    born: BornOption = "",
    role: Annotated[str, typer.Option("--role", metavar="COLUMN", help="The column of roles.")] = "",
    role_is: Annotated[
        list[str] | None, typer.Option(metavar="WORD=ROLE", help="What a word of the list means; again for more.")
    ] = None,
    dates: DatesOption = Order.TOLD,
    family_first: FamilyFirstOption = False,
    encoding: EncodingOption = "utf-8",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = "",
    header_row: HeaderRowOption = 1,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Hold an informal list against a register: who was removed, who never was in it, who has another role.

    Example:
      overt reconcile list.csv --with register/ --key pseudonym.key --by P1042 --reason 'yearly look' --rows mine.csv

    The list has names and birth dates in clear, and stays in its owner's hands: pseudonyms are computed row by row,
    compared and forgotten, and nothing of the list is stored. The report has counts; --rows gives row numbers to the
    owner. The register logs that it was combined with a list, by whom and why. Columns called Name, or Forename and
    Surname, DOB and Role are found by themselves.

    Leaves with 1 when somebody on the list was removed, is not in the register, or has another role there.
    """
    from overt.reconcile import ListOptions, Request, run, text, write_result  # noqa: PLC0415  slow to import
    from overt.register import Register  # noqa: PLC0415

    options = ListOptions(
        name, given, family, born, role, _roles(role_is), dates, family_first, encoding, delimiter, sheet, header_row
    )
    used, moment = given_key(key, passphrase), moment_of(as_of) if as_of else now()
    with Register.open(register) as opened, counting("rows", quiet) as progress:
        request = Request(path, options, moment, by, reason, label, rows, progress)
        made = run(opened, used, request, now())
    for written in write_result(made, out) if out else ():
        talk.print(str(written), markup=False)
    if as_json:
        say_json(made)
    else:
        say(text(made))
    found = made["verdicts"]
    return Exit.BREACHES if found["removed"] + found["not in the register"] + found["other role"] else Exit.CLEAR


def _roles(said: list[str] | None) -> dict[str, str]:
    from overt.reconcile import ROLES  # noqa: PLC0415  slow to import

    parted = [each.partition("=") for each in said or []]
    for word, _, role in parted:
        if not word or role not in ROLES:
            raise Refusal("list-columns", "--role-is", "no role of the model", f"WORD=ROLE, one of {', '.join(ROLES)}")
    return {word: role for word, _, role in parted}
