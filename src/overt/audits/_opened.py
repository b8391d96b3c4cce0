"""A source made ready for controls: loaded, mapped, profiled, and opened so that nothing can be changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from overt.audits._prepared import Prepared
from overt.audits.mapping import (
    ColumnFill,
    Filled,
    Mapping,
    apply_mapping,
    count_filled,
    is_profiled,
    profile_columns,
    read_filled,
    read_mapping,
)
from overt.audits.place import ServerOptions
from overt.audits.source import (
    Limits,
    Progress,
    SourceAccount,
    check_unchanged,
    load_source,
    open_locked,
    open_workshop,
    read_account,
    split_password,
)
from overt.controls.engines import is_server
from overt.model import TABLES
from overt.rows import Reading


@dataclass(frozen=True)
class SourceOptions:
    """Where a source is and how it is to be read.

    `memory` is the engine's limit ("1GiB"); beyond it the engine spills to disk. `server` is for a source on a server.
    """

    location: str
    mapping: Path | None = None
    reading: Reading = field(default_factory=Reading)
    memory: str = "530MiB"
    threads: int | None = None
    server: ServerOptions = field(default_factory=ServerOptions)

    @property
    def in_place(self) -> bool:
        """Whether an audit asks the server on which the source lies, and copies nothing."""
        return is_server(self.location) and not self.server.copy

    def source_key(self) -> str:
        """What tells this source, as it is to be read, from another, or from itself after a change, in hexadecimal.

        Nothing is read but names, sizes and times of files, so it holds for one machine. The mapping is not in it: a
        source is loaded once, whatever is then made of it. Nor is a password, which nobody may find by trying.
        """
        path = Path(self.location)
        files = sorted(path.iterdir()) if path.is_dir() else [path] if path.is_file() else []
        seen = [(str(file.absolute()), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        parts = [split_password(self.location)[0], self.reading.content, seen, asdict(self.server)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def mapping_key(self) -> str:
        """What tells the mapping from another: SHA-256 of its text in hexadecimal, empty if there is none."""
        mapping = self.read_mapping()
        return mapping.digest if mapping else ""

    def read_mapping(self) -> Mapping | None:
        """The mapping, if one is given."""
        return read_mapping(self.mapping) if self.mapping else None

    @property
    def limits(self) -> Limits:
        """How much of the machine reading may take."""
        return Limits(memory=self.memory, threads=self.threads)


@dataclass(frozen=True)
class Opened(Prepared):
    """A source that controls can be run on. `connection` can be read and nothing else."""

    connection: duckdb.DuckDBPyConnection


def prepare(
    options: SourceOptions,
    database: Path,
    progress: Progress | None = None,
    *,
    profile: bool = True,
    mapping_begins: Callable[[], None] = lambda: None,
) -> None:
    """Loads a source into `database`, maps and profiles it, here. `mapping_begins` is called before it maps."""
    mapping = options.read_mapping()
    account = load(options, database, progress)
    with open_workshop(database, account.held_files, memory=options.memory, threads=options.threads) as connection:
        filled = read_filled(connection, mapping)
        if profile and (filled is None or not is_profiled(connection)):
            profile_columns(connection)
        elif filled is None:
            count_filled(connection, account)
        if filled is None:
            mapping_begins()
            apply_mapping(connection, mapping, account, limits=options.limits)


def is_prepared(options: SourceOptions, database: Path, *, profile: bool = True) -> bool:
    """Whether an earlier attempt did all that `prepare` would do."""
    mapping = options.read_mapping()
    account = read_account(database)
    if account is None or _journal(database).exists():
        return False
    with open_locked(database, account.held_files, memory=options.memory, threads=options.threads) as connection:
        return read_filled(connection, mapping) is not None and (not profile or is_profiled(connection))


@contextmanager
def open_prepared(options: SourceOptions, database: Path) -> Iterator[Opened]:
    """Opens a source that was prepared in `database`; no expression of its mapping is run again."""
    mapping = options.read_mapping()
    account = read_account(database)
    if account is None:
        raise ValueError("this database holds no source that was loaded to its end")
    check_unchanged(account)
    connection = open_locked(database, account.held_files, memory=options.memory, threads=options.threads)
    try:
        filled = read_filled(connection, mapping)
        if filled is None:
            raise ValueError("this database holds no source that was mapped to its end")
        fills = tuple(
            ColumnFill(table, column.removeprefix(f"{table}."), rows, full)
            for table, column, rows, full in connection.execute(_FILLS).fetchall()
        )
        absent = tuple(name for name in TABLES if name not in filled.columns)
        yield Opened(account, mapping, filled, fills, absent, connection)
    finally:
        connection.close()


def draft_here(
    options: SourceOptions, database: Path, progress: Progress | None = None, timezone: str | None = None
) -> str:
    """A mapping drafted from the columns and values of a source, its guesses marked, in this process."""
    from overt.audits.mapping import draft_mapping  # noqa: PLC0415  an audit has no use for it

    account = load(options, database, progress)
    with open_workshop(database, account.held_files, memory=options.memory, threads=options.threads) as connection:
        return draft_mapping(connection, account, timezone)


_FILLS = "select source_table, column_name, row_count, filled_count from source_column order by rowid"


def load(options: SourceOptions, database: Path, progress: Progress | None = None) -> SourceAccount:
    """Loads a source into `database`, or finds it there; its mapping has no part in it.

    `progress` is told the table and its rows so far, and ends the loading by raising. A loading that ends early leaves
    nothing behind, nor does one that is refused. Refuses a source that has changed since it was loaded.
    """
    account = read_account(database)
    if account is not None:
        check_unchanged(account)
        return account
    for path in (database, _journal(database)):
        path.unlink(missing_ok=True)
    location = options.server.copied(options.location)
    key = options.source_key()
    account = load_source(location, database, progress=progress, limits=options.limits, reading=options.reading)
    with duckdb.connect(database) as connection:
        connection.execute("create table overt.loaded_as as select $1 as key", [key])
    return account


def take_loaded(options: SourceOptions, loaded: Path, database: Path) -> bool:
    """Copies a source that `load` loaded to `database`, if it is this source, read as it is to be read, and unchanged.

    Gives whether it did. What is in `database` already is left as it is.
    """
    if database.exists() or _journal(loaded).exists() or _loaded_key(loaded) != options.source_key():
        return False
    part = database.with_name(f"{database.name}.part")
    shutil.copyfile(loaded, part)
    part.replace(database)
    return True


def fill(database: Path, account: SourceAccount, mapping: Mapping | None, *, limits: Limits | None = None) -> Filled:
    """Fills the tables of the model from a source that was loaded, unless it was filled through this mapping before.

    Refuses what `apply_mapping` refuses.
    """
    limits = limits or Limits()
    with open_workshop(database, account.held_files, memory=limits.memory, threads=limits.threads) as connection:
        return read_filled(connection, mapping) or apply_mapping(connection, mapping, account, limits=limits)


def _loaded_key(database: Path) -> str:
    """The key of the source that `load` loaded; empty if there is none."""
    if read_account(database) is None:
        return ""
    try:
        with duckdb.connect(database, read_only=True) as connection:
            row = connection.execute("select key from overt.loaded_as").fetchone()
    except duckdb.Error:
        return ""
    return str(row[0]) if row else ""


def _journal(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")
