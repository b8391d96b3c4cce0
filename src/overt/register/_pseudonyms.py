"""Under which pseudonym key a register's pseudonyms are, and since when: public leaves say so, by the key's name."""

from __future__ import annotations

import datetime as dt

from overt.ledger import PublicLeaf, read_leaf
from overt.register._record import moment_text
from overt.register._register import Register

PSEUDONYMS_KIND = "pseudonyms"


def pseudonym_key_of(register: Register, as_of: dt.datetime | None = None) -> str | None:
    """The name of the key under which the pseudonyms are, now or at a moment; none if it was never told."""
    asked = "select bytes from leaf where kind = 'public'"
    if as_of is not None:
        asked += " and recorded_at <= ?"
    parameters = () if as_of is None else (moment_text(as_of),)
    leaves = [read_leaf(bytes(row[0])) for row in register.store.rows(f"{asked} order by seq", parameters)]
    named = [leaf.name for leaf in leaves if isinstance(leaf, PublicLeaf) and leaf.kind == PSEUDONYMS_KIND]
    return named[-1] if named else None
