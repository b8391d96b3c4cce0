"""Run an audit and print the path of the report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
OUT = ROOT / "demo"
OVERT = [sys.executable, "-m", "overt.cli"]
BREACHES = 1

CHICAGO_PACKS = ["--pack", "core", "--pack", "examples/chicago-ssl-counts/pack"]

REAL = [
    (
        "the Metropolitan Police's stops and searches of June 2016",
        DATA / "uk-stops-met-2016-06" / "2016-06-metropolitan-stop-and-search.noloc.csv.gz",
        ["--map", "examples/met-stop-and-search/mapping.sql", "--pack", "encounters", "--as-of", "2016-07-31"],
        "met-2016-06",
    ),
    (
        "the Chicago Police's Strategic Subject List",
        DATA / "ssl-chicago" / "ssl_score_race_sex_age_counts.csv",
        ["--map", "examples/chicago-ssl-counts/mapping.sql", *CHICAGO_PACKS, "--as-of", "2017-05-01"],
        "chicago-ssl",
    ),
]


def main() -> int:
    """Audit the available data. A register with breaches counts as a success of the demonstration."""
    reports = [_audit(title, source, options, name) for title, source, options, name in REAL if source.is_file()]
    if not reports:
        register = OUT / "gangs-matrix"
        print("No public data next to this checkout (docs/guides/real-data.md): auditing a synthetic register.")
        if not (register / "answer-key.json").is_file():
            _run([*OVERT, "synth", "gangs-matrix", "--seed", "7", "--out", str(register)])
        as_of = json.loads((register / "answer-key.json").read_text(encoding="utf-8"))["_run"]["as_of"]
        reports = [
            _audit("a synthetic gangs register", register, ["--pack", "core", "--as-of", as_of], "gangs-matrix-audit")
        ]
    print("\nOpen in a browser:")
    for report in reports:
        print(f"  {report}")
    return 0


def _audit(title: str, source: Path, options: list[str], name: str) -> Path:
    print(f"\nAuditing {title}")
    folder = OUT / name
    _run([*OVERT, "audit", str(source), *options, "--out", str(folder)])
    return folder / "report.html"


def _run(command: list[str]) -> None:
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code not in (0, BREACHES):
        raise SystemExit(code)


if __name__ == "__main__":
    sys.exit(main())
