"""A portal over a demonstration, for the load: as `overt demo --serve`, with 50 recorders and no limit of sign-ins.

`--quiet` publishes nothing meanwhile: the ledger of a register that was filled past the gate cannot be published.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

from argon2 import PasswordHasher

from overt.demo import SIGN_INS, Live
from overt.web.portal import LocalPerson, PortalConfig, portal, serve


def main() -> None:
    live = Live.begin(Path(sys.argv[1]), 1, lambda _: None)
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
    with nullcontext() if "--quiet" in sys.argv else live:
        serve(portal(places.register, config, live.now), config, "127.0.0.1", int(sys.argv[2]))


if __name__ == "__main__":
    main()
