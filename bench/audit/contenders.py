"""Who takes part: how each is started, what it is given, what it keeps, and what it cannot say."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENVS = HERE.parent / ".venvs"
# Where registers are made and results are written, if not here.
FOLDER = Path(os.environ.get("OVERT_BENCH_FOLDER", HERE.parent))
WORK, RESULTS = FOLDER / ".work", FOLDER / "results"
# Without an environment of its own, Overt is measured in the one that the bench runs in.
OVERT = VENVS / "overt" / "bin" if (VENVS / "overt").exists() else Path(sys.executable).parent
EVERY, ROWS = "every control", "row controls"


@dataclass(frozen=True)
class Contender:
    """One way of answering the controls.

    `controls` is which of them it is given. `most` is the largest register it is given by default, with
    `why`. `script` is empty for the `overt` command itself.
    """

    name: str
    title: str
    venv: str
    script: str = ""
    options: tuple[str, ...] = ()
    controls: str = EVERY
    most: int | None = None
    why: str = ""
    server: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return (VENVS / self.venv / "bin" if self.peer else OVERT) / "python"

    @property
    def peer(self) -> bool:
        """Whether it is neither Overt nor the limit."""
        return self.venv != "overt"

    @property
    def packages(self) -> Path:
        """The pinned packages of its environment."""
        return HERE / f"requirements-{self.venv}.txt"


MEMORY = "it holds whole tables in memory; see the peak at a million"
HOURS = "a run takes too long to be repeated"

CONTENDERS = (
    Contender("duckdb", "DuckDB, the same selects counted: **the limit**", "overt", "with_duckdb.py"),
    Contender("duckdb-free", "the same without Overt's limit of memory", "overt", "with_duckdb.py", ("free",)),
    Contender("overt-counts", "**Overt**, counts only", "overt", options=("none",)),
    Contender("overt-keys", "**Overt**, lowest 100 keys and digest", "overt", options=("keys",)),
    Contender("soda", "Soda Core, failing rows counted", "soda", "with_soda.py"),
    Contender("soda-tested", "Soda Core, failing and tested rows counted", "soda", "with_soda.py", ("tested=yes",)),
    Contender("pointblank", "Pointblank over our selects, counts", "pointblank", "with_pointblank.py", ("how=select",)),
    Contender(
        "pointblank-100",
        "Pointblank over our selects, 100 failing rows",
        "pointblank",
        "with_pointblank.py",
        ("how=select", "extracts=100"),
    ),
    Contender("overt-rows-counts", "**Overt**, row controls, counts only", "overt", options=("none",), controls=ROWS),
    Contender("overt-rows-keys", "**Overt**, row controls, keys and digest", "overt", options=("keys",), controls=ROWS),
    Contender(
        "pointblank-rows-duckdb",
        "Pointblank on DuckDB, 100 failing rows",
        "pointblank",
        "with_pointblank.py",
        ("how=select", "subset=rows", "extracts=100"),
        ROWS,
    ),
    Contender(
        "pointblank-table",
        "Pointblank on DuckDB, whole rows, its own settings",
        "pointblank",
        "with_pointblank.py",
        ("how=table", "subset=rows"),
        ROWS,
        1_000_000,
        HOURS,
    ),
    Contender(
        "pointblank-rows",
        "Pointblank on Polars, 100 failing rows",
        "pointblank",
        "with_pointblank.py",
        ("how=rows", "extracts=100"),
        ROWS,
        1_000_000,
        MEMORY,
    ),
    Contender(
        "pandera", "Pandera on Polars, every failing row", "pandera", "with_pandera.py", (), ROWS, 1_000_000, MEMORY
    ),
    Contender(
        "pandera-100",
        "Pandera on Polars, 100 failing rows",
        "pandera",
        "with_pandera.py",
        ("cases=100",),
        ROWS,
        1_000_000,
        MEMORY,
    ),
    Contender(
        "gx",
        "Great Expectations on PostgreSQL, counts",
        "great-expectations",
        "with_great_expectations.py",
        ("format=SUMMARY",),
        EVERY,
        1_000_000,
        HOURS,
        server=True,
    ),
    Contender(
        "overt-postgres-counts",
        "**Overt's engine on the same PostgreSQL**, counts only",
        "overt",
        "with_overt_on_postgres.py",
        ("evidence=none",),
        EVERY,
        1_000_000,
        HOURS,
        server=True,
    ),
    Contender(
        "overt-postgres",
        "**Overt's engine on the same PostgreSQL**, lowest 100 keys and digest",
        "overt",
        "with_overt_on_postgres.py",
        ("evidence=keys",),
        EVERY,
        1_000_000,
        HOURS,
        server=True,
    ),
)

BY_NAME = {each.name: each for each in CONTENDERS}

# What each says of a control, and what it keeps of a breach.
KEEPS = {
    "Overt": (
        "breached, examined and unknown, each counted; a verdict",
        "the lowest keys in order (100 unless another number is asked) and a digest of all breaching keys: "
        "the same on every run and engine",
    ),
    "Soda Core": (
        "failing rows; tested rows with a second query; null counts as passing",
        "nothing: failing rows go to the vendor's own warehouse, which Soda Core does not have",
    ),
    "Pointblank": (
        "failing and tested rows; null counts as failing unless the expression says otherwise",
        "the first failing rows as the engine gives them (here 100, whole), which may be others on the next run",
    ),
    "Pandera": (
        "failing rows; null is dropped or failing",
        "every failing row, whole, with its number; or the first N, and then the count is to be taken from the "
        "check's own output",
    ),
    "Great Expectations": (
        "failing rows",
        "nothing in the form measured; at most 200 failing rows, as the engine gives them, when it is asked for all",
    ),
}

CANNOT = {
    "Soda Core": "unknown as an answer of its own; whether rows were in scope at all without a second query",
    "Pointblank": "unknown as an answer of its own. In its own words (expressions over one table): joins, groups and "
    "windows, which it leaves to the table that it is given",
    "Pandera": "whatever needs more than the row itself: joins, groups, windows, a second table; unknown",
    "Great Expectations": "unknown; rows in scope. Its SQL expectation does not run on DuckDB "
    "(`'NoneType' object is not subscriptable`), so that it needs a server",
}
