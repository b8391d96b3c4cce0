"""Databases in a file: SQLite and DuckDB. Tables are copied; views, which are programs, are not run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pyarrow as pa

from overt.audits.source._account import Limits, SourceTable
from overt.audits.source._loading import Loaded, Loading, target
from overt.audits.source._sandbox import database_broken, literal, out_of_room, quoted_name
from overt.audits.source._stated import tables_in_use
from overt.audits.source._texts import check_texts
from overt.refusals import Refusal
from overt.rows import check_header, digest_of, shown_name
from overt.workbooks import column_letter

_BATCH = 20_000
_BATCH_BYTES = 2**26
_SQLITE_TYPES = {"integer": pa.int64(), "real": pa.float64(), "text": pa.string(), "blob": pa.binary()}


def load_sqlite(loading: Loading, path: Path, name: str) -> Loaded:
    """Copies every table. SQLite's types belong to values, so a column has a type when all its values have it.

    Refuses damage, texts that are not UTF-8, and changes that lie beside the file in a journal.
    """
    _check_no_journal(path, name, ("-wal", "-journal"))
    location = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    tables, notes = [], []
    try:
        with closing(sqlite3.connect(location, uri=True)) as database:
            # The schema of a file from elsewhere may call functions; none but harmless ones are run.
            database.execute("pragma trusted_schema = off")
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(2**26, 8 * loading.limits.field_characters))
            database.execute("pragma cell_size_check = on")
            names, left_out = _sqlite_tables(database)
            names, unused = tables_in_use(names, loading.reading, name)
            _check_count(name, names, loading.limits)
            notes = [f"{name}: “{shown_name(each)}” is a view or a virtual table and was not read" for each in left_out]
            notes += unused
            for origin in names:
                place = f"{name}, table “{shown_name(origin)}”"
                table = loading.name_table(origin, place)
                notes += _copy_sqlite(database, loading, origin, table, place)
                tables.append(_checked(loading, table, place))
    except sqlite3.DatabaseError:
        raise database_broken(name, "SQLite") from None
    return Loaded(digest_of(path), tables, notes)


def load_duckdb(loading: Loading, path: Path, name: str) -> Loaded:
    """Copies every table, those outside the schema `main` named by schema and table. Refuses damage and journals."""
    _check_no_journal(path, name, (".wal",))
    connection = loading.connection
    tables = []
    try:
        connection.execute(f"attach {literal(str(path.absolute()))} as incoming (read_only)")
        try:
            found = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'incoming' order by all"
            ).fetchall()
            views = connection.execute(
                "select view_name from duckdb_views() where database_name = 'incoming' and not internal order by all"
            ).fetchall()
            names = [origin if schema == "main" else f"{schema}_{origin}" for schema, origin in found]
            used, unused = tables_in_use(names, loading.reading, name)
            _check_count(name, used, loading.limits)
            for full, (schema, origin) in zip(names, found, strict=True):
                if full not in used:
                    continue
                place = f"{name}, table “{shown_name(full)}”"
                table = loading.name_table(full, place)
                _copy_duckdb(loading, f"incoming.{quoted_name(schema)}.{quoted_name(origin)}", table, place)
                tables.append(_checked(loading, table, place))
        finally:
            connection.execute("detach incoming")
    except duckdb.Error as error:
        raise out_of_room(error, name) or database_broken(name, "DuckDB") from None
    notes = [f"{name}: “{shown_name(str(row[0]))}” is a view and was not read" for row in views] + unused
    return Loaded(digest_of(path), tables, notes)


def _checked(loading: Loading, table: str, place: str) -> SourceTable:
    """The table that has been written, once every value of it has been looked at."""
    columns = loading.columns_of(table)
    looked = check_texts(loading.connection, place, target(table), columns, loading.limits)
    loading.tell(table, looked.rows)
    return looked.table(table, place, columns)


def _check_no_journal(path: Path, name: str, endings: tuple[str, ...]) -> None:
    for ending in endings:
        beside = Path(f"{path}{ending}")
        if beside.exists() and beside.stat().st_size:
            raise Refusal(
                "database-in-use",
                f"{name}{ending}",
                "the database has changes that have not been written to the file yet",
                "a database that is not in use",
                "close the program that writes it, or give a backup made with that program",
            )


def _check_count(name: str, names: list[str], limits: Limits) -> None:
    if not names:
        raise Refusal("source-empty", name, "there are no tables", "at least one table")
    if len(names) > limits.tables:
        raise Refusal("source-too-many-tables", name, f"{len(names)} tables", f"at most {limits.tables}")


def _sqlite_tables(database: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Names of the tables, and of what only looks like one."""
    rows = database.execute(
        "select name, type, coalesce(sql, '') from sqlite_master "
        "where type in ('table', 'view') and name not like 'sqlite~_%' escape '~' order by name"
    ).fetchall()
    plain = [name for name, kind, sql in rows if kind == "table" and not sql.upper().startswith("CREATE VIRTUAL")]
    return plain, [name for name, _, _ in rows if name not in plain]


def _copy_sqlite(database: sqlite3.Connection, loading: Loading, origin: str, table: str, place: str) -> list[str]:
    """Copies a table and says which of its columns had to be read as text."""
    database.text_factory = str
    names = [row[1] for row in database.execute(f"pragma table_xinfo({quoted_name(origin)})") if row[6] != 1]
    check_header(place, names, loading.limits)
    columns = _sqlite_columns(database, origin, names)
    loading.create(table, pa.schema([(column.name, column.type) for column in columns]))
    done = 0
    for arrays in _sqlite_batches(database, origin, columns, place):
        loading.append(table, arrays)
        done += len(arrays[0])
        loading.tell(table, done)
    return [
        f"{place}, column {column_letter(number)}: values of several types; all were read as text"
        for number, column in enumerate(columns, start=1)
        if column.mixed
    ]


@dataclass(frozen=True)
class _SqliteColumn:
    """A column, the kinds its values have (blanks have none), and the bytes of the longest."""

    name: str
    kinds: frozenset[str]
    longest: int

    @property
    def type(self) -> pa.DataType:
        if len(self.kinds) == 1:
            return _SQLITE_TYPES[min(self.kinds)]
        return pa.float64() if self.kinds == {"integer", "real"} else pa.string()

    @property
    def mixed(self) -> bool:
        return len(self.kinds) > 1 and pa.types.is_string(self.type)


def _sqlite_columns(database: sqlite3.Connection, origin: str, names: list[str]) -> list[_SqliteColumn]:
    found: list[_SqliteColumn] = []
    # In groups, for SQLite limits how many columns a result may have.
    for start in range(0, len(names), 100):
        group = names[start : start + 100]
        parts = []
        for name in map(quoted_name, group):
            parts += [f"max(typeof({name}) = '{kind}')" for kind in _SQLITE_TYPES]
            parts.append(f"max(case when typeof({name}) in ('text', 'blob') then length(cast({name} as blob)) end)")
        row = iter(database.execute(f"select {', '.join(parts)} from {quoted_name(origin)}").fetchone())
        for name in group:
            kinds = frozenset(kind for kind in _SQLITE_TYPES if next(row))
            found.append(_SqliteColumn(name, kinds, next(row) or 0))
    return found


def _sqlite_batches(
    database: sqlite3.Connection, origin: str, columns: list[_SqliteColumn], place: str
) -> Iterator[list[pa.Array]]:
    database.text_factory = bytes
    names = ", ".join(quoted_name(column.name) for column in columns)
    cursor = database.execute(f"select {names} from {quoted_name(origin)}")
    size = max(1, min(_BATCH, _BATCH_BYTES // (1 + sum(column.longest for column in columns))))
    done = 0
    while rows := cursor.fetchmany(size):
        yield [
            _sqlite_array(list(values), column.type, f"{place}, column {column_letter(number)}", done)
            for number, (values, column) in enumerate(zip(zip(*rows, strict=True), columns, strict=True), start=1)
        ]
        done += len(rows)


def _sqlite_array(values: list[Any], kind: pa.DataType, where: str, done: int) -> pa.Array:
    if not pa.types.is_string(kind):
        return pa.array(values, kind)
    texts: list[str | None] = []
    for number, value in enumerate(values, start=done + 1):
        try:
            texts.append(value.decode("utf-8") if isinstance(value, bytes) else None if value is None else repr(value))
        except UnicodeDecodeError:
            raise Refusal(
                "encoding-not-utf8",
                f"{where}, row {number}",
                "a value is not UTF-8",
                "UTF-8",
                "fix the values in the database, or export the table as Parquet or CSV in UTF-8",
            ) from None
    return pa.array(texts, kind)


def _copy_duckdb(loading: Loading, source: str, table: str, place: str) -> None:
    described = loading.connection.execute(f"describe {source}").fetchall()
    check_header(place, [str(row[0]) for row in described], loading.limits)
    columns = []
    for name, kind in ((quoted_name(str(row[0])), str(row[1])) for row in described):
        # A list of codes is a type of its own database.
        columns.append(f"{name}::varchar as {name}" if kind.startswith("ENUM(") else name)
    loading.connection.execute(f"create table {target(table)} as select {', '.join(columns)} from {source}")
