"""`overt model`: prints the tables that controls speak of."""

from __future__ import annotations

from typing import Annotated

import typer

from overt.cli._complete import table_names
from overt.cli._options import JsonOption, Output, OutputOption
from overt.cli._output import chosen, say, say_json, say_rows
from overt.model import TABLES, as_json_schema, as_markdown, as_text
from overt.refusals import Refusal, nearest


def model(
    table: Annotated[
        list[str] | None, typer.Argument(autocompletion=table_names, show_default="all", help="Tables to print.")
    ] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Print the register model: every table and column, with a description. With --json, print it as a JSON Schema.

    Examples:
      overt model entry item
      overt model --json
    """
    named = [name.lower() for name in table or []]
    unknown = [name for name in named if name not in TABLES]
    if unknown:
        remedy = nearest(unknown[0], TABLES, "run `overt model` to see every table")
        raise Refusal("model-no-table", ", ".join(unknown), "the model has no table with this name", "", remedy)
    tables = [TABLES[name] for name in named] if named else list(TABLES.values())
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json(as_json_schema(tables))
    elif form is Output.MD:
        say(as_markdown(tables))
    elif form is Output.CSV:
        rows = [
            {"table": table.name, "column": column.name, "kind": column.kind.value, "meaning": column.doc}
            for table in tables
            for column in table.columns
        ]
        say_rows(rows, ["table", "column", "kind", "meaning"], form)
    else:
        say(as_text(tables))
