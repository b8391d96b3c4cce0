"""How often one client, and one account, may try: limits that one client cannot use up for another.

- Public forms are counted for each client, and only those that were sent from a page of ours and could be entered.
- Sign-in by password is counted for each client and for each account, and only while it fails. A person who signed in
  before from the same client has their own count there, which strangers' attempts do not touch: a person who knows a
  staff reference cannot lock its owner out.
- Going to the provider of OpenID Connect is counted for each client; there is nothing to guess here.

What fails the check of where a form was sent from is counted nowhere. Everything is in memory, by keyed digests that a
restart forgets.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from overt.web.portal._config import PortalConfig

_MOST_KNOWN = 20_000


class TooOften(Exception):
    """It was tried too often; in a minute it may be tried again."""


class Limiter:
    """So many tries a minute for each key."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, most: int = 20_000) -> None:
        self._rate = per_minute / 60
        self._burst = float(per_minute)
        self._clock = clock
        self._most = most
        self._left: dict[bytes, tuple[float, float]] = {}

    def let(self, key: bytes) -> bool:
        """Whether it may be tried now; a try is taken from what is left."""
        now = self._clock()
        left = self._now(key, now)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > self._most:
            self._left.pop(next(iter(self._left)))
        return allowed

    def give_back(self, key: bytes) -> None:
        """A try that does not count after all."""
        now = self._clock()
        self._left[key] = (min(self._burst, self._now(key, now) + 1), now)

    def _now(self, key: bytes, now: float) -> float:
        left, seen = self._left.pop(key, (self._burst, now))
        return min(self._burst, left + (now - seen) * self._rate)


@dataclass(frozen=True)
class CountedTry:
    """A try that was counted, with where; `forget` takes the count back."""

    taken: tuple[tuple[Limiter, bytes], ...] = ()

    def forget(self) -> None:
        """It does not count: nothing was entered, or it was the right password."""
        for limiter, key in self.taken:
            limiter.give_back(key)


class Pace:
    """The limits of one portal."""

    def __init__(self, config: PortalConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = secrets.token_bytes(32)
        self._forms = Limiter(config.form_posts_per_minute, clock)
        self._accounts = Limiter(config.signin_posts_per_minute, clock)
        self._clients = Limiter(config.signin_posts_per_client, clock)
        self._known: dict[bytes, None] = {}

    def form(self, client: str) -> CountedTry:
        """Counts a public form; refused with `TooOften`."""
        return self._take((self._forms, self._digest(client)))

    def to_provider(self, client: str) -> CountedTry:
        """Counts a sign-in through the provider; refuses with `TooOften`."""
        return self._take((self._clients, self._digest(client)))

    def password(self, client: str, account: str) -> CountedTry:
        """Counts a password until it turns out to be right; refused with `TooOften`."""
        both = self._digest(client, account)
        if both in self._known:
            return self._take((self._accounts, both))
        return self._take((self._accounts, self._digest("", account)), (self._clients, self._digest(client)))

    def signed_in(self, client: str, account: str) -> None:
        """Records a sign-in to the account from this client."""
        self._known.pop(self._digest(client, account), None)
        self._known[self._digest(client, account)] = None
        while len(self._known) > _MOST_KNOWN:
            self._known.pop(next(iter(self._known)))

    def _take(self, *wanted: tuple[Limiter, bytes]) -> CountedTry:
        taken: list[tuple[Limiter, bytes]] = []
        for limiter, key in wanted:
            if not limiter.let(key):
                CountedTry(tuple(taken)).forget()
                raise TooOften
            taken.append((limiter, key))
        return CountedTry(tuple(taken))

    def _digest(self, *parts: str) -> bytes:
        text = "\0".join(parts).encode("utf-8", "replace")
        return hmac.digest(self._key, text, sha256)
