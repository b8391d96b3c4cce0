"""What each column of the source says: how full it is, how many values it has, and whether another column fixes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb

from overt.audits.mapping._convert import TYPES
from overt.audits.mapping._distinct import conditions
from overt.audits.mapping._mapping import FILLED_BY_OVERT
from overt.audits.source._account import SourceAccount
from overt.audits.source._sandbox import quoted_name
from overt.audits.source._texts import filled_sql, is_filled
from overt.model import TABLES

# Columns of so many values, blank being one of them, are looked at, and how many rows each value must have.
FEWEST, MOST = 2, 200
ROWS_A_VALUE = 20
_SAMPLE = 200_000
COMPARED = 64
# Each distinct count holds a table of its own: all pairs of 64 columns at once outgrow the memory allowed.
_PAIRS_AT_ONCE = 32


# column_name, source_table, row_count, filled_count, distinct_count, determined_by
_Row = tuple[str, str, int, int, int | None, str | None]


@dataclass(frozen=True)
class ColumnFill:
    """How complete a column of the source is: how many of its rows hold a value."""

    table: str
    column: str
    rows: int
    filled: int


@dataclass(frozen=True)
class ColumnProfile:
    """One column of the source.

    `filled` rows have a value that is not blank and `distinct` counts those values. `determined_by` is a
    column of the same table whose value always fixes this one's.
    """

    table: str
    column: str
    rows: int
    filled: int
    distinct: int
    determined_by: str | None = None

    @property
    def name(self) -> str:
        """The column as `table.column`."""
        return f"{self.table}.{self.column}"

    @property
    def fixed_by(self) -> str | None:
        """The column that fixes this one, as `table.column`."""
        return f"{self.table}.{self.determined_by}" if self.determined_by else None


def profile_columns(connection: duckdb.DuckDBPyConnection) -> list[ColumnProfile]:
    """Profiles every column of the schema `source`, in order, and writes the model's table `source_column`.

    All counts are exact. Whether one column fixes another is looked for among columns of 2 to 200
    values, blank being one of them, the first 64 of a table; a column that fixes others must have 20
    rows for each of its values on average, or it would be chance. Where several do, the one with the
    fewest values is named, of these the first.
    """
    profiles = [each for table in _tables(connection) for each in profile_table(connection, table)]
    _write(connection, [(e.name, e.table, e.rows, e.filled, e.distinct, e.fixed_by) for e in profiles])
    return profiles


def count_filled(connection: duckdb.DuckDBPyConnection, account: SourceAccount) -> None:
    """Writes `source_column` with the filled rows of every column, as loading counted them, and nothing else."""
    rows: list[_Row] = [
        (f"{table.name}.{column}", table.name, table.rows, filled, None, None)
        for table in sorted(account.tables, key=lambda table: table.name)
        for (column, _), filled in zip(table.columns, table.filled, strict=True)
    ]
    _write(connection, rows)


def is_profiled(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether `source_column`, once written, says more than how many rows are filled."""
    row = connection.execute(f"select count(*) = count(distinct_count) from main.{FILLED_BY_OVERT}").fetchone()
    return bool(row and row[0])


def profile_table(connection: duckdb.DuckDBPyConnection, table: str) -> list[ColumnProfile]:
    """The full profiles of one table's columns."""
    source = f"source.{quoted_name(table)}"
    described = _described(connection, source)
    row = connection.execute(f"select count(*) from {source}").fetchone()
    rows = int(row[0]) if row else 0
    counts = [_count(connection, source, quoted_name(name), kind, rows) for name, kind in described]
    few = []
    for (name, kind), (filled, distinct) in zip(described, counts, strict=True):
        values = distinct + (filled < rows)
        if FEWEST <= values <= MOST:
            few.append(_Few(name, _value(quoted_name(name), kind), values))
    fixed = _determined(connection, source, few[:COMPARED], rows)
    return [
        ColumnProfile(table, name, rows, filled, distinct, fixed.get(name))
        for (name, _), (filled, distinct) in zip(described, counts, strict=True)
    ]


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    names = "select table_name from information_schema.tables where table_schema = 'source' order by table_name"
    return [str(name) for (name,) in connection.execute(names).fetchall()]


def _described(connection: duckdb.DuckDBPyConnection, source: str) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in connection.execute(f"describe {source}").fetchall()]


@dataclass(frozen=True)
class _Few:
    """A column of few values: its name, SQL for its value with blanks as null, and how many values it has."""

    name: str
    sql: str
    values: int


def _count(connection: duckdb.DuckDBPyConnection, source: str, column: str, kind: str, rows: int) -> tuple[int, int]:
    """Filled rows and different values."""
    filled, distinct = 0, 0
    for condition in conditions(connection, column, rows):
        # Grouping is four times as fast as count(distinct …) where values are many.
        where = f"{is_filled(column, kind)} and {condition}"
        grouped = f"select count(*) as rows from {source} where {where} group by {column}"
        row = connection.execute(f"select coalesce(sum(rows), 0), count(*) from ({grouped})").fetchone() or (0, 0)
        filled, distinct = filled + int(row[0]), distinct + int(row[1])
    return filled, distinct


def _value(column: str, kind: str) -> str:
    return f"case when {filled_sql(column)} then {column} end" if kind == "VARCHAR" else column


def _determined(connection: duckdb.DuckDBPyConnection, source: str, few: Sequence[_Few], rows: int) -> dict[str, str]:
    """For each column that another fixes, that other."""
    candidates = _not_refuted(connection, source, few, rows)
    found: dict[str, str] = {}
    for fixed in few:
        for by in sorted(candidates.get(fixed.name, []), key=lambda each: each.values):
            if _fixes(connection, source, by, fixed):
                found[fixed.name] = by.name
                break
    return found


def _not_refuted(
    connection: duckdb.DuckDBPyConnection, source: str, few: Sequence[_Few], rows: int
) -> dict[str, list[_Few]]:
    """For each column those that may fix it, as far as the first rows tell; most pairs are refuted there."""
    pairs = list(combinations(range(len(few)), 2))
    if not pairs:
        return {}
    values = ", ".join(f"hash({each.sql}) as c{number}" for number, each in enumerate(few))
    connection.execute(
        f"create temp table head as select distinct {values} from (select * from {source} limit {_SAMPLE})"
    )
    singles = _distinct_counts(connection, [f"c{number}" for number in range(len(few))])
    doubles = _distinct_counts(connection, [f"hash(c{first}, c{second})" for first, second in pairs])
    connection.execute("drop table head")
    candidates: dict[str, list[_Few]] = {}
    for (first, second), together in zip(pairs, doubles, strict=True):
        for by, fixed in ((first, second), (second, first)):
            # Each value of the fixing column occurs with one value of the other, so there are as many pairs as values.
            if together == singles[by] and few[by].values * ROWS_A_VALUE <= rows:
                candidates.setdefault(few[fixed].name, []).append(few[by])
    return candidates


def _distinct_counts(connection: duckdb.DuckDBPyConnection, values: Sequence[str]) -> list[int]:
    """How many values each has in the temporary table `head`."""
    found: list[int] = []
    for start in range(0, len(values), _PAIRS_AT_ONCE):
        counts = ", ".join(f"count(distinct {value})" for value in values[start : start + _PAIRS_AT_ONCE])
        found += connection.execute(f"select {counts} from head").fetchone() or ()
    return found


def _fixes(connection: duckdb.DuckDBPyConnection, source: str, by: _Few, fixed: _Few) -> bool:
    """Return whether each value of `by` always occurs with the same value of `fixed`."""
    pairs = f"select distinct {by.sql} as a, {fixed.sql} as b from {source}"
    row = connection.execute(f"select count(*), count(distinct a) + max((a is null)::int) from ({pairs})").fetchone()
    return row is not None and row[0] == row[1]


def _write(connection: duckdb.DuckDBPyConnection, rows: list[_Row]) -> None:
    columns = TABLES[FILLED_BY_OVERT].columns
    target = f"main.{quoted_name(FILLED_BY_OVERT)}"
    types = ", ".join(f"{quoted_name(column.name)} {TYPES[column.kind]}" for column in columns)
    connection.execute("begin")
    connection.execute(f"create or replace table {target} ({types})")
    if rows:
        connection.executemany(
            f"insert into {target} (column_name, source_table, row_count, filled_count, distinct_count, determined_by) "
            "values ($1, $2, $3, $4, $5, $6)",
            rows,
        )
    connection.execute("commit")
