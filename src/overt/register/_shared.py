"""What all processes of a portal share: sessions, limits, one-time numbers, a secret, and the log of attempts.

It is in the register's own database where that is PostgreSQL, and else in a file of its own beside it, so that a page
never waits for the gate. None of it is a record: no leaf speaks of it. A person who reads the database can use none of
it: a session is under the digest of the number in its cookie, and sealed with a key that only that number gives.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from overt.private import private_file, private_folder
from overt.refusals import Refusal
from overt.register._settings import read_settings
from overt.storage import storage_refusal

PORTAL_FOLDER = "portal"
STATE_FILE = "state.sqlite"
_WAIT_SECONDS = 10
_POOL = 4
# One process at a time adds to the log of attempts.
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('overt portal ' || current_schema(), 0))"

SHARED = sa.MetaData()
SESSION = sa.Table(
    "portal_session",
    SHARED,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("staff", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("began", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("portal_session_by_staff", "staff", "began"),
)
LIMIT = sa.Table(
    "portal_limit",
    SHARED,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("tries", sa.Double, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index("portal_limit_by_at", "at"),
)
ONCE = sa.Table(
    "portal_once",
    SHARED,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index("portal_once_by_at", "at"),
)
SECRET = sa.Table(
    "portal_secret",
    SHARED,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
)
ATTEMPT = sa.Table(
    "portal_attempt",
    SHARED,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("face", sa.Text, nullable=False),
    sa.Column("line", sa.LargeBinary, nullable=False),
    sa.Index("portal_attempt_by_at", "at", "number"),
    sa.Index("portal_attempt_by_who", "who", "number"),
    sa.Index("portal_attempt_by_face", "face", "number"),
)


class SharedStore:
    """The shared tables of one register's portal. What is done in one call is a transaction of its own."""

    def __init__(self, folder: Path) -> None:
        """Opens the tables, and makes the file of them where the register is in a file."""
        url = sa.make_url(read_settings(folder).database)
        self._is_file = url.drivername.startswith("sqlite")
        with _refused():
            if self._is_file:
                path = private_file(private_folder(folder / PORTAL_FOLDER) / STATE_FILE)
                self._engine = _file_engine(path)
                with self.alone() as connection:
                    SHARED.create_all(connection)
            else:
                self._engine = sa.create_engine(
                    url.set(drivername="postgresql+psycopg"),
                    pool_pre_ping=True,
                    pool_size=_POOL,
                    connect_args={"connect_timeout": _WAIT_SECONDS},
                )

    @contextmanager
    def alone(self) -> Iterator[sa.Connection]:
        """A transaction during which no other process is in one of these."""
        with _refused(), self._engine.begin() as connection:
            if not self._is_file:
                connection.exec_driver_sql(_ONE_AT_A_TIME)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes; on PostgreSQL others may be in theirs."""
        with _refused(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads, and waits for nobody."""
        with _refused(), self._engine.connect().execution_options(only_reads=True) as connection, connection.begin():
            yield connection

    def secret(self) -> bytes:
        """Random bytes that every process of this portal has."""
        with self.alone() as connection:
            there = connection.execute(sa.select(SECRET.c.secret)).scalar()
            if there is None:
                there = secrets.token_bytes(32)
                connection.execute(SECRET.insert().values(one=1, secret=there))
            return bytes(there)

    def is_first_use(self, key: bytes, now: float, seconds: float) -> bool:
        """Whether a one-time number is used for the first time within so many seconds."""
        try:
            with self.writing() as connection:
                connection.execute(ONCE.delete().where(ONCE.c.at < now - seconds))
                connection.execute(ONCE.insert().values(key=key, at=now))
        except IntegrityError:
            return False
        return True

    def close(self) -> None:
        """Lets go of the connections."""
        self._engine.dispose()


def _file_engine(path: Path) -> sa.Engine:
    address = f"sqlite:///{path.absolute()}"
    engine = sa.create_engine(
        address, connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False}, pool_size=_POOL
    )

    def connected(connection: Any, _record: object) -> None:
        # Python's driver would begin a transaction late, and end it by itself.
        connection.isolation_level = None
        for pragma in ("journal_mode = wal", "synchronous = normal", "secure_delete = on", "trusted_schema = off"):
            connection.execute(f"pragma {pragma}")

    sqlalchemy.event.listen(engine, "connect", connected)

    def begun(connection: sa.Connection) -> None:
        only_reads = connection.get_execution_options().get("only_reads", False)
        connection.exec_driver_sql("begin" if only_reads else "begin immediate")

    sqlalchemy.event.listen(engine, "begin", begun)
    return engine


@contextmanager
def _refused() -> Iterator[None]:
    """A database that does not answer, as a refusal that repeats nothing of what it said."""
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        refusal = storage_refusal(error, "the portal's state")
        if refusal is None or refusal.code == "engine-unreachable":
            problem, remedy = f"the connection ended ({type(error).__name__})", "Try again in a minute."
            refusal = Refusal("register-unreachable", "the portal's state", problem, "a server that responds", remedy)
        raise refusal from None
