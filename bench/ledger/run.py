"""Measures the ledger against its limits and its peers, and writes the figures into README.md.

python bench/ledger/run.py [--leaves N] [--runs N]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path += [str(HERE), str(HERE.parent / "audit")]

import machine  # noqa: E402  it lies beside another bench
import task  # noqa: E402

VENV = ROOT / "bench" / ".venvs" / "pymerkle"
GO_PACKAGES = Path("/usr/share/gocode")
BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def main() -> None:
    """Runs every contender in rounds, each in a process of its own, and writes what they did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--proofs", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep-page", action="store_true", help="print the figures and leave README.md as it is")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="overt-bench-", dir=HERE) as work:
        folder = Path(work)
        contenders = prepared(folder, given.leaves, given.proofs)
        before = machine.describe()
        rounds: list[dict[str, Any]] = []
        for number in range(given.runs):
            # Each round begins with the next, so that none always comes after the same one.
            names = list(contenders)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                print(f"round {number + 1} of {given.runs}: {name}", file=sys.stderr)
                rounds.append(contenders[name](folder / f"{number}-{names.index(name)}"))
                shutil.rmtree(folder / f"{number}-{names.index(name)}", ignore_errors=True)
    roots = {each["root"] for each in rounds if each["root"]}
    assert len(roots) == 1, f"the contenders found different roots: {roots}"
    text = page(given, before, rounds)
    print(text)
    if not given.keep_page:
        readme = HERE / "README.md"
        whole = readme.read_text(encoding="utf-8")
        start, rest = whole.split(BEGIN, 1)
        readme.write_text(f"{start}{BEGIN}\n\n{text}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


def prepared(folder: Path, leaves: int, proofs: int) -> dict[str, Callable[[Path], dict[str, Any]]]:
    """The contenders that can run here; says which cannot."""
    base = ["--leaves", str(leaves), "--proofs", str(proofs)]

    def python(executable: str | Path, script: str, *more: str) -> Callable[[Path], dict[str, Any]]:
        return lambda place: asked([str(executable), str(HERE / script), *base, "--folder", str(place), *more])

    found = {"limits": python(sys.executable, "limits.py"), "Overt": python(sys.executable, "with_overt.py")}
    if (VENV / "bin/python").exists():
        for kind in ("memory", "sqlite"):
            found[f"pymerkle, {kind}"] = python(VENV / "bin/python", "with_pymerkle.py", kind)
    else:
        print(f"without pymerkle: make {VENV} and install requirements-pymerkle.txt in it", file=sys.stderr)
    if shutil.which("go") and (GO_PACKAGES / "src/golang.org/x/mod").is_dir():
        binary = built(folder)
        (folder / "entries").write_bytes(b"".join(task.entries(leaves)))
        (folder / "indexes").write_text(json.dumps(task.indexes(proofs, leaves)), encoding="utf-8")
        command = [
            binary,
            "--leaves",
            str(leaves),
            "--entries",
            str(folder / "entries"),
            "--indexes",
            str(folder / "indexes"),
        ]
        found["Go sumdb/tlog, memory"] = lambda _: asked(command)
    else:
        print("without Go: install golang-go and golang-golang-x-mod-dev", file=sys.stderr)
    return found


def built(folder: Path) -> str:
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_PACKAGES), "GOCACHE": str(folder / "cache")}
    binary = str(folder / "bench-go")
    subprocess.run(["go", "build", "-o", binary, str(HERE / "go" / "bench.go")], check=True, env=environment)
    return binary


def asked(command: list[str]) -> dict[str, Any]:
    """What a contender answered."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def page(given: argparse.Namespace, before: dict[str, Any], rounds: list[dict[str, Any]]) -> str:
    """The figures as Markdown: the median and the best of the runs."""
    contenders = list(dict.fromkeys(each["contender"] for each in rounds))
    names = list(dict.fromkeys(name for each in rounds for name in each["rates"]))

    def rates(contender: str, name: str) -> list[float]:
        return [each["rates"][name] for each in rounds if each["contender"] == contender and name in each["rates"]]

    def cell(contender: str, name: str) -> str:
        found = rates(contender, name)
        return f"{statistics.median(found):,.0f} ({max(found):,.0f})" if found else ""

    versions = {name: text for each in rounds for name, text in each["versions"].items()}
    today = dt.datetime.now(dt.UTC).date()
    lines = [
        f"{today}. {before['processor']}, {before['cores']} cores, {before['memory_gib']} GiB, "
        f"{before['system']}; load {before['load']}. Calibration, a million SHA-256 of 65 bytes in Python: "
        f"{before['calibration_seconds']} s. {', '.join(f'{name} {text}' for name, text in sorted(versions.items()))}.",
        "",
        f"{given.leaves:,} entries of {task.ENTRY_SIZE} bytes, {given.proofs:,} proofs, {given.runs} runs. "
        "A second, the median and in brackets the best:",
        "",
        f"| a second | {' | '.join(contenders)} |",
        f"| --- |{' --- |' * len(contenders)}",
    ]
    lines += [f"| {name} | {' | '.join(cell(each, name) for each in contenders)} |" for name in names]
    peaks = {each: max(one["peak_mib"] for one in rounds if one["contender"] == each) for each in contenders}
    lines += [f"| peak memory, MiB | {' | '.join(f'{peaks[each]:,}' for each in contenders)} |", ""]
    lines += ratios(rates)
    return "\n".join(lines) + "\n"


def ratios(rates: Callable[[str, str], list[float]]) -> list[str]:
    """Overt beside the limit and each peer, where both did the same."""
    pairs = [
        ("leaves integrated in memory", "limits", "leaves hashed"),
        ("leaves published at once", "limits", "leaves hashed"),
        ("durable appends, batches of 256", "limits", "entries appended in forced batches of 256"),
        *[
            (name, peer, name)
            for peer in ("Go sumdb/tlog, memory", "pymerkle, memory", "pymerkle, sqlite")
            for name in (
                "leaves integrated in memory",
                "inclusion proofs, tiles on disk",
                "inclusion proofs, tiles cached",
                "inclusion proofs verified",
                "consistency proofs, tiles cached",
                "consistency proofs verified",
            )
        ],
    ]
    lines = ["| Overt's | beside | ratio |", "| --- | --- | --- |"]
    for name, other, what in pairs:
        ours, theirs = rates("overt", name), rates(other, what)
        if ours and theirs:
            lines.append(f"| {name} | {other}: {what} | {statistics.median(ours) / statistics.median(theirs):.2f} |")
    return [*lines, ""]


if __name__ == "__main__":
    random.seed(0)
    main()
