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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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
    parser.add_argument("--entries", type=int, nargs="+", default=SIZES, help="how many entries the registers have")
    parser.add_argument("--people", type=int, default=250_000, help="how many people are imported")
    options = parser.parse_args()
    quick = options.quick
    folder = Path(tempfile.mkdtemp(prefix="overt-bench-"))
    try:
        lines = [machine()]
        for size in SIZES[:1] if quick else options.entries:
            print(f"{size:,} entries", file=sys.stderr)
            with filled(folder / f"r{size}", size) as register:
                lines += ["", f"**{size:,} entries**", "", *table(decisions(register, size, quick)), ""]
                lines += table(admissions(register, size, quick))
        lines += ["", "**Bulk**", "", *table([bulk(folder, 20_000 if quick else options.people)])]
        print("\n".join(lines))
        if not quick:
            put_page(PAGE, "measured", lines)
    finally:
        shutil.rmtree(folder)


def put_page(page: Path, place: str, lines: list[str]) -> None:
    """Puts lines between two marks of a page."""
    before, mark, rest = page.read_text().partition(f"<!-- {place} -->\n")
    _, end, after = rest.partition("<!-- end -->")
    text = "\n".join(lines)
    page.write_text(f"{before}{mark}{text}\n{end}{after}")


def filled(folder: Path, size: int) -> Register:
    """A register of so many entries, put in past the gate."""
    register = open_register(folder)
    start = register.size()
    marks = {}
    with register.store.transaction():
        for number in range(size):
            for record in listing(number)[:4]:
                values = row_values(record.table, dict(record.values))
                row = (start, "collect", "P1001", bytes(32), "2021-09-01 00:00:00", *values.values())
                sql = marks.setdefault(record.table, insert(record.table, values))
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
    kinds["a second entry for a person"] = lambda: alone(
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
            yield {"one decision": name, **timed_in_turn((decide,), records)[0].row()}


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

        per = len(bundles[0])
        ours, theirs = timed_in_turn((admit, lambda records: put(bare, records)), bundles)
        yield {
            "records in a transaction": per,
            **ours.row(per),
            "bare SQLite a CPU second": f"{theirs.of_cpu(per):,.0f}",
            "share": f"{ours.of_cpu(per) / theirs.of_cpu(per):.2f}",
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
        started, cpu = time.perf_counter(), all_cpu()
        report = admit_bulk(Gate(register), BulkRequest((path,), "P1001"), lambda: NOW)
        seconds, cpu = time.perf_counter() - started, all_cpu() - cpu
    assert report.admitted == 4 * people
    records = 4 * people
    return {
        "records": f"{records:,}",
        "seconds": f"{seconds:.1f}",
        "CPU seconds": f"{cpu:.1f}",
        "a second": f"{records / seconds:,.0f}",
        "a second, if both cores were free": f"{records / cpu * (os.cpu_count() or 1):,.0f}",
    }


def all_cpu() -> float:
    """The processor's time for this process, and for those that it began and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@dataclass
class Timed:
    """How long some work took for each of several items: by the clock, and of the processor."""

    elapsed: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def of_cpu(self, per: int = 1) -> float:
        """How many records a second of the processor, which other programs on the machine hardly change."""
        return per * len(self.cpu) / sum(self.cpu)

    def row(self, per: int = 1) -> dict[str, Any]:
        """As the page shows it."""
        ordered = sorted(self.elapsed)
        return {
            "a CPU second": f"{self.of_cpu(per):,.0f}",
            "a second": f"{per * len(ordered) / sum(ordered):,.0f}",
            "p50 ms": f"{1000 * ordered[len(ordered) // 2]:.3f}",
            "p99 ms": f"{1000 * ordered[int(len(ordered) * 0.99)]:.3f}",
        }


def timed_in_turn(works: Sequence[Callable[[Any], None]], items: list[Any]) -> list[Timed]:
    """What each of the works takes; item by item each in its turn, so that all meet the same state of the machine.

    The first item is not counted where there are many.
    """
    timings = [Timed() for _ in works]
    for place, some in enumerate(items):
        for work, timing in zip(works, timings, strict=True):
            started, cpu = time.perf_counter(), time.process_time()
            work(some)
            if place or len(items) < 100:
                timing.cpu.append(time.process_time() - cpu)
                timing.elapsed.append(time.perf_counter() - started)
    return timings


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
