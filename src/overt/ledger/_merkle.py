"""Merkle trees as RFC 9162 section 2.1 hashes them (the same as RFC 6962), and the proofs a stranger verifies.

A tree of `n` leaves is the leaves' hashes, joined in pairs under the largest power of two below `n`. What is
called *perfect* here is a subtree of 2^k leaves that begins at a multiple of 2^k: it never changes as the tree grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(_NODE + left + right).digest()


def pairs(row: bytes) -> bytes:
    """The row above a row of hashes: each pair joined, an odd last one left out."""
    return b"".join(
        [sha256(_NODE + row[at : at + 2 * HASH_SIZE]).digest() for at in range(0, len(row) - HASH_SIZE, 2 * HASH_SIZE)]
    )


def fold(peaks: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees that stand side by side, given from the right, smallest first."""
    root = b""
    for peak in peaks:
        root = node_hash(peak, root) if root else peak
    return root or EMPTY_ROOT


def split(size: int) -> int:
    """The largest power of two below `size`, where a tree of more than one leaf is divided."""
    return 1 << ((size - 1).bit_length() - 1)


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; none if the proof cannot be one for this place (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or any(len(node) != HASH_SIZE for node in (leaf, *proof)):
        return None
    # Up to `inner` the path may turn either way; above it the leaf is on the right edge and has only left neighbours.
    inner = (index ^ (size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count():
        return None
    node, place = leaf, index
    for other in proof[:inner]:
        node = sha256(_NODE + (other + node if place & 1 else node + other)).digest()
        place >>= 1
    for other in proof[inner:]:
        node = sha256(_NODE + other + node).digest()
    return node


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf with this hash is entry `index` of the tree of `size` entries with this root."""
    return root_from_inclusion(index, size, leaf, proof) == root


def verify_subtree_inclusion(  # noqa: PLR0917  the order of the draft
    index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf is entry `index` of the tree whose subtree over [start, end) has this root."""
    return is_subtree(start, end) and verify_inclusion(index - start, end - start, leaf, proof, root)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `new` entries begins with the tree of `old` entries (RFC 9162 2.1.4.2).

    From an empty tree there is nothing to prove, so an `old` of 0 is never accepted: who allows it must say so itself.
    """
    return old > 0 and verify_subtree_consistency(0, old, new, old_root, new_root, proof)


def verify_subtree_consistency(  # noqa: PLR0917  the order of the draft
    start: int, end: int, size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `size` entries has at [start, end) the subtree with this root.

    Source: draft-ietf-plants-merkle-tree-certs, section 4.4. An empty subtree is in every tree.
    """
    if any(len(node) != HASH_SIZE for node in proof):
        return False
    if start == end:
        return 0 <= start <= size and subtree_root == EMPTY_ROOT and not proof
    # A perfect subtree is a node of the tree, as is the whole tree: who verifies has it, and the proof leaves it out.
    known = end == size or (end - start).bit_count() == 1
    seeded = (subtree_root, *proof) if known else tuple(proof)
    return bool(seeded) and roots_from_consistency(start, end, size, seeded) == (subtree_root, root)


def roots_from_consistency(start: int, end: int, size: int, seeded: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of the subtree [start, end) and of the whole tree that a proof leads to; none if it cannot be one.

    `seeded` is the proof with the hash of the node it starts from in front.
    """
    if not (is_subtree(start, end) and end <= size):
        return None
    first, last, top = start, end - 1, size - 1
    height = (first ^ last).bit_length()
    if last != top:
        height = min(height, (last ^ (last + 1)).bit_length() - 1)
    first, last, top = first >> height, last >> height, top >> height
    small = large = seeded[0]
    for other in seeded[1:]:
        if top == 0:
            return None
        if last & 1 or last == top:
            if first < last:
                small = node_hash(other, small)
            large = node_hash(other, large)
            while not last & 1:
                first, last, top = first >> 1, last >> 1, top >> 1
        else:
            large = node_hash(large, other)
        first, last, top = first >> 1, last >> 1, top >> 1
    return (small, large) if top == 0 else None


def is_subtree(start: int, end: int) -> bool:
    """Whether [start, end) begins at a multiple of the smallest power of two that holds it."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0
