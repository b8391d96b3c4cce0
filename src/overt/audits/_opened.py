"""A source made ready for controls: loaded, mapped, profiled, and opened so that nothing can be changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from overt.audits._prepared import Prepared
from overt.audits.mapping import (
    ColumnFill,
    Mapping,
    apply_mapping,
    count_filled,
    draft_mapping,
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
        source is loaded once, whatever is then made of it.
        """
        path = Path(self.location)
        files = sorted(path.iterdir()) if path.is_dir() else [path] if path.is_file() else []
        seen = [(str(file.absolute()), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        parts = [self.location, self.reading.content, seen, asdict(self.server)]
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
    account = _load(options, database, progress)
    with open_workshop(database, account.held_files, memory=options.memory, threads=options.threads) as connection:
        filled = read_filled(connection, mapping)
        if profile and (filled is None or not is_profiled(connection)):
            profile_columns(connection)
        elif filled is None:
            count_filled(connection)
        if filled is None:
            mapping_begins()
            apply_mapping(connection, mapping, account, limits=options.limits)


def is_prepared(options: SourceOptions, database: Path, *, profile: bool = True) -> bool:
    """Whether an earlier attempt did all that `prepare` would do."""
    mapping = options.read_mapping()
    account = read_account(database)
    if account is None or Path(f"{database}.wal").exists():
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
    account = _load(options, database, progress)
    with open_workshop(database, account.held_files, memory=options.memory, threads=options.threads) as connection:
        return draft_mapping(connection, account, timezone)


_FILLS = "select source_table, column_name, row_count, filled_count from source_column order by rowid"


def _load(options: SourceOptions, database: Path, progress: Progress | None) -> SourceAccount:
    account = read_account(database)
    if account is not None:
        check_unchanged(account)
        return account
    for path in (database, database.with_name(database.name + ".wal")):
        path.unlink(missing_ok=True)
    location = options.server.copied(options.location)
    return load_source(location, database, progress=progress, limits=options.limits, reading=options.reading)
