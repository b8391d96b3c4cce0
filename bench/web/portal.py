"""A portal over a demonstration, for the load: as `overt demo --serve`, with 50 recorders and no limit of sign-ins.

`--quiet` publishes nothing meanwhile: the ledger of a register that was filled past the gate cannot be published.
`--processes N` has so many processes serve the address, as `overt serve --processes` does.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from pathlib import Path

from argon2 import PasswordHasher

from overt.demo import SIGN_INS, Live
from overt.web.portal import LocalPerson, PortalConfig, portal, serve, serve_on
from overt.web.serving import Keeper, inherited, listen

# A file in the folder, once it serves.
SERVING = "serving"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--socket", type=int, nargs=2, help="descriptors of the socket, and of where to say that it serves"
    )
    options = parser.parse_args()
    if options.processes > 1:
        shared = [sys.executable, __file__, str(options.folder), str(options.port), "--quiet", "--socket"]
        listening = listen("127.0.0.1", options.port)
        Keeper(lambda *ends: [*shared, *map(str, ends)], listening, options.processes).run(
            (options.folder / SERVING).touch
        )
        return
    live = Live.begin(options.folder, 1, lambda _: None)
    recorders = tuple((f"P{number}", ("recorder",)) for number in range(1002, 1051))
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    people = tuple(LocalPerson(staff, roles, quick.hash(staff)) for staff, roles in (*SIGN_INS, *recorders))
    places = live.places
    config = PortalConfig(
        people=people,
        ledger=places.ledger,
        policy=places.policy,
        signin_posts_per_minute=10_000,
        signin_posts_per_client=10_000,
        connections_per_client=1_000,
    )
    with nullcontext() if options.quiet else live:
        app = portal(places.register, config, live.now)
        if options.socket is None:
            serve(app, config, "127.0.0.1", options.port, (options.folder / SERVING).touch)
        else:
            listening, ready = options.socket
            serve_on(
                app, config, inherited(listening), lambda: os.close(ready) if os.write(ready, b"ready\n") else None
            )


if __name__ == "__main__":
    main()
