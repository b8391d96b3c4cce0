"""What SQLite would read: its authorizer is asked for each table, column and function while a query is prepared.

This is done twice: in a database that holds nothing but the empty tables of the model, to which the control's own text
is given as a whole; and on the connection that will run it, with the statement as it will run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache

from overt.controls.engines._reads import MODEL, words
from overt.model import TABLES

_FUNCTIONS = words(
    "count sum min max coalesce nullif ifnull trim ltrim rtrim lower upper length replace like substr",
    "row_number lag lead date datetime julianday substring",
)
# Tables that are there without being listed: a pragma as a table, and what modules bring along.
_UNLISTED = ("pragma_", "sqlite_")


def outside(connection: sqlite3.Connection, control: str, statement: str) -> list[str]:
    """What the control would read beside tables of the model; both texts are prepared and neither is run."""
    return _asked_for(_room(), control) or _asked_for(connection, statement)


@cache
def _room() -> sqlite3.Connection:
    """A database of its own that holds nothing but the empty tables of the model."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    for table in TABLES.values():
        connection.execute(f"create table {table.name} ({', '.join(column.name for column in table.columns)})")
    return connection


def _asked_for(connection: sqlite3.Connection, sql: str) -> list[str]:
    refused: list[str] = []
    connection.set_authorizer(_authorizer(_known_names(connection), refused))
    try:
        connection.execute(f"explain {sql}").close()
    except (sqlite3.DatabaseError, sqlite3.Warning) as error:
        # A warning is of a text that is more than one statement.
        if not refused:
            return _said(error)
    except ValueError:
        # A text that holds what no text can.
        return ["something that is not one select"]
    finally:
        connection.set_authorizer(None)
    return refused


def _said(error: Exception) -> list[str]:
    """What it could not find. Any other error says that the query cannot be run either."""
    if str(error).startswith(("no such table", "no such module", "no such function", "unknown database")):
        return ["something that is not there: a table or function"]
    if str(error).startswith("You can only execute one statement"):
        return ["something that is not one select"]
    raise error


def _known_names(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of all that can be read, in small letters."""
    names = {name for (name,) in connection.execute("select name from pragma_module_list")}
    for _, database, _ in connection.execute("pragma database_list").fetchall():
        quoted = database.replace('"', '""')
        names |= {name for (name,) in connection.execute(f'select name from "{quoted}".sqlite_master')}
    return frozenset(str(name).lower() for name in names)


def _authorizer(known: frozenset[str], refused: list[str]) -> Callable[..., int]:
    def decide(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and may_read(str(first).lower(), str(second or "").lower(), database):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
        named = {sqlite3.SQLITE_READ: f"{first}.{second or '*'}", sqlite3.SQLITE_FUNCTION: f"the function {second}"}
        refused.append(named.get(action, "something that is not one select"))
        return sqlite3.SQLITE_DENY

    def may_read(table: str, column: str, database: str | None) -> bool:
        if table in MODEL and database in ("main", "temp", None):
            return not column or column in TABLES[table].by_name
        # A select of the query's own, of which no column is read, is asked for by its name and without a database.
        return not column and database is None and table not in known and not table.startswith(_UNLISTED)

    return decide
