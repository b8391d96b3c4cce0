"""Watching from outside: growth is proved, news is told, a second history is kept as evidence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from overt.ledger import FolderStore, PublicLeaf, SigningState, trust, watch
from overt.refusals import Refusal
from tests.ledger.conftest import Log, MemoryStore, signer_of


def tell(leaf: PublicLeaf, old: bytes | None, new: bytes) -> list[str]:
    return [f"{leaf.kind}: {old.decode() if old else 'nothing'} → {new.decode()}"]


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    """What a watcher remembers."""
    return tmp_path / "seen"


def test_growth_is_proved_and_news_is_told_once(log: Log, seen: Path) -> None:
    """Each look tells what is new, each document beside the last of its kind."""
    log.add(300)
    log.add_document("charter", "categories = 16")
    log.publish()
    first = watch(log.store, seen, log.policy, tell=tell)
    log.add(300, seed=2)
    log.add_document("charter", "categories = 34")
    log.add_document("release", "figures")
    log.publish()
    second = watch(log.store, seen, log.policy, tell=tell)
    third = watch(log.store, seen, log.policy, tell=tell)
    assert [each.news for each in (first, second, third)] == [
        ["charter: nothing → categories = 16"],
        ["charter: categories = 16 → categories = 34", "release: nothing → figures"],
        [],
    ]
    assert (second.old, second.new.size, third.contradiction) == (first.new, 603, "")


def test_a_withheld_document_is_news_too(log: Log, seen: Path) -> None:
    """Announced and not shown."""
    log.add_document("charter", "categories = 16")
    log.publish()
    assert isinstance(log.store, FolderStore)
    shutil.rmtree(log.store.folder / "documents")
    log.damaged = True
    assert watch(log.store, seen, log.policy).news == [
        "charter announced but its document was not served: charter.toml"
    ]


@pytest.mark.parametrize(("before", "after"), [(300, 300), (300, 700), (256, 700), (5, 6)])
def test_a_second_history_is_found_and_kept(log: Log, seen: Path, tmp_path: Path, before: int, after: int) -> None:
    """The operator rewrites history and signs it anew: both heads are kept, and the first is never forgotten."""
    log.add(before)
    log.publish()
    watch(log.store, seen, log.policy)
    fork = Log(MemoryStore(), SigningState(tmp_path / "fork"))
    fork.add(after, seed=7)
    fork.publish()
    for _ in range(2):
        found = watch(fork.store, seen, log.policy)
        assert "forked" in found.contradiction
        assert found.evidence is not None
    heads = {
        name: trust(signer_of(1).key).open((found.evidence / f"{name}.checkpoint").read_bytes()).checkpoint
        for name in ("seen", "served")
    }
    assert (heads["seen"].size, heads["served"].size) == (before, after)
    assert found.contradiction in (found.evidence / "README.txt").read_text(encoding="utf-8")
    assert watch(log.store, seen, log.policy).contradiction == ""


def test_a_log_that_shrank_is_found(log: Log, seen: Path, tmp_path: Path) -> None:
    """Even when what is left is the honest beginning."""
    log.add(300)
    log.publish()
    assert isinstance(log.store, FolderStore)
    shutil.copytree(log.store.folder, tmp_path / "older")
    log.add(1, seed=2)
    log.publish()
    watch(log.store, seen, log.policy)
    found = watch(FolderStore(tmp_path / "older"), seen, log.policy)
    assert found.contradiction == "The log shrank: 301 entries were seen before, 300 are served now"


def test_damaged_tiles_accuse_nobody(log: Log, seen: Path) -> None:
    """A log whose tiles do not bear its own head is refused; that proves no second history."""
    log.add(300)
    log.publish()
    watch(log.store, seen, log.policy)
    log.add(300, seed=2)
    log.publish()
    log.store.replace("tile/0/001", bytes(8192), log.store.read("tile/0/001", 8192))
    log.damaged = True
    with pytest.raises(Refusal, match="tiles-damaged"):
        watch(log.store, seen, log.policy)


def test_entries_that_do_not_lead_to_the_head_are_refused(log: Log, seen: Path) -> None:
    """News is only told from entries that the log signed."""
    log.add_document("charter", "categories = 16")
    log.publish()
    path = "tile/entries/000.p/1"
    bundle = log.store.read(path, 1000) or b""
    log.store.replace(path, bundle.replace(b"charter ", b"release "), bundle)
    log.damaged = True
    with pytest.raises(Refusal, match="tiles-damaged"):
        watch(log.store, seen, log.policy)


def test_another_log_is_not_watched_in_the_same_place(log: Log, seen: Path, tmp_path: Path) -> None:
    """What was seen of one log says nothing of another."""
    watch(log.store, seen, log.policy)
    signer = signer_of(3, "other.example.org/log")
    other = Log(MemoryStore(), SigningState(tmp_path / "other"), signers=[signer])
    other.publish()
    with pytest.raises(Refusal, match="other-log"):
        watch(other.store, seen, trust(signer.key, *(each.key for each in log.signers)))
