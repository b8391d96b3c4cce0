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
from overt.ledger._leaves import DOCUMENT_LIMIT, document_path, public_leaf
from overt.ledger._notes import VerifierKey
from overt.ledger._publish import SigningState
from overt.ledger._store import FolderStore
from overt.refusals import Refusal


class LogFolder:
    """The parts of a log's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = FolderStore(folder / "public")
        self.state = SigningState(folder / "signed")
        self.policy = folder / "policy"

    def leaves(self) -> LeafFile:
        """The entries; refuses a folder without a log."""
        if not (self.folder / "keys").is_dir():
            remedy = "overt ledger init makes a log; give the folder it made"
            raise Refusal("not-a-log", str(self.folder), "no log", "a folder of overt ledger init", remedy)
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
