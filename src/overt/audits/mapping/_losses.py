"""What a mapping would fill, and what would be lost and changed, counted in the source without filling anything.

The counts are those of an audit: the same plans, the same checks of values and the same account. Nothing is written,
so it works on a source that is open for reading only.
"""

from __future__ import annotations

from collections.abc import Mapping as ByName
from dataclasses import dataclass

import duckdb

from overt.audits.columns import FIRST_ROWS, shape, shown_values
from overt.audits.mapping._account import (
    MOST_PAIRS,
    ColumnRead,
    Fed,
    TableRead,
    ValueRead,
    account_for,
    is_coded,
    named_among,
    named_values,
    still_filled,
)
from overt.audits.mapping._convert import TYPES
from overt.audits.mapping._fill import (
    Plan,
    check_values,
    fed_of,
    filled_columns,
    guard_codes,
    mapped_plans,
    own_plans,
)
from overt.audits.mapping._mapping import Mapping
from overt.audits.mapping._numbered import ALL_ROWS, drop_numbered
from overt.audits.mapping._reads import source_room
from overt.audits.mapping._trace import FILLED, PLACE, RAW, Untraceable, references, trace, with_place
from overt.audits.source import SourceAccount
from overt.audits.source._sandbox import engine_refusals
from overt.controls.engines import Room, tree_of
from overt.model import TABLES, Column

_ROW, _TABLE = "_row", "_table"


@dataclass(frozen=True)
class LostValue:
    """A value that became nothing, in so many rows; `places` are the numbers in the file of the first five.

    `value` is `None` for values that may not be shown, and `shapes` then says what the most frequent of them look like.
    Without a number of rows in the file, as after a join, there are no places.
    """

    value: str | None
    rows: int
    places: tuple[int, ...] = ()
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnLoss:
    """A column of the model: what feeds it, the rows filled in the source and in the model, and those lost.

    `changed` rows of a coded column became another text than the source has. `made` says what a column that no column
    of the source feeds is made of. `lost_values` add up to `lost`; `values` are those of a coded column.
    """

    table: str
    column: str
    origins: tuple[str, ...] = ()
    in_source: int = 0
    in_model: int = 0
    lost: int = 0
    changed: int = 0
    made: str = ""
    lost_values: tuple[LostValue, ...] = ()
    values: tuple[ValueRead, ...] = ()

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.table}.{self.column}"

    @property
    def read(self) -> ColumnRead:
        """The same as an audit reports it."""
        return ColumnRead(self.table, self.column, self.origins, self.in_source, self.in_model, self.lost, self.values)


@dataclass(frozen=True)
class TableLoss:
    """A table of the model: its rows, those of the source's tables that it is made of, and its columns.

    `untraced` says that its columns cannot be followed back to the source, so that nothing is known of their losses.
    """

    table: str
    sources: tuple[str, ...]
    in_source: int
    in_model: int
    columns: tuple[ColumnLoss, ...] = ()
    untraced: bool = False


def columns_of(
    mapping: Mapping | None, connection: duckdb.DuckDBPyConnection, account: SourceAccount
) -> dict[str, frozenset[str]]:
    """By table of the model, the columns that the mapping fills; no row is read.

    Refuses, with every fault at once, tables and columns that the source does not have and types that have no bridge.
    """
    columns = filled_columns(_plans(mapping, connection, account))
    drop_numbered(connection)
    return columns


def meanings_of(
    mapping: Mapping | None, connection: duckdb.DuckDBPyConnection, account: SourceAccount
) -> dict[tuple[str, str], tuple[Column, ...]]:
    """By table and column of the source, the columns of the model that it feeds; no row is read.

    A view whose columns cannot be followed back to the source is left out.
    """
    meanings: dict[tuple[str, str], list[Column]] = {}
    for plan in _plans(mapping, connection, account):
        fed = fed_of(plan, account)
        try:
            origins = trace(connection, fed.select, fed.source_columns)
        except (Untraceable, duckdb.Error):
            continue
        for name, feeds in zip(fed.names, origins.by_place, strict=True):
            for table, column in feeds:
                tables = [each.name for each in account.tables] if table == ALL_ROWS else [table]
                for each in tables:
                    meanings.setdefault((each, column), []).append(TABLES[fed.table].by_name[name])
    drop_numbered(connection)
    return {source: tuple(dict.fromkeys(columns)) for source, columns in meanings.items()}


def losses(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping | None, account: SourceAccount
) -> tuple[TableLoss, ...]:
    """What becomes of the values of each table, by the rules of an audit.

    Refuses, with every fault at once, what an audit refuses: above all values that cannot be read.
    """
    with engine_refusals(account.name):
        plans = _plans(mapping, connection, account)
        check_values(connection, plans, account)
        guard_codes(connection, plans)
        room = source_room(connection)
        found = tuple(_of_table(connection, room, plan, account) for plan in plans)
        drop_numbered(connection)
    return found


def _plans(mapping: Mapping | None, connection: duckdb.DuckDBPyConnection, account: SourceAccount) -> list[Plan]:
    return own_plans(account) if mapping is None else mapped_plans(connection, mapping, account)


def _of_table(connection: duckdb.DuckDBPyConnection, room: Room, plan: Plan, account: SourceAccount) -> TableLoss:
    row = connection.execute(f"select count(*) from {plan.query}").fetchone()
    rows = int(row[0]) if row else 0
    fed = fed_of(plan, account)
    sources, in_source = tuple(fed.sources), sum(fed.sources.values())
    if not fed.columns:
        return TableLoss(plan.table, sources, in_source, rows)
    read = account_for(connection, room, fed, rows)
    if read.untraced:
        return TableLoss(plan.table, sources, in_source, rows, untraced=True)
    known = {column.column: column for column in read.columns}
    made = _made(connection, fed)
    further = _further(connection, fed, read, account)
    columns = []
    for name in fed.names:
        if name in known:
            column = known[name]
            changed, lost_values = further.get(name, (0, ()))
            columns.append(
                ColumnLoss(
                    fed.table, name, column.origins, column.in_source, column.in_model, column.lost, changed,
                    lost_values=lost_values, values=column.values,
                )
            )  # fmt: skip
        elif name in fed.columns:
            columns.append(ColumnLoss(fed.table, name, in_model=rows, made=made.get(name, "worked out by the mapping")))
    return TableLoss(plan.table, sources, in_source, rows, tuple(columns))


@dataclass(frozen=True)
class _Query:
    """The rows of a view with what feeds them, as SQL, and SQL for the number of each in the file."""

    sql: str
    place: str


def _further(
    connection: duckdb.DuckDBPyConnection, fed: Fed, read: TableRead, account: SourceAccount
) -> dict[str, tuple[int, tuple[LostValue, ...]]]:
    """By column of which something was lost or may have changed: the rows changed, and the values lost."""
    origins = trace(connection, fed.select, fed.source_columns)
    placed = with_place(connection, origins.select, account)
    select, place = origins.select, "null"
    if placed is not None:
        select, place = placed[0], f"given.{PLACE} + {placed[1].first_row - 1}"
    query = _Query(f"({select}) as given", place)
    places = {name: number for number, name in enumerate(fed.names)}
    coded = [each.column for each in read.columns if is_coded(fed.table, each.column) and len(each.origins) == 1]
    changed = _changed(connection, fed, query.sql, {name: places[name] for name in coded})
    return {
        column.column: (
            changed.get(column.column, 0),
            _lost_values(connection, fed, query, column, places[column.column]) if column.lost else (),
        )
        for column in read.columns
    }


def _changed(connection: duckdb.DuckDBPyConnection, fed: Fed, query: str, places: ByName[str, int]) -> dict[str, int]:
    if not places:
        return {}
    parts = []
    for name, number in places.items():
        model = f"cast(cast({fed.columns[name].sql} as {TYPES[TABLES[fed.table].by_name[name].kind]}) as varchar)"
        parts.append(f"count(*) filter (where {model} <> given.{RAW}{number})")
    row = connection.execute(f"select {', '.join(parts)} from {query}").fetchone() or ()
    return {name: int(count) for name, count in zip(places, row, strict=True)}


def _lost_values(
    connection: duckdb.DuckDBPyConnection, fed: Fed, query: _Query, column: ColumnRead, number: int
) -> tuple[LostValue, ...]:
    """The values that became nothing, most rows first; those that may not be shown are counted together."""
    condition = f"given.{FILLED}{number} and not {still_filled(fed, column.column)}"
    grouped = connection.execute(
        f"select given.{RAW}{number} as source, count(*) as rows,"
        f" min(({query.place})::bigint, {FIRST_ROWS})"
        f" from {query.sql} where {condition} group by 1 order by rows desc, source limit {MOST_PAIRS}"
    ).fetchall()
    by_value = {str(source): int(rows) for source, rows, _ in grouped if source is not None}
    meaning = TABLES[fed.table].by_name[column.column]
    named = named_values(fed.select, fed.table, column.column)
    shown = shown_values(by_value, meaning=meaning, named=named_among(by_value, named)).shown
    if column.values:
        # Where the column's values were barred, none was kept; the rule for the whole column was applied there.
        shown &= {each.source for each in column.values if each.source is not None}
    elif is_coded(fed.table, column.column):
        shown = frozenset()
    found = [LostValue(str(source), int(rows), _numbers(at)) for source, rows, at in grouped if str(source) in shown]
    rest = column.lost - sum(each.rows for each in found)
    if rest:
        hidden = [(source, at) for source, _, at in grouped if str(source) not in shown]
        at = sorted({number for _, numbers in hidden for number in _numbers(numbers)})[:FIRST_ROWS]
        looks = dict.fromkeys(shape(str(source)) for source, _ in hidden if source is not None)
        found.append(LostValue(None, rest, tuple(at), tuple(looks)[:3]))
    return tuple(found)


def _numbers(places: list[int | None] | None) -> tuple[int, ...]:
    return tuple(int(place) for place in places or () if place is not None)


def _made(connection: duckdb.DuckDBPyConnection, fed: Fed) -> dict[str, str]:
    """What each column of the select is made of, as far as the first select of it names no column of the source."""
    tree = tree_of(connection, fed.select)
    node = tree["statements"][0]["node"]
    while node["type"] == "SET_OPERATION_NODE":
        node = (node.get("children") or [node["left"]])[0]
    made = {}
    for name, item in zip(fed.names, node.get("select_list", []), strict=False):
        last = [names[-1].lower() for names in references(item)]
        if not last:
            made[name] = "the same in every row"
        elif set(last) <= {_ROW, _TABLE}:
            made[name] = "the number of the row" if _ROW in last else "the name of the table"
    return made
