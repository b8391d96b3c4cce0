"""Sessions of signed-in people, which every process of a portal knows.

Only people who have signed in have a session; anyone else is a guest (`_guests`), about whom nothing is kept here. A
browser holds a random number in a cookie; the database has its digest. What a session holds, such as a draft that was
not submitted yet, is sealed with a key that is made of the number: without the cookie nobody can read it. The number
changes at every sign-in, so a number planted earlier is useless. A session ends when it has been idle, when it is old,
or at sign-out.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken

from overt.encoding import read_json
from overt.register import SESSION, SharedStore
from overt.web.portal._action import StaffMember

# How many sessions one person may have, for example on several computers. With more, that person's oldest one ends.
_MOST_EACH = 10
# How exactly it is kept when a session was last used: each time would be a write for each page.
_SEEN_SECONDS = 30.0
_SEALING = b"overt portal session"


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
    """All sessions. `clock` gives seconds that every process has in common; `token` gives random text."""

    def __init__(
        self,
        shared: SharedStore,
        idle: float,
        longest: float,
        clock: Callable[[], float],
        token: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._shared = shared
        self._idle, self._longest = idle, longest
        self._clock = clock
        self._token = token

    def __len__(self) -> int:
        """How many sessions are not over."""
        with self._shared.reading() as connection:
            query = sa.select(sa.func.count()).select_from(SESSION).where(self._goes_on())
            return int(connection.execute(query).scalar() or 0)

    def people(self) -> list[SignedInPerson]:
        """Everybody who is signed in, by staff reference, with the number of their sessions."""
        query = sa.select(SESSION.c.staff, SESSION.c.roles).where(self._goes_on())
        with self._shared.reading() as connection:
            counts = Counter((staff, tuple(json.loads(roles))) for staff, roles in connection.execute(query))
        return [SignedInPerson(staff, roles, counts[staff, roles]) for staff, roles in sorted(counts)]

    def begin(self, who: StaffMember, leave: str = "", instead_of: str = "") -> tuple[str, Session]:
        """A new session and the number that opens it; the one it takes the place of is over."""
        number, now = self._token(), self._clock()
        session = Session(self._token(), now, now, who, leave)
        row = {
            "digest": _digest(number), "staff": who.staff, "roles": json.dumps(list(who.roles)), "began": now,
            "seen": now, "sealed": _sealed(number, session),
        }  # fmt: skip
        with self._shared.writing() as connection:
            connection.execute(
                SESSION.delete().where(sa.or_(SESSION.c.digest == _digest(instead_of), ~self._goes_on()))
            )
            own = sa.select(SESSION.c.digest).where(SESSION.c.staff == who.staff).order_by(SESSION.c.began)
            kept = [digest for (digest,) in connection.execute(own)]
            ended = kept[: max(0, len(kept) + 1 - _MOST_EACH)]
            connection.execute(SESSION.delete().where(SESSION.c.digest.in_(ended)))
            connection.execute(SESSION.insert().values(**row))
        return number, session

    def find(self, number: str) -> Session | None:
        """The session of a number, which has now been seen; none if it is over."""
        now, digest = self._clock(), _digest(number)
        with self._shared.reading() as connection:
            row = connection.execute(sa.select(SESSION).where(SESSION.c.digest == digest, self._goes_on())).first()
        if row is None:
            return None
        session = _opened(number, row)
        if session is not None and now - row.seen > _SEEN_SECONDS:
            with self._shared.writing() as connection:
                connection.execute(SESSION.update().where(SESSION.c.digest == digest).values(seen=now))
        return session

    def keep(self, number: str, session: Session) -> None:
        """Keeps what a page left in a session until the next."""
        values = {"sealed": _sealed(number, session)}
        with self._shared.writing() as connection:
            connection.execute(SESSION.update().where(SESSION.c.digest == _digest(number)).values(**values))

    def end(self, number: str) -> None:
        """Ends the session of a number."""
        with self._shared.writing() as connection:
            connection.execute(SESSION.delete().where(SESSION.c.digest == _digest(number)))

    def end_all(self, *, staff: str = "", role: str = "") -> int:
        """Ends every session of a person, or of everybody with a role; how many there were."""
        with self._shared.writing() as connection:
            rows = connection.execute(sa.select(SESSION.c.digest, SESSION.c.staff, SESSION.c.roles)).all()
            ended = [digest for digest, who, roles in rows if who == staff or role in json.loads(roles)]
            connection.execute(SESSION.delete().where(SESSION.c.digest.in_(ended)))
        return len(ended)

    def _goes_on(self) -> sa.ColumnElement[bool]:
        now = self._clock()
        return sa.and_(SESSION.c.seen >= now - self._idle, SESSION.c.began >= now - self._longest)


def remembered(kept: dict[str, Any]) -> str:
    """What a session holds, as text; two that hold the same have the same."""
    return json.dumps(kept, default=_as_json, sort_keys=True)


def _digest(number: str) -> str:
    return sha256(number.encode()).hexdigest()


def _box(number: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(number.encode(), _SEALING, sha256)))


def _sealed(number: str, session: Session) -> bytes:
    who = {name: value for name, value in vars(session.who).items() if name not in ("staff", "roles")}
    content = {"csrf": session.csrf, "leave": session.leave, "who": who, "kept": session.kept}
    return _box(number).encrypt(json.dumps(content, default=_as_json).encode())


def _opened(number: str, row: Any) -> Session | None:
    try:
        content = read_json(_box(number).decrypt(bytes(row.sealed)))
    except (InvalidToken, ValueError):
        # It was changed since.
        return None
    who = StaffMember(row.staff, tuple(json.loads(row.roles)), **content["who"])
    return Session(content["csrf"], row.began, row.seen, who, content["leave"], _from_json(content["kept"]))


_MOMENT, _SET = "@moment", "@set"


def _as_json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, set | frozenset):
        return {_SET: sorted(value)}
    raise TypeError(f"a session cannot keep a value of type {type(value).__name__}")


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_MOMENT}:
        return dt.datetime.fromisoformat(value[_MOMENT])
    if value.keys() == {_SET}:
        return set(value[_SET])
    return {name: _from_json(one) for name, one in value.items()}
