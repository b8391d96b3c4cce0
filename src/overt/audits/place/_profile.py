"""The model's table `source_column` of a source on a server: the counts of `mapping.profile_columns`, where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from overt.audits.mapping._profile import COMPARED, FEWEST, MOST, ROWS_A_VALUE, ColumnFill
from overt.audits.place._catalogue import ServerTable
from overt.audits.place._counting import Counts
from overt.audits.place._dialect import Dialect, Family
from overt.controls import Scalar
from overt.controls.engines import Engine, Note
from overt.model import SOURCE_COLUMN, Kind


@dataclass(frozen=True)
class _Few:
    """A column of few values, null for a blank one; `values` is how many, null among them."""

    name: str
    sql: str
    values: int


def profile_rows(
    engine: Engine,
    dialect: Dialect,
    table: ServerTable,
    fills: Sequence[ColumnFill],
    *,
    full: bool,
    timeout: float | None,
) -> list[dict[str, Scalar]]:
    """A row of `source_column` for each column; without `full`, only how many rows are filled."""
    determined: dict[str, str] = {}
    distinct: list[int | None] = [None] * len(fills)
    if full and fills:
        counts = Counts(f"{table.relation} as given")
        values = [distinct_value(table, column.name, dialect) for column in table.columns]
        asked = [counts.add_value(f"count(distinct {value})") for value in values]
        returns = f"{len(asked)} counts"
        counts.ask(engine, Note(f"different values of {table.name}", (table.origin,), returns), timeout)
        distinct = [number() for number in asked]
        few = [
            _Few(fill.column, value, number() + (fill.filled < fill.rows))
            for fill, value, number in zip(fills, values, asked, strict=True)
            if FEWEST <= number() + (fill.filled < fill.rows) <= MOST
        ]
        determined = _determined(engine, table, few[:COMPARED], fills[0].rows, timeout)
    return [
        {
            SOURCE_COLUMN.column_name: f"{table.name}.{fill.column}",
            SOURCE_COLUMN.source_table: table.name,
            SOURCE_COLUMN.row_count: fill.rows,
            SOURCE_COLUMN.filled_count: fill.filled,
            SOURCE_COLUMN.distinct_count: number,
            SOURCE_COLUMN.determined_by: determined.get(fill.column),
        }
        for fill, number in zip(fills, distinct, strict=True)
    ]


def distinct_value(table: ServerTable, column: str, dialect: Dialect) -> str:
    """A value that can be grouped by and has a least, null where it is blank."""
    value, family = f"given.{dialect.name(column)}", dialect.family(table.types[column])
    if family in (Family.TEXT, Family.WRITTEN, Family.BOOLEAN, None):
        text = dialect.modelled(value, Kind.TEXT)
        return f"case when {dialect.filled(value, family)} then {text} end" if family is Family.TEXT else text
    return value


def _determined(
    engine: Engine, table: ServerTable, few: Sequence[_Few], rows: int, timeout: float | None
) -> dict[str, str]:
    """For each column that another fixes, the one of the fewest values, of these the first."""
    fixing = [each for each in few if each.values * ROWS_A_VALUE <= rows]
    if not fixing or len(few) < 2:
        return {}
    note = Note(
        f"columns of {table.name} that fix others", (table.origin,), f"{len(few)} flags for each of such columns"
    )
    answers = engine.fetch(
        " union all ".join(_fixes(table, place, few, by) for place, by in enumerate(fixing)), timeout, note
    )
    fixes = {int(place): flags for place, *flags in answers}
    determined = {}
    for number, fixed in enumerate(few):
        by = [each for place, each in enumerate(fixing) if each is not fixed and fixes[place][number]]
        if by:
            determined[fixed.name] = min(by, key=lambda each: each.values).name
    return determined


def _fixes(table: ServerTable, place: int, few: Sequence[_Few], by: _Few) -> str:
    """A select of whether each column has one value, or none, wherever `by` has the same value."""
    inner = ", ".join(
        f"min({each.sql}) as low{number}, max({each.sql}) as high{number}, count({each.sql}) as filled{number}"
        for number, each in enumerate(few)
    )
    flags = ", ".join(
        f"min(case when filled{number} = 0 or (filled{number} = number_of_rows and low{number} = high{number})"
        " then 1 else 0 end)"
        for number in range(len(few))
    )
    grouped = f"select count(*) as number_of_rows, {inner} from {table.relation} as given group by {by.sql}"
    return f"select {place}, {flags} from ({grouped}) as grouped"
