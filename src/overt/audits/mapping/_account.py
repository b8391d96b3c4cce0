"""What a mapping did to the values of the source: how many rows were filled before and after, and what became of codes.

A column is lost in a row where a column of the source that feeds it is filled and the model's is blank. Values are
shown of coded columns alone, at most 50, and never where they may be words about a person or a person's number: those
that the mapping or the model names, and those that ten rows share: see `overt.audits.columns.shown_values`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from overt.audits.columns import MOST_VALUES, are_words, is_barred, shown_values
from overt.audits.mapping._convert import TYPES, Conversion
from overt.audits.mapping._guess import folded
from overt.audits.mapping._reads import would_read
from overt.audits.mapping._several import several
from overt.audits.mapping._trace import FILLED, RAW, Origins, Untraceable, trace
from overt.audits.source._texts import is_filled
from overt.controls.engines import Room
from overt.model import TABLES, Column, Kind, Role

_LITERAL = re.compile(r"'((?:[^']|'')*+)'")
# Lost values of more than this share of a column are named beside the counts that rest on it.
WORTH_NAMING = 0.01


@dataclass(frozen=True)
class ValueRead:
    """A value of the source, what it became, and in how many rows; `several` if it is several values in one cell.

    `source` is `None` for all values together that `shown_values` masks: somebody may have written a name there.
    """

    source: str | None
    model: str | None
    rows: int
    several: bool = False


@dataclass(frozen=True)
class ColumnRead:
    """A column of the model: what feeds it, how many rows are filled in the source and in the model, and how many lost.

    `values` are those of a coded column.
    """

    table: str
    column: str
    origins: tuple[str, ...]
    in_source: int
    in_model: int
    lost: int
    values: tuple[ValueRead, ...] = ()

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.table}.{self.column}"

    @property
    def is_worth_naming(self) -> bool:
        """Whether so much is lost that it must stand beside every count that rests on the column."""
        return self.lost > WORTH_NAMING * self.in_source

    @property
    def loss(self) -> str:
        """What is lost, in words."""
        share = self.lost / self.in_source if self.in_source else 0
        verb = "was" if self.lost == 1 else "were"
        return f"{self.lost:,} of {self.in_source:,} values of {self.name} {verb} lost in the mapping ({share:.1%})"


@dataclass(frozen=True)
class TableRead:
    """A table of the model: its rows, the rows of the source's tables that it is made of, and its columns.

    `untraced` says that its columns cannot be followed back to the source.
    """

    table: str
    sources: tuple[str, ...]
    in_source: int
    in_model: int
    columns: tuple[ColumnRead, ...] = ()
    untraced: bool = False


def table_read(kept: dict[str, Any]) -> TableRead:
    """What `dataclasses.asdict` made a dictionary of."""
    columns = tuple(
        ColumnRead(
            **{
                **each,
                "origins": tuple(each["origins"]),
                "values": tuple(ValueRead(**value) for value in each["values"]),
            }
        )
        for each in kept["columns"]
    )
    return TableRead(**{**kept, "sources": tuple(kept["sources"]), "columns": columns})


@dataclass(frozen=True)
class Fed:
    """How one table of the model is filled, as far as this account needs to know."""

    table: str
    select: str
    names: tuple[str, ...]
    columns: Mapping[str, Conversion]
    sources: Mapping[str, int]
    source_columns: Mapping[str, list[str]] = field(default_factory=dict)


def account_for(connection: duckdb.DuckDBPyConnection, room: Room, fed: Fed, rows: int) -> TableRead:
    """The account of one table, which has so many rows in the model.

    One query gives its counts, and one more the values of each coded column. No other value leaves the engine.
    """
    sources, in_source = tuple(fed.sources), sum(fed.sources.values())
    try:
        origins = trace(connection, fed.select, fed.source_columns)
        if would_read(connection, room, origins.select):
            raise Untraceable
        columns = _columns(connection, fed, origins)
    except (Untraceable, duckdb.Error, KeyError):
        return TableRead(fed.table, sources, in_source, rows, untraced=True)
    return TableRead(fed.table, sources, in_source, rows, columns)


def _columns(connection: duckdb.DuckDBPyConnection, fed: Fed, origins: Origins) -> tuple[ColumnRead, ...]:
    places = {name: place for place, name in enumerate(fed.names)}
    traced = [name for name in fed.columns if name in places and origins.by_place[places[name]]]
    query = f"({origins.select}) as given"
    parts = []
    for name in traced:
        filled, model = f"given.{FILLED}{places[name]}", still_filled(fed, name)
        parts += [f"count(*) filter (where {each})" for each in (filled, model, f"{filled} and not {model}")]
    counts = iter(connection.execute(f"select {', '.join(parts)} from {query}").fetchone() or () if parts else ())
    barred = barred_origins(fed.table, origins, places)
    found = []
    for name in traced:
        feeds = origins.by_place[places[name]]
        in_source, in_model, lost = next(counts), next(counts), next(counts)
        coded = is_coded(fed.table, name) and len(feeds) == 1 and feeds[0] not in barred
        values = _values(connection, fed, name, places[name], query) if coded else ()
        shown = tuple(f"{table}.{column}" for table, column in feeds)
        found.append(ColumnRead(fed.table, name, shown, in_source, in_model, lost, values))
    return tuple(found)


def still_filled(fed: Fed, name: str) -> str:
    """SQL for whether a column of the model is filled."""
    kind = TABLES[fed.table].by_name[name].kind
    value = f"cast({fed.columns[name].sql} as {TYPES[kind]})"
    return f"coalesce({is_filled(value, TYPES[kind].upper())}, false)"


def is_coded(table: str, name: str) -> bool:
    """Whether a column's values may be shown: those of codes and of yes or no, and of nothing that may name."""
    column = TABLES[table].by_name[name]
    return not is_barred(column) and (bool(column.codes) or column.kind is Kind.BOOLEAN)


def barred_origins(table: str, origins: Origins, places: Mapping[str, int]) -> set[tuple[str, str]]:
    """The columns of the source whose values are never shown: they feed words, names, numbers of rows or of people."""
    barred: set[tuple[str, str]] = set()
    for name, place in places.items():
        column = TABLES[table].by_name[name]
        # A body is shown where it is said what it is, and not where its column becomes a code as well.
        if is_barred(column) or column.role is Role.BODY:
            barred |= set(origins.by_place[place])
    return barred


def _values(
    connection: duckdb.DuckDBPyConnection, fed: Fed, name: str, place: int, query: str
) -> tuple[ValueRead, ...]:
    """What each value became. A column of many or long values is taken for words, and nothing of it is shown."""
    raw = f"given.{RAW}{place}"
    kind = TABLES[fed.table].by_name[name].kind
    model = f"cast(cast({fed.columns[name].sql} as {TYPES[kind]}) as varchar)"
    rows = connection.execute(
        f"select {raw} as source, {model} as model, count(*) as rows from {query} where given.{FILLED}{place} "
        f"group by all order by rows desc, source, model limit {MOST_PAIRS}"
    ).fetchall()
    return values_read(rows, named_values(fed.select, fed.table, name), TABLES[fed.table].by_name[name])


MOST_PAIRS = 2 * MOST_VALUES + 1
"""How many pairs of values, with the rows of each, `values_read` needs at most."""


def values_read(
    rows: Sequence[tuple[object, str | None, int]], named: Collection[str], meaning: Column
) -> tuple[ValueRead, ...]:
    """Values of the source, what they became and in how many rows, most rows first, as far as they may be shown.

    `named` are those that the mapping or the model names, folded; `meaning` is the column that they fill.
    """
    rows_by_value = Counter[str]()
    for source, _, count in rows:
        rows_by_value[str(source)] += count
    if are_words(rows_by_value) or len(rows) >= MOST_PAIRS or None in {source for source, _, _ in rows}:
        return ()
    may = shown_values(rows_by_value, meaning=meaning, named=named_among(rows_by_value, named)).shown
    many = several(rows_by_value)
    shown, hidden = [], Counter[tuple[str | None, bool]]()
    for source, became, count in rows:
        if str(source) in may:
            shown.append(ValueRead(str(source), became, count, str(source) in many))
        else:
            hidden[became, str(source) in many] += count
    rest = sorted(hidden.items(), key=lambda each: (-each[1], str(each[0])))
    return (*shown, *(ValueRead(None, became, count, is_several) for (became, is_several), count in rest))


def named_among(values: Iterable[str], named: Collection[str]) -> set[str]:
    """Those of the values that `named_values` gives, in whatever spelling."""
    return {value for value in values if folded(value) in named}


def named_values(text: str, table: str, column: str) -> set[str]:
    """The literals of a mapping's text and the codes of a column, folded."""
    literals = (each.replace("''", "'") for each in _LITERAL.findall(text))
    return {folded(each) for each in (*literals, *TABLES[table].by_name[column].codes)} - {""}
