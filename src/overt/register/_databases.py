"""Stores on SQLite and PostgreSQL, and which of them a URL names.

SQLite: write-ahead log, every commit synced to the disk, freed pages overwritten.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import sqlalchemy.event

from overt.private import private_file
from overt.refusals import Refusal
from overt.register._guard import forget_statistics, postgres_faults, sqlite_faults
from overt.register._sqlite_file import MOST_PAGES, connecting, disconnected, is_whole, overwrite_unused
from overt.register._store import PATIENCE_SECONDS, ROWS_AT_ONCE, Parameters, Store
from overt.storage import busy, damaged, storage_refusal, storage_refused

if TYPE_CHECKING:
    import psycopg

_BUSY_SECONDS = 30
_CACHE_KIB = 64 << 10
# The most that SQLite reads without copying; what a file has beyond is read as ever.
_MAPPED_BYTES = 1 << 40
# A block this large is mapped and given back once, after which glibc keeps freed memory below twice its size. A
# decision opens many small tables of its own, and would else take and return that memory from the system each time.
_KEPT_MEMORY = 24 << 20
# How long a server's readers are waited for at first, in seconds; then twice as long, and so on.
_PAUSE = 0.05
_ONE_WRITER = "select pg_advisory_xact_lock(hashtextextended('overt writer ' || current_schema(), 0))"
# How long it may take to tell a server that nobody waits for an answer.
_CANCEL_SECONDS = 2.0


class SQLiteStore(Store):
    """A register in one file."""

    dialect = "sqlite"

    def __init__(self, path: Path, *, new: bool = False) -> None:
        """Opens the file; refuses one that is missing, unless it is to be `new`, and one that is no whole database."""
        memory = bytes(_KEPT_MEMORY)
        del memory
        self.path = path
        self._guarded: tuple[int, list[str]] = (-1, [])
        with storage_refused(path):
            if not path.is_file():
                if not new:
                    raise _absent(path)
                # The files that SQLite puts beside it get the same mode.
                private_file(path)
            self._file: tuple[int, int] | None = connecting(path)
            try:
                if not new and not is_whole(path):
                    raise damaged(str(path))
                self.connection = self._connect(check_same_thread=False, cached_statements=512, timeout=_BUSY_SECONDS)
                try:
                    self._set_up()
                except BaseException:
                    self.connection.close()
                    raise
            except BaseException:
                disconnected(self._file)
                raise

    def _connect(self, **more: Any) -> sqlite3.Connection:
        # Without `mode=rw` a file that is missing would be made, empty.
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        connection: sqlite3.Connection = sqlite3.connect(address, uri=True, isolation_level=None, **more)
        return connection

    def _set_up(self) -> None:
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

    def interrupt(self) -> None:
        self.connection.interrupt()

    def engine(self) -> sa.Engine:
        engine = sa.create_engine("sqlite://", creator=self._connect, poolclass=sa.NullPool)
        # Python's driver would let changes to the schema take effect before the transaction ends.
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("begin immediate"))
        return engine

    def forget_samples(self, patience: float = 0.0) -> int:
        # The keeper's `analyze` fills it, where SQLite was built to take samples.
        if self.rows("select 1 from sqlite_master where name = 'sqlite_stat4'"):
            with self.transaction():
                self.run("delete from sqlite_stat4")
        return 0

    def wipe(self, tables: Iterable[str], patience: float = PATIENCE_SECONDS) -> int:
        self.forget_samples()
        # `secure_delete` has overwritten the pages; the log still holds them as they were.
        self.connection.execute(f"pragma busy_timeout = {int(patience * 1000)}")
        try:
            is_busy = self.rows("pragma wal_checkpoint(truncate)")[0][0]
        finally:
            self.connection.execute(f"pragma busy_timeout = {_BUSY_SECONDS * 1000}")
        if not is_busy:
            return self._overwrite_unused()
        log = self.path.with_name(f"{self.path.name}-wal")
        return max(log.stat().st_size if log.is_file() else 0, 1)

    def guard(self) -> list[str]:
        # It counts the changes to the schema, so that most transactions need not look at it.
        version = int(self.rows("pragma schema_version")[0][0])
        if self._guarded[0] != version:
            objects = self.rows("select type, name, coalesce(sql, '') from sqlite_master where type <> 'index'")
            self._guarded = (version, sqlite_faults({name: (kind, sql) for kind, name, sql in objects}))
        return self._guarded[1]

    def _overwrite_unused(self) -> int:
        """Overwrites copies of rows that stayed behind in pages when these were split: see `_sqlite_file`."""
        if self.rows("pragma page_count")[0][0] > MOST_PAGES:
            self.connection.execute("vacuum")
            self.rows("pragma wal_checkpoint(truncate)")
            return 0
        while True:
            # Nobody writes while this lasts, so that an empty log stays empty.
            self._begin()
            try:
                log = self.path.with_name(f"{self.path.name}-wal")
                if not log.is_file() or not log.stat().st_size:
                    overwrite_unused(self.path)
                    return 0
            finally:
                self._end("rollback")
            if self.rows("pragma wal_checkpoint(truncate)")[0][0]:
                # A reader holds it up: the next attempt overwrites them.
                return 1

    def close(self) -> None:
        self.connection.close()
        if self._file is not None:
            disconnected(self._file)
            self._file = None

    def _begin(self) -> None:
        try:
            self.connection.execute("begin immediate")
        except sqlite3.OperationalError as error:
            raise storage_refusal(error, self.path.name) or busy(self.path.name) from None

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
            raise Refusal("engine-not-installed", "PostgreSQL", "the driver is not installed", wanted) from error
        try:
            self.connection: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True, **_patience(url))
        except psycopg.Error as error:
            why = f"no connection ({type(error).__name__})"
            raise Refusal("engine-unreachable", "PostgreSQL", why, "a server that responds at that address") from None
        self._error: type[Exception] = psycopg.Error
        self._url = url
        self._texts: dict[str, str] = {}
        self._streams = 0
        self.key_clash = psycopg.errors.UniqueViolation
        self._locked = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
        self.connection.prepare_threshold = 1
        # A statement over the staged rows is long to plan and the same for all of them.
        self.connection.execute("set plan_cache_mode = force_generic_plan")
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute("set jit = off")
        if self.rows("show synchronous_commit")[0][0] == "off":
            # What is acknowledged must be on the disk, whatever the server's own settings are.
            self.connection.execute("set synchronous_commit = on")

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        with self._connected():
            return self.connection.execute(self._text(sql), parameters).fetchall()

    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[tuple[Any, ...]]:
        # A cursor of the server's, so that other queries may run between its rows.
        self._streams += 1
        with self._connected(), self.connection.cursor(name=f"stream_{self._streams}", withhold=True) as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield from cursor.execute(self._text(sql), parameters)

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        with self._connected():
            return self.connection.execute(self._text(sql), parameters).rowcount

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        with self._connected(), self.connection.cursor() as cursor:
            cursor.executemany(self._text(sql), rows)

    def interrupt(self) -> None:
        self.connection.cancel_safe(timeout=_CANCEL_SECONDS)

    def is_lost(self) -> bool:
        return bool(self.connection.closed)

    def answers(self) -> bool:
        try:
            self.rows("select 1")
        except Refusal:
            return False
        return True

    @contextmanager
    def _connected(self, doubt: str = "") -> Iterator[None]:
        """Refuses, where the connection ends inside: the server was restarted, or cannot be reached any more."""
        try:
            yield
        except self._error as error:
            # A server that is being stopped says so (57P01 to 57P05) before it ends the connection.
            if str(getattr(error, "sqlstate", None) or "").startswith(("57P", "08")):
                self.connection.close()
            if not self.is_lost():
                raise
            problem = f"the connection ended ({type(error).__name__}){doubt}"
            remedy = "Look whether it was recorded, then try again." if doubt else "Try again in a minute."
            raise Refusal("register-unreachable", "PostgreSQL", problem, "a server that responds", remedy) from None

    def engine(self) -> sa.Engine:
        url = sa.make_url(self._url).set(drivername="postgresql+psycopg")
        return sa.create_engine(url, poolclass=sa.NullPool)

    def wipe(self, tables: Iterable[str], patience: float = PATIENCE_SECONDS) -> int:
        last = time.monotonic() + patience
        left = self.forget_samples(patience)
        # A plain vacuum leaves deleted rows in the free space of their pages.
        return left + self._rewrite(list(tables), last - time.monotonic())

    def forget_samples(self, patience: float = 0.0) -> int:
        return forget_statistics(self, lambda tables: self._rewrite(tables, patience))

    def _rewrite(self, tables: Sequence[str], patience: float) -> int:
        """Writes tables anew without their deleted rows; how many bytes hold rows that a reader still keeps alive.

        Those of a reader that ends within `patience` seconds are written once more.
        """
        last, pause = time.monotonic() + patience, _PAUSE
        while True:
            left = {table: size for table in tables if (size := self._rewrite_once(table, last - time.monotonic()))}
            if not left or time.monotonic() + pause > last:
                return sum(left.values())
            time.sleep(pause)
            tables, pause = list(left), 2 * pause

    def _rewrite_once(self, table: str, patience: float) -> int:
        dead: list[int] = []

        def note(diagnostic: Any) -> None:
            # "N dead row versions cannot be removed yet", in whatever language the server speaks.
            matched = re.match(r"\D*(\d+)", diagnostic.message_detail or "")
            dead.extend([int(matched[1])] if matched else [])

        self.connection.add_notice_handler(note)
        self.connection.execute(f"set lock_timeout = {max(1, int(patience * 1000))}".encode())
        try:
            self.connection.execute(f'vacuum (full, verbose) "{table}"'.encode())
        except self._locked:
            dead.clear()
        finally:
            self.connection.execute("reset lock_timeout")
            self.connection.remove_notice_handler(note)
        # Somebody who may not write it anew gets a warning, and no number.
        is_done = bool(dead) and not any(dead)
        return 0 if is_done else int(self.rows("select pg_total_relation_size(?::text::regclass)", (table,))[0][0])

    def guard(self) -> list[str]:
        return postgres_faults(self)

    def close(self) -> None:
        self.connection.close()

    def _begin(self) -> None:
        with self._connected():
            self.connection.execute("begin")
            # One writer at a time, wherever it runs. A lock of the table would need the right to delete from it.
            self.connection.execute(_ONE_WRITER)

    def _end(self, word: str) -> None:
        # A server that was asked to commit, and does not answer, may have done it.
        with self._connected(": whether it was recorded is not known" if word == "commit" else ""):
            self.connection.execute(word.encode())

    def _text(self, sql: str) -> bytes:
        text = self._texts.get(sql)
        if text is None:
            text = self._texts[sql] = sql.replace("%", "%%").replace("?", "%s")
        return text.encode()


def _patience(url: str) -> dict[str, Any]:
    """How long a server is waited for that does not answer at all, in seconds, where the address does not say."""
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415  an extra

    usual = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    return {name: value for name, value in usual.items() if name not in conninfo_to_dict(url)}


def database_file(url: str) -> Path:
    """The file of a SQLite register, in its folder; refuses a place outside of it, which a copy would not hold."""
    path = Path(url.partition("://")[2].removeprefix("/"))
    if path.is_absolute() or ".." in path.parts or not path.name:
        wanted = "a file in the register's folder: sqlite:///FILE"
        raise Refusal(
            "register-database", "register.toml, database", "the file is outside the register's folder", wanted
        )
    return path


def open_store(url: str, folder: Path, *, new: bool = False) -> Store:
    """The store that a register names: `sqlite:///register.sqlite` (in the register's folder) or `postgresql://…`.

    A file is made only for a `new` register: one that should be there and is not is refused.
    """
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return SQLiteStore(folder / database_file(url), new=new)
    if scheme in ("postgresql", "postgres"):
        return PostgresStore(url)
    raise Refusal("register-database", "register.toml, database", f"{scheme}://…", "sqlite:///FILE or postgresql://…")


def _absent(path: Path) -> Refusal:
    remedy = "put it back, or make the register again: overt register restore BACKUP --out FOLDER"
    return Refusal(
        "register-database-absent", str(path), "there is no such file", "the database of the register", remedy
    )
