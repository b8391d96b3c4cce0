"""Watching a log from outside: it may only grow, and what it publishes is news."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from overt.encoding import encode, read_json
from overt.ledger._checkpoint import CHECKPOINT, Checkpoint, read_published
from overt.ledger._files import alone, read_file, write_file
from overt.ledger._leaves import DOCUMENT_LIMIT, PublicLeaf, document_path, is_digest, public_leaves
from overt.ledger._merkle import leaf_hash, roots_from_consistency
from overt.ledger._notes import NOTE_LIMIT
from overt.ledger._policy import Cosignature, Policy
from overt.ledger._tiles import WIDTH, Edge, Reader, Tree, read_edge, read_entries, width_of
from overt.refusals import Refusal

Tell = Callable[[PublicLeaf, bytes | None, bytes], list[str]]

_SEEN = "seen.json"


def tell_plainly(leaf: PublicLeaf, old: bytes | None, _new: bytes) -> list[str]:
    """News of any kind of document; who knows a kind can tell more."""
    return [f"{leaf.kind} {'published' if old is None else 'published in a new version'}: {leaf.name}"]


@dataclass(frozen=True)
class Watched:
    """What a watcher saw. `evidence` is where the two checkpoints lie if they contradict each other."""

    old: Checkpoint | None
    new: Checkpoint
    news: list[str] = field(default_factory=list)
    contradiction: str = ""
    evidence: Path | None = None
    cosignatures: tuple[Cosignature, ...] = ()


def watch(
    reader: Reader,
    folder: Path,
    policy: Policy,
    *,
    tell: Tell = tell_plainly,
    now: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Watched:
    """Looks at a log once, and remembers in `folder` what it saw.

    1. The checkpoint is one that the policy believes, of the log seen before.
    2. It has no fewer entries, and grew from the one seen before. If not, both are kept as evidence and nothing is
       forgotten: every later look compares with what was seen before the contradiction.
    3. Each new entry is read and leads to the new root; each new public leaf is told, with its document.

    `now`, in seconds since 1970, judges the times of cosignatures. Refuses a log of which too little or damaged data
    is served: that proves nothing against its keeper.
    """
    with alone(folder):
        return _Watcher(reader, folder, policy, tell, now).look(progress)


@dataclass
class _Watcher:
    reader: Reader
    folder: Path
    policy: Policy
    tell: Tell
    now: int | None

    def look(self, progress: Callable[[int, int], None]) -> Watched:
        served = read_published(self.reader)
        signed = self.policy.open(served, now=self.now)  # 1
        new = signed.checkpoint
        cosignatures = self.policy.cosignatures(signed.note, self.now)
        last = read_file(self.folder / CHECKPOINT, NOTE_LIMIT)
        old = self.policy.at_any_age().open(last, str(self.folder / CHECKPOINT)).checkpoint if last else None
        if old and old.origin != new.origin:
            raise Refusal("other-log", CHECKPOINT, f"the log {new.origin}", f"{old.origin}, which was watched before")
        if old and last:
            contradiction, proof = self.contradiction(old, new)  # 2
            if contradiction:
                evidence = self.keep(last, served, contradiction, proof)
                return Watched(old, new, contradiction=contradiction, evidence=evidence, cosignatures=cosignatures)
        news = self.news(old, new, progress)  # 3
        write_file(self.folder / CHECKPOINT, served)
        return Watched(old, new, news, cosignatures=cosignatures)

    def contradiction(self, old: Checkpoint, new: Checkpoint) -> tuple[str, list[bytes]]:
        """In which way the two cannot both be true, and the proof served; empty if they can."""
        if new.size < old.size:
            return f"The log shrank: {old.size} entries were seen before, {new.size} are served now", []
        if new.size == old.size:
            same = new.root == old.root
            return "" if same else f"The log forked: two roots over the same {new.size} entries", []
        if old.size == 0:
            return "", []
        proof = Tree(self.reader, new.size).seeded_consistency(old.size)
        small, large = roots_from_consistency(0, old.size, new.size, proof) or (b"", b"")
        if large != new.root:
            remedy = "try again; if it stays so, tell the log's keeper and other watchers"
            raise Refusal(
                "tiles-damaged",
                new.origin,
                "its tiles do not match its own root hash",
                "a complete and consistent log",
                remedy,
            )
        # The proof leads to the root that was signed now, so what it says of the smaller tree was signed too.
        return "" if small == old.root else f"The log forked: its first {old.size} entries are not those seen", proof

    def news(self, old: Checkpoint | None, new: Checkpoint, progress: Callable[[int, int], None]) -> list[str]:
        edge = read_edge(self.reader, old.size) if old else Edge()
        if old and edge.root() != old.root:
            raise Refusal(
                "tiles-damaged",
                new.origin,
                "its tiles do not match the root hash seen before",
                "a complete and consistent log",
            )
        start, public = edge.size, []
        for index in range(start // WIDTH, -(-new.size // WIDTH)):
            entries = read_entries(self.reader, index, width_of(0, index, new.size))
            fresh = entries[max(0, start - index * WIDTH) :]
            for _ in edge.extend([leaf_hash(entry) for entry in fresh]):
                pass
            public += public_leaves(fresh, edge.size - len(fresh))
            progress(edge.size - start, new.size - start)
        if edge.root() != new.root:
            raise Refusal(
                "tiles-damaged", new.origin, "its entries do not match its root hash", "a complete and consistent log"
            )
        return self.told([leaf for _, leaf in public])

    def told(self, leaves: list[PublicLeaf]) -> list[str]:
        """News lines, in the order of the log; each document is compared with the last of its kind."""
        seen = self.seen()
        lines: list[str] = []
        for leaf in leaves:
            before = (
                read_file(self.folder / document_path(seen[leaf.kind]), DOCUMENT_LIMIT) if leaf.kind in seen else None
            )
            document = self.document(leaf)
            if document is None:
                lines.append(f"{leaf.kind} announced but its document was not served: {leaf.name}")
                continue
            lines += self.tell(leaf, before, document)
            seen[leaf.kind] = leaf.digest
        write_file(self.folder / _SEEN, json.dumps(seen, indent=1).encode())
        return lines

    def seen(self) -> dict[str, str]:
        """The digest of the last document of each kind; refuses a file of our own that was damaged."""
        path = self.folder / _SEEN
        try:
            content = read_json(read_file(path, DOCUMENT_LIMIT) or b"{}")
        except ValueError:
            content = None
        if not isinstance(content, dict) or not all(
            isinstance(one, str) and is_digest(one) for one in content.values()
        ):
            remedy = "delete it. Documents are then reported as new once more; nothing else is lost"
            raise Refusal(
                "watch-state", str(path), "it cannot be read", "a file written by `overt ledger watch`", remedy
            )
        return content

    def document(self, leaf: PublicLeaf) -> bytes | None:
        data = self.reader.read(document_path(leaf.digest), DOCUMENT_LIMIT)
        if data is None or sha256(data).hexdigest() != leaf.digest:
            return None
        path = self.folder / document_path(leaf.digest)
        write_file(path, data)
        return data

    def keep(self, seen: bytes, served: bytes, contradiction: str, proof: list[bytes]) -> Path:
        """Both checkpoints, each signed by the log, and in words what they show."""
        folder = self.folder / "evidence" / sha256(seen + served).hexdigest()[:16]
        write_file(folder / "seen.checkpoint", seen)
        write_file(folder / "served.checkpoint", served)
        words = f"""{contradiction}

seen.checkpoint was signed by the log and seen first; served.checkpoint was signed by it too and served later.
Whoever has the log's public key can verify both signatures.
"""
        if contradiction.startswith("The log forked"):
            words += "The two cannot both be heads of one log that only grows.\n"
        else:
            words += "An older head served again, or a rewritten log: entries that were there are withheld.\n"
        if proof:
            lines = "".join(f"{encode(node)}\n" for node in proof)
            words += (
                f"\nWhat the served log says of its own beginning (a consistency proof with its first node):\n{lines}"
            )
        write_file(folder / "README.txt", words.encode())
        return folder
