"""Which columns of a table hold counts, and which of its rows count others again."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from overt.audits.source import SourceTable
from overt.audits.source._blank import whole_rows
from overt.audits.source._sandbox import quoted_name
from overt.audits.source._texts import is_filled


@dataclass(frozen=True)
class CountColumn:
    """A column as a table of counts has it.

    Of `filled` cells so many are `numbers`, whole and not negative, in all `total`. So many rows begin with the word
    `totals`, and so many end with “of which”, so that the next ones are `parts` of them.
    """

    name: str
    filled: int
    numbers: int
    total: int
    totals: int
    parts: int

    @property
    def is_counted(self) -> bool:
        """Whether every filled cell is a count."""
        return self.filled == self.numbers > 0


def count_columns(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[CountColumn, ...]:
    """Every column of a table, looked at once in all its rows."""
    parts = []
    for column, kind in table.columns:
        name = quoted_name(column)
        number, text = f"try_cast({name} as double)", f"lower(trim({name}::varchar))"
        is_count = f"isfinite({number}) and {number} >= 0 and {number} = floor({number})"
        parts += [
            f"count(*) filter ({is_filled(name, kind)})",
            f"count(*) filter ({is_count})",
            f"coalesce(sum({number}) filter ({is_count}), 0)",
            f"count(*) filter ({text} like 'total%' or {text} like '*total%')",
            f"count(*) filter ({text} like '%, of which')",
        ]
    row = connection.execute(f"select {', '.join(parts)} from {whole_rows(table)[0]}").fetchone() or ()
    return tuple(
        CountColumn(column, *map(int, row[5 * at : 5 * at + 5])) for at, (column, _) in enumerate(table.columns)
    )
