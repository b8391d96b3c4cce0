"""How a register is parted, so that a control can be asked part by part.

Every part holds the rows of some keys of one table, in that table and in every other that carries the key. The part
hangs on the key alone: where a key stands on several rows, all of them go with the lowest value, so that no two rows
of one key are ever parted and a control that asks whether keys repeat is answered as ever. Rows without a key, of a
key that the table does not have, or without a value have a part of their own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from overt.controls import tables_with
from overt.controls.engines import Engine, Note
from overt.model import TABLES, Column, Kind
from overt.refusals import Refusal

MOST_PARTS = 1_000
_ASKED = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)(?:/(?P<ranges>\d{1,9}))?")
_MONTH = re.compile(r"\d{4}-\d{2}-01")
# One key in so many is looked at to find where ranges begin.
_SAMPLE = 1_000
_LEAST_SAMPLED = 100_000
_WANTED = "TABLE.COLUMN, as in entry.unit; a date, which is taken by months; or a table's key and a number of ranges"
_DATES = (Kind.DATE, Kind.TIMESTAMP)
_PARTS = "where the parts of the register begin"


@dataclass(frozen=True)
class PartitionBy:
    """What a register is parted by: the values of a column, its months if it is of days, or `ranges` of a key."""

    table: str
    column: str
    ranges: int = 0

    @classmethod
    def read(cls, text: str) -> PartitionBy:
        """What `--partition-by` says. Refuses what is no such column, or one whose values may not be kept."""
        match = _ASKED.fullmatch(text)
        table = TABLES.get(match["table"]) if match else None
        column = table.by_name.get(match["column"]) if match and table else None
        if match is None or table is None or column is None:
            raise _refused(text, "there is no such column in the model", _WANTED)
        if not table.has_own_key:
            raise _refused(text, f"rows of {table.name} have no key of their own", "a table whose rows have a key")
        ranges = int(match["ranges"] or 0)
        if match["ranges"]:
            if column != table.key or not 2 <= ranges <= MOST_PARTS:
                raise _refused(text, "this cannot be put into ranges", f"{table.key} and 2 to {MOST_PARTS:,} ranges")
        elif column == table.key:
            raise _refused(text, "each row would be a part of its own", f"{text}/16, for 16 ranges of the key")
        elif not _may_name_parts(column):
            raise _refused(text, "its values are not such as name parts", "a code, a unit, a whole number or a date")
        return cls(table.name, column.name, ranges)

    @property
    def text(self) -> str:
        """What `read` reads."""
        return f"{self.table}.{self.column}" + (f"/{self.ranges}" if self.ranges else "")

    @property
    def key(self) -> str:
        """The column by which rows of several tables are kept together."""
        return TABLES[self.table].key.name

    @property
    def by_month(self) -> bool:
        """Whether the column is one of days."""
        return TABLES[self.table].by_name[self.column].kind in _DATES


def _may_name_parts(column: Column) -> bool:
    words = column.free_text or column.may_name
    return not words and column.kind in (Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, *_DATES)


def _refused(text: str, found: str, wanted: str) -> Refusal:
    return Refusal("partition-by", f"--partition-by {text}", found, wanted)


@dataclass(frozen=True)
class Ground:
    """A register to be parted, on its engine. `selects` stand for its tables where these are on a server."""

    engine: Engine
    selects: Mapping[str, str]
    timeout: float | None = None

    def table(self, name: str) -> str:
        """A table in a from-clause, to which a name is given."""
        return f"({self.selects[name]})" if name in self.selects else f"main.{name}"

    def fetch(self, sql: str, what: str, table: str, returns: str) -> list[tuple[Any, ...]]:
        """All rows of a query over a table."""
        return self.engine.fetch(sql, self.timeout, Note(what, (table,), returns) if self.selects else None)

    def place(self, values: Sequence[str], value: str) -> str:
        """SQL for the place of a value among others, from 1; null if it is none of them."""
        listed = ", ".join(map(_quoted, values))
        if self.engine.dialect == "postgres":
            return f"array_position(array[{listed}]::text[], {value})"
        return f"list_position([{listed}], {value})"

    def row_sum(self, columns: Sequence[str]) -> str:
        """SQL for the sum of a hash of each row."""
        row = ", ".join(columns)
        if self.engine.dialect == "postgres":
            return f"sum(hashtextextended(row({row})::text, 0)::numeric)"
        return f"sum(hash({row}))"


@dataclass(frozen=True)
class Partition:
    """The parts of one register. `bounds` are the values of the column or its months, or where each range begins.

    `repeats` says that keys of the table stand on several rows. Parts are counted from 0; the last is that of the rows
    without a value.
    """

    by: PartitionBy
    bounds: tuple[str, ...]
    repeats: bool
    ground: Ground

    @cached_property
    def tables(self) -> Collection[str]:
        """The tables that are parted; every other is whole in each part."""
        return tables_with(self.by.key)

    @property
    def count(self) -> int:
        """How many parts there are."""
        return len(self.bounds) + 1

    def views(self, part: int) -> dict[str, str]:
        """Selects that stand for the parted tables in one part."""
        return {
            table: f"select * from {self.ground.table(table)} as rows_of where {self._condition(table, part)}"
            for table in self.tables
        }

    def number(self, table: str) -> tuple[str, str]:
        """SQL for the part of a row of a table, and the `from` that it needs."""
        if table not in self.tables:
            return "0", f"from {self.ground.table(table)} as row_of"
        if self.by.ranges:
            return self._range(f"row_of.{self.by.key}"), f"from {self.ground.table(table)} as row_of"
        key = f"row_of.{self.by.key}"
        if table == self.by.table and not self.repeats:
            value = value_sql(self.by, f"row_of.{self.by.column}")
            place = self._place(f"case when {key} is not null then {value} end")
            return place, f"from {self.ground.table(table)} as row_of"
        joined = f"left join ({self._by_key()}) as keyed on keyed.part_key = {key}"
        return self._place("keyed.part_value"), f"from {self.ground.table(table)} as row_of {joined}"

    def _condition(self, table: str, part: int) -> str:
        key, last = self.by.key, part == len(self.bounds)
        if self.by.ranges:
            return f"{key} is null" if last else self._between(part)
        if table == self.by.table and not self.repeats:
            valued = f"{key} is not null and {self.by.column} is not null"
            return f"not ({valued})" if last else f"{valued} and {self._is(part)}"
        if last:
            valued = f"select part_key from ({self._by_key()}) as keyed where part_value is not null"
            return f"({key} is null or {key} not in ({valued}))"
        if self.repeats:
            own = f"select part_key from ({self._by_key()}) as keyed where part_value = {_quoted(self.bounds[part])}"
        else:
            rows = f"{self.ground.table(self.by.table)} as keys_of"
            own = f"select {key} from {rows} where {key} is not null and {self._is(part)}"
        return f"{key} in ({own})"

    def _is(self, part: int) -> str:
        """SQL that is true for rows of the table whose column has the value of a part; the engine can skip others."""
        value, column = self.bounds[part], self.by.column
        # A month before the year 1 or after 9999 is compared as text, as are the days without end.
        if not self.by.by_month or not _MONTH.fullmatch(value) or value >= "9999-12":
            return f"{value_sql(self.by, column)} = {_quoted(value)}"
        first = dt.date.fromisoformat(value)
        following = (first + dt.timedelta(days=31)).replace(day=1)
        return f"{column} >= date '{first}' and {column} < date '{following}'"

    def _between(self, part: int) -> str:
        low, high = self.bounds[part], self.bounds[part + 1 : part + 2]
        conditions = [f"{self.by.key} >= {_quoted(low)}"] if part else [f"{self.by.key} is not null"]
        conditions += [f"{self.by.key} < {_quoted(bound)}" for bound in high]
        return " and ".join(conditions)

    def _range(self, key: str) -> str:
        cases = " ".join(f"when {key} < {_quoted(bound)} then {part}" for part, bound in enumerate(self.bounds[1:]))
        return f"case when {key} is null then {len(self.bounds)} {cases} else {len(self.bounds) - 1} end"

    def _place(self, value: str) -> str:
        return f"coalesce({self.ground.place(self.bounds, value)} - 1, {len(self.bounds)})"

    def _by_key(self) -> str:
        """The value that each key of the table goes with."""
        key, value = self.by.key, value_sql(self.by, self.by.column)
        rows = f"{self.ground.table(self.by.table)} as values_of"
        return (
            f"select {key} as part_key, min({value}) as part_value from {rows} where {key} is not null group by {key}"
        )


def value_sql(by: PartitionBy, column: str) -> str:
    """SQL for the value by which a row is parted, as text."""
    return (
        f"cast(cast(date_trunc('month', {column}) as date) as varchar)" if by.by_month else f"cast({column} as varchar)"
    )


def part_register(
    by: PartitionBy, ground: Ground, filled: Mapping[str, Collection[str]], repeats: bool, known: Sequence[str]
) -> Partition:
    """The parts of a register. Ranges begin where they did before, if that is `known`.

    Refuses a column that the source does not fill, and more parts than are any use.
    """
    if by.column not in filled.get(by.table, ()) or by.key not in filled.get(by.table, ()):
        raise _refused(by.text, "the source does not have this column, or no key beside it", "a column of the source")
    if by.ranges:
        return Partition(by, tuple(known) if len(known) == by.ranges else _ranges(by, ground), repeats, ground)
    value = value_sql(by, by.column)
    valued = f"select {value} from {ground.table(by.table)} as rows_of where {by.column} is not null"
    returns = f"the different values, {MOST_PARTS:,} at most"
    found = ground.fetch(f"{valued} group by 1 order by 1 limit {MOST_PARTS + 1}", _PARTS, by.table, returns)
    if len(found) > MOST_PARTS:
        raise _refused(by.text, f"it has more than {MOST_PARTS:,} values", "a column that has fewer")
    return Partition(by, tuple(str(value) for (value,) in found), repeats, ground)


def _ranges(by: PartitionBy, ground: Ground) -> tuple[str, ...]:
    """Where ranges of about as many rows begin; the first takes whatever is lower."""
    engine = ground.engine
    if engine.dialect == "postgres":
        shares = ", ".join(str(part / by.ranges) for part in range(by.ranges))
        asked = f"select percentile_disc(array[{shares}]) within group (order by {by.key})"
        sql = f"{asked} from {ground.table(by.table)} as rows_of"
        [(bounds,)] = ground.fetch(sql, _PARTS, by.table, f"{by.ranges} keys")
        return tuple(map(str, bounds or [""] * by.ranges))
    rows = int(engine.fetch(f"select count({by.key}) from main.{by.table}")[0][0])
    sampled = f"where hash({by.key}) % {_SAMPLE} = 0" if rows > _SAMPLE * by.ranges + _LEAST_SAMPLED else ""
    keys = [key for (key,) in engine.fetch(f"select {by.key} from main.{by.table} {sampled}") if key is not None]
    keys.sort()
    if not keys:
        return ("",) * by.ranges
    return tuple(str(keys[len(keys) * part // by.ranges]) for part in range(by.ranges))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
