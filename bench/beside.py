"""Compares this checkout with an earlier commit: the CPU time of the same work, each in turn.

    python bench/beside.py --before TREE [--runs 3] [--rows 200000]

TREE is a checkout of the earlier commit with an environment of its own (`git worktree add TREE COMMIT`, and in it
`make test` or `sh scripts/setup.sh test`). CPU time is user and system seconds of all processes of a command, the
best of the runs: beside other work it changes much less than the time on the clock. All data is synthetic.

The answers of both checkouts are compared too: of each finding the verdict, the counts, the keys and the digest.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "audit"))

import machine  # noqa: E402

# What a checkout is asked to do: a name, and the command for its folder and a folder to write in.
Work = tuple[str, Callable[[Path, Path], list[str]]]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--only", action="append", help="a name in the first column (repeatable)")
    chosen = parser.parse_args(arguments)
    about = machine.describe()
    print(f"{about['processor']}, {about['cores']} cores, Python {about['python']}, load {about['load']}")
    print("| work | CPU before | CPU now | ratio |\n| --- | --: | --: | --: |")
    with tempfile.TemporaryDirectory(prefix="overt-bench-") as scratch:
        for name, command in works(Path(scratch), chosen.rows):
            if chosen.only and name not in chosen.only:
                continue
            trees = (chosen.before.resolve(), HERE.parent)
            before, now = compared(command, trees, Path(scratch), chosen.runs)
            print(f"| {name} | {before:.2f} s | {now:.2f} s | {now / before:.2f} |", flush=True)
            answers = [answers_in(outcome(Path(scratch), tree)) for tree in trees]
            if all(answers):
                print(same(*answers), file=sys.stderr)


def compared(
    command: Callable[[Path, Path], list[str]], trees: tuple[Path, Path], scratch: Path, runs: int
) -> tuple[float, ...]:
    """The least CPU seconds of the command in each tree, which take turns at going first."""
    seconds: dict[Path, list[float]] = {tree: [] for tree in trees}
    for number in range(runs):
        for tree in trees if number % 2 else reversed(trees):
            out = outcome(scratch, tree)
            shutil.rmtree(out, ignore_errors=True)
            seconds[tree].append(cpu(command(tree, out), tree))
    return tuple(min(seconds[tree]) for tree in trees)


def outcome(scratch: Path, tree: Path) -> Path:
    """Where the command of a checkout writes."""
    return scratch / f"out-{tree.name}"


def answers_in(folder: Path) -> dict[str, dict[str, object]]:
    """What an audit answered, by control; nothing where the folder holds no findings."""
    path = folder / "findings.json"
    if not path.is_file():
        return {}
    asked = ("verdict", "examined", "breached", "unknown", "accepted", "keys", "digest")
    findings = json.loads(path.read_text(encoding="utf-8"))["findings"]
    return {f"{finding['pack']}/{finding['control']}": {name: finding[name] for name in asked} for finding in findings}


def same(before: dict[str, dict[str, object]], now: dict[str, dict[str, object]]) -> str:
    """How many answers are equal, and which are not."""
    both = before.keys() & now.keys()
    other = sorted(name for name in both if before[name] != now[name])
    alone = sorted(before.keys() ^ now.keys())
    text = f"{len(both) - len(other)} of {len(both)} findings have equal verdicts, counts, keys and digests"
    text += f"; not {', '.join(other)}" if other else ""
    return text + (f"; in one checkout only: {', '.join(alone)}" if alone else "")


def cpu(command: list[str], tree: Path) -> float:
    """User and system seconds of a command and of all that it starts. A breach that an audit finds is no failure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in ((0, 1) if "audit" in command else (0,)):
        raise SystemExit(f"{' '.join(command)} exited with status {done.returncode}:\n{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def works(scratch: Path, rows: int) -> list[Work]:
    """Each bench's own task, on data that this checkout makes once for both."""

    register, release, encounters = scratch / "alpha", scratch / "release", scratch / "encounters"
    terms, corpus = scratch / "terms.txt", scratch / "corpus.csv"
    overt = str(HERE.parent / ".venv" / "bin" / "overt")
    subprocess.run([overt, "synth", "alpha", "--rows", str(rows), "--out", str(register)], check=True, stdout=2)
    _make("publication", release, rows)
    _make("disparity", encounters, rows)
    _make_texts(terms, corpus, rows)
    trial = ["watchlist", "test", str(terms), "--corpus", str(corpus), "--text", "text", "--label", "label", "-q"]

    def python(tree: Path) -> str:
        return str(tree / ".venv" / "bin" / "python")

    def audit(*more: str) -> Callable[[Path, Path], list[str]]:
        fixed = ["audit", str(register), "--pack", "core", "--as-of", "2023-06-30", "-q", *more]
        return lambda tree, out: [overt_of(tree), *fixed, "--out", str(out)]

    table = f"from pathlib import Path; from run import table_of; table_of(Path({str(encounters)!r}), 2000)"
    disparity = f"import sys; sys.path.insert(0, 'bench/disparity'); {table}"
    # The bench of the ledger as it is now: an earlier one gave the log entries that it does not take.
    log = [str(HERE / "ledger" / "with_overt.py"), "--leaves", str(rows), "--proofs", "5000", "--folder"]
    return [
        ("audit, counts only", audit("--evidence", "none")),
        ("audit, keys and digest", audit()),
        ("disparity", lambda tree, _: [python(tree), "-c", disparity]),
        ("release", lambda tree, _: [python(tree), "bench/publication/work.py", "withheld", str(release), "1"]),
        (
            "ledger",
            lambda tree, out: [python(tree), *log, str(out)],
        ),
        ("keyword list", lambda tree, out: [overt_of(tree), *trial, "--out", str(out)]),
    ]


def overt_of(tree: Path) -> str:
    """The command of a checkout."""
    return str(tree / ".venv" / "bin" / "overt")


def _make_texts(terms: Path, corpus: Path, rows: int) -> None:
    """Sentences of random words, some of which are terms."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 10))) for _ in range(20_000)]
    terms.write_text("\n".join(sorted(set(draw.sample(words, 1_000)))), encoding="utf-8")
    lines = (f"{' '.join(draw.choices(words, k=14))},{draw.choice(('yes', 'no'))}" for _ in range(rows))
    corpus.write_text("\n".join(["text,label", *lines]), encoding="utf-8")


def _make(bench: str, folder: Path, rows: int) -> None:
    """Makes the data of a bench by its own module, in a process of its own, for two modules have one name."""
    code = f"from make import make; from pathlib import Path; make(Path({str(folder)!r}), {rows})"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-c", code], cwd=HERE / bench, check=True)


if __name__ == "__main__":
    main()
