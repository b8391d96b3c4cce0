"""What stands in a ledger: commitments to records, which say nothing, and public leaves, which name a document.

A commitment is SHA-256 over a fixed word, a fresh random salt of 32 bytes and the record in canonical JSON. Without
the salt nobody can test a guess; when record and salt are destroyed, what remains is a random number. Padding is made
of such numbers, and cannot be told from records on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from overt.encoding import encode
from overt.ledger._canonical import canonical_json
from overt.ledger._checkpoint import read_hash
from overt.ledger._merkle import HASH_SIZE
from overt.refusals import Refusal

SALT_SIZE = 32
DOCUMENT_LIMIT = 16 << 20
_RECORD = b"overt:record:v1"
_PUBLIC = b"overt:public:v1"
# How the bytes of every leaf begin.
BEGINNINGS = (_RECORD + b" ", _PUBLIC + b" ")
_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 500


@dataclass(frozen=True)
class RecordLeaf:
    """A commitment to a record, or padding."""

    commitment: bytes


@dataclass(frozen=True)
class PublicLeaf:
    """A published document: its kind (charter, release, audit, key, removals …), SHA-256 digest and name."""

    kind: str
    digest: str
    name: str


class Leaves(Protocol):
    """The entries of a log in their order, kept by somebody else: a register, a file."""

    def size(self) -> int:
        """How many there are."""
        ...

    def read(self, start: int, end: int) -> Sequence[bytes]:
        """The entries from `start` up to `end`, all of which are there."""
        ...


def commitment(record: Mapping[str, object], salt: bytes) -> bytes:
    """The commitment to a record; refuses a salt that is not 32 bytes and a record without one canonical form."""
    return commitment_to(canonical_json(record), salt)


def commitment_to(canonical: bytes, salt: bytes) -> bytes:
    """The commitment to the canonical bytes of a record; refuses a salt that is not 32 bytes."""
    if len(salt) != SALT_SIZE:
        raise Refusal("salt-size", "the salt", f"{len(salt)} bytes", f"{SALT_SIZE} random bytes")
    return sha256(_RECORD + salt + canonical).digest()


def record_leaf(committed: bytes) -> bytes:
    """The entry for a commitment."""
    if len(committed) != HASH_SIZE:
        raise Refusal("leaf-malformed", "the commitment", f"{len(committed)} bytes", f"{HASH_SIZE} bytes")
    return _RECORD + b" " + encode(committed).encode() + b"\n"


def public_leaf(kind: str, digest: str, name: str) -> bytes:
    """The entry for a published document; `digest` is its SHA-256 in small hexadecimal letters."""
    leaf = PublicLeaf(kind, digest, name)
    _check_public(leaf, "the public leaf")
    return b"%s %s %s %s\n" % (_PUBLIC, kind.encode(), digest.encode(), name.encode())


def read_leaf(entry: bytes, where: str = "the entry") -> RecordLeaf | PublicLeaf:
    """What an entry says; refuses what is not exactly a leaf of either kind."""
    try:
        word, _, rest = entry.decode().partition(" ")
    except UnicodeDecodeError as error:
        raise _malformed(where, "bytes that are not UTF-8") from error
    if rest.endswith("\n"):
        if word == _RECORD.decode():
            committed = read_hash(rest[:-1])
            if committed is not None:
                return RecordLeaf(committed)
        if word == _PUBLIC.decode():
            kind, _, named = rest[:-1].partition(" ")
            digest, _, name = named.partition(" ")
            leaf = PublicLeaf(kind, digest, name)
            _check_public(leaf, where)
            return leaf
    raise _malformed(where, "neither a record leaf nor a public leaf")


def public_leaves(entries: Sequence[bytes], start: int) -> list[tuple[int, PublicLeaf]]:
    """The public leaves among entries that begin at index `start`, with their indexes."""
    leaves = []
    for index, entry in enumerate(entries, start):
        if entry.startswith(_PUBLIC):
            leaf = read_leaf(entry, f"entry {index}")
            if isinstance(leaf, PublicLeaf):
                leaves.append((index, leaf))
    return leaves


def document_path(digest: str) -> str:
    """Where a published document lies beside the tiles."""
    return f"documents/{digest}"


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 digest in small hexadecimal letters."""
    return bool(_DIGEST.fullmatch(text))


def _check_public(leaf: PublicLeaf, where: str) -> None:
    if not _KIND.fullmatch(leaf.kind):
        raise _malformed(where, "a kind that is not a lower-case word")
    if not is_digest(leaf.digest):
        raise _malformed(where, "a digest that is not 64 hexadecimal digits")
    name = leaf.name
    if not name.isprintable() or name != name.strip() or not 0 < len(name.encode()) <= _LONGEST_NAME:
        raise _malformed(where, f"a name that is empty, not printable or longer than {_LONGEST_NAME} bytes")


def _malformed(where: str, found: str) -> Refusal:
    return Refusal("leaf-malformed", where, found, "an entry as described in docs/formats/ledger.md")
