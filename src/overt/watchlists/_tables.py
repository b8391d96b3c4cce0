"""Tables of texts, read strictly and in batches: CSV, TSV, JSON lines (each plain or gzip) and Parquet.

What is not exactly as its format says is refused with its row. The value of a field is never shown.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from overt.encoding import read_json
from overt.refusals import Refusal
from overt.watchlists._columns import MOMENT
from overt.watchlists._files import check_regular
from overt.watchlists._matching import SEPARATOR

BATCH = 5_000
LONGEST_LINE = 4_000_000
# The csv module's own limit holds for the whole process, and whoever else reads CSV may have raised it.
LONGEST_FIELD = 131_072
KINDS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".jsonl", ".jsonl.gz", ".parquet")
_UNDECODED = re.compile("[\ud800-\udfff]")

Batch = list[list[str]]
"""One list of values for each column asked for, all of the same length."""


class Table(Protocol):
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


def open_table(path: Path, delimiter: str = "") -> Table:
    """The table in a file; refuses a stream, an unknown kind, and a header that is empty or names a column twice."""
    check_regular(path, "watchlist-corpus-unreadable")
    name = path.name.lower()
    kind = next((each for each in KINDS if name.endswith(each)), "")
    if not kind:
        raise Refusal("watchlist-corpus-kind", path.name, "Overt does not read this type of file", ", ".join(KINDS))
    if kind == ".parquet":
        table: Table = _Parquet.open(path)
    elif kind.startswith(".jsonl"):
        table = _JsonLines.open(path)
    else:
        table = _Csv.open(path, delimiter or ("\t" if kind.startswith(".tsv") else ","))
    _check_header(table.header, path)
    return table


def _check_header(header: Sequence[str], path: Path) -> None:
    if not header or not all(name.strip() or place == 0 for place, name in enumerate(header)):
        raise Refusal("watchlist-corpus-header", path.name, "a column has no name", "a name for each column")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Refusal("watchlist-corpus-header", path.name, f"twice: {', '.join(twice)}", "each name only once")


@dataclass(frozen=True)
class _Csv:
    path: Path
    delimiter: str
    header: tuple[str, ...]
    told: dict[str, str]

    @classmethod
    def open(cls, path: Path, delimiter: str) -> _Csv:
        if len(delimiter) != 1:
            raise Refusal("watchlist-corpus-delimiter", "--delimiter", f"{len(delimiter)} characters", "one character")
        with _lines(path) as lines:
            header = next(_rows(lines, path, delimiter), [])
        return cls(path, delimiter, tuple(header), {})

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        places = [self.header.index(name) for name in columns]
        width = len(self.header)
        with _lines(self.path) as lines:
            rows = _rows(lines, self.path, self.delimiter)
            next(rows, None)
            done = 0
            while batch := list(islice(rows, BATCH)):
                for place, row in enumerate(batch):
                    if len(row) != width:
                        where = f"{self.path.name}, row {done + place + 2}"
                        raise Refusal(
                            "watchlist-corpus-ragged", where, f"{len(row)} columns", f"{width}, as in the first row"
                        )
                done += len(batch)
                yield [[row[place] for row in batch] for place in places]


def _rows(lines: Iterator[str], path: Path, delimiter: str) -> Iterator[list[str]]:
    """The rows of a CSV file; lines with nothing on them are no rows."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if row:
                if max(map(len, row)) > LONGEST_FIELD:
                    raise csv.Error(f"field larger than field limit ({LONGEST_FIELD})")
                yield row
    except csv.Error as error:
        where = f"{path.name}, line {reader.line_num}"
        raise Refusal("watchlist-corpus-csv", where, str(error), "CSV as in RFC 4180") from error


@dataclass(frozen=True)
class _JsonLines:
    path: Path
    header: tuple[str, ...]
    told: dict[str, str]

    @classmethod
    def open(cls, path: Path) -> _JsonLines:
        names: dict[str, None] = {}
        for batch in cls._objects(path):
            for row in batch:
                names.update(dict.fromkeys(row))
        return cls(path, tuple(names), {})

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        done = 0
        for batch in self._objects(self.path):
            yield [
                [
                    _flat(row.get(name), f"{self.path.name}, row {done + place}, {name}")
                    for place, row in enumerate(batch, 1)
                ]
                for name in columns
            ]
            done += len(batch)

    @staticmethod
    def _objects(path: Path) -> Iterator[list[dict[str, Any]]]:
        with _lines(path) as lines:
            number = 0
            while some := list(islice(lines, BATCH)):
                batch = []
                for line in some:
                    number += 1
                    if not line.strip():
                        continue
                    try:
                        row = read_json(line)
                    except ValueError as error:
                        raise _not_json(path, number) from error
                    if not isinstance(row, dict):
                        raise _not_json(path, number)
                    batch.append(row)
                yield batch


def _not_json(path: Path, line: int) -> Refusal:
    return Refusal(
        "watchlist-corpus-json", f"{path.name}, line {line}", "this is not a JSON object", "one object on each line"
    )


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
    text = str(value)
    if SEPARATOR in text or _UNDECODED.search(text):
        raise Refusal("watchlist-corpus-text", where, "there is a NUL or an incomplete character", "text")
    return text


@dataclass(frozen=True)
class _Parquet:
    path: Path
    header: tuple[str, ...]
    told: dict[str, str]

    @classmethod
    def open(cls, path: Path) -> _Parquet:
        with _parquet_errors(path):
            schema = pq.read_schema(path)
        told = {field.name: MOMENT for field in schema if pa.types.is_temporal(field.type)}
        return cls(path, tuple(schema.names), told)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        done = 0
        with _parquet_errors(self.path), pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(BATCH, columns=list(columns)):
                values = {name: batch.column(place).to_pylist() for place, name in enumerate(batch.schema.names)}
                yield [
                    [
                        _flat(value, f"{self.path.name}, row {done + place}, {name}")
                        for place, value in enumerate(values[name], 1)
                    ]
                    for name in columns
                ]
                done += batch.num_rows


@contextmanager
def _parquet_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise Refusal("watchlist-corpus-parquet", path.name, type(error).__name__, "a complete Parquet file") from error


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a text file, its gzip taken off; refuses what is not UTF-8 text, with the line."""
    try:
        opened = gzip.open if path.suffix.lower() == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            yield _checked(stream, path)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Refusal(
            "watchlist-corpus-gzip", path.name, "the gzip file is damaged or incomplete", "a complete gzip file"
        ) from error
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise Refusal("watchlist-corpus-unreadable", str(path), found, "a file of texts") from error


def _checked(stream: IO[str], path: Path) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if SEPARATOR in line or len(line) == LONGEST_LINE or (not line.isascii() and _UNDECODED.search(line)):
            raise _bad_line(line, f"{path.name}, line {number}")
        yield line


def _bad_line(line: str, where: str) -> Refusal:
    if len(line) == LONGEST_LINE:
        return Refusal("watchlist-corpus-long", where, f"{LONGEST_LINE:,} characters or more", "shorter lines")
    if _UNDECODED.search(line):
        remedy = "convert the file to UTF-8, for example with iconv"
        return Refusal("watchlist-corpus-encoding", where, "the text is not UTF-8", "UTF-8", remedy)
    return Refusal("watchlist-corpus-text", where, "there is a NUL character", "text")
