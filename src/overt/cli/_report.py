"""`overt report`: the results of an audit that was kept, written again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.audits import Heading, read_run, write_again
from overt.cli._options import AuthorOption, OrganisationOption, ReportDateOption, TitleOption
from overt.cli._output import talk
from overt.refusals import Exit


def report_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="File that `overt audit --keep` wrote.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FOLDER", help="Folder to write the results to: a new one, or that of an earlier audit."
        ),
    ] = Path("out"),
    publishable: Annotated[
        bool,
        typer.Option("--publishable", help="Suppress small counts throughout, so that the results can be published."),
    ] = False,
    accept: Annotated[
        Path | None,
        typer.Option(
            "--accept",
            metavar="FILE.toml",
            help="File of breaches that a named owner has accepted until an expiry date.",
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            show_default="published.private.json next to the result folder",
            help="With --publishable: private record of what has been published from which source.",
        ),
    ] = None,
    title: TitleOption = "",
    author: AuthorOption = "",
    organisation: OrganisationOption = "",
    report_date: ReportDateOption = None,
) -> int:
    """Write the results of a kept audit again, without its source.

    With --publishable they can be published; they can also have another title, or other accepted breaches. An audit is
    kept by `overt audit --keep FILE`.

    Example:
      overt report run.private.json --publishable --title "Audit of the gangs list" --out published

    The files are identical to those that `overt audit` writes with the same options.

    Exit status: 0 if the results were written; 3 if the input was refused.
    """
    kept = read_run(run)
    before = kept.recipe.heading
    heading = Heading(
        title or before.title,
        author or before.author,
        organisation or before.organisation,
        report_date or before.date,
    )
    write_again(kept, out, publishable=publishable, heading=heading, accepted=accept, record=record)
    talk.print(f"Report: {out / 'report.html'}", markup=False)
    return Exit.CLEAR
