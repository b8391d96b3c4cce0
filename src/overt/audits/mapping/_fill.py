"""Fills the tables of the model from the source, through a mapping or as they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import duckdb

from overt.audits.mapping._account import Fed, TableRead, account_for
from overt.audits.mapping._casts import with_one_meaning
from overt.audits.mapping._convert import TYPES, WANTED, Conversion, convert
from overt.audits.mapping._dialects import NAMES, other_dialect
from overt.audits.mapping._failures import affected, date_hint, find_failure
from overt.audits.mapping._filled import Filled, keep_filled
from overt.audits.mapping._mapping import FILLED_BY_OVERT, MODEL_TABLES, MappedView, Mapping
from overt.audits.mapping._notes import lenient_notes, several_notes
from overt.audits.mapping._numbered import ALL_ROWS, drop_numbered, number_tables
from overt.audits.mapping._reads import source_room, would_read
from overt.audits.mapping._repeats import find_repeats
from overt.audits.mapping._row_numbers import numbered_by_row
from overt.audits.mapping._trace import PLACE, with_place
from overt.audits.source._account import Limits, SourceAccount
from overt.audits.source._blank import some_filled, whole_rows
from overt.audits.source._sandbox import engine_refusals, is_locked, literal, quoted_name
from overt.controls.engines import ReadsOutside
from overt.machine import deadline
from overt.model import SOURCE_COLUMN, TABLES, Kind
from overt.refusals import Refusal, raise_all


@dataclass
class Plan:
    """How one table of the model is filled: from which query, each column by which conversion."""

    table: str
    query: str
    origin: str
    columns: dict[str, Conversion] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    mapped: bool = True
    view: MappedView | None = None
    guarded: set[str] = field(default_factory=set)

    @property
    def as_view(self) -> bool:
        """Whether a view does: the source's own table, with nothing to work out."""
        return not self.mapped and all(each.cheap for each in self.columns.values())

    @property
    def select(self) -> str:
        """The table of the model, every column of it."""
        parts = []
        for column in TABLES[self.table].columns:
            conversion = self.columns.get(column.name)
            sql = conversion.sql if conversion else "null"
            parts.append(f"cast({sql} as {TYPES[column.kind]}) as {quoted_name(column.name)}")
        return f"select {', '.join(parts)} from {self.query}"


def apply_mapping(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping | None,
    account: SourceAccount,
    *,
    limits: Limits | None = None,
) -> Filled:
    """Makes every table of the model in the schema `main`, filled as far as the source goes; the rest is empty.

    `connection` comes from `open_workshop`. Without a mapping, tables of the source that are named as
    tables of the model are taken as they are. Refuses, with every fault at once, tables and columns that
    the source does not have and types that have no bridge; then, with every fault at once, values that
    cannot be read, by the first row and how many there are.
    """
    if not is_locked(connection):
        raise ValueError("a mapping is run on a connection from open_workshop and no other")
    with _limited(connection, mapping, limits or Limits()), engine_refusals(account.name):
        plans = own_plans(account) if mapping is None else mapped_plans(connection, mapping, account)
        notes = check_values(connection, plans, account)
        notes += guard_codes(connection, plans)
        _clear(connection)
        rows = {plan.table: _create(connection, plan, account) for plan in plans}
        columns = filled_columns(plans)
        read = _account(connection, plans, account, rows)
        repeats = find_repeats(connection, columns)
        _create_empty(connection, set(rows))
        rows[FILLED_BY_OVERT] = sum(len(table.columns) for table in account.tables)
        drop_numbered(connection)
        outside = _outside(account) if mapping is None else ()
        notes += [each.said for each in repeats] + several_notes(read) + lenient_notes(mapping)
        notes += _joins_said(connection, mapping, account)
        numbered = numbered_by_row(connection, mapping)
        notes += [f"{table}: the source has no number for it, so each row is counted as one" for table in numbered]
        filled = Filled(columns, rows, outside, tuple(notes), read, repeats, numbered)
        keep_filled(connection, filled, mapping)
    return filled


def _joins_said(connection: duckdb.DuckDBPyConnection, mapping: Mapping | None, account: SourceAccount) -> list[str]:
    if mapping is None or len(mapping.sources) < 2:
        return []
    from overt.audits.mapping._joined import joins_read  # noqa: PLC0415  few mappings read several tables

    return [said for join in joins_read(connection, mapping, account) for said in join.said]


def _account(
    connection: duckdb.DuckDBPyConnection, plans: list[Plan], account: SourceAccount, rows: dict[str, int]
) -> tuple[TableRead, ...]:
    """What became of the values of each table."""
    room = source_room(connection)
    found = []
    for plan in plans:
        fed = fed_of(plan, account)
        if fed.columns:
            found.append(account_for(connection, room, fed, rows[plan.table]))
        else:
            found.append(TableRead(plan.table, tuple(fed.sources), sum(fed.sources.values()), rows[plan.table]))
    return tuple(found)


def filled_columns(plans: list[Plan]) -> dict[str, frozenset[str]]:
    """By table of the model, the columns that plans fill, and those that Overt fills itself."""
    columns = {plan.table: frozenset(plan.columns) - plan.blank for plan in plans}
    columns[FILLED_BY_OVERT] = frozenset(SOURCE_COLUMN.by_name) - {SOURCE_COLUMN.recorded_at}
    return columns


def fed_of(plan: Plan, account: SourceAccount) -> Fed:
    """What a plan reads, as the account of its values needs it."""
    columns = {table.name: [name for name, _ in table.columns] for table in account.tables}
    columns.setdefault(ALL_ROWS, [name for name, _ in account.tables[0].columns])
    if plan.view is not None:
        numbers = {table.name: table.rows for table in account.tables}
        numbers.setdefault(ALL_ROWS, sum(table.rows for table in account.tables))
        sources = {name: numbers[name.lower()] for name in plan.view.sources}
        feeding = {name: each for name, each in plan.columns.items() if name not in plan.blank}
        return Fed(plan.table, plan.view.select, plan.view.columns, feeding, sources, columns)
    # What is taken as it is loses nothing, and need not be counted twice.
    doubtful = {name: each for name, each in plan.columns.items() if not each.cheap or name in plan.guarded}
    own = {name.lower(): name for name in columns[plan.table]}
    items = ", ".join(f"{quoted_name(own[name])} as {quoted_name(name)}" for name in doubtful)
    select = f"select {items} from source.{quoted_name(plan.table)}"
    sources = {plan.table: account.by_name[plan.table].rows}
    return Fed(plan.table, select, tuple(doubtful), doubtful, sources, columns)


def own_plans(account: SourceAccount) -> list[Plan]:
    plans = []
    faults: list[Refusal] = []
    for name in MODEL_TABLES:
        table = account.by_name.get(name)
        if table is None:
            continue
        plan = Plan(name, f"source.{quoted_name(name)} as given", table.origin, mapped=False)
        for column, kind in table.columns:
            _plan_column(plan, column.lower(), f"given.{quoted_name(column)}", kind, faults)
        if plan.columns:
            plans.append(plan)
    raise_all(faults)
    if not plans:
        found = f"no table in this source matches the register model ({len(account.tables)} tables in all)"
        remedy = "run `overt map new SOURCE --out mapping.sql` to draft one, then give it with --map"
        raise Refusal("mapping-needed", account.name, found, "a mapping", remedy)
    return plans


def _plan_column(plan: Plan, column: str, value: str, kind: str, faults: list[Refusal]) -> None:
    model = TABLES[plan.table].by_name.get(column)
    if model is None:
        return
    conversion = convert(value, kind, model.kind)
    if conversion is None:
        found = f"a column of the type {kind.lower()}"
        remedy = "convert it in the mapping"
        if model.kind is Kind.DATE and "ZONE" in kind:
            remedy = "state in the mapping which zone's date to use:  timezone('Europe/London', the_column)::date"
        where = f"{plan.table}.{column}, from {plan.origin}"
        faults.append(Refusal("mapping-kind", where, found, WANTED[model.kind], remedy))
    else:
        plan.columns[column] = conversion


def mapped_plans(connection: duckdb.DuckDBPyConnection, mapping: Mapping, account: SourceAccount) -> list[Plan]:
    plans = []
    faults = [
        other_dialect(view.dialect, f"{mapping.name}, line {view.line}", NAMES["duckdb"])
        for view in mapping.views
        if view.dialect != "duckdb"
    ]
    raise_all(faults[:1])
    names = {*account.by_name, ALL_ROWS}
    wanted = {name.lower() for view in mapping.views for name in view.sources}
    number_tables(connection, account, wanted, mapping.name)
    room = source_room(connection)
    for view in mapping.views:
        where = f"{mapping.name}, line {view.line}"
        absent = [name for name in view.sources if name.lower() not in names]
        faults += [_no_such_table(where, name, account) for name in absent]
        if absent:
            continue
        try:
            outside = would_read(connection, room, view.select)
            if outside:
                faults.append(_reads_outside(where, outside))
                continue
            select = with_one_meaning(connection, view.select)
            query = f"(\n{select}\n) as given"
            described = connection.execute(f"describe select * from {query}").fetchall()
        except duckdb.Error as error:
            faults.append(_unbound(where, error))
            continue
        plan = Plan(view.table, query, where, blank=view.blank, view=replace(view, select=select))
        for (_, kind, *_), column in zip(described, view.columns, strict=False):
            # A column that is nothing but null has no type of its own.
            value = (
                f"null::{TYPES[_kind(view.table, column)]}" if column in view.blank else f"given.{quoted_name(column)}"
            )
            own = TYPES[_kind(view.table, column)] if column in view.blank else str(kind)
            _plan_column(plan, column, value, own, faults)
        plans.append(plan)
    raise_all(faults)
    return plans


def _reads_outside(where: str, outside: list[str]) -> Refusal:
    found = f"it would read {ReadsOutside(outside)}"
    return Refusal("mapping-reads-outside", where, found, "tables of the source", "remove it from the mapping")


def _kind(table: str, column: str) -> Kind:
    return TABLES[table].by_name[column].kind


def _no_such_table(where: str, name: str, account: SourceAccount) -> Refusal:
    close = difflib.get_close_matches(name.lower(), account.by_name, 1, 0.4)
    remedy = f"did you mean `{close[0]}`?" if close else ""
    tables = ", ".join(sorted(account.by_name)[:20])
    return Refusal("mapping-source", where, f"the source does not have the table {name}", tables, remedy)


def _unbound(where: str, error: duckdb.Error) -> Refusal:
    """What DuckDB says of names and types it cannot match; of values it knows nothing at this point."""
    said = str(error).splitlines()[0]
    return Refusal("mapping-source", where, said, "columns of the source, in expressions that fit together")


def check_values(connection: duckdb.DuckDBPyConnection, plans: list[Plan], account: SourceAccount) -> list[str]:
    """Notes on what was taken for granted. Refuses, all at once, columns in which a value cannot be read."""
    notes: list[str] = []
    faults: list[Refusal] = []
    for plan in plans:
        doubtful = {name: each for name, each in plan.columns.items() if each.bad or each.remarks}
        if not doubtful:
            continue
        parts = []
        for each in doubtful.values():
            conditions = [each.bad or "false", *(condition for _, condition in each.remarks)]
            parts += [f"count(*) filter (where {condition})" for condition in conditions]
        try:
            counts = iter(connection.execute(f"select {', '.join(parts)} from {plan.query}").fetchone() or ())
        except (duckdb.DataError, duckdb.InvalidInputException) as error:
            raise find_failure(connection, account, plan.table, plan.query, plan.origin, error=error) from None
        for name, each in doubtful.items():
            bad = next(counts)
            if bad:
                faults.append(_bad_values(connection, plan, account, name, bad))
            remarks = [(remark, next(counts)) for remark, _ in each.remarks]
            notes += [f"{plan.table}.{name}: {count} values {remark}" for remark, count in remarks if count]
    raise_all(faults)
    return notes


def guard_codes(connection: duckdb.DuckDBPyConnection, plans: list[Plan]) -> list[str]:
    """Notes on values outside the model's lists of codes. They become nothing, so that what rests on them is unknown.

    Left as they are, "Active" for "active" would put an entry out of scope, and a duty would seem to bind nobody.
    """
    notes = []
    for plan in plans:
        table = TABLES[plan.table]
        outside = {
            name: f"{each.sql} not in ({', '.join(map(literal, table.by_name[name].codes))})"
            for name, each in plan.columns.items()
            if table.by_name[name].codes and not table.by_name[name].under_audit
        }
        if not outside or table.as_written:
            continue
        parts = ", ".join(f"count(*) filter (where {condition})" for condition in outside.values())
        counts = connection.execute(f"select {parts} from {plan.query}").fetchone() or ()
        for (name, condition), count in zip(outside.items(), counts, strict=True):
            if count:
                plan.columns[name] = replace(
                    plan.columns[name], sql=f"case when {condition} then null else {plan.columns[name].sql} end"
                )
                plan.guarded.add(name)
                codes = ", ".join(TABLES[plan.table].by_name[name].codes)
                notes.append(f"{plan.table}.{name}: {count:,} values are none of {codes}, and are treated as missing")
    return notes


def _bad_values(
    connection: duckdb.DuckDBPyConnection, plan: Plan, account: SourceAccount, column: str, count: int
) -> Refusal:
    conversion = plan.columns[column]
    kind = _kind(plan.table, column)
    query, place, of = _placed(connection, plan, account)
    numbered = f"(select {place} as place, ({conversion.bad}) as bad from {query})"
    row = connection.execute(f"select min(place) filter (where bad) from {numbered}").fetchone() or (None,)
    remedy = f"correct the value in the source, or convert it in the mapping ({plan.origin})"
    if kind in (Kind.DATE, Kind.TIMESTAMP):
        remedy = date_hint(connection, plan.query, f"given.{quoted_name(column)}", str(conversion.bad)) or remedy
    return Refusal(
        f"value-not-{kind}",
        f"{plan.table}.{column}, row {row[0]} of {of}",
        f"this value is not {WANTED[kind]}; {affected(count)}",
        WANTED[kind],
        remedy,
    )


def _placed(connection: duckdb.DuckDBPyConnection, plan: Plan, account: SourceAccount) -> tuple[str, str, str]:
    """The query of a plan, SQL for the number of each row as a person sees it in the source, and what the row is of."""
    if plan.view is None:
        table = account.by_name[plan.table]
        source, number = whole_rows(table)
        return f"{source} as given where {some_filled(table)}", f"{number} + {table.first_row}", table.origin
    found = with_place(connection, plan.view.select, account)
    if found is None:
        return plan.query, "row_number() over ()", "what the mapping gives"
    select, table = found
    return f"({select}) as given", f"given.{PLACE} + {table.first_row - 1}", table.origin


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Takes away what an earlier, interrupted filling left."""
    connection.execute("drop table if exists overt.filled")
    found = connection.execute(
        "select table_type, table_name from information_schema.tables where table_schema = 'main'"
    ).fetchall()
    for kind, name in found:
        if name != FILLED_BY_OVERT:
            connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} main.{quoted_name(name)}")


def _create(connection: duckdb.DuckDBPyConnection, plan: Plan, account: SourceAccount) -> int:
    """Makes the table and says how many rows it has."""
    target = f"main.{quoted_name(plan.table)}"
    if plan.as_view:
        connection.execute(f"create view {target} as {plan.select}")
        return account.by_name[plan.table].rows
    try:
        connection.execute(f"create table {target} as {plan.select}")
    except (duckdb.DataError, duckdb.InvalidInputException) as error:
        raise find_failure(connection, account, plan.table, plan.query, plan.origin, error=error) from None
    row = connection.execute(f"select count(*) from {target}").fetchone()
    return int(row[0]) if row else 0


def _create_empty(connection: duckdb.DuckDBPyConnection, filled: set[str]) -> None:
    """Create empty tables for the parts of the model that the source does not fill, so that every control parses."""
    connection.execute("begin")
    for name, table in TABLES.items():
        if name not in filled:
            columns = ", ".join(f"{quoted_name(column.name)} {TYPES[column.kind]}" for column in table.columns)
            connection.execute(f"create table if not exists main.{quoted_name(name)} ({columns})")
    connection.execute("commit")


def _outside(account: SourceAccount) -> tuple[str, ...]:
    return tuple(
        f"{table.name}.{column}" if table.name in MODEL_TABLES else f"{table.name}.*"
        for table in account.tables
        for column, _ in (table.columns if table.name in MODEL_TABLES else table.columns[:1])
        if table.name not in MODEL_TABLES or column.lower() not in TABLES[table.name].by_name
    )


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, mapping: Mapping | None, limits: Limits) -> Iterator[None]:
    """Stop a mapping that exceeds its time limit."""
    try:
        with deadline(limits.mapping_seconds, connection.interrupt):
            yield
    except duckdb.InterruptException:
        where = mapping.name if mapping else "the source"
        found = f"it takes more than {limits.mapping_seconds:g} seconds"
        remedy = "check for a join without a condition or a range without an end, or raise the limit"
        raise Refusal("mapping-too-slow", where, found, "a mapping that finishes", remedy) from None
