"""Compares counts and errors, then measures: a release of 768 cells from a million entries.

python bench/publication/run.py --acro VENV --tumult VENV [--rows 1000000] [--runs 3] [--write]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "audit"))

import machine  # noqa: E402
from make import make  # noqa: E402

MARKS = ("<!-- results -->", "<!-- end of results -->")
DRAWS, TUMULT_DRAWS = 400, 5
# What was promised: no more error than the bare mechanism has, but for two per cent.
MOST = 1.02


def child(python: str, script: str, *more: object) -> dict[str, Any]:
    """One run in a process and an environment of its own."""
    command = [python, str(HERE / script), *map(str, more)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tempfile.gettempdir())
    read: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return read


def measured(runs: int, python: str, script: str, *more: object) -> dict[str, Any]:
    """The last run, with the least and the median seconds and the largest peak of all."""
    found = [child(python, script, *more) for _ in range(runs)]
    seconds = [each["seconds"] for each in found]
    peak = max(each["peak_mib"] for each in found)
    return {**found[-1], "best": min(seconds), "median": statistics.median(seconds), "peak": peak}


def _line(name: str, found: dict[str, Any], error: str, gives: str) -> str:
    return f"| {name} | {found['best']:.2f} | {found['median']:.2f} | {found['peak']:.0f} | {error} | {gives} |"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--acro", required=True)
    parser.add_argument("--tumult", required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="overt-bench-") as scratch:
        folder = Path(scratch)
        make(folder, given.rows)
        # Errors first, of many draws; then the time of one.
        errors = {what: child(sys.executable, "work.py", what, folder, DRAWS) for what in ("noisy", "bare")}
        ratio = errors["noisy"]["error"] / errors["bare"]["error"]
        assert ratio <= MOST, ratio
        withheld = measured(given.runs, sys.executable, "work.py", "withheld", folder, 1)
        noisy = measured(given.runs, sys.executable, "work.py", "noisy", folder, 1)
        bare = measured(given.runs, sys.executable, "work.py", "bare", folder, 1)
        acro = measured(given.runs, f"{given.acro}/bin/python", "peers/acro_run.py", folder, 1)
        tumult = measured(1, f"{given.tumult}/bin/python", "peers/tumult_run.py", folder, TUMULT_DRAWS)
    # A cell that nobody is in is no cell to ACRO, which reads the rows that there are.
    for peer in (acro, tumult):
        assert all(withheld["counts"][cell] == n for cell, n in peer["counts"].items())
    assert withheld["recovered"] == 0
    checks = f"{withheld['withheld']} of 768 withheld, {withheld['for_others']} for the sake of others"
    lines = [
        f"{given.rows:,} entries, 6 groups × 32 areas × 4 roles. {dt.datetime.now(dt.UTC).date()}.",
        f"Machine: {json.dumps(machine.describe())}, load before {load:.2f}.",
        f"opendp {version('opendp')}, highspy {version('highspy')}, duckdb {version('duckdb')}.",
        "",
        "| | best s | median s | peak MiB | mean error | gives |",
        "| --- | --- | --- | --- | --- | --- |",
        _line(
            "Overt, rounded and withheld",
            withheld,
            f"{withheld['error']:.3f} where shown",
            f"811 figures, {checks}; nothing can be worked out of them",
        ),
        _line(
            "ACRO 1.0.2", acro, "0 where shown", f"768 cells, {acro['withheld']} withheld, none for the sake of others"
        ),
        _line(
            "Overt, with noise",
            noisy,
            f"{errors['noisy']['error']:.4f}",
            "768 figures of epsilon 1 that add up, none below zero, each with its interval; the account of the budget",
        ),
        _line("OpenDP's mechanism alone", bare, f"{errors['bare']['error']:.4f}", "768 numbers of epsilon 1"),
        _line("Tumult Analytics 0.21", tumult, f"{tumult['error']:.3f}", "768 numbers of epsilon 1, by Spark"),
        "",
        f"The error of Overt's figures is {ratio:.4f} times that of the bare mechanism ({DRAWS} draws of 768 cells).",
        f"Tumult's best of {TUMULT_DRAWS} releases in one session took {tumult['later']:.1f} s; its peak is that of "
        "the Python process, without Spark's.",
        f"Of {withheld['small']} cells with 1 to 7 entries the attacker of the tests recovers {withheld['recovered']}.",
        "",
        "Checked before: all counts agree.",
    ]
    print("\n".join(lines))
    if given.write:
        page = HERE / "README.md"
        head, rest = page.read_text(encoding="utf-8").split(MARKS[0])
        tail = rest.split(MARKS[1])[1]
        page.write_text("\n\n".join([head + MARKS[0], "\n".join(lines), MARKS[1] + tail]), encoding="utf-8")


if __name__ == "__main__":
    main()
