"""`overt engine`: proves that an engine gives the answers that audits rest on."""

from __future__ import annotations

from typing import Annotated

import typer

from overt.cli._options import JsonOption
from overt.cli._output import say, say_json, talk
from overt.controls import prove_briefly, prove_cases
from overt.controls.engines import is_server, open_for_cases, open_server
from overt.refusals import Exit

app = typer.Typer(
    help="Prove that an engine gives the answers that audits rest on.\n\n"
    "Examples:\n"
    "  overt engine prove duckdb\n"
    "  overt engine prove postgresql://host/database",
    no_args_is_help=True,
)


@app.command("prove")
def prove(
    engine: Annotated[
        str,
        typer.Argument(
            metavar="ENGINE",
            help="duckdb, sqlite, spark, or the URL of a server: postgresql://host/database or sc://host:port.",
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Ask an engine questions with known answers and run all test cases of the built-in packs on it.

    Nothing is written to a server and no setting is changed. An audit of a server asks the questions with known
    answers before anything else, and does not run if one answer differs.

    Examples:
      overt engine prove postgresql://host/database
      overt engine prove sc://host:15002 --json

    Exit status: 1 if an answer or a test case differs.
    """
    opened = open_server(engine) if is_server(engine) else open_for_cases(engine)
    try:
        proof = prove_briefly(opened)
        cases = list(prove_cases(opened))
    finally:
        opened.close()
    failed = [line for line in cases if line]
    if as_json:
        say_json({**proof.as_json(), "cases": len(cases), "cases_that_differ": failed})
    else:
        right = proof.answers - len(proof.differences)
        talk.print(f"{proof.engine}: {right} of {proof.answers} known answers, ", end="", markup=False)
        talk.print(f"{len(cases) - len(failed)} of {len(cases)} test cases", markup=False)
        for line in (*proof.differences, *failed):
            say(line)
    if proof.differences or failed:
        raise typer.Exit(Exit.BREACHES)
