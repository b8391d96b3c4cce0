"""What the tests have done in a process of its own."""

from __future__ import annotations

import os
import sys
import time
from typing import Any


def echo(argument: Any, say: Any, hear: Any) -> Any:
    sys.stdout.write("a library prints this\n")
    say({"heard": hear()})
    return argument


def take(argument: int, say: Any, hear: Any) -> int:
    return len(b"x" * argument)


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
