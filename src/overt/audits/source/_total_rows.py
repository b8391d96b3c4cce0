"""Rows that look like totals or notes of a sheet made by hand: they are read as records, and that is said."""

from __future__ import annotations

import duckdb

from overt.audits.source._account import SourceTable
from overt.audits.source._blank import which_rows, whole_rows
from overt.audits.source._sandbox import quoted_name
from overt.audits.source._texts import is_filled, is_text

# People write such rows under tables of a size that people read.
_MOST_ROWS = 1_000_000
# The words of a total stand in one of the first columns that hold words.
_FIRST = 3
_TOTAL = r"^\W*((grand|sub|overall|running)[ -]?)?totals?\b"


def note_total_rows(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> str:
    """A note on the rows that begin with a word for a total and are mostly blank, empty where there are none.

    Nothing is left out: a row may be called so and be a record all the same.
    """
    texts = [name for name, kind in table.columns if is_text(kind)][:_FIRST]
    if not texts or len(table.columns) < 3 or table.rows > _MOST_ROWS:
        return ""
    # Most texts hold the word nowhere, which is soon seen.
    lower = [f"lower({quoted_name(name)})" for name in texts]
    said = " or ".join(f"contains({text}, 'total') and regexp_matches({text}, '{_TOTAL}')" for text in lower)
    filled = " + ".join(f"coalesce({is_filled(quoted_name(name), kind)}, false)::int" for name, kind in table.columns)
    condition = f"({said}) and 2 * ({filled}) <= {len(table.columns)}"
    row = connection.execute(f"select count(*) from {whole_rows(table)[0]} where {condition}").fetchone()
    if not row or not row[0]:
        return ""
    which = which_rows(connection, table, condition, row[0])
    if row[0] == 1:
        found = "begins with a word for a total and is mostly blank; it was read as a record"
        return f"{table.origin}: {which} {found}: remove it from the source if it is none"
    found = "begin with a word for a total and are mostly blank; they were read as records"
    return f"{table.origin}: {which} {found}: remove them from the source if they are none"
