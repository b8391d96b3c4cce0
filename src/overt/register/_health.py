"""A register as it lies there, opened for a look that changes nothing.

`Register.open` migrates the tables and finishes erasures. A check must see the faults before that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from overt.register._databases import open_store
from overt.register._migrate import HEAD, revision_of
from overt.register._record import moment_text
from overt.register._register import Register
from overt.register._settings import read_settings
from overt.register._store import Store


@dataclass(frozen=True)
class DatabaseState:
    """What a database says of itself.

    `revision` is the version of its tables, none where there are none; `wanted` that of this Overt. `now` is the
    server's clock, none for a file. `faults` are what stands between the register and its tables. `may_change_history`
    says whether the account could delete or alter ledger entries; none for a file, whose owner always can.
    """

    engine: str
    revision: str | None
    wanted: str
    now: dt.datetime | None
    faults: tuple[str, ...]
    may_change_history: bool | None


@contextmanager
def looked_at(folder: Path) -> Iterator[Register]:
    """The register in a folder, unchanged. Refuses a folder without one, and a database that cannot be reached."""
    settings = read_settings(folder)
    store = open_store(settings.database, folder)
    try:
        yield Register(folder, settings, store)
    finally:
        store.close()


def database_state(register: Register) -> DatabaseState:
    """What the database of a register says of itself."""
    store = register.store
    revision = revision_of(store)
    faults = tuple(store.guard()) if revision == HEAD else ()
    if store.dialect == "sqlite":
        version = str(store.rows("select sqlite_version()")[0][0])
        return DatabaseState(f"SQLite {version}", revision, HEAD, None, faults, None)
    version, moment = store.rows("select current_setting('server_version'), clock_timestamp() at time zone 'UTC'")[0]
    name = f"PostgreSQL {str(version).split()[0]}"
    return DatabaseState(name, revision, HEAD, moment, faults, _may_change_history(store) if revision else None)


def _may_change_history(store: Store) -> bool:
    rows = store.rows(
        "select has_table_privilege('leaf', 'DELETE') or has_table_privilege('leaf', 'UPDATE')"
        " or has_table_privilege('leaf', 'TRUNCATE')"
    )
    return bool(rows[0][0])


def recorded_at(register: Register, seq: int) -> str | None:
    """When a ledger entry was recorded, in UTC; none if there is no such entry."""
    rows = register.store.rows("select recorded_at from leaf where seq = ?", (seq,))
    return (rows[0][0] if isinstance(rows[0][0], str) else moment_text(rows[0][0])) if rows else None
