"""Rows that look like totals or notes of a sheet made by hand: they are read as records, and that is said."""

from __future__ import annotations

import duckdb

from overt.audit.source._account import SourceTable
from overt.audit.source._blank import whole_rows
from overt.audit.source._sandbox import quoted_name
from overt.audit.source._texts import is_filled, is_text

# People write such rows under tables of a size that people read.
_MOST_ROWS = 1_000_000
# The words of a total stand in one of the first columns that hold words.
_FIRST = 3
_NAMED = 5
_TOTAL = r"^\W*((grand|sub|overall|running)[ -]?)?totals?\b"


def note_total_rows(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> str:
    """A note on the rows that begin with a word for a total and are mostly blank, empty where there are none.

    Nothing is left out: a row may be called so and be a record all the same.
    """
    texts = [name for name, kind in table.columns if is_text(kind)][:_FIRST]
    if not texts or len(table.columns) < 3 or table.rows > _MOST_ROWS:
        return ""
    said = " or ".join(f"regexp_matches(lower({quoted_name(name)}), '{_TOTAL}')" for name in texts)
    filled = " + ".join(f"coalesce({is_filled(quoted_name(name), kind)}, false)::int" for name, kind in table.columns)
    whole, place = whole_rows(table)
    rows = connection.execute(
        f"select {place} from {whole} where ({said}) and 2 * ({filled}) <= {len(table.columns)} order by 1"
    ).fetchall()
    if not rows:
        return ""
    numbers = [str(int(number) + table.first_row) for (number,) in rows]
    more = f" and {len(numbers) - _NAMED:,} more" if len(numbers) > _NAMED else ""
    which = f"row {numbers[0]} begins" if len(numbers) == 1 else f"rows {', '.join(numbers[:_NAMED])}{more} begin"
    one = len(numbers) == 1
    return (
        f"{table.origin}: {which} with a word for a total and {'is' if one else 'are'} mostly blank; "
        f"{'it was' if one else 'they were'} read as {'a record' if one else 'records'}: "
        f"remove {'it' if one else 'them'} from the source if {'it is' if one else 'they are'} none"
    )
