"""`overt map`: how a source's own columns become the model's."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.audit import MappingCheck, check_mapping, open_source
from overt.audit import draft as draft_mapping
from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows, talk
from overt.cli._source import (
    DelimiterOption,
    EncodingOption,
    HeaderRowOption,
    MapOption,
    SheetOption,
    SourceArgument,
    source_options,
)
from overt.controls import find_pack, read_pack
from overt.refusals import Refusal

app = typer.Typer(help="Draft and check mappings from a source's columns to the model's.", no_args_is_help=True)


@app.command()
def new(
    source: SourceArgument,
    out: Annotated[Path | None, typer.Option("--out", help="A new file; standard output if not given.")] = None,
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
) -> None:
    """Draft a mapping by looking at the columns and values of a source; every guess is marked.

    Example: overt map new export.csv --out mapping.sql
    """
    if out is not None and out.exists():
        raise Refusal("mapping-there", str(out), "a file of that name", "a new file", "choose another name")
    options = source_options(source, None, encoding, delimiter, sheet, header_row)
    with _workplace() as database, talk.status("reading the source"):
        text = draft_mapping(options, database)
    if out is None:
        say(text.rstrip("\n"))
        return
    out.write_text(text, encoding="utf-8")
    talk.print(f"{out}: look through the guesses, then: overt map check {source} --map {out}", markup=False)


@app.command()
def check(
    source: SourceArgument,
    mapping: MapOption = None,
    pack: Annotated[
        list[str] | None, typer.Option("--pack", help="A shipped pack or a folder (repeatable; default: core).")
    ] = None,
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say what a mapping fills, what it does not, and which controls that leaves unanswerable.

    Example: overt map check export.csv --map mapping.sql --pack core
    """
    controls = [control for name in pack or ["core"] for control in read_pack(find_pack(name)).controls]
    options = source_options(source, mapping, encoding, delimiter, sheet, header_row)
    with _workplace() as database, talk.status("reading the source"), open_source(options, database) as opened:
        found = check_mapping(opened.filled, controls)
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json(asdict(found))
    elif form is Output.TEXT:
        say(_text(found))
    else:
        rows = [asdict(each) for each in found.unanswerable]
        say_rows(rows, ["control", "missing", "title"], form)


def _text(found: MappingCheck) -> str:
    lines = []
    for table in found.tables:
        lines.append(f"{table.table}: {table.rows:,} rows")
        lines.append(f"  filled:     {', '.join(table.filled) or 'nothing'}")
        if table.unfilled:
            lines.append(f"  not filled: {', '.join(table.unfilled)}")
    lines.append(f"tables not filled: {', '.join(found.absent) or 'none'}")
    lines += [f"note: {note}" for note in found.notes]
    if found.outside:
        lines.append(f"not read: {', '.join(found.outside)}")
    total = len(found.answerable) + len(found.unanswerable)
    lines.append(
        f"\n{len(found.answerable)} of {total} controls can be answered: {', '.join(found.answerable) or 'none'}"
    )
    lines += [f"  {each.control:7} needs {', '.join(each.missing)}: {each.title}" for each in found.unanswerable]
    if found.partly:
        lines.append(f"\n{len(found.partly)} are answered in part, since the source lacks a column:")
    lines += [f"  {each.control:7} without {', '.join(each.missing)}: {each.title}" for each in found.partly]
    return "\n".join(lines)


@contextmanager
def _workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="overt-map-") as folder:
        yield Path(folder) / "loaded.duckdb"
