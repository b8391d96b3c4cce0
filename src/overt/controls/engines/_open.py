"""Opens an engine with nothing in it, for the cases of a pack."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb

from overt.controls._control import Scalar
from overt.controls.engines._base import Engine
from overt.controls.engines._duckdb import DuckDBEngine
from overt.controls.engines._postgres import PostgresEngine, connect
from overt.controls.engines._spark import SparkEngine, start_session
from overt.controls.engines._sqlite import SQLiteEngine
from overt.model import Table
from overt.refusals import Refusal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


# Makes no program of a query, which takes longer than a few rows do.
FEW_ROWS = (
    ("spark.sql.shuffle.partitions", "1"),
    ("spark.sql.adaptive.enabled", "false"),
    ("spark.sql.codegen.wholeStage", "false"),
    ("spark.sql.codegen.factoryMode", "NO_CODEGEN"),
)


class _SparkForCases(SparkEngine):
    """Spark, where the rows of a case are one table of literals: it plans every select of a union by itself."""

    def values(self, table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Scalar]]) -> str:
        kinds = [(name, table.by_name[name].kind) for name in columns]
        literals = [
            ", ".join(f"cast({self.literal(row.get(name), kind)} as {self.types[kind]})" for name, kind in kinds)
            for row in rows
        ]
        if not literals:
            return super().values(table, columns, ())
        return f"select * from values {', '.join(f'({row})' for row in literals)} as literals ({', '.join(columns)})"


def open_for_cases(name: str) -> Engine:
    """An empty engine: `duckdb`, `sqlite`, `spark`, or the URL of a PostgreSQL database."""
    if name == "duckdb":
        return DuckDBEngine(duckdb.connect(config={"autoinstall_known_extensions": False, "threads": 1}))
    if name == "sqlite":
        return SQLiteEngine(sqlite3.connect(":memory:"))
    if name == "spark":
        return _SparkForCases(_for_few_rows(start_session()))
    if name.startswith(("postgres://", "postgresql://")):
        return PostgresEngine(connect(name))
    raise Refusal(
        "engine-unknown", name, "there is no engine with this name", "duckdb, sqlite, spark or postgresql://…"
    )


def _for_few_rows(session: SparkSession) -> SparkSession:
    """A session of the same Spark for the rows of a case."""
    made = session.newSession()
    for setting, value in FEW_ROWS:
        made.conf.set(setting, value)
    return made
