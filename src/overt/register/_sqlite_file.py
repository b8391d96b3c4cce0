"""A SQLite file as it lies there, without the engine: its header, its free pages, and what a page does not use.

The engine overwrites a row that is deleted (`secure_delete`), but not the copy that stays behind when a page is split
or made anew: those bytes are in no row and can still be read in the file. So an erasure overwrites them here. The
format is that of sqlite.org/fileformat2.html.

Locks belong to a process: whoever closes a descriptor of a file gives up all that the process has locked of it, the
locks of the engine's connections too, and another program may then take the journal away under them
(sqlite.org/howtocorrupt.html, 2.2). So a descriptor that is opened here is kept until no connection is open any more.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

_HEADER = 100
_PAGE_COUNT, _FIRST_FREE, _FREE_COUNT = 28, 32, 36
_MAGIC = b"SQLite format 3\x00"
# Fields of the header of a SQLite file that have one right value, by their first byte (sqlite.org/fileformat2.html).
_FIXED = {20: b"\x00\x40\x20\x20", 44: b"\x00\x00\x00\x04", 48: bytes(8), 56: b"\x00\x00\x00\x01", 60: bytes(32)}
_LEAF_PAGES, _INNER_PAGES = (10, 13), (2, 5)
# Above so many pages a number of a page may begin with the mark of a page of cells (137 GB in pages of 4 KiB).
MOST_PAGES = 2 << 24


# A file by its device and its number there.
_File = tuple[int, int]
_guard = threading.Lock()
_connections: Counter[_File] = Counter()
_idle: dict[tuple[_File, str], list[BinaryIO]] = {}


def connecting(path: Path) -> _File:
    """Says that the engine is about to open a file, and gives what `disconnected` wants to know."""
    with _guard:
        file = _file(path.stat())
        _connections[file] += 1
        return file


def disconnected(file: _File) -> None:
    """Says that a connection was closed: with the last one go the descriptors that were kept."""
    with _guard:
        _connections[file] -= 1
        if not _connections[file]:
            del _connections[file]
            for key in [idle for idle in _idle if idle[0] == file]:
                for stream in _idle.pop(key):
                    stream.close()


@contextmanager
def _by_hand(path: Path, mode: str = "rb") -> Iterator[BinaryIO]:
    with _guard:
        opened = _idle.get((_file(path.stat()), mode))
        # Unbuffered: nothing is kept that the engine has changed meanwhile.
        stream: BinaryIO = opened.pop() if opened else path.open(mode, buffering=0)  # type: ignore[assignment]
    try:
        stream.seek(0)
        yield stream
    finally:
        with _guard:
            file = _file(os.fstat(stream.fileno()))
            if _connections[file]:
                _idle.setdefault((file, mode), []).append(stream)
            else:
                stream.close()


def _file(status: os.stat_result) -> _File:
    return status.st_dev, status.st_ino


def is_whole(path: Path) -> bool:
    """Whether a file can be opened as a database: it has a header, and no fewer bytes than that says.

    The header counts pages only as long as every writer since has done so, and while no newer page is in a journal.
    """
    with _by_hand(path) as stream:
        header = stream.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        return False
    if header[24:28] != header[92:96] or _has_journal(path):
        return True
    return path.stat().st_size >= _number(header, _PAGE_COUNT) * _page_size(header)


def file_faults(path: Path) -> Iterator[str]:
    """What is wrong with a SQLite file as it lies there: its header, its length, free pages that hold something.

    Reads the file without the engine, as it was before anything opened it.
    """
    with _by_hand(path) as stream:
        header = stream.read(_HEADER)
        size = path.stat().st_size
        if len(header) < _HEADER or not header.startswith(_MAGIC):
            yield "it is not a SQLite file, or cut short"
            return
        page = _page_size(header)
        if page < 512 or page & (page - 1) or header[18:20] not in (b"\x01\x01", b"\x02\x02"):
            yield "its header does not say how it is to be read"
            return
        yield from (f"its header was changed at byte {at}" for at, want in _FIXED.items() if not _has(header, at, want))
        if header[24:28] != header[92:96]:
            yield "its header was changed at byte 24 or 92"
        # While another program has it open, the newest pages may be in its journal alone.
        if _has_journal(path):
            return
        if _number(header, _PAGE_COUNT) * page != size:
            yield f"it has {size:,} bytes; its header says {_number(header, _PAGE_COUNT) * page:,}"
            return
        yield from _free_pages(stream, header, page, size // page)


def _has_journal(path: Path) -> bool:
    beside = path.with_name(f"{path.name}-wal")
    return beside.is_file() and beside.stat().st_size > 0


def _has(header: bytes, at: int, wanted: bytes) -> bool:
    return header[at : at + len(wanted)] == wanted


def _free_pages(stream: Any, header: bytes, page: int, count: int) -> Iterator[str]:
    """Pages that the engine does not use must be overwritten: what was erased may have stood there."""
    trunk, seen, held = _number(header, _FIRST_FREE), 0, 0
    while trunk:
        if trunk > count or seen > count:
            yield "its list of free pages is damaged"
            return
        stream.seek((trunk - 1) * page)
        data = stream.read(page)
        listed = min(_number(data, 4), page // 4 - 2)
        for place in range(listed):
            leaf = _number(data, 8 + 4 * place)
            stream.seek((leaf - 1) * page)
            held += any(stream.read(page))
        held += any(data[8 + 4 * listed :])
        seen += 1 + listed
        trunk = _number(data, 0)
    if seen != _number(header, _FREE_COUNT):
        yield "its list of free pages is damaged"
    if held:
        yield f"{held} pages that are free hold something; they must be overwritten"


def overwrite_unused(path: Path) -> int:
    """Overwrites what is between the cells of each page and in no row; how many pages held something there.

    Nobody may write meanwhile, and the journal must be empty. Readers are not disturbed: nothing reads these bytes.
    """
    overwritten = 0
    with _by_hand(path, "r+b") as stream:
        header = stream.read(_HEADER)
        page = _page_size(header)
        for number, unused in _unused(stream, page):
            stream.seek(number * page + unused.start)
            stream.write(bytes(len(unused)))
            overwritten += 1
        if overwritten:
            os.fsync(stream.fileno())
    return overwritten


def _unused(stream: BinaryIO, page: int) -> Iterator[tuple[int, range]]:
    """The pages of tables and indexes whose unused part holds something, by number from 0, and where that part is."""
    count = stream.seek(0, os.SEEK_END) // page
    stream.seek(0)
    for number in range(count):
        data = stream.read(page)
        start = _HEADER if number == 0 else 0
        # Other pages begin with the number of a page in four bytes, of which the first is 0: see MOST_PAGES.
        if data[start] not in _INNER_PAGES + _LEAF_PAGES:
            stream.seek((number + 1) * page)
            continue
        head = 12 if data[start] in _INNER_PAGES else 8
        unused = range(start + head + 2 * _number(data, start + 3, 2), _number(data, start + 5, 2) or 65_536)
        if unused and unused.stop <= page and any(data[unused.start : unused.stop]):
            yield number, unused
        stream.seek((number + 1) * page)


def _page_size(header: bytes) -> int:
    size = _number(header, 16, 2)
    return 65_536 if size == 1 else size


def _number(data: bytes, at: int, width: int = 4) -> int:
    return int.from_bytes(data[at : at + width], "big")
