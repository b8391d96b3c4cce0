"""What a disk or a database says when it cannot go on, as a refusal that says what to do.

Every command, the portal's worker and the gate over HTTP ask here, so that a full disk reads the same wherever it was
met. Drivers are known by the shape of their errors, since none of them may be installed. What they say is not
repeated: it may hold a value of a record, or a password.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from overt.refusals import Refusal, Refusals

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_NOT_THERE = {
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.ENOTEMPTY,
    errno.ENAMETOOLONG,
    errno.ELOOP,
    errno.ENXIO,
    errno.EBUSY,
    errno.ETXTBSY,
}
_FULL_WORDS = ("no space left", "disk is full", "disk full", "file too large", "disk quota")
_FORBIDDEN_WORDS = ("read-only file system", "permission denied")


def storage_refusal(error: BaseException | None, where: str = "") -> Refusal | None:
    """The refusal that an error of a disk or database stands for; none for an error of another kind."""
    while error is not None:
        refusal = _of(error, where)
        if refusal is not None:
            return refusal
        # SQLAlchemy wraps the driver's error; others chain it.
        error = getattr(error, "orig", None) or error.__cause__
    return None


@contextmanager
def storage_refused(where: Path | str) -> Iterator[None]:
    """Errors of a disk or database as refusals that say where."""
    try:
        yield
    except (Refusal, Refusals):
        raise
    except Exception as error:
        refusal = storage_refusal(error, str(where))
        if refusal is None:
            raise
        raise refusal from error


def _of(error: BaseException, where: str) -> Refusal | None:
    if isinstance(error, OSError):
        return _of_system(error, where or str(error.filename or "a file"))
    module = type(error).__module__.partition(".")[0]
    if module == "sqlite3":
        return _of_sqlite(error, where or "the register's database")
    if module == "psycopg":
        return _of_postgres(error, where or "the database server")
    if module in ("duckdb", "_duckdb", "pyarrow") or isinstance(error, RuntimeError):  # DuckDB raises both
        return _of_words(error, where or "a working file")
    return None


def _of_system(error: OSError, where: str) -> Refusal | None:
    if error.errno in _FULL:
        return full(where)
    named = str(error.filename) if error.filename is not None else where
    if error.errno in _FORBIDDEN:
        return forbidden(named)
    if error.errno == errno.EIO:
        return failed(where)
    if error.errno in _NOT_THERE and error.filename is not None:
        problem = (error.strerror or "it cannot be used").lower()
        remedy = "check the name, and that every folder above it is there"
        return Refusal("file-unusable", named, problem, "a file or folder that can be used in this way", remedy)
    return _of_words(error, where)


def _of_sqlite(error: BaseException, where: str) -> Refusal | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name == "SQLITE_FULL":
        return full(where)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return forbidden(where)
    if name.startswith("SQLITE_IOERR"):
        # A file that may not grow any more is told as an error of writing.
        return failed(where)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")):
        return damaged(where)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return busy(where)
    return None


def _of_postgres(error: BaseException, where: str) -> Refusal | None:
    state = getattr(error, "sqlstate", None) or ""
    if state == "53100":
        return full(where)
    if state in ("25006", "42501"):
        return forbidden(where)
    if state in ("55P03", "40001", "40P01", "57014"):
        return busy(where)
    if state in ("XX001", "XX002", "42P01"):
        return damaged(where)
    if state.startswith(("53", "57P", "08")) or (not state and type(error).__name__ == "OperationalError"):
        remedy = "start the server, or wait for it, and give the command again; what was acknowledged is kept"
        return Refusal(
            "engine-unreachable", where, "the server closed the connection", "a server that responds", remedy
        )
    return None


def _of_words(error: BaseException, where: str) -> Refusal | None:
    message = str(error).lower()
    if any(words in message for words in _FULL_WORDS):
        return full(where)
    if any(words in message for words in _FORBIDDEN_WORDS):
        return forbidden(where)
    return None


def full(where: str) -> Refusal:
    """There is no room left."""
    remedy = "free space and run the same command again; it resumes where it stopped"
    return Refusal("disk-full", where, "there is no space left on the disk", "free space", remedy)


def forbidden(where: str) -> Refusal:
    """It may not be read, or not be written."""
    remedy = "check its owner and permissions, and that the disk is not mounted read-only; nothing was changed"
    return Refusal(
        "storage-forbidden",
        where,
        "you do not have permission to read or write here",
        "permission to read and write",
        remedy,
    )


def failed(where: str) -> Refusal:
    """The disk did not do what it was asked to."""
    remedy = "check the disk, its space and the limits on file size; what was acknowledged before is kept"
    return Refusal("storage-failed", where, "the disk failed during reading or writing", "a working disk", remedy)


def damaged(where: str) -> Refusal:
    """It is not a database, or no whole one."""
    remedy = "keep the file as it is, and make the register again: overt register restore BACKUP --out FOLDER"
    return Refusal("register-damaged", where, "the database is damaged", "the database of a register", remedy)


def busy(where: str) -> Refusal:
    """Another program is in the way."""
    remedy = "wait, then run the same command again. Only one process can write at a time"
    return Refusal("register-busy", where, "another process is writing to the register", "", remedy)
