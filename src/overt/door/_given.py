"""What a caller in Python may give: a path, a table in memory, a text, a day; each as the functions below take it."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from overt.audits import FileReading, Reading, SourceOptions
from overt.periods import read_day
from overt.refusals import Refusal

Given = str | os.PathLike[str]
Source = Given | Mapping[str, Any] | Any
Day = dt.date | str | None
_NAME = re.compile(r"[A-Za-z_]\w*")


def day(given: Day, where: str) -> dt.date:
    """The day, or today; refuses a text that is none."""
    if given is None:
        return dt.datetime.now(dt.UTC).date()
    if isinstance(given, dt.datetime):
        return given.date()
    return given if isinstance(given, dt.date) else read_day(given, where)


def some(given: str | Iterable[str] | None) -> tuple[str, ...]:
    """One text or several, as several."""
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


@dataclass(frozen=True)
class Machine:
    """How much of the machine reading may take: the engine's memory ("1GiB"), and how many threads."""

    memory: str
    threads: int | None


def source_options(
    source: Source, mapping: Given | None, folder: Path, reading: Reading | FileReading | None, machine: Machine
) -> SourceOptions:
    """The source as an audit takes it. Tables in memory are written to `folder`, which whoever calls takes away.

    `mapping` is a file, or the SQL itself.
    """
    location = os.fspath(source) if isinstance(source, str | os.PathLike) else _written(source, folder)
    mapped = _mapping(mapping, folder)
    stated = Reading(reading) if isinstance(reading, FileReading) else reading or Reading()
    return SourceOptions(location, mapped, stated, machine.memory, machine.threads)


def _mapping(mapping: Given | None, folder: Path) -> Path | None:
    if mapping is None:
        return None
    text = os.fspath(mapping)
    if not (isinstance(mapping, str) and ("\n" in text or ";" in text or text.lower().lstrip().startswith("create "))):
        return Path(text)
    written = folder / "mapping.sql"
    written.write_text(text, encoding="utf-8")
    return written


def _written(source: Any, folder: Path) -> str:
    """Tables in memory as Parquet files: one is called `source`, several by their names."""
    tables = source if isinstance(source, Mapping) else {"source": source}
    if not tables:
        raise Refusal("table-not-read", "source", "there is no table", "a file, a folder, a table, or tables by name")
    place = folder / "tables"
    place.mkdir()
    for name, table in tables.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Refusal(
                "table-not-read", f"source: {name!r}", "the name has other characters", "letters, digits and _"
            )
        parquet.write_table(arrow_of(table, name), place / f"{name}.parquet")
    return str(place if isinstance(source, Mapping) else place / "source.parquet")


def arrow_of(given: Any, name: str) -> pa.Table:
    """A table of Arrow, pandas or polars, or of anything that hands itself over as Arrow; refuses what does not."""
    try:
        if isinstance(given, pa.Table):
            return given
        if type(given).__module__.partition(".")[0] == "pandas":
            return pa.Table.from_pandas(given, preserve_index=False)
        if hasattr(given, "__arrow_c_stream__"):
            return pa.table(given)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        fault = f"a column that is no column of Arrow ({type(error).__name__})"
        raise Refusal("table-not-read", f"source: {name}", fault, "one type of value in each column") from error
    fault = f"{type(given).__module__}.{type(given).__qualname__}"
    raise Refusal("table-not-read", f"source: {name}", fault, "a file, a folder, or a table of Arrow, pandas or polars")
