"""A checkpoint: the head of a log as C2SP `tlog-checkpoint` writes it, a signed note of three lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from overt.encoding import decode, encode
from overt.ledger._merkle import EMPTY_ROOT, HASH_SIZE
from overt.ledger._notes import NOTE_LIMIT, OpenNote, VerifierKey, open_note
from overt.ledger._tiles import Reader
from overt.refusals import Refusal

CHECKPOINT = "checkpoint"
LARGEST_SIZE = (1 << 63) - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """What a log states: its origin, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> bytes:
        """The text that is signed."""
        lines = (self.origin, str(self.size), encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()

    def __str__(self) -> str:
        return f"{self.origin}, {self.size} entries, root {self.root.hex()[:16]}"


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint whose signatures were verified, with the bytes it came in."""

    checkpoint: Checkpoint
    note: OpenNote
    data: bytes


def read_number(text: str) -> int | None:
    """A number in decimal without leading zeros and below 2^63; none if it is not one."""
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= LARGEST_SIZE else None


def read_hash(text: str) -> bytes | None:
    """A hash in base64; none if it is not one."""
    data = decode(text)
    return data if data is not None and len(data) == HASH_SIZE else None


def read_checkpoint(text: bytes, where: str = "the checkpoint") -> Checkpoint:
    """A checkpoint from the text of a note; refuses what is not exactly one."""
    lines = text.decode().split("\n")
    size = read_number(lines[1]) if len(lines) > 3 else None
    root = read_hash(lines[2]) if len(lines) > 3 else None
    if lines.pop() or not all(lines) or size is None or root is None or (size == 0 and root != EMPTY_ROOT):
        raise Refusal(
            "checkpoint-malformed", where, "this is not a checkpoint", "origin, size and root, one on each line"
        )
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def open_checkpoint(data: bytes, keys: Iterable[VerifierKey], where: str = "the checkpoint") -> SignedCheckpoint:
    """A checkpoint that one of these keys signed under its own name; refuses any other.

    Keys of witnesses may be among them: who cosigned is in the note, and whether that is enough is the policy's matter.
    """
    note = open_note(data, keys, where)
    checkpoint = read_checkpoint(note.text, where)
    if not any(key.name == checkpoint.origin for key in note.signed_by):
        wanted = f"a signature by a key of {checkpoint.origin}"
        raise Refusal("signature-unknown", where, "it is not signed by the log's own key", wanted)
    return SignedCheckpoint(checkpoint, note, data)


def read_published(reader: Reader, where: str = CHECKPOINT) -> bytes:
    """The bytes of a log's checkpoint; refuses a log that has none."""
    data = reader.read(CHECKPOINT, NOTE_LIMIT)
    if data is None:
        raise Refusal(
            "no-checkpoint", where, "there is no checkpoint", "a published log", "run `overt ledger publish` first"
        )
    return data
