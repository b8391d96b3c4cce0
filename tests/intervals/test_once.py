"""What is reckoned in one place is the same wherever it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from overt.statistics import binomial_limits, clopper_pearson, exact_limits, share

SOURCES = Path(__file__).resolve().parents[2] / "src" / "overt"
COUNTS = [(0, 1), (1, 1), (0, 20), (3, 20), (20, 20), (1, 1_000), (999, 1_000), (412, 9_150)]


@pytest.mark.parametrize(("count", "total"), COUNTS)
@pytest.mark.parametrize("level", [0.9, 0.95, 0.975])
def test_exact_limits_are_the_same_for_one_and_for_many(count: int, total: int, level: float) -> None:
    """To the last digit."""
    low, high = exact_limits([count, 1], [total, 7], level)
    assert (float(low[0]), float(high[0])) == clopper_pearson(count, total, level)
    made = share(count, total, level)
    assert (made.low, made.high) == clopper_pearson(count, total, level)


@pytest.mark.parametrize(("count", "total"), COUNTS)
def test_limits_without_scipy_are_those_with_it(count: int, total: int) -> None:
    """But for the digits that halving leaves open."""
    assert binomial_limits(count, total) == pytest.approx(clopper_pearson(count, total), abs=1e-12)


def test_what_a_sample_needs_loads_no_extra() -> None:
    """It is drawn, marked and judged with the small install."""
    code = "import sys, overt.statistics, overt.audits.sample; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "overt.statistics._samples" in loaded
    assert "scipy" not in loaded


def test_nobody_else_asks_scipy_for_a_statistic() -> None:
    """Else there would be two answers to one question; the solver's matrices are none."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            if named.startswith("scipy") and named != "scipy.sparse":
                found.add(str(path.relative_to(SOURCES)))
    # One chance of a shorter list, which is no interval and no test.
    assert {each for each in found if not each.startswith("statistics/")} == {"watchlists/_figures.py"}
