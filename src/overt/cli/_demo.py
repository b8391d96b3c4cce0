"""`overt demo`: four years of an invented register kept in the open, told as a story."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import web
from overt.cli._options import JsonOption, Output, OutputOption
from overt.cli._output import chosen, say, say_json, talk
from overt.demo import SIGN_IN_UNITS, SIGN_INS, Live, Play, rewrite_history, tell
from overt.refusals import Exit


def demo_command(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="New folder for everything the demonstration creates.")
    ] = Path("overt-demo"),
    cheat: Annotated[bool, typer.Option("--cheat", help="Have the operator falsify a record at the end.")] = False,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve", help="Start the portal on this machine, with three sign-ins, instead of printing the story."
        ),
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="With --serve: port to listen on.")] = 8065,
    seed: Annotated[int, typer.Option(min=0, help="Random seed. The same seed produces the same story.")] = 1,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Run four years of an invented police register and describe what happens.

    Examples:
      overt demo
      overt demo --cheat --out cheated
      overt demo --serve --out alpha

    The demonstration has a charter, a gate that refuses records, a public ledger with witnesses, a watcher who sees the
    number of categories double, an erasure, receipts and an audit. It takes less than a minute. All the people are
    invented and the keys protect nothing.

    With --cheat, the operator then alters one record using the genuine key. The outside checks detect it; the command
    reports the fork and exits with status 1.

    With --serve, the register continues in a portal on this machine, with pages for the public, staff and oversight
    and three sign-ins. Its clock starts on the morning after the last recorded day. Give the same folder to continue
    from where you left off.
    """
    if serve:
        return _serve(out, seed, port)
    with talk.status("Starting") as status, Play(out, seed, status.update) as play:
        play.run()
        if cheat:
            rewrite_history(play)
    facts = play.facts
    if chosen(output, as_json) is Output.JSON:
        say_json(facts.as_json())
    else:
        say(tell(facts))
    return Exit.BREACHES if facts.fork else Exit.CLEAR


def _serve(out: Path, seed: int, port: int) -> int:
    """The portal of a demonstration, on loopback, until it is stopped."""
    with talk.status("Starting") as status:
        live = Live.begin(out, seed, status.update)
        people = tuple(
            web.LocalPerson(staff, roles, web.hash_password(staff), SIGN_IN_UNITS.get(staff, ""))
            for staff, roles in SIGN_INS
        )
    places = live.places
    config = web.PortalConfig(
        people=people, ledger=places.ledger, policy=places.policy, synthetic=True, unit=web.Unit(*live.unit())
    )

    def ready() -> None:
        say(f"http://127.0.0.1:{port}/")
        for staff, roles in SIGN_INS:
            say(f"    {staff} signs in with the password {staff}: {', '.join(roles)}")
        talk.print("Press Ctrl-C to stop.")

    with live:
        web.serve(web.portal(places.register, config, live.now), config, "127.0.0.1", port, ready)
    return Exit.CLEAR
