"""How many different values a column has, counted within the memory allowed whatever the number of rows.

Values are parted by their hash and a part is counted at a time, so that the engine's table of different values never
holds more than fit. The counts are exact: equal values are always in one part.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from overt.audits.source._sandbox import memory_bytes

# What a value of a usual length takes in the engine's table of different values, with room to grow.
_BYTES_A_VALUE = 128
# The share of the memory allowed that the table may take: the scan and the sums beside it need the rest.
_SHARE = 3


def conditions(connection: duckdb.DuckDBPyConnection, value: str, rows: int) -> Iterator[str]:
    """SQL for whether a value of a column of so many rows is in each part; every value but null is in one."""
    row = connection.execute("select current_setting('memory_limit')").fetchone() or ("",)
    parts = 1 + rows * _BYTES_A_VALUE * _SHARE // memory_bytes(str(row[0]))
    if parts == 1:
        yield f"{value} is not null"
    else:
        # Not the hash of the value alone, by which the engine places it in its own table.
        yield from (f"hash({value}, 0) % {parts} = {part} and {value} is not null" for part in range(parts))
