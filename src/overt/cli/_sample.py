"""`overt sample`: rows drawn by chance for people to judge, and what their marks say."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from overt.audits import SourceOptions, as_stood, open_source
from overt.audits import sample as samples
from overt.cli._complete import table_names
from overt.cli._options import JsonOption, Output, OutputOption, now, with_options
from overt.cli._output import chosen, say, say_json, talk
from overt.cli._source import source_options

app = typer.Typer(
    help="Draw a random sample, collect reviewers' marks, and estimate the results.", no_args_is_help=True
)

SampleArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder written by `overt sample draw`.")]


@app.command()
@with_options(options=source_options)
def draw(
    options: SourceOptions,
    out: Annotated[Path, typer.Option("--out", help="New folder for the worksheets.")],
    question: Annotated[str, typer.Option(help="Question the reviewers answer about each row.")],
    table: Annotated[str, typer.Option(autocompletion=table_names, help="Table to sample from.")] = "entry",
    size: Annotated[int, typer.Option(min=1, help="Number of rows to draw.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Random seed. The same seed draws the same rows.")] = 1,
    by: Annotated[list[str] | None, typer.Option("--by", help="Stratify by this column (repeatable).")] = None,
    where: Annotated[
        str | None, typer.Option(help="Draw only from rows that meet this SQL condition, such as status = 'active'.")
    ] = None,
    show: Annotated[
        list[str] | None,
        typer.Option("--show", help="Also show reviewers this column (repeatable). Requires --reason."),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Reason for showing more than identifiers and dates (recorded with the sample).")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Draw a seeded, stratified random sample and write worksheets for two reviewers.

    Example:
      overt sample draw register/ --table entry --size 200 --seed 7 --by unit
        --question "Are these grounds adequate?" --show grounds
        --reason "the question is about the grounds" --out sample

    Closed entries are included, and counted, unless --where excludes them.
    """
    with tempfile.TemporaryDirectory(prefix="overt-sample-") as folder:
        today = now().date()
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
    say(f"Drew {len(drawn.rows):,} of {drawn.frame:,} rows into {out}")
    say(samples.foretell(drawn))
    talk.print(
        f"Give each reviewer a copy of {out / 'sample.xlsx'}. "
        f"Then: overt sample mark {out} --reviewer A --worksheet FILE"
    )


@app.command()
def mark(
    sample: SampleArgument,
    reviewer: Annotated[str, typer.Option(help="Staff reference of the person who marked the worksheet.")],
    worksheet: Annotated[Path, typer.Option(help="Completed worksheet, Excel or CSV.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace this reviewer's earlier marks.")] = False,
    settles: Annotated[
        bool, typer.Option("--settles", help="Treat this worksheet as a third reviewer's decisions on disagreements.")
    ] = False,
) -> None:
    """Import one reviewer's completed worksheet.

    Example:
      overt sample mark sample --reviewer A --worksheet filled-by-a.xlsx
    """
    say(samples.mark(sample, reviewer, worksheet, replace=replace, settles=settles).as_text())


@app.command()
def estimate(
    sample: SampleArgument,
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="Write a worksheet of the rows the reviewers disagree on.")
    ] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Estimate the rate of inadequate rows, with an exact confidence interval, and agreement between reviewers.

    Example:
      overt sample estimate sample --unsettled
    """
    result = samples.estimate(sample)
    if unsettled and result.unsettled:
        for path in samples.write_unsettled(sample, set(result.unsettled)):
            talk.print(f"For a third reviewer: {path}")
    if chosen(output, as_json) is Output.JSON:
        say_json(result.as_json())
    else:
        say(result.as_text())
