"""Registers in the memory of DuckDB, asked as a whole and part by part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

import duckdb

from overt.audits._partition import Ground, PartitionBy
from overt.audits._parts import PartsAsked, open_parts, why_whole
from overt.audits.mapping import Filled
from overt.audits.mapping._repeats import find_repeats
from overt.controls import EVERYTHING, Control, Finding, Settings, find_pack, read_pack, run_control, shipped_packs
from overt.controls.engines import DuckDBEngine
from overt.model import DUCKDB_TYPES, TABLES

AS_OF = dt.date(2023, 6, 30)
Rows = Mapping[str, Sequence[Mapping[str, object]]]


class TrustingEngine(DuckDBEngine):
    """One that does not look again and again at controls that come with Overt, which takes longer than to run them."""

    def hold_to_model(self, control: str, statement: str, what: str = "") -> None:
        """Nothing."""


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, tuple[str, Control, Settings]]:
    """Every control that comes with Overt, each text once, with its pack and settings, by its text."""
    controls = {}
    for name, folder in shipped_packs().items():
        pack = read_pack(find_pack(str(folder)))
        settings = Settings(AS_OF, {each: threshold.value for each, threshold in pack.thresholds.items()}, timeout=None)
        for control in pack.controls:
            controls.setdefault(control.sql, (name, control, settings))
    return controls


def register_of(folder: Path) -> duckdb.DuckDBPyConnection:
    """The model's tables with the rows of a folder of Parquet files."""
    connection = duckdb.connect(config={"threads": 1})
    for table in TABLES.values():
        path = folder / f"{table.name}.parquet"
        there = connection.read_parquet(str(path)).columns if path.exists() else []
        columns = ", ".join(
            f"cast({column.name if column.name in there else 'null'} as {DUCKDB_TYPES[column.kind]}) as {column.name}"
            for column in table.columns
        )
        source = f"read_parquet('{path}')" if there else "(select 1) where false"
        connection.execute(f"create table main.{table.name} as select {columns} from {source}")
    return connection


def filled_of(connection: duckdb.DuckDBPyConnection) -> Filled:
    """A source that fills every column."""
    columns = {table: frozenset(names) for table, names in EVERYTHING.items()}
    return Filled(columns, dict.fromkeys(columns, 0), repeats=find_repeats(connection, columns))


def asked_whole(connection: duckdb.DuckDBPyConnection, controls: Iterable[Control]) -> list[Finding]:
    """The findings of controls that are asked at once."""
    engine = TrustingEngine(connection)
    return [bare(run_control(control, *_with(control, engine))) for control in controls]


def asked_in_parts(
    connection: duckdb.DuckDBPyConnection, controls: Iterable[Control], by: str, folder: Path
) -> tuple[list[Finding], int, int]:
    """The findings of controls that are asked part by part; how many statements were sent, and how many kept answers.

    `folder` is where parts are kept.
    """
    engine = TrustingEngine(connection)
    with open_parts(PartsAsked(PartitionBy.read(by), folder), Ground(engine, {}), filled_of(connection)) as parts:
        findings = []
        for control in controls:
            # Controls of several packs have one id; their texts tell them apart.
            ask = partial(parts.summarise, control.sql, control)
            findings.append(bare(run_control(control, *_with(control, engine), summarise=ask)))
    return findings, parts.asked, parts.kept


def parted_controls(by: str, controls: Iterable[Control]) -> list[Control]:
    """Those that are asked part by part."""
    return [control for control in controls if not why_whole(control, PartitionBy.read(by))]


def bare(finding: Finding) -> Finding:
    """A finding without its seconds."""
    return Finding(**{**finding.__dict__, "seconds": None})


def _with(control: Control, engine: DuckDBEngine) -> tuple[str, DuckDBEngine, Settings]:
    pack, _, settings = shipped()[control.sql]
    return pack, engine, settings
