"""Whether every program reads an old workbook (.xls) alike: a file of streams, which is a small file system.

Programs differ in how they find a stream: some go down the tree of names, others take the first entry of the name that
they want, whatever it belongs to. Each entry must be in the tree, once, and no two may share bytes.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from overt.workbooks._order import Damaged, NotAlike
from overt.workbooks._records import check_stream

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NONE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_ENTRY, _SMALL, _HEAD = 128, 64, 512
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_WORKBOOKS = ("workbook", "book")


def check_compound(path: Path) -> None:
    """Raises `NotAlike` for what programs do not read alike, and `Damaged` for what none can read."""
    data = path.read_bytes()
    try:
        container = _Container(data)
        check_stream(_workbook(container))
        # Excel keeps a zip of its own, with colours, within the stream of the workbook.
        if container.owns_no_byte_at(data.rfind(b"PK\5\6")):
            raise NotAlike("", "a zip file behind the workbook")
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Damaged from error


@dataclass(frozen=True)
class _Entry:
    """One stream or folder of the container."""

    place: int
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class _Container:
    """The sectors of the file, which of them follow one another, and the entries."""

    def __init__(self, data: bytes) -> None:
        if data[:8] != SIGNATURE or data[28:30] != b"\xfe\xff":
            raise Damaged
        major, shift = struct.unpack_from("<H2xH", data, 26)
        if (major, shift) not in ((3, 9), (4, 12)):
            raise Damaged
        self.data, self.size = data, 1 << shift
        self.taken = bytearray(max(len(data) // self.size + 1, 1))
        self.next = self._table(self._of_tables())
        (first,) = struct.unpack_from("<L", data, 48)
        self.entries = list(self._entries(self._bytes(first), wide=major == 4))
        if not self.entries or self.entries[0].kind != _ROOT:
            raise Damaged
        self.cutoff, small = struct.unpack_from("<LL", data, 56)
        self.next_small, self.small = array("I"), b""
        # Some programs name sectors for short streams where there is none.
        if self.entries[0].size:
            self.next_small = self._table(self._chain(small, self.next, self.taken))
            self.small = self._bytes(self.entries[0].start)
        self.taken_small = bytearray(len(self.small) // _SMALL + 1)

    def _of_tables(self) -> Iterator[int]:
        """The sectors that say which sector follows which."""
        count, following = struct.unpack_from("<L", self.data, 44)[0], struct.unpack_from("<L", self.data, 68)[0]
        listed = list(struct.unpack_from("<109L", self.data, 76))
        while following < _END and len(listed) < count:
            self._take(following, self.taken)
            part = struct.unpack(f"<{self.size // 4}L", self._sector(following, whole=True))
            listed += part[:-1]
            following = part[-1]
        for sector in listed[:count]:
            self._take(sector, self.taken)
            yield sector

    def _table(self, sectors: Iterator[int]) -> array[int]:
        table = array("I")
        for sector in sectors:
            table.frombytes(self._sector(sector, whole=True))
        return table

    def _sector(self, number: int, *, whole: bool = False) -> bytes:
        start = (number + 1) * self.size if self.size > _HEAD else _HEAD + number * self.size
        data = self.data[start : start + self.size]
        if not data or (whole and len(data) < self.size):
            raise Damaged
        return data

    def _chain(self, start: int, following: array[int], taken: bytearray) -> Iterator[int]:
        while start < _END:
            self._take(start, taken)
            yield start
            start = following[start]
        if start != _END:
            raise Damaged

    @staticmethod
    def _take(number: int, taken: bytearray) -> None:
        if number >= len(taken):
            raise Damaged
        if taken[number]:
            raise NotAlike("", "streams that share bytes, or go round in a circle")
        taken[number] = 1

    def _bytes(self, start: int) -> bytes:
        return b"".join(self._sector(sector) for sector in self._chain(start, self.next, self.taken))

    @staticmethod
    def _entries(data: bytes, *, wide: bool) -> Iterator[_Entry]:
        for place in range(len(data) // _ENTRY):
            entry = data[place * _ENTRY : (place + 1) * _ENTRY]
            length, kind, left, right, child = struct.unpack_from("<HBxLLL", entry, 64)
            start, size, more = struct.unpack_from("<LLL", entry, 116)
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le")
            yield _Entry(place, name, kind, left, right, child, start, size | (more << 32 if wide else 0))

    def content(self, entry: _Entry) -> bytes:
        """The bytes of a stream, of which no other stream has any."""
        if not entry.size:
            return b""
        if entry.size >= self.cutoff:
            data = self._bytes(entry.start)
        else:
            chain = self._chain(entry.start, self.next_small, self.taken_small)
            data = b"".join(self.small[sector * _SMALL : (sector + 1) * _SMALL] for sector in chain)
        if len(data) < entry.size:
            raise Damaged
        return data[: entry.size]

    def owns_no_byte_at(self, place: int) -> bool:
        """Whether the byte at a place of the file is in no stream; asked when all were read."""
        sector = place // self.size - 1 if self.size > _HEAD else (place - _HEAD) // self.size
        return place >= 0 and (sector < 0 or not self.taken[sector])

    def reached(self) -> dict[int, int]:
        """Which folder each entry is in, by the tree of names; the first entry is the folder of all."""
        entries: dict[int, int] = {}
        pending = [(self.entries[0].child, 0)]
        names: set[tuple[int, str]] = set()
        while pending:
            place, folder = pending.pop()
            if place == _NONE:
                continue
            entry = self.entries[place]
            if place in entries or not place or entry.kind not in (_STORAGE, _STREAM):
                raise NotAlike("", "a tree of names that goes round in a circle")
            if (folder, entry.name.casefold()) in names:
                raise NotAlike("", "two streams of one name")
            entries[place] = folder
            names.add((folder, entry.name.casefold()))
            pending += [(entry.left, folder), (entry.right, folder)]
            if entry.kind == _STORAGE:
                pending.append((entry.child, place))
        return entries


def _workbook(container: _Container) -> bytes:
    """The one stream that is a workbook, after no other was found that a program may take for it."""
    reached = container.reached()
    if any(entry.kind and entry.place not in reached for entry in container.entries[1:]):
        raise NotAlike("", "a stream that the tree of names does not have")
    named = [entry for entry in container.entries if entry.kind == _STREAM and entry.name.casefold() in _WORKBOOKS]
    at_top = [entry for entry in named if reached[entry.place] == 0]
    if not at_top:
        raise Damaged
    if len(at_top) > 1:
        raise NotAlike("", "two workbooks in one file")
    if named[0] is not at_top[0]:
        raise NotAlike("", "another workbook in front of the one that is meant")
    contents = {entry.place: container.content(entry) for entry in container.entries if entry.kind == _STREAM}
    return contents[at_top[0].place]
