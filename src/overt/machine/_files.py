"""Forcing files and the names in folders to the disk, and who may read a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

WINDOWS = sys.platform == "win32"
# For `os.open`: without it Windows would write two bytes for each line feed.
BINARY = getattr(os, "O_BINARY", 0)


def sync(path: Path) -> None:
    """Forces a file, or the names in a folder, to the disk. Windows keeps the names of a folder by itself."""
    if WINDOWS and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if WINDOWS else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def descriptors(wanted: int = 0) -> int | None:
    """How many files this process may have open: as many as are wanted, if the system lets it. None if nobody knows."""
    if resource is None:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted and soft != resource.RLIM_INFINITY:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return None if soft == resource.RLIM_INFINITY else soft


def set_mode(descriptor: int, mode: int) -> None:
    """Who may read an open file. On Windows the folder decides that, and this does nothing."""
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
