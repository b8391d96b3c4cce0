"""Asking witnesses to cosign a checkpoint, as C2SP `tlog-witness` says, from the log's side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from overt.encoding import encode
from overt.ledger._notes import OpenNote, VerifierKey, read_note, read_signatures
from overt.ledger._policy import Policy
from overt.ledger._tiles import Tree
from overt.refusals import Refusal

_ATTEMPTS = 3


@dataclass
class StaleSize(Exception):
    """Raised if the size that the client assumes is not the size that the witness last saw."""

    size: int


class WitnessClient(Protocol):
    """A witness that can be asked, over HTTP or in the same process."""

    def add_checkpoint(self, body: bytes) -> bytes:
        """The witness's signature lines; raises `StaleSize`, and `Refusal` for any other answer."""
        ...


def request_body(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of `add-checkpoint`."""
    lines = [f"old {old}", *map(encode, proof), ""]
    return "".join(f"{line}\n" for line in lines).encode() + note


def cosign(
    note: bytes, tree: Tree, last_size: int, witnesses: Sequence[WitnessClient], policy: Policy | None, *, now: int
) -> bytes:
    """The note with the cosignatures of the policy's witnesses; refuses when they are not its quorum.

    `tree` is the checkpoint's own, `last_size` what the witnesses probably saw last. A witness that does not answer,
    or answers with what does not verify, counts as absent, and so does one whose clock is wrong at `now`.
    """
    if policy is None:
        return note
    text = read_note(note).text
    keys = {(party.key.name, party.key.key_id): party.key for party in policy.witnesses.values()}
    held: list[VerifierKey] = []
    absent: list[str] = []
    for witness in witnesses:
        try:
            answer = _ask(witness, note, tree, last_size)
            signatures = read_signatures(answer, "the witness's answer")
        except Refusal as refusal:
            absent.append(f"{refusal.where}: {refusal.found}")
            continue
        for signature in signatures:
            key = keys.get((signature.name, signature.key_id))
            if key and key not in held and key.verifies(text, signature.data):
                opened = OpenNote(text, (key,), (signature,), ())
                faults = [cosignature.fault for cosignature in policy.cosignatures(opened, now)]
                if any(faults):
                    absent.append(f"{key.name}: {faults[0]}")
                    continue
                held.append(key)
                note += signature.line()
    if not policy.satisfied_by(held):
        names = ", ".join(name for name, party in policy.witnesses.items() if party.key in held) or "no one"
        problem = "; ".join([f"cosigned by {names}", *absent])
        remedy = "the checkpoint is signed but not published. Publish again when the witnesses respond"
        raise Refusal("quorum-missing", "the new checkpoint", problem, f"the quorum {policy.quorum}", remedy)
    return note


def _ask(witness: WitnessClient, note: bytes, tree: Tree, old: int) -> bytes:
    for _ in range(_ATTEMPTS):
        try:
            return witness.add_checkpoint(request_body(old, tree.consistency(old), note))
        except StaleSize as stale:
            if stale.size > tree.size:
                raise Refusal("witness-refused", "a witness", f"it saw {stale.size} entries", f"{tree.size}") from stale
            old = stale.size
    raise Refusal("witness-refused", "a witness", "it reports a different size each time", "a cosignature")
