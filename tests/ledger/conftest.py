"""A log to test with; whatever a test does to it, afterwards it must verify from its bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from overt.ledger import (
    ED25519,
    FolderStore,
    LeafList,
    LogStore,
    Policy,
    Published,
    Signer,
    SigningState,
    WitnessClient,
    check,
    make_signer,
    public_leaf,
    publish,
    record_leaf,
    trust,
)

ORIGIN = "register.example.org/stops"
NOW = 1_790_000_000


def signer_of(seed: int, name: str = ORIGIN, kind: int = ED25519) -> Signer:
    """A key for tests, from a number."""
    return make_signer(name, kind, sha256(f"test key {seed}".encode()).digest())


def entries_of(count: int, seed: int = 1) -> list[bytes]:
    """Entries as a register would have them: commitments that say nothing."""
    draw = random.Random(seed)
    return [record_leaf(draw.randbytes(32)) for _ in range(count)]


class MemoryStore:
    """A store in memory, the plainest there is."""

    def __init__(self, resources: dict[str, bytes] | None = None) -> None:
        self.resources = dict(resources or {})

    def read(self, path: str, limit: int) -> bytes | None:
        return self.resources.get(path)

    def add(self, resources: Sequence[tuple[str, bytes]]) -> list[str]:
        return [path for path, data in resources if self.resources.setdefault(path, data) != data]

    def replace(self, path: str, data: bytes, expected: bytes | None) -> bool:
        if self.resources.get(path) != expected:
            return False
        self.resources[path] = data
        return True


@dataclass
class Log:
    """A log with its leaves, key, state and store."""

    store: LogStore
    state: SigningState
    signers: list[Signer] = field(default_factory=lambda: [signer_of(1)])
    leaves: LeafList = field(default_factory=LeafList)
    documents: dict[str, bytes] = field(default_factory=dict)
    damaged: bool = False

    @property
    def policy(self) -> Policy:
        return trust(*(signer.key for signer in self.signers))

    def add(self, count: int, seed: int = 1) -> None:
        self.leaves.entries += entries_of(count, seed)

    def add_document(self, kind: str, text: str) -> None:
        data = text.encode()
        digest = sha256(data).hexdigest()
        self.documents[digest] = data
        self.leaves.entries.append(public_leaf(kind, digest, f"{kind}.toml"))

    def publish(
        self, witnesses: Sequence[WitnessClient] = (), policy: Policy | None = None, now: int = NOW
    ) -> Published:
        return publish(
            self.leaves,
            self.store,
            self.signers,
            now=now,
            state=self.state,
            documents=self.documents.get,
            witnesses=witnesses,
            policy=policy,
        )


def check_log(log: Log) -> None:
    """The whole log verifies from its bytes, against its own leaves."""
    found = check(log.store, log.policy, leaves=log.leaves)
    assert found.faults == []
    assert found.checkpoint is not None
    assert found.entries == found.checkpoint.size


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """A published log of no entries in a folder. A test that damages it on purpose says so."""
    made = Log(FolderStore(tmp_path / "public"), SigningState(tmp_path / "signed"))
    made.publish()
    yield made
    if not made.damaged:
        check_log(made)
