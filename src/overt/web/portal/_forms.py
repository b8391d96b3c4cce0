"""That a form was sent from a page of this portal."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import sha256

from starlette.requests import Request

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
# No person sees this field; programs that fill in every field do.
HONEYPOT = "website"


class FormTokens:
    """Shows that a public form was requested here, recently but not just now; nothing is kept about the requester."""

    def __init__(
        self, secret: bytes, clock: Callable[[], float] = time.time, shortest: float = 1.0, longest: float = 7_200.0
    ) -> None:
        self._key = hmac.digest(secret, b"overt portal forms", sha256)
        self._clock = clock
        self._shortest, self._longest = shortest, longest

    def make(self) -> str:
        """A token for a form that is shown now."""
        at = f"{self._clock():.1f}"
        return f"{at}.{self._mark(at)}"

    def holds(self, token: str) -> bool:
        """Whether it is one of ours and of the right age."""
        at, _, mark = token.rpartition(".")
        if not hmac.compare_digest(self._mark(at).encode(), mark.encode("utf-8", "replace")):
            return False
        return self._shortest <= self._clock() - float(at) <= self._longest

    def _mark(self, at: str) -> str:
        return hmac.new(self._key, at.encode("utf-8", "replace"), sha256).hexdigest()


def same_site(request: Request) -> bool:
    """Whether a form was sent from this site's own page, as far as the browser says."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is None:
        return True
    return origin.partition("://")[2] == request.headers.get("host", "")
