"""The types of signature that C2SP assigns and Overt knows: what each signs, and how.

Type 0x01 is Ed25519 over the note's text. Types 0x04 (Ed25519) and 0x06 (ML-DSA-44) are cosignatures: a time stands
before the signature and is signed with it. The last also serves as a log's own signature.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
LOG_KINDS = (ED25519, ML_DSA_44)
WITNESS_KINDS = (COSIGNATURE, ML_DSA_44)
_TIME_SIZE = 8

Public: TypeAlias = Any
Private: TypeAlias = Any


@dataclass(frozen=True)
class Algorithm:
    """One type of signature.

    `sign` gives what follows the key id. `verify` raises `InvalidSignature`; over a text of another form than it
    signs, also `ValueError` or `OverflowError`.
    """

    public_size: int
    load_public: Callable[[bytes], Public]
    load_private: Callable[[bytes], Private]
    public_of: Callable[[Private], bytes]
    sign: Callable[[Private, str, bytes, int], bytes]
    verify: Callable[[Public, str, bytes, bytes], None]


def _ed25519_public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _sign_plain(private: Ed25519PrivateKey, _name: str, text: bytes, _now: int) -> bytes:
    return private.sign(text)


def _verify_plain(public: Ed25519PublicKey, _name: str, text: bytes, signature: bytes) -> None:
    public.verify(signature, text)


def time_of(signature: bytes) -> int:
    """The time that stands in a verified cosignature (without its key id), in seconds since 1970."""
    return int.from_bytes(signature[:_TIME_SIZE], "big")


def _timed(
    message: Callable[[str, bytes, int], bytes],
) -> tuple[Callable[[Private, str, bytes, int], bytes], Callable[[Public, str, bytes, bytes], None]]:
    def sign(private: Private, name: str, text: bytes, now: int) -> bytes:
        return now.to_bytes(_TIME_SIZE, "big") + bytes(private.sign(message(name, text, now)))

    def verify(public: Public, name: str, text: bytes, signature: bytes) -> None:
        time = time_of(signature)
        if time >= 1 << 63:
            raise InvalidSignature
        public.verify(signature[_TIME_SIZE:], message(name, text, time))

    return sign, verify


def _cosigned(_name: str, text: bytes, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n".encode() + text


def _cosigned_subtree(name: str, text: bytes, time: int) -> bytes:
    """The `cosigned_message` of tlog-cosignature over a whole checkpoint; extension lines are not in it."""
    origin, size, root = text.split(b"\n")[:3]
    parts = [b"subtree/v1\n\x00", bytes([len(name.encode())]), name.encode(), time.to_bytes(8, "big")]
    parts += [bytes([len(origin)]), origin, (0).to_bytes(8, "big"), int(size).to_bytes(8, "big")]
    return b"".join([*parts, base64.b64decode(root, validate=True)])


def _ml_dsa() -> Any:
    # OpenSSL has it since 3.5, so it is looked for only when a key of this type is met.
    from cryptography.hazmat.primitives.asymmetric import mldsa  # noqa: PLC0415

    return mldsa


def _ml_dsa_load_public(data: bytes) -> Public:
    return _ml_dsa().MLDSA44PublicKey.from_public_bytes(data)


def _ml_dsa_load_private(seed: bytes) -> Private:
    return _ml_dsa().MLDSA44PrivateKey.from_seed_bytes(seed)


def _ml_dsa_public(private: Private) -> bytes:
    return bytes(private.public_key().public_bytes_raw())


_sign_cosignature, _verify_cosignature = _timed(_cosigned)
_sign_subtree, _verify_subtree = _timed(_cosigned_subtree)

ALGORITHMS = {
    ED25519: Algorithm(
        32,
        Ed25519PublicKey.from_public_bytes,
        Ed25519PrivateKey.from_private_bytes,
        _ed25519_public,
        _sign_plain,
        _verify_plain,
    ),
    COSIGNATURE: Algorithm(
        32,
        Ed25519PublicKey.from_public_bytes,
        Ed25519PrivateKey.from_private_bytes,
        _ed25519_public,
        _sign_cosignature,
        _verify_cosignature,
    ),
    ML_DSA_44: Algorithm(
        1312,
        _ml_dsa_load_public,
        _ml_dsa_load_private,
        _ml_dsa_public,
        _sign_subtree,
        _verify_subtree,
    ),
}
