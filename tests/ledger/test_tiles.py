"""Tiles and bundles as other logs have them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.ledger import FolderStore, LogFault, Tree, check, open_checkpoint, read_vkey, trust
from overt.ledger._merkle import verify_consistency
from overt.ledger._tiles import bundle_path, pack_bundle, read_bundle, read_edge, read_entries, tile_path, width_of
from overt.refusals import Refusal


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        (tile_path(0, 0), "tile/0/000"),
        (tile_path(3, 1_234_067), "tile/3/x001/x234/067"),
        (tile_path(0, 273, 112), "tile/0/273.p/112"),
        (bundle_path(1000), "tile/entries/x001/000"),
        (bundle_path(1_234_067, 8), "tile/entries/x001/x234/067.p/8"),
    ],
)
def test_paths_are_those_of_the_specification(path: str, wanted: str) -> None:
    """Groups of three digits, all but the last behind an x; partial tiles behind .p."""
    assert path == wanted


def test_widths_are_those_of_the_specification() -> None:
    """The example of tlog-tiles: 70,000 entries."""
    size = 70_000
    widths = [[width_of(level, index, size) for index in (0, 1, 272, 273, 274)] for level in range(4)]
    assert widths == [[256, 256, 256, 112, 0], [256, 17, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_are_read_as_packed(entries: list[bytes]) -> None:
    """Each entry behind its length."""
    assert read_bundle(pack_bundle(entries), len(entries), "a bundle") == entries


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), min_size=1, max_size=8), st.data())
def test_a_bundle_of_another_length_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    """Cut short, continued, or with another number of entries."""
    packed = pack_bundle(entries)
    cut = data.draw(st.integers(0, len(packed) - 1))
    for wrong, width in [(packed[:cut], len(entries)), (packed + b"\0", len(entries)), (packed, len(entries) + 1)]:
        with pytest.raises(Refusal, match="bundle-malformed"):
            read_bundle(wrong, width, "a bundle")


@pytest.mark.data
def test_a_log_that_another_program_wrote_verifies(shared_data: Path) -> None:
    """Tessera's test log: 16 signed checkpoints, their tiles and entries, and the growth from each to each."""
    folder = shared_data / "tlog-tessera"
    key = read_vkey((folder / "vkey.txt").read_text(encoding="utf-8").strip())
    store = FolderStore(folder / "log")
    heads = [
        open_checkpoint((folder / "log" / f"checkpoint.{size}").read_bytes(), [key]).checkpoint for size in range(16)
    ]
    assert [head.size for head in heads] == list(range(16))
    assert [read_edge(store, head.size).root() for head in heads] == [head.root for head in heads]
    for old in heads[1:]:
        for new in heads[old.size :]:
            proof = Tree(store, new.size).consistency(old.size)
            assert verify_consistency(old.size, new.size, old.root, new.root, proof)
    assert read_entries(store, 0, 3) == [b"one", b"two", b"three"]
    found = check(store, trust(key))
    # Its hashes, tiles and signatures are all right. Its entries are words in clear, which no log of ours may hold.
    fault = "neither a record leaf nor a public leaf"
    assert (found.entries, found.faults) == (15, [LogFault(f"entry {index}", fault) for index in range(15)])
