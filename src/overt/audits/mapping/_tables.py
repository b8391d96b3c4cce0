"""The tables that a mapping fills, as CSV files: what `overt admit --bulk` takes of a list in one sheet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb

from overt.audits.mapping._fill import Filled
from overt.audits.source._sandbox import quoted_name
from overt.model import TABLES
from overt.private import private_files, private_folder
from overt.refusals import Refusal, raise_all

_AT_ONCE = 10_000


def write_tables(
    connection: duckdb.DuckDBPyConnection, filled: Filled, folder: Path, tables: Sequence[str]
) -> dict[str, int]:
    """Writes each of `tables` that is filled to a new folder, for its owner alone, and says how many rows it has.

    Only columns with a value are written. Refuses a folder that is there, a table outside of `tables`, and a source
    that fills none.
    """
    if folder.exists():
        raise Refusal("out-is-there", str(folder), "something of that name", "a name that is not taken")
    counts = {name: rows for name, rows in filled.rows.items() if filled.columns[name] and name != "source_column"}
    raise_all(
        [
            Refusal("table-unknown", name, "a table that cannot be proposed to a gate", ", ".join(tables))
            for name in counts
            if name not in tables
        ]
    )
    if not counts:
        raise Refusal("mapping-fills-nothing", str(folder), "no table is filled", "a mapping that fills one")
    with private_files():
        private_folder(folder)
        for name in counts:
            columns = [each.name for each in TABLES[name].columns if each.name in filled.columns[name]]
            _write(connection, name, columns, folder / f"{name}.csv")
    return counts


def _write(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], path: Path) -> None:
    listed = ", ".join(f"cast({quoted_name(each)} as varchar)" for each in columns)
    # By its key, so that the same source gives the same lines.
    found = connection.execute(f"select {listed} from main.{quoted_name(table)} order by all")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        while rows := found.fetchmany(_AT_ONCE):
            writer.writerows(rows)
