"""Keys, salts and numbers of the demonstration, all from one seed: worthless anywhere else, and the same every time.

A register that is meant takes them from the operating system. Nothing outside `overt.demo` imports this.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from overt.ledger import COSIGNATURE, ED25519, SEED_SIZE, Signer, make_signer
from overt.pseudonym import PseudonymKey


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

    def pseudonym_key(self) -> PseudonymKey:
        """The key under which the unit computes pseudonyms of the people it is told of."""
        return PseudonymKey((self._secret("pseudonyms"),))

    def _secret(self, purpose: str) -> bytes:
        return self.chance(f"secret {purpose}").randbytes(SEED_SIZE)
