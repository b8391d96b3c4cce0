"""Rows that are blank throughout: no record of anybody, so they are set aside and said, whatever the format.

The rows that are left keep their numbers, so that a row is still the one that a person sees in the file.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from overt.audits.source._account import SourceTable
from overt.audits.source._sandbox import literal, quoted_name, read_path
from overt.audits.source._texts import is_filled

# Where a table lies whole of which the schema `source` shows the rows that are not blank.
WHOLE = "whole"
_NAMED = 5


def set_blank_rows_aside(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> str:
    """Takes the rows that are blank throughout out of the table; gives a note on them, empty where there are none."""
    if not table.blank:
        return ""
    source = f"source.{quoted_name(table.name)}"
    if table.held is None:
        connection.execute(f"create table {WHOLE}.{quoted_name(table.name)} as select * from {source}")
        connection.execute(f"drop table {source}")
    whole, _ = whole_rows(table)
    which = which_rows(connection, table, f"not ({some_filled(table)})", table.blank)
    names = ", ".join(quoted_name(name) for name, _ in table.columns)
    connection.execute(f"create or replace view {source} as select {names} from {whole} where {some_filled(table)}")
    said = (
        f"{table.blank:,} rows are blank throughout and are" if table.blank > 1 else "1 row is blank throughout and is"
    )
    return f"{table.origin}: {said} not counted ({which})"


def which_rows(connection: duckdb.DuckDBPyConnection, table: SourceTable, condition: str, count: int) -> str:
    """The rows of a table that meet a condition, by the numbers that a person sees; the first of many."""
    whole, place = whole_rows(table)
    rows = connection.execute(f"select {place} from {whole} where {condition} order by 1 limit {_NAMED}").fetchall()
    numbers = ", ".join(str(int(number) + table.first_row) for (number,) in rows)
    more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
    return f"row {numbers}" if count == 1 else f"rows {numbers}{more}"


def whole_rows(table: SourceTable) -> tuple[str, str]:
    """SQL for all rows of a table, those that are blank among them, and for the number of each row, from 0."""
    names = {name.lower() for name, _ in table.columns}
    if table.held is None:
        source, number = f"{WHOLE if table.blank else 'source'}.{quoted_name(table.name)}", "rowid"
    else:
        option = "hive_partitioning = false, filename = false, file_row_number = true"
        source, number = f"read_parquet({literal(read_path(Path(table.held)))}, {option})", "file_row_number"
    if number in names:
        inner = source if table.held is None else source.replace(", file_row_number = true", "")
        return f"(select *, row_number() over () - 1 as overt_place from {inner})", "overt_place"
    return source, number


def some_filled(table: SourceTable) -> str:
    """SQL for whether a row of the table holds anything at all."""
    return " or ".join(f"coalesce({is_filled(quoted_name(name), kind)}, false)" for name, kind in table.columns)
