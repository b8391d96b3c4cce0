"""Who may use this Studio: the person who followed the printed link, in the browser where they followed it."""

from __future__ import annotations

import hmac
import secrets
import threading


class StudioKeys:
    """The one-time link, the session's cookie, and the token of its forms. All end with the process."""

    def __init__(self, port: int) -> None:
        self.cookie = f"overt_studio_{port}"
        self.session = secrets.token_urlsafe(32)
        self.form = secrets.token_urlsafe(32)
        self._link = ""
        self._turn = threading.Lock()

    def new_link(self) -> str:
        """The token of a new link; the one before it is of no use any more."""
        with self._turn:
            self._link = secrets.token_urlsafe(32)
            return self._link

    def spend(self, token: str) -> bool:
        """Whether it is the token of the last link, which it is once."""
        with self._turn:
            right = bool(self._link) and _same(self._link, token)
            if right:
                self._link = ""
            return right

    def is_session(self, value: str) -> bool:
        """Whether a cookie is this session's."""
        return _same(self.session, value)

    def is_form(self, value: str) -> bool:
        """Whether a form was shown by this session."""
        return _same(self.form, value)


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))
