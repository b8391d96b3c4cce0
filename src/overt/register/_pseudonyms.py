"""Under which pseudonym key a register's pseudonyms are, and since when: public leaves say so, by the key's name."""

from __future__ import annotations

import datetime as dt
import json
import re

from overt.ledger import PublicLeaf, read_leaf
from overt.refusals import Refusal
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


def check_pseudonym_key(register: Register, key_id: str) -> None:
    """Refuses another key than the one that the register names.

    A register that holds people and names no key refuses every key: under a wrong one nobody would be found, and
    the answer "we hold nothing about you" would be false.
    """
    named = pseudonym_key_of(register)
    if named is not None and named != key_id:
        problem = f"the register's pseudonyms were made with key {named}, not with key {key_id}"
        remedy = f"use key {named}. A key file that has been rotated since also contains earlier keys"
        raise Refusal("pseudonym-key-other", "the key", problem, "", remedy)
    if named is None and holds_people(register):
        raise key_unnamed(register)


def holds_people(register: Register) -> bool:
    """Whether any version of an entry or a subject is in the register."""
    tables = ("entry_version", "subject_version")
    return any(register.store.rows(f"select 1 from {table} limit 1") for table in tables)


def key_unnamed(register: Register) -> Refusal:
    """The refusal of a register that does not name the key of its pseudonyms."""
    remedy = f"overt pseudonym name {register.folder} --key FILE --by STAFF"
    problem = "it does not name the key of its pseudonyms"
    return Refusal("pseudonym-key-unnamed", str(register.folder), problem, "a register that names its key", remedy)


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
