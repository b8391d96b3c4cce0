"""`overt verify`: everything that a register publishes, checked by a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import verification
from overt.cli._logs import KeyOption, MaxAgeOption, PolicyOption, counted, trusted
from overt.cli._options import JsonOption, Output, OutputOption, QuietOption, now
from overt.cli._output import chosen, say, say_json, talk
from overt.refusals import Refusal


def verify_command(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="Address of a portal, or folder written by `overt release collect`."),
    ],
    policy: PolicyOption = None,
    key: KeyOption = None,
    max_age: MaxAgeOption = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="FOLDER",
            show_default="nothing is remembered",
            help="Folder that remembers the ledger and its trust policy from one visit to the next.",
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the verification as one HTML page too.")
    ] = None,
    quiet: QuietOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Verify everything that a register publishes, and say what could not be checked.

    Examples:
      overt verify https://register.example.org --state seen
      overt verify published/ --policy policy --html verification.html

    It checks the ledger and its witnesses, the charters and what changed, every release and figure, corrections,
    responses, audits, packs and statutory records against each other. It lists what the register itself admits, and
    what its keeper could still hide.

    Without --policy and --key, the trust policy is the one that the register publishes.

    Exit status: 1 if anything published contradicts anything else; 2 if something could not be read.
    """
    moment = now()
    believed = trusted(policy, key, max_age) if policy or key else None
    if believed is None and max_age is not None:
        raise Refusal("trust-whom", "--max-age", "there is no policy that it changes", "--policy FILE too")
    with counted("Checking", quiet) as progress:
        result = verification.verify_published(
            verification.source_of(source), believed, moment, state=state, progress=progress
        )
    if html is not None:
        try:
            html.write_bytes(verification.verification_page(result, moment))
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise Refusal("results-not-written", str(html), problem, "a file that can be written") from error
    if chosen(output, as_json) is Output.JSON:
        say_json(result.as_json())
    else:
        for line in verification.verification_text(result):
            say(line)
    if html is not None:
        talk.print(f"Page: {html}", markup=False)
    return result.exit_code
