"""`overt model`: prints the tables that controls speak of."""

from __future__ import annotations

from typing import Annotated

import typer

from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows
from overt.model import TABLES, as_json_schema, as_markdown, as_text
from overt.refusals import Refusal


def model(
    table: Annotated[list[str] | None, typer.Argument(help="Only these tables.")] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Print the register model: every table and column with its meaning (as JSON: a JSON Schema).

    Examples:
      overt model entry item
      overt model --json
    """
    unknown = [name for name in table or [] if name not in TABLES]
    if unknown:
        raise Refusal("model-no-table", ", ".join(unknown), "no such table", ", ".join(TABLES))
    tables = [TABLES[name] for name in table] if table else list(TABLES.values())
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json(as_json_schema(tables))
    elif form is Output.MD:
        say(as_markdown(tables))
    elif form is Output.CSV:
        rows = [
            {"table": each.name, "column": column.name, "kind": column.kind.value, "meaning": column.doc}
            for each in tables
            for column in each.columns
        ]
        say_rows(rows, ["table", "column", "kind", "meaning"], form)
    else:
        say(as_text(tables))
