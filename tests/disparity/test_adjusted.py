"""Ratios adjusted for other divisions, in every form of the answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from overt.disparities import as_json, as_text, report_files
from overt.refusals import Refusal
from tests.disparity.conftest import Ask, Rows, population

# Black people live where everybody is stopped more: within each force the rates are the same.
STOPS = {("White", "North"): 160, ("White", "South"): 50, ("Black", "North"): 300, ("Black", "South"): 14}
PEOPLE = {("White", "North"): 2_000, ("White", "South"): 8_000, ("Black", "North"): 4_000, ("Black", "South"): 1_600}


def stops(missing: int = 0) -> dict[str, Rows]:
    counts = {**STOPS, ("", "North"): missing}
    return {
        "encounter": [
            {
                "encounter_id": f"S{place}",
                "period": "2026-05",
                "ethnicity_observed_group": group,
                "sex": "male" if force == "North" else "female",
                "no_further_action": "true",
                "row_count": count,
            }
            for place, ((group, force), count) in enumerate(counts.items())
            if count
        ]
    }


def residents(folder: Path) -> str:
    named = {f"{group},{'male' if force == 'North' else 'female'}": count for (group, force), count in PEOPLE.items()}
    return population(folder / "p.csv", named, attribute="ethnicity,sex")


def test_the_adjusted_ratio_stands_beside_the_crude_one(ask: Ask, tmp_path: Path) -> None:
    """Crude 2.8 times, adjusted 1; the formula is shown, and what it does not do."""
    answer = ask(
        stops(),
        measure="encounters",
        by=("ethnicity_observed_group", "sex"),
        populations=(residents(tmp_path),),
        adjust=True,
    )
    (black,) = as_json(answer)["adjusted"]
    assert black["crude"] == pytest.approx((314 / 5_600) / (210 / 10_000))
    assert black["ratio"] == pytest.approx(1.0, abs=0.06)
    assert black["low"] < 1 < black["high"]
    assert black["formula"] == "log(count / people) = intercept + ethnicity_observed_group + sex"
    assert black["bounds"] is None
    for text in (as_text(answer), report_files(answer)["report.html"].decode()):
        assert "log(count / people) = intercept + ethnicity_observed_group + sex: ratio of rates" in text
        assert "what is not recorded is not adjusted for" in text


def test_those_without_a_group_bound_the_adjusted_ratio(ask: Ask, tmp_path: Path) -> None:
    """They may all be of one side."""
    answer = ask(
        stops(missing=100),
        measure="encounters",
        by=("ethnicity_observed_group", "sex"),
        populations=(residents(tmp_path),),
        adjust=True,
    )
    (black,) = as_json(answer)["adjusted"]
    assert black["bounds"]["high"] == pytest.approx(black["ratio"] * 414 / 314)
    assert black["bounds"]["low"] == pytest.approx(black["ratio"] * 210 / 310)
    assert "Depending on which groups the rows without one belong to" in black["told"]


def test_one_division_is_refused(ask: Ask) -> None:
    """There is nothing to adjust for."""
    with pytest.raises(Refusal, match="--by has 1 division") as refused:
        ask(stops(), measure="encounters", by=("sex",), adjust=True)
    assert refused.value.code == "disparity-needs"


def test_without_the_extra_it_says_which_to_install(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the answer does not need it."""
    question = {
        "measure": "encounters",
        "by": ("ethnicity_observed_group", "sex"),
        "populations": (residents(tmp_path),),
    }
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    monkeypatch.setitem(sys.modules, "statsmodels.api", None)
    assert as_json(ask(stops(), **question))["adjusted"] is None
    with pytest.raises(Refusal, match="overt\\[regression\\]"):
        as_json(ask(stops(), **question, adjust=True))
