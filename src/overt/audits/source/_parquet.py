"""Parquet files: not copied, but read through once to know that they are whole."""

from __future__ import annotations

from pathlib import Path

import duckdb

from overt.audits.source._loading import Loaded, Loading, target
from overt.audits.source._sandbox import literal, out_of_room, read_path
from overt.audits.source._texts import check_texts
from overt.rows import check_header, digest_of, parquet_broken

SYNTHETIC_MARK = b"overt.synthetic"


def load_parquet(loading: Loading, path: Path, name: str, table: str) -> Loaded:
    """Makes `source.<table>` a view over the file. Refuses one that is damaged or cut short.

    Every value is decoded once here, so that damage is found before any control runs.
    """
    connection, file = loading.connection, literal(read_path(path))
    try:
        check_header(name, _top_level(connection, file), loading.limits)
        connection.execute(f"create view {target(table)} as select * from {_read(file)}")
        columns = loading.columns_of(table)
        source, row_number = _read(file, "file_row_number = true"), "file_row_number + 1"
        if "file_row_number" in [column.lower() for column, _ in columns]:
            source, row_number = f"(select *, row_number() over () as place from {_read(file)})", "place"
        looked = check_texts(connection, name, source, columns, loading.limits, row_number=row_number)
        synthetic = _marked_synthetic(connection, file)
    except duckdb.Error as error:
        raise out_of_room(error, name) or parquet_broken(name, error) from None
    loading.tell(table, looked.rows)
    return Loaded(digest_of(path), [looked.table(table, name, columns, str(path.absolute()))], [], synthetic)


def _top_level(connection: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    """The names of the columns as the file has them; DuckDB would rename those that are there twice."""
    elements = connection.execute(f"select name, coalesce(num_children, 0) from parquet_schema({file})").fetchall()
    names, place = [], 1
    while place < len(elements):
        names.append(str(elements[place][0]))
        inside = 1
        while inside:
            inside += int(elements[place][1]) - 1
            place += 1
    return names


def _read(file: str, option: str = "") -> str:
    options = ", ".join(filter(None, ["hive_partitioning = false", "filename = false", option]))
    return f"read_parquet({file}, {options})"


def _marked_synthetic(connection: duckdb.DuckDBPyConnection, file: str) -> bool:
    pairs = connection.execute(f"select key, value from parquet_kv_metadata({file})").fetchall()
    return any(key == SYNTHETIC_MARK and value.lower() not in (b"", b"0", b"false", b"no") for key, value in pairs)
