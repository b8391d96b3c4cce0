"""A backup that comes from anybody: only plain files inside it are read, and its database only once it is known.

A database is a program as well as data: a trigger or view runs when a table is used, and a journal beside it is played
back when it is opened. So a copy is first looked at without write access.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from overt.refusals import Refusal
from overt.register._databases import database_file
from overt.register._engine import schema_faults
from overt.register._migrate import SCHEMA, sqlite_schema
from overt.register._settings import read_settings

_CHUNK = 1 << 20
_BESIDE = ("-wal", "-shm", "-journal")


def check_name(backup: Path, name: str) -> None:
    """Refuses a name that is not that of a plain file inside the backup, one written in one way only."""
    path = PurePosixPath(name)
    odd = path.is_absolute() or ".." in path.parts or str(path) != name or not path.parts
    if odd or "\\" in name or ":" in name or not name.isprintable():
        raise _outside(backup, "it names files outside of itself, or in an unusual way")


def copy_plain_file(backup: Path, name: str, target: Path) -> None:
    """Copies one file of a backup; refuses a link of any kind on the way to it, a device, and one with other names."""
    directory = os.open(backup, os.O_RDONLY)
    try:
        *folders, last = PurePosixPath(name).parts
        for folder in folders:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
            os.close(directory)
            directory = inner
        # Without waiting, so that a named pipe cannot hold the restore.
        descriptor = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
    except OSError as error:
        why = f"missing or changed: {name}" if isinstance(error, FileNotFoundError) else f"{name} is not a plain file"
        raise _outside(backup, why) from None
    finally:
        os.close(directory)
    with os.fdopen(descriptor, "rb") as source:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_nlink != 1:
            raise _outside(backup, f"{name} is not a plain file, or has another name elsewhere")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as copy:
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
    target.chmod(stat.S_IMODE(state.st_mode) & 0o644 | 0o600)


def check_database(folder: Path, names: Collection[str]) -> None:
    """Refuses settings that name another database than a file of the backup, and a file that is no register's."""
    settings = read_settings(folder)
    if not settings.database.startswith("sqlite:///"):
        raise _outside(folder, "its settings name a database elsewhere")
    file = database_file(settings.database)
    if file.as_posix() not in names:
        raise _outside(folder, "its settings name a database that is not in it")
    if any(f"{file.as_posix()}{ending}" in names for ending in _BESIDE):
        raise _outside(folder, "a journal of the database is in it, which would be played back")
    _check_schema(folder, folder / file)


def _check_schema(folder: Path, path: Path) -> None:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("pragma trusted_schema = off")
        rows = connection.execute(SCHEMA).fetchall()
        if not any(name == "alembic_version" and kind == "table" for kind, name, _ in rows):
            raise _outside(folder, "its database is not a register's")
        version = connection.execute("select version_num from alembic_version").fetchone()
        faults = list(schema_faults(rows, sqlite_schema(str(version[0]) if version else "")))
        whole = connection.execute("pragma integrity_check(1)").fetchone()[0]
    except KeyError:
        raise Refusal(
            "register-version", str(folder), "the tables are from another version of Overt", "", _NEWER
        ) from None
    except sqlite3.Error as error:
        raise _outside(folder, f"its database cannot be read ({type(error).__name__})") from None
    finally:
        connection.close()
    if faults:
        raise _outside(folder, f"its database is not a register's: {faults[0].table}: {faults[0].found}")
    if whole != "ok":
        raise _outside(folder, f"its database is damaged: {whole}")


_NEWER = "restore it with a newer Overt"


def _outside(backup: Path, problem: str) -> Refusal:
    remedy = "use an older backup; a copy with links in it can be copied again without them (cp -rL)"
    return Refusal(
        "backup-damaged", str(backup), problem, "a backup as it was made: plain files, inside it alone", remedy
    )
