"""Run the first commands of the README with an installed Overt, in an empty folder.

python scripts/first_commands.py     with the Overt of this Python

Exits with status 1 if a command ends otherwise than the README states, or if there is no report.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guides" / "audit-an-export.md"
_EXPORT = re.compile(r"^```csv export\.csv\n(.*?)^```", re.DOTALL | re.MULTILINE)
_CONSOLE = re.compile(r"^## Audit an export$.*?^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands() -> list[tuple[list[str], int]]:
    """The commands under “Audit an export” in the README, without the word `overt`, each with its exit status."""
    block = _CONSOLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert block is not None, "README.md has no console block under “Audit an export”"  # noqa: S101
    steps: list[tuple[list[str], int]] = []
    for line in block[1].splitlines():
        if line.startswith("$ overt "):
            steps.append((shlex.split(line.removeprefix("$ overt "), comments=True), 0))
        elif line.startswith("exit "):
            steps[-1] = (steps[-1][0], int(line.removeprefix("exit ")))
    return steps


def export() -> str:
    """The synthetic export of the guide."""
    block = _EXPORT.search(GUIDE.read_text(encoding="utf-8"))
    assert block is not None, "docs/guides/audit-an-export.md has no export.csv"  # noqa: S101
    return block[1]


def run(python: Path, folder: Path) -> tuple[float, list[str]]:
    """Run the commands in a folder: the seconds that they took, and what went otherwise than the README states."""
    (folder / "export.csv").write_text(export(), encoding="utf-8")
    faults = []
    began = time.monotonic()
    for words, wanted in commands():
        done = subprocess.run(
            [python, "-m", "overt.cli", *words],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        if done.returncode != wanted:
            faults.append(
                f"overt {shlex.join(words)}: exit status {done.returncode}, not {wanted}: {done.stderr.strip()}"
            )
    if not (folder / "result" / "report.html").is_file():
        faults.append("result/report.html was not written")
    return time.monotonic() - began, faults


def main() -> int:
    """Run them and print the faults."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, faults = run(Path(sys.executable), Path(folder))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(commands())} commands in {seconds:.1f} seconds, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
