"""Files that are whole or not there: written beside, forced to the disk, then put in place in one step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from overt.machine import BINARY, LockHeld, lock, set_mode, sync
from overt.refusals import Refusal
from overt.storage import storage_refused

READABLE, SECRET = 0o644, 0o600


def write_file(path: Path, data: bytes, mode: int = READABLE) -> None:
    """Puts a file in place of whatever is there; on the disk when this returns. One writer at a time."""
    beside = path.with_name(f".{path.name}.new")
    with storage_refused(path):
        make_folder(path.parent)
        write_synced(beside, data, mode)
        beside.replace(path)
        sync(path.parent)


def write_synced(path: Path, data: bytes, mode: int = READABLE) -> None:
    """Writes a new file in the place of any other and forces its bytes to the disk; its name is not yet safe."""
    # What a killed writer left here may be a second name of a published file, whose bytes would change with it.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode)
    with os.fdopen(descriptor, "wb") as stream:
        set_mode(descriptor, mode)
        stream.write(data)
        stream.flush()
        os.fsync(descriptor)


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, their names on the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def read_file(path: Path, limit: int) -> bytes | None:
    """The bytes of a file, none if there is none; refuses one of more than `limit` bytes."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    if len(data) > limit:
        raise Refusal("resource-too-large", str(path), f"more than {limit:,} bytes", "no larger than a log's own file")
    return data


@contextmanager
def alone(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Holds a folder's lock, against other processes and threads; refuses one that is held, unless it may wait."""
    make_folder(folder)
    with (folder / ".lock").open("w", encoding="utf-8") as stream:
        try:
            lock(stream, wait=wait)
        except LockHeld as error:
            raise Refusal(
                "ledger-busy", str(folder), "another publisher is running", "one process at a time"
            ) from error
        yield
