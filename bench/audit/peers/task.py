"""What every contender is given and what it gives back: two JSON files named on its command line.

    with_x.py TASK.json ANSWER.json [name=value …]

Only the standard library is used here, since each contender has an environment of its own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

_STARTED = time.perf_counter()


@dataclass
class Task:
    """The register, its controls, and how this contender is to be run."""

    folder: Path
    as_of: str
    controls: list[dict[str, Any]]
    options: dict[str, str]
    null: dict[str, dict[str, str]]
    target: Path
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    started: float = _STARTED

    @property
    def tables(self) -> list[str]:
        """Names of the register's tables."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def parquet(self, table: str) -> str:
        """Where a table lies."""
        return str(self.folder / f"{table}.parquet")

    def views(self) -> Iterator[str]:
        """Statements that make the register's tables known to DuckDB, nothing copied."""
        for table in self.tables:
            nulls = "".join(f", cast(null as {kind}) as {name}" for name, kind in self.null[table].items())
            yield f"create view {table} as select *{nulls} from read_parquet('{self.parquet(table)}')"
        for table in sorted(self.null.keys() - set(self.tables)):
            nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in self.null[table].items())
            yield f"create view {table} as select {nulls} where false"

    @contextmanager
    def timed(self, control: str) -> Iterator[None]:
        """Takes down how long a control took."""
        started = time.perf_counter()
        yield
        self.seconds[control] = time.perf_counter() - started

    def found(self, control: str, examined: int | None, breached: int, unknown: int | None = None) -> None:
        """Takes down what a control found; `None` is a number that the contender does not give."""
        self.counts[control] = [examined, breached, unknown]

    def answer(self, *packages: str, **more: Any) -> None:
        """Writes the answer with the versions of the packages it came from."""
        kept = {
            "counts": self.counts,
            "seconds": self.seconds,
            "refused": self.refused,
            "inside": time.perf_counter() - self.started,
            "versions": {name: metadata.version(name) for name in packages} | {"python": sys.version.split()[0]},
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            **more,
        }
        self.target.write_text(json.dumps(kept))


def read_task() -> Task:
    """The task of the command line; `subset=rows` leaves the controls that ask about rows of one table."""
    given = json.loads(Path(sys.argv[1]).read_text())
    options = dict(each.split("=", 1) for each in sys.argv[3:])
    controls = [each for each in given["controls"] if options.get("subset") != "rows" or each["rows"]]
    return Task(Path(given["folder"]), given["as_of"], controls, options, given["null"], Path(sys.argv[2]))
