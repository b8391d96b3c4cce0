"""Holds the register against its leaves: every row fits its leaf, and every leaf has its row or its erasure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from overt.register._pseudonyms import PSEUDONYMS_KIND
from overt.register._record import Values, Version, moment_text
from overt.register._register import Register
from overt.register._schema import KEPT_TABLES, identity


@dataclass(frozen=True)
class Discrepancy:
    """Something that does not fit: which leaf, in which table, and what. No value of a record is shown."""

    seq: int | None
    table: str
    found: str


def check_register(register: Register) -> Iterator[Discrepancy]:
    """Everything in which rows and leaves differ; nothing when they agree."""
    with register.store.reading():
        yield from _leaves(register)
        for table in KEPT_TABLES:
            yield from _rows(register, table)


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
        yield Discrepancy(seq, "leaf", "no row and no erasure")
    back = rows(f"select seq from erased where seq in ({opened}) order by seq")
    for (seq,) in back:
        yield Discrepancy(seq, "erased", "the row of an erased record is there")
    previous = ""
    for seq, recorded_at in register.store.stream("select seq, recorded_at from leaf order by seq"):
        moment = recorded_at if isinstance(recorded_at, str) else moment_text(recorded_at)
        if moment < previous:
            yield Discrepancy(seq, "leaf", "recorded before the leaf in front of it")
        previous = moment


def _rows(register: Register, table: str) -> Iterator[Discrepancy]:
    """Each version against its leaf, and against the next version of the same key."""
    standing: dict[tuple[object, ...], Version] = {}
    names = identity(table)
    for version in register.versions(table):
        yield from _row(register, version)
        key = tuple(version.values[name] for name in names)
        before = standing.pop(key, None)
        if before is not None and before.closed_seq != version.opened_seq:
            yield Discrepancy(before.opened_seq, table, "not closed by the next version of its key")
        if before is not None and version.change != "alter":
            yield Discrepancy(version.opened_seq, table, "a second version that says it is the first")
        standing[key] = Version(**{**version.__dict__, "values": _none(version.values)})
    gone = {row[0] for row in register.store.rows("select seq from erased")}
    # Under another pseudonym key a row whose key is a pseudonym goes on under another key of its own.
    rekeyed = _rekeyed(register, table) if "subject_id" in names else set()
    for version in standing.values():
        if version.closed_seq is not None and version.closed_seq not in gone | rekeyed:
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
    moment = recorded_at if isinstance(recorded_at, str) else moment_text(recorded_at)
    if kind != "record" or bytes(data) != version.leaf():
        yield Discrepancy(version.opened_seq, version.table, "the row is not what its leaf commits to")
    elif moment != version.recorded_at:
        yield Discrepancy(version.opened_seq, version.table, "recorded at another moment than its leaf")
    if version.closed_seq is not None:
        closing = register.store.rows("select recorded_at from leaf where seq = ?", (version.closed_seq,))
        at = closing[0][0] if closing else None
        at = at if at is None or isinstance(at, str) else moment_text(at)
        if at != version.closed_at:
            yield Discrepancy(version.opened_seq, version.table, "closed at another moment than its closing leaf")


def _none(values: Values) -> Values:
    return dict.fromkeys(values)
