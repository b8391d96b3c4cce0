"""Where the rows of the model lie in the source: the numbers in its file of the rows that have a key."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as ByName
from dataclasses import dataclass

import duckdb

from overt.audits.mapping._convert import TYPES
from overt.audits.mapping._fill import fed_of, mapped_plans
from overt.audits.mapping._mapping import Mapping
from overt.audits.mapping._numbered import drop_numbered
from overt.audits.mapping._trace import PLACE, with_place
from overt.audits.source import SourceAccount
from overt.audits.source._sandbox import engine_refusals
from overt.model import TABLES


@dataclass(frozen=True)
class KeyRows:
    """By key, the numbers of its rows as the file `origin` counts them, the lowest first."""

    origin: str
    rows: ByName[str, tuple[int, ...]]


def count_rows(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping | None, account: SourceAccount, table: str
) -> int | None:
    """How many rows a mapping gives a table of the model, or the source has there itself; None where neither has it.

    Refuses a mapping that an audit refuses.
    """
    if mapping is None:
        return account.by_name[table].rows if table in account.by_name else None
    with engine_refusals(account.name):
        try:
            plan = next((plan for plan in mapped_plans(connection, mapping, account) if plan.table == table), None)
            if plan is None or plan.view is None:
                return None
            row = connection.execute(f"select count(*) from ({plan.view.select}) as given").fetchone()
        finally:
            drop_numbered(connection)
    return int(row[0]) if row else None


def rows_of_keys(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    account: SourceAccount,
    table: str,
    keys: Collection[str],
) -> KeyRows | None:
    """Where the rows of a table of the model lie that have these keys, as an audit writes keys.

    None where a row of the model is not one row of one table of the source, as after a join, or where the mapping does
    not fill the table or its key. Refuses a mapping that an audit refuses.
    """
    key = TABLES[table].key
    with engine_refusals(account.name):
        try:
            plan = next((plan for plan in mapped_plans(connection, mapping, account) if plan.table == table), None)
            fed = fed_of(plan, account) if plan is not None else None
            placed = with_place(connection, fed.select, account) if fed is not None else None
            if fed is None or placed is None or key.name not in fed.columns:
                return None
            select, source = placed
            value = f"cast(cast({fed.columns[key.name].sql} as {TYPES[key.kind]}) as varchar)"
            found = connection.execute(
                f"select {value} as key, list(distinct given.{PLACE} + {source.first_row - 1}) as rows"
                f" from ({select}) as given where {value} in (select unnest($keys)) group by all",
                {"keys": list(keys)},
            ).fetchall()
        finally:
            drop_numbered(connection)
    return KeyRows(source.origin, {str(name): tuple(sorted(map(int, rows))) for name, rows in found})
