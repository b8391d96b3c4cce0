"""Publishing: new leaves become tiles and bundles, and a signed checkpoint over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from overt.ledger._checkpoint import CHECKPOINT, Checkpoint, open_checkpoint
from overt.ledger._cosign import WitnessClient, cosign
from overt.ledger._files import alone, read_file, write_file
from overt.ledger._leaves import Leaves, document_path, public_leaves, read_leaf
from overt.ledger._merkle import EMPTY_ROOT, HASH_SIZE, leaf_hash, verify_consistency
from overt.ledger._notes import NOTE_LIMIT, Signer, VerifierKey, sign_note
from overt.ledger._policy import Policy
from overt.ledger._store import LogStore, Resource
from overt.ledger._tiles import (
    WIDTH,
    Edge,
    Tree,
    bundle_path,
    pack_bundle,
    read_edge,
    read_tile,
    tile_path,
)
from overt.refusals import Refusal

_CHUNK = 64 * WIDTH

Documents = Callable[[str], bytes | None]
Progress = Callable[[int, int], None]


def no_documents(_digest: str) -> bytes | None:
    """For a log without public leaves."""
    return None


def _silent(_done: int, _total: int) -> None:
    pass


class SigningState:
    """What the key signed last, kept with the key and not with the log: it must survive when the log's store is lost.

    It is the checkpoint itself, in a file of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The only publisher with this key; refuses when another is at work."""
        with alone(self.folder, wait=False):
            yield

    def read(self) -> bytes | None:
        """The checkpoint signed last."""
        return read_file(self.folder / CHECKPOINT, NOTE_LIMIT)

    def write(self, note: bytes) -> None:
        """Remembers a checkpoint, before anybody sees it."""
        write_file(self.folder / CHECKPOINT, note)


@dataclass(frozen=True)
class Published:
    """What stands published now, and how many entries it had before."""

    checkpoint: Checkpoint
    data: bytes
    before: int
    cosigned_by: tuple[str, ...] = ()


def publish(
    leaves: Leaves,
    store: LogStore,
    signers: Sequence[Signer],
    *,
    now: int,
    state: SigningState,
    documents: Documents = no_documents,
    witnesses: Sequence[WitnessClient] = (),
    policy: Policy | None = None,
    progress: Progress = _silent,
) -> Published:
    """Publishes all leaves; `now` is in seconds since 1970, all signers have the log's origin for a name.

    Safe to stop at any moment and to run again: the same leaves give the same log. In this order:

    1. Nobody else publishes with this key.
    2. What was signed last and what is published are one history; the published tiles bear the published root.
    3. The leaves are still those that were published, as far as the last tile shows, and lead to what was signed.
    4. Bundles, tiles and documents of the new leaves are written. Nothing refers to them yet.
    5. The checkpoint is signed and remembered with the key, before anybody sees it.
    6. Witnesses cosign it. Without the policy's quorum it is not published.
    7. It replaces the published checkpoint, if that is still the one of step 2.

    Refuses whatever would make a second history, and says which of the two sides is wrong where that can be known.
    """
    keys = [signer.key for signer in signers]
    if len({key.name for key in keys}) != 1:
        raise Refusal(
            "key-name", "the signers", "the keys have different names", "every key named after the log's origin"
        )
    with state.alone():  # 1
        published = store.read(CHECKPOINT, NOTE_LIMIT)
        base, signed = _one_history(published, state, keys, store, policy)  # 2
        edge = _same_leaves(leaves, base, signed, store)  # 3
        for resources in _grow(edge, leaves, signed, documents, progress):  # 4
            _add(store, resources, published)
        head = Checkpoint(keys[0].name, edge.size, edge.root())
        note = _still_good(published, head, keys, policy, now)
        if note is None:
            note = sign_note(head.text(), signers, now)
            state.write(note)  # 5
            note = cosign(note, Tree(store, head.size), base.size, witnesses, policy, now=now)  # 6
            if not store.replace(CHECKPOINT, note, published):  # 7
                raise _moved(CHECKPOINT)
    return Published(head, note, base.size, _cosigners(note, keys, policy, now))


def _one_history(
    published: bytes | None, state: SigningState, keys: Sequence[VerifierKey], store: LogStore, policy: Policy | None
) -> tuple[Checkpoint, Checkpoint]:
    """The published checkpoint and the one signed last; refuses when they are not of one history."""
    empty = Checkpoint(keys[0].name, 0, EMPTY_ROOT)
    remembered = state.read()
    if remembered is None and published:
        remedy = "restore it; or compare the published checkpoint with what witnesses saw and copy it there"
        raise Refusal(
            "signed-state-missing", str(state.folder), "there is no record of what was signed", CHECKPOINT, remedy
        )
    signed = _open(remembered, keys, policy, str(state.folder / CHECKPOINT)) if remembered else empty
    try:
        base = _open(published, keys, policy, CHECKPOINT) if published else empty
    except Refusal:
        # Torn or garbled in the store, where anybody may have been. What the key remembers is published again.
        base = signed
    for checkpoint in (base, signed):
        if checkpoint.origin != keys[0].name:
            problem, wanted = f"the origin {checkpoint.origin}", f"{keys[0].name}, as the key is named"
            raise Refusal("key-name", CHECKPOINT, problem, wanted)
    if base.size == signed.size and base.root != signed.root:
        raise _forked(base.size, "the published checkpoint has another root than the one signed last")
    if 0 < signed.size < base.size:
        # An old copy of the state was restored. What is published bears our signature, and is taken if it grew from it.
        proof = Tree(store, base.size).consistency(signed.size)
        if not verify_consistency(signed.size, base.size, signed.root, base.root, proof):
            raise _forked(signed.size, "the published log did not grow from what was signed last")
    return base, signed


def _open(data: bytes, keys: Sequence[VerifierKey], policy: Policy | None, where: str) -> Checkpoint:
    return open_checkpoint(data, [*keys, *_witness_keys(policy)], where).checkpoint


def _witness_keys(policy: Policy | None) -> list[VerifierKey]:
    return [party.key for party in policy.witnesses.values()] if policy else []


def _same_leaves(leaves: Leaves, base: Checkpoint, signed: Checkpoint, store: LogStore) -> Edge:
    """The right edge of the published tree; refuses when the leaves are fewer, or differ in its last tile."""
    size = leaves.size()
    if size < max(base.size, signed.size):
        problem = f"{size} entries; {max(base.size, signed.size)} were already signed"
        raise Refusal("log-shrank", base.origin, problem, "all of them", "restore the register from a newer backup")
    edge = read_edge(store, base.size)
    if edge.root() != base.root:
        remedy = "run overt ledger check, and restore what it names from a copy"
        raise Refusal("tiles-damaged", base.origin, f"the tiles of {base.size} entries bear another root", "", remedy)
    if base.size:
        index = (base.size - 1) // WIDTH
        tile = read_tile(store, 0, index, base.size - index * WIDTH)
        for at, entry in enumerate(_read(leaves, index * WIDTH, base.size)):
            if leaf_hash(entry) != tile[at * HASH_SIZE : (at + 1) * HASH_SIZE]:
                raise _forked(base.size, f"entry {index * WIDTH + at} is not the one that was published")
    return edge


def _read(leaves: Leaves, start: int, end: int) -> Sequence[bytes]:
    entries = leaves.read(start, end)
    if len(entries) != end - start:
        raise Refusal("log-shrank", f"entries {start} to {end}", f"{len(entries)} of them", f"{end - start}")
    for index, entry in enumerate(entries, start):
        # What is published in clear can never be taken back.
        read_leaf(entry, f"entry {index}")
    return entries


def _grow(
    edge: Edge, leaves: Leaves, signed: Checkpoint, documents: Documents, progress: Progress
) -> Iterator[list[Resource]]:
    """Extends the edge over all leaves, and gives what must be written for it, a part at a time."""
    start, end = edge.size, leaves.size()
    if start == end:
        return
    for at in range(start - start % WIDTH, end, _CHUNK):
        upto = min(at + _CHUNK, end)
        entries = _read(leaves, at, upto)
        fresh = entries[max(0, start - at) :]
        resources = [_document(leaf.digest, documents) for _, leaf in public_leaves(fresh, upto - len(fresh))]
        for first in range(0, len(entries), WIDTH):
            bundle = entries[first : first + WIDTH]
            resources.append((bundle_path((at + first) // WIDTH, len(bundle)), pack_bundle(bundle)))
        hashes = [leaf_hash(entry) for entry in fresh]
        # A tree that was signed and not published must be passed through on the way.
        known = max(0, signed.size - edge.size)
        for part in (hashes[:known], hashes[known:]):
            resources += [(tile_path(level, index), tile) for level, index, tile in edge.extend(part)]
            if edge.size == signed.size and edge.root() != signed.root:
                raise _forked(signed.size, "the entries do not lead to the checkpoint that was signed last")
        if upto == end:
            partial = edge.partial()
            resources += [(tile_path(level, index, len(row) // HASH_SIZE), row) for level, index, row in partial]
        yield resources
        progress(upto - start, end - start)


def _document(digest: str, documents: Documents) -> Resource:
    data = documents(digest)
    if data is None or sha256(data).hexdigest() != digest:
        problem = "the bundle is missing" if data is None else "another document"
        raise Refusal("document-missing", document_path(digest), problem, "the document named in a public ledger entry")
    return document_path(digest), data


def _add(store: LogStore, resources: Sequence[Resource], published: bytes | None) -> None:
    """Writes resources. What a stopped publisher left behind that nobody signed gives way."""
    contents = dict(resources)
    for path in store.add(resources):
        if store.read(CHECKPOINT, NOTE_LIMIT) != published:
            raise _moved(path)
        if not store.replace(path, contents[path], store.read(path, 1 << 30)):
            raise _moved(path)


def _still_good(
    published: bytes | None, head: Checkpoint, keys: Sequence[VerifierKey], policy: Policy | None, now: int
) -> bytes | None:
    """The published checkpoint, if it is this head, signed by every key and cosigned by the quorum as it counts now."""
    if published is None:
        return None
    try:
        opened = open_checkpoint(published, [*keys, *_witness_keys(policy)])
    except Refusal:
        return None
    signed_by = set(opened.note.signed_by)
    whole = opened.checkpoint == head and signed_by >= set(keys)
    return published if whole and (policy is None or policy.is_quorum(opened.note, now)) else None


def _cosigners(note: bytes, keys: Sequence[VerifierKey], policy: Policy | None, now: int) -> tuple[str, ...]:
    if policy is None:
        return ()
    opened = open_checkpoint(note, [*keys, *_witness_keys(policy)])
    return policy.cosigned_by(opened.note, now)


def _forked(size: int, found: str) -> Refusal:
    remedy = "publish nothing; find out which copy of the register or of the log was changed or restored"
    return Refusal("log-forked", f"at {size} entries", found, "a single history", remedy)


def _moved(path: str) -> Refusal:
    return Refusal(
        "log-moved", path, "another publisher wrote it in the meantime", "one publisher", "run the command again"
    )
