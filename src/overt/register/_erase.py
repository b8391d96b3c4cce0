"""Erasure: what a row said and its salt are destroyed; the leaf stays and says nothing.

The order protects the person and the log alike:

1. the intent is put in `erasures.jsonl`, beside the database, with the leaves it concerns;
2. in one transaction an `erasure` record is admitted and sequenced, with the ground and without content; every body
   that has a copy gets its recall; and every version of the rows is deleted, with what else repeats them;
3. snapshots that Overt kept are deleted, and pages, log and free space are emptied;
4. the intent is marked done.

Each step may be done again. Opening a register finishes an erasure that was cut short, and repeats one whose rows have
come back with a restored backup. Somebody who reads the register can hold up step 3: it is then left to the next
command, and until then the register says how many bytes are still to be overwritten.
"""

from __future__ import annotations

import base64
import datetime as dt
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from overt.model import AUTHORITY, ENTRY, ERASURE, ITEM, KEPT_TABLES, SUBJECT
from overt.refusals import Refusal
from overt.register._duties import DUTIES, erasures_noted
from overt.register._guard import SPEAKING
from overt.register._journal import JOURNAL, Erasure, named, note_done, note_intent, read_journal
from overt.register._recalls import copies_of, forget_raised, raise_recalls
from overt.register._record import Version
from overt.register._schema import kept_columns
from overt.register._store import PATIENCE_SECONDS

if TYPE_CHECKING:
    from overt.register._register import Register
    from overt.register._writer import Writer

SNAPSHOTS_FOLDER = "snapshots"
_OF_ENTRY = tuple(name for name in KEPT_TABLES if ENTRY.entry_id in kept_columns(name))
_OF_SUBJECT = tuple(name for name in KEPT_TABLES if SUBJECT.subject_id in kept_columns(name) and name != "entry")
_FEW = 500
CLOSED = "closed versions"


@dataclass(frozen=True)
class Weighed:
    """What an erasure would destroy, and who would have to be told: counted before anything is done."""

    entries: int
    items: int
    people: int
    recipients: tuple[str, ...]


def weigh(register: Register, entry_ids: Sequence[str]) -> Weighed:
    """Counts what the erasure of these entries would destroy; refuses an entry that is not there.

    A person goes with the last of their entries.
    """
    named = list(dict.fromkeys(entry_ids))
    entries, items, people, owners = set(), set(), set(), set()
    for entry_id in named:
        versions = list(_versions_of(register, entry_id))
        if not any(version.table == "entry" for version in versions):
            raise Refusal("entry-absent", "--entry", "this register has no such entry", "the number of an entry")
        entries |= {str(version.values[ENTRY.entry_id]) for version in versions if version.table == "entry"}
        items |= {str(version.values[ITEM.item_id]) for version in versions if version.table == "item"}
        owners |= _subjects(version for version in versions if version.table == "entry")
    for subject_id in owners:
        rows = register.store.rows("select distinct entry_id from entry_version where subject_id = ?", (subject_id,))
        people |= {subject_id} if {str(row[0]) for row in rows} <= entries else set()
    recipients = {name for entry_id in named for name, _, _ in copies_of(register.store, entry_id)}
    return Weighed(len(entries), len(items), len(people), tuple(sorted(recipients)))


def erase(
    register: Register, entry_id: str, ground: str, by: str, now: dt.datetime, *, number: str | None = None
) -> Erasure:
    """Erases an entry and all that belongs to it, and its subject when no other entry is left.

    Refuses an entry that is not there, an empty ground, and a clock at which nothing can be recorded. The number of the
    entry is not kept; `number` is that of the erasure, where one was given out before.
    """
    if not ground.strip():
        raise Refusal("erasure-without-ground", "--ground", "nothing", "the provision or decision it rests on")
    register.check_clock(now)
    versions = list(_versions_of(register, entry_id))
    if not any(version.table == "entry" for version in versions):
        raise Refusal("entry-absent", "--entry", "this register has no such entry", "the number of an entry")
    whole = any(version.table == "subject" for version in versions)
    number = number or f"X{register.entropy(8).hex()}"
    kind = "entry and subject" if whole else "entry"
    erasure = Erasure(number, kind, ground, by, now.isoformat(), _leaves_of(register, versions))
    note_intent(register.folder, erasure)
    return _carry_out(register, erasure, [entry_id], _subjects(versions) if whole else set())


def forget(register: Register, versions: Sequence[Version], ground: str, by: str, now: dt.datetime) -> Erasure:
    """Destroys versions that were closed and must not be kept, as those with the pseudonyms of an old key.

    What stands now stays. As-of queries about the time before find these rows no longer.
    """
    number = f"X{register.entropy(8).hex()}"
    erasure = Erasure(number, CLOSED, ground, by, now.isoformat(), _leaves_of(register, versions))
    note_intent(register.folder, erasure)
    return _carry_out(register, erasure, [], set())


def finish_erasures(register: Register, patience: float = 0.0) -> list[str]:
    """Carries out what an earlier erasure did not finish, or what a restored backup brought back; their numbers.

    Where only bytes are left that a reader holds up, it waits `patience` seconds and leaves them to the next attempt.
    """
    journal = read_journal(register.folder / JOURNAL)
    repeated = []
    for erasure in journal.erasures:
        if erasure.erasure_id not in journal.done or _back(register, erasure):
            entries, people = _names(register, erasure) if erasure.kind != CLOSED else ([], set())
            _carry_out(register, erasure, entries, people, is_repeated=True, patience=patience)
            repeated.append(erasure.erasure_id)
    _name_leaves(register, {erasure.erasure_id: erasure for erasure in journal.erasures})
    return repeated


def _name_leaves(register: Register, begun: Mapping[str, Erasure]) -> None:
    """Records of erasures from before they named their leaves are written again with them, once.

    What is named is what both the table `erased` and the journal say. A row that does not fit its leaf is left alone.
    """
    for version in list(register.versions("erasure", "x.closed_seq is null and x.leaves is null")):
        erasure = begun.get(str(version.values[ERASURE.erasure_id]))
        rows = register.store.rows("select seq from erased where erasure_id = ?", (version.values[ERASURE.erasure_id],))
        erased = {row[0] for row in rows}
        leaf = register.read(version.opened_seq, version.opened_seq + 1)
        if erasure is None or not erased <= set(erasure.leaves) or list(leaf) != [version.leaf()]:
            continue
        with register.writing(_moment(register, version.recorded_at)) as writer:
            values = {**version.values, "leaves": named(erased)}
            writer.append("erasure", values, "alter", version.proposed_by, version.opened_seq)


def unfinished_erasures(register: Register) -> list[str]:
    """The erasures whose rows are gone and whose bytes are still to be overwritten; their numbers."""
    journal = read_journal(register.folder / JOURNAL)
    return [erasure.erasure_id for erasure in journal.erasures if erasure.erasure_id not in journal.done]


def _carry_out(
    register: Register,
    erasure: Erasure,
    entries: Sequence[str],
    people: set[str],
    *,
    is_repeated: bool = False,
    patience: float = PATIENCE_SECONDS,
) -> Erasure:
    recalled = 0
    if not is_repeated or _back(register, erasure) or not _is_recorded(register, erasure):
        with register.writing(_moment(register, erasure.at), is_clock_confirmed=is_repeated) as writer:
            # Somebody else may have erased the same meanwhile: then there is nothing to record a second time.
            seqs = _back(register, erasure)
            if seqs:
                recalled = _admit_erasure(register, writer, erasure, seqs, entries=entries, people=people)
                _delete(register, erasure, seqs)
                writer.erased(seqs)
            _clear_held(register, {*entries, *people})
        if not seqs and not is_repeated:
            note_done(register.folder, erasure.erasure_id)
            raise Refusal("entry-absent", "--entry", "it has been erased in the meantime", "the number of an entry")
    _clear_snapshots(register.folder, made_before=is_repeated)
    left = register.store.wipe(SPEAKING, patience)
    if not left:
        note_done(register.folder, erasure.erasure_id)
    return replace(erasure, bytes_left=left, recalls=recalled)


def _back(register: Register, erasure: Erasure) -> list[int]:
    """The leaves of an erasure whose rows are to be deleted, for the first time or again."""
    gone = _erased_of(register, list(erasure.leaves))
    return [seq for seq in erasure.leaves if seq not in gone and _same_leaf(register, erasure, seq)]


def _is_recorded(register: Register, erasure: Erasure) -> bool:
    return bool(register.store.rows("select 1 from erasure_version where erasure_id = ?", (erasure.erasure_id,)))


def _moment(register: Register, ordered: str) -> dt.datetime:
    """When something is recorded: when it was ordered, or with the last record if that is later."""
    last = register.store.rows("select recorded_at from leaf order by seq desc limit 1")[0][0]
    last = dt.datetime.fromisoformat(last) if isinstance(last, str) else last
    at = dt.datetime.fromisoformat(ordered)
    at = at.astimezone(dt.UTC).replace(tzinfo=None) if at.tzinfo else at
    return max(at, last)


def _clear_snapshots(folder: Path, *, made_before: bool) -> None:
    """Deletes the snapshots that Overt kept; of an erasure that is tried again, those made before it was ordered."""
    ordered = (folder / JOURNAL).stat().st_mtime_ns
    for path in (folder / SNAPSHOTS_FOLDER).glob("*"):
        if not made_before or path.stat().st_mtime_ns <= ordered:
            shutil.rmtree(path, ignore_errors=True)


def _delete(register: Register, erasure: Erasure, seqs: Sequence[int]) -> None:
    store = register.store
    for some in _few(seqs):
        marks = ", ".join("?" * len(some))
        for name in KEPT_TABLES:
            store.run(f"delete from {name}_version where opened_seq in ({marks})", some)
            if store.rows(f"select 1 from {name}_version where opened_seq in ({marks}) limit 1", some):
                remedy = "look for triggers, rules and other programs on the database; nothing was erased"
                wanted = "a database that carries out what it is given"
                raise Refusal("write-not-kept", f"the database, {name}", "deleted rows are still there", wanted, remedy)
        store.run(f"delete from idempotency where seq in ({marks})", some)
        store.run(f"delete from noted where seq in ({marks})", some)
        store.run_many(
            "insert into erased (seq, erasure_id) values (?, ?)", [(seq, erasure.erasure_id) for seq in some]
        )


def _erased_of(register: Register, seqs: Sequence[int]) -> set[int]:
    gone: set[int] = set()
    for some in _few(seqs):
        marks = ", ".join("?" * len(some))
        gone |= {int(row[0]) for row in register.store.rows(f"select seq from erased where seq in ({marks})", some)}
    return gone


def _admit_erasure(
    register: Register,
    writer: Writer,
    erasure: Erasure,
    seqs: Sequence[int],
    *,
    entries: Sequence[str],
    people: set[str],
) -> int:
    """The erasure's own record, recalls, and authorities that covered the person written again without the pseudonym.

    How many recalls were raised.
    """
    if not _is_recorded(register, erasure):
        day = erasure.at[:10]
        values = (erasure.erasure_id, day, erasure.kind, erasure.ground, named(seqs))
        writer.append("erasure", dict(zip(kept_columns("erasure"), values, strict=True)), "collect", erasure.by)
    # Those of an erasure that was recorded before a restore have come back with `duties.jsonl`.
    is_told = erasure.erasure_id in erasures_noted(register.folder / DUTIES)
    recalled = 0 if is_told else raise_recalls(writer, entries, erasure.by, erasure_id=erasure.erasure_id)
    forget_raised(register.store, entries)
    _rewrite_scopes(register, writer, erasure, set(seqs), people)
    return recalled


def _rewrite_scopes(register: Register, writer: Writer, erasure: Erasure, seqs: set[int], names: set[str]) -> None:
    for version in list(register.versions("authority", "x.closed_seq is null")):
        if version.opened_seq in seqs:
            scope = str(version.values[AUTHORITY.scope]).split()
            others = [subject_id for subject_id in scope if subject_id not in names]
            values = {**version.values, AUTHORITY.scope: " ".join(others)}
            writer.append("authority", values, "alter", erasure.by, version.opened_seq)


def _versions_of(register: Register, entry_id: str) -> Iterator[Version]:
    listed = list(register.versions("entry", "x.entry_id = ?", (entry_id,)))
    for name in _OF_ENTRY:
        yield from register.versions(name, "x.entry_id = ?", (entry_id,))
    for subject_id in sorted(_subjects(listed)):
        others = register.store.rows(
            "select 1 from entry_version where subject_id = ? and entry_id <> ? limit 1", (subject_id, entry_id)
        )
        if others:
            continue
        for name in _OF_SUBJECT:
            yield from register.versions(name, "x.subject_id = ?", (subject_id,))
        yield from register.versions("authority", "x.scope like ?", (f"%{subject_id}%",))


def _subjects(versions: Iterable[Version]) -> set[str]:
    return {str(version.values[SUBJECT.subject_id]) for version in versions if version.values.get(SUBJECT.subject_id)}


def _names(register: Register, erasure: Erasure) -> tuple[list[str], set[str]]:
    """The entries and the people, as far as rows that came back still say them."""
    names: dict[str, set[str]] = {"entry": set(), "subject": set()}
    for name, values in names.items():
        for some in _few(list(erasure.leaves)):
            marks = ", ".join("?" * len(some))
            for version in register.versions(name, f"x.opened_seq in ({marks})", some):
                values.add(str(version.values[f"{name}_id"]))
    return sorted(names["entry"]), names["subject"]


def _clear_held(register: Register, names: set[str]) -> None:
    """What waits for a decision about the person is not kept for one."""
    for hold_id, records in register.store.rows("select hold_id, records from held where records is not null"):
        if any(name in records for name in names):
            register.store.run("update held set records = null, outcome = 'erased' where hold_id = ?", (hold_id,))


def _same_leaf(register: Register, erasure: Erasure, seq: int) -> bool:
    """Whether the leaf is the one that was erased: after a backup other records may have taken its place."""
    leaves = register.read(seq, seq + 1)
    return bool(leaves) and base64.b64encode(leaves[0]).decode() == erasure.leaves[seq]


def _leaves_of(register: Register, versions: Iterable[Version]) -> dict[int, str]:
    seqs = sorted(version.opened_seq for version in versions)
    return {seq: base64.b64encode(leaf).decode() for seq in seqs for leaf in register.read(seq, seq + 1)}


def _few(seqs: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(seqs), _FEW):
        yield seqs[start : start + _FEW]
