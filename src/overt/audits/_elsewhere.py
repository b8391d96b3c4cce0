"""Takes a loaded register to another engine, so that the same controls run there.

The model's tables leave DuckDB as files and enter the other engine with the model's own types;
whatever the engine, the rows that a control sees are the same.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb

from overt.controls.engines import DuckDBEngine, Engine, PostgresEngine, SparkEngine, SQLiteEngine
from overt.controls.engines._postgres import connect
from overt.controls.engines._spark import start_session
from overt.model import TABLES, Kind, Table
from overt.refusals import Refusal

_BATCH = 10_000


def engine_for(name: str, connection: duckdb.DuckDBPyConnection, folder: Path) -> Engine:
    """The engine called `name`, holding the model's tables that `connection` has.

    `duckdb` is the connection itself; `sqlite`, `spark` and `postgresql://…` are filled from it by way
    of `folder`. On PostgreSQL the tables are temporary: nothing of ours stays there.
    """
    check_engine(name)
    if name == "duckdb":
        return DuckDBEngine(connection, sharing=True)
    folder.mkdir(parents=True, exist_ok=True)
    if name == "sqlite":
        return _to_sqlite(connection, folder)
    if name == "spark":
        return _to_spark(connection, folder)
    return _to_postgres(connection, name)


def check_engine(name: str) -> None:
    """Refuses what is not an engine."""
    if name not in ("duckdb", "sqlite", "spark") and not name.startswith(("postgres://", "postgresql://")):
        raise Refusal(
            "engine-unknown", "--on", "there is no engine with this name", "duckdb, sqlite, spark or postgresql://…"
        )


def _to_sqlite(connection: duckdb.DuckDBPyConnection, folder: Path) -> Engine:
    path = folder / "register.sqlite"
    path.unlink(missing_ok=True)
    engine = SQLiteEngine(sqlite3.connect(path, check_same_thread=False))
    for table in TABLES.values():
        columns = ", ".join(f"{column.name} {engine.types[column.kind]}" for column in table.columns)
        engine.execute(f"create table {table.name} ({columns})")
        places = ", ".join("?" * len(table.columns))
        cursor = connection.cursor().execute(f"select {_as_text(table)} from {table.name}")
        while rows := cursor.fetchmany(_BATCH):
            engine.connection.executemany(f"insert into {table.name} values ({places})", rows)
    engine.connection.commit()
    engine.execute("pragma query_only = on")
    return engine


def _to_spark(connection: duckdb.DuckDBPyConnection, folder: Path) -> Engine:
    import pyarrow.parquet as pq  # noqa: PLC0415  only this engine needs it

    engine = SparkEngine(start_session())
    for table in TABLES.values():
        path = folder / f"{table.name}.parquet"
        reader = connection.cursor().execute(f"select * from {table.name}").to_arrow_reader(_BATCH * 10)
        with pq.ParquetWriter(path, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
        engine.session.read.parquet(str(path)).createOrReplaceTempView(table.name)
    return engine


def _to_postgres(connection: duckdb.DuckDBPyConnection, url: str) -> Engine:
    engine = PostgresEngine(connect(url))
    for table in TABLES.values():
        # Text sorts by code point as on the other engines, whatever collation the database has.
        columns = ", ".join(
            f"{column.name} {engine.types[column.kind]}" + (' collate "C"' if column.kind is Kind.TEXT else "")
            for column in table.columns
        )
        engine.execute(f"create temporary table {table.name} ({columns})")
        cursor = connection.cursor().execute(f"select * from {table.name}")
        with engine.connection.cursor() as target, target.copy(f"copy {table.name} from stdin".encode()) as copy:
            while rows := cursor.fetchmany(_BATCH):
                for row in rows:
                    copy.write_row(row)
        engine.execute(f"analyze {table.name}")
    return engine


def _as_text(table: Table) -> str:
    """Columns as SQLite holds them: days and moments as text."""
    dated = (Kind.DATE, Kind.TIMESTAMP)
    return ", ".join(f"cast({c.name} as varchar)" if c.kind in dated else c.name for c in table.columns)
