"""Checks a whole log from its bytes: every bundle, tile, document, the root and the signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from overt.ledger._checkpoint import CHECKPOINT, Checkpoint, read_checkpoint, read_published
from overt.ledger._leaves import DOCUMENT_LIMIT, Leaves, RecordLeaf, document_path, read_leaf
from overt.ledger._merkle import HASH_SIZE, leaf_hash
from overt.ledger._notes import open_note, read_note
from overt.ledger._policy import Cosignature, Policy
from overt.ledger._tiles import (
    BUNDLE_LIMIT,
    WIDTH,
    Edge,
    Reader,
    bundle_path,
    pack_bundle,
    read_entries,
    read_tile,
    tile_path,
    tile_root,
    width_of,
)
from overt.refusals import Refusal

_T = TypeVar("_T")
_EVERY = 64
_GIVE_UP = 1000
_PART = 64 * WIDTH


@dataclass(frozen=True)
class LogFault:
    """One thing that is not as it must be, and where."""

    where: str
    found: str


@dataclass
class Checked:
    """What a check saw. `faults` holds the first ones, `fault_count` says how many there were."""

    checkpoint: Checkpoint | None = None
    entries: int = 0
    public: int = 0
    tiles: int = 0
    cosignatures: tuple[Cosignature, ...] = ()
    fault_count: int = 0
    faults: list[LogFault] = field(default_factory=list)

    @property
    def cosigned_by(self) -> tuple[str, ...]:
        """The names of the witnesses whose cosignatures count."""
        return tuple(cosignature.witness for cosignature in self.cosignatures if cosignature.counts)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault_count == 0


def check(
    reader: Reader,
    policy: Policy,
    *,
    leaves: Leaves | None = None,
    limit: int = 100,
    now: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Checked:
    """Verifies a log that `policy` is to believe, and with `leaves` also that they are its entries.

    Takes memory for one tile of each level, whatever the log's size. Says what is wrong rather than stop at it, and
    lists up to `limit` faults; gives up after many. `now`, in seconds since 1970, judges the times of cosignatures.
    Refuses only a log without a checkpoint that can be read.
    """
    return _Check(reader, limit, now).run(policy, leaves, progress)


class _Check:
    def __init__(self, reader: Reader, limit: int, now: int | None) -> None:
        self.reader = reader
        self.limit = limit
        self.now = now
        self.result = Checked()
        self.edge = Edge()
        self.above: tuple[int, bytes] = (-1, b"")

    def run(self, policy: Policy, leaves: Leaves | None, progress: Callable[[int, int], None]) -> Checked:
        data = read_published(self.reader)
        head = read_checkpoint(read_note(data).text)
        self.result.checkpoint = head
        try:
            # Who cosigned is told even where it is not enough.
            note = open_note(data, policy.keys(), CHECKPOINT)
            self.result.cosignatures = policy.cosignatures(note, self.now)
            policy.open(data, now=self.now)
        except Refusal as refusal:
            self.fault(CHECKPOINT, refusal.found)
        for index in range(-(-head.size // WIDTH)):
            if self.result.fault_count > max(_GIVE_UP, self.limit):
                # A head may name more entries than anybody could look for.
                self.fault(CHECKPOINT, f"given up at entry {index * WIDTH} of {head.size}")
                return self.result
            self.bundle(index, width_of(0, index, head.size), head, leaves)
            if index % _EVERY == 0:
                progress(self.result.entries, head.size)
        for level, index, row in self.edge.partial():
            self.tile(level, index, row)
        if self.edge.root() != head.root:
            self.fault(CHECKPOINT, f"the {head.size} entries bear another root")
        if leaves is not None and leaves.size() < head.size:
            self.fault("the register", f"{leaves.size()} entries; the log has {head.size}")
        progress(head.size, head.size)
        return self.result

    def fault(self, where: str, found: str) -> None:
        self.result.fault_count += 1
        if len(self.result.faults) < self.limit:
            self.result.faults.append(LogFault(where, found))

    def bundle(self, index: int, width: int, head: Checkpoint, leaves: Leaves | None) -> None:
        """One bundle against its tile; whichever of two is damaged, the other goes on in its place."""
        entries = self.entries(index, width)
        tile = self.hashes(0, index, width)
        if entries is None:
            hashes = _cut(tile) if tile is not None else [bytes(HASH_SIZE)] * width
        else:
            hashes = [leaf_hash(entry) for entry in entries]
            if tile is not None and b"".join(hashes) != tile and self.is_tile_right(index, hashes, tile, head):
                hashes = _cut(tile)
            else:
                self.partials(bundle_path(index), width, lambda count: pack_bundle(entries[:count]))
                self.documents(entries, index * WIDTH)
                if leaves is not None:
                    self.compare(entries, leaves, index * WIDTH)
        for level, at, full in self.edge.extend(hashes):
            self.tile(level, at, full)
        self.result.entries += width

    def entries(self, index: int, width: int) -> list[bytes] | None:
        return self.found(lambda: read_entries(self.reader, index, width))

    def hashes(self, level: int, index: int, width: int) -> bytes | None:
        """A tile as it is stored. Level 0 is looked at here, so that it can stand in for its bundle."""
        return self.found(lambda: read_tile(self.reader, level, index, width))

    def found(self, read: Callable[[], _T]) -> _T | None:
        """What is read, or none and a fault. A log that does not answer is not a log with faults."""
        try:
            return read()
        except Refusal as refusal:
            if refusal.code == "log-unreachable":
                raise
            self.fault(refusal.where, refusal.found)
            return None

    def is_tile_right(self, index: int, hashes: list[bytes], tile: bytes, head: Checkpoint) -> bool:
        """Which of a bundle and its tile is wrong, by what is above both."""
        stored = _cut(tile)
        at = next(at for at, (one, other) in enumerate(zip(hashes, stored, strict=True)) if one != other)
        entry = index * WIDTH + at
        right = self.bears(index, tile, head)
        if right:
            self.fault(bundle_path(index, len(stored)), f"entry {entry} is not what the tile says")
        else:
            self.fault(tile_path(0, index, len(stored)), f"the hash of entry {entry} is not that of the entry")
        return right

    def bears(self, index: int, tile: bytes, head: Checkpoint) -> bool:
        """Whether a tile of level 0 is the one that the level above, or for the last one the root, was made of."""
        if len(tile) < WIDTH * HASH_SIZE:
            edge = Edge(self.edge.size, [bytearray(row) for row in self.edge.levels])
            return not any(edge.extend(_cut(tile))) and edge.root() == head.root
        place, at = index // WIDTH, index % WIDTH * HASH_SIZE
        if self.above[0] != place:
            try:
                self.above = place, read_tile(self.reader, 1, place, width_of(1, place, head.size))
            except Refusal:
                self.above = place, b""
        return self.above[1][at : at + HASH_SIZE] == tile_root(tile)

    def tile(self, level: int, index: int, computed: bytes) -> None:
        """A tile as computed from the entries, against the stored one and the partial ones beside it."""
        width = len(computed) // HASH_SIZE
        self.result.tiles += 1
        self.partials(tile_path(level, index), width, lambda count: computed[: count * HASH_SIZE])
        if level == 0:
            return  # compared with its bundle
        stored = self.hashes(level, index, width)
        if stored is not None and stored != computed:
            both = zip(_cut(stored), _cut(computed), strict=True)
            at = next(at for at, (one, other) in enumerate(both) if one != other)
            self.fault(tile_path(level, index, width), f"hash {at} is not that of the tile below")

    def partials(self, path: str, width: int, beginning: Callable[[int], bytes]) -> None:
        """Narrower ones that earlier checkpoints needed, where the store can list them."""
        widths: Callable[[str], Iterator[int]] = getattr(self.reader, "partial_widths", lambda _: iter(()))
        for partial in widths(path):
            if partial < width and self.reader.read(f"{path}.p/{partial}", BUNDLE_LIMIT) != beginning(partial):
                problem = "not the beginning of the fuller one; only older checkpoints need it"
                self.fault(f"{path}.p/{partial}", problem)

    def documents(self, entries: Sequence[bytes], start: int) -> None:
        for index, entry in enumerate(entries, start):
            # Text in clear could never be erased from a log that only grows.
            try:
                leaf = read_leaf(entry, f"entry {index}")
            except Refusal as refusal:
                self.fault(refusal.where, refusal.found)
                continue
            if isinstance(leaf, RecordLeaf):
                continue
            self.result.public += 1
            data = self.reader.read(document_path(leaf.digest), DOCUMENT_LIMIT)
            if data is None or sha256(data).hexdigest() != leaf.digest:
                state = "is not there" if data is None else "is another"
                self.fault(document_path(leaf.digest), f"the document that entry {index} names {state}")

    def compare(self, entries: Sequence[bytes], leaves: Leaves, start: int) -> None:
        stored = leaves.read(start, min(start + len(entries), leaves.size()))
        for index, (one, other) in enumerate(zip(entries, stored, strict=False), start):
            if one != other:
                self.fault(f"entry {index}", "the register has another")


def root_of(leaves: Leaves, size: int) -> bytes:
    """The root over the first `size` leaves, in memory for one tile of each level."""
    edge = Edge()
    for start in range(0, size, _PART):
        for _ in edge.extend([leaf_hash(entry) for entry in leaves.read(start, min(start + _PART, size))]):
            pass
    return edge.root()


def _cut(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]
