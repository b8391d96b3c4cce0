"""Publishing: the same leaves give the same log, and never two histories."""

from __future__ import annotations

import shutil
from pathlib import Path

import obstore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.ledger import BucketStore, FolderStore, LeafList, LogStore, SigningState, open_checkpoint, public_leaf, trust
from overt.ledger._tiles import pack_bundle, read_bundle
from overt.refusals import Refusal
from tests.ledger import oracle
from tests.ledger.conftest import NOW, Log, MemoryStore, check_log, entries_of, signer_of
from tests.often import often


def test_a_log_of_many_batches_bears_the_root_of_the_plain_oracle(log: Log) -> None:
    """However the entries come in, the root is that of all of them."""
    for count in (1, 254, 1, 1, 300, 0, 512):
        log.add(count, seed=log.leaves.size() + 2)
        head = log.publish().checkpoint
        assert (head.size, head.root) == (log.leaves.size(), oracle.root(log.leaves.entries))


def test_publishing_again_changes_nothing(log: Log, tmp_path: Path) -> None:
    """Without new entries every byte stays, the checkpoint's too."""
    log.add(300)
    log.publish()
    before = {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()}
    log.publish(now=1)
    assert {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()} == before


@settings(max_examples=often(20), deadline=None)
@given(st.lists(st.integers(0, 600), min_size=1, max_size=4))
def test_batches_of_any_size_give_the_tiles_of_one_batch(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int]
) -> None:
    """Full tiles and bundles are the same, however they came about."""
    one, many = (
        Log(MemoryStore(), SigningState(tmp_path_factory.mktemp("signed")), leaves=LeafList()) for _ in range(2)
    )
    for number, count in enumerate(counts):
        many.add(count, seed=number)
        many.publish()
    one.leaves.entries = many.leaves.entries
    one.publish()
    for each in (one, many):
        check_log(each)
    assert isinstance(one.store, MemoryStore) and isinstance(many.store, MemoryStore)
    assert one.store.resources.items() <= many.store.resources.items()


def stores(folder: Path) -> dict[str, LogStore]:
    folder.mkdir()
    return {
        "folder": FolderStore(folder / "public"),
        "memory bucket": BucketStore(obstore.store.MemoryStore()),
        "plain": MemoryStore(),
    }


@pytest.mark.parametrize("kind", ["folder", "memory bucket", "plain"])
def test_every_kind_of_store_holds_the_same_log(tmp_path: Path, kind: str) -> None:
    """A folder and a bucket are published to alike."""
    log = Log(stores(tmp_path / "stores")[kind], SigningState(tmp_path / "signed"))
    for count in (3, 300, 40):
        log.add(count, seed=count)
        log.add_document("charter", f"categories = {count}")
        log.publish()
    check_log(log)


@pytest.mark.parametrize("kind", ["folder", "memory bucket", "plain"])
def test_a_store_keeps_what_never_changes_and_compares_what_does(tmp_path: Path, kind: str) -> None:
    """Other bytes at a taken path are reported and not written; a replacement needs the bytes that are there."""
    store = stores(tmp_path / "stores")[kind]
    assert store.add([("tile/0/000", b"one"), ("tile/0/001", b"two")]) == []
    assert store.add([("tile/0/000", b"one"), ("tile/0/001", b"other")]) == ["tile/0/001"]
    assert store.read("tile/0/001", 10) == b"two"
    assert store.replace("checkpoint", b"first", b"something") is False
    assert store.replace("checkpoint", b"first", None) is True
    assert store.replace("checkpoint", b"second", None) is False
    assert store.replace("checkpoint", b"second", b"first") is True
    assert store.read("checkpoint", 10) == b"second"
    assert store.read("nothing", 10) is None


@pytest.mark.parametrize("kind", ["folder", "memory bucket"])
def test_a_resource_beyond_its_limit_is_refused(tmp_path: Path, kind: str) -> None:
    """Nobody can fill a reader's memory."""
    store = stores(tmp_path / "stores")[kind]
    store.add([("tile/0/000", bytes(100))])
    with pytest.raises(Refusal, match="resource-too-large"):
        store.read("tile/0/000", 99)


def test_fewer_leaves_than_published_are_refused(log: Log) -> None:
    """A register restored from an old backup cannot shrink its log."""
    log.add(10)
    log.publish()
    lost = log.leaves.entries.pop()
    with pytest.raises(Refusal, match="log-shrank"):
        log.publish()
    log.leaves.entries.append(lost)


@pytest.mark.parametrize("count", [10, 256, 300])
def test_other_leaves_than_published_are_refused(log: Log, count: int) -> None:
    """A changed entry of the last tile is seen before anything is signed."""
    log.add(count)
    log.publish()
    kept = log.leaves.entries[count - 2]
    log.leaves.entries[count - 2] = entries_of(1, seed=9)[0]
    log.add(5, seed=3)
    with pytest.raises(Refusal, match="log-forked"):
        log.publish()
    log.leaves.entries[count - 2] = kept


def test_what_was_signed_and_not_published_binds_too(log: Log) -> None:
    """The store was put back to an older copy; other entries than those signed in the meantime are refused."""
    log.add(10)
    log.publish()
    assert isinstance(log.store, FolderStore)
    older = (log.store.folder / "checkpoint").read_bytes()
    log.add(290, seed=2)
    log.publish()
    (log.store.folder / "checkpoint").write_bytes(older)
    kept = log.leaves.entries[100]
    log.leaves.entries[100] = entries_of(1, seed=9)[0]
    log.add(300, seed=3)
    with pytest.raises(Refusal, match=r"log-forked|log-moved"):
        log.publish()
    log.leaves.entries[100] = kept
    assert log.publish().checkpoint.size == 600


def test_a_key_whose_memory_is_lost_signs_nothing(log: Log) -> None:
    """Without knowing what was signed last, an old copy of the log could be continued into a second history."""
    log.add(10)
    log.publish()
    kept = log.state.read()
    (log.state.folder / "checkpoint").unlink()
    with pytest.raises(Refusal, match="signed-state-missing"):
        log.publish()
    log.state.write(kept or b"")


def test_an_older_memory_is_brought_up_to_what_is_published(log: Log) -> None:
    """What is published bears our own signature, so it may be built upon if it grew from what is remembered."""
    log.add(10)
    log.publish()
    older = log.state.read() or b""
    log.add(10, seed=2)
    log.publish()
    log.state.write(older)
    log.add(10, seed=3)
    assert log.publish().checkpoint.size == 30


def test_an_older_memory_of_another_history_is_refused(log: Log, tmp_path: Path) -> None:
    """What the key remembers is not the beginning of what is published."""
    fork = Log(MemoryStore(), SigningState(tmp_path / "fork"))
    fork.add(5, seed=9)
    fork.publish()
    log.add(10)
    log.publish()
    kept = log.state.read() or b""
    log.state.write(fork.state.read() or b"")
    with pytest.raises(Refusal, match="log-forked"):
        log.publish()
    log.state.write(kept)


def test_two_publishers_with_one_state_take_turns(log: Log) -> None:
    """While one is at work the other is refused, and neither waits for ever."""
    with log.state.alone(), pytest.raises(Refusal, match="ledger-busy"):
        log.publish()


class Meanwhile(MemoryStore):
    """A store to which another publisher publishes just before the checkpoint is replaced."""

    other: Log | None = None

    def replace(self, path: str, data: bytes, expected: bytes | None) -> bool:
        other, self.other = self.other, None
        if other is not None and path == "checkpoint":
            other.publish()
        return super().replace(path, data, expected)


def test_two_publishers_with_one_store_cannot_both_publish(tmp_path: Path) -> None:
    """The second sees that the checkpoint is no longer the one it began from."""
    store = Meanwhile()
    first, second = (Log(store, SigningState(tmp_path / name)) for name in "ab")
    first.publish()
    second.state.write(first.state.read() or b"")
    first.add(10)
    second.add(20, seed=2)
    store.other = second
    with pytest.raises(Refusal, match="log-moved"):
        first.publish()
    assert open_checkpoint(store.resources["checkpoint"], [signer_of(1).key]).checkpoint.size == 20


def test_leftovers_that_nobody_signed_give_way(log: Log) -> None:
    """A publisher stopped after writing tiles of entries that were then withdrawn before anything was signed."""
    log.store.add([("tile/0/000.p/5", b"torn"), ("tile/entries/000.p/5", bytes(9000))])
    log.add(5)
    log.publish()


def test_damaged_tiles_of_what_was_published_are_refused(log: Log) -> None:
    """Nothing is signed on top of a log that no longer bears its own root."""
    log.add(10)
    log.publish()
    assert isinstance(log.store, FolderStore)
    path = log.store.folder / "tile/0/000.p/10"
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"\0")
    log.add(1, seed=2)
    with pytest.raises(Refusal, match="tiles-damaged"):
        log.publish()
    path.write_bytes(kept)


def test_a_garbled_checkpoint_is_published_again(log: Log) -> None:
    """The store is not trusted, so what it garbles is fixed from what the key remembers."""
    log.add(10)
    log.publish()
    assert isinstance(log.store, FolderStore)
    (log.store.folder / "checkpoint").write_bytes(b"torn")
    log.add(3, seed=2)
    assert log.publish().checkpoint.size == 13


def test_a_public_leaf_needs_its_document(log: Log) -> None:
    """What is announced is there to be read, and is what was announced."""
    log.leaves.entries.append(public_leaf("charter", "0" * 64, "charter.toml"))
    with pytest.raises(Refusal, match="document-missing"):
        log.publish()
    log.documents["0" * 64] = b"another"
    with pytest.raises(Refusal, match="another document"):
        log.publish()
    log.leaves.entries.pop()


def test_an_entry_too_long_for_a_bundle_is_refused(log: Log) -> None:
    """An entry's length has two bytes. What is no leaf is never published, however short."""
    for long in (65_536, 65_535):
        log.leaves.entries.append(bytes(long))
        with pytest.raises(Refusal, match="leaf-malformed"):
            log.publish()
        log.leaves.entries.pop()
    log.add(1)
    log.publish()
    assert read_bundle(pack_bundle([bytes(65_535)]), 1, "a bundle") == [bytes(65_535)]


def test_a_rotated_key_signs_beside_the_old_one_and_then_alone(log: Log) -> None:
    """Who trusts either key can follow; afterwards the old one is gone."""
    old, new = signer_of(1), signer_of(2)
    log.add(3)
    log.publish()
    log.signers = [old, new]
    data = log.publish().data
    assert open_checkpoint(data, [old.key, new.key]).note.signed_by == (old.key, new.key)
    assert trust(old.key).open(data).checkpoint == trust(new.key).open(data).checkpoint
    log.signers = [new]
    log.add(3, seed=2)
    assert open_checkpoint(log.publish().data, [old.key, new.key]).note.signed_by == (new.key,)


def test_signers_of_two_names_are_refused(log: Log) -> None:
    """A log has one origin, and its keys are named after it."""
    kept, log.signers = log.signers, [signer_of(1), signer_of(2, "other.example.org")]
    with pytest.raises(Refusal, match="key-name"):
        log.publish()
    log.signers = kept


def test_a_bucket_on_a_disk_keeps_what_never_changes(tmp_path: Path) -> None:
    """obstore's local store, which has neither headers nor a compared replacement."""
    store = BucketStore(obstore.store.LocalStore(tmp_path), attributes=False)
    assert store.add([("tile/0/000", b"one")]) == []
    assert store.add([("tile/0/000", b"other")]) == ["tile/0/000"]
    assert (tmp_path / "tile/0/000").read_bytes() == b"one"
    assert store.replace("checkpoint", b"first", None) is True
    assert store.replace("checkpoint", b"second", b"other") is False


def test_a_lost_store_is_published_again_from_the_leaves(log: Log) -> None:
    """Tiles are copies: the entries and the key's memory make the same log anew."""
    log.add(600)
    before = log.publish().data
    assert isinstance(log.store, FolderStore)
    shutil.rmtree(log.store.folder)
    assert log.publish().data == before


def test_a_clock_that_goes_backwards_changes_nothing(log: Log) -> None:
    """The order of a log is its own; no time decides anything in it."""
    log.add(5)
    log.publish(now=NOW)
    log.add(5, seed=2)
    assert log.publish(now=NOW - 86_400).checkpoint.size == 10
