"""`overt compare`: two results side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.audits.compare import compare
from overt.cli._options import JsonOption, Output, OutputOption
from overt.cli._output import chosen, say, say_json, say_rows
from overt.refusals import Exit


def compare_command(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Result folder of the earlier audit.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Result folder of the later audit.")],
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Compare two audits of a register: breaches fixed, new and unchanged.

    Example:
      overt compare result-january result-june --output md

    Exit status: 1 if a breach is new or worse; 2 if a control could not be run.
    """
    comparison = compare(old, new)
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json(comparison.as_json())
    elif form is Output.MD:
        say(comparison.as_markdown())
    elif form is Output.CSV:
        rows = [control.as_json() for control in comparison.controls]
        say_rows(rows, list(rows[0]) if rows else ["control"], form)
    else:
        say(comparison.as_text())
    if comparison.failed:
        return Exit.CONTROL_FAILED
    return Exit.BREACHES if comparison.got_worse else Exit.CLEAR
