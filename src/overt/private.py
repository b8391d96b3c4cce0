"""Files that hold grounds, salts or secrets are for their owner alone, whatever the umask says.

Some files are made by others for us: by SQLite, DuckDB or Arrow, which know no mode. So there are two ways:
`private_file` and `private_folder` make one path, and inside `private_files` the whole process makes nothing that
others can read. What everybody may read is then handed over with `share`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
# Without it Windows would write two bytes for each line feed. A process that is begun inherits no file in any case.
_BINARY = getattr(os, "O_BINARY", 0)
_CLOSED_TO_OTHERS = 0o077

# The umask belongs to the whole process: it is put back when the last who asked is done.
_lock = threading.Lock()
_inside = 0
_ordinary = 0


@contextmanager
def private_files() -> Iterator[None]:
    """Whatever the process makes inside is private: files 0600, folders 0700."""
    global _inside, _ordinary  # noqa: PLW0603  one umask for the process
    with _lock:
        if _inside == 0:
            _ordinary = os.umask(_CLOSED_TO_OTHERS)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                os.umask(_ordinary)


def private_folder(path: Path) -> Path:
    """Makes a folder for its owner alone, if there is none; those above it are ordinary, and one that is there stays.

    Whoever named a folder that is there decides who may enter it: `close_to_others` is for one that is Overt's own.
    """
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=FOLDER, exist_ok=True)
    return path


def close_to_others(path: Path) -> Path:
    """Leaves a file or folder to its owner alone."""
    path.chmod(FOLDER if path.is_dir() else FILE)
    return path


def private_file(path: Path) -> Path:
    """Makes an empty file for its owner alone, if there is none."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE))
    return path


def write_private(path: Path, data: bytes) -> None:
    """Writes a private file; it has never been open to others, not even while it was written."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, FILE), "wb") as stream:
        stream.write(data)


def is_private(path: Path) -> bool:
    """Whether no other account of this machine may read a file or folder; always so where files have no such mode."""
    return os.name != "posix" or not path.stat().st_mode & _CLOSED_TO_OTHERS


def share(path: Path) -> None:
    """Gives a file or folder the mode that the umask of the process would have given it."""
    with _lock:
        umask = _ordinary if _inside else _current()
        path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)


def _current() -> int:
    umask = os.umask(_CLOSED_TO_OTHERS)
    os.umask(umask)
    return umask
