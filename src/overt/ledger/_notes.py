"""Signed notes and their keys, as C2SP `signed-note` and `tlog-cosignature` write them.

A note is text, an empty line, and a line for each signature. It is read to the last byte: base64 that is not the one
way of writing its bytes is refused too, so that a note that was altered anywhere is never taken for whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature

from overt.encoding import decode, encode
from overt.ledger._algorithms import ALGORITHMS, Algorithm, Private, Public
from overt.refusals import Refusal

NOTE_LIMIT = 1_000_000
_MOST_SIGNATURES = 100
_DASH = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"


def is_key_name(name: str) -> bool:
    """Whether a key may have this name: not empty, no blank of any kind, no plus sign, no control character."""
    odd = any(letter.isspace() or letter < " " or "\ud800" <= letter <= "\udfff" for letter in name)
    return bool(name) and "+" not in name and not odd


@dataclass(frozen=True)
class VerifierKey:
    """A public key: whose it is, of which type, and its bytes. Written as a *vkey*."""

    name: str
    kind: int
    public: bytes

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; no protection against who looks for the same four."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def algorithm(self) -> Algorithm:
        """How this type of key signs."""
        return ALGORITHMS[self.kind]

    @cached_property
    def _loaded(self) -> Public:
        return self.algorithm.load_public(self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode(bytes([self.kind]) + self.public)}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether this key made the signature (without its key id) over the text."""
        try:
            self.algorithm.verify(self._loaded, self.name, text, signature)
        except (InvalidSignature, ValueError, OverflowError):
            return False
        return True


def read_vkey(text: str, where: str = "the key") -> VerifierKey:
    """A public key from its text; refuses what is not a key of a known type or does not match its own id."""
    name, key_id, data = _key_parts(text)
    if is_key_name(name) and data and data[0] in ALGORITHMS:
        key = VerifierKey(name, data[0], data[1:])
        if len(key.public) == key.algorithm.public_size and key_id == key.key_id.hex():
            return key
    raise Refusal("vkey-malformed", where, "this is not a verifier key of a known type", "name+id+base64, as in C2SP")


def _key_parts(text: str) -> tuple[str, str, bytes]:
    # Base64 may hold a plus sign; a name may not.
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    return name, key_id, decode(material) or b""


@dataclass(frozen=True, repr=False)
class Signer:
    """A private key with its public half. Its text is a secret; what it prints as is not."""

    key: VerifierKey
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.key})"

    @cached_property
    def _loaded(self) -> Private:
        return self.key.algorithm.load_private(self.seed)

    def sign(self, text: bytes, now: int) -> bytes:
        """The note line of a signature over the text; `now` is in seconds since 1970, for types that carry a time."""
        signature = self.key.algorithm.sign(self._loaded, self.key.name, text, now)
        return signature_line(self.key.name, self.key.key_id + signature)

    def secret(self) -> str:
        """The private key as text, in the form that Go's `note` package reads."""
        kind_and_seed = encode(bytes([self.key.kind]) + self.seed)
        return f"{_PRIVATE}{self.key.name}+{self.key.key_id.hex()}+{kind_and_seed}"


def make_signer(name: str, kind: int, seed: bytes) -> Signer:
    """The key of this type that grows from 32 secret random bytes."""
    if not is_key_name(name):
        raise Refusal(
            "key-name",
            "the key's name",
            "it is empty, or contains a blank or a plus sign",
            "a name, for example example.org/log",
        )
    algorithm = ALGORITHMS[kind]
    public = algorithm.public_of(algorithm.load_private(seed))
    return Signer(VerifierKey(name, kind, public), seed)


def read_skey(text: str, where: str = "the key") -> Signer:
    """A private key from its text; refuses one that does not match its own id. Never repeats it."""
    name, key_id, data = _key_parts(text.removeprefix(_PRIVATE))
    if text.startswith(_PRIVATE) and is_key_name(name) and len(data) == 33 and data[0] in ALGORITHMS:
        signer = make_signer(name, data[0], data[1:])
        if signer.key.key_id.hex() == key_id:
            return signer
    raise Refusal("skey-malformed", where, "this is not a private key of a known type", f"{_PRIVATE}name+id+base64")


@dataclass(frozen=True)
class Signature:
    """One signature of a note, by whoever it says."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> bytes:
        """As it stands in a note."""
        return signature_line(self.name, self.key_id + self.data)


def signature_line(name: str, data: bytes) -> bytes:
    """The line of a note for a key id and a signature."""
    return f"{_DASH}{name} {encode(data)}\n".encode()


@dataclass(frozen=True)
class SignedNote:
    """A note taken apart; nothing about it is verified yet."""

    text: bytes
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class OpenNote:
    """A note of which at least one signature was made by a known key."""

    text: bytes
    signed_by: tuple[VerifierKey, ...]
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


def read_note(data: bytes, where: str = "the note") -> SignedNote:
    """Takes a note apart; refuses what is not exactly one."""
    text, blank, block = data.rpartition(b"\n\n")
    if len(data) > NOTE_LIMIT:
        raise _malformed(where, f"{len(data)} bytes")
    if not blank or not block.endswith(b"\n"):
        raise _malformed(where, "no signatures, or no newline at the end")
    if any(byte < 0x20 and byte != 0x0A for byte in data):
        raise _malformed(where, "a control character")
    try:
        data.decode()
        lines = block.decode()[:-1].split("\n")
    except UnicodeDecodeError as error:
        raise _malformed(where, "bytes that are not UTF-8") from error
    if len(lines) > _MOST_SIGNATURES:
        raise _malformed(where, f"{len(lines)} signatures")
    return SignedNote(text + b"\n", tuple(_signature(line, where) for line in lines))


def read_signatures(block: bytes, where: str) -> tuple[Signature, ...]:
    """Signature lines alone, as a witness sends them."""
    note = read_note(b"-\n\n" + block, where)
    if note.text != b"-\n":
        raise _malformed(where, "an empty line")
    return note.signatures


def _signature(line: str, where: str) -> Signature:
    name, _, material = line.removeprefix(_DASH).partition(" ")
    data = decode(material) or b""
    if not line.startswith(_DASH) or not is_key_name(name) or len(data) < 5:
        raise _malformed(where, "a line after the text is not a signature")
    return Signature(name, data[:4], data[4:])


def _malformed(where: str, found: str) -> Refusal:
    wanted = f"text, an empty line and 1 to {_MOST_SIGNATURES} signatures, at most {NOTE_LIMIT:,} bytes of UTF-8"
    return Refusal("note-malformed", where, found, wanted)


def open_note(data: bytes, keys: Iterable[VerifierKey], where: str = "the note") -> OpenNote:
    """Verifies a note.

    Signatures of unknown keys are ignored. Refuses a note that a known key is said to have signed and did not, one
    that no known key signed, and one for which two keys given have the same name and id.
    """
    note = read_note(data, where)
    known: dict[tuple[str, bytes], list[VerifierKey]] = {}
    for key in keys:
        known.setdefault((key.name, key.key_id), []).append(key)
    verified: dict[Signature, VerifierKey] = {}
    unknown: list[Signature] = []
    for signature in dict.fromkeys(note.signatures):
        candidates = known.get((signature.name, signature.key_id), [])
        if not candidates:
            unknown.append(signature)
            continue
        if len(candidates) > 1:
            raise Refusal("key-ambiguous", where, f"two keys given for {signature.name}", "each key once")
        if not candidates[0].verifies(note.text, signature.data):
            raise Refusal("signature-bad", where, f"the signature of {signature.name} does not hold", "", _BAD)
        verified[signature] = candidates[0]
    if not verified:
        names = ", ".join(sorted({signature.name for signature in note.signatures}))
        raise Refusal(
            "signature-unknown", where, f"no known key signed; signed by {names}", "a signature by a key that was given"
        )
    signed_by = tuple(dict.fromkeys(verified.values()))
    return OpenNote(note.text, signed_by, tuple(verified), tuple(unknown))


_BAD = "the note was altered, or is not of this log: get it again from where you trust"


def sign_note(text: bytes, signers: Sequence[Signer], now: int) -> bytes:
    """A note over the text, with a line for each signer."""
    return text + b"\n" + b"".join(signer.sign(text, now) for signer in signers)
