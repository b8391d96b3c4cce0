"""A log of its own in a folder: what `overt ledger init` makes.

keys/        private keys, sealed
signed/      the checkpoint that they signed last
leaves       the entries
documents/   the documents that public leaves name
public/      what is published: checkpoint, tiles, documents; any web server can serve it
policy       whom to trust, to hand to others
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from overt.ledger._files import read_file, write_file
from overt.ledger._leaf_file import LeafFile
from overt.ledger._leaves import DOCUMENT_LIMIT, Leaves, document_path, public_leaf, public_leaves
from overt.ledger._notes import VerifierKey
from overt.ledger._publish import SigningState
from overt.ledger._store import FolderStore
from overt.refusals import Refusal

_PART = 4096


class LogFolder:
    """The parts of a log's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = FolderStore(folder / "public")
        self.state = SigningState(folder / "signed")
        self.policy = folder / "policy"

    def leaves(self) -> Leaves:
        """The entries; refuses a folder without a log."""
        return self._file()

    def check_begun(self) -> None:
        """Refuses a folder without a log."""
        if not self.policy.is_file():
            remedy = "overt ledger init makes a log; give the folder it made"
            raise Refusal(
                "not-a-log", str(self.folder), "there is no log", "a folder created by `overt ledger init`", remedy
            )

    def _file(self) -> LeafFile:
        self.check_begun()
        return LeafFile(self.folder / "leaves")

    def key_files(self) -> list[Path]:
        """The key files, the oldest first."""
        return sorted((self.folder / "keys").glob("*.key"))

    def next_key(self) -> Path:
        """Where a new key belongs."""
        last = max((int(path.stem) for path in self.key_files() if path.stem.isdecimal()), default=0)
        return self.folder / "keys" / f"{last + 1:03}.key"

    def keep_document(self, kind: str, data: bytes, name: str) -> bytes:
        """Keeps a document to be published, and gives the leaf that names it."""
        if len(data) > DOCUMENT_LIMIT:
            raise Refusal("resource-too-large", name, f"{len(data):,} bytes", f"at most {DOCUMENT_LIMIT:,}")
        digest = sha256(data).hexdigest()
        leaf = public_leaf(kind, digest, name)
        path = self.folder / document_path(digest)
        write_file(path, data)
        return leaf

    def enter(self, entries: Sequence[bytes]) -> list[int]:
        """Adds the entries that are not there yet, and gives the place of each.

        So whoever was interrupted may try again. A document is there only as long as no other of its kind came after.
        """
        leaves = self._file()
        there: dict[bytes, int] = {}
        wanted = set(entries)
        last: dict[str, bytes] = {}
        for start in range(0, leaves.size(), _PART):
            part = leaves.read(start, min(start + _PART, leaves.size()))
            there |= {entry: index for index, entry in enumerate(part, start) if entry in wanted}
            last |= {leaf.kind: part[index - start] for index, leaf in public_leaves(part, start)}
        for at, leaf in public_leaves(entries, 0):
            if last.get(leaf.kind) != entries[at]:
                there.pop(entries[at], None)
        missing = [entry for entry in dict.fromkeys(entries) if entry not in there]
        if missing:
            there |= {entry: index for index, entry in enumerate(missing, leaves.append(missing))}
        return [there[entry] for entry in entries]

    def document(self, digest: str) -> bytes | None:
        """A document by its digest, for `publish`."""
        return read_file(self.folder / document_path(digest), DOCUMENT_LIMIT)

    def write_policy(self, keys: Sequence[VerifierKey]) -> None:
        """The trust file that says: these keys, and no witness. Add witnesses by hand."""
        lines = [
            "# Whom to trust about this log: C2SP tlog-policy.",
            *(f"log {key}" for key in keys),
            "quorum none",
            "",
        ]
        write_file(self.policy, "\n".join(lines).encode())

    def vouch(self) -> None:
        """Remembers keys and policy as they are now, where something else is to hold them against that."""
