"""People who have not signed in yet: remembered only in their own browser.

The cookie is encrypted and authenticated (Fernet), with a key that the processes of the portal share. However many
people open the sign-in page, the server keeps nothing about them, so they cannot crowd out people who are signed in.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

# How many sign-ins one browser may have begun, as in several tabs. A cookie has room for a few.
_MOST_TRIES = 3


@dataclass(frozen=True)
class BegunSignIn:
    """One sign-in that was begun at the provider: what its answer must carry, and what proves that we asked."""

    nonce: str
    verifier: str


@dataclass
class Guest:
    """A person who is signing in. `csrf` is in the forms; `next` is where they want to go; `tries` are by state."""

    csrf: str
    next: str = ""
    tries: dict[str, BegunSignIn] = field(default_factory=dict)

    def begin_try(self) -> tuple[str, BegunSignIn]:
        """A new sign-in at the provider, and its state."""
        state, begun = secrets.token_urlsafe(32), BegunSignIn(secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        self.tries[state] = begun
        while len(self.tries) > _MOST_TRIES:
            self.tries.pop(next(iter(self.tries)))
        return state, begun


class Guests:
    """Makes guests and reads what their browsers bring back. `clock` gives seconds that every process has in common."""

    def __init__(self, seconds: float, clock: Callable[[], float], secret: bytes) -> None:
        self._seconds = int(seconds)
        self._clock = clock
        self._box = Fernet(base64.urlsafe_b64encode(hmac.digest(secret, b"overt portal guests", sha256)))

    def new(self) -> Guest:
        """A person who was not here before."""
        return Guest(secrets.token_urlsafe(32))

    def sealed(self, guest: Guest) -> str:
        """What the guest's browser keeps."""
        tries = {state: [begun.nonce, begun.verifier] for state, begun in guest.tries.items()}
        text = json.dumps([guest.csrf, guest.next, tries])
        return self._box.encrypt_at_time(text.encode(), int(self._clock())).decode()

    def read(self, cookie: str) -> Guest | None:
        """The guest that a browser brings back; none if it is not ours, was changed, or is too old."""
        try:
            text = self._box.decrypt_at_time(cookie.encode("utf-8", "replace"), self._seconds, int(self._clock()))
        except InvalidToken:
            return None
        csrf, next_page, tries = json.loads(text)
        return Guest(csrf, next_page, {state: BegunSignIn(*parts) for state, parts in tries.items()})
