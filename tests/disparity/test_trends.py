"""Trend tests over the periods of a question."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from overt.disparities import as_json, as_text, report_files
from overt.statistics import Counted, trend
from tests.disparity.conftest import Ask, population

# Black people's stops double over a year, White people's do not change.
BLACK = (20, 22, 24, 25, 27, 29, 30, 33, 35, 36, 39, 41)
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
QUESTION: dict[str, Any] = {
    "measure": "encounters",
    "by": ("ethnicity_self",),
    "reference": ("W1",),
    "as_of": dt.date(2025, 12, 31),
    "trend": "month",
}


def stops(months: int = 12, missing: int = 0) -> dict[str, list[dict[str, object]]]:
    rows = []
    for month in range(1, months + 1):
        counts = {"W1": 60, "B1": BLACK[month - 1], "": missing}
        rows += [{"period": f"2025-{month:02}", "ethnicity_self": group, "row_count": n} for group, n in counts.items()]
    return {"encounter": [{"encounter_id": f"S{place}", **row} for place, row in enumerate(rows) if row["row_count"]]}


def test_a_rate_and_its_ratio_rise_by_days_and_people(ask: Ask, tmp_path: Path) -> None:
    """The month is taken by its days; the reference group has no clear trend; all forms say it."""
    people = population(tmp_path / "p.csv", {"W1": 40_000, "B1": 5_000})
    answer = ask(stops(), **QUESTION, populations=(people,))
    found = {
        (test["population"], test["of"], test["reference"] in test["group"]): test
        for test in as_json(answer)["trend_tests"]
    }
    assert len(found) == 3
    rate = found["residents", "rate", False]
    wanted = trend([(at, Counted(count, 5_000 * DAYS[at])) for at, count in enumerate(BLACK)])
    assert wanted is not None
    assert (rate["factor"], rate["low"], rate["high"]) == pytest.approx((wanted.factor, wanted.low, wanted.high))
    assert "the rate rose: 1.0" in rate["told"]
    assert "has no clear trend" in found["residents", "rate", True]["told"]
    assert "the ratio to" in found["residents", "ratio", False]["told"]
    assert rate["bounds"] is None
    page = report_files(answer)["report.html"].decode()
    for text in (as_text(answer), page):
        assert "the rate rose: 1.0" in text
        assert "says nothing about the cause" in text


def test_those_without_a_group_bound_the_trend(ask: Ask, tmp_path: Path) -> None:
    """If all of them were of this group in one half of the year, the factor lies lower, or higher."""
    people = population(tmp_path / "p.csv", {"W1": 40_000, "B1": 5_000})
    answer = ask(stops(missing=15), **QUESTION, populations=(people,))
    for test in as_json(answer)["trend_tests"]:
        assert test["bounds"]["low"] < test["factor"] < test["bounds"]["high"]
        assert "Depending on which groups the rows without one belong to" in test["told"]


def test_few_periods_have_no_test(ask: Ask, tmp_path: Path) -> None:
    """Five months are too few, and it is said."""
    people = population(tmp_path / "p.csv", {"W1": 40_000, "B1": 5_000})
    found = as_json(ask(stops(5), **QUESTION, populations=(people,)))["trend_tests"]
    assert all("5 periods were submitted in full, and 6 are needed" in test["told"] for test in found)
