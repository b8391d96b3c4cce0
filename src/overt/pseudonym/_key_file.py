"""A pseudonym key at rest: a JSON file with its public name, and its secrets sealed with a passphrase."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from overt.encoding import read_json
from overt.machine import BINARY
from overt.pseudonym._key import PseudonymKey, read_key_text
from overt.refusals import Refusal
from overt.sealed import COST, Cost, Sealed, check_passphrase, read_sealed, seal

_FORMAT = "overt-pseudonym-key/1"
_LIMIT = 100_000


def write_pseudonym_key(
    path: Path, key: PseudonymKey, passphrase: str, random: Callable[[int], bytes], cost: Cost = COST
) -> None:
    """Seals a key in a new file that only its owner can read; refuses a short passphrase and a file that is there."""
    check_passphrase(passphrase, str(path))
    sealed = seal(key.text().encode(), key.id.encode(), passphrase, random, cost)
    content = {"format": _FORMAT, "id": key.id, "generation": key.generation, **sealed.as_json()}
    data = json.dumps(content, indent=1).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    except FileExistsError:
        raise Refusal("key-exists", str(path), "a key already exists there", "a name that is not in use") from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def read_pseudonym_key(path: Path, passphrase: str) -> PseudonymKey:
    """Opens a key file; refuses a wrong passphrase and a file that was altered, which look the same."""
    name, sealed = _read(path)
    secret = sealed.open(passphrase, name.encode())
    if secret is None:
        fault = "it does not open: wrong passphrase, or an altered file"
        raise Refusal("key-sealed", str(path), fault, "the passphrase it was locked with")
    return read_key_text(secret.decode(), str(path))


def pseudonym_key_id(path: Path) -> str:
    """The name of the key in a file, which needs no passphrase. It is bound to the key only when that is opened."""
    return _read(path)[0]


def _read(path: Path) -> tuple[str, Sealed]:
    fault = "not a pseudonym key file"
    try:
        with path.open("rb") as stream:
            content = read_json(stream.read(_LIMIT).decode())
        sealed = read_sealed(content)
        if content["format"] == _FORMAT and isinstance(content["id"], str) and sealed:
            return content["id"], sealed
    except OSError:
        fault = "not there, or it cannot be read"
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Refusal("pseudonym-key-malformed", str(path), fault, "a file written by `overt pseudonym keygen`")
