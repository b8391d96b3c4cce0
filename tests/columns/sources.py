"""Sources loaded as Studio has them: open for reading only, with bare names for their tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from overt.audits.source import SourceAccount, SourceTable, load_source
from overt.audits.source._sandbox import literal


@contextmanager
def loaded(folder: Path, location: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, SourceAccount]]:
    """A source that is loaded and opened as the engine of Studio opens it."""
    database = folder / "loaded.duckdb"
    account = load_source(str(location), database)
    connection = duckdb.connect(database, read_only=True)
    connection.execute("set search_path = 'numbered,source'")
    try:
        yield connection, account
    finally:
        connection.close()
        database.unlink()


@contextmanager
def one_column(
    folder: Path, values: Sequence[str], name: str = "Value"
) -> Iterator[tuple[duckdb.DuckDBPyConnection, SourceTable]]:
    """A file of a number and one column; its first row of values is row 2."""
    path = folder / "column.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("Number", name), *((str(number), value) for number, value in enumerate(values))])
    with loaded(folder, path) as (connection, account):
        yield connection, account.tables[0]


def a_million_rows(folder: Path) -> Path:
    """A file of a million rows and eight columns, all invented."""
    path = folder / "big.csv"
    rows = (
        "select format('G-{:07d}', i) as ref, format('N{:06d}', i % 300000) as nominal,"
        " ['Suspect', 'SUSPECT', 'Victim', 'Susp.'][1 + i % 4] as role,"
        " case when i % 97 = 0 then 'TBC' else strftime(date '2015-01-01' + (i % 4000)::int, '%d/%m/%Y') end as due,"
        " strftime(date '2020-01-01' + (i % 2000)::int, '%Y-%m-%d') as opened,"
        " format('Team {}', i % 40) as unit, i % 100 as score,"
        " case when i % 3 = 0 then format('Seen with {} at {}', i, i * 7) end as grounds from range(1000000) as t(i)"
    )
    duckdb.sql(f"copy ({rows}) to {literal(str(path))} (header)")
    return path
