"""A record: what one leaf of the ledger commits to, written from the columns of its row.

The same bytes come out when the record is admitted and whenever its row is read again, so that nothing
is stored twice and a row that was tampered with no longer fits its leaf.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from overt.ledger import CanonicalFields, commitment_to, record_leaf
from overt.model import KEPT_TABLES, Kind
from overt.register._schema import kept_columns

Cell = str | int | float | bool | None
Values = Mapping[str, Cell]


@dataclass(frozen=True)
class Version:
    """One version of one row: which leaf opened it and which closed it, and what it says.

    `change` is `collect` for the first version of a key and `alter` for later ones. `values` has every
    kept column. The salt is secret: with it, and only with it, the leaf can be tied to the record.
    """

    table: str
    opened_seq: int
    recorded_at: str
    change: str
    proposed_by: str
    values: Values
    salt: bytes
    closed_seq: int | None = None
    closed_at: str | None = None

    def body(self) -> dict[str, Any]:
        """The record that the leaf commits to, absent values left out; a name behind an @ is said of it."""
        fields = zip((*_PROVENANCE, *self.values), (*self._provenance, *self.values.values()), strict=True)
        return {name: value for name, value in fields if value is not None}

    def leaf(self) -> bytes:
        """The leaf as it must stand in the ledger."""
        return leaf_of(self._provenance, tuple(self.values), self.values.values(), self.salt)

    @property
    def _provenance(self) -> Provenance:
        return Provenance(self.change, self.recorded_at, self.proposed_by, self.table)


class Provenance(NamedTuple):
    """What a record says beside its values: how it came in, when, by whom and into which table."""

    change: str
    recorded_at: str
    proposed_by: str
    table: str


# The names of these fields in a record.
_PROVENANCE = ("@action", "@recorded_at", "@recorded_by", "@table")


def leaf_of(provenance: Provenance, columns: tuple[str, ...], cells: Iterable[Cell], salt: bytes) -> bytes:
    """The leaf of a record that has these cells in these columns; one that is None is absent. See `Version.body`."""
    return record_leaf(commitment_to(_fields(columns).write((*provenance, *cells)), salt))


@cache
def _fields(columns: tuple[str, ...]) -> CanonicalFields:
    return CanonicalFields((*_PROVENANCE, *columns))


def moment_text(moment: dt.datetime) -> str:
    """Format a timestamp as registers store it: UTC, without a time zone suffix."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment.isoformat(sep=" ")


# What a driver gives in another form than the record has; texts and whole numbers come as they are.
_FROM_STORE: dict[Kind, Callable[[Any], Cell]] = {
    Kind.NUMBER: float,
    Kind.BOOLEAN: bool,
    Kind.DATE: lambda value: value if isinstance(value, str) else value.isoformat(),
    Kind.TIMESTAMP: lambda value: value if isinstance(value, str) else value.isoformat(sep=" "),
}


def read_version(table: str, row: Sequence[Any]) -> Version:
    """A version from a row of `version_select`."""
    opened, closed, closed_at, change, by, salt, recorded_at, *cells = row
    values = dict(zip(kept_columns(table), cells, strict=True))
    for name, from_store in _read_from_store(table):
        if values[name] is not None:
            values[name] = from_store(values[name])
    as_text = _FROM_STORE[Kind.TIMESTAMP]
    return Version(
        table,
        opened,
        str(as_text(recorded_at)),
        change,
        by,
        values,
        bytes(salt),
        closed,
        None if closed_at is None else str(as_text(closed_at)),
    )


@cache
def _read_from_store(table: str) -> tuple[tuple[str, Callable[[Any], Cell]], ...]:
    kinds = {name: KEPT_TABLES[table].by_name[name].kind for name in kept_columns(table)}
    return tuple((name, _FROM_STORE[kind]) for name, kind in kinds.items() if kind in _FROM_STORE)


@cache
def version_select(table: str, *, with_leaf: bool = False) -> str:
    """A select of versions as `read_version` reads them, after the leaf where it is wanted; a condition may follow."""
    columns = ", ".join(f"x.{name}" for name in kept_columns(table))
    fixed = "x.opened_seq, x.closed_seq, x.closed_at, x.change, x.proposed_by, x.salt, x.recorded_at"
    rows = f"{fixed}, {columns} from {table}_version as x"
    return f"select leaf.bytes, {rows} join leaf on leaf.seq = x.opened_seq" if with_leaf else f"select {rows}"
