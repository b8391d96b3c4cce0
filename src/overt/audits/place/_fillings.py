"""Which columns of a server fill which of the model, each by which conversion."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from overt.audits.mapping import MODEL_TABLES, WANTED
from overt.audits.mapping import Mapping as MappingFile
from overt.audits.mapping._numbered import ALL_ROWS
from overt.audits.mapping._server_from import ServerTable as MappedTable
from overt.audits.mapping._server_view import render_view
from overt.audits.place._catalogue import ServerTable
from overt.audits.place._convert import convert
from overt.audits.place._counting import Filling
from overt.audits.place._dialect import Dialect, Family
from overt.controls.engines import Engine, Note, TimeLimit
from overt.model import TABLES, Kind
from overt.refusals import Refusal, Refusals, raise_all

VIEW_TYPES = "types of what a view of the mapping returns"


@dataclass(frozen=True)
class Server:
    """A server while a register on it is made ready; `tables` are those of the source."""

    engine: Engine
    dialect: Dialect
    timeout: float | None
    tables: Mapping[str, ServerTable]
    shown: str

    def asking(self, origin: str) -> AbstractContextManager[None]:
        """`asking`, within this server's time."""
        return asking(origin, self.timeout)


@contextmanager
def asking(origin: str, timeout: float | None) -> Iterator[None]:
    """Refuses what a server does not answer. What it says may repeat a value, so only its kind is told."""
    try:
        yield
    except TimeLimit:
        remedy = "allow more with --timeout, or check whether a view of the source ends at all"
        found = f"the server did not answer within {timeout or 0:g} seconds"
        raise Refusal("server-too-slow", origin, found, "an answer within --timeout", remedy) from None
    except (Refusal, Refusals):
        raise
    except Exception as error:
        state = getattr(error, "sqlstate", None) or getattr(error, "getCondition", lambda: None)() or ""
        found = f"the server did not answer ({' '.join(filter(None, (type(error).__name__, state)))})"
        remedy = "check that the server is up and that this user may read the table, then run the command again"
        raise Refusal("server-failed", origin, found, "an answer", remedy) from None


def from_tables(server: Server, tables: Mapping[str, ServerTable]) -> dict[str, Filling]:
    """Tables that are named as those of the model. Refuses, all at once, types that have no bridge."""
    fillings: dict[str, Filling] = {}
    faults: list[Refusal] = []
    for name in MODEL_TABLES:
        table = tables.get(name)
        if table is None:
            continue
        filling = Filling(name, f"{table.relation} as given", table.origin, {}, unique=_unique(table, server.dialect))
        for column in table.columns:
            value = f"given.{server.dialect.name(column.name)}"
            faults += _add_column(server, filling, column.name.lower(), value, column.type)
        if filling.columns:
            fillings[name] = filling
    raise_all(faults)
    if not fillings:
        found = f"no table there that this user may read matches the register model ({len(tables)} tables looked at)"
        remedy = f"run `overt map new {server.shown} --out mapping.sql` to draft a mapping, or name a --schema"
        raise Refusal("mapping-needed", server.shown, found, "a mapping", remedy)
    return fillings


def _unique(table: ServerTable, dialect: Dialect) -> frozenset[str]:
    """Columns that the server keeps from repeating, of types in which no two values have one text."""
    plain = (Family.TEXT, Family.WHOLE, Family.DATE)
    return frozenset(each.name.lower() for each in table.columns if dialect.family(each.type) in plain) & {
        name.lower() for name in table.unique
    }


def from_views(server: Server, mapping: MappingFile, tables: Mapping[str, ServerTable]) -> dict[str, Filling]:
    """Views of a mapping, written for the server. Refuses, all at once, tables that are not there and types."""
    fillings: dict[str, Filling] = {}
    faults: list[Refusal] = []
    mapped = {name: MappedTable(table.relation, table.types) for name, table in tables.items()}
    for view in mapping.views:
        where = f"{mapping.name}, line {view.line}"
        absent = [name for name in view.sources if not has_table(name, tables)]
        faults += [_no_such_table(where, name, tables) for name in absent]
        if absent:
            continue
        rendered = render_view(view, server.engine.dialect, mapped, mapping.name)
        query = f"(\n{rendered.sql}\n) as given"
        failing = {column: f"given.{server.dialect.name(name)}" for column, name in rendered.failing.items()}
        filling = Filling(view.table, query, where, {}, view.blank, failing, view=view)
        values = {name: f"given.{server.dialect.name(name)}" for name in rendered.columns}
        types = _types(server, where, query, list(values.values()))
        for (column, value), server_type in zip(values.items(), types, strict=True):
            # A column that is nothing but null has no type of its own.
            kind = TABLES[view.table].by_name[column].kind
            own = server.dialect.types[kind]
            if column in view.blank:
                value, server_type = f"cast(null as {own})", own  # noqa: PLW2901
            faults += _add_column(server, filling, column, value, server_type)
        fillings[view.table] = filling
    raise_all(faults)
    return fillings


def has_table(name: str, tables: Mapping[str, ServerTable]) -> bool:
    """Whether the tables have the one that a mapping names: `source_rows` is the only one there is."""
    return name.lower() in tables or (name.lower() == ALL_ROWS and len(tables) == 1)


def table_named(name: str, tables: Mapping[str, ServerTable]) -> ServerTable:
    """The table that a mapping names."""
    return tables[name.lower()] if name.lower() in tables else next(iter(tables.values()))


def _types(server: Server, where: str, query: str, values: list[str]) -> list[str]:
    """The server's types of what a view returns; none of its rows is read."""
    types = ", ".join(map(server.dialect.type_of, values))
    note = Note(VIEW_TYPES, (where,), f"{len(values)} names of types")
    with server.asking(where):
        row = server.engine.fetch(
            f"select {types} from (select 1) as one left join {query} on false", server.timeout, note
        )
    return [str(name) for name in row[0]]


def _add_column(server: Server, filling: Filling, column: str, value: str, server_type: str) -> list[Refusal]:
    model = TABLES[filling.table].by_name.get(column)
    if model is None:
        return []
    conversion = convert(value, server_type, model.kind, server.dialect)
    if conversion is not None:
        filling.columns[column] = conversion
        return []
    remedy = "convert it in a mapping, or let a view of the server do it"
    if model.kind is Kind.DATE and server.dialect.family(server_type) is Family.ZONED:
        remedy = "state in a mapping which zone's date to use:  timezone('Europe/London', the_column)::date"
    where = f"{filling.table}.{column}, from {filling.origin}"
    return [Refusal("mapping-kind", where, f"a column of the type {server_type}", WANTED[model.kind], remedy)]


def _no_such_table(where: str, name: str, tables: Mapping[str, ServerTable]) -> Refusal:
    close = difflib.get_close_matches(name.lower(), tables, 1, 0.4)
    remedy = f"did you mean `{close[0]}`?" if close else "name the schema with --schema, or ask for `grant select`"
    found = f"the schema does not have the table {name}, or this user may not read it"
    return Refusal("mapping-source", where, found, ", ".join(sorted(tables)[:20]) or "its tables", remedy)
