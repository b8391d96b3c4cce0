"""A look at a source before it is loaded: the first rows of each table as they lie, and what reading them needs."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import duckdb

from overt.audits.source._account import Limits
from overt.audits.source._headings import heading_doubts, kind_of_text, propose_header
from overt.audits.source._peek_objects import look_at_objects
from overt.audits.source._peek_text import PeekText, look_at_text
from overt.audits.source._sandbox import database_broken, literal, open_workshop, quoted_name
from overt.audits.source._servers import is_url
from overt.audits.source._source import source_files
from overt.refusals import Refusal, Refusals
from overt.rows import DELIMITERS, FileReading, Reading, RowsFile, SheetTop, look_at_sheets, open_parquet

# A look is not worth more: a workbook that takes longer is loaded without one.
_SECONDS = 60
_ROWS = 40
_CELL = 200
_COUNTED_STEPS = 5_000


@dataclass(frozen=True)
class PeekTable:
    """A table as it lies. `origin` is its key in a reading: `file`, `file#sheet` or `file#table`.

    `first` are its first rows as text with long cells cut, and `numbers` the number of each as a person sees it. They
    are raw values, to be masked before they are shown. Where the format names the columns these are in `names`; else
    `header` is the row proposed for the names, `None` if no row is, and `why` says why. `rows` counts the rows, or the
    lines of a text, and is `None` where that takes too long. `kinds` has a letter for each cell: t, n, d, b or a blank.
    """

    origin: str
    kind: str
    rows: int | None
    columns: int
    first: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...] = ()
    header: int | None = None
    why: str = ""
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    below: tuple[int, ...] = ()

    @property
    def looks_like_notes(self) -> bool:
        """Whether it is more likely a sheet of words than a table."""
        return self.kind in ("excel", "ods") and self.columns < 2

    def doubts(self, header: int) -> dict[int, str]:
        """What in the row looks like data and not like the name of a column, by the number of the column."""
        return heading_doubts(self.first, self.kinds, self.numbers, header)


@dataclass(frozen=True)
class Peek:
    """What a look at a source found. `refused` are files that cannot be read, each with the reason."""

    tables: tuple[PeekTable, ...]
    texts: tuple[PeekText, ...]
    refused: tuple[tuple[str, Refusal], ...] = ()


def peek(location: str, *, rows: int = _ROWS, reading: Reading | None = None, limits: Limits | None = None) -> Peek:
    """The first rows of every table of a file or folder, without loading it; a server is not asked.

    Takes about a second for a text or a database of any size; workbooks are read whole, in a process of their own that
    may take a minute. Refuses what is not there. A file that cannot be read is named, and the others are looked at.
    """
    limits, reading = limits or Limits(), reading or Reading()
    limits = replace(limits, workbook_seconds=min(limits.workbook_seconds, _SECONDS))
    if is_url(location):
        return Peek((), ())
    tables: list[PeekTable] = []
    texts: list[PeekText] = []
    refused: list[tuple[str, Refusal]] = []
    found, faults = source_files(Path(location))
    refused += faults.items()
    for file in found:
        try:
            if file.kind in DELIMITERS:
                text, table = _text(file, rows, reading.of(file.name), limits)
                texts.append(text)
                tables.append(table)
            else:
                tables += _tables(file, rows, reading, limits)
        except Refusal as refusal:
            refused.append((file.name, refusal))
        except Refusals as several:
            refused += [(file.name, refusal) for refusal in several.refusals]
    return Peek(tuple(tables), tuple(texts), tuple(refused))


def _text(file: RowsFile, most: int, reading: FileReading, limits: Limits) -> tuple[PeekText, PeekTable]:
    text, rows, lines = look_at_text(file.path, file.name, DELIMITERS[file.kind], reading, limits)
    first = [row[: limits.columns] for row in rows[:most]]
    kinds = ["".join(map(kind_of_text, row)) for row in first]
    header, why = propose_header(first, kinds, lines[:most])
    columns = max(map(len, rows), default=0)
    return text, PeekTable(
        file.name, file.kind, text.lines, columns, _cells(first), tuple(lines[:most]), tuple(kinds), (), header, why
    )


def _tables(file: RowsFile, most: int, reading: Reading, limits: Limits) -> Iterator[PeekTable]:
    if file.kind in ("excel", "ods"):
        for top in look_at_sheets(file.path, file.name, most, limits):
            yield _sheet(file, top)
    elif file.kind == "parquet":
        yield _parquet(file, most, limits)
    elif file.kind == "sqlite":
        yield from _sqlite(file, most)
    elif file.kind == "duckdb":
        yield from _duckdb(file, most, limits)
    else:
        names, rows = look_at_objects(file, reading.of(file.name).encoding, most)
        yield _named(file.name, file.kind, None, names, rows)


def _sheet(file: RowsFile, top: SheetTop) -> PeekTable:
    numbers = range(1, len(top.cells) + 1)
    header, why = propose_header(top.cells, top.kinds, numbers)
    return PeekTable(
        f"{file.name}#{top.title}",
        file.kind,
        top.rows,
        top.columns,
        _cells(top.cells),
        tuple(numbers),
        tuple(top.kinds),
        (),
        header,
        why,
        top.hidden,
        tuple(top.hidden_rows[:1000]),
        tuple(top.hidden_columns),
        tuple((first, left, last, right) for first, left, last, right in top.merged),
        tuple(top.below),
    )


def _named(
    origin: str, kind: str, count: int | None, names: Sequence[str], rows: Sequence[Sequence[object]]
) -> PeekTable:
    """A table of a format that names its columns; its rows are counted from 1."""
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    kinds = tuple("".join(map(kind_of_text, row)) for row in cells)
    numbers = tuple(range(1, len(cells) + 1))
    return PeekTable(origin, kind, count, len(names), _cells(cells), numbers, kinds, tuple(names))


def _parquet(file: RowsFile, most: int, limits: Limits) -> PeekTable:
    import pyarrow.parquet as pq  # noqa: PLC0415  it takes long to load, and most files never need it

    rows = open_parquet(file.path, file.name, limits)
    batch = next(rows.batches(most), None)
    values = [] if batch is None else [list(row.values()) for row in batch.to_pylist()]
    return _named(file.name, file.kind, pq.read_metadata(file.path).num_rows, rows.schema.names, values)


def _sqlite(file: RowsFile, most: int) -> Iterator[PeekTable]:
    location = f"file:{quote(str(file.path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(location, uri=True)) as database:
            database.execute("pragma trusted_schema = off")
            database.text_factory = lambda data: data.decode("utf-8", "replace")
            named = database.execute(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite~_%' escape '~' "
                "and upper(sql) not like 'CREATE VIRTUAL%' order by name"
            ).fetchall()
            for (name,) in named:
                rows = database.execute(f"select * from {quoted_name(name)} limit {most}")
                columns = [column[0] for column in rows.description]
                yield _named(f"{file.name}#{name}", file.kind, _count(database, name), columns, rows.fetchall())
    except sqlite3.DatabaseError:
        raise _unreadable(file) from None


def _count(database: sqlite3.Connection, table: str) -> int | None:
    """How many rows a table has; `None` if counting takes long."""
    steps = iter(range(_COUNTED_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, 10_000)
    try:
        return int(database.execute(f"select count(*) from {quoted_name(table)}").fetchone()[0])
    except sqlite3.OperationalError:
        return None
    finally:
        database.set_progress_handler(None, 0)


def _duckdb(file: RowsFile, most: int, limits: Limits) -> Iterator[PeekTable]:
    allowed = [file.path, Path(f"{file.path.absolute()}.wal")]
    with tempfile.TemporaryDirectory(prefix="overt-look-") as folder:
        workshop = Path(folder) / "looked.duckdb"
        with open_workshop(workshop, allowed, memory=limits.memory, threads=limits.threads) as connection:
            try:
                connection.execute(f"attach {literal(str(file.path.absolute()))} as incoming (read_only)")
                found = connection.execute(
                    "select schema_name, table_name, estimated_size from duckdb_tables() "
                    "where database_name = 'incoming' order by all"
                ).fetchall()
                for schema, name, size in found:
                    source = f"incoming.{quoted_name(schema)}.{quoted_name(name)}"
                    columns = [str(row[0]) for row in connection.execute(f"describe {source}").fetchall()]
                    texts = ", ".join(f"left({quoted_name(column)}::varchar, {_CELL})" for column in columns)
                    rows = connection.execute(f"select {texts} from {source} limit {most}").fetchall()
                    full = name if schema == "main" else f"{schema}_{name}"
                    yield _named(f"{file.name}#{full}", file.kind, int(size), columns, rows)
            except duckdb.Error:
                raise _unreadable(file) from None


def _unreadable(file: RowsFile) -> Refusal:
    return database_broken(file.name, "DuckDB" if file.kind == "duckdb" else "SQLite")


def _cells(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell[:_CELL] for cell in row) for row in rows)
