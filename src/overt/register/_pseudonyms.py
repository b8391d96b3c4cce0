"""Under which pseudonym key a register's pseudonyms are, and since when: public leaves say so, by the key's name."""

from __future__ import annotations

import datetime as dt
import json
import re

from overt.ledger import PublicLeaf, read_leaf
from overt.register._record import moment_text
from overt.register._register import Register

PSEUDONYMS_KIND = "pseudonyms"
_KEY = re.compile("[0-9a-f]{16}")


def pseudonym_key_of(register: Register, as_of: dt.datetime | None = None) -> str | None:
    """The name of the key under which the pseudonyms are, now or at a moment; none if it was never told.

    What stood before a key was first named was under that key too.
    """
    rows = register.store.rows("select bytes, recorded_at from leaf where kind = 'public' order by seq")
    named: list[str] = []
    for data, recorded_at in rows:
        leaf = read_leaf(bytes(data))
        if not isinstance(leaf, PublicLeaf) or leaf.kind != PSEUDONYMS_KIND:
            continue
        at = recorded_at if isinstance(recorded_at, str) else moment_text(recorded_at)
        if as_of is None or not named or at <= moment_text(as_of):
            named.append(leaf.name)
    return named[-1] if named else None


def pseudonym_news(document: bytes, name: str) -> list[str]:
    """What a watcher is told of a leaf that names a pseudonym key; nothing of a document that is not as ours are."""
    try:
        before = json.loads(document)["before"]
    except (ValueError, KeyError, TypeError):
        return []
    if before is None:
        return [f"the pseudonyms are under key {name}"]
    if not isinstance(before, str) or not _KEY.fullmatch(before):
        return []
    return [f"the pseudonyms were put under another key: {before} → {name}"]
