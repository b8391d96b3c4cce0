"""What every table must hold to, whatever file it came from: no endless field, no NUL in a text, whole pages."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from overt.audits.source._account import Limits
from overt.audits.source._sandbox import quoted_name
from overt.refusals import Refusal
from overt.workbooks import column_letter


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


def check_texts(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    source: str,
    columns: Sequence[tuple[str, str]],
    limits: Limits,
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
                raise _too_long(name, row, number + 1, limits)
        if found[2 + 2 * number]:
            row = _first(connection, source, f"contains({quoted_name(column)}, chr(0))", row_number)
            raise _nul(name, row, number + 1)
    return int(found[0])


def _first(connection: duckdb.DuckDBPyConnection, source: str, condition: str, row_number: str) -> int | None:
    row = connection.execute(f"select min({row_number}) from {source} where {condition}").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _too_long(name: str, row: int, column: int, limits: Limits) -> Refusal:
    return Refusal(
        "field-too-long",
        f"{name}, row {row}, column {column_letter(column)}",
        f"a text of more than {limits.field_characters} characters",
        f"at most {limits.field_characters} characters",
        "check that row. Often an earlier quotation mark was never closed",
    )


def _nul(name: str, row: int | None, column: int) -> Refusal:
    where = f"{name}, row {row}, column {column_letter(column)}"
    return Refusal("nul-byte", where, "a value contains a NUL character", "text", "export the file again without it")
