"""Keys at rest: sealed with a passphrase, or given in the environment.

A key file is JSON: the public key for all to read, and the private one under AES-256-GCM with a key that scrypt
(RFC 7914) makes of the passphrase. The public key is bound in, so that the two cannot be mixed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from overt.ledger._files import SECRET, read_file, write_file
from overt.ledger._notes import Signer, VerifierKey, decode, encode, read_skey, read_vkey
from overt.refusals import Refusal

SEED_SIZE = 32
_FORMAT = "overt-key/1"
_LIMIT = 20_000
_SHORTEST_PASSPHRASE = 8


@dataclass(frozen=True)
class Cost:
    """What scrypt takes to try one passphrase: 2^`log_n` blocks of `r` times 128 bytes."""

    log_n: int = 16
    r: int = 8

    def key(self, passphrase: str, salt: bytes) -> bytes:
        """The key that the passphrase gives."""
        return Scrypt(salt=salt, length=32, n=1 << self.log_n, r=self.r, p=1).derive(passphrase.encode())


def write_key(
    path: Path,
    signer: Signer,
    passphrase: str,
    random: Callable[[int], bytes],
    cost: Cost = Cost(),
) -> None:
    """Seals a key in a new file that only its owner can read; refuses a short passphrase and a file that is there."""
    if len(passphrase) < _SHORTEST_PASSPHRASE:
        raise Refusal("passphrase-short", str(path), f"{len(passphrase)} characters", f"{_SHORTEST_PASSPHRASE} or more")
    if path.exists():
        raise Refusal("key-exists", str(path), "a key", "a name that is not taken")
    salt, nonce = random(16), random(12)
    vkey = str(signer.key)
    sealed = AESGCM(cost.key(passphrase, salt)).encrypt(nonce, signer.secret().encode(), vkey.encode())
    content = {
        "format": _FORMAT,
        "vkey": vkey,
        "scrypt": {"log_n": cost.log_n, "r": cost.r, "salt": encode(salt)},
        "aes-256-gcm": {"nonce": encode(nonce), "sealed": encode(sealed)},
    }
    write_file(path, json.dumps(content, indent=1).encode() + b"\n", SECRET)


def read_key(path: Path, passphrase: str) -> Signer:
    """Opens a key file; refuses a wrong passphrase and a file that was altered, which look the same."""
    sealed = _read(path)
    try:
        key = sealed.cost.key(passphrase, sealed.salt)
        secret = AESGCM(key).decrypt(sealed.nonce, sealed.data, str(sealed.key).encode())
    except (InvalidTag, ValueError, MemoryError) as error:
        found = "it does not open: wrong passphrase, or an altered file"
        raise Refusal("key-sealed", str(path), found, "the passphrase it was sealed with") from error
    return read_skey(secret.decode(), str(path))


def read_public_key(path: Path) -> VerifierKey:
    """The public half of a key file, which needs no passphrase. It is bound to the private one only when opened."""
    return _read(path).key


@dataclass(frozen=True)
class _Sealed:
    key: VerifierKey
    cost: Cost
    salt: bytes
    nonce: bytes
    data: bytes


def _read(path: Path) -> _Sealed:
    data = read_file(path, _LIMIT)
    try:
        content = json.loads((data or b"").decode())
        scrypt, sealed = content["scrypt"], content["aes-256-gcm"]
        cost = Cost(int(scrypt["log_n"]), int(scrypt["r"]))
        salt, nonce, secret = decode(scrypt["salt"]), decode(sealed["nonce"]), decode(sealed["sealed"])
        # A file must not make us take more memory than a key of ours would.
        affordable = 1 <= cost.log_n <= 20 and 1 <= cost.r <= 16
        if content["format"] == _FORMAT and affordable and salt and nonce and secret:
            return _Sealed(read_vkey(content["vkey"], str(path)), cost, salt, nonce, secret)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    found = "not there" if data is None else "not a key file"
    raise Refusal("key-malformed", str(path), found, "a file that overt ledger key made")
