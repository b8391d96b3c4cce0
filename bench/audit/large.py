"""Measures whole audits of one register at several sizes, up to 100 million entries: is the cost linear?

    python bench/audit/large.py --rows 1000000 --rows 10000000 --rows 100000000 --kill-after 300

Registers are made by `overt synth` if they are not there. Every answer is compared with the generator's key before a
size is reported. With `--kill-after`, the largest audit is killed once (kill -9) after so many seconds and goes on by
the same command. A register that was half made when this command was killed is finished by the next.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import machine
from contenders import HERE, RESULTS, WORK

BENCH = HERE.parent
OVERT = Path(sys.executable).with_name("overt")
BEGIN, END = "<!-- large -->", "<!-- end of large -->"
SIZES = (1_000_000, 10_000_000, 100_000_000)
MIB = 2**20
_EVERY = 0.2
_PAGE, _TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


@dataclass
class Leg:
    """One process tree, from its start to its end or to the kill: wall and CPU seconds, and the most memory in MiB."""

    wall: float
    cpu: float
    peak: float
    killed: bool = False


@dataclass
class Sized:
    """What was measured at one size. `rows` and `gigabytes` are of the source."""

    entries: int
    rows: int
    gigabytes: float
    examined: int
    breached: int
    controls: float
    legs: list[Leg]
    load: tuple[float, float]
    slowest: list[tuple[str, float]] = field(default_factory=list)
    kept: int = 0

    @property
    def wall(self) -> float:
        """Seconds of all legs."""
        return sum(leg.wall for leg in self.legs)

    @property
    def cpu(self) -> float:
        """CPU seconds of all legs."""
        return sum(leg.cpu for leg in self.legs)

    @property
    def peak(self) -> float:
        """The most memory that any leg took, in MiB."""
        return max(leg.peak for leg in self.legs)


def main() -> int:
    """Measures the sizes one after the other, the smallest first, and writes the page after each."""
    options = _options()
    WORK.mkdir(parents=True, exist_ok=True)
    here = machine.describe()
    sizes = sorted(set(options.rows or SIZES))
    done: list[Sized] = []
    for entries in sizes:
        register = _register(options, entries)
        kill_after = options.kill_after if entries == sizes[-1] else None
        done.append(_measure(options, register, entries, kill_after))
        _write(options, here, done)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, action="append", help="number of entries of the register (repeatable)")
    parser.add_argument("--register", default="alpha", help="a kind of `overt synth`")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=WORK / "registers", help="where registers are, or are made")
    parser.add_argument("--out", type=Path, default=WORK / "large", help="where the audits work")
    parser.add_argument("--memory", default="6GiB", help="the limit of the engine, the same for every size")
    parser.add_argument("--partition-by", default="", help="as for `overt audit`")
    parser.add_argument("--kill-after", type=float, help="seconds after which the largest audit is killed once")
    parser.add_argument("--no-page", action="store_true", help="leave README.md as it is")
    parser.add_argument("--name", help="the name of the file of results; large and the date if not given")
    return parser.parse_args()


def _register(options: argparse.Namespace, entries: int) -> Path:
    folder: Path = options.folder / f"{options.register}-{entries}-{options.seed}"
    if not (folder / "answer-key.json").is_file():
        _say(f"making {folder.name}")
        command = [OVERT, "synth", options.register, "--rows", entries, "--seed", options.seed, "--out", folder]
        leg = _leg(command, folder.with_suffix(".log"), None)
        _say(f"made {folder.name}: {leg.wall:,.0f} s, {leg.cpu:,.0f} s of CPU, {leg.peak:,.0f} MiB")
    return folder


def _measure(options: argparse.Namespace, register: Path, entries: int, kill_after: float | None) -> Sized:
    out: Path = options.out / f"{options.register}-{entries}"
    out.parent.mkdir(parents=True, exist_ok=True)
    for earlier in (out, out.with_name(f"{out.name}.partial"), out.with_name(f"{out.name}.parts")):
        shutil.rmtree(earlier, ignore_errors=True)
    key = json.loads((register / "answer-key.json").read_text())
    command = [OVERT, "audit", register, "--pack", key["_run"]["pack"], "--as-of", key["_run"]["as_of"], "--out", out]
    command += ["--memory", options.memory, "--timeout", 7200, "--timing", "--quiet", "--output", "json"]
    for name, value in key["_run"].get("thresholds", {}).items():
        command += ["--threshold", f"{name}={value}"]
    if options.partition_by:
        command += ["--partition-by", options.partition_by]
    log = options.out / f"{out.name}.log"
    load = os.getloadavg()[0]
    _say(f"auditing {register.name}")
    legs, kept = [], 0
    if kill_after:
        legs.append(_leg(command, log, kill_after))
        findings = out.with_name(f"{out.name}.partial") / "findings.jsonl"
        kept = findings.read_bytes().count(b"\n") if findings.exists() else 0
    if not legs or legs[0].killed:
        legs.append(_leg(command, log, None))
    found = json.loads((out / "findings.json").read_text())
    answers = {each["control"]: each for each in found["findings"]}
    _check(key, answers)
    seconds = {name: each["seconds"] for name, each in answers.items() if each["seconds"] is not None}
    return Sized(
        entries,
        sum(found["run"]["rows"].values()),
        round(sum(path.stat().st_size for path in register.glob("*.parquet")) / 1e9, 2),
        sum(each["examined"] or 0 for each in answers.values()),
        sum(each["breached"] or 0 for each in answers.values()),
        sum(seconds.values()),
        legs,
        (round(load, 2), round(os.getloadavg()[0], 2)),
        sorted(seconds.items(), key=lambda each: -each[1])[:5],
        kept,
    )


def _check(key: dict[str, Any], answers: dict[str, dict[str, Any]]) -> None:
    """Goes no further unless every planted fault was found, and nothing else."""
    wrong = [
        f"{control}: {answers[control]['breached']} breached, {planted['breached']} planted"
        for control, planted in key.items()
        if not control.startswith("_")
        and control in answers
        and (answers[control]["breached"] or 0, answers[control]["digest"] or planted["digest"])
        != (planted["breached"], planted["digest"])
    ]
    if wrong:
        raise SystemExit("\n".join(["the answers are not those of the key:", *wrong]))


def _leg(command: Sequence[Any], log: Path, kill_after: float | None) -> Leg:
    """Runs a process tree to its end, or kills all of it after so many seconds."""
    started, peak, cpu = time.perf_counter(), 0.0, 0.0
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            wall = time.perf_counter() - started
            if pid:
                break
            memory, seconds = _tree(process.pid)
            peak, cpu = max(peak, memory), max(cpu, seconds)
            if kill_after and wall > kill_after:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return Leg(wall, cpu, peak, killed=True)
            time.sleep(_EVERY)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[1]} left with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
    return Leg(wall, used.ru_utime + used.ru_stime, peak)


def _tree(root: int) -> tuple[float, float]:
    """The memory in MiB that a process and all below it hold now, and the CPU seconds that they have taken."""
    parents, weights = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue  # it has ended meanwhile
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        weights[pid] = int(fields[21]) * _PAGE / MIB, sum(map(int, fields[11:15])) / _TICKS
    members = {root}
    while new := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= new
    held = [weights[pid] for pid in members if pid in weights]
    return sum(memory for memory, _ in held), sum(seconds for _, seconds in held)


def _write(options: argparse.Namespace, here: dict[str, Any], done: list[Sized]) -> None:
    today = dt.datetime.now(dt.UTC).date().isoformat()
    versions = _versions()
    result = {
        "date": today,
        "machine": here,
        "versions": versions,
        "register": options.register,
        "memory": options.memory,
        "partition_by": options.partition_by,
        "sizes": [asdict(sized) for sized in done],
    }
    target = RESULTS / f"{options.name or f'large-{today}'}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
    words = text(result, done)
    print(words)
    if not options.no_page:
        page = BENCH / "README.md"
        before, rest = page.read_text().split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        whole = f"All of it: [results/{target.name}](results/{target.name})."
        page.write_text(f"{before}{BEGIN}\n\n{words}\n{whole}\n\n{END}{after}")


def _versions() -> str:
    program = "import duckdb, overt; print(f'Overt {overt.__version__}, DuckDB {duckdb.__version__}')"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def text(result: dict[str, Any], done: list[Sized]) -> str:
    """The table as Markdown."""
    here = result["machine"]
    parted = f", in parts by {result['partition_by']}" if result["partition_by"] else ""
    lines = [
        f"{result['date']}. {here['processor']}, {here['cores']} cores, {here['memory_gib']} GiB, {here['system']}. "
        f"{result['versions']}, `--memory {result['memory']}`{parted}; the register {result['register']} from Parquet. "
        "Every planted fault was found at every size, and nothing else, with its digest.",
        "",
        "| entries | rows | Parquet | rows examined | breached | wall | CPU | peak of all processes "
        "| wall per million | CPU per million | load |",
        "| --: |" + " --: |" * 10,
    ]
    for sized in done:
        millions = sized.entries / 1e6
        lines.append(
            f"| {sized.entries:,} | {sized.rows:,} | {sized.gigabytes:.2f} GB | {sized.examined:,} "
            f"| {sized.breached:,} | {sized.wall:,.0f} s | {sized.cpu:,.0f} s | {sized.peak:,.0f} MiB "
            f"| {sized.wall / millions:.1f} s | {sized.cpu / millions:.1f} s | {sized.load[0]} to {sized.load[1]} |"
        )
    largest = done[-1]
    slowest = ", ".join(f"{control} {seconds:,.0f} s" for control, seconds in largest.slowest)
    lines += ["", f"The slowest controls at {largest.entries:,}: {slowest}."]
    if largest.legs[0].killed:
        first, second = largest.legs
        lines.append(
            f"At {largest.entries:,} the audit was killed (kill -9) after {first.wall:,.0f} s, with {largest.kept} "
            f"controls answered, and the same command went on for {second.wall:,.0f} s; both are counted."
        )
    return "\n".join(lines) + "\n"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
