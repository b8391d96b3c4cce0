"""Sessions of signed-in people, kept only in the server's memory: a restart signs everyone out.

Only people who have signed in have a session; anyone else is a guest (`_guests`), about whom nothing is kept here. A
browser holds a random number in a cookie; the server keeps its digest. The number changes at every sign-in, so a number
planted earlier is useless. A session ends when it has been idle, when it is old, or at sign-out.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from overt.web.portal._action import StaffMember

# How many sessions one person may have, for example on several computers. With more, that person's oldest one ends.
_MOST_EACH = 10


@dataclass
class Session:
    """One browser's visit. `csrf` stands in every form; `kept` holds what a page remembers until the next.

    `leave` is where the provider ends its own session of the person.
    """

    csrf: str
    began: float
    seen: float
    who: StaffMember
    leave: str = ""
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SignedInPerson:
    """A person who is signed in, with the roles of that sign-in, and on how many computers."""

    staff: str
    roles: tuple[str, ...]
    sessions: int


class Sessions:
    """All sessions. `clock` gives seconds that never go back; `token` gives random text."""

    def __init__(
        self,
        idle: float,
        longest: float,
        clock: Callable[[], float],
        token: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._idle, self._longest = idle, longest
        self._clock = clock
        self._token = token
        self._turn = threading.Lock()
        self._by_digest: dict[str, Session] = {}

    def __len__(self) -> int:
        """How many sessions are not over."""
        now = self._clock()
        with self._turn:
            return sum(not self._is_over(session, now) for session in self._by_digest.values())

    def begin(self, who: StaffMember, leave: str = "", instead_of: str = "") -> tuple[str, Session]:
        """A new session and the number that opens it; the one it takes the place of is over."""
        number, now = self._token(), self._clock()
        session = Session(self._token(), now, now, who, leave)
        with self._turn:
            self._by_digest.pop(_digest(instead_of), None)
            self._sweep(now, who)
            self._by_digest[_digest(number)] = session
        return number, session

    def find(self, number: str) -> Session | None:
        """The session of a number, which has now been seen; none if it is over."""
        now = self._clock()
        with self._turn:
            session = self._by_digest.get(_digest(number))
            if session is None or self._is_over(session, now):
                self._by_digest.pop(_digest(number), None)
                return None
            session.seen = now
            return session

    def people(self) -> list[SignedInPerson]:
        """Everybody who is signed in, by staff reference, with the number of their sessions."""
        now = self._clock()
        with self._turn:
            there = [session.who for session in self._by_digest.values() if not self._is_over(session, now)]
        counts = Counter(there)
        return [
            SignedInPerson(who.staff, who.roles, counts[who])
            for who in sorted(counts, key=lambda who: (who.staff, who.roles))
        ]

    def end_all(self, is_one: Callable[[StaffMember], bool]) -> int:
        """Ends every session of the people for whom `is_one` holds; how many there were."""
        with self._turn:
            ended = [key for key, session in self._by_digest.items() if is_one(session.who)]
            for key in ended:
                del self._by_digest[key]
        return len(ended)

    def end(self, number: str) -> None:
        """Ends the session of a number."""
        with self._turn:
            self._by_digest.pop(_digest(number), None)

    def _is_over(self, session: Session, now: float) -> bool:
        return now - session.seen > self._idle or now - session.began > self._longest

    def _sweep(self, now: float, who: StaffMember) -> None:
        """Removes sessions that are over, and the oldest of a person who already has the largest number allowed."""
        self._by_digest = {key: session for key, session in self._by_digest.items() if not self._is_over(session, now)}
        own = [key for key, session in self._by_digest.items() if session.who.staff == who.staff]
        for key in own[: max(0, len(own) + 1 - _MOST_EACH)]:
            self._by_digest.pop(key)


def _digest(number: str) -> str:
    return sha256(number.encode()).hexdigest()
