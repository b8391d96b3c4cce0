"""A register: a folder with its settings, its charters and the rows that the gate admitted.

Rows are never changed in place. A change closes one version and opens the next, and every version came
in by one leaf, sequenced in the transaction that wrote it: admitted and sequenced are one fact.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import Any

from overt.charter import Charter, check_chain, read_charter
from overt.ledger import SALT_SIZE, WIDTH, PublicLeaf, commitment, public_leaf, read_leaf, record_leaf
from overt.model import KEPT_TABLES, PADDING, Table
from overt.private import close_to_others, private_folder, write_private
from overt.refusals import Refusal
from overt.register._duties import DUTIES, DUTY_TABLES, check_not_behind, note_duties
from overt.register._guard import check_guard, forget_statistics
from overt.register._migrate import migrate
from overt.register._record import Cell, Values, Version, body, moment_text, read_version, version_select
from overt.register._schema import kept_columns
from overt.register._settings import SETTINGS_FILE, RegisterSettings, read_settings
from overt.register._store import Store, open_store
from overt.register._vouch import vouch_for_settings
from overt.storage import storage_refused

CHARTERS_FOLDER = "charters"
# A clock that goes back by less is put right by a step of a microsecond; by more, something is wrong with it.
CLOCK_TOLERANCE = dt.timedelta(seconds=60)
_STEP = dt.timedelta(microseconds=1)
Entropy = Callable[[int], bytes]


@dataclass(frozen=True)
class Status:
    """How a register stands: leaves, rows standing now by table, holds waiting, what was erased."""

    name: str
    origin: str
    leaves: int
    last_recorded_at: str | None
    charter: int | None
    rows: dict[str, int]
    waiting: int
    erased: int


class Register:
    """An open register. It is a `Leaves` of `overt.ledger`: what was admitted can be published from it."""

    def __init__(self, folder: Path, settings: RegisterSettings, store: Store, entropy: Entropy = os.urandom) -> None:
        self.folder = folder
        self.settings = settings
        self.store = store
        self.entropy = entropy

    @classmethod
    def create(cls, folder: Path, settings: RegisterSettings, entropy: Entropy = os.urandom) -> Register:
        """A new register in an empty or absent folder. `entropy` gives the random bytes of salts and numbers."""
        with storage_refused(folder):
            if folder.exists() and any(folder.iterdir()):
                raise Refusal("register-folder", str(folder), "the folder is not empty", "a new or empty folder")
            was_there = folder.exists()
            try:
                close_to_others(private_folder(folder))
                private_folder(folder / CHARTERS_FOLDER)
                write_private(folder / SETTINGS_FILE, settings.as_toml().encode())
                return cls._opened(folder, entropy, new=True)
            except BaseException:
                # Half a register would be in the way of the next attempt.
                for path in folder.iterdir() if was_there else ():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                if not was_there:
                    shutil.rmtree(folder, ignore_errors=True)
                raise

    @classmethod
    def open(cls, folder: Path, entropy: Entropy = os.urandom, *, finish: bool = True) -> Register:
        """The register in a folder, its tables brought up to date, and an erasure that was cut short finished.

        Without `finish` erasures are left as they are: for a check of what somebody damaged. Refuses a database that
        is missing or damaged, that is older than the journals beside it, or in which something stands between the
        register and its tables.
        """
        with storage_refused(folder):
            return cls._opened(folder, entropy, new=False, finish=finish)

    @classmethod
    def _opened(cls, folder: Path, entropy: Entropy, *, new: bool, finish: bool = True) -> Register:
        from overt.register._erase import finish_erasures  # noqa: PLC0415  it works on registers

        settings = read_settings(folder)
        store = open_store(settings.database, folder, new=new)
        try:
            is_changed = migrate(store, new=new)
            check_guard(store)
            if store.dialect == "postgres":
                forget_statistics(store)
            register = cls(folder, settings, store, entropy)
            if is_changed:
                vouch_for_settings(register)
            if finish:
                check_not_behind(register)
                finish_erasures(register)
                note_duties(register)
        except BaseException:
            store.close()
            raise
        return register

    def close(self) -> None:
        """Lets go of the database."""
        self.store.close()

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def size(self) -> int:
        """How many leaves there are."""
        return int(self.store.rows("select coalesce(max(seq) + 1, 0) from leaf")[0][0])

    def begun_at(self) -> str | None:
        """The moment of the first leaf, before which nothing was known here; none of a register without one."""
        found = self.store.rows("select recorded_at from leaf where seq = 0")
        return _iso(found[0][0]) if found else None

    def records(self) -> int:
        """How many leaves there are but those that stand for nothing."""
        return self.size() - int(self.store.rows("select count(*) from padding_version")[0][0])

    def read(self, start: int, end: int) -> Sequence[bytes]:
        """The leaves from `start` up to `end`."""
        found = self.store.rows("select bytes from leaf where seq >= ? and seq < ? order by seq", (start, end))
        return [bytes(row[0]) for row in found]

    def charters(self) -> list[Charter]:
        """Every version of the charter that has its leaf, oldest first; refuses one that is not as it was adopted."""
        leaves = self.store.rows("select bytes from leaf where kind = 'public' order by seq")
        adopted = [leaf for leaf in map(read_leaf, (bytes(row[0]) for row in leaves)) if isinstance(leaf, PublicLeaf)]
        charters = [self._charter(leaf) for leaf in adopted if leaf.kind == "charter"]
        check_chain(charters)
        return charters

    def _charter(self, leaf: PublicLeaf) -> Charter:
        path = self.folder / CHARTERS_FOLDER / leaf.name
        data = path.read_bytes() if path.is_file() else b""
        if sha256(data).hexdigest() != leaf.digest:
            remedy = "put back the file as it was adopted"
            raise Refusal(
                "charter-changed", str(path), "this is not the file whose digest is in the ledger", leaf.digest, remedy
            )
        return _charter_of(data, leaf.name)

    def versions(self, table: str, where: str = "", parameters: Sequence[Any] = ()) -> Iterator[Version]:
        """Versions of the rows of a table; `where` is a condition on `x`, the version."""
        condition = f" where {where}" if where else ""
        for row in self.store.stream(f"{version_select(table)}{condition} order by x.opened_seq", parameters):
            yield read_version(table, row)

    def as_of(self, table: str, moment: dt.datetime) -> Iterator[Version]:
        """The rows of a table as they stood at a moment, whatever happened since but erasure."""
        text = moment_text(moment)
        yield from self.versions(table, STOOD, (text, text))

    def status(self) -> Status:
        """How the register stands now."""
        last = self.store.rows("select recorded_at from leaf order by seq desc limit 1")
        counts = {
            name: int(self.store.rows(f"select count(*) from {name}_version where closed_seq is null")[0][0])
            for name in KEPT_TABLES
        }
        return Status(
            self.settings.name,
            self.settings.origin,
            self.size(),
            str(last[0][0]) if last else None,
            max((each.version for each in self.charters()), default=None),
            {name: count for name, count in counts.items() if count},
            int(self.store.rows("select count(*) from held where outcome is null")[0][0]),
            int(self.store.rows("select count(*) from erased")[0][0]),
        )

    @contextmanager
    def writing(self, now: dt.datetime, *, is_clock_confirmed: bool = False) -> Iterator[Writer]:
        """A transaction of the gate's. Moments never go back, whatever the clock does.

        Refuses a clock more than a minute behind the last record; a smaller step back is put right. Refuses one that is
        further ahead of it than the settings allow, unless somebody has confirmed it. What was written is read back
        before the transaction ends: what is not there as it was written was not admitted.
        """
        with self.store.transaction():
            writer = Writer(self.store, *self._tail(now, is_clock_confirmed=is_clock_confirmed), self.entropy)
            yield writer
            writer.read_back()
            if writer.has_written(DUTY_TABLES):
                self.store.afterwards(DUTIES, self._note_duties)

    def _note_duties(self) -> None:
        # It is recorded and must not be reported as lost: what cannot be noted now is noted when it is opened again.
        with suppress(OSError, Refusal):
            note_duties(self)

    def pad(self) -> None:
        """Fills the last bundle of the log: see `Writer.pad`. Padding is of the moment of the last record.

        So it can be added whatever the clock says, and says nothing of when the log was published.
        """
        with self.store.transaction():
            last = self.store.rows("select seq, kind, recorded_at from leaf order by seq desc limit 1")
            if last and (last[0][0] + 1) % PADDED_TO and last[0][1] == "record":
                with self.writing(dt.datetime.fromisoformat(_iso(last[0][2]))) as writer:
                    writer.pad()

    def check_clock(self, now: dt.datetime) -> None:
        """Refuses a moment at which nothing could be recorded."""
        self._tail(now, is_clock_confirmed=False)

    def _tail(self, now: dt.datetime, *, is_clock_confirmed: bool) -> tuple[int, str, bool]:
        """The next leaf, the moment of this transaction, and whether the clock had to be put right."""
        moment = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
        found = self.store.rows("select seq, recorded_at from leaf order by seq desc limit 1")
        if not found:
            return 0, moment_text(moment), False
        seq, last = found[0]
        last = dt.datetime.fromisoformat(last) if isinstance(last, str) else last
        if moment - last > dt.timedelta(days=self.settings.clock_ahead_days) and not is_clock_confirmed:
            ahead = f"the clock is {(moment - last).days} days ahead of the last record"
            wanted = f"at most {self.settings.clock_ahead_days} days after {moment_text(last)}"
            remedy = "look at the clock; if it is right: overt register clock REGISTER --confirm --by STAFF"
            raise Refusal("clock-ahead", "the clock", ahead, wanted, remedy)
        if moment > last:
            return seq + 1, moment_text(moment), False
        if last - moment > CLOCK_TOLERANCE:
            behind = f"the clock is {last - moment} behind the last record"
            remedy = "set the clock right; if the last record is the one that is wrong, see docs/refusals.md"
            raise Refusal("clock-behind", "the clock", behind, f"a moment after {moment_text(last)}", remedy)
        return seq + 1, moment_text(last + _STEP), True


# As many leaves as a full bundle of the published log has (C2SP tlog-tiles).
PADDED_TO = WIDTH
LEAF_SQL = "insert into leaf (seq, recorded_at, kind, bytes) values (?, ?, ?, ?)"
STOOD = "x.recorded_at <= ? and (x.closed_at is null or x.closed_at > ?)"
# Of a bulk admission all rows are counted, and as many of each table are read back whole.
_READ_BACK = 200


class Writer:
    """Writes rows with their leaves inside one transaction; `moment` is when all of it was recorded."""

    def __init__(self, store: Store, seq: int, moment: str, clamped: bool, entropy: Entropy) -> None:
        self.store = store
        self.moment = moment
        self.clamped = clamped
        self.entropy = entropy
        self._seq = self._first = seq
        self._written: Counter[str] = Counter()
        self._leaves: dict[str, dict[int, bytes]] = {}
        self._closed: dict[str, dict[int, int]] = {}

    def has_written(self, tables: Collection[str]) -> bool:
        """Whether a row of one of these tables was written."""
        return any(self._written[table] for table in tables)

    @property
    def next_seq(self) -> int:
        """The leaf that the next record will be."""
        return self._seq

    def append(self, table: str, values: Values, change: str, by: str, closes: int | None = None) -> int:
        """Opens a version of a row and adds its leaf; `closes` is the leaf that opened the version it replaces."""
        seq, salt = self._seq, self.entropy(SALT_SIZE)
        leaf = record_leaf(commitment(body(table, values, change, by, self.moment), salt))
        if closes is not None:
            self.store.run(close_sql(table), (seq, self.moment, closes))
            self._closed.setdefault(table, {})[closes] = seq
        self._leaf(seq, "record", leaf)
        self._note(table, [seq], [leaf])
        insert = insert_sql(table, kept_columns(table))
        self.store.run(insert, (seq, change, by, salt, self.moment, *values.values()))
        return seq

    def append_all(self, rows: Sequence[tuple[str, Values]], by: str) -> int:
        """Opens the first version of rows of several tables, in their order; gives the leaf of the first."""
        first, salts = self._seq, [self.entropy(SALT_SIZE) for _ in rows]
        leaves = [
            record_leaf(commitment(body(table, values, "collect", by, self.moment), salt))
            for (table, values), salt in zip(rows, salts, strict=True)
        ]
        self.store.run_many(
            LEAF_SQL, ((seq, self.moment, "record", leaf) for seq, leaf in enumerate(leaves, start=first))
        )
        places: dict[str, list[int]] = {}
        for place, (table, _) in enumerate(rows):
            places.setdefault(table, []).append(place)
        for table, some in places.items():
            self.store.run_many(
                insert_sql(table, kept_columns(table)),
                ((first + at, "collect", by, salts[at], self.moment, *rows[at][1].values()) for at in some),
            )
            self._note(table, [first + at for at in some], [leaves[at] for at in some])
        self._seq += len(rows)
        return first

    def append_many(
        self,
        table: str,
        columns: Mapping[str, Sequence[Cell]],
        by: str,
        salts: Sequence[bytes],
        leaves: Sequence[bytes],
    ) -> None:
        """Opens the first version of many rows at once, given by column; a column not given has no value.

        `leaves` are the rows' leaves at this moment under these salts.
        """
        many = len(leaves)
        seqs = range(self._seq, self._seq + many)
        self.store.run_many(LEAF_SQL, zip(seqs, repeat(self.moment, many), repeat("record", many), leaves, strict=True))
        fixed = (seqs, repeat("collect", many), repeat(by, many), salts, repeat(self.moment, many))
        self.store.run_many(insert_sql(table, tuple(columns)), zip(*fixed, *columns.values(), strict=True))
        self._note(table, seqs, leaves)
        self._seq += many

    def publish(self, kind: str, document: bytes, name: str) -> int:
        """Adds a public leaf: the digest of a published document."""
        return self.add_public(public_leaf(kind, sha256(document).hexdigest(), name))

    def pad(self) -> None:
        """Adds leaves that stand for nothing, up to a whole bundle of the published log.

        How many records there are is no figure of any release, so that the size of the log, and the place of a leaf
        that names a document, must not tell it. A log that ends with a whole bundle, or with a leaf that names a
        document, says how many bundles and documents there are.
        """
        last = self.store.rows("select kind from leaf where seq = ?", (self._seq - 1,))
        while self._seq % PADDED_TO and last and last[0][0] == "record":
            self.append("padding", {PADDING.padding_id: str(self._seq)}, "collect", "register")

    def add_public(self, leaf: bytes) -> int:
        """Adds a leaf that names a document, behind a whole bundle; gives its number."""
        self.pad()
        seq = self._seq
        self._leaf(seq, "public", leaf)
        return seq

    def erased(self, seqs: Sequence[int]) -> None:
        """Rows of these leaves were deleted in this transaction: nothing of them is to be read back."""
        for closed in self._closed.values():
            for seq in set(closed).intersection(seqs):
                del closed[seq]

    def read_back(self) -> None:
        """Refuses to go on where what was written is not there as it was written.

        Every leaf and row is counted; of each table no more than some hundred rows are held against their leaves, those
        first written and some of all others. A trigger, a rule or a view that could have changed the rest is refused.
        """
        check_guard(self.store)
        (count,) = self.store.rows("select count(*) from leaf where seq >= ?", (self._first,))[0]
        if count != self._seq - self._first:
            raise _not_kept("leaf", self._seq - self._first, count)
        for table, many in self._written.items():
            asked = f"select count(*) from {table}_version where opened_seq >= ?"
            (count,) = self.store.rows(asked, (self._first,))[0]
            if count != many:
                raise _not_kept(table, many, count)
            same = self._kept(table, self._leaves[table])
            if same != len(self._leaves[table]):
                raise _not_kept(table, len(self._leaves[table]), same)
        for table, closed in self._closed.items():
            asked = f"select count(*) from {table}_version where opened_seq = ? and closed_seq = ?"
            same = sum(self.store.rows(asked, pair)[0][0] for pair in closed.items())
            if same != len(closed):
                raise _not_kept(table, len(closed), same)

    def _kept(self, table: str, leaves: Mapping[int, bytes]) -> int:
        """How many rows of a table, and their leaves, are there as they were written."""
        seqs = tuple(leaves)
        among = f"in ({', '.join('?' * len(seqs))})"
        there = dict(self.store.rows(f"select seq, bytes from leaf where seq {among}", seqs))
        versions = [
            read_version(table, row)
            for row in self.store.rows(f"{version_select(table)} where x.opened_seq {among}", seqs)
        ]
        return sum(
            version.opened_seq in there
            and version.leaf() == leaves[version.opened_seq] == bytes(there[version.opened_seq])
            for version in versions
        )

    def _note(self, table: str, seqs: Sequence[int], leaves: Sequence[bytes]) -> None:
        """Remembers what is to be read back."""
        self._written[table] += len(seqs)
        kept = self._leaves.setdefault(table, {})
        room = _READ_BACK - len(kept)
        step = max(1, -(-len(seqs) // room)) if room > 0 else len(seqs)
        kept.update(zip(seqs[::step], leaves[::step], strict=True))

    def _leaf(self, seq: int, kind: str, leaf: bytes) -> None:
        self.store.run(LEAF_SQL, (seq, self.moment, kind, leaf))
        self._seq = seq + 1


def _iso(moment: str | dt.datetime) -> str:
    return moment if isinstance(moment, str) else moment_text(moment)


def _not_kept(table: str, written: int, found: int) -> Refusal:
    where, said = (
        f"the database, {table}",
        f"of {written} rows that were written, {found} are there as they were written",
    )
    remedy = "look for triggers, rules and other programs on the database; nothing of this was recorded"
    return Refusal("write-not-kept", where, said, "a database that stores what it is given", remedy)


@lru_cache(maxsize=64)
def _charter_of(data: bytes, name: str) -> Charter:
    """A version of the charter, cached because a register reads it often."""
    return read_charter(data, name)


@cache
def insert_sql(table: str, filled: tuple[str, ...]) -> str:
    columns = ("opened_seq", "change", "proposed_by", "salt", Table.recorded_at, *filled)
    return f"insert into {table}_version ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"


@cache
def close_sql(table: str) -> str:
    return f"update {table}_version set closed_seq = ?, closed_at = ? where opened_seq = ?"


def row_values(table: str, given: dict[str, Cell]) -> dict[str, Cell]:
    """Every kept column of a table in its order, those not given absent."""
    return {**_nothing(table), **given}


@cache
def _nothing(table: str) -> dict[str, Cell]:
    return dict.fromkeys(kept_columns(table))
