"""What every table must hold to, whatever file it came from: no endless field, no NUL in a text, whole pages."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

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
) -> int:
    """How many rows the source has, having looked at every value.

    Refuses texts over the limit of characters and texts with NUL characters, by row and column. Other
    columns are read so that a damaged file shows itself now.
    """
    parts = ["count(*)"]
    for column, kind in columns:
        part = quoted_name(column)
        if is_text(kind):
            parts.append(f"max(strlen({part}))")
            parts.append(f"bool_or(contains({part}, chr(0)))" if nul else "false")
        else:
            parts += [f"bit_xor(hash({part}))", "false"]
    found = connection.execute(f"select {', '.join(parts)} from {source}").fetchone()
    if found is None:
        return 0
    for number, (column, kind) in enumerate(columns):
        # Bytes first, since DuckDB knows them without looking; characters only where bytes are too many.
        if is_text(kind) and (found[1 + 2 * number] or 0) > limits.field_characters:
            over = f"length({quoted_name(column)}) > {limits.field_characters}"
            row = _first(connection, source, over, row_number)
            if row is not None:
                raise text_too_long(name, row, number + 1, limits)
        if found[2 + 2 * number]:
            row = _first(connection, source, f"contains({quoted_name(column)}, chr(0))", row_number)
            raise nul_in_text(name, row, number + 1)
    return int(found[0])


def _first(connection: duckdb.DuckDBPyConnection, source: str, condition: str, row_number: str) -> int | None:
    row = connection.execute(f"select min({row_number}) from {source} where {condition}").fetchone()
    return None if row is None or row[0] is None else int(row[0])
