"""`overt schema`: the JSON Schemas of the files that people and programs write and read."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer

from overt.cli._options import Output, OutputOption
from overt.cli._output import say_json, say_rows
from overt.refusals import Refusal, nearest

# Where the schema of each file is made, and which file it is of.
SCHEMAS = {
    "charter": ("overt.charter", "json_schema", "charter.toml, one version of a charter"),
    "findings": ("overt.audits.results", "findings_schema", "findings.json of a result folder"),
    "model": ("overt.model", "as_json_schema", "the tables that a mapping fills, by name"),
    "pack": ("overt.controls", "pack_schema", "pack.toml, the header of a pack"),
    "reading": ("overt.audits.source", "reading_schema", "reading.toml, how the files of a source are read"),
    "records": ("overt.gate", "records_schema", "one line of the records that are submitted to the gate"),
}


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a file, by its name in `SCHEMAS`."""
    package, function, _ = SCHEMAS[name]
    make: Callable[[], dict[str, Any]] = getattr(import_module(package), function)
    return make()


def _names(incomplete: str) -> list[str]:
    return [name for name in SCHEMAS if name.startswith(incomplete)]


def schema_command(
    name: Annotated[
        str | None, typer.Argument(autocompletion=_names, show_default="list them", help="Name of the schema to print.")
    ] = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Print the JSON Schema of a file, for editors and other programs. Without a name, list the schemas.

    Examples:
      overt schema
      overt schema charter
    """
    if name is None:
        say_rows([{"name": each, "file": SCHEMAS[each][2]} for each in SCHEMAS], ["name", "file"], output)
        return
    if name.lower() not in SCHEMAS:
        remedy = nearest(name, SCHEMAS, "run `overt schema` to list them")
        raise Refusal("no-such-schema", name, "there is no schema with this name", "", remedy)
    say_json(schema_of(name.lower()))
