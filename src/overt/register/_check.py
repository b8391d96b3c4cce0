"""Holds the register against its leaves: every row fits its leaf, and every leaf has its row or its erasure.

Whatever stands in the database, a check says what does not fit and where; it does not stop at it. So values are looked
at by their types before anything is made of them.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from overt.ledger import RecordLeaf, read_leaf
from overt.model import KEPT_TABLES, SUBJECT, Kind
from overt.refusals import Refusal
from overt.register._discrepancy import Discrepancy
from overt.register._engine import check_engine
from overt.register._journal import names_of
from overt.register._pseudonyms import PSEUDONYMS_KIND
from overt.register._record import Values, Version, moment_text, read_version, version_select
from overt.register._register import Register
from overt.register._schema import identity, kept_columns

# What damaged bytes can end in, in the driver or in what reads its values.
UNREADABLE = (sqlite3.Error, ValueError, TypeError, OverflowError, MemoryError)
_BYTES = (bytes, memoryview)
_MOMENT = (str, dt.datetime)
_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool, int),
    Kind.DATE: (str, dt.date),
    Kind.TIMESTAMP: _MOMENT,
}
_FIXED: tuple[tuple[type, ...], ...] = (
    (int,),
    (int, type(None)),
    (*_MOMENT, type(None)),
    (str,),
    (str,),
    _BYTES,
    _MOMENT,
)


def check_register(register: Register) -> Iterator[Discrepancy]:
    """Everything in which rows and leaves differ, and every fault of the engine's; nothing when they agree."""
    with register.store.reading():
        yield from _carefully("the database", check_engine(register.store))
        damaged = list(_carefully("leaf", _types_of_leaves(register)))
        yield from damaged
        if damaged:
            # Nothing can be held against leaves that cannot be read.
            return
        yield from _carefully("leaf", _leaves(register))
        yield from _carefully("erased", _erased(register))
        gone = {row[0] for row in register.store.rows("select seq from erased")}
        for table in KEPT_TABLES:
            yield from _carefully(table, _rows(register, table, gone))


def _carefully(table: str, discrepancies: Iterator[Discrepancy]) -> Iterator[Discrepancy]:
    """What is found, and whatever stops the search as one thing more."""
    try:
        yield from discrepancies
    except UNREADABLE as error:
        yield Discrepancy(None, table, f"it cannot be read to its end ({type(error).__name__})")
    except Refusal as refusal:
        yield Discrepancy(None, table, f"{refusal.code}: {refusal.where}: {refusal.found}")


def _types_of_leaves(register: Register) -> Iterator[Discrepancy]:
    for seq, recorded_at, kind, data in register.store.stream("select seq, recorded_at, kind, bytes from leaf"):
        if not isinstance(seq, int) or not isinstance(recorded_at, _MOMENT) or not isinstance(data, _BYTES):
            yield Discrepancy(seq if isinstance(seq, int) else None, "leaf", "a value of another kind than it must be")
            continue
        try:
            right = "record" if isinstance(read_leaf(bytes(data)), RecordLeaf) else "public"
        except Refusal as refusal:
            yield Discrepancy(seq, "leaf", refusal.found)
            continue
        if kind != right:
            yield Discrepancy(seq, "leaf", "it says that it is a leaf of the other kind")


def _leaves(register: Register) -> Iterator[Discrepancy]:
    rows = register.store.rows
    count, size = rows("select count(*), coalesce(max(seq) + 1, 0) from leaf")[0]
    if count != size:
        yield Discrepancy(None, "leaf", f"{size - count} leaves are missing between the first and the last")
    opened = " union all ".join(f"select opened_seq from {name}_version" for name in KEPT_TABLES)
    lost = rows(
        f"select seq from leaf where kind = 'record' and seq not in ({opened} union all select seq from erased)"
        " order by seq"
    )
    for (seq,) in lost:
        yield Discrepancy(seq, "leaf", "the row is missing and was not erased")
    back = rows(f"select seq from erased where seq in ({opened}) order by seq")
    for (seq,) in back:
        yield Discrepancy(seq, "erased", "the row of an erased record is there")
    previous = ""
    for seq, recorded_at in register.store.stream("select seq, recorded_at from leaf order by seq"):
        moment = _moment(recorded_at)
        if moment < previous:
            yield Discrepancy(seq, "leaf", "dated earlier than the entry before it")
        previous = moment


def _moment(value: str | dt.datetime) -> str:
    return value if isinstance(value, str) else moment_text(value)


def _erased(register: Register) -> Iterator[Discrepancy]:
    """Each erased leaf is named by the record of its erasure, itself a later leaf, and each that is named is erased."""
    rows = register.store.rows
    size = register.size()
    first = dict(rows("select erasure_id, min(opened_seq) from erasure_version group by erasure_id"))
    named: dict[str, set[int]] = {}
    for seq, number, text in rows(
        "select opened_seq, erasure_id, leaves from erasure_version where closed_seq is null"
    ):
        try:
            named[number] = names_of(text or "", size)
        except (ValueError, AttributeError):
            yield Discrepancy(seq, "erasure", "it does not name leaves of this register")
    erased = rows("select seq, erasure_id from erased order by seq")
    for seq, number in erased:
        if number not in named:
            yield Discrepancy(seq, "erased", "no record of an erasure bears the number under which it is erased")
        elif seq not in named[number] or seq >= first[number]:
            yield Discrepancy(seq, "erased", "the record of its erasure does not name it")
    gone = {row[0] for row in erased}
    for number, seqs in named.items():
        for seq in sorted(seqs - gone):
            yield Discrepancy(
                seq, "erased", f"the record of an erasure (leaf {first[number]}) names it; it is not there"
            )
    public = rows("select seq from erased where seq not in (select seq from leaf where kind = 'record') order by seq")
    for (seq,) in public:
        yield Discrepancy(seq, "erased", "no leaf of a record")


def _versions(register: Register, table: str) -> Iterator[Version | Discrepancy]:
    """The versions of a table; in place of one with values of the wrong types, that it has them."""
    kinds = [KEPT_TABLES[table].by_name[name].kind for name in kept_columns(table)]
    for row in register.store.stream(f"{version_select(table)} order by x.opened_seq"):
        yield read_version(table, row) if _is_typed(row, kinds) else _untyped(table, row[0])


def _untyped(table: str, seq: object) -> Discrepancy:
    return Discrepancy(seq if isinstance(seq, int) else None, table, "a value of another kind than its column has")


def _is_typed(row: Sequence[Any], kinds: Sequence[Kind]) -> bool:
    if not all(isinstance(cell, wanted) for cell, wanted in zip(row, _FIXED, strict=False)):
        return False
    for cell, kind in zip(row[len(_FIXED) :], kinds, strict=True):
        if cell is not None and not isinstance(cell, _TYPES[kind]):
            return False
        # Any other number would be read as true, and be another value to a control.
        if kind is Kind.BOOLEAN and cell not in (None, 0, 1):
            return False
    return True


def _rows(register: Register, table: str, gone: set[int]) -> Iterator[Discrepancy]:
    """Each version against its leaf, and against the next version of the same key."""
    standing: dict[tuple[object, ...], Version] = {}
    names = identity(table)
    for version in _versions(register, table):
        if isinstance(version, Discrepancy):
            yield version
            continue
        yield from _row(register, version)
        key = tuple(version.values[name] for name in names)
        before = standing.pop(key, None)
        if before is not None and before.closed_seq != version.opened_seq and before.closed_seq not in gone:
            yield Discrepancy(before.opened_seq, table, "not closed by the next version of its key")
        if before is not None and version.change != "alter":
            yield Discrepancy(version.opened_seq, table, "a second version that says it is the first")
        standing[key] = Version(**{**version.__dict__, "values": _none(version.values)})
    # An entry or a person is erased with all its versions, so that none can have been closed by an erased one.
    closing = set() if table in ("entry", "subject") else gone
    # Under another pseudonym key a row whose key is a pseudonym goes on under another key of its own.
    rekeyed = _rekeyed(register, table) if SUBJECT.subject_id in names else set()
    for version in standing.values():
        if version.closed_seq is not None and version.closed_seq not in closing | rekeyed:
            yield Discrepancy(version.opened_seq, table, "closed, and no later version of its key is there")


def _rekeyed(register: Register, table: str) -> set[int]:
    """The leaves that opened versions of a table in the same transactions as a leaf that names a pseudonym key."""
    rows = register.store.rows(
        f"select x.opened_seq from {table}_version x where x.change = 'alter' and x.recorded_at in"
        " (select recorded_at from leaf where kind = 'public' and bytes >= ? and bytes < ?)",
        (f"overt:public:v1 {PSEUDONYMS_KIND} ".encode(), f"overt:public:v1 {PSEUDONYMS_KIND}!".encode()),
    )
    return {row[0] for row in rows}


def _row(register: Register, version: Version) -> Iterator[Discrepancy]:
    leaf = register.store.rows("select kind, bytes, recorded_at from leaf where seq = ?", (version.opened_seq,))
    if not leaf:
        yield Discrepancy(version.opened_seq, version.table, "a row without a leaf")
        return
    kind, data, recorded_at = leaf[0]
    if kind != "record" or bytes(data) != _leaf_of(version):
        yield Discrepancy(version.opened_seq, version.table, "the row does not match its ledger entry")
    elif _moment(recorded_at) != version.recorded_at:
        yield Discrepancy(version.opened_seq, version.table, "recorded at another moment than its leaf")
    if version.closed_seq is None:
        if version.closed_at is not None:
            yield Discrepancy(version.opened_seq, version.table, "closed at a moment, and by no leaf")
        return
    closing = register.store.rows("select recorded_at from leaf where seq = ?", (version.closed_seq,))
    if not closing or _moment(closing[0][0]) != version.closed_at:
        yield Discrepancy(version.opened_seq, version.table, "closed at another moment than its closing leaf")


def _leaf_of(version: Version) -> bytes | None:
    """The leaf of a row; none where its values cannot be a record's."""
    try:
        return version.leaf()
    except Refusal:
        return None


def _none(values: Values) -> Values:
    return dict.fromkeys(values)
