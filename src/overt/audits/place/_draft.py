"""A mapping drafted from the tables of a server: what a draft of the same rows in files would be, by counts.

What crosses the wire beside counts are the values of columns of text that have few, each with its rows, and of texts
that a draft reads as dates the different ones, their minutes and seconds left out. Of no two columns the values come
together.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from overt.audits.mapping import ColumnProfile, draft_from
from overt.audits.mapping._asked import values_of
from overt.audits.mapping._dates import has_clock
from overt.audits.mapping._guess import on_one_line
from overt.audits.mapping._guesses import SourceColumn
from overt.audits.mapping._mapping import parse_mapping
from overt.audits.mapping._server_faults import faults_of
from overt.audits.mapping._server_from import ServerTable as MappedTable
from overt.audits.mapping._server_types import UNREADABLE, duckdb_type
from overt.audits.place._catalogue import Catalogue, ServerTable, read_catalogue
from overt.audits.place._convert import convert
from overt.audits.place._counting import Counts, count_source
from overt.audits.place._dialect import DIALECTS, Dialect, Family
from overt.audits.place._fillings import asking
from overt.audits.place._options import ServerOptions
from overt.audits.place._profile import distinct_value
from overt.audits.place._register import opened, proved, told
from overt.audits.source import SourceAccount, SourceTable, shown_url
from overt.audits.source._sandbox import quoted_name
from overt.controls.engines import Engine, Note
from overt.model import Kind
from overt.refusals import Refusal

# Of so many different texts the forms of dates are looked at.
_MOST_TEXTS = 100_000


def draft_in_place(
    location: str,
    options: ServerOptions,
    tables: Sequence[str],
    timezone: str | None,
    statements: Path | None,
    *,
    timeout: float | None,
) -> str:
    """A draft for the tables of a schema, or for those that are named.

    Every statement is written to `statements`, a JSON object a line.
    Refuses a schema of too many tables, of which none is named. What this server does not give DuckDB's meaning stands
    in the draft with its reason. `timeout` is in seconds, for each statement.
    """
    url, options = options.of(location)
    with opened(url) as engine, tempfile.TemporaryDirectory() as folder:
        proved(engine, shown_url(location))
        wanted = {name.lower() for name in tables} or None
        catalogue = read_catalogue(engine, options, wanted)
        if not catalogue.tables:
            found = f"{catalogue.schema} has no table of this name that this user may read"
            raise Refusal("source-empty", shown_url(location), found, "a table", "name a --schema, or ask for rights")
        with duckdb.connect(str(Path(folder) / "texts")) as connection:
            asked = AskedThere(engine, DIALECTS[engine.dialect], catalogue.tables, timeout, connection)
            account = asked.account(shown_url(location), catalogue)
            text = draft_from(asked, account, timezone)
        if statements is not None:
            statements.write_text("".join(json.dumps(told(each, {})) + "\n" for each in engine.statements), "utf-8")
        return _head(engine, asked, account) + text + _not_there(engine, asked, text)


@dataclass
class AskedThere:
    """A source on a server. `connection` is of an empty database of our own, in which texts are read as dates."""

    engine: Engine
    dialect: Dialect
    tables: Mapping[str, ServerTable]
    timeout: float | None
    connection: duckdb.DuckDBPyConnection
    unread: dict[str, list[str]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    takes_alike_as_one = False

    def account(self, name: str, catalogue: Catalogue) -> SourceAccount:
        """The tables, with the columns that a mapping can read, by DuckDB's types."""
        tables = []
        for table in self.tables.values():
            kinds = {column.name: duckdb_type(column.type, self.engine.dialect) for column in table.columns}
            self.unread[table.name] = [name for name, kind in kinds.items() if kind == UNREADABLE]
            columns = tuple((name, kind) for name, kind in kinds.items() if kind != UNREADABLE)
            if columns:
                tables.append(SourceTable(table.name, table.origin, 0, columns))
        return SourceAccount(name, self.engine.dialect, "", tuple(tables), notes=catalogue.notes)

    def profiles(self, table: SourceTable) -> list[ColumnProfile]:
        """By one statement."""
        there = self._with(table)
        counts = Counts(f"{there.relation} as given")
        source = count_source(counts, there, self.dialect)
        distinct = [
            counts.add_value(f"count(distinct {distinct_value(there, column.name, self.dialect)})")
            for column in there.columns
        ]
        with asking(table.origin, self.timeout):
            counts.ask(self.engine, self._note(table, "counts of rows and values"), self.timeout)
        return [
            ColumnProfile(table.name, fill.column, fill.rows, fill.filled, number())
            for fill, number in zip(source().fills, distinct, strict=True)
        ]

    def values(self, table: SourceTable, columns: Sequence[SourceColumn]) -> list[dict[str, int]]:
        """By one statement."""
        if not columns:
            return []
        parts = []
        for place, column in enumerate(columns):
            value = self.dialect.modelled(self._value(column), Kind.TEXT)
            parts.append(
                f"select {place} as place, {value} as value, count(*) as times from {self._rows(table)}"
                f" where {self._value(column)} is not null group by {value}"
            )
        names = ", ".join(column.profile.column for column in columns)
        rows = self._fetch(" union all ".join(parts), table, f"the values of {names}, each with its rows")
        self.shown.append(f"the values of {len(columns)} columns of {table.origin} that have few")
        found = []
        for place in range(len(columns)):
            times: Counter[str] = Counter({str(value): int(count) for at, value, count in rows if at == place})
            found.append(values_of(self.connection, self._put(times)))
        return found

    def bad(self, table: SourceTable, column: SourceColumn, kind: Kind) -> int | None:
        """By one statement."""
        conversion = convert(self._value(column), self._type(table, column), kind, self.dialect)
        if conversion is None:
            return None
        if not conversion.bad:
            return 0
        asked = f"select count(*) from {self._rows(table)} where {conversion.bad}"
        return int(self._fetch(asked, table, f"how many values of {column.profile.column} are no {kind}")[0][0])

    def has_clock(self, table: SourceTable, column: SourceColumn) -> bool:
        """By one statement, or by the texts."""
        if column.type == "VARCHAR":
            connection, rows = self.texts(table, column)
            return has_clock(connection, rows, column)
        family = self.dialect.family(self._type(table, column))
        if family not in (Family.MOMENT, Family.ZONED):
            return family is not Family.DATE
        value = self.dialect.in_utc(self._value(column)) if family is Family.ZONED else self._value(column)
        late = f"substr({self.dialect.moment_text(value)}, 12) <> '00:00:00'"
        asked = f"select count(*) from {self._rows(table)} where {late}"
        return bool(self._fetch(asked, table, f"how many values of {column.profile.column} say a time of day")[0][0])

    def texts(self, table: SourceTable, column: SourceColumn) -> tuple[duckdb.DuckDBPyConnection, str]:
        """The different texts, minutes and seconds left out, by one statement. Refuses too many."""
        name = column.profile.column
        view = quoted_name(f"{table.name}.{name}")
        known = "select 1 from duckdb_views() where view_name = $1"
        if self.connection.execute(known, [f"{table.name}.{name}"]).fetchone() is None:
            value = self.dialect.modelled(self.dialect.without_minutes(self._value(column)), Kind.TEXT)
            asked = (
                f"select {value} as value, count(*) as times from {self._rows(table)}"
                f" where {self._value(column)} is not null group by {value} limit {_MOST_TEXTS + 1}"
            )
            rows = self._fetch(asked, table, f"the different texts of {name}, minutes and seconds left out")
            if len(rows) > _MOST_TEXTS:
                found = f"more than {_MOST_TEXTS:,} different texts where dates are expected"
                remedy = "write the mapping of this table by hand, or name the other tables with --table"
                raise Refusal("draft-too-many", f"{table.origin}, column {name}", found, "dates", remedy)
            self.shown.append(f"the different texts of {on_one_line(name)} in {table.origin}, without minutes")
            times = Counter({str(value): int(count) for value, count in rows})
            self.connection.execute(
                f"create view {view} as select value as {column.sql} from ({self._put(times)}) as texts, range(times)"
            )
        return self.connection, view

    def number(self, table: SourceTable) -> str:
        """Its column of row numbers, or else the place in the order of all columns."""
        row = self.tables[table.name].row
        if row is not None:
            return quoted_name(row.name)
        columns = ", ".join(quoted_name(name) for name, _ in table.columns)
        return f"row_number() over (order by {columns})"

    def mapped(self) -> dict[str, MappedTable]:
        """The tables as a mapping is written for them."""
        return {name: MappedTable(table.relation, table.types) for name, table in self.tables.items()}

    def _put(self, times: Counter[str]) -> str:
        """Texts with their rows, as a select of them in our own database."""
        number = self.connection.execute("select count(*) from duckdb_tables()").fetchone() or (0,)
        name = f"texts_{number[0]}"
        self.connection.execute(f"create table {name} (value varchar, times bigint)")
        if times:
            given = [list(times), list(times.values())]
            self.connection.execute(f"insert into {name} select unnest($1::varchar[]), unnest($2::bigint[])", given)
        return f"select value, times from {name}"

    def _with(self, table: SourceTable) -> ServerTable:
        there = self.tables[table.name]
        kept = {name for name, _ in table.columns}
        return replace(there, columns=tuple(column for column in there.columns if column.name in kept))

    def _rows(self, table: SourceTable) -> str:
        return f"{self.tables[table.name].relation} as given"

    def _value(self, column: SourceColumn) -> str:
        return f"given.{self.dialect.name(column.profile.column)}"

    def _type(self, table: SourceTable, column: SourceColumn) -> str:
        return self.tables[table.name].types[column.profile.column]

    def _note(self, table: SourceTable, returns: str) -> Note:
        return Note(f"a draft of a mapping: {table.name}", (table.origin,), returns)

    def _fetch(self, sql: str, table: SourceTable, returns: str) -> list[tuple[Any, ...]]:
        with asking(table.origin, self.timeout):
            return self.engine.fetch(sql, self.timeout, self._note(table, returns))


def _head(engine: Engine, asked: AskedThere, account: SourceAccount) -> str:
    """What was asked, what came back, and what could not be read."""
    lines = [f"Drafted on the server by {len(engine.statements)} statements, which returned counts"]
    if asked.shown:
        lines[0] += f", and {'; '.join(asked.shown)}"
    lines[0] += ". No row was copied."
    lines += account.notes
    for name, columns in asked.unread.items():
        types = asked.tables[name].types
        lines += [
            f"{name}.{column}: its type is {types[column]}, which a mapping in this dialect cannot read"
            for column in columns
        ]
    return "".join(on_one_line(f"-- {line}") + "\n" for line in lines)


def _not_there(engine: Engine, asked: AskedThere, text: str) -> str:
    """What of the draft cannot be written for this server, with the reason."""
    lines = [
        f"-- decide: {view.table}{column and '.'}{column}: on this server: {reason}"
        for view in parse_mapping(text, "draft")
        for column, reason in faults_of(view, engine.dialect, asked.mapped()).items()
    ]
    return "".join(on_one_line(line) + "\n" for line in lines)
