"""Secrets at rest: under AES-256-GCM, with a key that scrypt (RFC 7914) makes of a passphrase.

What is public about a secret is bound in, so that the two cannot be mixed. Where it is kept, and what a file that does
not open is called, is for whoever keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from overt.encoding import decode, encode
from overt.refusals import Refusal

SHORTEST_PASSPHRASE = 8


@dataclass(frozen=True)
class Cost:
    """What scrypt takes to try one passphrase: 2^`log_n` blocks of `r` times 128 bytes."""

    log_n: int = 16
    r: int = 8

    def key(self, passphrase: str, salt: bytes) -> bytes:
        """The key that the passphrase gives."""
        return Scrypt(salt=salt, length=32, n=1 << self.log_n, r=self.r, p=1).derive(passphrase.encode())


COST = Cost()


@dataclass(frozen=True)
class Sealed:
    """A sealed secret."""

    cost: Cost
    salt: bytes
    nonce: bytes
    data: bytes

    def as_json(self) -> dict[str, Any]:
        """The two fields of a file that say how it is sealed."""
        return {
            "scrypt": {"log_n": self.cost.log_n, "r": self.cost.r, "salt": encode(self.salt)},
            "aes-256-gcm": {"nonce": encode(self.nonce), "sealed": encode(self.data)},
        }

    def open(self, passphrase: str, bound: bytes) -> bytes | None:
        """The secret; none for a wrong passphrase or an altered file, which look the same."""
        try:
            return AESGCM(self.cost.key(passphrase, self.salt)).decrypt(self.nonce, self.data, bound)
        except (InvalidTag, ValueError, MemoryError):
            return None


def seal(secret: bytes, bound: bytes, passphrase: str, random: Callable[[int], bytes], cost: Cost) -> Sealed:
    """Seals a secret; `bound` is what is public about it."""
    salt, nonce = random(16), random(12)
    return Sealed(cost, salt, nonce, AESGCM(cost.key(passphrase, salt)).encrypt(nonce, secret, bound))


def check_passphrase(passphrase: str, where: str) -> None:
    """Refuses a passphrase that is too short."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refusal("passphrase-short", where, f"{len(passphrase)} characters", f"{SHORTEST_PASSPHRASE} or more")


def read_sealed(content: Mapping[str, Any]) -> Sealed | None:
    """How a file says that it is sealed, if it says so; a file must not make us take more memory than one of ours."""
    try:
        scrypt, sealed = content["scrypt"], content["aes-256-gcm"]
        cost = Cost(int(scrypt["log_n"]), int(scrypt["r"]))
        parts = [decode(scrypt["salt"]), decode(sealed["nonce"]), decode(sealed["sealed"])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not (1 <= cost.log_n <= 20 and 1 <= cost.r <= 16 and all(parts)):
        return None
    salt, nonce, data = parts
    return Sealed(cost, salt or b"", nonce or b"", data or b"")
