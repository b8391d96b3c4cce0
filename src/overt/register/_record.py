"""A record: what one leaf of the ledger commits to, written from the columns of its row.

The same bytes come out when the record is admitted and whenever its row is read again, so that nothing
is stored twice and a row that was tampered with no longer fits its leaf.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overt.ledger import commitment, record_leaf
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
        """The record that the leaf commits to."""
        return body(self.table, self.values, self.change, self.proposed_by, self.recorded_at)

    def leaf(self) -> bytes:
        """The leaf as it must stand in the ledger."""
        return record_leaf(commitment(self.body(), self.salt))


def body(table: str, values: Values, change: str, proposed_by: str, recorded_at: str) -> dict[str, Any]:
    """A record: its values by column, absent ones left out, and behind an @ what is said of it."""
    fields = {"@action": change, "@recorded_at": recorded_at, "@recorded_by": proposed_by, "@table": table}
    return fields | {name: value for name, value in values.items() if value is not None}


def moment_text(moment: dt.datetime) -> str:
    """Format a timestamp as registers store it: UTC, without a time zone suffix."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment.isoformat(sep=" ")


_FROM_STORE: dict[Kind, Callable[[Any], Cell]] = {
    Kind.TEXT: lambda value: value,
    Kind.INTEGER: lambda value: value,
    Kind.NUMBER: float,
    Kind.BOOLEAN: bool,
    Kind.DATE: lambda value: value if isinstance(value, str) else value.isoformat(),
    Kind.TIMESTAMP: lambda value: value if isinstance(value, str) else value.isoformat(sep=" "),
}


def read_version(table: str, row: Sequence[Any]) -> Version:
    """A version from a row of `version_select`."""
    opened, closed, closed_at, change, by, salt, recorded_at, *cells = row
    kinds = KEPT_TABLES[table].by_name
    values = {
        name: None if cell is None else _FROM_STORE[kinds[name].kind](cell)
        for name, cell in zip(kept_columns(table), cells, strict=True)
    }
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


def version_select(table: str) -> str:
    """A select of versions as `read_version` reads them; a condition may follow."""
    columns = ", ".join(f"x.{name}" for name in kept_columns(table))
    fixed = "x.opened_seq, x.closed_seq, x.closed_at, x.change, x.proposed_by, x.salt, x.recorded_at"
    return f"select {fixed}, {columns} from {table}_version as x"
