"""Takes a register that was put back from an older copy on to what it had published and owed when it was lost.

The published log holds every leaf, and no record. What the register owed to people is in `duties.jsonl`, with leaf and
salt. So each leaf comes back to its place, what the journal says is put under it, and the records of all others are
entered as lost: the log goes on from its published state, and no number of a request or a recall is given twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from overt.encoding import encode
from overt.ledger import (
    CHECKPOINT,
    DOCUMENT_LIMIT,
    WIDTH,
    PublicLeaf,
    Reader,
    SignedCheckpoint,
    document_path,
    read_entries,
    read_leaf,
    read_policy,
    read_published,
    root_of,
    width_of,
    write_file,
)
from overt.model import ERASURE, RECALL
from overt.refusals import Refusal
from overt.register._duties import DUTIES, Duty, append_duties, duties_of, go_on_from, read_duties
from overt.register._foreign import check_name
from overt.register._journal import JOURNAL, LOST, Erasure, named, note_done, note_intent, read_journal
from overt.register._record import Version, moment_text
from overt.register._register import CHARTERS_FOLDER, Register
from overt.register._schema import identity, kept_columns
from overt.register._vouch import POLICY_FILE
from overt.register._writer import LEAF_SQL, close_sql, insert_sql

_GROUND = "The register was put back from a backup: these leaves were published after it, and their records are lost."
_BY = "register"


@dataclass(frozen=True)
class Replayed:
    """What was put back: leaves of the published log, rows by table, and how many leaves have lost their record."""

    leaves: int
    rows: Mapping[str, int]
    lost: int


def replay(register: Register, reader: Reader | None, now: dt.datetime | None = None) -> Replayed:
    """Puts back what a register lacks of its published log and of `duties.jsonl`; `reader` is the log, if there is one.

    All of it is one transaction. In this order:

    1. The log is signed as the register's policy wants it, and the register's own leaves are its beginning.
    2. The leaves that are lacking are put in their places, and the documents that they name.
    3. What the journal says of them is put under its own leaf, if it is what that leaf commits to.
    4. What the journal says beyond was never published, and is recorded anew with its own number and moment.
    5. The record of every other leaf is entered as lost.
    6. The journal goes on from there, and the key remembers what it had signed.

    The register must have been opened without finishing erasures: what these record comes after. Refuses a log that
    did not grow from the register's leaves, and a journal that says something else than the log.
    """
    duties = read_duties(register.folder / DUTIES)
    with register.store.transaction():
        before = register.size()
        head = _published(register, reader) if reader else None  # 1
        fresh = _lacking(register, reader, head) if reader and head else []
        wanting = _Wanting(register, {duty.version.opened_seq: duty for duty in duties})
        lost = wanting.put_leaves(fresh, before)  # 2, 3
        if reader:
            _keep_documents(register, reader, fresh)
        size = register.size()
        wanting.record_anew(size)  # 4
        entered = _enter_lost(register, lost, now)  # 5
        _put_untold(register, duties)
        if duties and duties[-1].version.opened_seq >= size:  # 6
            go_on_from(register.folder / DUTIES, size)
        append_duties(register.folder / DUTIES, duties_of(register, size))
        if head and head.checkpoint.size > before:
            write_file(register.folder / "signed" / CHECKPOINT, head.data)
    if entered:
        note_done(register.folder, entered)
    return Replayed(len(fresh), dict(wanting.rows), len(lost))


def _published(register: Register, reader: Reader) -> SignedCheckpoint:
    path = register.folder / POLICY_FILE
    if not path.is_file():
        raise Refusal(
            "not-a-log", str(register.folder), "no log has been started", "a register whose log has been published"
        )
    return read_policy(path.read_bytes(), POLICY_FILE).open(read_published(reader))


@dataclass(frozen=True)
class _Continued:
    """The leaves of a register, and behind them those that it lacks."""

    register: Register
    size_before: int
    more: Sequence[bytes]

    def size(self) -> int:
        return self.size_before + len(self.more)

    def read(self, start: int, end: int) -> Sequence[bytes]:
        own = self.register.read(start, min(end, self.size_before)) if start < self.size_before else []
        return [*own, *self.more[max(start - self.size_before, 0) : max(end - self.size_before, 0)]]


def _lacking(register: Register, reader: Reader, head: SignedCheckpoint) -> list[bytes]:
    """The leaves that the published log has and the register lacks, proved to go on from the register's own."""
    size, upto = register.size(), head.checkpoint.size
    more: list[bytes] = []
    for index in range(size // WIDTH, -(-upto // WIDTH)) if upto > size else ():
        entries = read_entries(reader, index, width_of(0, index, upto))
        more += entries[max(0, size - index * WIDTH) :]
    if root_of(_Continued(register, size, more), upto) != head.checkpoint.root:
        problem = "the published log did not grow from the leaves of this register"
        remedy = (
            "restore the backup again and replay before anything else is recorded; if it is the log of another "
            "register, name the right one"
        )
        raise Refusal("log-forked", f"at {min(size, upto)} entries", problem, "a single history", remedy)
    return more


class _Wanting:
    """What the journal has and the database lacks, as it is put back."""

    def __init__(self, register: Register, duties: Mapping[int, Duty]) -> None:
        self.register = register
        self.duties = duties
        self.rows: Counter[str] = Counter()

    def put_leaves(self, fresh: Sequence[bytes], start: int) -> list[int]:
        """Puts leaves in their places, each with its row if the journal has it; the leaves whose record is lost."""
        lost = []
        store = self.register.store
        moment = self._last_moment()
        for seq, leaf in enumerate(fresh, start):
            duty = self.duties.get(seq)
            if duty is not None:
                _check_same(duty.version, leaf, moment)
                moment = max(moment, duty.version.recorded_at)
            is_record = not isinstance(read_leaf(leaf, f"entry {seq}"), PublicLeaf)
            store.run(LEAF_SQL, (seq, moment, "record" if is_record else "public", leaf))
            if duty is not None:
                self._put(duty.version)
            elif is_record:
                lost.append(seq)
        return lost

    def record_anew(self, size: int) -> None:
        """Records what was never published again, from the leaf `size` on; an erasure is repeated on opening."""
        versions = [duty.version for duty in self.duties.values() if duty.version.opened_seq >= size]
        for recorded_at, together in groupby(versions, key=lambda version: version.recorded_at):
            moment = max(recorded_at, self._last_moment())
            with self.register.writing(dt.datetime.fromisoformat(moment), is_clock_confirmed=True) as writer:
                for version in together:
                    values = dict(version.values)
                    if version.table == "erasure":
                        if _has_leaves_of(self.register, str(values[ERASURE.erasure_id])):
                            # Opening the register repeats it, and records it then.
                            continue
                        # What it destroyed has gone with the disk.
                        values["leaves"] = ""
                    standing = self._standing(version)
                    change = "alter" if standing is not None else "collect"
                    writer.append(version.table, values, change, version.proposed_by, standing)
                    self.rows[version.table] += 1

    def _put(self, version: Version) -> None:
        store = self.register.store
        standing = self._standing(version)
        if standing is not None:
            store.run(close_sql(version.table), (version.opened_seq, version.recorded_at, standing))
        fixed = (version.opened_seq, version.change, version.proposed_by, version.salt, version.recorded_at)
        store.run(insert_sql(version.table, kept_columns(version.table)), (*fixed, *version.values.values()))
        self.rows[version.table] += 1

    def _standing(self, version: Version) -> int | None:
        names = identity(version.table)
        condition = " and ".join(["x.closed_seq is null", *(f"x.{name} = ?" for name in names)])
        key = [version.values[name] for name in names]
        standing = next(iter(list(self.register.versions(version.table, condition, key))), None)
        return standing.opened_seq if standing else None

    def _last_moment(self) -> str:
        rows = self.register.store.rows("select recorded_at from leaf order by seq desc limit 1")
        if not rows:
            return ""
        return rows[0][0] if isinstance(rows[0][0], str) else moment_text(rows[0][0])


def _has_leaves_of(register: Register, number: str) -> bool:
    erasures = read_journal(register.folder / JOURNAL).erasures
    leaves = next((erasure.leaves for erasure in erasures if erasure.erasure_id == number), {})
    size = register.size()
    return any(seq < size and _is_leaf(register, seq, shown) for seq, shown in leaves.items())


def _check_same(version: Version, leaf: bytes, moment: str) -> None:
    if version.leaf() != leaf or version.recorded_at < moment:
        wanted = "what the published log says"
        remedy = f"name the {DUTIES} of the register whose log it is"
        raise Refusal(
            "duties-differ", f"{DUTIES}, leaf {version.opened_seq}", "it is a different record", wanted, remedy
        )


def _keep_documents(register: Register, reader: Reader, fresh: Sequence[bytes]) -> None:
    """Fetches the documents that leaves name, and puts each where the register keeps its kind."""
    for leaf in map(read_leaf, fresh):
        if not isinstance(leaf, PublicLeaf):
            continue
        data = reader.read(document_path(leaf.digest), DOCUMENT_LIMIT)
        if data is None or sha256(data).hexdigest() != leaf.digest:
            problem = "the bundle is missing" if data is None else "another document"
            wanted = "the document named in a public ledger entry"
            raise Refusal("document-missing", document_path(leaf.digest), problem, wanted)
        path = Path(document_path(leaf.digest))
        if leaf.kind == "charter":
            check_name(register.folder, leaf.name)
            path = Path(CHARTERS_FOLDER, Path(leaf.name).name)
        write_file(register.folder / path, data)


def _enter_lost(register: Register, lost: Sequence[int], now: dt.datetime | None) -> str | None:
    """Enters the records of these leaves as lost; the number under which it is done, if anything was.

    What an erasure destroyed that is recorded is not lost, and what one destroyed whose own record is lacking is left
    to the erasure, which opening the register repeats.
    """
    journal = read_journal(register.folder / JOURNAL)
    left = set(lost)
    recorded = {str(version.values[ERASURE.erasure_id]) for version in register.versions("erasure")}
    for erasure in journal.erasures:
        of_it = {seq for seq in left & erasure.leaves.keys() if _is_leaf(register, seq, erasure.leaves[seq])}
        left -= of_it
        if erasure.erasure_id in recorded:
            _note_erased(register, of_it, erasure.erasure_id)
    if not left:
        return None
    leaves = {seq: encode(register.read(seq, seq + 1)[0]) for seq in sorted(left)}
    last = register.store.rows("select recorded_at from leaf order by seq desc limit 1")[0][0]
    last = dt.datetime.fromisoformat(last) if isinstance(last, str) else last
    at = max(last, now.astimezone(dt.UTC).replace(tzinfo=None)) if now else last
    before = next((erasure for erasure in journal.erasures if erasure.kind == LOST and erasure.leaves == leaves), None)
    erasure = before or Erasure(f"X{register.entropy(8).hex()}", LOST, _GROUND, _BY, at.isoformat(), leaves)
    if before is None:
        note_intent(register.folder, erasure)
    with register.writing(at, is_clock_confirmed=True) as writer:
        values = (erasure.erasure_id, erasure.at[:10], LOST, _GROUND, named(left))
        writer.append("erasure", dict(zip(kept_columns("erasure"), values, strict=True)), "collect", _BY)
    _note_erased(register, left, erasure.erasure_id)
    return erasure.erasure_id


def _is_leaf(register: Register, seq: int, shown: str) -> bool:
    return encode(register.read(seq, seq + 1)[0]) == shown


def _note_erased(register: Register, seqs: set[int], number: str) -> None:
    rows = [(seq, number) for seq in sorted(seqs)]
    register.store.run_many("insert into erased (seq, erasure_id) values (?, ?)", rows)


def _put_untold(register: Register, duties: Sequence[Duty]) -> None:
    """By which lines a body finds its copy, of recalls of which no notice was written yet."""
    for number, lines in _untold(duties):
        if not register.store.rows("select 1 from raised where recall_id = ?", (number,)):
            register.store.run(
                "insert into raised (recall_id, entry_id, found_by) values (?, null, ?)", (number, json.dumps(lines))
            )


def _untold(duties: Sequence[Duty]) -> Iterator[tuple[str, list[str]]]:
    last = {str(duty.version.values[RECALL.recall_id]): duty for duty in duties if duty.version.table == "recall"}
    for number, duty in last.items():
        if duty.found_by and duty.version.values[RECALL.sent_on] is None:
            yield number, list(duty.found_by)
