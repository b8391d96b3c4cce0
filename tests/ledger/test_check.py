"""Checking a log: whatever byte of it differs is found and named."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.ledger import Checkpoint, FolderStore, LeafList, SigningState, check, sign_note, trust
from overt.refusals import Refusal
from tests.ledger.conftest import NOW, ORIGIN, Log, MemoryStore, entries_of, signer_of


@pytest.fixture
def small(tmp_path: Path) -> Log:
    """A log of 300 entries and a document, in memory."""
    made = Log(MemoryStore(), SigningState(tmp_path / "state"))
    made.add(299)
    made.add_document("charter", "categories = 16")
    made.publish()
    return made


def resources(log: Log) -> dict[str, bytes]:
    assert isinstance(log.store, MemoryStore)
    return log.store.resources


def faults(log: Log) -> list[str]:
    return [fault.where for fault in check(log.store, log.policy).faults]


def test_every_kind_of_resource_is_checked(small: Log) -> None:
    """What a log of 300 entries consists of."""
    assert sorted(path.replace(next(iter(small.documents)), "…") for path in resources(small)) == [
        "checkpoint",
        "documents/…",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ]


def places(data: bytes) -> Iterator[int]:
    """Every byte of what is small, and a spread over what is not."""
    yield from range(0, len(data), max(1, len(data) // 150))


def test_every_changed_byte_is_found_where_it_is(small: Log) -> None:
    """Each resource in turn is damaged in each place, and is the first thing named."""
    for path, data in list(resources(small).items()):
        for at in places(data):
            changed = bytearray(data)
            changed[at] ^= 0x10
            resources(small)[path] = bytes(changed)
            try:
                named = faults(small)
            except Refusal as refusal:
                assert path == "checkpoint", refusal
                continue
            assert named[0] == path if path != "checkpoint" else named, (path, at)
        resources(small)[path] = data
    assert faults(small) == []


def test_every_missing_resource_is_named(small: Log) -> None:
    """A withheld tile is a fault, not something to be rebuilt in silence."""
    for path, data in list(resources(small).items()):
        if path != "checkpoint":
            del resources(small)[path]
            assert path in faults(small)
            resources(small)[path] = data


def test_one_damaged_bundle_is_one_fault(small: Log) -> None:
    """The tile stands in for it, so that the rest is judged as it is."""
    entry = resources(small)["tile/entries/000"]
    resources(small)["tile/entries/000"] = entry[:500] + b"\0" + entry[501:]
    assert faults(small) == ["tile/entries/000"]


def test_faults_are_counted_beyond_those_listed(log: Log) -> None:
    """The list has an end, the count has not."""
    log.add(3000)
    log.publish()
    assert isinstance(log.store, FolderStore)
    log.damaged = True
    for path in (log.store.folder / "tile/entries").iterdir():
        if path.is_file():
            path.write_bytes(b"")
    found = check(log.store, log.policy, limit=3)
    assert (len(found.faults), found.fault_count) == (3, 11)


def test_a_damaged_older_partial_tile_is_found_in_a_folder(log: Log) -> None:
    """Who holds an older checkpoint may still fetch it."""
    log.add(5)
    log.publish()
    log.add(5, seed=2)
    log.publish()
    assert isinstance(log.store, FolderStore)
    for path in ("tile/entries/000.p/5", "tile/0/000.p/5"):
        file = log.store.folder / path
        file.write_bytes(file.read_bytes()[:-1] + b"\0")
    log.damaged = True
    assert faults(log) == ["tile/entries/000.p/5", "tile/0/000.p/5"]


def test_leaves_are_compared_with_the_log(log: Log) -> None:
    """A register that lost or changed an entry in the middle is found out, whatever its key signs."""
    log.add(600)
    log.publish()
    leaves = LeafList(log.leaves.entries)
    leaves.entries[17] = entries_of(1, seed=9)[0]
    leaves.entries.pop()
    found = check(log.store, log.policy, leaves=leaves)
    assert [fault.where for fault in found.faults] == ["entry 17", "the register"]


def test_a_log_signed_by_nobody_known_is_a_fault(small: Log) -> None:
    """Whole tiles under a stranger's checkpoint are a stranger's log."""
    assert faults(small) == []
    assert [fault.where for fault in check(small.store, trust(signer_of(7).key)).faults] == ["checkpoint"]


def test_checking_takes_memory_for_tiles_and_not_for_entries(log: Log) -> None:
    """Ten times the entries take no more than a little above the same memory."""
    peaks = []
    for count in (5_000, 45_000):
        log.add(count, seed=count)
        log.publish()
        tracemalloc.start()
        check(log.store, log.policy)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_a_head_that_names_more_than_there_can_be_ends(log: Log) -> None:
    """A log cannot keep its checkers busy for ever."""
    signer = log.signers[0]
    data = sign_note(Checkpoint(ORIGIN, (1 << 63) - 1, bytes(32)).text(), [signer], NOW)
    log.store.replace("checkpoint", data, log.store.read("checkpoint", 1000))
    log.damaged = True
    found = check(log.store, log.policy)
    assert 1000 < found.fault_count < 2000
