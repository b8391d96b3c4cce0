"""Writes rows with their leaves: admitted and sequenced are one fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from hashlib import sha256
from itertools import repeat

from overt.ledger import SALT_SIZE, WIDTH, public_leaf
from overt.model import PADDING, Table
from overt.refusals import Refusal
from overt.register._guard import check_guard
from overt.register._record import Cell, Provenance, Values, leaf_of, read_version, version_select
from overt.register._schema import kept_columns
from overt.register._store import Store

Entropy = Callable[[int], bytes]


# As many leaves as a full bundle of the published log has (C2SP tlog-tiles).
PADDED_TO = WIDTH
LEAF_SQL = "insert into leaf (seq, recorded_at, kind, bytes) values (?, ?, ?, ?)"
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

    def draw_salts(self, count: int) -> list[bytes]:
        """A new salt for each of so many records."""
        drawn = self.entropy(SALT_SIZE * count)
        return [drawn[at : at + SALT_SIZE] for at in range(0, len(drawn), SALT_SIZE)]

    def append(self, table: str, values: Values, change: str, by: str, closes: int | None = None) -> int:
        """Opens a version of a row and adds its leaf; `closes` is the leaf that opened the version it replaces."""
        seq, salt = self._seq, self.entropy(SALT_SIZE)
        leaf = leaf_of(Provenance(change, self.moment, by, table), kept_columns(table), values.values(), salt)
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
        first, salts = self._seq, self.draw_salts(len(rows))
        provenance = {table: Provenance("collect", self.moment, by, table) for table, _ in rows}
        leaves = [
            leaf_of(provenance[table], kept_columns(table), values.values(), salt)
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
            query = f"select count(*) from {table}_version where opened_seq >= ?"
            (count,) = self.store.rows(query, (self._first,))[0]
            if count != many:
                raise _not_kept(table, many, count)
            same = self._kept(table, self._leaves[table])
            if same != len(self._leaves[table]):
                raise _not_kept(table, len(self._leaves[table]), same)
        for table, closed in self._closed.items():
            query = f"select count(*) from {table}_version where opened_seq = ? and closed_seq = ?"
            same = sum(self.store.rows(query, pair)[0][0] for pair in closed.items())
            if same != len(closed):
                raise _not_kept(table, len(closed), same)

    def _kept(self, table: str, leaves: Mapping[int, bytes]) -> int:
        """How many rows of a table, and their leaves, are there as they were written."""
        # All that was written, as of a small transaction, is one statement however many rows there are.
        all_of_it = len(leaves) == self._written[table]
        among = ">= ?" if all_of_it else f"in ({', '.join('?' * len(leaves))})"
        rows = self.store.rows(
            f"{version_select(table, with_leaf=True)} where x.opened_seq {among}",
            (self._first,) if all_of_it else tuple(leaves),
        )
        versions = ((read_version(table, version), bytes(leaf)) for leaf, *version in rows)
        return sum(version.leaf() == leaf == leaves.get(version.opened_seq) for version, leaf in versions)

    def _note(self, table: str, seqs: Sequence[int], leaves: Sequence[bytes]) -> None:
        """Remembers what is to be read back."""
        self._written[table] += len(seqs)
        of_table = self._leaves.setdefault(table, {})
        room = _READ_BACK - len(of_table)
        step = max(1, -(-len(seqs) // room)) if room > 0 else len(seqs)
        of_table.update(zip(seqs[::step], leaves[::step], strict=True))

    def _leaf(self, seq: int, kind: str, leaf: bytes) -> None:
        self.store.run(LEAF_SQL, (seq, self.moment, kind, leaf))
        self._seq = seq + 1


def _not_kept(table: str, written: int, matching: int) -> Refusal:
    where, problem = (
        f"the database, {table}",
        f"of {written} rows that were written, {matching} are there as they were written",
    )
    remedy = "look for triggers, rules and other programs on the database; nothing of this was recorded"
    return Refusal("write-not-kept", where, problem, "a database that stores what it is given", remedy)


@cache
def insert_sql(table: str, filled: tuple[str, ...]) -> str:
    columns = ("opened_seq", "change", "proposed_by", "salt", Table.recorded_at, *filled)
    return f"insert into {table}_version ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"


@cache
def close_sql(table: str) -> str:
    return f"update {table}_version set closed_seq = ?, closed_at = ? where opened_seq = ?"


def row_values(table: str, cells: dict[str, Cell]) -> dict[str, Cell]:
    """Every kept column of a table in its order, those not given absent."""
    return {**_nothing(table), **cells}


@cache
def _nothing(table: str) -> dict[str, Cell]:
    return dict.fromkeys(kept_columns(table))
