"""A witness as C2SP `tlog-witness` describes it: it cosigns what only grew, for any log whose keys it was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from overt.ledger._algorithms import WITNESS_KINDS
from overt.ledger._checkpoint import (
    CHECKPOINT,
    Checkpoint,
    open_checkpoint,
    read_checkpoint,
    read_hash,
    read_number,
)
from overt.ledger._cosign import StaleSize
from overt.ledger._files import alone, read_file, write_file
from overt.ledger._merkle import verify_consistency
from overt.ledger._notes import NOTE_LIMIT, Signer, VerifierKey, read_note
from overt.refusals import Refusal

BODY_LIMIT = NOTE_LIMIT + 10_000
_TEXT, _SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_MOST_PROOF_LINES = 63


@dataclass(frozen=True)
class WitnessAnswer:
    """An HTTP answer."""

    status: int
    body: bytes
    media_type: str = _TEXT


@dataclass(frozen=True)
class CosignRequest:
    """The body of `add-checkpoint`, taken apart."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    head: Checkpoint


class Witness:
    """One witness: its key, the logs it knows, and for each log the checkpoint it cosigned last, in a file."""

    def __init__(self, signer: Signer, folder: Path, logs: Iterable[VerifierKey]) -> None:
        if signer.key.kind not in WITNESS_KINDS:
            problem = f"a key of type {signer.key.kind:#04x}"
            raise Refusal("key-name", signer.key.name, problem, "a witness key: overt ledger key new --witness")
        self.signer = signer
        self.folder = folder
        self.logs: dict[str, list[VerifierKey]] = {}
        for key in logs:
            self.logs.setdefault(key.name, []).append(key)

    def add_checkpoint(self, body: bytes, now: int) -> WitnessAnswer:  # noqa: PLR0911  one answer for each check
        """The answer to a request; a cosignature is on the disk before it is given.

        The order of the checks is that of the specification:

        1. 400: the request is not one. 2. 404: the log is unknown. 3. 403: the log did not sign.
        4. 400: the old size is beyond the new one. 5. 409: the old size is not the one cosigned last.
        6. 422: the log did not grow from it.

        Before all of them, 500: this witness has no clock. Time 0 would be no statement of when.
        """
        if now <= 0:
            return _answer(500, "this witness has no clock")
        try:
            request = _read_request(body)
        except Refusal as refusal:
            return _answer(400, refusal.found)  # 1
        origin = request.head.origin
        if origin not in self.logs:
            return _answer(404, "unknown log")  # 2
        try:
            signed = open_checkpoint(request.note, self.logs[origin])
        except Refusal as refusal:
            return _answer(403, refusal.found)  # 3
        if request.old > request.head.size:
            return _answer(400, "the old size is beyond the new one")  # 4
        folder = self._folder(origin)
        with alone(folder):
            last = self._last(folder)
            if request.old != (last.size if last else 0):
                return WitnessAnswer(409, f"{last.size if last else 0}\n".encode(), _SIZE)  # 5
            if not _grew(last, request):
                return _answer(422, "the proof does not lead from the last checkpoint to this one")  # 6
            cosignature = self.signer.sign(signed.note.text, now)
            lines = b"".join(signature.line() for signature in signed.note.verified)
            write_file(folder / CHECKPOINT, signed.note.text + b"\n" + lines + cosignature)
        return WitnessAnswer(200, cosignature)

    def checkpoint(self, origin_hash: str) -> bytes | None:
        """What was cosigned last for the log whose origin has this SHA-256, in hexadecimal."""
        known = {sha256(origin.encode()).hexdigest(): origin for origin in self.logs}
        return read_file(self._folder(known[origin_hash]) / CHECKPOINT, NOTE_LIMIT) if origin_hash in known else None

    def _folder(self, origin: str) -> Path:
        return self.folder / sha256(origin.encode()).hexdigest()

    def _last(self, folder: Path) -> Checkpoint | None:
        data = read_file(folder / CHECKPOINT, NOTE_LIMIT)
        if data is None:
            return None
        # Our own signature on it tells a damaged file from a log's fault.
        if not any(
            signature.key_id == self.signer.key.key_id
            and self.signer.key.verifies(read_note(data).text, signature.data)
            for signature in read_note(data).signatures
        ):
            raise Refusal("signature-bad", str(folder / CHECKPOINT), "it is not signed by this witness", "its own file")
        return read_checkpoint(read_note(data).text)


def _grew(last: Checkpoint | None, request: CosignRequest) -> bool:
    if request.old == 0 or last is None:
        # From an empty tree there is nothing to prove; an empty tree again is checked by its root.
        return not request.proof
    return verify_consistency(last.size, request.head.size, last.root, request.head.root, request.proof)


def _read_request(body: bytes) -> CosignRequest:
    head, blank, note = body.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = []
    old = read_number(lines[0].removeprefix("old ")) if lines and lines[0].startswith("old ") else None
    proof = [read_hash(line) for line in lines[1:]]
    if len(body) > BODY_LIMIT or not blank or old is None or len(proof) > _MOST_PROOF_LINES or None in proof:
        raise Refusal(
            "witness-refused",
            "the request",
            "this is not an add-checkpoint request",
            "a request as in C2SP tlog-witness",
        )
    checkpoint = read_checkpoint(read_note(note).text)
    return CosignRequest(old, tuple(node for node in proof if node), note, checkpoint)


def _answer(status: int, said: str) -> WitnessAnswer:
    return WitnessAnswer(status, f"{said}\n".encode())


@dataclass(frozen=True)
class LocalWitness:
    """A witness in the same process, for a demonstration or a test; `now` is in seconds since 1970."""

    witness: Witness
    now: int

    def add_checkpoint(self, body: bytes) -> bytes:
        """See `WitnessClient`."""
        return read_answer(self.witness.add_checkpoint(body, self.now), self.witness.signer.key.name)


def read_answer(answer: WitnessAnswer, where: str) -> bytes:
    """The signature lines of an answer; raises `StaleSize` or a refusal for any other."""
    if answer.status == 200:
        return answer.body
    if answer.status == 409:
        size = read_number(answer.body.decode("ascii", "replace").removesuffix("\n"))
        if size is not None:
            raise StaleSize(size)
    reason = answer.body[:200].decode("utf-8", "replace").strip()
    problem = f"status {answer.status}" + (f": {reason}" if reason.isprintable() and reason else "")
    raise Refusal("witness-refused", where, problem, "a cosignature")
