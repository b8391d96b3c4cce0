"""Audits the same rows in files and on servers, and counts what differs; see README.md beside this file.

    python bench/in_place/run.py [--rows 100000] [--register alpha] [--server sail] [--data FOLDER] [--page]

Registers are invented. `--data` is a folder of the public files of `examples`; nothing of them is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.audit.servers import counting_proxy, fill_postgres, fill_spark  # noqa: E402
from tests.controls.servers import sail, spark_connect  # noqa: E402
from tests.examples.conftest import BY_NAME, EXAMPLES  # noqa: E402
from tests.postgres import own_server  # noqa: E402

from overt.refusals import Refusal  # noqa: E402
from overt.synthetic import generate  # noqa: E402

PAGE = Path(__file__).with_name("README.md")
REGISTERS = ("alpha", "gangs-matrix", "calgang", "chicago")
# A child weighs at least what its parent did, so a small process stands between.
_WEIGH = """
import os, subprocess, sys
_, status, used = os.wait4(subprocess.Popen(sys.argv[1:], stdout=sys.stderr).pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_maxrss)
"""
# What every way must answer alike, of each finding.
ALIKE = ("verdict", "examined", "breached", "unknown", "keys", "digest", "by_month", "by_unit", "law", "missing",
         "without", "reason")  # fmt: skip


@dataclass(frozen=True)
class Source:
    """Rows to be audited. `tables` is a folder of Parquet files for the servers."""

    name: str
    files: Path
    tables: Path
    options: tuple[str, ...]
    mapping: Path | None = None


@dataclass(frozen=True)
class Audited:
    """The findings of a result folder by control, and what the command took."""

    findings: dict[str, dict[str, Any]]
    rows: dict[str, int]
    seconds: float
    peak: int


class Refused(Exception):
    """An audit that ended in a refusal, with its words."""


Server = Callable[[], AbstractContextManager[Callable[[Path], str]]]


@contextmanager
def _postgresql() -> Iterator[Callable[[Path], str]]:
    with own_server() as server:

        def fill(tables: Path) -> str:
            name = f"register_{len(filled)}"
            filled.append(name)
            import psycopg

            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute(f"create database {name}".encode())
            url = f"{server.url.rpartition('/')[0]}/{name}"
            fill_postgres(url, tables)
            return url

        filled: list[str] = []
        yield fill


@contextmanager
def _spark() -> Iterator[Callable[[Path], str]]:
    # Tables of one application are seen by all of its sessions, so each register has a server.
    with spark_connect(f"local[{os.cpu_count()}]") as url:
        yield lambda tables: fill_spark(url, tables)


@contextmanager
def _spark_cluster() -> Iterator[Callable[[Path], str]]:
    with spark_connect("local-cluster[2,1,1024]") as url:
        yield lambda tables: fill_spark(url, tables)


@contextmanager
def _sail() -> Iterator[Callable[[Path], str]]:
    with sail() as url:
        yield lambda tables: fill_spark(url, tables)


SERVERS: dict[str, Server] = {
    "postgresql": _postgresql,
    "spark": _spark,
    "spark-cluster": _spark_cluster,
    "sail": _sail,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000, help="entries of each register")
    parser.add_argument("--register", action="append", choices=REGISTERS, help="(repeatable; default: all)")
    parser.add_argument("--server", action="append", choices=SERVERS, help="(repeatable; default: all)")
    parser.add_argument("--data", type=Path, help="folder of the public files; they are audited in place of registers")
    parser.add_argument("--timeout", default="1800", help="seconds for a control")
    parser.add_argument("--page", action="store_true", help="add the lines to the page beside this file")
    chosen = parser.parse_args(arguments)
    scratch = Path(tempfile.mkdtemp(prefix="overt-in-place-"))
    try:
        found = (
            public_files(chosen.data, scratch)
            if chosen.data
            else registers(chosen.register or REGISTERS, chosen.rows, scratch)
        )
        rows = [
            row for source in found for row in compared(source, chosen.server or list(SERVERS), scratch, chosen.timeout)
        ]
    finally:
        shutil.rmtree(scratch)
    lines = table(rows)
    print("\n".join(lines))
    if chosen.page:
        add_to_page(lines)
    return int(any(row.get("differing") for row in rows))


def registers(names: Sequence[str], rows: int, scratch: Path) -> Iterator[Source]:
    """Invented registers, each removed when the next is asked for."""
    for name in names:
        folder = scratch / name
        try:
            key = generate(name, folder, rows=rows, seed=3)
        except Refusal:  # too few rows for its published faults
            key = generate(name, folder, seed=3)
        options = ["--pack", key.pack, "--as-of", key.as_of.isoformat()]
        for threshold, value in key.thresholds.items():
            options += ["--threshold", f"{threshold}={value}"]
        yield Source(f"{name}, {key.rows:,} entries", folder, folder, tuple(options))
        shutil.rmtree(folder)


def public_files(data: Path, scratch: Path) -> Iterator[Source]:
    """The examples whose file is there. On a server the table has the numbers of its rows in a column `_row`."""
    for name, example in BY_NAME.items():
        path = data / example.data
        if not path.is_file():
            print(f"{name}: {example.data} is not there", file=sys.stderr)
            continue
        folder = scratch / name
        tables = folder / "tables"
        tables.mkdir(parents=True)
        named = folder / "".join(["source_rows", *path.suffixes[-2 if path.suffix == ".gz" else -1 :]])
        named.symlink_to(path)
        read = f"read_csv('{path}', all_varchar = true, header = true)"
        duckdb.execute(f"copy (select row_number() over () as _row, * from {read}) to '{tables}/source_rows.parquet'")
        options = [word for pack in example.packs for word in ("--pack", pack)]
        options += ["--as-of", example.as_of.isoformat()]
        yield Source(name, named, tables, tuple(options), EXAMPLES / name / "mapping.sql")
        shutil.rmtree(folder)


def compared(source: Source, servers: Sequence[str], scratch: Path, timeout: str) -> Iterator[dict[str, Any]]:
    """A line for each server: what it answered otherwise than DuckDB on the files, and what it took."""
    options = [*source.options, "--timeout", timeout]
    loaded = audited(str(source.files), scratch / "loaded", options, source.mapping)
    yield line(source, "DuckDB, files", loaded, loaded, None)
    for name in servers:
        with SERVERS[name]() as fill, counting_proxy(fill(source.tables)) as (url, counter):
            try:
                placed = audited(url, scratch / "placed", options, source.mapping)
            except Refused as refused:
                print(f"{source.name}, {name}: {refused}", file=sys.stderr, flush=True)
                yield {"source": source.name, "server": name, "refused": str(refused).splitlines()[0]}
                continue
            yield line(source, name, loaded, placed, counter.received)


def audited(location: str, out: Path, options: Sequence[str], mapping: Path | None) -> Audited:
    """What `overt audit` finds, in a process of its own."""
    shutil.rmtree(out, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("overt")), "audit", location, "--out", str(out), "--quiet", *options]
    command += ["--map", str(mapping)] if mapping else []
    log = out.with_suffix(".log")
    with log.open("wb") as stream:
        started = time.perf_counter()
        weighed = subprocess.run(
            [sys.executable, "-S", "-c", _WEIGH, *command], stdout=subprocess.PIPE, stderr=stream, check=True
        )
        seconds = time.perf_counter() - started
    status, peak = map(int, weighed.stdout.split())
    if status not in (0, 1, 2):
        raise Refused(log.read_text("utf-8")[-3000:])
    whole = json.loads((out / "findings.json").read_text("utf-8"))
    findings = {each["control"]: each for each in whole["findings"]}
    return Audited(findings, whole["run"]["rows"], seconds, peak)


def line(source: Source, server: str, loaded: Audited, placed: Audited, received: int | None) -> dict[str, Any]:
    differing = sorted(
        name
        for name in loaded.findings.keys() | placed.findings.keys()
        if different(loaded.findings.get(name, {}), placed.findings.get(name, {}))
    )
    for name in differing:
        parts = different(loaded.findings[name], placed.findings[name])
        shown = {
            part: (str(loaded.findings[name][part])[:200], str(placed.findings[name][part])[:200]) for part in parts
        }
        print(f"{source.name}, {server}, {name}: {shown}", file=sys.stderr)
    if loaded.rows != placed.rows:
        print(f"{source.name}, {server}: rows {loaded.rows} and {placed.rows}", file=sys.stderr)
        differing.append("rows")
    counted = {
        "source": source.name,
        "server": server,
        "rows": sum(placed.rows.values()),
        "findings": len(placed.findings),
        "shown": sum(each["verdict"] in ("met", "breached") for each in placed.findings.values()),
        "keys": sum(len(each["keys"]) for each in placed.findings.values()),
        "digests": sum(int(each["digest"] or "0", 16) > 0 for each in placed.findings.values()),
        "differing": differing,
        "received": received,
        "seconds": placed.seconds,
        "peak": placed.peak,
    }
    print(json.dumps(counted), file=sys.stderr, flush=True)
    return counted


def different(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The parts of a finding in which two ways differ."""
    return [part for part in ALIKE if one.get(part) != other.get(part)]


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The lines of the page."""
    head = (
        "source", "where", "rows", "findings", "met or breached", "keys", "digests", "different",
        "received", "seconds", "peak",
    )  # fmt: skip
    lines = [
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.",
        "",
        f"| {' | '.join(head)} |",
        f"| --- | --- |{' ---: |' * (len(head) - 2)}",
    ]
    for row in rows:
        if "refused" in row:
            cells = [row["source"], row["server"], *[""] * 5, f"refused: {row['refused']}", "", "", ""]
            lines.append(f"| {' | '.join(cells)} |")
            continue
        received = "" if row["received"] is None else f"{row['received'] / 1000:,.0f} kB"
        cells = [row["source"], row["server"], *(f"{row[name]:,}" for name in ("rows", "findings", "shown", "keys"))]
        cells += [str(row["digests"]), ", ".join(row["differing"]) or "none", received]
        cells += [f"{row['seconds']:.1f}", f"{row['peak'] / 1024:,.0f} MiB"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def add_to_page(lines: Sequence[str]) -> None:
    before, end, after = PAGE.read_text("utf-8").partition("<!-- end -->")
    PAGE.write_text(f"{before}\n{chr(10).join(lines)}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
