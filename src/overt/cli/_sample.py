"""`overt sample`: rows drawn by chance for people to judge, and what their marks say."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from overt.audits import as_stood, open_source
from overt.audits import sample as samples
from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, talk
from overt.cli._source import EncodingOption, HeaderRowOption, MapOption, SheetOption, SourceArgument, source_options

app = typer.Typer(
    help="Draw rows by chance, take back the marks of reviewers, and say what they show.", no_args_is_help=True
)

SampleArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that `sample draw` wrote.")]


@app.command()
def draw(
    source: SourceArgument,
    out: Annotated[Path, typer.Option("--out", help="A new folder for the worksheets.")],
    question: Annotated[str, typer.Option(help="What the reviewers are to judge of each row.")],
    table: Annotated[str, typer.Option(help="The table of the model to draw from.")] = "entry",
    size: Annotated[int, typer.Option(min=1, help="How many rows to draw.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same rows.")] = 1,
    by: Annotated[list[str] | None, typer.Option("--by", help="Divide the rows by this column (repeatable).")] = None,
    where: Annotated[
        str | None, typer.Option(help="Only rows that satisfy this condition, as SQL: status = 'active'.")
    ] = None,
    show: Annotated[
        list[str] | None, typer.Option("--show", help="Show this column to the reviewers too; needs --reason.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why more than ids and dates must be shown; put in the record.")] = "",
    mapping: MapOption = None,
    encoding: EncodingOption = "",
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a seeded, stratified random sample and write worksheets for two reviewers.

    Example:
      overt sample draw register/ --table entry --size 200 --seed 7 --by unit
        --question "Are these grounds adequate?" --show grounds
        --reason "the question is about the grounds" --out sample

    Closed entries are drawn too, and counted, unless --where leaves them out.
    """
    with tempfile.TemporaryDirectory(prefix="overt-sample-") as folder:
        options = source_options(source, mapping, encoding, sheet=sheet, header_row=header_row)
        today = dt.datetime.now(dt.UTC).date()
        with open_source(as_stood(options, today, Path(folder)), Path(folder) / "loaded.duckdb") as loaded:
            drawn = samples.draw(
                loaded.connection,
                table=table,
                question=question,
                size=size,
                seed=seed,
                strata=by or (),
                where=where,
                show=show or (),
                reason=reason,
                register=loaded.account.name,
                source_digest=loaded.account.digest,
                filled=loaded.filled.columns,
            )
    drawn = samples.write_sample(drawn, out)
    if as_json:
        say_json(drawn.as_json())
        return
    say(f"{len(drawn.rows):,} of {drawn.frame:,} rows drawn into {out}")
    say(samples.foretell(drawn))
    talk.print(
        f"Give each reviewer a copy of {out / 'sample.xlsx'}. "
        f"Then: overt sample mark {out} --reviewer A --worksheet FILE"
    )


@app.command()
def mark(
    sample: SampleArgument,
    reviewer: Annotated[str, typer.Option(help="Who marked the worksheet: a staff reference.")],
    worksheet: Annotated[Path, typer.Option(help="The filled worksheet, Excel or CSV.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put these marks in the place of earlier ones.")] = False,
    settles: Annotated[
        bool, typer.Option("--settles", help="This is the third person's answer to disagreements.")
    ] = False,
) -> None:
    """Take back the filled worksheet of one reviewer.

    Example:
      overt sample mark sample --reviewer A --worksheet filled-by-a.xlsx
    """
    say(samples.mark(sample, reviewer, worksheet, replace=replace, settles=settles).as_text())


@app.command()
def estimate(
    sample: SampleArgument,
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="Write a worksheet of the rows on which the reviewers differ.")
    ] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Give the rate of inadequate rows with an exact interval, and how far the reviewers agree.

    Example:
      overt sample estimate sample --unsettled
    """
    found = samples.estimate(sample)
    if unsettled and found.unsettled:
        for path in samples.write_unsettled(sample, set(found.unsettled)):
            talk.print(f"for a third person: {path}")
    if chosen(output, as_json) is Output.JSON:
        say_json(found.as_json())
    else:
        say(found.as_text())
