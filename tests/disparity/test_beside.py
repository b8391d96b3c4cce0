"""How wrong a population must be, and whether a ratio changed."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest

from overt.disparities import as_json, report_files
from tests.disparity.conftest import Ask, population


def stops(counts: dict[str, dict[str, int]], *, named: bool) -> dict[str, list[dict[str, object]]]:
    """Stops by year and group; `named` gives each a person of its own."""
    rows: list[dict[str, object]] = []
    for year, groups in counts.items():
        for group, many in groups.items():
            rows += [
                {"occurred_at": f"{year}-{number % 12 + 1:02}-01", "ethnicity_self": group} for number in range(many)
            ]
    return {
        "encounter": [
            {"encounter_id": f"S{place}", **row, **({"subject_id": f"P{place}"} if named else {})}
            for place, row in enumerate(rows)
        ]
    }


COUNTS = {"2024": {"W1": 400, "B1": 600}, "2025": {"W1": 400, "B1": 400}}
QUESTION: dict[str, Any] = {
    "measure": "encounters",
    "by": ("ethnicity_self",),
    "since": dt.date(2024, 1, 1),
    "as_of": dt.date(2025, 12, 31),
    "trend": "year",
}


def test_a_change_has_the_interval_of_two_independent_ratios(ask: Ask, tmp_path: Path) -> None:
    """Of stops whose people are known, each another: 1.5 a year before, 1.0 now, of equal populations."""
    people = population(tmp_path / "p.csv", {"W1": 1_000_000, "B1": 1_000_000})
    found = as_json(ask(stops(COUNTS, named=True), **QUESTION, populations=(people,), reference=("W1",)))
    (change,) = found["change"]
    assert (change["first"], change["last"]) == ("2024", "2025")
    assert change["value"] == pytest.approx(1 / 1.5)
    error = math.sqrt(1 / 400 + 1 / 600 + 1 / 400 + 1 / 400)
    assert change["low"] == pytest.approx(math.exp(-1.959964 * error) / 1.5, rel=0.01)
    assert "0.67 times as high" in change["told"]
    assert "more than chance would explain" in change["told"]


def test_events_that_may_be_one_persons_have_no_interval_of_a_change(ask: Ask, tmp_path: Path) -> None:
    """The reason is given."""
    people = population(tmp_path / "p.csv", {"W1": 1_000_000, "B1": 1_000_000})
    found = as_json(ask(stops(COUNTS, named=False), **QUESTION, populations=(people,), reference=("W1",)))
    (change,) = found["change"]
    assert change["low"] is None
    assert "one person may be counted in both periods" in change["told"]


def test_how_wrong_the_population_must_be_is_the_limit_nearer_to_one(ask: Ask, tmp_path: Path) -> None:
    """Nothing is said of a group that does not differ; the report says it too."""
    counts = {"2025": {"W1": 400, "B1": 400, "A1": 101}}
    people = population(tmp_path / "p.csv", {"W1": 400_000, "B1": 100_000, "A1": 100_000})
    question = {**QUESTION, "trend": ""}
    answer = ask(stops(counts, named=True), **question, populations=(people,), reference=("W1",))
    found = as_json(answer)
    (one,) = found["sensitivity"]
    row = next(row for row in found["rows"] if row["relative_rate"] == pytest.approx(4.0))
    assert one["factor"] == row["low"]
    assert "of this group as the population says" in one["told"]
    assert b"How wrong the population would have to be" in report_files(answer)["report.html"]
    assert found["change"] is None
