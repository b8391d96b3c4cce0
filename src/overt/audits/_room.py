"""Whether the disk has room for an audit: for the copy of its source, and for what the engine puts aside."""

from __future__ import annotations

import shutil
from pathlib import Path

from overt.audits._opened import SourceOptions
from overt.audits.source._sandbox import memory_bytes
from overt.refusals import Refusal

# Measured with the core controls on registers of Parquet files: bytes that one control holds at most, for each byte.
_HELD_AT_MOST = 5
_GIB = 2**30


def room_needed(options: SourceOptions, *, loaded: bool) -> int:
    """The bytes that an audit of files takes on the disk, as far as their sizes tell; nothing for a small source.

    Parquet files are read where they are; others are copied, unless the source is `loaded` already. What a control
    holds goes to the disk where it outgrows the memory allowed.
    """
    path = Path(options.location)
    files = [file for file in path.iterdir() if file.is_file()] if path.is_dir() else [path] if path.is_file() else []
    sizes = {file: file.stat().st_size for file in files}
    copied = 0 if loaded else sum(size for file, size in sizes.items() if file.suffix.lower() != ".parquet")
    return copied + max(0, _HELD_AT_MOST * sum(sizes.values()) - memory_bytes(options.memory))


def check_room(options: SourceOptions, folder: Path, *, loaded: bool) -> None:
    """Refuses an audit for which the disk of its working folder has too little room, before anything is read."""
    free, needed = _free(folder), room_needed(options, loaded=loaded)
    if free is None or free >= needed:
        return
    remedy = (
        "free some space, choose a result folder on another disk, or allow more memory with --memory; "
        "completed work is kept"
    )
    found = f"{_gib(free)} are free, and this source may need {_gib(needed)} with {options.memory} of memory"
    raise Refusal("disk-short", str(folder), found, f"{_gib(needed)} of free space", remedy)


def _free(folder: Path) -> int | None:
    """The free bytes of a folder's disk; none where the system does not tell."""
    try:
        return shutil.disk_usage(folder).free
    except (AttributeError, OSError):
        return None


def _gib(size: int) -> str:
    return f"{size / _GIB:,.1f} GiB"
