"""One connection to the database of a register, spoken to in plain SQL: what SQLite and PostgreSQL have in common.

Statements have `?` for parameters on both; those run for every record are prepared once and kept by the driver.
"""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
import sqlalchemy.event

Parameters = Sequence[Any]
# How long an erasure waits for readers before it leaves the last step to the next command.
PATIENCE_SECONDS = 3.0
ROWS_AT_ONCE = 5_000


class Store(ABC):
    """A connection. Only inside `transaction` may anything be written."""

    dialect = ""
    key_clash: type[Exception] = sqlite3.IntegrityError
    # The thread whose transaction is open.
    _inside: int | None = None
    # What is to be done once it is committed.
    _afterwards: dict[str, Callable[[], None]] | None = None

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
    def wipe(self, tables: Iterable[str], patience: float = PATIENCE_SECONDS) -> int:
        """Leaves nothing of deleted rows in the pages of the database, its log or its free space.

        Gives how many bytes are still to be overwritten, since somebody is reading them; 0 when all is done. Waits
        `patience` seconds for a reader.
        """

    @abstractmethod
    def forget_samples(self, patience: float = 0.0) -> int:
        """Sees that the engine keeps no values of people for planning queries, and gives the same as `wipe`."""

    @abstractmethod
    def guard(self) -> list[str]:
        """What stands between this register and its tables, as a trigger or a rule would: nothing, if all is well.

        Asked inside a transaction after rows were written, it also covers what was put there meanwhile: the engine lets
        nobody change a table that another transaction has written to.
        """

    @abstractmethod
    def close(self) -> None:
        """Lets go of the connection."""

    @abstractmethod
    def interrupt(self) -> None:
        """Stops the query that runs on this connection, from another thread. It may also stop the next one."""

    def is_lost(self) -> bool:
        """Whether the connection ended, so that it can never be used again. Asks nobody."""
        return False

    def answers(self) -> bool:
        """Whether the database answers on this connection now."""
        return not self.is_lost()

    @abstractmethod
    def _begin(self) -> None: ...

    @abstractmethod
    def _end(self, word: str) -> None: ...

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done inside is on the disk when this returns, or never was. One writer at a time.

        A transaction that the same thread begins inside another is part of it.
        """
        if self._inside == threading.get_ident():
            yield
            return
        self._begin()
        self._inside = threading.get_ident()
        self._afterwards = {}
        try:
            yield
        except BaseException:
            self._inside = None
            if not self.is_lost():
                self._end("rollback")
            raise
        self._inside = None
        try:
            self._end("commit")
        except BaseException:
            # A full disk may be met only here. What was not committed must not stay open.
            if not self.is_lost():
                self._end("rollback")
            raise
        for do in self._afterwards.values():
            do()

    def afterwards(self, what: str, do: Callable[[], None]) -> None:
        """Has something done once, as soon as the open transaction is committed, and never if it is not."""
        if self._afterwards is not None:
            self._afterwards[what] = do

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every query inside sees the register as it stood at the first."""
        self._end("begin" if self.dialect == "sqlite" else "begin isolation level repeatable read")
        try:
            yield
        finally:
            if not self.is_lost():
                self._end("rollback")
