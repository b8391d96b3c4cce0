"""Copies a register's Parquet files into a new database of a PostgreSQL server.

python load_postgres.py FOLDER SERVER-URL DATABASE
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb
import psycopg

from overt.model import POSTGRES_TYPES, TABLES


def main() -> None:
    folder, server, database = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {database}".encode())
    url = server.rsplit("/", 1)[0] + f"/{database}"
    with psycopg.connect(url, autocommit=True) as connection, tempfile.TemporaryDirectory() as scratch:
        for path in sorted(folder.glob("*.parquet")):
            _copy(connection, path, Path(scratch) / "table.csv")
        for name in TABLES.keys() - {path.stem for path in folder.glob("*.parquet")}:
            _create(connection, name)


def _create(connection: psycopg.Connection, name: str) -> None:
    columns = ", ".join(f"{column.name} {POSTGRES_TYPES[column.kind]}" for column in TABLES[name].columns)
    connection.execute(f"create table {name} ({columns})".encode())


def _copy(connection: psycopg.Connection, path: Path, between: Path) -> None:
    table = TABLES[path.stem]
    described = duckdb.execute(f"describe select * from read_parquet('{path}')").fetchall()
    # A register leaves out columns that it has nothing for; here they are null.
    held = [name for name, *_ in described]
    names = ", ".join(held)
    _create(connection, table.name)
    duckdb.execute(f"copy (select {names} from read_parquet('{path}')) to '{between}' (header false, nullstr '\\N')")
    statement = f"copy {table.name} ({names}) from stdin (format csv, null '\\N')"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy, between.open("rb") as stream:
        while piece := stream.read(2**20):
            copy.write(piece)
    connection.execute(f"vacuum analyze {table.name}".encode())


main()
