"""What the commands that read a source share: how it is named and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.audits import Reading, SourceOptions

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="CSV, TSV, JSON lines, Parquet, Excel, ODS, SQLite or DuckDB file, a folder of them, or a database URL.",
    ),
]
MapOption = Annotated[
    Path | None,
    typer.Option(
        "--map", metavar="FILE.sql", help="How the source's columns become the model's: `overt map new` drafts one."
    ),
]
EncodingOption = Annotated[str, typer.Option(help="The encoding of text files, where it is not UTF-8.")]
DelimiterOption = Annotated[
    str, typer.Option(help="What stands between the fields of a CSV file, where it is not a comma.")
]
SheetOption = Annotated[
    list[str] | None, typer.Option("--sheet", help="Read only this sheet of a workbook (repeatable).")
]
HeaderRowOption = Annotated[
    int | None, typer.Option("--header-row", min=1, help="The row of a sheet that holds the names of its columns.")
]
MemoryOption = Annotated[str, typer.Option(help="How much memory the engine may take; it spills to disk beyond.")]
ThreadsOption = Annotated[int | None, typer.Option(min=1, help="How many threads the engine may use.")]


def reading_words(reading: Reading) -> list[str]:
    """The options that say how a source is to be read, as they are given on a command line."""
    return [word for option, values in reading.options.items() for value in values for word in (option, value)]


def source_options(
    location: str,
    mapping: Path | None = None,
    encoding: str = "",
    delimiter: str = "",
    sheet: list[str] | None = None,
    header_row: int | None = None,
    memory: str = "530MiB",
    threads: int | None = None,
) -> SourceOptions:
    """The options of a source as the library takes them."""
    reading = Reading(
        encoding=encoding or None,
        delimiter={"tab": "\t"}.get(delimiter, delimiter) or None,
        sheets=tuple(sheet or ()),
        header_row=header_row,
    )
    return SourceOptions(location, mapping, reading, memory, threads)
