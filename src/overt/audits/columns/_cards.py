"""One card for each column of a source: how full it is, what its values look like, and what stands out.

Counts are exact. Kinds are seen in about 20,000 rows of a longer table and shapes in about 2,000, evenly spread, and
the card says so. No value leaves here but those that `shown_values` lets through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from overt.audits.columns._dates import PARTED, DateTexts
from overt.audits.columns._rows import SAMPLED, filled_rows, filled_rows_of, kind_of, step
from overt.audits.columns._showing import (
    MOST_VALUES,
    NO_VALUES,
    MaskedShape,
    ShownValues,
    look_like_names,
    shapes_of,
    shown_values,
)
from overt.audits.source import SourceTable
from overt.audits.source._sandbox import literal, quoted_name
from overt.audits.source._texts import is_filled, is_text
from overt.model import Column

if TYPE_CHECKING:
    from overt.audits.mapping import ColumnProfile

_SHAPED = 2_000
_SHOWN_SHAPES = 3
_NAMES = 500
_BELOW = 10_000
_MONTH = r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*[0-9]"
_NUMBER = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
# Of a column whose values are nearly all different, those that repeat are worth a word.
_NEARLY = 0.5
KINDS = {
    "dates": "dates",
    "like_dates": "texts like dates",
    "numbers": "numbers",
    "answers": "yes or no",
    "texts": "texts",
}


@dataclass(frozen=True)
class KindCount:
    """What so many of the filled rows hold, in words."""

    kind: str
    rows: int


@dataclass(frozen=True)
class ColumnCard:
    """What is known of one column without showing anybody's value.

    `letter` is its place as a spreadsheet shows it. `looked_at` rows were looked at for `kinds`; fewer than `filled`
    is a sample. `shortest` and `longest` are lengths in characters. `lowest` and `highest` are the range of numbers
    that all lie below 10,000, or the years of dates. `shapes` are the three most frequent, of `shaped` rows. `values`
    are those that may be shown, or why none is. `names` says that most of its values look like names of people.
    """

    table: str
    column: str
    letter: str
    rows: int
    filled: int
    distinct: int
    kinds: tuple[KindCount, ...] = ()
    looked_at: int = 0
    shortest: int = 0
    longest: int = 0
    lowest: str = ""
    highest: str = ""
    shapes: tuple[MaskedShape, ...] = ()
    shaped: int = 0
    values: ShownValues = NO_VALUES
    names: bool = False
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The part of the rows that are filled, from 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0


def column_card(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    column: str,
    *,
    meaning: Column | None = None,
    declared: bool = False,
    profiles: Sequence[ColumnProfile] = (),
) -> ColumnCard:
    """The card of one column. With the profiles of the table's columns it says which other column decides it.

    `meaning` is the column of the model that it fills, and `declared` that a person declared it to hold categories.
    """
    place = [name for name, _ in table.columns].index(column)
    profile = next((each for each in profiles if (each.table, each.column) == (table.name, column)), None)
    filled, distinct = (profile.filled, profile.distinct) if profile else _counts(connection, table, column)
    card = ColumnCard(table.name, column, letter_of(place), table.rows, filled, distinct)
    if not filled:
        return ColumnCard(*_start(card), notes=("every row is blank",))
    kinds, looked_at, lowest, highest = _kinds(connection, table, column)
    sample = _sample(connection, table, column)
    shortest, longest = _lengths(connection, table, column)
    return ColumnCard(
        *_start(card),
        kinds=kinds,
        looked_at=looked_at,
        shortest=shortest,
        longest=longest,
        lowest=lowest,
        highest=highest,
        shapes=shapes_of(sample.items())[:_SHOWN_SHAPES],
        shaped=sum(sample.values()),
        values=card_values(connection, table, column, (filled, distinct), meaning=meaning, declared=declared),
        names=look_like_names(list(sample)[:_NAMES]),
        notes=_notes(card, profiles),
    )


def looks_like_names(connection: duckdb.DuckDBPyConnection, table: SourceTable, column: str) -> bool:
    """Whether most different values of a column, in a sample, look like names of people: then it is no key."""
    return look_like_names(list(_sample(connection, table, column))[:_NAMES])


def letter_of(place: int) -> str:
    """The letters of a spreadsheet's column, from 0: A to Z, then AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _start(card: ColumnCard) -> tuple[str, str, str, int, int, int]:
    return card.table, card.column, card.letter, card.rows, card.filled, card.distinct


def _counts(connection: duckdb.DuckDBPyConnection, table: SourceTable, column: str) -> tuple[int, int]:
    """Filled rows and different values."""
    name = quoted_name(column)
    # Grouping is four times as fast as count(distinct …) where values are many.
    grouped = (
        f"select count(*) as times from source.{quoted_name(table.name)}"
        f" where {is_filled(name, kind_of(table, column))} group by {name}"
    )
    row = connection.execute(f"select coalesce(sum(times), 0), count(*) from ({grouped})").fetchone() or (0, 0)
    return int(row[0]), int(row[1])


def _lengths(connection: duckdb.DuckDBPyConnection, table: SourceTable, column: str) -> tuple[int, int]:
    """The lengths of the shortest and the longest value."""
    row = connection.execute(
        f"select min(length(value)), max(length(value)) from {filled_rows(table, column)}"
    ).fetchone() or (0, 0)
    return int(row[0]), int(row[1])


def _kinds(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, column: str
) -> tuple[tuple[KindCount, ...], int, str, str]:
    """What the values are, in how many of the rows looked at, and the range that may be told."""
    kind = kind_of(table, column)
    if not is_text(kind):
        return _typed(connection, table, column, kind)
    text = "trim(value)"
    iso = DateTexts(text).iso
    like = f"(regexp_matches({text}, {literal(PARTED)}) or regexp_matches({text}, {literal(_MONTH)}))"
    number = f"regexp_full_match({text}, {literal(_NUMBER)})"
    answer = f"lower({text}) in ('yes', 'no', 'y', 'n', 'true', 'false')"
    sorts = (
        f"select case when {iso} then 'dates' when {number} then 'numbers' when {like} then 'like_dates'"
        f" when {answer} then 'answers' else 'texts' end as sort, value"
        f" from {filled_rows(table, column, every=step(table.rows))}"
    )
    rows = connection.execute(
        "select sort, count(*), min(try_cast(value as double)), max(try_cast(value as double)),"
        f" min(left(trim(value), 4)), max(left(trim(value), 4)) from ({sorts}) group by 1 order by 2 desc, 1"
    ).fetchall()
    kinds = tuple(KindCount(KINDS[str(sort)], int(count)) for sort, count, *_ in rows)
    looked_at = sum(each.rows for each in kinds)
    lowest = highest = ""
    if len(rows) == 1 and step(table.rows) == 1:
        sort, _, low, high, first, last = rows[0]
        if sort == "numbers":
            lowest, highest = _range(low, high)
        elif sort == "dates":
            lowest, highest = str(first), str(last)
    return kinds, looked_at, lowest, highest


def _typed(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, column: str, kind: str
) -> tuple[tuple[KindCount, ...], int, str, str]:
    name, source = quoted_name(column), f"source.{quoted_name(table.name)}"
    is_date = kind == "DATE" or kind.startswith("TIMESTAMP")
    low, high = (f"min(year({name}))", f"max(year({name}))") if is_date else ("null", "null")
    sort = "dates" if is_date else "answers" if kind == "BOOLEAN" else "texts"
    if kind.split("(", maxsplit=1)[0] in ("FLOAT", "DOUBLE", "DECIMAL") or kind.endswith(("INT", "INTEGER")):
        sort, low, high = "numbers", f"min({name})", f"max({name})"
    row = connection.execute(f"select count({name}), {low}, {high} from {source}").fetchone() or (0, None, None)
    lowest, highest = ("", "") if row[1] is None else (str(row[1]), str(row[2]))
    if sort == "numbers":
        lowest, highest = _range(row[1], row[2])
    return (KindCount(KINDS[sort], int(row[0])),), int(row[0]), lowest, highest


def _range(low: float | None, high: float | None) -> tuple[str, str]:
    """The range, where no number in it could identify a person."""
    if low is None or high is None or max(abs(low), abs(high)) >= _BELOW:
        return "", ""
    return f"{float(low):g}", f"{float(high):g}"


def _sample(connection: duckdb.DuckDBPyConnection, table: SourceTable, column: str) -> dict[str, int]:
    """Some values with their rows, evenly spread: they stay here."""
    every = step(table.rows) * max(1, -(-min(table.rows, SAMPLED) // _SHAPED))
    rows = connection.execute(
        f"select value, count(*) from {filled_rows(table, column, every=every)} group by 1 order by 2 desc, 1"
    ).fetchall()
    if not rows:
        rows = connection.execute(
            f"select value, count(*) from (select value from {filled_rows(table, column)} limit {_SHAPED})"
            " group by 1 order by 2 desc, 1"
        ).fetchall()
    return {str(value): int(count) for value, count in rows}


def card_values(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    column: str,
    counts: tuple[int, int],
    *,
    meaning: Column | None = None,
    declared: bool = False,
) -> ShownValues:
    """The values of a column that its card may show, which is all that its meaning changes of a card.

    `counts` are its filled rows and its different values.
    """
    filled, distinct = counts
    if distinct > MOST_VALUES:
        why = f"the column has more than {MOST_VALUES} different values"
        return ShownValues(masked_values=distinct, masked_rows=filled, why=why)
    return shown_values(values_of(connection, table, column), meaning=meaning, declared=declared)


def values_of(connection: duckdb.DuckDBPyConnection, table: SourceTable, *columns: str) -> dict[str, int]:
    """The different values of columns with their rows, most first; of more than 50, any 51. They are not masked."""
    rows = connection.execute(
        f"select value, count(*) from {filled_rows_of(table, columns)} group by 1 order by 2 desc, 1"
        f" limit {MOST_VALUES + 1}"
    ).fetchall()
    return {str(value): int(count) for value, count in rows}


def _notes(card: ColumnCard, profiles: Sequence[ColumnProfile]) -> tuple[str, ...]:
    notes = []
    if card.distinct == 1:
        notes.append("the same in every row" if card.filled == card.rows else "the same in every filled row")
    elif card.distinct == card.filled == card.rows:
        notes.append("different in every row, so it can number the rows")
    elif card.distinct == card.filled:
        notes.append("different in every filled row")
    elif card.distinct > _NEARLY * card.filled:
        repeats = card.filled - card.distinct
        rows = "1 row repeats" if repeats == 1 else f"{repeats:,} rows repeat"
        notes.append(f"{rows} a value of another, so it is no entry number")
    by_name = {profile.column: profile for profile in profiles if profile.table == card.table}
    own = by_name.get(card.column)
    if own is not None and own.determined_by and card.distinct > 1:
        notes.append(f"“{own.determined_by}” decides it: where that is the same, this is the same")
    decides = [
        name for name, profile in by_name.items() if profile.determined_by == card.column and profile.distinct > 1
    ]
    if decides:
        notes.append(f"it decides {', '.join(f'“{name}”' for name in decides)}")
    return tuple(notes)
