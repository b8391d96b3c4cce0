"""The benches run: what they import is there, and those of the audit give their answers on small registers."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
SCRIPTS = sorted(path for path in BENCH.rglob("*.py") if not any(part.startswith(".") for part in path.parts))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(BENCH)))
def test_what_a_bench_takes_from_overt_is_there(script: Path) -> None:
    """A bench is no part of the package, so that a new name would be missed by every other check."""
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "overt":
            module = importlib.import_module(str(node.module))
            for name in node.names:
                if not hasattr(module, name.name):
                    importlib.import_module(f"{node.module}.{name.name}")
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] == "overt":
                    importlib.import_module(name.name)


def run(folder: Path, script: str, *arguments: object) -> str:
    """What a script of the audit's bench prints. It works in `folder`."""
    command = [sys.executable, str(BENCH / "audit" / script), *map(str, arguments)]
    environment = {**os.environ, "OVERT_BENCH_FOLDER": str(folder)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_limit_is_asked_what_overt_answers(tmp_path: Path) -> None:
    """Also where the register needs a threshold and lacks tables; row controls are given without words of Overt's."""
    overt = [sys.executable, "-m", "overt.cli", "synth", "alpha", "--rows", "8000", "--out", str(tmp_path / "alpha")]
    subprocess.run(overt, check=True, capture_output=True)
    run(tmp_path, "controls.py", tmp_path / "alpha", tmp_path / "task.json")
    run(tmp_path, "peers/with_duckdb.py", tmp_path / "task.json", tmp_path / "answer.json")
    task, answer = (json.loads((tmp_path / name).read_text()) for name in ("task.json", "answer.json"))
    assert task["thresholds"]
    planted = {name: each["breached"] for name, each in task["planted"].items() if name in answer["counts"]}
    assert {name: answer["counts"][name][1] for name in planted} == planted
    assert len(planted) > 60
    assert not [each["id"] for each in task["controls"] if each["rows"] and "has(" in str(each["rows"]).lower()]


def test_contenders_are_compared(tmp_path: Path) -> None:
    """Those that need no environment of a peer."""
    words = run(
        tmp_path, "run.py", "--register", "forty", "--rows", 2000, "--runs", 0, "--only", "duckdb,overt-counts",
        "--no-page", "--name", "small",
    )  # fmt: skip
    assert "All answers below were equal with one another" in words
    measured = json.loads((tmp_path / "results" / "small.json").read_text())["measured"][0]
    assert set(measured["runs"]) == {"duckdb", "overt-counts"}


def test_a_register_is_measured_at_several_sizes_and_killed_once(tmp_path: Path) -> None:
    words = run(
        tmp_path, "large.py", "--register", "calgang", "--rows", 1000, "--kill-after", 0.5, "--no-page", "--name", "x",
        "--memory", "600MiB", "--out", tmp_path / "out", "--folder", tmp_path,
    )  # fmt: skip
    sized = json.loads((tmp_path / "results" / "x.json").read_text())["sizes"][0]
    assert [leg["killed"] for leg in sized["legs"]] == [True, False]
    assert all(leg["wall"] > 0 and leg["peak"] > 0 for leg in sized["legs"])
    assert "| 1,000 |" in words
    assert "was killed (kill -9)" in words
