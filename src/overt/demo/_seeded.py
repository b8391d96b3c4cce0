"""Keys, salts and numbers of the demonstration, all from one seed: worthless anywhere else, and the same every time.

A register that is meant takes them from the operating system. Nothing outside `overt.demo` imports this.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from overt.ledger import COSIGNATURE, ED25519, SEED_SIZE, Signer, make_signer


@dataclass(frozen=True)
class Seeded:
    """Everything that would be random or secret, from `seed`."""

    seed: int

    def chance(self, purpose: str) -> Random:
        """Numbers for one purpose, independent of every other purpose."""
        return Random(f"overt demo {self.seed} {purpose}")

    def log_key(self, origin: str) -> Signer:
        """The key that the register's ledger is signed with."""
        return make_signer(origin, ED25519, self._secret("log"))

    def witness_key(self, name: str) -> Signer:
        """The key of a witness."""
        return make_signer(name, COSIGNATURE, self._secret(name))

    def pseudonym(self, number: int) -> str:
        """The keyed pseudonym of invented person `number`, as a controller would compute it from an identity."""
        return hmac.new(self._secret("pseudonyms"), f"invented person {number}".encode(), sha256).hexdigest()

    def _secret(self, purpose: str) -> bytes:
        return self.chance(f"secret {purpose}").randbytes(SEED_SIZE)
