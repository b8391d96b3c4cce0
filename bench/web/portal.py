"""A portal over a demonstration, for the load: as `overt demo --serve`, and nobody's sign-ins are counted."""

from __future__ import annotations

import sys
from pathlib import Path

from overt.demo import SIGN_INS, Live
from overt.web.portal import LocalPerson, PortalConfig, hash_password, portal, serve


def main() -> None:
    live = Live.begin(Path(sys.argv[1]), 1, lambda _: None)
    people = tuple(LocalPerson(staff, roles, hash_password(staff)) for staff, roles in SIGN_INS)
    places = live.places
    config = PortalConfig(people=people, ledger=places.ledger, policy=places.policy, signin_posts_per_minute=10_000)
    with live:
        serve(portal(places.register, config, live.now), config, "127.0.0.1", int(sys.argv[2]))


if __name__ == "__main__":
    main()
