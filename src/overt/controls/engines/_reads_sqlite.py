"""What SQLite would read: its authorizer is asked for each table, column and function while a query is prepared."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from overt.controls.engines._reads import MODEL, words
from overt.model import TABLES

_FUNCTIONS = words(
    "count sum min max coalesce nullif ifnull trim ltrim rtrim lower upper length replace like substr abs",
    "row_number lag lead date julianday overt_key_digest",
)
# Tables that are there without being listed: a pragma as a table, and what modules bring along.
_UNLISTED = ("pragma_", "sqlite_")


@contextmanager
def authorised(connection: sqlite3.Connection) -> Iterator[list[str]]:
    """While it is open only tables of the model can be read; gives the list of what was asked for beside them."""
    refused: list[str] = []
    connection.set_authorizer(_authorizer(_known_names(connection), refused))
    try:
        yield refused
    finally:
        connection.set_authorizer(None)


def outside(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[str]:
    """What the query would read beside tables of the model; it is prepared and not run."""
    with authorised(connection) as refused:
        try:
            connection.execute(f"explain {sql}", parameters)
        except sqlite3.DatabaseError:
            if not refused:
                raise
    return refused


def _known_names(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of all that can be read, in small letters."""
    names = {name for (name,) in connection.execute("select name from pragma_module_list")}
    for _, database, _ in connection.execute("pragma database_list").fetchall():
        quoted = database.replace('"', '""')
        names |= {name for (name,) in connection.execute(f'select name from "{quoted}".sqlite_master')}
    return frozenset(str(name).lower() for name in names)


def _authorizer(known: frozenset[str], refused: list[str]) -> Callable[..., int]:
    def decide(action: int, first: str | None, second: str | None, database: str | None, view: str | None) -> int:
        if action == sqlite3.SQLITE_SELECT or (action == sqlite3.SQLITE_READ and _may_read(first, second, database)):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
        refused.append({sqlite3.SQLITE_READ: f"{first}.{second}", sqlite3.SQLITE_FUNCTION: f"the function {second}"}.get(
            action, f"action {action} of {first}"
        ))
        return sqlite3.SQLITE_DENY

    def _may_read(table: str | None, column: str | None, database: str | None) -> bool:
        name = str(table).lower()
        if name in MODEL and database in ("main", "temp", None):
            return not column or column.lower() in TABLES[name].by_name
        # A select of the query's own, of which no column is read, is asked for by its name and without a database.
        return not column and database is None and name not in known and not name.startswith(_UNLISTED)

    return decide
