"""Archives of the access log: old lines in files whose digests the ledger names.

A manifest says which lines an archive has and its digest; it is a document of a public leaf, and names no person and no
page. The last line of an archive is also the first that stays in the log, so that the chain goes on across them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from overt.encoding import read_json
from overt.ledger import PublicLeaf, document_path, read_leaf
from overt.private import private_folder, write_private
from overt.register._register import Register
from overt.register._shared import PORTAL_FOLDER

ARCHIVE_KIND = "access-archive"
_FOLDER = "archive"
_FORMAT = "overt access archive 1"


@dataclass(frozen=True)
class AttemptArchive:
    """The lines from `first` to `last` of the access log in a file, with its digest and that of its last line."""

    name: str
    first: int
    last: int
    digest: str
    last_line: str

    def manifest(self) -> bytes:
        """The document that the ledger names."""
        return (json.dumps({"format": _FORMAT, **asdict(self)}, indent=1) + "\n").encode()

    def is_whole(self, folder: Path) -> bool:
        """Whether the file is there as it was written."""
        path = folder / PORTAL_FOLDER / _FOLDER / self.name
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest() == self.digest


def write_archive(folder: Path, lines: Iterable[tuple[int, bytes]]) -> AttemptArchive:
    """Writes lines with their numbers into a new file of a register's folder, and keeps the manifest of it.

    There must be a line. The same lines give the same file.
    """
    numbered = list(lines)
    (first, _), (last, last_line) = numbered[0], numbered[-1]
    name = f"access-{first:09}-{last:09}.jsonl.gz"
    data = gzip.compress(b"".join(line + b"\n" for _, line in numbered), mtime=0)
    write_private(private_folder(folder / PORTAL_FOLDER / _FOLDER) / name, data)
    archive = AttemptArchive(name, first, last, sha256(data).hexdigest(), sha256(last_line).hexdigest())
    document = folder / document_path(sha256(archive.manifest()).hexdigest())
    private_folder(document.parent)
    write_private(document, archive.manifest())
    return archive


def archives_of(register: Register) -> Iterator[AttemptArchive]:
    """The archives that the ledger names, oldest first; the check of documents finds a manifest that is gone."""
    for (data,) in register.store.rows("select bytes from leaf where kind = 'public' order by seq"):
        leaf = read_leaf(bytes(data))
        if isinstance(leaf, PublicLeaf) and leaf.kind == ARCHIVE_KIND:
            path = register.folder / document_path(leaf.digest)
            if path.is_file():
                fields = read_json(path.read_bytes())
                yield AttemptArchive(
                    *(str(fields["name"]), int(fields["first"]), int(fields["last"])),
                    *(str(fields["digest"]), str(fields["last_line"])),
                )
