"""What became of the values of a server's tables in a mapping, by the counts that a source in files gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import duckdb

from overt.audits.mapping import MOST_PAIRS, ColumnRead, TableRead, ValueRead, is_coded, named_values, values_read
from overt.audits.mapping._account import barred_origins
from overt.audits.mapping._server_from import ServerTable as MappedTable
from overt.audits.mapping._server_view import render_view
from overt.audits.mapping._trace import FILLED, RAW, Origins, Untraceable, trace
from overt.audits.place._catalogue import ServerTable
from overt.audits.place._counting import Counts, Filling
from overt.audits.place._dialect import BLANKS, Dialect, Family
from overt.audits.place._fillings import Server, table_named
from overt.audits.source._sandbox import literal
from overt.controls.engines import Note
from overt.model import TABLES, Kind
from overt.refusals import Refusal, Refusals


def read_view(
    server: Server, filling: Filling, tables: Mapping[str, ServerTable], in_source: Mapping[str, int], rows: int
) -> TableRead:
    """The account of a view, which has so many rows in the model, made of tables with the rows `in_source`.

    One statement gives its counts, and one more the values of each coded column. A view that cannot be followed back
    to the source, or not on this server, is untraced.
    """
    sources, total = tuple(in_source), sum(in_source.values())
    untraced = TableRead(filling.table, sources, total, rows, untraced=True)
    try:
        traced = _traced(filling, tables, server.engine.dialect)
    except (Untraceable, Refusal, Refusals, duckdb.Error, KeyError):
        return untraced
    if traced is None:
        return untraced
    query, origins = traced
    return TableRead(
        filling.table, sources, total, rows, _columns(server, filling.guarded(server.dialect), query, origins)
    )


def filled_there(text: str) -> str:
    """What `filled_sql` says of a text, in words that can be written for a server."""
    return f"(trim({text}, {literal(BLANKS)}) <> '')"


def _traced(filling: Filling, tables: Mapping[str, ServerTable], dialect: str) -> tuple[str, Origins] | None:
    """The view with two more columns for each, written for the server, and what feeds it."""
    view = filling.view
    if view is None or view.dialect != "duckdb":
        return None
    columns = {name.lower(): [each.name for each in table_named(name, tables).columns] for name in view.sources}
    with duckdb.connect() as connection:
        origins = trace(connection, view.select, columns, filled_there)
    more = [f"{kind}{place}" for place in range(len(view.columns)) for kind in (FILLED, RAW)]
    mapped = {name: MappedTable(table.relation, table.types) for name, table in tables.items()}
    followed = replace(view, select=origins.select, columns=(*view.columns, *more))
    return f"(\n{render_view(followed, dialect, mapped, filling.origin).sql}\n) as given", origins


def _columns(server: Server, filling: Filling, query: str, origins: Origins) -> tuple[ColumnRead, ...]:
    dialect, view = server.dialect, filling.view
    places = {name: place for place, name in enumerate(view.columns if view else ())}
    names = [name for name in filling.columns if name not in filling.blank and origins.by_place[places[name]]]
    counts = Counts(query)
    numbers: dict[str, list[Callable[[], int]]] = {}
    for name in names:
        filled, model = _flag(dialect, places[name]), _in_model(filling, name, dialect)
        numbers[name] = [counts.add(part) for part in (filled, model, f"{filled} and not {model}")]
    note = Note(f"what became of the values of {filling.table}", (filling.origin,), f"{len(counts.parts)} counts")
    with server.asking(filling.origin):
        counts.ask(server.engine, note, server.timeout)
    barred = barred_origins(filling.table, origins, places)
    columns = []
    for name, (in_source, in_model, lost) in numbers.items():
        feeds = origins.by_place[places[name]]
        coded = is_coded(filling.table, name) and len(feeds) == 1 and feeds[0] not in barred
        values = _values(server, filling, name, places[name], query) if coded else ()
        shown = tuple(f"{table}.{column}" for table, column in feeds)
        columns.append(ColumnRead(filling.table, name, shown, in_source(), in_model(), lost(), values))
    return tuple(columns)


def _flag(dialect: Dialect, place: int) -> str:
    return f"coalesce(given.{dialect.name(f'{FILLED}{place}')}, false)"


def _in_model(filling: Filling, name: str, dialect: Dialect) -> str:
    kind = TABLES[filling.table].by_name[name].kind
    value = dialect.cast(filling.columns[name].sql, kind)
    return f"coalesce({dialect.filled(value, Family.TEXT if kind is Kind.TEXT else None)}, false)"


def _values(server: Server, filling: Filling, name: str, place: int, query: str) -> tuple[ValueRead, ...]:
    """What each value became, as far as it may be shown."""
    dialect, column = server.dialect, TABLES[filling.table].by_name[name]
    raw = dialect.modelled(f"given.{dialect.name(f'{RAW}{place}')}", Kind.TEXT)
    model = dialect.cast(dialect.cast(filling.columns[name].sql, column.kind), Kind.TEXT)
    pairs = f"select {raw} as source, {model} as model from {query} where {_flag(dialect, place)}"
    asked = (
        f"select source, model, count(*) as number_of_rows from ({pairs}) as pairs group by source, model"
        f" order by number_of_rows desc, source, model limit {MOST_PAIRS}"
    )
    note = Note(f"values of {filling.table}.{name}", (filling.origin,), f"at most {MOST_PAIRS} values with counts")
    with server.asking(filling.origin):
        rows = server.engine.fetch(asked, server.timeout, note)
    named = named_values(filling.view.select if filling.view else "", filling.table, name)
    return values_read([(source, became, int(count)) for source, became, count in rows], named, column)
