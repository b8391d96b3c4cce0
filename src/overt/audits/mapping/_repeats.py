"""Keys that repeat: where several rows have one number, a count of rows is no count of what they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from overt.audits.source._sandbox import quoted_name
from overt.model import SOURCE_COLUMN, TABLES


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
    """The tables of the model whose key repeats; rows without a key are not looked at."""
    found = []
    for name, table in TABLES.items():
        key = table.key.name
        if key not in columns.get(name, ()) or not table.has_own_key or table is SOURCE_COLUMN:
            continue
        target, column = f"main.{quoted_name(name)}", quoted_name(key)
        rows, keys = connection.execute(
            f"select count({column}), count(distinct {column}) from {target}"
        ).fetchone() or (
            0,
            0,
        )
        if keys < rows:
            row = connection.execute(
                f"select {column}::varchar, count(*) as times from {target} where {column} is not null "
                "group by 1 order by times desc, 1 limit 1"
            ).fetchone() or ("", 0)
            found.append(Repeat(name, key, int(rows), int(keys), int(row[1]), str(row[0])))
    return tuple(found)
