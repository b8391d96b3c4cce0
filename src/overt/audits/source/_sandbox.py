"""DuckDB connections that can reach nothing but the files they are given.

`open_locked` is the one that controls run on: read-only. `open_workshop` may write its own database,
for loading a source and applying a mapping. Neither can read another file, attach, copy to or from
files, install or load extensions, reach the network, or change its settings.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from overt.refusals import Refusal

_SCHEMAS = ("source", "whole", "numbered", "overt", "main")
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_SPACE_SAID = ("No space left", "File too large", "Disk quota exceeded")
_CLOSED = (
    "enable_external_access = false",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    "python_enable_replacements = false",
)
_SOURCE_PATH = "numbered,source"


def open_locked(
    database: Path,
    allowed: Iterable[Path],
    *,
    memory: str = "1GiB",
    threads: int | None = None,
    temp: Path | None = None,
    of_source: bool = False,
) -> duckdb.DuckDBPyConnection:
    """A read-only connection that can read the database and the `allowed` files and nothing else.

    Bare names mean tables of the model, or with `of_source` those of the source. What it spills goes to `temp`, or
    beside the database. Temporary tables can still be made: they are this connection's own and die with it.
    """
    connection = duckdb.connect(check_name(database), read_only=True, config=_config(memory, threads, temp))
    return _lock(connection, allowed, (), _SOURCE_PATH if of_source else "main")


def open_workshop(
    database: Path,
    allowed: Iterable[Path],
    *,
    folders: Iterable[Path] = (),
    memory: str = "1GiB",
    threads: int | None = None,
    temp: Path | None = None,
    watched: bool = False,
) -> duckdb.DuckDBPyConnection:
    """A connection that can write the database, read the `allowed` files and use `folders`, and reach nothing else.

    Bare names mean tables of the source: `from stops` reads `source.stops`, or the numbered view of it if there is one.
    If it is `watched`, it can say how far a statement is.
    """
    connection = duckdb.connect(check_name(database), config=_config(memory, threads, temp))
    schemas = "".join(f"create schema if not exists {each}; " for each in ("source", "whole", "numbered"))
    connection.execute(f"begin; {schemas}commit")
    return _lock(connection, allowed, folders, _SOURCE_PATH, watched=watched)


def check_name(database: Path) -> Path:
    """The path, if DuckDB can tell the database from its schemas: it calls a database by its file's name."""
    if database.stem.lower() in _SCHEMAS:
        raise ValueError(f"a database of a source may not be called {database.name}: it has a schema of that name")
    return database


def is_locked(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the connection is one of those made here."""
    row = connection.execute(
        "select current_setting('enable_external_access'), current_setting('lock_configuration')"
    ).fetchone()
    return row == (False, True)


_UNITS = {unit: 1000**power for power, unit in enumerate(("b", "kb", "mb", "gb", "tb"))} | {
    unit: 1024**power for power, unit in enumerate(("bytes", "kib", "mib", "gib", "tib"))
}


def memory_bytes(text: str) -> int:
    """The bytes that "1GiB" or "800 MB" means."""
    digits = text.rstrip("BbIiKkMmGgTtYyEeSs ")
    return int(float(digits) * _UNITS[text[len(digits) :].strip().lower()])


def quoted_name(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def read_path(path: Path) -> str:
    """The absolute path as DuckDB's readers take it: what means "any" in a pattern means itself."""
    return "".join({"*": "[*]", "?": "[?]", "[": "[[]"}.get(each, each) for each in str(path.absolute()))


@contextmanager
def engine_refusals(where: str) -> Iterator[None]:
    """Says as refusals that memory or disk ran out while working on `where`. Other errors pass."""
    try:
        yield
    except (duckdb.Error, OSError, MemoryError) as error:
        refusal = out_of_room(error, where)
        if refusal is None:
            raise
        raise refusal from None


def out_of_room(error: BaseException, where: str) -> Refusal | None:
    """The refusal of a machine without room, if that is what the error says."""
    said = str(error)
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return disk_full(where)
    if isinstance(error, duckdb.Error) and any(phrase in said for phrase in _NO_SPACE_SAID):
        return disk_full(where)
    if not isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return None
    return Refusal(
        "memory-full",
        where,
        "the work does not fit into the memory allowed or on the disk",
        "more memory or more free disk",
        "give more with --memory, or free space on the disk",
    )


def database_broken(name: str, kind: str) -> Refusal:
    """The refusal of a database in a file that is damaged."""
    remedy = "copy or export it again; if it was made by a newer version, export the tables as Parquet or CSV"
    return Refusal(
        "duckdb-broken" if kind == "DuckDB" else "sqlite-broken",
        name,
        f"it cannot be read to its end as {kind}",
        f"a whole {kind} file",
        remedy,
    )


def disk_full(where: str) -> Refusal:
    """The refusal of a disk without room."""
    return Refusal(
        "disk-full",
        where,
        "there is no space left on the disk",
        "room for a copy of the source and the results",
        "free some space, or choose a folder on another disk, then run the same command again. Completed work is kept",
    )


def _config(memory: str, threads: int | None, temp: Path | None) -> dict[str, str | bool | int | float | list[str]]:
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory}
    if threads is not None:
        config["threads"] = threads
    if temp is not None:
        config["temp_directory"] = str(temp)
    return config


def _lock(
    connection: duckdb.DuckDBPyConnection,
    allowed: Iterable[Path],
    folders: Iterable[Path],
    schema: str,
    *,
    watched: bool = False,
) -> duckdb.DuckDBPyConnection:
    # DuckDB asks leave twice: for the pattern it is given and for the file it finds.
    paths = sorted({form for path in allowed for form in (str(path.absolute()), read_path(path))})
    settings = [
        f"allowed_paths = [{', '.join(map(literal, paths))}]",
        f"allowed_directories = [{', '.join(literal(str(folder.absolute())) for folder in folders)}]",
        "TimeZone = 'UTC'",
        f"search_path = '{schema}'",
        *_CLOSED,
        "lock_configuration = true",
    ]
    # In a notebook without its package for bars this cannot be set; nor is there a bar.
    with suppress(duckdb.InvalidInputException):
        # What knows how far a statement is shows it too, unless it is told not to.
        connection.execute("set enable_progress_bar_print = false")
        connection.execute(f"set enable_progress_bar = {str(watched).lower()}")
    try:
        for setting in settings:
            connection.execute(f"set {setting}")
    except duckdb.Error:
        connection.close()
        raise
    return connection
