"""Registers made up for these tests, and the questions put to them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from overt.audits import SourceOptions, open_source
from overt.disparities import Disparity, DisparityQuestion, measure

AS_OF = dt.date(2026, 6, 30)
Rows = Sequence[Mapping[str, object]]


class Ask(Protocol):
    """Puts a question to a register that is given as the rows of its tables."""

    def __call__(self, tables: Mapping[str, Rows], **question: Any) -> Disparity: ...


def write_table(path: Path, rows: Rows) -> Path:
    """The rows as CSV, with the columns of the first."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Registers are folders of CSV files named as the tables of the model."""
    made: list[Path] = []

    def put(tables: Mapping[str, Rows], **question: Any) -> Disparity:
        folder = tmp_path / f"register-{len(made)}"
        folder.mkdir()
        made.append(folder)
        (folder / "SYNTHETIC.txt").write_text("made up for a test", encoding="utf-8")
        for name, rows in tables.items():
            write_table(folder / f"{name}.csv", rows)
        return ask_source(str(folder), tmp_path / f"loaded-{len(made)}.duckdb", None, **question)

    return put


def ask_source(location: str, database: Path, mapping: Path | None, **question: Any) -> Disparity:
    """The answer to a question about a source of any kind."""
    question.setdefault("as_of", AS_OF)
    with open_source(SourceOptions(location, mapping), database, profile=False) as opened:
        return measure(DisparityQuestion(**question), opened)


def population(path: Path, counts: Mapping[str, object], attribute: str = "ethnicity", name: str = "residents") -> str:
    """A population file of one area, as the command takes it."""
    rows = [
        {"population_id": name, "area": "Area", "year": 2021, "attribute": attribute, "grp": group, "count": count}
        for group, count in counts.items()
    ]
    return str(write_table(path, rows))
