"""Merkle trees and their proofs."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.ledger import Tree
from overt.ledger._merkle import (
    leaf_hash,
    roots_from_consistency,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)
from overt.ledger._tiles import HASH_SIZE, Edge, read_edge, tile_path
from tests.ledger import oracle
from tests.ledger.conftest import MemoryStore

SIZES = (0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 700)


def entries_of(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def stored(entries: list[bytes]) -> tuple[MemoryStore, Edge]:
    store, edge = MemoryStore(), Edge()
    for level, index, tile in edge.extend([leaf_hash(entry) for entry in entries]):
        store.resources[tile_path(level, index)] = tile
    for level, index, row in edge.partial():
        store.resources[tile_path(level, index, len(row) // HASH_SIZE)] = row
    return store, edge


def vectors(folder: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(folder / "tlog-merkle" / "merkle_vectors.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def verdict(vector: dict[str, Any]) -> bool:
    def data(name: str) -> bytes:
        return base64.b64decode(vector[name] or "")

    proof = [base64.b64decode(each) for each in vector["proof"] or []]
    match vector["path"].split("/")[0]:
        case "inclusion":
            return verify_inclusion(vector["leafIdx"], vector["treeSize"], data("leafHash"), proof, data("root"))
        case "consistency":
            return verify_consistency(vector["size1"], vector["size2"], data("root1"), data("root2"), proof)
        case "subtreeinclusion":
            place = vector["leafIdx"], vector["start"], vector["end"]
            return verify_subtree_inclusion(*place, data("leafHash"), proof, data("root"))
        case _:
            place = vector["start"], vector["end"], vector["size"]
            return verify_subtree_consistency(*place, data("root1"), data("root2"), proof)


@pytest.mark.data
def test_all_published_vectors_are_judged_right(shared_data: Path) -> None:
    """All 518 vectors of transparency-dev, the policy traps among them: empty roots, consistency from size 0."""
    found = [(vector["path"], verdict(vector)) for vector in vectors(shared_data)]
    wanted = [(vector["path"], not vector["wantErr"]) for vector in vectors(shared_data)]
    assert found == wanted
    assert len(found) == 518


@pytest.mark.parametrize("size", SIZES)
def test_edge_and_tiles_bear_the_root_of_the_plain_oracle(size: int) -> None:
    """The right edge, what is read back of it, and the tiles give the root that RFC 9162 defines."""
    store, edge = stored(entries_of(size))
    wanted = oracle.root(entries_of(size))
    assert [edge.root(), read_edge(store, size).root(), Tree(store, size).root()] == [wanted] * 3


@settings(deadline=None)
@given(size=st.integers(1, 600), data=st.data())
def test_inclusion_proofs_are_those_of_the_plain_oracle(size: int, data: st.DataObject) -> None:
    """Proofs made from tiles are the RFC's, and verify."""
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = Tree(stored(entries)[0], size).inclusion(index)
    assert proof == oracle.inclusion(index, entries)
    assert verify_inclusion(index, size, leaf_hash(entries[index]), proof, oracle.root(entries))


@settings(deadline=None)
@given(size=st.integers(1, 600), data=st.data())
def test_consistency_proofs_are_those_of_the_plain_oracle(size: int, data: st.DataObject) -> None:
    """Proofs made from tiles are the RFC's, verify, and with their first node give both roots."""
    entries = entries_of(size)
    old = data.draw(st.integers(1, size))
    tree = Tree(stored(entries)[0], size)
    proof, roots = tree.consistency(old), (oracle.root(entries[:old]), oracle.root(entries))
    assert proof == oracle.consistency(old, entries)
    assert verify_consistency(old, size, *roots, proof)
    assert roots_from_consistency(0, old, size, tree.seeded_consistency(old)) == roots


@settings(deadline=None)
@given(size=st.integers(2, 300), data=st.data())
def test_a_proof_is_refused_for_any_other_place(size: int, data: st.DataObject) -> None:
    """No proof serves for another entry, or for a tree of another size and the same root."""
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = Tree(stored(entries)[0], size).inclusion(index)
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index))
    assert not verify_inclusion(other, size, leaf_hash(entries[index]), proof, oracle.root(entries))
    assert not verify_inclusion(index, size, leaf_hash(entries[other]), proof, oracle.root(entries))


def test_every_changed_byte_of_a_proof_is_refused() -> None:
    """No byte of a proof may differ."""
    entries = entries_of(300)
    tree, root = Tree(stored(entries)[0], 300), oracle.root(entries)
    inclusion, consistency = tree.inclusion(123), tree.consistency(123)
    leaf, old = leaf_hash(entries[123]), oracle.root(entries[:123])
    for at in range(len(inclusion) * HASH_SIZE):
        assert not verify_inclusion(123, 300, leaf, mangled(inclusion, at), root)
    for at in range(len(consistency) * HASH_SIZE):
        assert not verify_consistency(123, 300, old, root, mangled(consistency, at))


def mangled(proof: list[bytes], at: int) -> list[bytes]:
    changed = bytearray(b"".join(proof))
    changed[at] ^= 1
    return [bytes(changed[each : each + HASH_SIZE]) for each in range(0, len(changed), HASH_SIZE)]


def test_a_hash_of_another_length_is_refused() -> None:
    """A proof whose hashes run into each other is not read as one."""
    entries = entries_of(4)
    proof = Tree(stored(entries)[0], 4).inclusion(0)
    shifted = [proof[0][:-1], proof[0][-1:] + proof[1]]
    assert not verify_inclusion(0, 4, leaf_hash(entries[0]), shifted, oracle.root(entries))
