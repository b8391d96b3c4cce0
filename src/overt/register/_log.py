"""A register's own log: keys, what they signed last, policy and published files in the register's folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256

from overt.ledger import Leaves, LogFolder
from overt.refusals import Refusal
from overt.register._register import CHARTERS_FOLDER, Register
from overt.register._vouch import settings_files, vouch

# Where documents stand that public leaves name.
DOCUMENT_FOLDERS = (CHARTERS_FOLDER, "releases", "answers", "documents")


class RegisterLog(LogFolder):
    """The log of a register: its entries are the register's leaves, which come in by the gate.

    Only a new key is entered here, at the moment `now`.
    """

    def __init__(self, register: Register, now: dt.datetime) -> None:
        super().__init__(register.folder)
        self._register = register
        self._now = now

    def leaves(self) -> Leaves:
        """The register's leaves, the last bundle filled; refuses a register whose log was not begun."""
        self.check_begun()
        self._register.pad()
        return self._register

    def enter(self, entries: Sequence[bytes]) -> list[int]:
        """Adds leaves that name a new key; refuses every other."""
        if any(not entry.startswith(b"overt:public:v1 key ") for entry in entries):
            remedy = "overt admit proposes records; overt register adopt publishes a charter"
            raise Refusal(
                "entry-beside-the-gate",
                str(self.folder),
                "a record or document was entered without the gate",
                "the gate",
                remedy,
            )
        with self._register.writing(self._now) as writer:
            return [writer.add_public(entry) for entry in entries]

    def document(self, digest: str) -> bytes | None:
        """A document by its digest, wherever the register keeps it."""
        for folder in DOCUMENT_FOLDERS:
            for path in sorted(path for path in (self.folder / folder).glob("**/*") if path.is_file()):
                data = path.read_bytes()
                if sha256(data).hexdigest() == digest:
                    return data
        return None

    def vouch(self) -> None:
        """Keeps the digests of keys and policy in the register's database: see `register check`."""
        own = [path for path in settings_files(self.folder) if path == self.policy or path in self.key_files()]
        vouch(self._register, own)
