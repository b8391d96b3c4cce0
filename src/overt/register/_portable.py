"""The rows of a register from one engine to another: a backup of a server's database, and a register put onto a server.

A backup holds its database as a SQLite file, whichever engine the register is on, so that it can be looked at, checked
and restored anywhere. Rows are copied as they are: every one still fits its leaf.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from overt.private import write_private
from overt.refusals import Refusal
from overt.register._databases import SQLiteStore, database_file, open_store
from overt.register._guard import check_guard
from overt.register._migrate import migrate
from overt.register._record import moment_text
from overt.register._register import Register
from overt.register._schema import METADATA
from overt.register._settings import DEFAULT_DATABASE, SETTINGS_FILE, read_settings
from overt.register._store import ROWS_AT_ONCE, Store
from overt.register._vouch import vouch

_ENDINGS = ("", "-wal", "-shm", "-journal")


def dump(register: Register, folder: Path) -> int:
    """Writes the database of a register, as it stands at one moment, into a SQLite file of `folder`; gives its leaves.

    The folder also gets the settings of a register that has its database there, without the server's address.
    """
    settings = replace(register.settings, database=DEFAULT_DATABASE)
    file = SQLiteStore(folder / database_file(DEFAULT_DATABASE), new=True)
    try:
        migrate(file, new=True)
        with register.store.reading():
            copy_rows(register.store, file)
            leaves = register.size()
        written = settings.as_toml().encode()
        own = (register.folder / SETTINGS_FILE).read_bytes()
        with file.transaction():
            # Settings that nobody vouched for are not vouched for by a backup.
            file.run(
                "update vouched set digest = ? where path = ? and digest = ?",
                (sha256(written).hexdigest(), SETTINGS_FILE, sha256(own).hexdigest()),
            )
        file.run("pragma journal_mode = delete")
    finally:
        file.close()
    write_private(folder / SETTINGS_FILE, written)
    return leaves


def put_on_server(folder: Path, url: str) -> None:
    """Puts the database of a register, a file in its folder, onto a server, and removes the file.

    Refuses a database that has tables of a register already, and a register that is on a server.
    """
    settings = read_settings(folder)
    if not settings.database.startswith("sqlite:"):
        raise Refusal("register-database", SETTINGS_FILE, "the database is on a server already", "a file in the folder")
    server = open_store(url, folder, new=True)
    try:
        migrate(server, new=True)
        check_guard(server)
        with Register.open(folder, finish=False) as register, register.store.reading():
            copy_rows(register.store, server)
        server.forget_samples()
    finally:
        server.close()
    part = folder / f".{SETTINGS_FILE}.part"
    write_private(part, replace(settings, database=url).as_toml().encode())
    part.replace(folder / SETTINGS_FILE)
    with Register.open(folder) as moved:
        vouch(moved, [folder / SETTINGS_FILE])
    file = folder / database_file(settings.database)
    for ending in _ENDINGS:
        file.with_name(file.name + ending).unlink(missing_ok=True)


def copy_rows(source: Store, target: Store) -> None:
    """Copies every row of a register into empty tables of the same version, in one transaction."""
    fit = _booleans_of(target) if target.dialect == "postgres" else None
    with target.transaction():
        for table in METADATA.sorted_tables:
            columns = [column.name for column in table.columns]
            listed = ", ".join(f'"{name}"' for name in columns)
            insert = f'insert into "{table.name}" ({listed}) values ({", ".join("?" * len(columns))})'
            truths = {place for place, name in enumerate(columns) if fit and (table.name, name) in fit}
            rows = (_fitted(row, truths) for row in source.stream(f'select {listed} from "{table.name}"'))
            while some := list(islice(rows, ROWS_AT_ONCE)):
                target.run_many(insert, some)


def _booleans_of(store: Store) -> set[tuple[str, str]]:
    rows = store.rows(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = current_schema() and data_type = 'boolean'"
    )
    return {(str(table), str(column)) for table, column in rows}


# Dates and moments are ISO text on SQLite, and PostgreSQL reads it.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    dt.datetime: moment_text,
    dt.date: dt.date.isoformat,
    bool: int,
    memoryview: bytes,
}


def _fitted(row: Sequence[Any], truths: set[int]) -> tuple[Any, ...]:
    return tuple(_cells(row, truths))


def _cells(row: Sequence[Any], truths: set[int]) -> Iterator[Any]:
    for place, cell in enumerate(row):
        plain = _PLAIN.get(type(cell))
        value = plain(cell) if plain else cell
        yield bool(value) if place in truths and value is not None else value
