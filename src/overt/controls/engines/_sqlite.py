"""SQLite: the engine of a register's own store, and the plainest check of a control's text."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from overt.controls._control import Scalar
from overt.controls.engines import _reads_sqlite
from overt.controls.engines._base import Engine, TimeLimit
from overt.model import Kind

_STEPS_BETWEEN_LOOKS = 100_000


class _KeyDigest:
    """The digest as an aggregate: text of decimal digits, since the sum outgrows 64 bits."""

    def __init__(self) -> None:
        self.total = 0

    def step(self, breach: int | None, key: str | None) -> None:
        if breach:
            digest = hashlib.md5((key or "").encode(), usedforsecurity=False).digest()
            self.total += int.from_bytes(digest[8:], "little")

    def finalize(self) -> str:
        return str(self.total)


def _of_text(function: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else function(str(value))


@dataclass
class SQLiteEngine(Engine):
    """An open connection. Dates and timestamps are ISO text, booleans are 0 and 1."""

    connection: sqlite3.Connection

    dialect = "sqlite"

    def __post_init__(self) -> None:
        self.types = {
            Kind.TEXT: "text",
            Kind.INTEGER: "integer",
            Kind.NUMBER: "real",
            Kind.BOOLEAN: "integer",
            Kind.DATE: "text",
            Kind.TIMESTAMP: "text",
        }
        self.connection.execute("pragma case_sensitive_like = on")
        # SQLite's own change the letters of ASCII alone.
        for function in (str.lower, str.upper):
            self.connection.create_function(function.__name__, 1, _of_text(function), deterministic=True)
        self.connection.create_aggregate("overt_key_digest", 2, _KeyDigest)  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """SQLite and its version."""
        return f"SQLite {sqlite3.sqlite_version}"

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """All rows of a query; a look at the clock now and then ends it past `timeout` seconds."""
        if timeout is not None:
            deadline = time.monotonic() + timeout
            self.connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS)
        try:
            return self.connection.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if timeout is not None and str(error) == "interrupted":
                raise TimeLimit(f"stopped after {timeout:g} seconds") from error
            raise
        finally:
            self.connection.set_progress_handler(None, 0)

    def execute(self, sql: str) -> None:
        """Runs a statement."""
        self.connection.execute(sql)

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()

    def reads_outside(self, control: str, statement: str) -> list[str]:
        """What the authorizer is asked for while the text and the statement are prepared."""
        return _reads_sqlite.outside(self.connection, control, statement)

    def digest(self, key: str) -> tuple[str, str, str]:
        """The whole digest by an aggregate of our own, which needs no halves."""
        return (
            "0",
            f"overt_key_digest(control.breach, {self.as_text(f'control.{key}')})",
            "count(case when control.breach then 1 end)",
        )

    def day(self, day: Any) -> str:
        """A day as the text that dates are."""
        return f"'{day.isoformat()}'"

    def literal(self, value: Scalar, kind: Kind) -> str:
        """A value as SQLite holds it."""
        if isinstance(value, bool):
            return "1" if value else "0"
        return super().literal(value, kind)
