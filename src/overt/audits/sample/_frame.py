"""The rows that a sample is drawn from, as a database connection sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from overt.model import ENTRY, SUBJECT, Column, Role, Table
from overt.refusals import Refusal, raise_all

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Values = tuple[str | None, ...]


def present_columns(
    connection: DuckDBPyConnection,
    table: Table,
    wanted: Sequence[str],
    filled: Mapping[str, Collection[str]] | None = None,
) -> set[str]:
    """The columns of the table that the source fills; refuses when a needed one is absent.

    `filled` says which are really filled, where the database also has tables and columns that are empty.
    """
    present = _filled_columns(connection, table.name, filled)
    if not present:
        raise Refusal("table-absent", f"table {table.name}", "the source does not fill it", remedy="extend the mapping")
    raise_all(
        [
            Refusal("column-absent", f"{table.name}.{name}", "the source does not fill it", remedy="extend the mapping")
            for name in dict.fromkeys((table.key.name, *wanted))
            if name not in present
        ]
    )
    return present


def _filled_columns(
    connection: DuckDBPyConnection, table: str, filled: Mapping[str, Collection[str]] | None
) -> set[str]:
    columns = connection.execute(
        "select column_name from information_schema.columns "
        "where table_catalog = current_database() and table_schema = 'main' and table_name = ?",
        [table],
    ).fetchall()
    present = {str(name) for (name,) in columns}
    return present if filled is None else present & set(filled.get(table, ()))


def _is_closed(known: Collection[str]) -> str | None:
    """The condition that an entry is closed, in the columns that the source fills."""
    dated = ENTRY.closed_on in known
    if ENTRY.status in known:
        return "status = 'closed'" + (" or (status is null and closed_on is not null)" if dated else "")
    return "closed_on is not null" if dated else None


def shown_columns(table: Table, present: set[str], show: tuple[str, ...]) -> tuple[str, ...]:
    """The key, then ids and dates, then what was asked for."""
    usual = [column.name for column in table.columns if column.name in present and _is_id_or_date(column)]
    return tuple(dict.fromkeys((table.key.name, *usual, *show)))


def _is_id_or_date(column: Column) -> bool:
    # Days in the life of a person say nothing of the record, and are shown only when they are asked for.
    dated = column.role is Role.MOMENT or (column.role is Role.DAY and column.table != SUBJECT.name)
    return dated or column.name.endswith("_id")


@dataclass(frozen=True)
class Frame:
    """The rows that a sample is drawn from."""

    connection: DuckDBPyConnection
    table: str
    key: str
    condition: str | None
    by: tuple[str, ...]

    def strata(self) -> dict[Values, int]:
        """How many rows each stratum has."""
        columns = "".join(f"{column}, " for column in self._by())
        counts = self._rows(f"select {columns}count(*) from {self._from()} group by all")
        return {tuple(values): count for *values, count in counts if count}

    def closed(self, filled: Mapping[str, Collection[str]] | None = None) -> int | None:
        """How many rows belong to a closed entry; `None` where the source does not say so of any row.

        A closed entry is one whose status is `closed`; so is one that has a day of closing and no status.
        """
        if self.table != "entry":
            return self._of_closed_entries(filled)
        known = self._columns_of("entry", filled)
        is_closed = _is_closed(known)
        if is_closed is None:
            return None
        return int(self._rows(f"select count(*) filter (where {is_closed}) from {self._from()}")[0][0])

    def _of_closed_entries(self, filled: Mapping[str, Collection[str]] | None) -> int | None:
        known = self._columns_of("entry", filled)
        is_closed, key = _is_closed(known), ENTRY.entry_id
        if is_closed is None or key not in known or key not in self._columns_of(self.table, filled):
            return None
        closed = f"select entry_id from main.entry where {is_closed}"
        return int(self._rows(f"select count(*) filter (where entry_id in ({closed})) from {self._from()}")[0][0])

    def _columns_of(self, table: str, filled: Mapping[str, Collection[str]] | None) -> set[str]:
        return _filled_columns(self.connection, table, filled)

    def check_keys(self) -> None:
        """Refuses a frame in which a row has no key, or two rows have the same."""
        key = f'"{self.key}"'
        rows, keyed, distinct = self._rows(f"select count(*), count({key}), count(distinct {key}) from {self._from()}")[
            0
        ]
        where = f"{self.table}.{self.key}"
        remedy = "number the rows in the mapping, for example with row_number() over (order by ...)"
        faults = []
        if keyed < rows:
            fault = f"{rows - keyed:,} rows have no key"
            faults.append(Refusal("key-missing", where, fault, "a key in every row", remedy))
        if distinct < keyed:
            fault = f"{keyed - distinct:,} rows repeat a key"
            faults.append(Refusal("key-not-unique", where, fault, "a different key in every row", remedy))
        raise_all(faults)

    def lowest(self, seed: int, sizes: Mapping[Values, int]) -> list[tuple[str, str, Values]]:
        """The drawn rows as (order, key, stratum), in order: of each stratum as many as `sizes` says."""
        names = [f"stratum_{number}" for number in range(len(self.by))]
        columns = "".join(f"{column} as {name}, " for column, name in zip(self._by(), names, strict=True))
        over = f"partition by {', '.join(names)}" if names else ""
        key = f'cast("{self.key}" as varchar)'
        rows = self._rows(
            f"with frame as (select {columns}{key} as row_key, md5(concat(?, ':', {key})) as row_order "
            f"from {self._from()}) select * from frame "
            f"qualify row_number() over ({over} order by row_order, row_key) <= {max(sizes.values())}",
            [str(seed)],
        )
        drawn: list[tuple[str, str, Values]] = []
        left = dict(sizes)
        for *values, key_text, order in sorted(rows, key=lambda row: row[:-3:-1]):
            if left[tuple(values)] > 0:
                left[tuple(values)] -= 1
                drawn.append((order, key_text, tuple(values)))
        return drawn

    def cells(self, keys: list[str], columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The text of the named columns of each row."""
        names = ", ".join(f'"{name}"' for name in columns)
        rows = self._rows(
            f'select cast("{self.key}" as varchar), {names} from {self._from()} '
            f'{"and" if self.condition else "where"} cast("{self.key}" as varchar) in (select unnest(?))',
            [keys],
        )
        return {key: tuple(_text(value) for value in values) for key, *values in rows}

    def _by(self) -> list[str]:
        return [f'cast("{name}" as varchar)' for name in self.by]

    def _from(self) -> str:
        return f'main."{self.table}"' + (f" where ({self.condition})" if self.condition else "")

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(parameters)).fetchall()


def _text(value: object) -> str:
    """A value as the reviewers read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)
