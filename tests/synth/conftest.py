"""Small registers of each kind, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from overt.synthetic import AnswerKey, generate

ROWS = {"gangs-matrix": None, "calgang": 5_000, "chicago": 30_000, "alpha": None, "taj": 6_000, "dgs": None}


@dataclass(frozen=True)
class Made:
    """A register that was made: its folder, its key, and plain SQL over its files."""

    folder: Path
    key: AnswerKey
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        return self.rows(sql)[0][0]

    def keys(self, sql: str) -> list[str]:
        return [str(row[0]) for row in self.rows(sql)]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Made]]:
    """Makes a register on first use, and gives the same one after that."""
    registers: dict[str, Made] = {}

    def make(kind: str) -> Made:
        if kind not in registers:
            folder = tmp_path_factory.mktemp("synth") / kind
            key = generate(kind, folder, rows=ROWS.get(kind), seed=7)
            registers[kind] = Made(folder, key, _opened(folder))
        return registers[kind]

    yield make
    for register in registers.values():
        register.connection.close()


def _opened(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for file in folder.glob("*.parquet"):
        connection.execute(f"create view {file.stem} as select * from read_parquet('{file}')")
    return connection
