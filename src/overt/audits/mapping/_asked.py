"""What a draft asks of a source, whether its rows were loaded or lie on a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb

from overt.audits.mapping._convert import convert
from overt.audits.mapping._dates import has_clock
from overt.audits.mapping._guesses import SourceColumn
from overt.audits.mapping._profile import ColumnProfile, profile_table
from overt.audits.source._account import SourceTable
from overt.audits.source._sandbox import quoted_name
from overt.model import Kind


class Asked(Protocol):
    """Questions about the tables of a source, each answered from all of its rows."""

    @property
    def takes_alike_as_one(self) -> bool:
        """Whether `source_rows` in a mapping stands for all tables of a source that are alike."""

    def profiles(self, table: SourceTable) -> list[ColumnProfile]:
        """How full each column is and how many values it has, in the order of the columns."""

    def values(self, table: SourceTable, columns: Sequence[SourceColumn]) -> list[dict[str, int]]:
        """The values of columns of text that are not blank, each with its rows, in the order of the columns."""

    def bad(self, table: SourceTable, column: SourceColumn, kind: Kind) -> int | None:
        """How many values cannot be turned into a kind; `None` if the types have no bridge."""

    def has_clock(self, table: SourceTable, column: SourceColumn) -> bool:
        """Whether any value of the column says a time of day."""

    def texts(self, table: SourceTable, column: SourceColumn) -> tuple[duckdb.DuckDBPyConnection, str]:
        """A relation, and its connection, of which the column can be read as dates as in the source itself."""

    def number(self, table: SourceTable) -> str:
        """SQL for the number of a row in a mapping."""


@dataclass(frozen=True)
class AskedHere:
    """A source that was loaded; the connection comes from `open_workshop`."""

    connection: duckdb.DuckDBPyConnection
    takes_alike_as_one = True

    def profiles(self, table: SourceTable) -> list[ColumnProfile]:
        """By one query for each column and table."""
        return profile_table(self.connection, table.name)

    def values(self, table: SourceTable, columns: Sequence[SourceColumn]) -> list[dict[str, int]]:
        """By one query for each column."""
        return [
            values_of(self.connection, f"select {column.sql} as value, 1 as times from {_rows(table)}")
            for column in columns
        ]

    def bad(self, table: SourceTable, column: SourceColumn, kind: Kind) -> int | None:
        """By the conversions that a mapping uses."""
        conversion = convert(column.sql, column.type, kind)
        if conversion is None:
            return None
        if conversion.bad is None:
            return 0
        row = self.connection.execute(f"select count(*) from {_rows(table)} where {conversion.bad}").fetchone()
        return int(row[0]) if row else 0

    def has_clock(self, table: SourceTable, column: SourceColumn) -> bool:
        """By the first value that does."""
        return has_clock(self.connection, _rows(table), column)

    def texts(self, table: SourceTable, column: SourceColumn) -> tuple[duckdb.DuckDBPyConnection, str]:
        """The table itself."""
        return self.connection, _rows(table)

    def number(self, table: SourceTable) -> str:
        """The place in the source."""
        return "_row"


def values_of(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    """The values that are not blank of a select of `value` and `times`, sorted, each with its rows."""
    asked = f"select value, sum(times) from ({rows}) as rows where trim(value) <> '' group by 1 order by 1"
    return {str(value): int(count) for value, count in connection.execute(asked).fetchall()}


def _rows(table: SourceTable) -> str:
    return f"source.{quoted_name(table.name)}"
