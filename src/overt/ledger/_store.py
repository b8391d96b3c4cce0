"""Where a log is published: a folder or an S3-compatible bucket.

Tiles, bundles and documents are added and never change. The checkpoint alone is replaced, and only by who has seen
the one that is there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from overt.ledger._checkpoint import CHECKPOINT
from overt.ledger._files import alone, make_folder, read_file, write_synced
from overt.ledger._tiles import Reader
from overt.machine import sync
from overt.refusals import Refusal
from overt.storage import storage_refused

Resource: TypeAlias = tuple[str, bytes]
IMMUTABLE = "public, max-age=31536000, immutable"
BRIEF = "public, max-age=1, must-revalidate"
_AT_ONCE = 8


class LogStore(Reader, Protocol):
    """Where a log can be written."""

    def add(self, resources: Sequence[Resource]) -> list[str]:
        """Writes what never changes; safe when this returns. Gives the paths at which other bytes are; they stay."""
        ...

    def replace(self, path: str, data: bytes, expected: bytes | None) -> bool:
        """Replaces exactly `expected` (none: nothing is there); false if something else is there."""
        ...


def media_type(path: str) -> str:
    """The content type that C2SP `tlog-tiles` wants for a resource."""
    return "text/plain; charset=utf-8" if path == CHECKPOINT else "application/octet-stream"


def cache_control(path: str) -> str:
    """How long a resource may be kept by caches."""
    return BRIEF if path == CHECKPOINT else IMMUTABLE


class FolderStore:
    """A folder that any web server can serve."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._beside = folder / ".incoming"

    def read(self, path: str, limit: int) -> bytes | None:
        """See `Reader`."""
        return read_file(self.folder / path, limit)

    def add(self, resources: Sequence[Resource]) -> list[str]:
        """See `LogStore`."""
        with alone(self.folder), storage_refused(self.folder):
            make_folder(self._beside)
            folders = {(self.folder / path).parent for path, _ in resources}
            for folder in sorted(folders):
                make_folder(folder)
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                there = list(pool.map(self._link, range(len(resources)), resources))
                list(pool.map(sync, folders))
        return [path for path in there if path]

    def _link(self, number: int, resource: Resource) -> str | None:
        path, data = resource
        # The folder is locked: nobody else writes under this name.
        beside = self._beside / str(number)
        write_synced(beside, data)
        try:
            (self.folder / path).hardlink_to(beside)
        except FileExistsError:
            return None if (self.folder / path).read_bytes() == data else path
        finally:
            beside.unlink()
        return None

    def replace(self, path: str, data: bytes, expected: bytes | None) -> bool:
        """See `LogStore`."""
        with alone(self.folder), storage_refused(self.folder):
            target = self.folder / path
            current = target.read_bytes() if target.is_file() else None
            if current != expected:
                return False
            make_folder(self._beside)
            write_synced(self._beside / "replacement", data)
            (self._beside / "replacement").replace(target)
            sync(target.parent)
            return True

    def partial_widths(self, path: str) -> Iterator[int]:
        """The widths of the partial tiles that lie beside a full one's path."""
        folder = self.folder / f"{path}.p"
        if folder.is_dir():
            yield from sorted(int(part.name) for part in folder.iterdir() if part.name.isdecimal())


class BucketStore:
    """A bucket, through obstore (`pip install 'overt[s3]'`): give any of its stores, or an address such as `s3://…`."""

    def __init__(self, bucket: Any, *, attributes: bool = True) -> None:
        import obstore  # noqa: PLC0415  an extra

        self._obstore = obstore
        self.bucket = obstore.store.from_url(bucket) if isinstance(bucket, str) else bucket
        self._attributes = attributes
        self._lock = threading.Lock()

    def read(self, path: str, limit: int) -> bytes | None:
        """See `Reader`."""
        stored = self._get(path, limit)
        return stored[0] if stored else None

    def _get(self, path: str, limit: int) -> tuple[bytes, dict[str, Any]] | None:
        try:
            result = self._obstore.get(self.bucket, path)
        except FileNotFoundError:
            return None
        if result.meta["size"] > limit:
            raise Refusal("resource-too-large", path, f"{result.meta['size']:,} bytes", f"at most {limit:,}")
        marks = {name: result.meta[name] for name in ("e_tag", "version") if result.meta[name] is not None}
        return bytes(result.bytes()), marks

    def add(self, resources: Sequence[Resource]) -> list[str]:
        """See `LogStore`."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return [path for path in pool.map(self._create, resources) if path]

    def _create(self, resource: Resource) -> str | None:
        path, data = resource
        try:
            self._put(path, data, "create")
        except self._obstore.exceptions.AlreadyExistsError:
            return None if self.read(path, 1 << 30) == data else path
        return None

    def replace(self, path: str, data: bytes, expected: bytes | None) -> bool:
        """See `LogStore`."""
        stored = self._get(path, 1 << 30)
        if (stored[0] if stored else None) != expected:
            return False
        try:
            self._put(path, data, stored[1] if stored else "create")
        except (self._obstore.exceptions.PreconditionError, self._obstore.exceptions.AlreadyExistsError):
            return False
        return True

    def _put(self, path: str, data: bytes, mode: Any) -> None:
        headers = {"Content-Type": media_type(path), "Cache-Control": cache_control(path)}
        self._obstore.put(self.bucket, path, data, mode=mode, attributes=headers if self._attributes else None)
