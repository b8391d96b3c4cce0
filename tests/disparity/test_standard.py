"""Rates standardised over ages: a younger group is not compared with an older one as if both were of one age."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from overt.disparities import as_json, as_text, report_files
from overt.statistics import Counted, standardised, standardised_ratio
from tests.disparity.conftest import Ask, write_table

# Every age is treated alike in both groups; the one has twice as many young people for its size.
PEOPLE = {("White", "18-24"): 1_000, ("White", "35+"): 9_000, ("Black", "18-24"): 600, ("Black", "35+"): 400}
LISTED = {("White", "18-24"): 50, ("White", "35+"): 90, ("Black", "18-24"): 30, ("Black", "35+"): 4}
BORN = {"18-24": "2006-01-01", "35+": "1976-01-01"}


def register(listed: dict[tuple[str, str], int]) -> dict[str, list[dict[str, object]]]:
    """A person with one entry for each that is listed."""
    people = [
        {"subject_id": f"P-{group}-{age}-{number}", "birth_date": BORN[age], "ethnicity_self": group}
        for (group, age), many in listed.items()
        for number in range(many)
    ]
    entries = [
        {"entry_id": f"E{place}", "subject_id": person["subject_id"], "status": "active", "opened_on": "2025-01-01"}
        for place, person in enumerate(people)
    ]
    return {"subject": people, "entry": entries}


def residents(path: Path) -> str:
    """The people by ethnicity and age, in the bands of the question."""
    rows = [
        {"population_id": "residents", "area": "N", "year": 2026, "attribute": "ethnicity,age", "grp": f"{group},{age}",
         "count": count}
        for (group, age), count in PEOPLE.items()
    ]  # fmt: skip
    return str(write_table(path, rows))


def asked(ask: Ask, tmp_path: Path, listed: dict[tuple[str, str], int] = LISTED, **more: Any) -> Any:
    question: dict[str, Any] = {
        "measure": "listed", "by": ("ethnicity_self", "age_band"), "within": "age_band",
        "populations": (residents(tmp_path / "residents.csv"),), "reference": ("White",), "age_bands": (0, 18, 25, 35),
    }  # fmt: skip
    return ask(register(listed), **{**question, **more})


def test_groups_treated_alike_at_every_age_have_one_standardised_rate(ask: Ask, tmp_path: Path) -> None:
    """The crude ratio is 2.4."""
    answer = asked(ask, tmp_path)
    rates = {rate["group"]: rate for rate in as_json(answer)["standardised"]}
    assert rates["Black"]["ratio"] == pytest.approx(1.0)
    assert rates["Black"]["crude_per_1000"] / rates["White"]["crude_per_1000"] == pytest.approx(34 / 14)
    standard = [1_600.0, 9_400.0]
    black, white = (
        standardised([Counted(LISTED[group, age], PEOPLE[group, age]) for age in BORN], standard)
        for group in ("Black", "White")
    )
    assert black is not None
    assert white is not None
    assert rates["Black"]["rate_per_1000"] == pytest.approx(1_000 * black.rate)
    assert (rates["Black"]["ratio_low"], rates["Black"]["ratio_high"]) == pytest.approx(
        standardised_ratio(black, white)[1:]
    )
    assert "standardised by age" in as_text(answer)
    assert b"Standardised rates" in report_files(answer)["report.html"]


def test_without_people_by_age_there_is_no_standardised_rate(ask: Ask, tmp_path: Path) -> None:
    """And the reason is given, as for a group of which too few are counted."""
    assert as_json(asked(ask, tmp_path, populations=()))["standardised"] is None
    few = {key: 4 if key[0] == "Black" else many for key, many in LISTED.items()}
    rates = {rate["group"]: rate for rate in as_json(asked(ask, tmp_path, few))["standardised"]}
    assert rates["Black"]["rate_per_1000"] is None
    assert rates["Black"]["why"] == "fewer than 10 are counted in all"
