"""Keys at rest: sealed with a passphrase, or given in the environment.

A key file is JSON: the public key for all to read, and the private one sealed with a passphrase (`overt.sealed`). The
public key is bound in, so that the two cannot be mixed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from overt.encoding import read_json
from overt.ledger._files import SECRET, read_file, write_file
from overt.ledger._notes import Signer, VerifierKey, read_skey, read_vkey
from overt.private import private_folder
from overt.refusals import Refusal
from overt.sealed import COST, Cost, Sealed, check_passphrase, read_sealed, seal

SEED_SIZE = 32
_FORMAT = "overt-key/1"
_LIMIT = 20_000


def write_key(
    path: Path,
    signer: Signer,
    passphrase: str,
    random: Callable[[int], bytes],
    cost: Cost = COST,
) -> None:
    """Seals a key in a new file that only its owner can read; refuses a short passphrase and a file that is there."""
    check_passphrase(passphrase, str(path))
    if path.exists():
        raise Refusal("key-exists", str(path), "a key already exists there", "a name that is not in use")
    vkey = str(signer.key)
    sealed = seal(signer.secret().encode(), vkey.encode(), passphrase, random, cost)
    content = {"format": _FORMAT, "vkey": vkey, **sealed.as_json()}
    private_folder(path.parent)
    write_file(path, json.dumps(content, indent=1).encode() + b"\n", SECRET)


def read_key(path: Path, passphrase: str) -> Signer:
    """Opens a key file; refuses a wrong passphrase and a file that was altered, which look the same."""
    key, sealed = _read(path)
    secret = sealed.open(passphrase, str(key).encode())
    if secret is None:
        problem = "it does not open: wrong passphrase, or an altered file"
        raise Refusal("key-sealed", str(path), problem, "the passphrase it was locked with")
    return read_skey(secret.decode(), str(path))


def read_public_key(path: Path) -> VerifierKey:
    """The public half of a key file, which needs no passphrase. It is bound to the private one only when opened."""
    return _read(path)[0]


def _read(path: Path) -> tuple[VerifierKey, Sealed]:
    data = read_file(path, _LIMIT)
    try:
        content = read_json((data or b"").decode())
        sealed = read_sealed(content)
        if content["format"] == _FORMAT and sealed:
            return read_vkey(content["vkey"], str(path)), sealed
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    problem = "the bundle is missing" if data is None else "not a key file"
    raise Refusal("key-malformed", str(path), problem, "a file written by `overt ledger key`")
