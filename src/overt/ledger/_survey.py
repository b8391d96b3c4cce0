"""What a log names in clear, and its roots at earlier sizes: one walk over its entries, whose proof is `check`'s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from overt.ledger._checkpoint import Checkpoint, read_checkpoint, read_published
from overt.ledger._leaves import PublicLeaf, public_leaves
from overt.ledger._merkle import leaf_hash
from overt.ledger._notes import read_note
from overt.ledger._tiles import WIDTH, Edge, Reader, read_entries, width_of


@dataclass(frozen=True)
class Survey:
    """The head that a log publishes, its public leaves with their indexes, and its root at each size asked for.

    A size that the log does not have has no root.
    """

    head: Checkpoint
    public: tuple[tuple[int, PublicLeaf], ...]
    roots: Mapping[int, bytes]

    def of_kind(self, kind: str) -> list[tuple[int, PublicLeaf]]:
        """The public leaves of one kind, in the order of the log."""
        return [(index, leaf) for index, leaf in self.public if leaf.kind == kind]


def survey(reader: Reader, sizes: Iterable[int] = ()) -> Survey:
    """Reads every entry of a published log once. No signature, tile or document is checked here: see `check`.

    Refuses a log without a checkpoint, and bundles that cannot be read.
    """
    head = read_checkpoint(read_note(read_published(reader)).text)
    wanted = sorted({size for size in sizes if 0 <= size <= head.size})
    edge, public, roots = Edge(), list[tuple[int, PublicLeaf]](), dict[int, bytes]()
    for index in range(-(-head.size // WIDTH)):
        entries = read_entries(reader, index, width_of(0, index, head.size))
        public += public_leaves(entries, index * WIDTH)
        hashes = [leaf_hash(entry) for entry in entries]
        start = edge.size
        for size in [size for size in wanted if start <= size < start + len(hashes)]:
            _extend(edge, hashes[edge.size - start : size - start])
            roots[size] = edge.root()
        _extend(edge, hashes[edge.size - start :])
    if head.size in wanted:
        roots[head.size] = edge.root()
    return Survey(head, tuple(public), roots)


def _extend(edge: Edge, hashes: list[bytes]) -> None:
    for _ in edge.extend(hashes):
        pass
