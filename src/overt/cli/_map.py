"""`overt map`: how a source's own columns become the model's."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.audits import (
    MappingCheck,
    Reading,
    ServerOptions,
    SourceOptions,
    TableRead,
    ValueRead,
    check_mapping,
    open_source,
    packs_about,
    read_source,
    write_tables,
)
from overt.audits import draft as draft_mapping
from overt.cli._extras import gate
from overt.cli._options import JsonOption, Output, OutputOption, PackOption, with_options
from overt.cli._output import chosen, say, say_json, say_rows, talk
from overt.cli._source import (
    CatalogOption,
    CopyOption,
    MapOption,
    SchemaOption,
    SourceArgument,
    reading_options,
    reading_words,
)
from overt.controls import find_pack, read_pack
from overt.refusals import Refusal

app = typer.Typer(help="Draft, check and apply mappings from a source to the register model.", no_args_is_help=True)


@app.command()
@with_options(reading=reading_options)
def new(
    source: SourceArgument,
    reading: Reading,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.sql", show_default="standard output", help="New file to write."),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE",
            show_default="the date as it is written",
            help="Time zone in which a time becomes a date, such as Europe/London.",
        ),
    ] = None,
    schema: SchemaOption = "",
    catalog: CatalogOption = "",
    table: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            show_default="all tables of the schema",
            help="Table of a server to draft the mapping from (repeatable).",
        ),
    ] = None,
    copy: CopyOption = False,
    statements: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl", help="New file for every statement that a server was sent, with what it returned."
        ),
    ] = None,
) -> None:
    """Draft a mapping from the columns and values in a source. Every guess is marked for you to check.

    Example:
      overt map new export.csv --out mapping.sql
    """
    if out is not None and out.exists():
        raise Refusal(
            "mapping-there", str(out), "a file with this name already exists", "a new file", "choose another name"
        )
    options = SourceOptions(source, None, reading, server=ServerOptions(schema, catalog, copy=copy))
    with _workplace() as database, talk.status("Reading the source"):
        text = draft_mapping(options, database, timezone=timezone, tables=table or (), statements=statements)
    if out is None:
        say(text.rstrip("\n"))
        return
    out.write_text(text, encoding="utf-8")
    words = reading_words(options.reading, options.server)
    again = shlex.join(["overt", "map", "check", source, "--map", str(out), *words])
    talk.print(f"Wrote {out}. Review the guesses, then run: {again}", markup=False)


@app.command()
@with_options(reading=reading_options)
def check(
    source: SourceArgument,
    reading: Reading,
    mapping: MapOption = None,
    pack: PackOption = None,
    schema: SchemaOption = "",
    catalog: CatalogOption = "",
    copy: CopyOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show which columns a mapping fills, which it leaves empty, and which controls cannot be answered as a result.

    Example:
      overt map check export.csv --map mapping.sql --pack core
    """
    server = ServerOptions(schema, catalog, copy=copy)
    options = SourceOptions(source, mapping, reading, server=server)
    with _workplace() as database, talk.status("Reading the source"), read_source(options, database) as prepared:
        about, others = (tuple(pack), ()) if pack else packs_about(prepared.filled.columns)
        controls = [control for name in about for control in read_pack(find_pack(name)).controls]
        checked = check_mapping(prepared.filled, controls, prepared.account.notes)
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json(asdict(checked))
    elif form is Output.TEXT:
        say(_text(checked, others))
    else:
        rows = [asdict(control) for control in checked.unanswerable]
        say_rows(rows, ["control", "missing", "title"], form)


@app.command()
@with_options(reading=reading_options)
def tables(
    source: SourceArgument,
    reading: Reading,
    mapping: Annotated[
        Path,
        typer.Option("--map", metavar="FILE.sql", help="File that maps the source's columns to the model."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="New folder, readable only by its owner.")],
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Write each table that a mapping fills to a CSV file, ready for `overt admit --bulk`.

    Example:
      overt map tables safe.csv --map intake.sql --out legacy/
    """
    options = SourceOptions(source, mapping, reading)
    with _workplace() as database, talk.status("Reading the source"), open_source(options, database) as opened:
        counts = write_tables(opened.connection, opened.filled, out, gate.PROPOSABLE)
        notes = opened.notes
    rows = [{"file": str(out / f"{name}.csv"), "rows": count} for name, count in counts.items()]
    say_rows(rows, ["file", "rows"], chosen(output, as_json))
    for note in notes:
        talk.print(f"note: {note}", markup=False)


def _text(checked: MappingCheck, others: Sequence[str] = ()) -> str:
    lines = []
    read = {table.table: table for table in checked.read}
    for table in checked.tables:
        lines.append(f"{table.table}: {table.rows:,} rows")
        lines.append(f"  filled:     {', '.join(table.filled) or 'nothing'}")
        if table.unfilled:
            lines.append(f"  empty:      {', '.join(table.unfilled)}")
        lines += _read(read[table.table]) if table.table in read else []
    lines += [f"keys: {repeat.said}; the first is {repeat.example}" for repeat in checked.repeats]
    lines.append(f"Tables with no data: {', '.join(checked.absent) or 'none'}")
    repeated = {repeat.said for repeat in checked.repeats}
    lines += [f"note: {note}" for note in checked.notes if note not in repeated]
    if checked.outside:
        lines.append(f"Ignored: {', '.join(checked.outside)}")
    total = len(checked.answerable) + len(checked.unanswerable)
    lines.append(
        f"\n{len(checked.answerable)} of {total} controls can be answered: {', '.join(checked.answerable) or 'none'}"
    )
    lines += [
        f"  {control.control:7} needs {', '.join(control.missing)}: {control.title}" for control in checked.unanswerable
    ]
    if checked.partly:
        verb = "is" if len(checked.partly) == 1 else "are"
        lines.append(f"\n{len(checked.partly)} {verb} answered in part, because the source lacks a column:")
    lines += [
        f"  {control.control:7} without {', '.join(control.missing)}: {control.title}" for control in checked.partly
    ]
    if others:
        lines.append(f"Other packs can be added with --pack: {', '.join(others)}")
    return "\n".join(lines)


def _read(table: TableRead) -> list[str]:
    """What became of the values of the source: columns of which something was lost, and what each code became."""
    lines = []
    if table.in_source != table.in_model:
        lines.append(f"  made of {table.in_source:,} rows of {', '.join(table.sources)}")
    if table.untraced:
        lines.append("  lost:       not counted, because the mapping's select cannot be traced back to the source")
    for column in table.columns:
        counts = f"{column.in_source:,} rows filled in the source, {column.in_model:,} in the model"
        if column.lost:
            lines.append(
                f"  lost:       {column.lost:,} of {column.column}, from {', '.join(column.origins)}: {counts}"
            )
        if column.values:
            lines.append(f"  {column.column}, from {column.origins[0]}: {counts}, {column.lost:,} lost")
            lines += [f"    {value.rows:>9,}  {_value(value)}" for value in column.values]
    return lines


def _value(value: ValueRead) -> str:
    source = value.source if value.source is not None else "other values, which are not shown"
    several = " (several values in one cell)" if value.several else ""
    return f"{source}{several} → {value.model if value.model is not None else 'nothing'}"


@contextmanager
def _workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="overt-map-") as folder:
        yield Path(folder) / "loaded.duckdb"
