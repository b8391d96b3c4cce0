"""Tiles as C2SP `tlog-tiles` lays them out, the tree's right edge, and proofs made from tiles.

A tile holds up to 256 hashes of one level; level 0 are leaf hashes, and each hash of the level above is the root of
a full tile. An entry bundle holds the entries of one tile of level 0. A full tile never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from overt.ledger._merkle import EMPTY_ROOT, HASH_SIZE, fold, pairs, split
from overt.refusals import Refusal

WIDTH = 256
TILE_SIZE = WIDTH * HASH_SIZE
LONGEST_ENTRY = 0xFFFF
BUNDLE_LIMIT = WIDTH * (LONGEST_ENTRY + 2)
_CACHED_TILES = 8192  # 16 KiB each


class Reader(Protocol):
    """Where a log's resources can be read by their paths."""

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of a resource, or none if it is not there; refuses one of more than `limit` bytes."""
        ...


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """The path of a tile of `width` hashes."""
    return f"tile/{level}/{_numbered(index, width)}"


def bundle_path(index: int, width: int = WIDTH) -> str:
    """The path of a bundle of `width` entries."""
    return f"tile/entries/{_numbered(index, width)}"


def _numbered(index: int, width: int) -> str:
    index, last = divmod(index, 1000)
    name = f"{last:03}"
    while index:
        index, group = divmod(index, 1000)
        name = f"x{group:03}/{name}"
    return name if width == WIDTH else f"{name}.p/{width}"


def width_of(level: int, index: int, size: int) -> int:
    """How many hashes a tile has in the tree of `size` entries: 0 to 256."""
    return max(0, min(WIDTH, (size >> 8 * level) - index * WIDTH))


def pack_bundle(entries: Iterable[bytes]) -> bytes:
    """A bundle: each entry behind its length in two bytes."""
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def read_bundle(data: bytes, width: int, where: str) -> list[bytes]:
    """The entries of a bundle; refuses one that does not hold exactly `width` of them."""
    entries, at, end = [], 0, len(data)
    while at < end:
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if stop > end or at + 2 > end:
            break
        entries.append(data[at + 2 : stop])
        at = stop
    if at != end or len(entries) != width:
        problem = f"{len(entries)} entries and {end - at} bytes more"
        raise Refusal("bundle-malformed", where, problem, f"{width} entries, each behind its length", _CHECK)
    return entries


_CHECK = "run overt ledger check on the log; restore the file from a copy"


def read_exactly(reader: Reader, path: str, size: int) -> bytes:
    """A resource of known size; refuses one that is missing or of another size."""
    data = reader.read(path, size)
    if data is None or len(data) != size:
        problem = "the bundle is missing" if data is None else f"{len(data)} bytes"
        raise Refusal("tile-malformed", path, problem, f"{size} bytes", _CHECK)
    return data


def read_tile(reader: Reader, level: int, index: int, width: int) -> bytes:
    """The hashes of a tile, joined. A partial tile may be gone once the full one is there."""
    if width < WIDTH:
        partial = reader.read(tile_path(level, index, width), width * HASH_SIZE)
        if partial is None:
            full = reader.read(tile_path(level, index), TILE_SIZE)
            if full is not None and len(full) == TILE_SIZE:
                return full[: width * HASH_SIZE]
        elif len(partial) == width * HASH_SIZE:
            return partial
    return read_exactly(reader, tile_path(level, index, width), width * HASH_SIZE)


def read_entries(reader: Reader, index: int, width: int) -> list[bytes]:
    """The first `width` entries of a bundle, from the partial one or the full one. They are not yet verified."""
    path = bundle_path(index, width)
    data = reader.read(path, BUNDLE_LIMIT)
    if data is None and width < WIDTH:
        full = reader.read(bundle_path(index), BUNDLE_LIMIT)
        if full is not None:
            return read_bundle(full, WIDTH, bundle_path(index))[:width]
    if data is None:
        raise Refusal(
            "bundle-malformed", path, "the bundle is missing", f"{width} entries, each behind its length", _CHECK
        )
    return read_bundle(data, width, path)


@dataclass
class Edge:
    """The right edge of a growing tree: for each level the hashes that no full tile holds yet."""

    size: int = 0
    levels: list[bytearray] = field(default_factory=list)

    def extend(self, leaf_hashes: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
        """Adds leaves; yields (level, index, hashes) of each tile that becomes full, lower levels first."""
        at = 0
        while at < len(leaf_hashes):
            taken = leaf_hashes[at : at + WIDTH - self.size % WIDTH]
            at += len(taken)
            self.size += len(taken)
            yield from self._add(0, b"".join(taken))

    def _add(self, level: int, hashes: bytes) -> Iterator[tuple[int, int, bytes]]:
        if level == len(self.levels):
            self.levels.append(bytearray())
        row = self.levels[level]
        row += hashes
        if len(row) == TILE_SIZE:
            full = bytes(row)
            row.clear()
            yield level, (self.size >> 8 * (level + 1)) - 1, full
            yield from self._add(level + 1, tile_root(full))

    def partial(self) -> Iterator[tuple[int, int, bytes]]:
        """(level, index, hashes) of each partial tile."""
        for level, row in enumerate(self.levels):
            if row:
                yield level, self.size >> 8 * (level + 1), bytes(row)

    def root(self) -> bytes:
        """The root of the tree."""
        return fold(peak for row in self.levels for peak in _peaks(bytes(row)))


def read_edge(reader: Reader, size: int) -> Edge:
    """The right edge of the tree of `size` entries, from its tiles. Compare its root with a signed one."""
    edge = Edge(size)
    level = 0
    while size >> 8 * level:
        width = (size >> 8 * level) % WIDTH
        hashes = read_tile(reader, level, size >> 8 * (level + 1), width) if width else b""
        edge.levels.append(bytearray(hashes))
        level += 1
    return edge


def tile_root(tile: bytes) -> bytes:
    """The root over the hashes of a full tile."""
    while len(tile) > HASH_SIZE:
        tile = pairs(tile)
    return tile


def _peaks(row: bytes) -> Iterator[bytes]:
    """Roots of the perfect subtrees over a row, smallest first."""
    while row:
        if len(row) // HASH_SIZE & 1:
            yield row[-HASH_SIZE:]
        row = pairs(row)


class Tree:
    """The tree of `size` entries, read from its tiles as they are needed.

    What it gives is only as true as the tiles: verify a proof against a signed root before you show it to anybody.
    """

    def __init__(self, reader: Reader, size: int, cached_tiles: int = _CACHED_TILES) -> None:
        self.reader = reader
        self.size = size
        self._cached = cached_tiles
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        self._folded: dict[int, bytes] = {}

    def root(self, start: int = 0, end: int | None = None) -> bytes:
        """The root over [start, end), which must be a subtree of this tree; the whole of it if not given."""
        end = self.size if end is None else end
        length = end - start
        if length & (length - 1) == 0:
            return self._node(length.bit_length() - 1, start) if length else EMPTY_ROOT
        if end == self.size and start in self._folded:
            return self._folded[start]
        first, peaks = start, []
        while start < end:
            height = (end - start).bit_length() - 1
            peaks.append(self._node(height, start))
            start += 1 << height
        root = fold(reversed(peaks))
        if end == self.size:
            self._folded[first] = root
        return root

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that entry `index` is in this tree, from the leaf's neighbour upwards (RFC 9162 2.1.3.1)."""
        if not 0 <= index < self.size:
            raise Refusal("no-such-entry", f"entry {index}", f"the log has {self.size}", "a smaller index")
        # Every perfect subtree of the tree's own decomposition, largest first; `peak` is the one that holds the entry.
        lefts: list[tuple[int, int]] = []
        start, peak = 0, self.size.bit_length() - 1
        while index >= start + (1 << peak):
            lefts.append((peak, start))
            start += 1 << peak
            peak = (self.size - start).bit_length() - 1
        proof = self._siblings(index, peak)
        if start + (1 << peak) < self.size:
            proof.append(self.root(start + (1 << peak), self.size))
        proof += [self._node(*left) for left in reversed(lefts)]
        return proof

    def _siblings(self, index: int, height: int) -> list[bytes]:
        """The neighbours on the way from an entry up to the perfect subtree of this height, a tile at a time."""
        siblings: list[bytes] = []
        for level in range(-(-height // 8)):
            place = index >> 8 * level
            rows = self._rows(level, place >> 8)
            place &= WIDTH - 1
            for row in rows[: height - 8 * level]:
                at = (place ^ 1) * HASH_SIZE
                siblings.append(row[at : at + HASH_SIZE])
                place >>= 1
        return siblings

    def consistency(self, old: int) -> list[bytes]:
        """The proof that this tree begins with that of `old` entries (RFC 9162 2.1.4.1); empty from an empty tree."""
        return self.seeded_consistency(old)[0 if old & (old - 1) and old != self.size else 1 :]

    def seeded_consistency(self, old: int) -> list[bytes]:
        """The same, with the hash of the node it starts from in front: see `roots_from_consistency`."""
        if not 0 <= old <= self.size:
            raise Refusal("log-shrank", "the tree", f"{self.size} entries", f"{old} or more, which were already seen")
        proof, start, end = [], 0, self.size
        while start < old < end:
            middle = start + split(end - start)
            if old <= middle:
                proof.append(self.root(middle, end))
                end = middle
            else:
                proof.append(self.root(start, middle))
                start = middle
        proof.append(self.root(start, end) if old else EMPTY_ROOT)
        proof.reverse()
        return proof

    def _node(self, height: int, start: int) -> bytes:
        """The root of the perfect subtree of 2^height entries that begins at `start`."""
        level, row = height >> 3, height & 7
        place = start >> height
        rows = self._rows(level, place >> (8 - row))
        at = (place & ((1 << (8 - row)) - 1)) * HASH_SIZE
        return rows[row][at : at + HASH_SIZE]

    def _rows(self, level: int, index: int) -> list[bytes]:
        """A tile and the seven rows of nodes above its hashes."""
        key = (level, index)
        rows = self._tiles.get(key)
        if rows is None:
            rows = [read_tile(self.reader, level, index, width_of(level, index, self.size))]
            for _ in range(7):
                rows.append(pairs(rows[-1]))
            self._tiles[key] = rows
            if len(self._tiles) > self._cached:
                del self._tiles[next(iter(self._tiles))]  # the one read first
        return rows
