"""How often one client, and one account, may try: limits that one client cannot use up for another.

- Public forms are counted for each client, and only those that were sent from a page of ours and could be entered.
- Sign-in by password is counted for each client and for each account, and only while it fails. A person who signed in
  before from the same client has their own count there, which strangers' attempts do not touch: a person who knows a
  staff reference cannot lock its owner out.
- Going to the provider of OpenID Connect is counted for each client; there is nothing to guess here.

What fails the check of where a form was sent from is counted nowhere. All processes of a portal count together, by
digests under the portal's own secret: nobody reads an address or a staff reference out of them.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from overt.register import LIMIT, SharedStore
from overt.web.portal._config import PortalConfig

# After so long every limit is whole again, and nothing need be known of it.
_FORGOTTEN_SECONDS = 3_600
# For how long it is known that a person signed in from a client.
_KNOWN_SECONDS = 90 * 86_400
_KNOWN = -1.0


class TooOften(Exception):
    """It was tried too often; in a minute it may be tried again."""


@dataclass(frozen=True)
class CountedTry:
    """A try that was counted, with where; `forget` takes the count back."""

    pace: Pace
    taken: tuple[tuple[int, bytes], ...] = ()

    def forget(self) -> None:
        """It does not count: nothing was entered, or it was the right password."""
        self.pace.give_back(self.taken)


class Pace:
    """The limits of one portal. `clock` gives seconds that every process has in common."""

    def __init__(self, config: PortalConfig, shared: SharedStore, secret: bytes, clock: Callable[[], float]) -> None:
        self._config, self._shared, self._clock = config, shared, clock
        self._key = hmac.digest(secret, b"overt portal pace", sha256)

    def form(self, client: str) -> CountedTry:
        """Counts a public form; refused with `TooOften`."""
        return self._take((self._config.form_posts_per_minute, self._digest("form", client)))

    def to_provider(self, client: str) -> CountedTry:
        """Counts a sign-in through the provider; refuses with `TooOften`."""
        return self._take((self._config.signin_posts_per_client, self._digest("client", client)))

    def password(self, client: str, account: str) -> CountedTry:
        """Counts a password until it turns out to be right; refused with `TooOften`."""
        each_account, each_client = self._config.signin_posts_per_minute, self._config.signin_posts_per_client
        known = self._digest("known", client, account)
        query = sa.select(LIMIT.c.at).where(LIMIT.c.key == known, LIMIT.c.at >= self._clock() - _KNOWN_SECONDS)
        with self._shared.reading() as connection:
            is_known = connection.execute(query).first() is not None
        if is_known:
            return self._take((each_account, self._digest("account", client, account)))
        return self._take(
            (each_account, self._digest("account", "", account)), (each_client, self._digest("client", client))
        )

    def signed_in(self, client: str, account: str) -> None:
        """Records a sign-in to the account from this client."""
        with self._shared.alone() as connection:
            _put(connection, self._digest("known", client, account), _KNOWN, self._clock())

    def _take(self, *wanted: tuple[int, bytes]) -> CountedTry:
        now = self._clock()
        with self._shared.alone() as connection:
            old = sa.and_(LIMIT.c.tries >= 0, LIMIT.c.at < now - _FORGOTTEN_SECONDS)
            connection.execute(LIMIT.delete().where(sa.or_(old, LIMIT.c.at < now - _KNOWN_SECONDS)))
            left = [_left(connection, per_minute, key, now) for per_minute, key in wanted]
            if min(left) < 1:
                raise TooOften
            for (_, key), tries in zip(wanted, left, strict=True):
                _put(connection, key, tries - 1, now)
        return CountedTry(self, wanted)

    def give_back(self, taken: tuple[tuple[int, bytes], ...]) -> None:
        """Tries that do not count after all."""
        now = self._clock()
        with self._shared.alone() as connection:
            for per_minute, key in taken:
                _put(connection, key, min(float(per_minute), _left(connection, per_minute, key, now) + 1), now)

    def _digest(self, *parts: str) -> bytes:
        return hmac.digest(self._key, "\0".join(parts).encode("utf-8", "replace"), sha256)


def _left(connection: sa.Connection, per_minute: int, key: bytes, now: float) -> float:
    """How many tries are left now: they come back one by one."""
    row = connection.execute(sa.select(LIMIT.c.tries, LIMIT.c.at).where(LIMIT.c.key == key)).first()
    if row is None:
        return float(per_minute)
    tries, at = float(row.tries), float(row.at)
    return min(float(per_minute), tries + max(now - at, 0.0) * per_minute / 60)


def _put(connection: sa.Connection, key: bytes, tries: float, now: float) -> None:
    connection.execute(LIMIT.delete().where(LIMIT.c.key == key))
    connection.execute(LIMIT.insert().values(key=key, tries=tries, at=now))
