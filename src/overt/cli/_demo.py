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
    serve: Annotated[
        bool, typer.Option("--serve", help="Open its portal on this machine, with three sign-ins; no story is told.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="With --serve: the port.")] = 8065,
    seed: Annotated[int, typer.Option(min=0, help="The same seed tells the same story.")] = 1,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Play four years of an invented police register kept in the open, and tell what happened.

    Examples:
      overt demo
      overt demo --cheat --out cheated
      overt demo --serve --out alpha

    A charter, a gate that refuses, a public ledger with witnesses, a watcher who
    sees the categories double, erasure, receipts and an audit. It takes less
    than a minute. Everybody in it is invented, and its keys are worthless.

    With --cheat the operator then changes one record, with the right key, and
    everybody outside notices: exits with status 1 and names the fork.

    With --serve the register goes on in a portal on this machine: pages for the
    public, for staff and for oversight, with three sign-ins. Its clock runs from
    the morning after the last day. Given the same folder again, it goes on there.
    """
    if serve:
        return _serve(out, seed, port)
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


def _serve(out: Path, seed: int, port: int) -> int:
    """The portal of a demonstration, on loopback, until it is stopped."""
    from overt.cli._serve import web_module  # noqa: PLC0415  an extra

    web = web_module()
    from overt.demo import SIGN_INS, Live  # noqa: PLC0415  releases need the extra too

    with talk.status("beginning") as status:
        live = Live.begin(out, seed, status.update)
        people = tuple(web.LocalPerson(staff, roles, web.hash_password(staff)) for staff, roles in SIGN_INS)
    places = live.places
    config = web.PortalConfig(people=people, ledger=places.ledger, policy=places.policy, synthetic=True)

    def ready() -> None:
        say(f"http://127.0.0.1:{port}/")
        for staff, roles in SIGN_INS:
            say(f"    {staff} signs in with the password {staff}: {', '.join(roles)}")
        talk.print("Ctrl-C stops it.")

    with live:
        web.serve(web.portal(places.register, config, live.now), config, "127.0.0.1", port, ready)
    return Exit.CLEAR
