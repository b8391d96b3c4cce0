"""Compares answers, then measures: Overt, Fairlearn and Aequitas on one table of 6 groups × 32 areas.

python bench/disparity/run.py --peers VENV [--rows 1000000] [--runs 5] [--write]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "audit"))

import machine  # noqa: E402
from make import make  # noqa: E402

DRAWS = 10_000
# Fairlearn resamples every row: it is timed at few draws, and its time for each draw carried on to 10,000.
PEER_DRAWS = (2, 6)
MARKS = ("<!-- results -->", "<!-- end of results -->")


def table_of(folder: Path, draws: int, *, seed: int = 1) -> dict[str, Any]:
    """One whole table by Overt: the register is loaded and opened first, which is timed apart."""
    from overt import disparities as disparity
    from overt.audits import SourceOptions, open_source

    question = disparity.DisparityQuestion(
        measure="no_further_action",
        by=("ethnicity_self_group", "unit"),
        as_of=dt.date(2026, 6, 30),
        populations=("residents",),
        draws=draws,
        seed=seed,
    )
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        with open_source(SourceOptions(str(folder)), Path(scratch) / "loaded.duckdb", profile=False) as opened:
            ready = time.perf_counter()
            found = disparity.measure(question, opened)
            seconds = time.perf_counter() - ready
    table = next(each for each in found.tables if each.population == disparity.INSIDE)
    # Of fewer than 10 there are none.
    limits = [(row.group, row.resampled_rate) for row in table.rows if row.resampled_rate and row.resampled_rate.high]
    return {
        "seconds": seconds,
        "loading": ready - started,
        "shares": {row.group: (row.rate_per_1000 or 0) / 1000 for row in table.rows},
        "limits": [
            {group: (each.low or 0) / 1000 for group, each in limits},
            {group: (each.high or 0) / 1000 for group, each in limits},
        ],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def peer(python: str, name: str, folder: Path, *more: int) -> dict[str, Any]:
    """One run of a peer in a process and an environment of its own."""
    command = [python, str(HERE / "peers" / f"{name}_run.py"), str(folder), *map(str, more)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    read: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return read


def own(folder: Path, draws: int) -> dict[str, Any]:
    """One run of Overt in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--child", str(folder), "--draws", str(draws)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    read: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return read


def check(folder: Path, python: str, rows: int) -> list[str]:
    """Refuses to measure answers that differ: shares to 1e-12, bootstrap limits as closely as draws can tell."""
    mine = own(folder, 2_000)
    for name, theirs in (
        ("fairlearn", peer(python, "fairlearn", folder, rows, 0)),
        ("aequitas", peer(python, "aequitas", folder, rows)),
    ):
        worst = max(abs(mine["shares"][cell] - share) for cell, share in theirs["shares"].items())
        assert len(mine["shares"]) == len(theirs["shares"]) == 192
        assert worst < 1e-9, (name, worst)
    with tempfile.TemporaryDirectory() as small:
        make(Path(small), 10_000)
        ours, theirs = own(Path(small), 2_000), peer(python, "fairlearn", Path(small), 10_000, 400)
        given = list(ours["limits"][0])
        assert len(given) > 100, len(given)
        widths = [ours["limits"][1][c] - ours["limits"][0][c] for c in given]
        apart = [
            abs(ours["limits"][side][cell] - theirs["limits"][side][cell]) / max(width, 1e-9)
            for side in (0, 1)
            for cell, width in zip(given, widths, strict=True)
        ]
        assert statistics.median(apart) < 0.06, statistics.median(apart)
    return [
        f"192 shares agree with Fairlearn and Aequitas to {worst:.0e}",
        "bootstrap limits on 10,000 rows agree with those of 400 draws by Fairlearn "
        f"to {statistics.median(apart):.1%} of their width (median)",
    ]


def measured(runs: int, work: Callable[[], dict[str, Any]]) -> tuple[float, float, float]:
    """The least and the median seconds, and the peak in MiB."""
    found = [work() for _ in range(runs)]
    seconds = [each["seconds"] for each in found]
    return min(seconds), statistics.median(seconds), max(each["peak_mib"] for each in found)


def _line(name: str, taken: tuple[float, float, float], gives: str) -> str:
    return f"| {name} | {taken[0]:.2f} | {taken[1]:.2f} | {taken[2]:.0f} | {gives} |"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default="")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", default="")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    if given.child:
        import overt.disparities  # noqa: F401  # imported before the clock starts, as the peers' modules are

        print(json.dumps(table_of(Path(given.child), given.draws)))
        return
    python = str(Path(given.peers) / "bin" / "python")
    with tempfile.TemporaryDirectory(prefix="overt-bench-") as scratch:
        folder = Path(scratch)
        make(folder, given.rows)
        agreed = check(folder, python, given.rows)
        ours = measured(given.runs, lambda: own(folder, DRAWS))
        plain = measured(given.runs, lambda: own(folder, 0))
        point = measured(max(2, given.runs // 2), lambda: peer(python, "fairlearn", folder, given.rows, 0))
        few, more = (
            measured(2, lambda draws=draws: peer(python, "fairlearn", folder, given.rows, draws))
            for draws in PEER_DRAWS
        )
        crosstab = measured(max(2, given.runs // 2), lambda: peer(python, "aequitas", folder, given.rows))
    each = (more[1] - few[1]) / (PEER_DRAWS[1] - PEER_DRAWS[0])
    carried = point[1] + each * DRAWS
    tables = "rate, ratio, difference, index and formula intervals of 192 cells, inside and against residents"
    carried_on = f"Fairlearn, {DRAWS:,} resamples, carried on from {each:.2f} s each"
    lines = [
        f"{given.rows:,} rows, 6 groups × 32 areas. {dt.datetime.now(dt.UTC).date()}.",
        f"Machine: {json.dumps(machine.describe())}, load before {os.getloadavg()[0]:.2f}.",
        "",
        "| | best s | median s | peak MiB | gives |",
        "| --- | --- | --- | --- | --- |",
        _line(f"Overt, {DRAWS:,} resamples", ours, f"{tables}, and bootstrap limits of both"),
        _line("Overt, no resamples", plain, tables),
        _line("Fairlearn 0.15.0, no interval", point, "share of 192 cells"),
        _line(f"Fairlearn, {PEER_DRAWS[1]} resamples", more, "share and bootstrap limits"),
        f"| {carried_on} | {carried:,.0f} | | | the same |",
        _line("Aequitas 1.1.0", crosstab, "share and disparity of 192 cells, no interval"),
        "",
        f"For the same bootstrap limits Overt takes {carried / ours[1]:,.0f} times less time (medians).",
        f"Fairlearn's time for {DRAWS:,} draws is reckoned from that of few, not run.",
        "",
        *[f"Checked before: {line}." for line in agreed],
    ]
    print("\n".join(lines))
    if given.write:
        page = HERE / "README.md"
        head, rest = page.read_text(encoding="utf-8").split(MARKS[0])
        tail = rest.split(MARKS[1])[1]
        page.write_text("\n\n".join([head + MARKS[0], "\n".join(lines), MARKS[1] + tail]), encoding="utf-8")


if __name__ == "__main__":
    main()
