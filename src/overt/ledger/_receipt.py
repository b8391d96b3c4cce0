"""Receipts: C2SP `tlog-proof` files that prove offline that an entry is in a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from overt.encoding import decode, encode
from overt.ledger._checkpoint import SignedCheckpoint, read_checkpoint, read_hash, read_number, read_published
from overt.ledger._leaves import SALT_SIZE, commitment, record_leaf
from overt.ledger._merkle import leaf_hash, verify_inclusion
from overt.ledger._notes import read_note
from overt.ledger._policy import Cosignature, Policy
from overt.ledger._tiles import WIDTH, Reader, Tree, read_entries, width_of
from overt.refusals import Refusal

RECEIPT_LIMIT = 2_000_000
_HEAD = "c2sp.org/tlog-proof@v1"
_LONGEST_PROOF = 63


@dataclass(frozen=True)
class Receipt:
    """A receipt taken apart. `extra` is authenticated by nothing; Overt keeps the salt of a commitment in it."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def data(self) -> bytes:
        """The file."""
        extra = [] if self.extra is None else [f"extra {encode(self.extra)}"]
        lines = [_HEAD, *extra, f"index {self.index}", *map(encode, self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


@dataclass(frozen=True)
class Verified:
    """An entry that is in a log: where, in which checkpoint, and which witnesses of the policy cosigned that."""

    index: int
    signed: SignedCheckpoint
    cosignatures: tuple[Cosignature, ...]

    @property
    def cosigned_by(self) -> tuple[str, ...]:
        """The names of the witnesses whose cosignatures count."""
        return tuple(cosignature.witness for cosignature in self.cosignatures if cosignature.counts)


def read_receipt(data: bytes, where: str = "the receipt") -> Receipt:
    """Takes a receipt apart; refuses what is not exactly one. Nothing is verified yet."""
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise _malformed(where) from error
    if len(data) > RECEIPT_LIMIT or not blank or lines.pop(0) != _HEAD or not lines:
        raise _malformed(where)
    extra = None
    if lines[0].startswith("extra "):
        extra = decode(lines.pop(0).removeprefix("extra "))
        if extra is None:
            raise _malformed(where)
    index = read_number(lines[0].removeprefix("index ")) if lines and lines[0].startswith("index ") else None
    proof = [read_hash(line) for line in lines[1:]]
    if index is None or len(proof) > _LONGEST_PROOF or None in proof:
        raise _malformed(where)
    return Receipt(index, tuple(node for node in proof if node), checkpoint, extra)


def _malformed(where: str) -> Refusal:
    return Refusal(
        "receipt-malformed", where, "this is not a receipt", "a .tlog-proof file as C2SP tlog-proof describes it"
    )


def prove(reader: Reader, index: int, salt: bytes | None = None, tree: Tree | None = None) -> bytes:
    """The receipt of entry `index` in the published log, with the salt of its commitment if it is given.

    `tree` keeps tiles from one receipt to the next. Refuses an index beyond the log, and tiles from which no true
    proof can be made; signatures are for who verifies.
    """
    note = read_published(reader)
    head = read_checkpoint(read_note(note).text)
    if index >= head.size:
        problem = f"the published log has {head.size} entries, numbered from 0"
        remedy = "if the register has this entry, it was not published yet: overt ledger publish, then ask again"
        raise Refusal("no-such-entry", f"entry {index}", problem, "a published entry", remedy)
    tree = tree if tree is not None and tree.size == head.size else Tree(reader, head.size)
    proof = tree.inclusion(index)
    bundle, at = divmod(index, WIDTH)
    entry = read_entries(reader, bundle, width_of(0, bundle, head.size))[at]
    if not verify_inclusion(index, head.size, leaf_hash(entry), proof, head.root):
        remedy = "run overt ledger check, and restore what it names from a copy"
        raise Refusal("tiles-damaged", f"entry {index}", "its tiles do not match the checkpoint", "", remedy)
    return Receipt(index, tuple(proof), note, salt).data()


def prove_anew(data: bytes, reader: Reader, where: str = "the receipt") -> bytes:
    """The receipt of the same entry in the log as it is published now: its checkpoint has today's cosignatures."""
    receipt = read_receipt(data, where)
    return prove(reader, receipt.index, receipt.extra)


def verify(
    data: bytes,
    content: bytes | Mapping[str, object],
    policy: Policy,
    where: str = "the receipt",
    now: int | None = None,
) -> Verified:
    """Verifies a receipt offline, for an entry's bytes or for a record whose salt is in the receipt.

    A receipt stays good as it grows old, so a policy's `max-age` is not applied; `now` tells times in the future.

    1. The checkpoint is one that the policy believes.
    2. The entry is made again from the record and the salt.
    3. The proof leads from the entry to the checkpoint's root.
    """
    receipt = read_receipt(data, where)
    policy = policy.at_any_age()
    signed = policy.open(receipt.checkpoint, where, now)  # 1
    entry = content if isinstance(content, bytes) else _entry(content, receipt, where)  # 2
    head = signed.checkpoint
    if not verify_inclusion(receipt.index, head.size, leaf_hash(entry), receipt.proof, head.root):  # 3
        problem = "the receipt does not prove that this record is in the log"
        remedy = (
            "compare the record with the one the receipt was issued for. One of them has been changed, or they do not "
            "belong together"
        )
        raise Refusal("proof-bad", where, problem, f"the content entered as number {receipt.index}", remedy)
    return Verified(receipt.index, signed, policy.cosignatures(signed.note, now))


def _entry(record: Mapping[str, object], receipt: Receipt, where: str) -> bytes:
    if receipt.extra is None or len(receipt.extra) != SALT_SIZE:
        problem = "there is no salt" if receipt.extra is None else f"{len(receipt.extra)} bytes"
        raise Refusal("salt-size", f"{where}, line extra", problem, f"the {SALT_SIZE} bytes of the record's salt")
    return record_leaf(commitment(record, receipt.extra))
