"""Shows what the gate cannot do without for each record, beside bare SQLite; see README.md beside this file.

Data is invented. `python bench/gate/floor.py` takes a minute or two; `--write` puts the result on the page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from run import PAGE, bare_copy, filled, machine, put, put_page, table
from tests.gate.conftest import NOW, alone, entry, listing, subject

from overt.gate import Gate, Proposed
from overt.gate._gate import stage_all
from overt.gate._outcome import Staged
from overt.register import Provenance, Register, kept_columns, leaf_of

PEOPLE = 2_500
ROUNDS = 5
SALT = bytes(32)
MOMENT = "2021-09-01 00:00:00"
MAKES_A_TABLE = ("OpenEphemeral", "OpenAutoindex", "SorterOpen")
BARE = "bare SQLite: the rows, one insert each"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the result on the page")
    write = parser.parse_args().write
    folder = Path(tempfile.mkdtemp(prefix="overt-bench-"))
    try:
        with filled(folder / "register", 10_000) as register:
            lines = [machine(), "", *table(steps(register)), "", *table(second_entry(register))]
    finally:
        shutil.rmtree(folder)
    print("\n".join(lines))
    if write:
        put_page(PAGE, "floor", lines)


def steps(register: Register) -> Iterator[dict[str, Any]]:
    """What admitting 10,000 records in one transaction consists of; the steps of each round one after the other."""
    numbers = itertools.count(50_000)
    moments = (NOW + dt.timedelta(seconds=second) for second in itertools.count(1))
    gate, bare = Gate(register), bare_copy(register)
    day = gate.day(NOW.isoformat())
    places = itertools.count(2_000_000_000)
    seconds: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[..., Any], *given: Any) -> Any:
        started = time.process_time()
        result = work(*given)
        seconds.setdefault(name, []).append(time.process_time() - started)
        return result

    for _ in range(ROUNDS):
        records = [record for _ in range(PEOPLE) for record in listing(next(numbers))]
        timed(BARE, put, bare, records)
        bundles = [listing(next(numbers)) for _ in range(PEOPLE)]
        staged = timed("the fields of each record are read and checked", staged_rows, bundles)
        rows = [row for bundle in staged for row in bundle]
        leaves = timed("canonical JSON, commitment and leaf", leaves_of, rows)
        timed("rows and leaves are inserted, a table at a time", insert, bare, rows, leaves, places)
        asked = dict(enumerate(staged))
        timed("near bundles are found, controls and rules asked", day.decide_apart, asked, "P1001")
        timed("all of `Gate.admit`", gate.admit, records, "P1001", next(moments))
    bare.close()
    count = 4 * PEOPLE
    bare_seconds = min(seconds[BARE])
    for name, of_rounds in seconds.items():
        yield {
            "step": name,
            "µs a record": f"{1e6 * min(of_rounds) / count:.1f}",
            "of bare SQLite": f"{min(of_rounds) / bare_seconds:.2f}",
        }


def staged_rows(bundles: list[list[Proposed]]) -> list[list[Staged]]:
    return [stage_all(bundle)[0] for bundle in bundles]


def leaves_of(rows: list[Staged]) -> list[bytes]:
    return [
        leaf_of(Provenance("collect", MOMENT, "P1001", row.table), kept_columns(row.table), row.values.values(), SALT)
        for row in rows
    ]


def insert(connection: sqlite3.Connection, rows: list[Staged], leaves: list[bytes], numbers: Iterator[int]) -> None:
    """The rows with their leaves, as the register writes them."""
    connection.execute("begin immediate")
    numbered = [(next(numbers), row, made) for row, made in zip(rows, leaves, strict=True)]
    connection.executemany(
        "insert into leaf (seq, recorded_at, kind, bytes) values (?, ?, 'record', ?)",
        ((seq, MOMENT, made) for seq, _, made in numbered),
    )
    for name in dict.fromkeys(row.table for row in rows):
        columns = ("opened_seq", "change", "proposed_by", "salt", "recorded_at", *kept_columns(name))
        connection.executemany(
            f"insert into {name}_version ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
            (
                (seq, "collect", "P1001", SALT, MOMENT, *row.values.values())
                for seq, row, _ in numbered
                if row.table == name
            ),
        )
    connection.execute("commit")


def second_entry(register: Register) -> Iterator[dict[str, Any]]:
    """What deciding a second entry for a person asks of SQLite."""
    store, day = register.store, Gate(register).day(NOW.isoformat())
    statements: list[tuple[str, list[Any]]] = []
    ask = store.rows
    record = alone(entry(90_000), subject_id=subject(1).values["subject_id"])

    def listen(sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        statements.append((sql, list(parameters)))
        return ask(sql, parameters)

    def decide() -> None:
        day.decide(stage_all([record])[0], "P1001")

    with store.reading():
        store.rows = listen  # type: ignore[method-assign]
        decide()
        store.rows = ask  # type: ignore[method-assign]
        for sql, parameters in statements:
            steps_of_program = [step[1] for step in ask(f"explain {sql}", parameters)]
            yield {
                "a second entry for a person": f"a statement of {len(sql):,} characters",
                "µs": f"{1e6 * cpu(partial(ask, sql, parameters)):.0f}",
                "steps of its program": f"{len(steps_of_program):,}",
                "tables that SQLite makes for it": sum(map(steps_of_program.count, MAKES_A_TABLE)),
            }
        shown = {"a second entry for a person": "the whole decision", "µs": f"{1e6 * cpu(decide):.0f}"}
        yield {**shown, "steps of its program": "", "tables that SQLite makes for it": ""}


def cpu(work: Callable[[], object], times: int = 200) -> float:
    """The processor's seconds for some work, at the best of five attempts."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - started) / times)
    return best


if __name__ == "__main__":
    main()
