"""`overt demo`: four years of an invented register kept in the open, told as a story."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, talk
from overt.demo import Play, rewrite_history, tell
from overt.refusals import Exit


def demo_command(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder for all that it makes.")] = Path(
        "overt-demo"
    ),
    cheat: Annotated[bool, typer.Option("--cheat", help="Let the operator rewrite history at the end.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed tells the same story.")] = 1,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Play four years of an invented police register kept in the open, and tell what happened.

    Examples:
      overt demo
      overt demo --cheat --out cheated

    A charter, a gate that refuses, a public ledger with witnesses, a watcher who
    sees the categories double, erasure, receipts and an audit. It takes less
    than a minute. Everybody in it is invented, and its keys are worthless.

    With --cheat the operator then changes one record, with the right key, and
    everybody outside notices: leaves with 1 and names the fork.
    """
    with talk.status("beginning") as status, Play(out, seed, status.update) as play:
        play.run()
        if cheat:
            rewrite_history(play)
    facts = play.facts
    if chosen(output, as_json) is Output.JSON:
        say_json(facts.as_json())
    else:
        say(tell(facts))
    return Exit.BREACHES if facts.fork else Exit.CLEAR
