"""What every table must hold to, whatever file it came from: no endless field, no NUL in a text, whole pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from overt.audits.source._account import SourceTable
from overt.audits.source._sandbox import literal, quoted_name
from overt.rows import ReadingLimits, nul_in_text, text_too_long

# The first character settles for nearly every value that it holds something.
_SEEN = "{0} >= '!' and {0} < chr(127)"


def filled_sql(text: str) -> str:
    """SQL for whether a text has anything but blanks in it; null for null."""
    return rf"(case when {_SEEN.format(text)} then true else regexp_matches({text}, '[^\s\p{{Z}}]') end)"


def is_filled(column: str, kind: str) -> str:
    """SQL for whether a column of a DuckDB type holds a value that is not blank."""
    return filled_sql(column) if is_text(kind) else f"{column} is not null"


def is_text(kind: str) -> bool:
    """Whether a DuckDB type is text."""
    return kind == "VARCHAR"


@dataclass(frozen=True)
class Looked:
    """What one look at every value of a table found: its rows, and the rows in which each column is filled.

    `blank` of the rows are blank throughout.
    """

    rows: int
    blank: int
    filled: tuple[int, ...]

    def table(
        self,
        name: str,
        origin: str,
        columns: tuple[tuple[str, str], ...],
        held: str | None = None,
        first_row: int = 1,
    ) -> SourceTable:
        """The table of the source that was looked at."""
        return SourceTable(name, origin, self.rows - self.blank, columns, held, first_row, self.blank, self.filled)


LEADING_ZEROS = ("^0+(.)", r"\1")
"""A pattern and what stands in its place: the zeros at the beginning of a text, of which the last one may be left."""


def without_zeros(text: str) -> str:
    """SQL for a text without the zeros at its beginning; of zeros alone one is left."""
    return f"regexp_replace({text}, {', '.join(map(literal, LEADING_ZEROS))})"


def check_texts(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    source: str,
    columns: Sequence[tuple[str, str]],
    limits: ReadingLimits,
    *,
    row_number: str = "rowid + 1",
    nul: bool = True,
) -> Looked:
    """Looks at every value of the source, once.

    Refuses texts over the limit of characters and texts with NUL characters, by row and column. Other
    columns are read so that a damaged file shows itself now.
    """
    names = [quoted_name(column) for column, _ in columns]
    parts = ["count(*)", f"count(*) filter (where {' and '.join(f'{part} is null' for part in names)})"]
    for part, (_, kind) in zip(names, columns, strict=True):
        parts.append(f"count({part})")
        if is_text(kind):
            contained = f"bool_or(contains({part}, chr(0)))" if nul else "false"
            parts += [f"max(strlen({part}))", contained, f"bool_or(not ({_SEEN.format(part)}))"]
        else:
            parts += [f"bit_xor(hash({part}))", "false", "false"]
    found = connection.execute(f"select {', '.join(parts)} from {source}").fetchone()
    if found is None:
        return Looked(0, 0, (0,) * len(columns))
    rows, blank, *by_column = found
    for number, (column, kind) in enumerate(columns):
        _, longest, has_nul, _ = by_column[4 * number : 4 * number + 4]
        # Bytes first, since DuckDB knows them without looking; characters only where bytes are too many.
        if is_text(kind) and (longest or 0) > limits.field_characters:
            over = f"length({quoted_name(column)}) > {limits.field_characters}"
            row = _first(connection, source, over, row_number)
            if row is not None:
                raise text_too_long(name, row, number + 1, limits)
        if has_nul:
            row = _first(connection, source, f"contains({quoted_name(column)}, chr(0))", row_number)
            raise nul_in_text(name, row, number + 1)
    filled = list(map(int, by_column[::4]))
    doubtful = [number for number, doubt in enumerate(by_column[3::4]) if doubt]
    if doubtful:
        more, blanks = _blank_texts(connection, source, columns, doubtful)
        blank += more
        for number, count in zip(doubtful, blanks, strict=True):
            filled[number] -= count
    return Looked(int(rows), int(blank), tuple(filled))


def _blank_texts(
    connection: duckdb.DuckDBPyConnection, source: str, columns: Sequence[tuple[str, str]], doubtful: Sequence[int]
) -> tuple[int, list[int]]:
    """Of the rows with a text that may be blank: how many are blank throughout, and how many blanks each column has."""
    names = [quoted_name(column) for column, _ in columns]
    blanks = {number: f"not {filled_sql(names[number])}" for number in doubtful}
    throughout = " and ".join(
        f"coalesce({blanks[number]}, true)" if number in blanks else f"{name} is null"
        for number, name in enumerate(names)
    )
    counted = [f"count(*) filter (where {each})" for each in (throughout, *blanks.values())]
    where = " or ".join(f"not ({_SEEN.format(names[number])})" for number in doubtful)
    found = connection.execute(f"select {', '.join(counted)} from {source} where {where}").fetchone() or ()
    return int(found[0]), list(map(int, found[1:]))


def _first(connection: duckdb.DuckDBPyConnection, source: str, condition: str, row_number: str) -> int | None:
    row = connection.execute(f"select min({row_number}) from {source} where {condition}").fetchone()
    return None if row is None or row[0] is None else int(row[0])
