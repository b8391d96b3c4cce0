"""How people are named in a file that has their names: the options of those who read an export or a list."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli._extras import reconcile
from overt.cli._options import moment_option
from overt.pseudonym import Order

PEOPLE = "Reading people"
NameOption = Annotated[
    str, typer.Option("--name", metavar="COLUMN", rich_help_panel=PEOPLE, help="Column of full names.")
]
GivenOption = Annotated[
    str, typer.Option("--given", metavar="COLUMN", rich_help_panel=PEOPLE, help="Column of given names, with --family.")
]
FamilyOption = Annotated[
    str,
    typer.Option("--family", metavar="COLUMN", rich_help_panel=PEOPLE, help="Column of family names, with --given."),
]
BornOption = Annotated[
    str, typer.Option("--birth-date", metavar="COLUMN", rich_help_panel=PEOPLE, help="Column of birth dates.")
]
DatesOption = Annotated[
    Order,
    typer.Option(
        "--dates",
        rich_help_panel=PEOPLE,
        help="Order of dates such as 03/05/2004. By default, only ISO dates (2004-05-03) are read.",
    ),
]
FamilyFirstOption = Annotated[
    bool,
    typer.Option(
        "--family-first", rich_help_panel=PEOPLE, help="Read names as family name first, even without a comma."
    ),
]
ListArgument = Annotated[
    Path, typer.Argument(metavar="LIST", help="Informal list: CSV or TSV, plain or .gz, Excel or ODS.")
]
AsOfOption = Annotated[dt.datetime | None, moment_option("--as-of", "Use the register as it was on this date.")]
EncodingOption = Annotated[str, typer.Option(metavar="NAME", rich_help_panel=PEOPLE, help="Encoding of a CSV file.")]
DelimiterOption = Annotated[
    str,
    typer.Option(
        metavar="CHAR",
        rich_help_panel=PEOPLE,
        show_default="comma, or tab for .tsv",
        help="Field delimiter of a CSV file.",
    ),
]
SheetOption = Annotated[
    str, typer.Option(metavar="NAME", rich_help_panel=PEOPLE, help="Worksheet to read, if there are several.")
]
HeaderRowOption = Annotated[
    int | None, typer.Option(min=1, rich_help_panel=PEOPLE, help="Row number of the column headings in a worksheet.")
]


def list_options(
    name: NameOption = "",
    given: GivenOption = "",
    family: FamilyOption = "",
    born: BornOption = "",
    order: DatesOption = Order.TOLD,
    family_first: FamilyFirstOption = False,
    encoding: EncodingOption = "utf-8",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = "",
    header_row: HeaderRowOption = None,
) -> Any:
    """Where a list has the names and birth dates, and how it is read."""
    return reconcile.ListOptions(
        name, given, family, born, "", {}, order, family_first, encoding, delimiter, sheet, header_row
    )
