"""What a mapping filled: kept with the loaded source, so that an audit that stops goes on with the same."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import duckdb

from overt.audits.mapping._account import ColumnRead, TableRead, table_read
from overt.audits.mapping._mapping import Mapping
from overt.audits.mapping._repeats import Repeat


@dataclass(frozen=True)
class Filled:
    """Which tables and columns of the model the source fills, and with how many rows.

    `outside` are columns of the source that no mapping names and the model does not know; they are not
    read. `notes` say what was taken for granted, `read` what became of the values of each table, `repeats` of which
    tables several rows have one key, and `numbered` are those numbered by the rows of the source.
    """

    columns: dict[str, frozenset[str]]
    rows: dict[str, int]
    outside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    read: tuple[TableRead, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    numbered: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[ColumnRead, ...]:
        """The columns of which so much was lost that it is named beside every count that rests on them."""
        return tuple(column for table in self.read for column in table.columns if column.is_worth_naming)

    def repeat_of(self, table: str) -> Repeat | None:
        """How the key of a table repeats, if it does."""
        return next((each for each in self.repeats if each.table == table), None)

    def as_json(self) -> str:
        """The same as text that `filled_from_json` reads back."""
        columns = {table: sorted(columns) for table, columns in self.columns.items()}
        kept = {"columns": columns, "rows": self.rows, "outside": self.outside, "notes": self.notes}
        kept |= {"read": [asdict(each) for each in self.read], "repeats": [asdict(each) for each in self.repeats]}
        kept |= {"numbered": self.numbered}
        return json.dumps(kept)


def filled_from_json(text: str) -> Filled:
    """What `as_json` wrote."""
    kept = json.loads(text)
    columns = {table: frozenset(columns) for table, columns in kept["columns"].items()}
    read = tuple(table_read(each) for each in kept["read"])
    repeats = tuple(Repeat(**each) for each in kept["repeats"])
    outside, notes, numbered = (tuple(kept[name]) for name in ("outside", "notes", "numbered"))
    return Filled(columns, kept["rows"], outside, notes, read, repeats, numbered)


def read_filled(connection: duckdb.DuckDBPyConnection, mapping: Mapping | None) -> Filled | None:
    """What the database was filled with through this mapping, or `None` if that was never finished."""
    try:
        row = connection.execute("select filled from overt.filled where mapping = $1", [_key(mapping)]).fetchone()
    except duckdb.CatalogException:
        return None
    return filled_from_json(str(row[0])) if row else None


def keep_filled(connection: duckdb.DuckDBPyConnection, filled: Filled, mapping: Mapping | None) -> None:
    """Written last: without it the filling is not whole."""
    connection.execute("begin")
    connection.execute("create schema if not exists overt")
    connection.execute("create table overt.filled (mapping varchar, filled varchar)")
    connection.execute("insert into overt.filled values ($1, $2)", [_key(mapping), filled.as_json()])
    connection.execute("commit")


def _key(mapping: Mapping | None) -> str:
    return mapping.digest if mapping else "no mapping"
