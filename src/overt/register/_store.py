"""One connection to the database of a register, SQLite or PostgreSQL, spoken to in plain SQL.

SQLite: write-ahead log, every commit synced to the disk, freed pages overwritten. Statements have `?`
for parameters on both; those that are run for every record are prepared once and kept by the driver.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import sqlalchemy.event

from overt.refusals import Refusal
from overt.register._sqlite_file import MOST_PAGES, overwrite_unused

if TYPE_CHECKING:
    import psycopg

Parameters = Sequence[Any]
_BUSY_SECONDS = 30
_ROWS_AT_ONCE = 5_000
_CACHE_KIB = 64 << 10
# The most that SQLite reads without copying; what a file has beyond is read as ever.
_MAPPED_BYTES = 1 << 40
# A block this large is mapped and given back once, after which glibc keeps freed memory below twice its size. A
# decision opens many small tables of its own, and would else take and return that memory from the system each time.
_KEPT_MEMORY = 24 << 20


class Store(ABC):
    """A connection. Only inside `transaction` may anything be written."""

    dialect = ""
    key_clash: type[Exception] = sqlite3.IntegrityError

    @abstractmethod
    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""

    def takes(self, sql: str) -> bool:
        """Whether a statement is not too much for the engine."""
        return True

    @abstractmethod
    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, without holding them all."""

    @abstractmethod
    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Runs a statement; how many rows it touched."""

    @abstractmethod
    def run_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Runs a statement for each row."""

    @abstractmethod
    def engine(self) -> sa.Engine:
        """Connections of SQLAlchemy to the same database, for changes to its schema."""

    @abstractmethod
    def wipe(self, tables: Iterable[str]) -> None:
        """Leaves nothing of deleted rows in the pages of the database, its log or its free space."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of the connection."""

    @abstractmethod
    def _begin(self) -> None: ...

    @abstractmethod
    def _end(self, word: str) -> None: ...

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done inside is on the disk when this returns, or never was. One writer at a time."""
        self._begin()
        try:
            yield
        except BaseException:
            self._end("rollback")
            raise
        self._end("commit")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every query inside sees the register as it stood at the first."""
        self._end("begin" if self.dialect == "sqlite" else "begin isolation level repeatable read")
        try:
            yield
        finally:
            self._end("rollback")


class SQLiteStore(Store):
    """A register in one file."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        kept = bytes(_KEPT_MEMORY)
        del kept
        self.path = path
        self.connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=_BUSY_SECONDS
        )
        for pragma in (
            "journal_mode = wal",
            "synchronous = full",
            "foreign_keys = off",
            "secure_delete = on",
            f"cache_size = -{_CACHE_KIB}",
            f"mmap_size = {_MAPPED_BYTES}",
            # The tables that a decision makes for itself have a few rows: an index over them costs more than it saves.
            "automatic_index = off",
            # As the audit's engine has it, so that a control means the same.
            "case_sensitive_like = on",
            # A view or trigger that somebody planted in the file runs no function beyond the engine's harmless ones.
            "trusted_schema = off",
        ):
            self.connection.execute(f"pragma {pragma}")

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters).fetchall()

    def takes(self, sql: str) -> bool:
        try:
            self.connection.execute(f"explain {sql}")
        except sqlite3.OperationalError:
            return False
        except sqlite3.ProgrammingError:
            # It was read, and lacks its parameters.
            return True
        return True

    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[tuple[Any, ...]]:
        yield from self.connection.execute(sql, parameters)

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        return self.connection.execute(sql, parameters).rowcount

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        self.connection.executemany(sql, rows)

    def engine(self) -> sa.Engine:
        made = sa.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(self.path, isolation_level=None), poolclass=sa.NullPool
        )
        # Python's driver would let changes to the schema take effect before the transaction ends.
        sa.event.listen(made, "begin", lambda connection: connection.exec_driver_sql("begin immediate"))
        return made

    def wipe(self, tables: Iterable[str]) -> None:
        # `secure_delete` has overwritten the rows; the log still holds them as they were.
        busy = self.rows("pragma wal_checkpoint(truncate)")[0][0]
        if busy:
            raise Refusal(
                "register-busy", self.path.name, "another program is reading it", "nobody reading while it is erased"
            )
        self._overwrite_unused()

    def _overwrite_unused(self) -> None:
        """Overwrites copies of rows that stayed behind in pages when these were split: see `_sqlite_file`."""
        if self.rows("pragma page_count")[0][0] > MOST_PAGES:
            self.connection.execute("vacuum")
            self.rows("pragma wal_checkpoint(truncate)")
            return
        while True:
            # Nobody writes while this lasts, so that an empty log stays empty.
            self._begin()
            try:
                log = self.path.with_name(f"{self.path.name}-wal")
                if not log.is_file() or not log.stat().st_size:
                    overwrite_unused(self.path)
                    return
            finally:
                self._end("rollback")
            if self.rows("pragma wal_checkpoint(truncate)")[0][0]:
                raise Refusal(
                    "register-busy", self.path.name, "another program is reading it", "nobody reading while it is erased"
                )

    def close(self) -> None:
        self.connection.close()

    def _begin(self) -> None:
        try:
            self.connection.execute("begin immediate")
        except sqlite3.OperationalError as error:
            raise Refusal("register-busy", self.path.name, str(error), "one writer at a time") from None

    def _end(self, word: str) -> None:
        # A full disk has already rolled back.
        if word == "rollback" and not self.connection.in_transaction:
            return
        self.connection.execute(word)


class PostgresStore(Store):
    """A register on a PostgreSQL server."""

    dialect = "postgres"

    def __init__(self, url: str) -> None:
        try:
            import psycopg  # noqa: PLC0415  an extra
        except ImportError as error:
            wanted = "pip install 'overt[postgres]'"
            raise Refusal("engine-not-installed", "PostgreSQL", "no driver", wanted) from error
        try:
            self.connection: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)
        except psycopg.Error as error:
            found = f"no connection ({type(error).__name__})"
            raise Refusal("engine-unreachable", "PostgreSQL", found, "a server that answers at that address") from None
        self._url = url
        self.key_clash = psycopg.errors.UniqueViolation
        self.connection.prepare_threshold = 1
        # A statement over the staged rows is long to plan and the same for all of them.
        self.connection.execute("set plan_cache_mode = force_generic_plan")
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute("set jit = off")
        self._texts: dict[str, str] = {}
        self._streams = 0

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(self._text(sql), parameters).fetchall()

    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[tuple[Any, ...]]:
        # A cursor of the server's, so that other queries may run between its rows.
        self._streams += 1
        with self.connection.cursor(name=f"stream_{self._streams}", withhold=True) as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            yield from cursor.execute(self._text(sql), parameters)

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        return self.connection.execute(self._text(sql), parameters).rowcount

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(self._text(sql), rows)

    def engine(self) -> sa.Engine:
        url = sa.make_url(self._url).set(drivername="postgresql+psycopg")
        return sa.create_engine(url, poolclass=sa.NullPool)

    def wipe(self, tables: Iterable[str]) -> None:
        # A plain vacuum leaves deleted rows in the free space of their pages.
        for name in tables:
            self.connection.execute(f'vacuum full "{name}"'.encode())

    def close(self) -> None:
        self.connection.close()

    def _begin(self) -> None:
        self.connection.execute("begin")
        self.connection.execute("lock table leaf in exclusive mode")

    def _end(self, word: str) -> None:
        self.connection.execute(word.encode())

    def _text(self, sql: str) -> bytes:
        found = self._texts.get(sql)
        if found is None:
            found = self._texts[sql] = sql.replace("%", "%%").replace("?", "%s")
        return found.encode()


def database_file(url: str) -> Path:
    """The file of a SQLite register, in its folder; refuses a place outside of it, which a copy would not hold."""
    path = Path(url.partition("://")[2].removeprefix("/"))
    if path.is_absolute() or ".." in path.parts or not path.name:
        wanted = "a file in the register's folder: sqlite:///FILE"
        raise Refusal("register-database", "register.toml, database", "a file outside of the register's folder", wanted)
    return path


def open_store(url: str, folder: Path) -> Store:
    """The store that a register names: `sqlite:///register.sqlite` (in the register's folder) or `postgresql://…`."""
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return SQLiteStore(folder / database_file(url))
    if scheme in ("postgresql", "postgres"):
        return PostgresStore(url)
    raise Refusal("register-database", "register.toml, database", f"{scheme}://…", "sqlite:///FILE or postgresql://…")
