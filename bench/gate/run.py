"""Measures the gate: decisions, durable admissions beside bare SQLite, bulk; see README.md beside this file.

Data is invented. `python bench/gate/run.py --quick` takes a minute, without it about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import os
import platform
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.gate.conftest import NOW, alone, entry, item, listing, open_register, subject  # noqa: E402

from overt.gate import Admitted, BulkRequest, Gate, Proposed, admit_bulk  # noqa: E402
from overt.gate._gate import stage_all  # noqa: E402
from overt.register import Register, row_values  # noqa: E402

PAGE = Path(__file__).with_name("README.md")
SIZES = (10_000, 100_000, 1_000_000)
BATCHES = (1, 100, 10_000)
TABLES = ("subject", "entry", "item")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 entries and short loops; the page stays as it is")
    quick = parser.parse_args().quick
    folder = Path(tempfile.mkdtemp(prefix="overt-bench-"))
    try:
        lines = [machine()]
        for size in SIZES[:1] if quick else SIZES:
            print(f"{size:,} entries", file=sys.stderr)
            with filled(folder / f"r{size}", size) as register:
                lines += ["", f"**{size:,} entries**", "", *table(decisions(register, size, quick)), ""]
                lines += table(admissions(register, size, quick))
        lines += ["", "**Bulk**", "", *table([bulk(folder, 20_000 if quick else 250_000)])]
        text = "\n".join(lines)
        print(text)
        if not quick:
            before, _, rest = PAGE.read_text().partition("<!-- measured -->\n")
            PAGE.write_text(f"{before}<!-- measured -->\n{text}\n<!-- end -->{rest.split('<!-- end -->')[1]}")
    finally:
        shutil.rmtree(folder)


def filled(folder: Path, size: int) -> Register:
    """A register of so many entries, put in past the gate."""
    register = open_register(folder)
    start = register.size()
    marks = {}
    with register.store.transaction():
        for number in range(size):
            for each in listing(number)[:4]:
                values = row_values(each.table, dict(each.values))
                row = (start, "collect", "P1001", bytes(32), "2021-09-01 00:00:00", *values.values())
                sql = marks.setdefault(each.table, insert(each.table, values))
                register.store.run(sql, row)
                start += 1
        # Only the last leaf is looked at; the bench takes no proof of the others.
        register.store.run(
            "insert into leaf (seq, recorded_at, kind, bytes) values (?, ?, ?, ?)",
            (start - 1, "2021-09-01 00:00:00", "record", b""),
        )
    return register


def insert(table: str, values: dict[str, Any]) -> str:
    columns = ("opened_seq", "change", "proposed_by", "salt", "recorded_at", *values)
    return f"insert into {table}_version ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"


def decisions(register: Register, size: int, quick: bool) -> Iterator[dict[str, Any]]:
    """Decisions a second, one record at a time, inside one transaction as `admit` makes them."""
    gate, chance = Gate(register), random.Random(1)
    day = gate.day(NOW.isoformat())
    kinds: dict[str, Callable[[], Proposed]] = {
        "a new entry": lambda: alone(entry(size + chance.randrange(size))),
        "an item of an entry": lambda: alone(item(chance.randrange(size), 7)),
        "a person": lambda: alone(subject(size + chance.randrange(size))),
    }
    listed = itertools.cycle([*kinds.values(), kinds["an item of an entry"]])

    def of_a_listing() -> Proposed:
        return next(listed)()

    kinds["of a listing: a person, an entry, two items"] = of_a_listing
    # What a first look does not settle: both entries are in question.
    kinds["a second entry of somebody"] = lambda: alone(
        entry(size + chance.randrange(size)), subject_id=subject(chance.randrange(size)).values["subject_id"]
    )
    count = 2_000 if quick else 20_000
    for name, make in kinds.items():
        records = [[make()] for _ in range(count)]

        def decide(bundle: list[Proposed]) -> None:
            staged, reasons = stage_all(bundle)
            day.decide(staged, "P1001")
            assert not reasons

        with register.store.reading():
            yield {"one decision": name, **timed(decide, records)}


def admissions(register: Register, size: int, quick: bool) -> Iterator[dict[str, Any]]:
    """Durable admissions of listings, and the same rows by bare SQLite."""
    numbers = iter(range(3 * size, 3 * size + 10_000_000))
    moments = (NOW + dt.timedelta(seconds=second) for second in range(1, 1_000_000))
    gate = Gate(register)
    bare = bare_copy(register)
    for batch in BATCHES:
        rounds = max(2, (400 if quick else 4_000) // batch) if batch > 1 else (200 if quick else 2_000)
        people = max(1, batch // 4)
        bundles = [
            [each for _ in range(people) for each in listing(next(numbers))]
            if batch > 1
            else [alone(subject(next(numbers)))]
            for _ in range(rounds)
        ]

        def admit(records: list[Proposed]) -> None:
            assert all(isinstance(each, Admitted) for each in gate.admit(records, "P1001", next(moments)))

        ours = timed(admit, bundles, per=len(bundles[0]))
        theirs = timed(lambda records: put(bare, records), bundles, per=len(bundles[0]))
        yield {
            "records in a transaction": len(bundles[0]),
            **ours,
            "bare SQLite a second": theirs["a second"],
            "share": f"{number(ours['a second']) / number(theirs['a second']):.2f}",
        }
    bare.close()


def bare_copy(register: Register) -> sqlite3.Connection:
    """The same tables and indexes, with the same rows, and nothing else."""
    path = register.folder / "bare.sqlite"
    register.store.wipe([])
    shutil.copyfile(register.folder / "register.sqlite", path)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full"):
        connection.execute(f"pragma {pragma}")
    return connection


def put(connection: sqlite3.Connection, records: list[Proposed]) -> None:
    connection.execute("begin immediate")
    for each in records:
        values = row_values(each.table, dict(each.values))
        put.seq += 1  # type: ignore[attr-defined]
        row = (put.seq, "collect", "P1001", bytes(32), "2021-09-01 00:00:00", *values.values())  # type: ignore[attr-defined]
        connection.execute(insert(each.table, values), row)
    connection.execute("commit")


put.seq = 1_000_000_000  # type: ignore[attr-defined]


def bulk(folder: Path, people: int) -> dict[str, Any]:
    """A legacy register of so many people, four records each."""
    path = folder / "legacy.jsonl"
    with path.open("w") as stream:
        for each in (each for person in range(people) for each in listing(person)):
            stream.write(json.dumps({"table": each.table, "values": dict(each.values)}) + "\n")
    with open_register(folder / "bulk") as register:
        started = time.perf_counter()
        report = admit_bulk(Gate(register), BulkRequest((path,), "P1001"), lambda: NOW)
        seconds = time.perf_counter() - started
    assert report.admitted == 4 * people
    return {"records": f"{4 * people:,}", "seconds": f"{seconds:.1f}", "a second": f"{4 * people / seconds:,.0f}"}


def timed(work: Callable[[Any], None], items: list[Any], per: int = 1) -> dict[str, Any]:
    work(items[0]) if per == 1 and len(items) > 100 else None
    seconds = []
    for each in items[1 if per == 1 and len(items) > 100 else 0 :]:
        started = time.perf_counter()
        work(each)
        seconds.append(time.perf_counter() - started)
    ordered = sorted(seconds)
    return {
        "a second": f"{per * len(seconds) / sum(seconds):,.0f}",
        "p50 ms": f"{1000 * ordered[len(ordered) // 2]:.3f}",
        "p99 ms": f"{1000 * ordered[int(len(ordered) * 0.99)]:.3f}",
    }


def number(text: str) -> float:
    return float(text.replace(",", ""))


def table(rows: Any) -> list[str]:
    rows = list(rows)
    names = list(rows[0])
    lines = [names, ["---", *["---:" for _ in names[1:]]], *[[str(row[name]) for name in names] for row in rows]]
    return [f"| {' | '.join(line)} |" for line in lines]


def machine() -> str:
    """The machine, and how much it had to do besides."""
    today = dt.datetime.now(dt.UTC).date()
    cores, load = os.cpu_count(), os.getloadavg()[0]
    made = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}, {cores} cores"
    return f"{made}, load {load:.1f} before it began, {today}."


if __name__ == "__main__":
    main()
