"""Leaves kept by the ledger itself: in memory, or in a file that only grows."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path

from overt.ledger._files import READABLE, make_folder
from overt.ledger._leaves import BEGINNINGS
from overt.ledger._tiles import LONGEST_ENTRY, pack_bundle, read_bundle
from overt.machine import BINARY, sync
from overt.refusals import Refusal
from overt.storage import storage_refused

_LONGEST = max(map(len, BEGINNINGS))


class LeafList:
    """Leaves in memory."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self.entries = list(entries)

    def size(self) -> int:
        """See `Leaves`."""
        return len(self.entries)

    def read(self, start: int, end: int) -> Sequence[bytes]:
        """See `Leaves`."""
        return self.entries[start:end]


class LeafFile:
    """Leaves in a file, each behind its length as in an entry bundle. One process appends at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends = array("Q", [0])
        if path.exists() and path.stat().st_size:
            with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
                self._find_ends(data)

    def _find_ends(self, data: mmap) -> None:
        at, size = 0, len(data)
        while at + 2 <= size:
            start, at = at, at + 2 + int.from_bytes(data[at : at + 2], "big")
            if at > size:
                self._check_torn(data[start + 2 : size])
                return
            if not data[start + 2 : min(at, start + 2 + _LONGEST)].startswith(BEGINNINGS):
                raise self._damaged("is no leaf")
            self._ends.append(at)

    def _check_torn(self, rest: bytes) -> None:
        """Refuses what a stop in the middle of an append cannot have left; the next append cuts away the rest."""
        is_one = any(beginning.startswith(rest[:_LONGEST]) for beginning in BEGINNINGS)
        if not is_one or sum(rest.count(beginning) for beginning in BEGINNINGS) > 1:
            raise self._damaged("has another length than it says")

    def _damaged(self, found: str) -> Refusal:
        remedy = "restore the file from a copy, or rebuild it from the published bundles"
        return Refusal(
            "leaves-damaged",
            str(self.path),
            f"entry {self.size()} {found}",
            "complete entries, one after another",
            remedy,
        )

    def size(self) -> int:
        """See `Leaves`."""
        return len(self._ends) - 1

    def read(self, start: int, end: int) -> Sequence[bytes]:
        """See `Leaves`."""
        with self.path.open("rb") as stream:
            stream.seek(self._ends[start])
            data = stream.read(self._ends[end] - self._ends[start])
        return read_bundle(data, end - start, str(self.path))

    def append(self, entries: Sequence[bytes]) -> int:
        """Adds entries, on the disk when this returns; gives the index of the first."""
        if any(len(entry) > LONGEST_ENTRY for entry in entries):
            raise Refusal("leaf-malformed", str(self.path), "the entry is too long", f"at most {LONGEST_ENTRY} bytes")
        first, end = self.size(), self._ends[-1]
        new = not self.path.exists()
        with storage_refused(self.path):
            make_folder(self.path.parent)
            with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | BINARY, READABLE), "r+b") as stream:
                stream.truncate(end)
                stream.seek(end)
                stream.write(pack_bundle(entries))
                stream.flush()
                os.fsync(stream.fileno())
            if new:
                sync(self.path.parent)
        for entry in entries:
            end += 2 + len(entry)
            self._ends.append(end)
        return first
