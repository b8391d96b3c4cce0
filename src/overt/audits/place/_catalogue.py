"""Which tables of a server an audit reads, by the server's own catalogue.

One query gives the wanted tables of a schema with their columns, whatever else lies in it: ten thousand tables are
counted and not listed.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from overt.audits.place._dialect import DIALECTS, Dialect, Family
from overt.audits.place._options import ServerOptions
from overt.audits.source import table_name
from overt.controls.engines import Engine, Note
from overt.refusals import Refusal
from overt.rows import ReadingLimits, check_header, shown_name

CATALOGUE = "the server's catalogue"
_SECONDS = 60.0
# More than that are hardly one register.
MOST_TABLES = 100


@dataclass(frozen=True)
class ServerColumn:
    """A column that may be read. `required` says that the server lets no row be without it."""

    name: str
    type: str
    required: bool = False


@dataclass(frozen=True)
class ServerTable:
    """A table that may be read: its name for mappings, the server's own for people, and as SQL.

    `unique` are columns in which the server lets no two rows have the same value. `row` is the column that holds the
    numbers of the rows, which is none of the source: a file's rows have theirs without one.
    """

    name: str
    origin: str
    relation: str
    columns: tuple[ServerColumn, ...]
    unique: frozenset[str] = frozenset()
    row: ServerColumn | None = None

    @property
    def types(self) -> dict[str, str]:
        """The server's type of each column, that of the numbers among them."""
        return {column.name: column.type for column in (*self.columns, *filter(None, [self.row]))}


@dataclass(frozen=True)
class Catalogue:
    """The wanted tables that are there, by their names; how many others the schema has; what a reader must know."""

    tables: Mapping[str, ServerTable]
    schema: str
    others: int = 0
    notes: tuple[str, ...] = ()


def read_catalogue(engine: Engine, options: ServerOptions, wanted: Collection[str] | None) -> Catalogue:
    """The tables that are wanted, by their names in lower case; all of them for `None`.

    Refuses names that differ in case alone and, if none is named, more than `MOST_TABLES`.
    """
    reader = _READERS[engine.dialect](engine, options, DIALECTS[engine.dialect])
    catalogue = reader.read(None if wanted is None else sorted(wanted))
    absent = [table for table, _ in options.versions if table not in catalogue.tables]
    if absent:
        found = f"no table {', '.join(absent)} is read"
        raise Refusal("version-not-here", "--as-of-version", found, ", ".join(catalogue.tables), "check the name")
    return catalogue


@dataclass
class _Reader(ABC):
    engine: Engine
    options: ServerOptions
    dialect: Dialect
    tables: dict[str, ServerTable] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @abstractmethod
    def read(self, wanted: list[str] | None) -> Catalogue:
        """The catalogue."""

    def check_number(self, schema: str, tables: int) -> None:
        """Refuses more tables than one register has, of which none is named."""
        if tables > MOST_TABLES:
            remedy = "name the tables of the register with --table, or another schema with --schema"
            raise Refusal("tables-too-many", schema, f"{tables:,} tables", f"at most {MOST_TABLES}", remedy)

    def fetch(self, sql: str, returns: str, reads: str) -> list[tuple[object, ...]]:
        return self.engine.fetch(sql, _SECONDS, Note(CATALOGUE, (reads,), returns))

    def add(self, table: ServerTable) -> None:
        if table.name in self.tables:
            found = f"its table would be named {table.name}, as that of {self.tables[table.name].origin}"
            wanted = "names that differ in more than case and punctuation"
            raise Refusal("source-table-twice", table.origin, found, wanted, "rename one of the two, or use --schema")
        check_header(table.origin, [column.name for column in table.columns], ReadingLimits())
        self.tables[table.name] = self.numbered(table)

    def numbered(self, table: ServerTable) -> ServerTable:
        """The table with its column of row numbers, if it has one, apart."""
        row = next((column for column in table.columns if column.name.lower() == "_row"), None)
        if row is None or self.dialect.family(row.type) is not Family.WHOLE:
            return table
        self.notes.append(f"{table.origin}: its column {row.name} holds the numbers of the rows")
        return replace(table, columns=tuple(column for column in table.columns if column is not row), row=row)

    def unreadable(self, origin: str) -> None:
        self.notes.append(f"{origin}: this user may not read it, so it counts as absent: ask for `grant select`")


_POSTGRES = """
select t.relname, t.relkind, t.readable, t.hidden_rows, a.attname,
       case when y.typtype = 'e' then 'enum'
            when y.typbasetype = 0 then format_type(y.oid, a.atttypmod)
            else format_type(y.typbasetype, y.typtypmod) end,
       a.attnotnull, has_column_privilege(t.oid, a.attnum, 'select'),
       exists (select 1 from pg_catalog.pg_index as i where i.indrelid = t.oid and i.indisunique and i.indisvalid
               and i.indimmediate and i.indnkeyatts = 1 and i.indkey[0] = a.attnum and i.indpred is null)
from (select c.oid, c.relname, c.relkind, has_any_column_privilege(c.oid, 'select') as readable,
             row_security_active(c.oid) as hidden_rows
      from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = {schema} and c.relkind in ('r', 'p', 'v', 'm', 'f') and {is_wanted}) as t
left join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_catalog.pg_type as y on y.oid = a.atttypid
order by t.relname, a.attnum
"""
_COUNT = """
select count(*) filter (where {is_wanted}), count(*)
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = {schema} and c.relkind in ('r', 'p', 'v', 'm', 'f')
"""
# The first schema of the user's own search path, which our transaction leaves aside.
_OWN_SCHEMA = """
select n.nspname
from pg_catalog.pg_settings as s
cross join unnest(string_to_array(s.reset_val, ',')) with ordinality as p(part, place)
join pg_catalog.pg_namespace as n on n.nspname = replace(btrim(p.part, ' "'), '$user', current_user)
where s.name = 'search_path' and has_schema_privilege(n.oid, 'usage')
order by p.place
limit 1
"""


class _PostgresReader(_Reader):
    def read(self, wanted: list[str] | None) -> Catalogue:
        schema = self.options.schema or self._current()
        names = ", ".join(map(self.dialect.literal, wanted or []))
        folded = "trim(both '_' from regexp_replace(lower(c.relname::text), '[^[:alnum:]_]+', '_', 'g'))"
        is_wanted = "true" if wanted is None else f"{folded} in ({names})"
        parts = {"schema": self.dialect.literal(schema), "is_wanted": is_wanted}
        counts = self.fetch(_COUNT.format(**parts), "2 counts of tables", "pg_catalog.pg_class")[0]
        if wanted is None:
            self.check_number(schema, int(str(counts[1])))
        rows = self.fetch(_POSTGRES.format(**parts), "a row for each column of the wanted tables", "pg_catalog")
        by_name: dict[str, list[tuple[object, ...]]] = {}
        for row in rows:
            by_name.setdefault(str(row[0]), []).append(row)
        if not rows and int(str(counts[1])) == 0:
            self._check_schema(schema)
        for name, columns in by_name.items():
            self._add(schema, name, columns)
        return Catalogue(self.tables, schema, int(str(counts[1])) - int(str(counts[0])), tuple(self.notes))

    def _current(self) -> str:
        found = self.fetch(_OWN_SCHEMA, "a name", "pg_catalog.pg_settings")
        if not found:
            raise Refusal("schema-unknown", "--schema", "this user has no schema by default", "the name of a schema")
        return str(found[0][0])

    def _check_schema(self, schema: str) -> None:
        asked = "select has_schema_privilege(oid, 'usage') from pg_catalog.pg_namespace where nspname = {name}"
        found = self.fetch(asked.format(name=self.dialect.literal(schema)), "a flag", "pg_catalog.pg_namespace")
        if not found or not found[0][0]:
            what = "there is no such schema" if not found else "this user may not use it: ask for `grant usage`"
            raise Refusal("schema-unknown", schema, what, "a schema of the database", "name another with --schema")

    def _add(self, schema: str, name: str, rows: list[tuple[object, ...]]) -> None:
        origin = shown_name(f"{schema}.{name}")
        _, kind, readable, hidden, *_ = rows[0]
        if not readable:
            self.unreadable(origin)
            return
        if hidden:
            self.notes.append(f"{origin}: row-level security limits which rows this user sees; the rest was not read")
        if kind == "f":
            self.notes.append(f"{origin}: its rows lie on another server, so the snapshot does not hold them")
        barred = [shown_name(str(row[4])) for row in rows if row[4] is not None and not row[7]]
        if barred:
            self.notes.append(f"{origin}: this user may not read {', '.join(barred)}; they count as absent")
        columns = tuple(ServerColumn(str(row[4]), str(row[5]), bool(row[6])) for row in rows if row[7])
        unique = frozenset(str(row[4]) for row in rows if row[7] and row[8])
        relation = f"{self.dialect.name(schema)}.{self.dialect.name(name)}"
        self.add(ServerTable(table_name(name), origin, relation, columns, unique))


class _SparkReader(_Reader):
    def read(self, wanted: list[str] | None) -> Catalogue:
        catalog, schema = self._where()
        place = f"{self.dialect.name(catalog)}.{self.dialect.name(schema)}"
        shown = self.fetch(f"show tables in {place}", "the names of the tables of the schema", place)
        names = [str(row[1]) for row in shown if str(row[0])]
        if wanted is None:
            self.check_number(f"{catalog}.{schema}", len(names))
        found = [name for name in names if wanted is None or table_name(name) in wanted]
        for name in found:
            self._add(catalog, schema, name)
        return Catalogue(self.tables, f"{catalog}.{schema}", len(names) - len(found), tuple(self.notes))

    def _where(self) -> tuple[str, str]:
        current = self.fetch("select current_catalog(), current_schema()", "2 names", "the session")[0]
        return self.options.catalog or str(current[0]), self.options.schema or str(current[1])

    def _add(self, catalog: str, schema: str, name: str) -> None:
        origin = shown_name(f"{catalog}.{schema}.{name}")
        relation = ".".join(map(self.dialect.name, (catalog, schema, name)))
        version = dict(self.options.versions).get(table_name(name))
        if version is not None:
            relation, origin = f"{relation} version as of {version}", f"{origin}, version {version}"
        try:
            columns = self._columns(relation)
        except Exception as error:
            if _is_barred(error):
                self.unreadable(origin)
                return
            if version is None:
                raise
            found = f"the server has no such version of it ({type(error).__name__})"
            remedy = "name a version that is kept, of a Delta or Iceberg table"
            raise Refusal("version-not-here", origin, found, "a version that the server keeps", remedy) from None
        self.add(ServerTable(table_name(name), origin, relation, columns))

    def _columns(self, relation: str) -> tuple[ServerColumn, ...]:
        """By what the server makes of a select, since not every server answers `describe`."""
        asked = f"select * from {relation} limit 0"
        note = Note(CATALOGUE, (relation,), "the columns and their types")
        return tuple(ServerColumn(name, kind) for name, kind in self.engine.described(asked, note))


def _is_barred(error: Exception) -> bool:
    """Whether a server says that the user may not read a table; servers differ in their words."""
    return re.search(r"PERMISSION|ACCESS.DENIED|INSUFFICIENT|UNAUTHORIZED|FORBIDDEN", str(error), re.I) is not None


_READERS: dict[str, type[_Reader]] = {"postgres": _PostgresReader, "spark": _SparkReader}


def without_blank_rows(table: ServerTable, condition: str) -> ServerTable:
    """The table as SQL without the rows that are blank throughout."""
    return replace(table, relation=f"(select * from {table.relation} as given where {condition})")
