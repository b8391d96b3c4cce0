"""A source of any kind, loaded into one DuckDB database: its tables in the schema `source`.

The database is whole when the account of what was read is in it, which is written last; see
`is_complete`. Nothing of a source is skipped in silence: what is not read is in the account.
"""

from __future__ import annotations

import hashlib
import re
import stat
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from overt.audits.source._account import (
    Limits,
    Progress,
    SourceAccount,
    SourceFile,
    account_from_json,
    check_unchanged,
)
from overt.audits.source._csv import load_csv
from overt.audits.source._jsonl import load_json_array, load_jsonl
from overt.audits.source._loading import Loaded, Loading
from overt.audits.source._parquet import load_parquet
from overt.audits.source._sandbox import engine_refusals, open_workshop
from overt.audits.source._servers import is_url, load_server, shown_url
from overt.audits.source._stated import check_reading, in_use
from overt.audits.source._workbook import load_workbook
from overt.model import SYNTHETIC_FILE
from overt.refusals import Refusal, raise_all
from overt.rows import KINDS, DecodedText, Reading, RowsFile, file_of, kind_of, shown_name, stem_of

_FILE_URL = re.compile(r"(?:sqlite|duckdb)://+(?=/)", re.IGNORECASE)


def load_source(
    location: str,
    database: Path,
    *,
    progress: Progress | None = None,
    limits: Limits | None = None,
    reading: Reading | None = None,
) -> SourceAccount:
    """Loads a file, a folder of files or a database into a new database file, and says what was read.

    Columns of CSV and TSV are text and nothing else; Parquet files are not copied but read where they
    lie. Refuses whatever cannot be read whole and without guessing. When it is refused or interrupted,
    no database is left behind that `is_complete` would take for whole.
    """
    limits, reading = limits or Limits(), reading or Reading()
    if database.exists():
        raise Refusal("database-there", str(database), "a file", "nothing, so that nothing is overwritten")
    location = _FILE_URL.sub("", location)
    server = is_url(location)
    found, faults = ([], {}) if server else source_files(Path(location))
    name = shown_url(location) if server else shown_name(Path(location).absolute().name)
    raise_all([fault for file, fault in faults.items() if reading.of(file).use])
    if not (server or found or faults):
        raise _no_files(name)
    check_reading(reading, found, [*faults], name)
    with _emptied_on_failure(database), engine_refusals(name), _scratch(database) as scratch:
        # DuckDB looks for a journal beside every database it attaches.
        allowed = [path for each in found for path in (each.path, Path(f"{each.path.absolute()}.wal"))]
        connection = open_workshop(
            database,
            allowed,
            folders=[scratch],
            memory=limits.memory,
            threads=limits.threads,
            watched=progress is not None,
        )
        with connection:
            loading = Loading(connection, reading, limits, scratch, progress)
            if server:
                loaded = load_server(loading, location)
                loading.add(loaded)
                account = _account(loading, name, location.split(":", 1)[0].lower(), loaded.digest)
            else:
                used, notes = in_use(found, [*faults], reading, name)
                loading.notes += notes
                for each in used:
                    _load_file(loading, each)
                account = _files_account(loading, Path(location), found, faults)
            check_unchanged(account)
            _complete(connection, account)
    return account


def is_complete(database: Path) -> bool:
    """Whether the database holds a source that was loaded to its end."""
    return read_account(database) is not None


def read_account(database: Path) -> SourceAccount | None:
    """The account in the database, or `None` when there is no database or it was never finished."""
    if not database.is_file():
        return None
    try:
        with duckdb.connect(database, read_only=True) as connection:
            row = connection.execute("select account from overt.source_account").fetchone()
        return account_from_json(str(row[0])) if row else None
    except (duckdb.Error, ValueError, KeyError, TypeError):
        return None


def source_files(location: Path) -> tuple[list[RowsFile], dict[str, Refusal]]:
    """The files of the source that can be opened, by name, and the refusals of the others by their names.

    Refuses a location that is not there, and a single file that cannot be opened.
    """
    try:
        kind = stat.S_IFMT(location.stat().st_mode)
    except (OSError, ValueError):
        remedy = "check the path. You can give a file, a folder or a database URL"
        raise Refusal(
            "source-absent", shown_name(str(location)), "there is no such file or folder", "", remedy
        ) from None
    return _folder(location) if kind == stat.S_IFDIR else ([file_of(location)], {})


def _folder(folder: Path) -> tuple[list[RowsFile], dict[str, Refusal]]:
    found, faults = [], {}
    for path in sorted(folder.iterdir()):
        if path.is_dir() or kind_of(path) is None or path.name.startswith("."):
            continue
        if folder.resolve() not in path.resolve().parents:
            # Else whoever made the folder would choose which of the reader's own files is read.
            where = shown_name(f"{folder.name}/{path.name}")
            remedy = "copy the file itself into the folder"
            faults[shown_name(path.name)] = Refusal(
                "source-link", where, "this is a link to a file outside the folder", "a file", remedy
            )
            continue
        try:
            found.append(file_of(path))
        except Refusal as fault:
            faults[shown_name(path.name)] = fault
    return found, faults


def _no_files(folder: str) -> Refusal:
    kinds = ", ".join(sorted(KINDS))
    return Refusal("source-empty", folder, "the folder has no file that holds a table", f"files ending in {kinds}")


def _load_file(loading: Loading, found: RowsFile) -> None:
    """Loads one file and takes down which it was."""
    path, name = found.path, found.name
    before = path.stat()
    if found.kind in ("excel", "ods"):
        loaded = load_workbook(loading, path, name, stem_of(path))
    elif found.kind in ("sqlite", "duckdb"):
        # It brings Arrow with it, which takes long to load and which most sources never need.
        from overt.audits.source._databases import load_duckdb, load_sqlite  # noqa: PLC0415

        loaded = (load_sqlite if found.kind == "sqlite" else load_duckdb)(loading, path, name)
    else:
        loaded = _load_table(loading, found, loading.name_table(stem_of(path), name))
    loading.add(loaded)
    loading.files.append(SourceFile(name, str(path.absolute()), before.st_size, before.st_mtime_ns, loaded.digest))


def _load_table(loading: Loading, found: RowsFile, table: str) -> Loaded:
    """Loads a file that holds one table."""
    if found.kind == "parquet":
        return load_parquet(loading, found.path, found.name, table)
    reading = loading.reading.of(found.name)
    text = DecodedText(found.path, found.name, reading.encoding, loading.limits)
    if found.kind == "json":
        return load_json_array(loading, text, table)
    if found.kind == "json lines":
        return load_jsonl(loading, text, table)
    return load_csv(loading, text, table, found.kind, reading)


def _files_account(loading: Loading, location: Path, found: list[RowsFile], left_out: Collection[str]) -> SourceAccount:
    kinds = {each.kind for each in found}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if not location.is_dir():
        return _account(loading, loading.files[0].name, kind, loading.files[0].digest)
    loading.synthetic = loading.synthetic or (location / SYNTHETIC_FILE).is_file()
    lines = "".join(f"{file.name}\0{file.digest}\n" for file in sorted(loading.files, key=lambda file: file.name))
    read = {each.path.name for each in found} | {SYNTHETIC_FILE}
    others = [path for path in location.iterdir() if path.name not in read and shown_name(path.name) not in left_out]
    unread = [shown_name(path.name) + ("/" if path.is_dir() else "") for path in others]
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return _account(
        loading, shown_name(location.absolute().name), f"{kind} folder".strip(), digest, tuple(sorted(unread))
    )


def _account(loading: Loading, name: str, kind: str, digest: str, unread: tuple[str, ...] = ()) -> SourceAccount:
    tables, files, notes = tuple(loading.tables), tuple(loading.files), tuple(loading.notes)
    return SourceAccount(name, kind, digest, tables, files, loading.synthetic, notes, unread)


def _complete(connection: duckdb.DuckDBPyConnection, account: SourceAccount) -> None:
    """Writes the account. It is the last thing written: a database without it is not whole."""
    connection.execute("begin")
    connection.execute("create schema overt")
    connection.execute("create table overt.source_account (account varchar)")
    connection.execute("insert into overt.source_account values ($1)", [account.as_json()])
    connection.execute("commit")


@contextmanager
def _emptied_on_failure(database: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for path in (database, Path(f"{database}.wal")):
            path.unlink(missing_ok=True)
        raise


@contextmanager
def _scratch(database: Path) -> Iterator[Path]:
    """A folder beside the database for what is needed only while loading."""
    with tempfile.TemporaryDirectory(prefix=f"{database.name}.", dir=database.parent) as folder:
        yield Path(folder)
