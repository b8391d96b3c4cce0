"""The second barrier for mappings: what DuckDB itself says that a select would read, before it is run.

It does not rely on how the mapping's text was read: the same select is bound in a database that holds nothing but
empty tables as the source has them, and then planned where it will run.
"""

from __future__ import annotations

import duckdb

from overt.audits.mapping._functions import ALLOWED, CLOCKS, TABLE_FUNCTIONS
from overt.audits.mapping._numbered import SCHEMA
from overt.controls.engines import Room, Words, scanned, words

_SCHEMAS = (SCHEMA, "source")
_NUMBERED = f"{SCHEMA}."
_EXPRESSIONS = words(
    "COLUMN_REF CONSTANT FUNCTION CAST COMPARISON CONJUNCTION OPERATOR CASE BETWEEN WINDOW SUBQUERY LAMBDA STAR"
)
# `typeof` is how `with_one_meaning` asks for a text.
_OF_MAPPINGS = Words(_EXPRESSIONS, ALLOWED | {"typeof"}, TABLE_FUNCTIONS, CLOCKS)


def source_room(connection: duckdb.DuckDBPyConnection) -> Room:
    """Empty tables with the columns of those of the source."""
    columns = connection.execute(
        "select case when database_name = 'temp' then $2 else schema_name end as schema, table_name, column_name, "
        "data_type from duckdb_columns() "
        "where (database_name = current_database() and list_contains($1, schema_name)) "
        "or (database_name = 'temp' and schema_name = 'main') order by schema, table_name, column_index",
        [list(_SCHEMAS), SCHEMA],
    )
    return Room(columns.fetchall(), _SCHEMAS, _OF_MAPPINGS)


def would_read(connection: duckdb.DuckDBPyConnection, room: Room, select: str) -> list[str]:
    """What the select would read beside tables of the source.

    Raises `duckdb.Error` for a select that cannot be bound: its names and types do not fit the source.
    """
    in_room = room.read(select)
    if in_room.outside:
        return list(in_room.outside)
    here = scanned(connection, select)
    # The views of numbered tables are found by their bare names, wherever they are.
    tables = (scanned(connection, f"select * from {name.removeprefix(_NUMBERED)}") for name in in_room.tables)
    return sorted(here.difference({name.upper() for name in TABLE_FUNCTIONS}, *tables))
