"""Keys that repeat: where several rows have one number, a count of rows is no count of what they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from overt.audits.mapping._distinct import conditions
from overt.audits.source._sandbox import quoted_name
from overt.model import SOURCE_COLUMN, TABLES, Kind


@dataclass(frozen=True)
class Repeat:
    """A table of the model of which `rows` rows have `keys` different keys, one of them `most` times.

    `example` is the lowest of the keys that stand most often; it is shown to who holds the source and nobody else.
    """

    table: str
    column: str
    rows: int
    keys: int
    most: int
    example: str

    @property
    def noun(self) -> str:
        """What the keys are the numbers of."""
        one = self.table.replace("_", " ")
        return one if self.keys == 1 else f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"

    @property
    def said(self) -> str:
        """What a reader must know, without any key."""
        name = f"{self.table}.{self.column}"
        return (
            f"{name} has {self.keys:,} {'value' if self.keys == 1 else 'values'} in {self.rows:,} rows, one of them in "
            f"{self.most:,}: {self.rows:,} rows are {self.keys:,} {self.noun}, and a row is not a whole one"
        )


def find_repeats(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Collection[str]]) -> tuple[Repeat, ...]:
    """The tables of the model whose key repeats; rows without a key are not looked at.

    Where each row has a higher key than the row before, which one look shows, no key is held in memory.
    """
    found = []
    for name, table in TABLES.items():
        key = table.key.name
        if key not in columns.get(name, ()) or not table.has_own_key or table is SOURCE_COLUMN:
            continue
        target, column = f"main.{quoted_name(name)}", quoted_name(key)
        if not _ascends(connection, target, column, table.key.kind):
            repeat = _repeat(connection, name, key)
            found += [repeat] if repeat else []
    return tuple(found)


def _ascends(connection: duckdb.DuckDBPyConnection, target: str, column: str, kind: Kind) -> bool:
    """Whether each row has a higher key than the one before it: longer, or as long and later in the alphabet.

    In whatever order the engine takes the rows, no key repeats then. It stops at the first row that has not.
    """
    higher = f"{column} > before"
    if kind is Kind.TEXT:
        higher = f"strlen({column}) > strlen(before) or (strlen({column}) = strlen(before) and {higher})"
    beside = f"select {column}, lag({column}) over () as before from {target} where {column} is not null"
    lower = f"select 1 from ({beside}) where before is not null and not ({higher}) limit 1"
    return not connection.execute(lower).fetchall()


def _repeat(connection: duckdb.DuckDBPyConnection, name: str, key: str) -> Repeat | None:
    """How often the key of a table repeats; nothing if it does not."""
    target, column = f"main.{quoted_name(name)}", quoted_name(key)
    (rows,) = connection.execute(f"select count({column}) from {target}").fetchone() or (0,)
    times = [
        f"(select {column} as value, count(*) as times from {target} where {condition} group by 1)"
        for condition in conditions(connection, column, int(rows))
    ]
    counts = [connection.execute(f"select count(*), max(times) from {part}").fetchone() or (0, 0) for part in times]
    keys = sum(int(count) for count, _ in counts)
    if keys == rows:
        return None
    most = max(int(highest or 0) for _, highest in counts)
    lowest = [
        str(value)
        for part, (_, highest) in zip(times, counts, strict=True)
        if highest == most
        for (value,) in connection.execute(f"select min(value)::varchar from {part} where times = {most}").fetchall()
    ]
    return Repeat(name, key, int(rows), keys, most, min(lowest))
