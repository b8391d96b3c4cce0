"""A register on a server made ready for controls: nothing is copied or created there.

Selects over the server's own tables stand for the model's. One statement for each table counts its rows, filled values
and values that cannot be read, by the rules of a source that is loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from overt.audits._prepared import Prepared
from overt.audits.mapping import (
    FILLED_BY_OVERT,
    MODEL_TABLES,
    MOST_PAIRS,
    ColumnRead,
    Filled,
    Repeat,
    TableRead,
    ValueRead,
    is_coded,
    lenient_notes,
    named_values,
    several_notes,
    values_read,
)
from overt.audits.mapping import Mapping as MappingFile
from overt.audits.mapping._numbered import ALL_ROWS
from overt.audits.place._catalogue import Catalogue, ServerTable, read_catalogue, without_blank_rows
from overt.audits.place._counting import (
    Counts,
    Faults,
    FilledTable,
    Filling,
    SourceCounts,
    count_filling,
    count_source,
    some_filled,
)
from overt.audits.place._dialect import DIALECTS, Dialect
from overt.audits.place._fillings import Server, from_tables, from_views, table_named
from overt.audits.place._options import ServerOptions
from overt.audits.place._profile import profile_rows
from overt.audits.place._traced import read_view
from overt.audits.source import SourceAccount, SourceTable, shown_url
from overt.controls import Scalar
from overt.controls.engines import Engine, Note
from overt.model import SOURCE_COLUMN, TABLES, Kind
from overt.refusals import Refusal, raise_all


@dataclass(frozen=True)
class Snapshot:
    """The state of a server's tables that an audit sees.

    `name` is for people, `rows` what was counted where the name does not tell one state from every other. `fixed` says
    that two audits with this name and these rows see the same, so that one can go on where the other stopped, and that
    no row can change while one is under way.
    """

    name: str
    fixed: bool
    rows: str = ""


@dataclass(frozen=True)
class Placed:
    """A register that lies on a server, and the selects that stand for the tables of the model there.

    `origins` gives, by table of the model, the server's own names of the tables that it is made of; `relations` the
    tables of the source as SQL, each with its rows when they were counted.
    """

    prepared: Prepared
    views: Mapping[str, str]
    origins: Mapping[str, tuple[str, ...]]
    relations: Mapping[str, int]
    snapshot: Snapshot


@dataclass
class _Found:
    """What is known so far: of the source's tables, and of the model's."""

    tables: dict[str, ServerTable] = field(default_factory=dict)
    sources: dict[str, SourceCounts] = field(default_factory=dict)
    filled: dict[str, FilledTable] = field(default_factory=dict)
    fillings: dict[str, Filling] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)


def prepare_in_place(
    engine: Engine,
    location: str,
    options: ServerOptions,
    mapping: MappingFile | None,
    *,
    snapshot: Snapshot,
    profile: bool,
    timeout: float | None,
) -> Placed:
    """Reads the catalogue, counts, and writes the selects.

    Refuses what `apply_mapping` refuses of a
    source that was loaded; a row is named by a condition that finds it, since rows of a server have no numbers.
    `timeout` is in seconds, for each statement.
    """
    dialect = DIALECTS[engine.dialect]
    wanted = {name.lower() for view in mapping.views for name in view.sources} if mapping else set(MODEL_TABLES)
    catalogue = read_catalogue(engine, options, wanted)
    if wanted == {ALL_ROWS} and not catalogue.tables and catalogue.others == 1:
        # As in a file: the name stands for the only table there is.
        catalogue = read_catalogue(engine, options, None)
    snapshot = _settled(snapshot, catalogue, options)
    server = Server(engine, dialect, timeout, catalogue.tables, shown_url(location))
    found = _count_tables(server) if mapping is None else _count_views(server, mapping)
    raise_all(found.faults)
    profiled = _profile(server, found, full=profile)
    read = tuple(_read(server, found, name) for name in found.fillings)
    repeats = tuple(repeat for name in found.fillings for repeat in _repeat(server, found, name))
    columns = {name: frozenset(filling.columns) - filling.blank for name, filling in found.fillings.items()}
    columns[FILLED_BY_OVERT] = frozenset(SOURCE_COLUMN.by_name) - {SOURCE_COLUMN.recorded_at}
    rows = {name: filled.rows for name, filled in found.filled.items()}
    rows[FILLED_BY_OVERT] = len(profiled)
    notes = [note for filled in found.filled.values() for note in filled.notes]
    notes += [each.said for each in repeats] + several_notes(read) + lenient_notes(mapping)
    outside = _outside(found) if mapping is None else ()
    account = _account(location, catalogue, found, snapshot)
    fills = tuple(fill for name in sorted(found.sources) for fill in found.sources[name].fills)
    prepared = Prepared(
        account,
        mapping,
        Filled(columns, rows, outside, tuple(notes), read, repeats),
        fills,
        tuple(name for name in TABLES if name not in columns),
    )
    relations = {found.tables[name].relation: counts.rows for name, counts in found.sources.items()}
    origins = {
        name: tuple(
            table_named(source, found.tables).origin for source in (filling.view.sources if filling.view else (name,))
        )
        for name, filling in found.fillings.items()
    }
    if engine.dialect != "postgres":
        counted = ", ".join(f"{relation}: {number}" for relation, number in relations.items())
        snapshot = replace(snapshot, rows=counted)
    return Placed(prepared, _views(engine, dialect, found, profiled), origins, relations, snapshot)


def _settled(snapshot: Snapshot, catalogue: Catalogue, options: ServerOptions) -> Snapshot:
    """The state once it is known which tables are read: it is fixed if each of them is read at a version."""
    versions = dict(options.versions)
    if snapshot.fixed or not versions:
        return snapshot
    named = ", ".join(f"{table} at version {version}" for table, version in sorted(versions.items()))
    others = len(catalogue.tables) - len(versions)
    return Snapshot(f"{named}; other tables without a snapshot" if others else named, fixed=not others)


def _count_tables(server: Server) -> _Found:
    """Tables that are named as the model's, taken as they are: one statement each."""
    found = _Found()
    for filling in from_tables(server, server.tables).values():
        _count(server, found, server.tables[filling.table], filling)
    return found


def _count_views(server: Server, mapping: MappingFile) -> _Found:
    """Views of a mapping: one statement for each table of the source, then one for each view."""
    found = _Found()
    for table in server.tables.values():
        _count(server, found, table)
    for filling in from_views(server, mapping, found.tables).values():
        counts = Counts(filling.query)
        known = count_filling(counts, filling, server.dialect)
        with server.asking(filling.origin):
            counts.ask(server.engine, _note(filling.table, filling.origin, len(counts.parts)), server.timeout)
        _take(found, filling, known)
    return found


def _count(server: Server, found: _Found, table: ServerTable, filling: Filling | None = None, blank: int = 0) -> None:
    """Counts a table of the source and, where it is one of the model's, what it fills."""
    counts = Counts(f"{table.relation} as given")
    source = count_source(counts, table, server.dialect)
    known = count_filling(counts, filling, server.dialect) if filling else None
    key = TABLES[filling.table].key.name if filling else ""
    with server.asking(table.origin):
        note = _note(table.name, table.origin, len(counts.parts))
        if filling and key in filling.unique:
            note = replace(note, returns=f"{note.returns}; {key} is not counted apart, since an index keeps it unique")
        counts.ask(server.engine, note, server.timeout)
    counted = source()
    if counted.blank:
        whole = without_blank_rows(table, some_filled(table, server.dialect))
        again = replace(filling, query=f"{whole.relation} as given") if filling else None
        _count(server, found, whole, again, counted.blank)
        return
    found.tables[table.name], found.sources[table.name] = table, replace(counted, blank=blank)
    if filling and known:
        _take(found, filling, known)


def _take(found: _Found, filling: Filling, known: Callable[[], FilledTable]) -> None:
    try:
        found.fillings[filling.table], found.filled[filling.table] = filling, known()
    except Faults as faults:
        found.faults += faults.refusals


def _note(table: str, reads: str, numbers: int) -> Note:
    return Note(f"rows, filled values and values that cannot be read: {table}", (reads,), f"{numbers} counts")


def _profile(server: Server, found: _Found, *, full: bool) -> list[dict[str, Scalar]]:
    rows: list[dict[str, Scalar]] = []
    for name in sorted(found.sources):
        with server.asking(found.tables[name].origin):
            fills = found.sources[name].fills
            rows += profile_rows(
                server.engine, server.dialect, found.tables[name], fills, full=full, timeout=server.timeout
            )
    return rows


def _read(server: Server, found: _Found, name: str) -> TableRead:
    """What became of the values of a table. What is taken as it is loses nothing."""
    filling, filled = found.fillings[name], found.filled[name]
    if filling.view is not None:
        rows = {source: found.sources[table_named(source, found.tables).name].rows for source in filling.view.sources}
        return read_view(server, filling, found.tables, rows, filled.rows)
    in_source = {fill.column.lower(): fill.filled for fill in found.sources[name].fills}
    own = {column.name.lower(): column.name for column in found.tables[name].columns}
    columns = []
    for column, conversion in filling.columns.items():
        if conversion.cheap and column not in filled.lost:
            continue
        lost = filled.lost.get(column, 0)
        kept = in_source[column] - lost
        values = _values(server, found, name, column) if is_coded(name, column) else ()
        columns.append(ColumnRead(name, column, (f"{name}.{own[column]}",), in_source[column], kept, lost, values))
    return TableRead(name, (name,), found.sources[name].rows, filled.rows, tuple(columns))


def _values(server: Server, found: _Found, name: str, column: str) -> tuple[ValueRead, ...]:
    """What each value of a coded column became, as far as it may be shown."""
    filling, dialect = found.fillings[name], server.dialect
    source = next(each for each in found.tables[name].columns if each.name.lower() == column)
    given, family = f"given.{dialect.name(source.name)}", dialect.family(source.type)
    raw = dialect.modelled(given, Kind.TEXT)
    model = dialect.cast(filling.guarded(dialect).columns[column].sql, Kind.TEXT)
    pairs = f"select {raw} as source, {model} as model from {filling.query} where {dialect.filled(given, family)}"
    asked = (
        f"select source, model, count(*) as number_of_rows from ({pairs}) as pairs group by source, model"
        f" order by number_of_rows desc, source, model limit {MOST_PAIRS}"
    )
    note = Note(f"values of {name}.{column}", (found.tables[name].origin,), f"at most {MOST_PAIRS} values with counts")
    with server.asking(found.tables[name].origin):
        rows = server.engine.fetch(asked, server.timeout, note)
    pairs_read = [(source, became, int(count)) for source, became, count in rows]
    return values_read(pairs_read, named_values("", name, column), TABLES[name].by_name[column])


def _repeat(server: Server, found: _Found, name: str) -> list[Repeat]:
    filling, filled = found.fillings[name], found.filled[name]
    if filled.different_keys == filled.keys:
        return []
    column = TABLES[name].key.name
    key = server.dialect.modelled(filling.columns[column].sql, Kind.TEXT)
    asked = (
        f"select key, count(*) as times from (select {key} as key from {filling.query}) as keys"
        " where key is not null group by key order by times desc, key limit 1"
    )
    note = Note(f"the key of {name} that stands most often", (filling.origin,), "1 key and its count")
    with server.asking(filling.origin):
        key_text, times = server.engine.fetch(asked, server.timeout, note)[0]
    return [Repeat(name, column, filled.keys, filled.different_keys, int(times), str(key_text))]


def _outside(found: _Found) -> tuple[str, ...]:
    return tuple(
        f"{name}.{column.name}"
        for name, table in found.tables.items()
        for column in table.columns
        if column.name.lower() not in TABLES[name].by_name
    )


def _views(engine: Engine, dialect: Dialect, found: _Found, profiled: list[dict[str, Scalar]]) -> dict[str, str]:
    """The select that stands for each table of the model; what the source does not fill is empty."""
    views = {}
    for name, table in TABLES.items():
        filling = found.fillings.get(name)
        rows = profiled if name == FILLED_BY_OVERT else []
        columns = [column.name for column in table.columns]
        views[name] = filling.guarded(dialect).select(dialect) if filling else engine.values(table, columns, rows)
    return views


def _account(location: str, catalogue: Catalogue, found: _Found, snapshot: Snapshot) -> SourceAccount:
    tables = tuple(
        SourceTable(
            name,
            table.origin,
            found.sources[name].rows,
            tuple((column.name, column.type) for column in table.columns),
            blank=found.sources[name].blank,
        )
        for name, table in sorted(found.tables.items())
    )
    name = shown_url(location)
    state = [name, snapshot.name, [(each.origin, each.rows, each.columns) for each in tables]]
    notes = [note for counted in found.sources.values() for note in counted.notes]
    notes = [f"{name}: audited where it lies: {snapshot.name}", *catalogue.notes, *notes]
    if catalogue.others:
        others = "1 other table was" if catalogue.others == 1 else f"{catalogue.others:,} other tables were"
        notes.append(f"{catalogue.schema}: {others} not read")
    # Where the server keeps no state, nothing tells this one from a later one.
    digest = hashlib.sha256(json.dumps(state).encode()).hexdigest() if snapshot.fixed else ""
    kind = "spark connect" if location.startswith("sc:") else "postgresql"
    return SourceAccount(name, kind, digest, tables, notes=tuple(notes))
