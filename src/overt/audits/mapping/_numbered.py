"""The tables of a source as a mapping sees them: with the number of each row, and all as one where they are alike.

A mapping may say `source_rows` for a source of one table, whatever the file was called, or of several
tables with the same columns, such as a folder of monthly exports. In every table that a mapping names
`_row` is the number of the row, from 1, and `_table` the name of the table. Rows that are blank throughout are left out
and keep their numbers, so that the number leads to the same row of the file.
"""

from __future__ import annotations

import duckdb

from overt.audits.source._account import SourceAccount, SourceTable
from overt.audits.source._blank import some_filled, whole_rows
from overt.audits.source._sandbox import literal, quoted_name
from overt.refusals import Refusal

ALL_ROWS = "source_rows"
SCHEMA = "numbered"
_TEMPORARY = "temp.main"


def number_tables(connection: duckdb.DuckDBPyConnection, account: SourceAccount, wanted: set[str], where: str) -> None:
    """Makes a view for each of the wanted tables. Refuses `source_rows` where the tables are not alike.

    On a connection that can only read, the views are this connection's own.
    """
    drop_numbered(connection)
    for table in account.tables:
        if table.name in wanted:
            _view(connection, table.name, [_select(table, 0)])
    if ALL_ROWS in wanted and ALL_ROWS not in account.by_name:
        first = [name for name, _ in account.tables[0].columns]
        unlike = [table.name for table in account.tables if [name for name, _ in table.columns] != first]
        if unlike:
            found = f"{len(account.tables)} tables, and {unlike[0]} has other columns than {account.tables[0].name}"
            wanted_tables = f"one table, or tables with the same columns, for {ALL_ROWS} to stand for"
            remedy = f"name the table in the mapping instead of {ALL_ROWS}"
            raise Refusal("mapping-source", where, found, wanted_tables, remedy)
        _view(connection, ALL_ROWS, _stacked(account.tables))


def drop_numbered(connection: duckdb.DuckDBPyConnection) -> None:
    """Takes the views away again. The schema stays: a connection that has it in its search path loses it with it."""
    schema = _schema(connection)
    database = "'temp'" if schema == _TEMPORARY else "current_database()"
    query = (
        f"select view_name from duckdb_views() where database_name = {database}"
        f" and schema_name = {literal(schema.rpartition('.')[2])}"
    )
    for (name,) in connection.execute(query).fetchall():
        connection.execute(f"drop view {schema}.{quoted_name(name)}")


def _stacked(tables: tuple[SourceTable, ...]) -> list[str]:
    parts, before = [], 0
    for table in tables:
        parts.append(_select(table, before))
        before += table.rows + table.blank
    return parts


def _view(connection: duckdb.DuckDBPyConnection, name: str, parts: list[str]) -> None:
    schema = _schema(connection)
    create = "create temporary view" if schema == _TEMPORARY else "create view"
    connection.execute(f"{create} {schema}.{quoted_name(name)} as {' union all '.join(parts)}")


def _schema(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select readonly from duckdb_databases() where database_name = current_database()")
    return _TEMPORARY if row.fetchone() == (True,) else SCHEMA


def _select(table: SourceTable, before: int) -> str:
    names = [name for name, _ in table.columns]
    taken = {name.lower() for name in names}
    source, number = whole_rows(table)
    # A column of the source's own goes before one that is made here.
    made = {"_row": f"{number} + {before + 1} as _row", "_table": f"{literal(table.name)} as _table"}
    columns = [sql for name, sql in made.items() if name not in taken] + [quoted_name(name) for name in names]
    where = f" where {some_filled(table)}" if table.blank else ""
    return f"select {', '.join(columns)} from {source}{where}"
