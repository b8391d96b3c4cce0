"""Tables of texts in batches: CSV, TSV, JSON lines (each plain or gzip) and Parquet, as `overt.rows` reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from overt.refusals import Refusal
from overt.rows import (
    DELIMITERS,
    TEXT_KINDS,
    DecodedText,
    Delimited,
    FileReading,
    ParquetRows,
    ReadingLimits,
    check_header,
    file_of,
    json_objects,
    open_delimited,
    open_parquet,
)
from overt.watchlists._columns import MOMENT
from overt.watchlists._files import check_regular

BATCH = 5_000
_KINDS = TEXT_KINDS | {"json lines", "parquet"}
_LIMITS = ReadingLimits()

Batch = list[list[str]]
"""One list of values for each column asked for, all of the same length."""


class TextTable(Protocol):
    """A file of rows."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        ...

    @property
    def told(self) -> dict[str, str]:
        """What columns say of who wrote a text, where their type alone says so."""
        ...

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """The values of some columns, in batches, in the order of the file."""
        ...


def open_table(path: Path, delimiter: str = "") -> TextTable:
    """The table in a file; refuses a stream, and what an audit refuses."""
    check_regular(path, "watchlist-corpus-unreadable")
    with _remedied():
        kind = file_of(path, _KINDS).kind
        if kind == "parquet":
            return _Parquet.open(path)
        if kind == "json lines":
            return _JsonLines.open(path)
        return _Csv.open(path, kind, delimiter)


@contextmanager
def _remedied() -> Iterator[None]:
    """Refusals with a remedy that there is: the bench reads UTF-8 alone."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code != "encoding-not-utf8":
            raise
        raise replace(refusal, remedy="convert the file to UTF-8, for example with iconv") from None


@dataclass(frozen=True)
class _Csv:
    rows: Delimited
    header: tuple[str, ...]
    told: dict[str, str]

    @classmethod
    def open(cls, path: Path, kind: str, delimiter: str) -> _Csv:
        reading = FileReading(delimiter=delimiter or None)
        text = DecodedText(path, path.name, None, _LIMITS)
        rows = open_delimited(text, delimiter or DELIMITERS[kind], reading)
        return cls(rows, tuple(rows.names), {})

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        places = [self.header.index(name) for name in columns]
        rows = self.rows.rows()
        while batch := list(islice(rows, BATCH)):
            yield [[row[place] for row in batch] for place in places]


@dataclass(frozen=True)
class _JsonLines:
    path: Path
    header: tuple[str, ...]
    told: dict[str, str]

    @classmethod
    def open(cls, path: Path) -> _JsonLines:
        names: dict[str, None] = {}
        for _, row in _objects(path):
            names.update(dict.fromkeys(row))
        return cls(path, tuple(check_header(f"{path.name}, keys", list(names), _LIMITS)), {})

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        rows = _objects(self.path)
        while batch := list(islice(rows, BATCH)):
            yield [
                [_flat(row.get(name), f"{self.path.name}, row {number}, {name}") for number, row in batch]
                for name in columns
            ]


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    return json_objects(DecodedText(path, path.name, None, _LIMITS))


def _flat(value: object, where: str) -> str:
    if isinstance(value, dict | list):
        raise Refusal(
            "watchlist-corpus-nested", where, "the value is an object or a list", "text or a number",
            "drop the column with --drop, or extract the values first",
        )  # fmt: skip
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


@dataclass(frozen=True)
class _Parquet:
    rows: ParquetRows
    header: tuple[str, ...]
    told: dict[str, str]

    @classmethod
    def open(cls, path: Path) -> _Parquet:
        import pyarrow as pa  # noqa: PLC0415  it takes long to load, and most corpora never need it

        rows = open_parquet(path, path.name, _LIMITS)
        types = {field.name: MOMENT for field in rows.schema if pa.types.is_temporal(field.type)}
        return cls(rows, tuple(rows.schema.names), types)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        done = 0
        for batch in self.rows.batches(BATCH, columns):
            values = {name: batch.column(place).to_pylist() for place, name in enumerate(batch.schema.names)}
            yield [
                [
                    _flat(value, f"{self.rows.name}, row {done + place}, {name}")
                    for place, value in enumerate(values[name], 1)
                ]
                for name in columns
            ]
            done += batch.num_rows
