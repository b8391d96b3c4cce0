"""What the commands that read a source share: how it is named and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.audits import FileReading, Reading, ServerOptions, SourceOptions, read_reading
from overt.cli._options import with_options

_READING, ENGINE, SERVER = "Reading the source", "Engine", "A source on a server"

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A CSV, TSV, JSON Lines, Parquet, Excel, ODS, SQLite or DuckDB file, a folder of such files, or a "
        "database URL.",
    ),
]
MapOption = Annotated[
    Path | None,
    typer.Option(
        "--map",
        metavar="FILE.sql",
        rich_help_panel=_READING,
        help="File that maps the source's columns to the model. Use `overt map new` to draft one.",
    ),
]
EncodingOption = Annotated[
    str,
    typer.Option(
        "--encoding",
        metavar="NAME",
        rich_help_panel=_READING,
        show_default="UTF-8",
        help="Encoding of text files.",
    ),
]
DelimiterOption = Annotated[
    str,
    typer.Option(
        "--delimiter",
        metavar="CHAR",
        rich_help_panel=_READING,
        show_default="comma",
        help="Field delimiter of CSV files.",
    ),
]
SheetOption = Annotated[
    list[str] | None,
    typer.Option("--sheet", metavar="NAME", rich_help_panel=_READING, help="Read only this worksheet (repeatable)."),
]
HeaderRowOption = Annotated[
    int | None,
    typer.Option(
        "--header-row",
        min=0,
        rich_help_panel=_READING,
        show_default="the first row",
        help="Row number of the column headings in a worksheet, or line number in a CSV file; 0 if there are none.",
    ),
]
ReadingOption = Annotated[
    Path | None,
    typer.Option(
        "--reading",
        metavar="FILE.toml",
        rich_help_panel=_READING,
        help="File that states the encoding, delimiter and heading row of single files and worksheets.",
    ),
]
MemoryOption = Annotated[
    str,
    typer.Option(
        metavar="SIZE", rich_help_panel=ENGINE, help="Memory limit for the engine; larger jobs spill to disk."
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(min=1, rich_help_panel=ENGINE, help="Number of threads the engine may use."),
]
SchemaOption = Annotated[
    str,
    typer.Option(
        "--schema",
        metavar="NAME",
        rich_help_panel=SERVER,
        show_default="the user's own",
        help="Schema of the server in which the register lies.",
    ),
]
CatalogOption = Annotated[
    str,
    typer.Option(
        "--catalog",
        metavar="NAME",
        rich_help_panel=SERVER,
        show_default="the session's own",
        help="Catalog in which the schema lies (Spark only).",
    ),
]
VersionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--as-of-version",
        metavar="TABLE=VERSION",
        rich_help_panel=SERVER,
        help="Version of a Delta or Iceberg table to read (repeatable).",
    ),
]
CopyOption = Annotated[
    bool,
    typer.Option(
        "--copy",
        rich_help_panel=SERVER,
        help="Copy the tables of a server to this machine instead of auditing them where they lie. Servers other than "
        "PostgreSQL and Spark Connect are always copied.",
    ),
]
PlanOption = Annotated[
    bool,
    typer.Option(
        "--plan",
        rich_help_panel=SERVER,
        help="Print every statement that the server would be asked, and read none of its tables.",
    ),
]


def reading_words(*options: Reading | ServerOptions) -> list[str]:
    """The options that say how a source is to be read and where it lies, as they are given on a command line."""
    return [
        word
        for part in options
        for option, values in part.options.items()
        for value in values
        for word in (option, value)
    ]


def reading_options(
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    reading: ReadingOption = None,
) -> Reading:
    """How a source is to be read, as the library takes it."""
    default = FileReading(encoding or None, {"tab": "\t"}.get(delimiter, delimiter) or None, header_row=header_row)
    stated = Reading(default, sheets=tuple(sheet or ()))
    return stated if reading is None else read_reading(reading, stated)


@with_options(reading=reading_options)
def source_options(
    source: SourceArgument,
    reading: Reading,
    mapping: MapOption = None,
    memory: MemoryOption = "530MiB",
    threads: ThreadsOption = None,
) -> SourceOptions:
    """The options of a source as the library takes them."""
    return SourceOptions(source, mapping, reading, memory, threads)
