"""Measures Overt against bare DuckDB and against its peers on the same controls and the same rows.

    python run.py --rows 1000000 --rows 10000000 --runs 5

Only the standard library is used here: each contender runs in a fresh process of an environment of its
own, and a small parent does not blur what its children weigh.
"""

from __future__ import annotations

import argparse
import datetime as dt
import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import machine
import page
import server as postgres
from child import Broke, weigh
from contenders import BY_NAME, CONTENDERS, HERE, OVERT, RESULTS, ROWS, WORK, Contender

BENCH = HERE.parent
# The settings of DuckDB that decide what it may take, so that the limit is measured under the same ones.
SETTINGS = ("memory_limit", "threads", "preserve_insertion_order", "enable_external_file_cache")


# A register with few faults at two sizes, one with many, where evidence costs most, and the widest table of that alone.
REGISTERS = [("alpha", 1_000_000), ("worn", 1_000_000), ("forty", 1_000_000), ("alpha", 10_000_000)]


@dataclass
class Measured:
    """What was measured on one register."""

    register: str
    rows: int
    task: dict[str, Any]
    table_rows: dict[str, int]
    counts: dict[str, list[int]]
    runs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    check: dict[str, dict[str, Any]] = field(default_factory=dict)
    answered: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


def main() -> int:
    options = _options()
    if options.join:
        return _join(options.join)
    WORK.mkdir(parents=True, exist_ok=True)
    with _alone():
        return _bench(options)


@contextmanager
def _alone() -> Iterator[None]:
    """Two at once would spoil each other's times and files."""
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("another bench is at work in bench/.work") from None
        yield


def _bench(options: argparse.Namespace) -> int:
    here = machine.describe()
    if here["load"] > machine.BUSY:
        print(f"The machine is busy (load {here['load']}): these numbers will not be fair.", file=sys.stderr)
    started = dt.datetime.now(dt.UTC)
    wanted = [BY_NAME[name] for name in options.only] if options.only else list(CONTENDERS)
    measured = []
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running()) if any(each.server for each in wanted) else None
        for register, rows in options.registers:
            measured.append(_measure(options, register, rows, wanted, server))
    result = {
        "date": started.date().isoformat(),
        "commit": _commit(),
        "machine": {**here, "load_after": machine.describe()["load"], "postgres": server.version if server else None},
        "runs": options.runs,
        "measured": [asdict(each) | {"asked": options.runs} for each in measured],
    }
    target = RESULTS / f"{options.name or started.date().isoformat()}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
    print(page.text(result))
    # A page with only some of them would look like the whole.
    if not options.no_page and not options.only:
        page.put(BENCH / "README.md", result, target.name)
    print(f"written: {target}", file=sys.stderr)
    return 0


def _join(names: list[str]) -> int:
    """Puts results that were measured one register at a time on one page, in the order given."""
    results = [json.loads((RESULTS / f"{name}.json").read_text()) for name in names]
    whole = {**results[0], "measured": [each for result in results for each in result["measured"]]}
    whole["machine"]["load_after"] = results[-1]["machine"]["load_after"]
    target = RESULTS / f"{whole['date']}.json"
    target.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n")
    page.put(BENCH / "README.md", whole, target.name)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, action="append", help="number of entries of the register (repeatable)")
    parser.add_argument("--register", action="append", help="a kind of `overt synth`, worn or forty; again for more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5, help="0 takes the run in which answers are compared, as a trial")
    parser.add_argument("--only", type=lambda text: text.split(","), help=f"of {', '.join(BY_NAME)}")
    parser.add_argument("--memory", help="the limit of Overt and of the DuckDB beside it; Overt's own if not given")
    parser.add_argument("--threads", type=int)
    parser.add_argument(
        "--longest", type=float, default=300, help="seconds; what took longer when it was checked is not run again"
    )
    parser.add_argument("--all-sizes", action="store_true", help="also run those that are left out of large registers")
    parser.add_argument("--fresh", action="store_true", help="make the registers again")
    parser.add_argument("--name", help="the name of the file of results; the date if not given")
    parser.add_argument("--no-page", action="store_true", help="leave README.md as it is")
    parser.add_argument("--join", nargs="+", help="measure nothing: put these results on the page, by their names")
    options = parser.parse_args()
    if options.rows or options.register:
        options.registers = [
            (each, rows) for rows in options.rows or [1_000_000] for each in options.register or ["alpha"]
        ]
    else:
        options.registers = REGISTERS
    for name in options.only or []:
        if name not in BY_NAME:
            parser.error(f"no contender {name}; there are {', '.join(BY_NAME)}")
    return options


def _measure(
    options: argparse.Namespace, register: str, rows: int, wanted: list[Contender], server: postgres.Server | None
) -> Measured:
    folder = _register(options, register, rows)
    work = WORK / f"{register}-{rows}"
    work.mkdir(exist_ok=True)
    path = work / "task.json"
    _quiet(OVERT / "python", HERE / "controls.py", folder, path, *_pack(register))
    task = json.loads(path.read_text())
    if options.memory:
        task["memory"] = options.memory
    table_rows = json.loads(_quiet(OVERT / "python", "-c", _COUNT_ROWS, folder))
    measured = Measured(register, rows, _described(task), table_rows, {})
    bench = _Bench(options, measured, task, path, work, server)
    taking_part = [each for each in wanted if bench.takes_part(each)]
    if server and any(each.server for each in taking_part):
        _say(f"{register}, {rows:,}: loading PostgreSQL")
        _quiet(OVERT / "python", HERE / "load_postgres.py", folder, server.url(), bench.database)
    bench.check(taking_part)
    bench.repeat(taking_part)
    bench.report()
    return measured


@dataclass
class _Bench:
    """The runs on one register."""

    options: argparse.Namespace
    measured: Measured
    task: dict[str, Any]
    path: Path
    work: Path
    server: postgres.Server | None

    @property
    def database(self) -> str:
        return f"{self.measured.register}_{self.measured.rows}".replace("-", "_")

    def takes_part(self, contender: Contender) -> bool:
        """Whether it runs here; if not, why not is taken down."""
        why = ""
        if contender.server and self.server is None:
            why = "PostgreSQL is not installed"
        elif contender.most and self.measured.rows > contender.most and not self.options.all_sizes:
            why = contender.why
        if why:
            self.measured.left_out[contender.name] = why
        return not why

    def check(self, contenders: list[Contender]) -> None:
        """Runs everyone once, and goes no further unless all answers are equal. This also warms the caches.

        The reference is the generator's key, where the register has one, and bare DuckDB.
        """
        for contender in self._limit_last(contenders):
            run, answer = self._once(contender)
            self.measured.check[contender.name] = run
            self.measured.versions[contender.name] = answer["versions"]
            self.measured.refused[contender.name] = answer["refused"]
            self.measured.answered[contender.name] = sorted(answer["counts"])
            self._same(contender, answer)

    def repeat(self, contenders: list[Contender]) -> None:
        """Round after round, each round begun by another contender; every answer is compared again."""
        longest = self.options.longest if self.options.runs else 0
        self.measured.runs = {name: [run] if run["wall"] > longest else [] for name, run in self.measured.check.items()}
        again = [each for each in contenders if not self.measured.runs[each.name]]
        for number in range(self.options.runs if again else 0):
            start = number % len(again)
            for contender in again[start:] + again[:start]:
                run, answer = self._once(contender)
                self._same(contender, answer)
                self.measured.runs[contender.name].append(run)

    def report(self) -> None:
        """The size of the report, and the time to render it, in a process that does nothing else afterwards."""
        if "overt-keys" not in self.measured.runs:
            return
        target = self.work / "report.json"
        _quiet(OVERT / "python", HERE / "peers" / "overt_report.py", self.path, target)
        self.measured.report = json.loads(target.read_text())

    def _limit_last(self, contenders: list[Contender]) -> list[Contender]:
        # Overt first: it says under which settings the limit is to be measured.
        return sorted(contenders, key=lambda each: (each.peer, each.script != ""))

    def _same(self, contender: Contender, answer: dict[str, Any]) -> None:
        wrong = []
        for control, counts in answer["counts"].items():
            known = self.measured.counts.setdefault(control, [None, None, None])
            for place, (count, other) in enumerate(zip(counts, known, strict=True)):
                if count is None:
                    continue
                if other is None:
                    known[place] = count
                elif count != other:
                    wrong.append(f"{control}: {counts} and not {known}")
            planted = self.task["planted"].get(control)
            if planted is not None and counts[1] != planted["breached"]:
                wrong.append(f"{control}: {counts[1]} breached and not {planted['breached']} as planted")
            digest = answer.get("digests", {}).get(control)
            if planted is not None and digest is not None and digest != planted["digest"]:
                wrong.append(f"{control}: another digest than was planted")
        if wrong:
            raise SystemExit("\n".join([f"{contender.name} answers otherwise; nothing is compared:", *wrong]))

    def _once(self, contender: Contender) -> tuple[dict[str, Any], dict[str, Any]]:
        _say(f"{self.measured.register}, {self.measured.rows:,}: {contender.name}")
        log, target = self.work / f"{contender.name}.log", self.work / f"{contender.name}.json"
        target.unlink(missing_ok=True)
        if contender.script:
            command = [contender.python, HERE / "peers" / contender.script, self.path, target]
            command += self._script_options(contender)
            good: tuple[int, ...] = (0,)
        else:
            out = self.work / contender.name
            shutil.rmtree(out, ignore_errors=True)
            command, good = self._audit(contender, out), (0, 1)
        clock = self.server.cpu if contender.server and self.server else None
        try:
            weight = weigh([str(each) for each in command], log=log, good=good, server=clock)
        except Broke as error:
            raise SystemExit(f"{contender.name}: {error}") from None
        answer = json.loads(target.read_text()) if contender.script else _audited(self.work / contender.name)
        controls = sum(answer["seconds"].values()) or None
        return {**asdict(weight), "controls": controls, "seconds": answer["seconds"]}, answer

    def _audit(self, contender: Contender, out: Path) -> list[Any]:
        command = [OVERT / "overt", "audit", self.task["folder"], "--pack", self.task["location"], "--as-of"]
        command += [self.task["as_of"], "--out", out, "--evidence", *contender.options, "--timing", "--quiet"]
        command += ["--memory", self.task["memory"], "--output", "json", "--timeout", "3600"]
        if self.options.threads:
            command += ["--threads", self.options.threads]
        for name, value in self.task["thresholds"].items():
            command += ["--threshold", f"{name}={value}"]
        answerable = [each["id"] for each in self.task["controls"] if contender.controls != ROWS or each["rows"]]
        if len(answerable) < self.task["pack"]["controls"]:
            command += [part for each in answerable for part in ("--control", each)]
        return command

    def _script_options(self, contender: Contender) -> list[str]:
        options = [each for each in contender.options if "=" in each]
        if contender.script == "with_duckdb.py" and "free" not in contender.options:
            self.measured.settings = self.measured.settings or self._settings()
            options += [f"{name}={value}" for name, value in self.measured.settings.items()]
        if contender.controls == ROWS:
            options.append("subset=rows")
        if contender.server and self.server:
            options.append(f"url={self.server.url(self.database)}")
        return options

    def _settings(self) -> dict[str, str]:
        """The settings of the connection that Overt's controls run on."""
        target = self.work / "settings.json"
        threads = [str(self.options.threads)] if self.options.threads else []
        _quiet(OVERT / "python", HERE / "settings.py", self.task["memory"], target, *threads)
        return {name: value for name, value in json.loads(target.read_text()).items() if name in SETTINGS}


def _register(options: argparse.Namespace, register: str, rows: int) -> Path:
    """The folder of the register, made if it is not there."""
    folder = WORK / "registers" / f"{register}-{rows}-{options.seed}"
    if folder.exists() and (options.fresh or not (folder / "answer-key.json").is_file()):
        shutil.rmtree(folder)
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        _say(f"making {folder.name}")
        if register in ("worn", "forty"):
            _quiet(OVERT / "python", HERE / "worn.py", rows, folder, *(["entry"] if register == "forty" else []))
        else:
            _quiet(OVERT / "overt", "synth", register, "--rows", rows, "--seed", options.seed, "--out", folder)
    return folder


def _pack(register: str) -> list[Path]:
    """The pack that goes with a register, made anew; none where it is the core's controls."""
    if register != "forty":
        return []
    folder = WORK / "packs" / "forty"
    _quiet(OVERT / "python", HERE / "forty.py", folder)
    return [folder]


def _audited(out: Path) -> dict[str, Any]:
    """The result folder of `overt audit` as an answer."""
    found = json.loads((out / "findings.json").read_text())
    findings = {each["control"]: each for each in found["findings"]}
    return {
        "counts": {name: [f["examined"], f["breached"], f["unknown"]] for name, f in findings.items() if _ran(f)},
        "digests": {name: f["digest"] for name, f in findings.items() if f["digest"]},
        "seconds": {name: f["seconds"] for name, f in findings.items() if f["seconds"] is not None},
        "refused": {name: f["verdict"] for name, f in findings.items() if not _ran(f)},
        "versions": {"overt": str(found["run"].get("version", "")), "engine": str(found["run"].get("engine", ""))},
    }


def _ran(finding: dict[str, Any]) -> bool:
    return finding["examined"] is not None


def _described(task: dict[str, Any]) -> dict[str, Any]:
    """What the results keep of the task: not the texts of the controls, which the pack's digest stands for."""
    titles = {each["id"]: each["title"] for each in task["controls"]}
    row_controls = [each["id"] for each in task["controls"] if each["rows"]]
    kept = {name: task[name] for name in ("as_of", "pack", "memory")}
    return {**kept, "titles": titles, "row_controls": row_controls, "planted": bool(task["planted"])}


_COUNT_ROWS = """
import json, pathlib, sys
import pyarrow.parquet as pq
paths = sorted(pathlib.Path(sys.argv[1]).glob("*.parquet"))
print(json.dumps({path.stem: pq.read_metadata(path).num_rows for path in paths}))
"""


def _quiet(*command: Any) -> str:
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr[-3000:]}")
    return done.stdout


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=BENCH, capture_output=True, text=True, check=False).stdout.strip()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
