"""A record that is proposed again under the same key is decided once, and the answer given again."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

from overt.gate._outcome import Admitted, Outcome, Proposed, Reason, Refused, outcome_as_json, outcome_from_json, refuse
from overt.register import Register, Writer

LONGEST_KEY = 200
_REUSED = "the key was used for another record"


def reused(table: str, remedy: str = "") -> Reason:
    """That the key is another record's."""
    return refuse("idempotency-key-reused", table, _REUSED, remedy)


def earlier_outcome(writer: Writer, proposed: Proposed) -> Outcome | None:
    """What became of the same record under the same key; refused when it is another record."""
    if proposed.idempotency_key is None:
        return None
    rows = writer.store.rows("select salt, digest, outcome from idempotency where key = ?", (proposed.idempotency_key,))
    if not rows:
        return None
    salt, digest, outcome = rows[0]
    if not hmac.compare_digest(_digest(bytes(salt), proposed), bytes(digest)):
        return Refused((reused(proposed.table, "a key of its own"),))
    return outcome_from_json(json.loads(outcome))


def remember(writer: Writer, register: Register, proposed: Proposed, outcome: Outcome) -> None:
    """Keeps what became of a record under its key: a salted digest of it, and none of its content."""
    salt = register.entropy(16)
    seq = outcome.seq if isinstance(outcome, Admitted) else None
    row = (proposed.idempotency_key, salt, _digest(salt, proposed), json.dumps(outcome_as_json(outcome)), seq)
    writer.store.run("insert into idempotency (key, salt, digest, outcome, seq) values (?, ?, ?, ?, ?)", row)


def _digest(salt: bytes, proposed: Proposed) -> bytes:
    content: list[Any] = [proposed.table, proposed.change, dict(proposed.values)]
    return sha256(salt + json.dumps(content, sort_keys=True).encode()).digest()
