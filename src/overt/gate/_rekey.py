"""Names the pseudonym key of a register, and puts every pseudonym through the next one: docs/formats/pseudonym.md.

The register holds no name, so none is needed. Each row with a pseudonym gets a new version, in one transaction with the
public leaf that names the new key. The leaves of before stay, and receipts for them stay valid.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from overt.gate._gate import OF_SUBJECT, check_staff
from overt.gate._turn import in_turn
from overt.model import AUTHORITY, SUBJECT
from overt.pseudonym import HALF, Person, PseudonymKey
from overt.refusals import Refusal
from overt.register import (
    PSEUDONYMS_KIND,
    Register,
    Version,
    Writer,
    check_pseudonym_key,
    forget,
    holds_people,
    key_unnamed,
    pseudonym_key_of,
)

_FOLDER = "documents"
_GROUND = "the pseudonyms were put under another key"
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Rekeyed:
    """A register under another key: rows that got a new version, by table, and how many old ones were destroyed."""

    key: str
    before: str | None
    rows: dict[str, int]
    forgotten: int = 0


@in_turn
def name_key(register: Register, key_id: str, by: str, now: dt.datetime) -> None:
    """Names the key of the pseudonyms in a public leaf, before anybody is recorded; named again, it changes nothing.

    Refuses a register that names another key. A register that holds people already needs `name_proven_key`.
    """
    check_staff("--by", by)
    if _is_named(register, key_id):
        return
    if holds_people(register):
        raise _unproven(register)
    with register.writing(now) as writer:
        _publish(register, writer, key_id, None, {})


@in_turn
def name_proven_key(register: Register, key: PseudonymKey, known: Person | None, by: str, now: dt.datetime) -> None:
    """Names the key of a register that was kept before registers had to name one.

    `known` is a person who is known to be on the register: a key that does not find them is refused, because naming
    a wrong key would have everybody told that nothing is held. None only where the caller has said that nobody is
    known, and takes responsibility.
    """
    check_staff("--by", by)
    if _is_named(register, key.id):
        return
    if known is not None and not _finds(register, key, known):
        problem = f"key {key.id} does not find the person who is known to be on it"
        wanted = "the key that the pseudonyms were made with"
        raise Refusal("pseudonym-key-unproven", str(register.folder), problem, wanted)
    with register.writing(now) as writer:
        _publish(register, writer, key.id, None, {})


def _is_named(register: Register, key_id: str) -> bool:
    """Whether the register names this key already; refuses a register that names another."""
    named = pseudonym_key_of(register)
    if named is not None:
        check_pseudonym_key(register, key_id)
    return named is not None


def _finds(register: Register, key: PseudonymKey, person: Person) -> bool:
    sought = key.sought(person)
    marks = ", ".join("?" * len(sought.firsts))
    rows = register.store.rows(
        f"select subject_id from entry where substr(subject_id, 1, {HALF}) in ({marks})"
        f" union select subject_id from subject where substr(subject_id, 1, {HALF}) in ({marks})",
        (*sought.firsts, *sought.firsts),
    )
    return any(sought.match(row[0]) for row in rows)


def _unproven(register: Register) -> Refusal:
    problem = "it already holds people, so with a wrong key everyone would be told that nothing is held"
    remedy = "give --person FILE for a person known to be listed; if no such person is known, give --unproven"
    return Refusal(
        "pseudonym-key-unproven", str(register.folder), problem, "a key that matches at least one person", remedy
    )


def rekey(
    register: Register,
    key: PseudonymKey,
    by: str,
    now: dt.datetime,
    *,
    destroy: bool = False,
    progress: Progress = lambda table, rows: None,
) -> Rekeyed:
    """Puts every pseudonym through the last generation of `key`; done again, it changes nothing.

    `destroy` then destroys the versions with the old pseudonyms: as-of queries about the time before no longer find
    those rows. Refuses a register whose pseudonyms are not under the generation before, or that never said.
    """
    check_staff("--by", by)
    before, named = key.before, pseudonym_key_of(register)
    if before is None or (named is not None and named not in (key.id, before.id)):
        wanted = f"the key after {named}" if named else "a key that was rotated"
        raise Refusal("pseudonym-key-other", "the key", f"key {key.id}", wanted)
    if named is None:
        raise key_unnamed(register)
    rows: dict[str, int] = {}
    if named != key.id:
        with register.writing(now) as writer:
            if pseudonym_key_of(register) != named:
                problem = "another command turned the pseudonyms meanwhile"
                raise Refusal("register-busy", str(register.folder), problem, "one process at a time")
            for table in (*OF_SUBJECT, "authority"):
                rows[table] = sum(1 for _ in _turn_table(register, writer, table, key, by))
                progress(table, rows[table])
            _turn_held(register, key)
            rows = {table: count for table, count in rows.items() if count}
            _publish(register, writer, key.id, before.id, rows)
    old = [] if not destroy else list(_old_versions(register, key))
    if old:
        forget(register, old, _GROUND, by, now)
    return Rekeyed(key.id, before.id, rows, len(old))


def _turn_table(register: Register, writer: Writer, table: str, key: PseudonymKey, by: str) -> Iterator[int]:
    for version in list(register.versions(table, "x.closed_seq is null")):
        values = dict(version.values)
        _turn(values, table, key)
        if values != dict(version.values):
            yield writer.append(table, values, "alter", by, version.opened_seq)


def _turn(values: dict[str, Any], table: str, key: PseudonymKey) -> None:
    if table == AUTHORITY.name:
        values[AUTHORITY.scope] = (
            " ".join(map(key.rekey, str(values[AUTHORITY.scope] or "").split())) or values[AUTHORITY.scope]
        )
    elif values.get(SUBJECT.subject_id):
        values[SUBJECT.subject_id] = key.rekey(values[SUBJECT.subject_id])


def _turn_held(register: Register, key: PseudonymKey) -> None:
    """What waits for a decision is about the same people."""
    for hold_id, text in register.store.rows("select hold_id, records from held where records is not null"):
        records = json.loads(text)
        for record in records:
            if record["values"].get(SUBJECT.subject_id) or record["table"] == AUTHORITY.name:
                _turn(record["values"], record["table"], key)
        register.store.run("update held set records = ? where hold_id = ?", (json.dumps(records), hold_id))


def _old_versions(register: Register, key: PseudonymKey) -> Iterator[Version]:
    """Versions with pseudonyms that were closed by the rotation or before it."""
    (since,) = register.store.rows(
        "select seq from leaf where kind = 'public' and bytes = ?", (_leaf(register, key),)
    ) or [(0,)]
    for table in (*OF_SUBJECT, "authority"):
        for version in register.versions(table, "x.closed_seq is not null and x.opened_seq < ?", since):
            if version.values.get(SUBJECT.subject_id) or version.values.get(AUTHORITY.scope):
                yield version


def _leaf(register: Register, key: PseudonymKey) -> bytes:
    leaves = register.store.rows("select bytes from leaf where kind = 'public' order by seq desc")
    return next(bytes(row[0]) for row in leaves if bytes(row[0]).endswith(f" {key.id}\n".encode()))


def _publish(register: Register, writer: Writer, key_id: str, before: str | None, rows: dict[str, int]) -> None:
    content = {
        "format": "overt-pseudonyms/1",
        "register": register.settings.origin,
        "key": key_id,
        "before": before,
        "rows": rows,
    }
    document = json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"
    folder = register.folder / _FOLDER
    folder.mkdir(exist_ok=True)
    # Without its leaf the file counts for nothing, so that it may be there first.
    with (folder / f"pseudonyms-{key_id}.json").open("wb") as stream:
        stream.write(document)
        stream.flush()
        os.fsync(stream.fileno())
    writer.publish(PSEUDONYMS_KIND, document, key_id)
