"""What every table must hold to, whatever file it came from: no endless field, no NUL in a text, whole pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from overt.audits.source._account import SourceTable
from overt.audits.source._sandbox import literal, quoted_name
from overt.rows import ReadingLimits, nul_in_text, text_too_long


def filled_sql(text: str) -> str:
    """SQL for whether a text has anything but blanks in it; null for null."""
    # The first character settles nearly every value; the pattern is for what is left.
    return rf"(case when {text} >= '!' and {text} < chr(127) then true else regexp_matches({text}, '[^\s\p{{Z}}]') end)"


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
    prefix = "overt_filled_"
    while any(column.lower().startswith(prefix) for column, _ in columns):
        prefix += "_"
    flags = [f"{prefix}{number}" for number in range(len(names))]
    parts = ["count(*)", f"count(*) filter (where not ({' or '.join(flags)}))"]
    for part, flag, (_, kind) in zip(names, flags, columns, strict=True):
        parts.append(f"count(*) filter (where {flag})")
        if is_text(kind):
            parts += [f"max(strlen({part}))", f"bool_or(contains({part}, chr(0)))" if nul else "false"]
        else:
            parts += [f"bit_xor(hash({part}))", "false"]
    filled = (f"coalesce({is_filled(part, kind)}, false)" for part, (_, kind) in zip(names, columns, strict=True))
    flagged = ", ".join(f"{sql} as {flag}" for sql, flag in zip(filled, flags, strict=True))
    found = connection.execute(f"select {', '.join(parts)} from (select *, {flagged} from {source})").fetchone()
    if found is None:
        return Looked(0, 0, (0,) * len(columns))
    rows, blank, *by_column = found
    for number, (column, kind) in enumerate(columns):
        _, longest, has_nul = by_column[3 * number : 3 * number + 3]
        # Bytes first, since DuckDB knows them without looking; characters only where bytes are too many.
        if is_text(kind) and (longest or 0) > limits.field_characters:
            over = f"length({quoted_name(column)}) > {limits.field_characters}"
            row = _first(connection, source, over, row_number)
            if row is not None:
                raise text_too_long(name, row, number + 1, limits)
        if has_nul:
            row = _first(connection, source, f"contains({quoted_name(column)}, chr(0))", row_number)
            raise nul_in_text(name, row, number + 1)
    return Looked(int(rows), int(blank), tuple(map(int, by_column[::3])))


def _first(connection: duckdb.DuckDBPyConnection, source: str, condition: str, row_number: str) -> int | None:
    row = connection.execute(f"select min({row_number}) from {source} where {condition}").fetchone()
    return None if row is None or row[0] is None else int(row[0])
