"""A mapping on a server gives what it gives in DuckDB, value by value, or is refused there by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.audit.server_expressions import ALIKE
from tests.audit.server_views import COLUMNS, compare, rows

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def ask_postgres(postgres_url: str) -> Iterator[Ask]:
    """Asks a server that has the rows."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        listed = ", ".join(f"{name} {kinds[1]}" for name, kinds in COLUMNS.items())
        connection.execute(f"create table rows_here ({listed})".encode())
        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"insert into rows_here values ({places})".encode(), rows())
        yield lambda sql: connection.execute(sql.encode()).fetchall()


@pytest.fixture(scope="module")
def ask_spark(java: None) -> Ask:
    """Asks a session that has the rows."""
    from overt.controls.engines._spark import start_session

    session = start_session()
    made = session.createDataFrame(rows(), ", ".join(f"{name} {kinds[2]}" for name, kinds in COLUMNS.items()))
    made.coalesce(1).createOrReplaceTempView("rows_here")
    return lambda sql: [tuple(row) for row in session.sql(sql).collect()]


@pytest.mark.parametrize("topic", ALIKE)
def test_postgres_answers_as_duckdb(topic: str, ask_postgres: Ask) -> None:
    """Every function over null, empty, other alphabets, negatives, leap days and long texts."""
    compare(ALIKE[topic], "postgres", "public.rows_here", ask_postgres)


@pytest.mark.spark
@pytest.mark.parametrize("topic", ALIKE)
def test_spark_answers_as_duckdb(topic: str, ask_spark: Ask) -> None:
    """The same on Spark."""
    compare(ALIKE[topic], "spark", "rows_here", ask_spark)
