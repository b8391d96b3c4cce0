"""Overt's ledger: entries in a file, tiles in a folder, proofs from what lies there."""

from __future__ import annotations

import platform
from hashlib import sha256
from pathlib import Path

import cryptography
from task import BATCH, Answers, arguments, entries, indexes

from overt.ledger import (
    ED25519,
    FolderStore,
    LeafFile,
    SigningState,
    Tree,
    check,
    make_signer,
    prove,
    publish,
    trust,
    verify,
)
from overt.ledger._merkle import leaf_hash, verify_consistency, verify_inclusion
from overt.ledger._tiles import Edge

SMALL_BATCHES = 100


def main() -> None:
    """Appends, publishes, proves, verifies and checks, each by itself."""
    given, answers = arguments(), Answers("overt")
    folder = Path(given.folder)
    folder.mkdir()
    data = entries(given.leaves)
    answers.timed("leaves integrated in memory", len(data), lambda: integrated(data))
    leaves = LeafFile(folder / "leaves")
    answers.timed("durable appends, batches of 256", len(data), lambda: append(leaves, data))
    store, state = FolderStore(folder / "public"), SigningState(folder / "signed")
    signer = make_signer("bench.example.org", ED25519, sha256(b"bench").digest())

    def published() -> None:
        publish(leaves, store, [signer], now=0, state=state)

    answers.timed("leaves published at once", len(data), published)
    head = trust(signer.key).open((folder / "public" / "checkpoint").read_bytes()).checkpoint
    answers.root = head.root.hex()

    wanted = indexes(given.proofs, head.size)
    cold = Tree(store, head.size)
    answers.timed("inclusion proofs, tiles on disk", len(wanted), lambda: [cold.inclusion(each) for each in wanted])
    proofs = answers.timed("inclusion proofs, tiles cached", len(wanted), lambda: [cold.inclusion(i) for i in wanted])
    hashes = [leaf_hash(data[index]) for index in wanted]

    def verified() -> None:
        for index, leaf, proof in zip(wanted, hashes, proofs, strict=True):
            assert verify_inclusion(index, head.size, leaf, proof, head.root)

    answers.timed("inclusion proofs verified", len(wanted), verified)
    olds = [index + 1 for index in wanted]
    grown = answers.timed("consistency proofs, tiles cached", len(olds), lambda: [cold.consistency(i) for i in olds])
    roots = {old: cold.root(0, old) for old in olds}

    def consistent() -> None:
        for old, proof in zip(olds, grown, strict=True):
            assert verify_consistency(old, head.size, roots[old], head.root, proof)

    answers.timed("consistency proofs verified", len(olds), consistent)
    few = wanted[:1000]
    receipts = answers.timed("whole receipts made", len(few), lambda: [prove(store, each, tree=cold) for each in few])
    policy = trust(signer.key)

    def receipts_verified() -> None:
        for index, receipt in zip(few, receipts, strict=True):
            verify(receipt, data[index], policy)

    answers.timed("whole receipts verified", len(few), receipts_verified)
    found = answers.timed("entries checked", head.size, lambda: check(store, policy, leaves=leaves))
    assert found.is_whole
    assert found.entries == head.size

    def small() -> None:
        for number in range(SMALL_BATCHES):
            leaves.append(data[number * BATCH : (number + 1) * BATCH])
            publish(leaves, store, [signer], now=0, state=state)

    answers.timed("leaves published, batches of 256", SMALL_BATCHES * BATCH, small)
    size = sum(path.stat().st_size for path in (folder / "public").rglob("*") if path.is_file())
    answers.sizes = {"published bytes per leaf": size / leaves.size()}
    answers.versions = {"python": platform.python_version(), "cryptography": cryptography.__version__}
    answers.give()


def integrated(data: list[bytes]) -> bytes:
    edge = Edge()
    for at in range(0, len(data), 1 << 14):
        for _ in edge.extend([leaf_hash(entry) for entry in data[at : at + (1 << 14)]]):
            pass
    return edge.root()


def append(leaves: LeafFile, data: list[bytes]) -> None:
    for at in range(0, len(data), BATCH):
        leaves.append(data[at : at + BATCH])


if __name__ == "__main__":
    main()
