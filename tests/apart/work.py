"""What the tests have done in a process of its own."""

from __future__ import annotations

import mmap
import os
import sys
import time
from typing import Any

from overt.machine import deadline


def echo(argument: Any, say: Any, hear: Any) -> Any:
    sys.stdout.write("a library prints this\n")
    say({"heard": hear()})
    return argument


def take(argument: int, say: Any, hear: Any) -> int:
    return len(b"x" * argument)


def keep_addresses(argument: int, say: Any, hear: Any) -> str:
    """As an engine that took memory twice, gave it back and kept where it lay; then a statement with a time limit."""
    kept = []
    for _ in range(2):
        block = mmap.mmap(-1, argument, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for start in range(0, argument, mmap.PAGESIZE):
            block[start] = 1
        block.madvise(mmap.MADV_DONTNEED)
        kept.append(block)
    with deadline(60, print):
        return f"{len(kept)} kept"


def abort(argument: None, say: Any, hear: Any) -> None:
    os.abort()


def fail(argument: str, say: Any, hear: Any) -> None:
    raise ValueError(argument)


def spin(argument: None, say: Any, hear: Any) -> None:
    say({"process": os.getpid()})
    while True:
        time.sleep(0.01)


def libraries(argument: Any, say: Any, hear: Any) -> list[Any]:
    """Whether pandas was loaded for a query with a value, an array, and Ibis."""
    import duckdb
    import pyarrow as pa

    duckdb.connect().execute("select ?", [1]).fetchall()
    pa.array(["a"])
    before = "pandas" in sys.modules
    import ibis

    return [before, ibis.memtable({"a": [1]}).to_pandas().shape]
