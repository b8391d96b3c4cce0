"""How long entries stay on the list, by group: what is counted, what bounds it, and what is said."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from overt.disparities import as_json, as_text, report_files
from overt.statistics import Stays, log_rank, survival_curve
from tests.disparity.conftest import AS_OF, Ask

QUESTION: dict[str, Any] = {"measure": "time_to_removal", "by": ("ethnicity_self_group",)}
Row = tuple[str, int | None, int | None]


def spells(mean: float, many: int, seed: int) -> list[tuple[int, int | None]]:
    """Entries as days before the day asked about on which they were opened and closed."""
    random = np.random.default_rng(seed)
    opened = random.integers(300, 1500, many)
    stay = np.ceil(random.exponential(mean, many))
    return [(int(o), int(o - s) if s <= o else None) for o, s in zip(opened, stay, strict=True)]


def register(groups: dict[str, list[tuple[int, int | None]]]) -> dict[str, Any]:
    """A register of these entries, each of its own person."""
    subjects, entries = [], []
    for code, made in groups.items():
        for opened, closed in made:
            number = len(entries)
            subjects.append({"subject_id": f"P{number}", "ethnicity_self": code})
            entries.append(
                {
                    "entry_id": f"E{number}",
                    "subject_id": f"P{number}",
                    "status": "active" if closed is None else "closed",
                    "opened_on": AS_OF - dt.timedelta(opened),
                    "closed_on": "" if closed is None else AS_OF - dt.timedelta(closed),
                    "unit": f"U{number % 2}",
                }
            )
    return {"subject": subjects, "entry": entries}


def stays_of(made: list[tuple[int, int | None]]) -> Stays:
    days = np.array([o - (c or 0) for o, c in made], np.int64)
    return Stays(days, np.array([c is not None for _, c in made]), np.arange(len(made)))


WHITE, BLACK = spells(400, 150, 1), spells(700, 120, 2)


def test_half_life_and_test_are_those_of_the_statistic(ask: Ask) -> None:
    """All forms say them; the plot is drawn; the assumptions and what may not be concluded stand beside."""
    answer = ask(register({"W1": WHITE, "B1": BLACK}), **QUESTION)
    found = as_json(answer)["stays"]
    black, white = found["groups"]
    wanted = survival_curve(stays_of(BLACK)).median
    assert black["half_life"] == {"days": wanted.days, "low": wanted.low, "high": wanted.high}
    assert (black["entries"], black["people"], black["closed"]) == (120, 120, sum(c is not None for _, c in BLACK))
    assert black["interval_of"] == "people"
    both = [stays_of(BLACK), stays_of(WHITE)]
    test = log_rank(np.repeat([0, 1], [120, 150]), stays_of(BLACK + WHITE))
    assert test is not None
    assert found["test"]["chi_squared"] == pytest.approx(test.chi_squared)
    assert found["horizon"] == min(stays.days.max() for stays in both)
    assert black["mean"]["low"] < black["mean"]["days"] < black["mean"]["high"] < found["horizon"]
    files = report_files(answer)
    for text in (as_text(answer), files["report.html"].decode()):
        assert "half were closed within" in text
        assert "the groups do not all stay alike" in text
        assert "deleted from the source" in text
        assert "It cannot be concluded why stays differ" in text
    assert b"still listed" in files["plots/disparity-stays-1.svg"]
    lines = list(csv.DictReader(io.StringIO(files["disparity-stays.csv"].decode("utf-8-sig"))))
    assert {line["group"] for line in lines} == {"Black", "White"}
    assert white["curve"][0] == {
        "days": 0,
        "share": 1.0,
        "low": None,
        "high": None,
        "bound_low": None,
        "bound_high": None,
    }


def test_entries_without_a_known_stay_are_counted_and_said(ask: Ask) -> None:
    """No day of opening, closed before it, closed without a day, listed since 1900; one is not yet opened."""
    tables = register({"W1": WHITE, "B1": BLACK})
    plain = as_json(ask(tables, **QUESTION))["stays"]
    for number, (opened, closed, status) in enumerate(
        [
            ("", "2026-01-01", "closed"),
            ("2026-01-01", "2025-01-01", "closed"),
            ("2026-01-01", "", "closed"),
            ("1900-01-01", "2026-01-01", "closed"),
            ("2026-07-01", "", "active"),
        ]
    ):
        tables["subject"].append({"subject_id": f"X{number}", "ethnicity_self": "B1"})
        row = {"entry_id": f"X{number}", "subject_id": f"X{number}", "status": status, "unit": "U0"}
        tables["entry"].append({**row, "opened_on": opened, "closed_on": closed})
    answer = ask(tables, **QUESTION)
    found = as_json(answer)["stays"]
    assert found["undated"] == {
        "no day of opening": 1,
        "opened more than 100 years before": 1,
        "closed before it was opened": 1,
        "closed without a day": 1,
    }
    black = found["groups"][0]
    assert black["undated"] == 4
    assert black["half_life"] == plain["groups"][0]["half_life"]
    assert black["bounds"]["low"] < black["half_life"]["days"] < black["bounds"]["high"]
    assert "1 entries are in no curve: closed without a day." not in as_text(answer)
    assert "1 entry is in no curve: closed without a day." in as_text(answer)


def test_entries_without_a_group_bound_the_half_life_and_can_withhold_the_test(ask: Ask) -> None:
    """If the test could turn on whose they are, there is none."""
    few = as_json(ask(register({"W1": WHITE, "B1": BLACK, "": spells(500, 10, 3)}), **QUESTION))["stays"]
    assert few["missing"] == {"count": 10, "total": 280, "share": pytest.approx(10 / 280)}
    assert few["test"]["chi_squared"] > 3.84
    for group in few["groups"]:
        assert group["bounds"]["low"] <= group["half_life"]["days"] <= group["bounds"]["high"]
    many = ask(register({"W1": WHITE, "B1": BLACK, "": spells(500, 150, 3)}), **QUESTION)
    assert "chi_squared" not in as_json(many)["stays"]["test"]
    assert "could reverse it" in as_text(many)
    assert "Depending on which groups the entries without one belong to" in as_text(many)


def test_few_closed_entries_have_no_figures(ask: Ask) -> None:
    """Fewer than ten: they are counted, and the reason is given."""
    answer = ask(register({"W1": WHITE, "B1": [(500, 100)] * 9 + [(500, None)] * 90}), **QUESTION)
    black = as_json(answer)["stays"]["groups"][0]
    assert (black["entries"], black["closed"], black["half_life"], black["curve"]) == (99, 9, None, [])
    assert "no stay is given: 9 of its entries were closed, and 10 are needed" in as_text(answer)
    assert as_json(answer)["stays"]["test"]["why"] == "fewer than two groups have figures"


def test_limits_are_by_person_or_say_that_they_are_not(ask: Ask) -> None:
    """Four entries of each person, closed together, say as much as one; of nobody known, it is said and not tested."""
    tables = register({"W1": WHITE * 4, "B1": BLACK * 4})
    plain = as_json(ask(register({"W1": WHITE, "B1": BLACK}), **QUESTION))["stays"]
    for start, many in ((0, 150), (600, 120)):
        for place in range(4 * many):
            tables["entry"][start + place]["subject_id"] = f"P{start + place % many}"
    found = as_json(ask(tables, **QUESTION))["stays"]
    assert found["groups"][0]["interval_of"] == "events, by person"
    assert found["groups"][0]["people"] == 120
    assert found["groups"][0]["half_life"] == plain["groups"][0]["half_life"]
    assert found["groups"][0]["mean"] == pytest.approx(plain["groups"][0]["mean"])
    assert found["test"]["chi_squared"] == pytest.approx(plain["test"]["chi_squared"], rel=0.1)
    for row in tables["entry"]:
        row["subject_id"] = ""
    nobody = as_json(ask(tables, measure="time_to_removal", by=("unit",)))["stays"]
    assert {group["interval_of"] for group in nobody["groups"]} == {"events, not people"}
    assert "it is not known whose the entries are" in nobody["test"]["why"]
    few = register({"W1": WHITE, "B1": BLACK})
    for row in few["entry"]:
        row["subject_id"] = f"P{int(row['entry_id'][1:]) // 2 * 2}"
    text = as_text(ask(few, **QUESTION))
    assert "No interval: 60 people are too few to tell how many entries each has: 100 are needed." in text


def test_within_units_the_test_is_stratified_and_since_follows_new_entries(ask: Ask) -> None:
    """Entries opened before are counted as left out; the strata are the units."""
    tables = register({"W1": WHITE, "B1": BLACK})
    found = as_json(ask(tables, measure="time_to_removal", by=("ethnicity_self_group", "unit"), within="unit"))["stays"]
    groups, strata = np.repeat([0, 1], [150, 120]), np.arange(270) % 2
    wanted = log_rank(groups, stays_of(WHITE + BLACK), strata)
    assert wanted is not None
    assert found["test"]["chi_squared"] == pytest.approx(wanted.chi_squared)
    assert (found["test"]["strata"], [group["group"] for group in found["groups"]]) == (2, ["Black", "White"])
    since = AS_OF - dt.timedelta(1000)
    answer = ask(tables, **QUESTION, since=since)
    earlier = sum(opened > 1000 for opened, _ in WHITE + BLACK)
    assert as_json(answer)["stays"]["earlier"] == earlier
    none = as_json(ask(tables, **QUESTION, since=AS_OF))["stays"]
    assert (none["groups"], none["earlier"]) == ([], 270)
    assert f"{earlier:,} entries are in no curve, since opened before" in as_text(answer)


def test_other_measures_have_no_stays(ask: Ask, tmp_path: Path) -> None:
    """Neither a field nor a file."""
    answer = ask(register({"W1": WHITE, "B1": BLACK}), measure="listed", by=("ethnicity_self_group",))
    assert as_json(answer)["stays"] is None
    assert "disparity-stays.csv" not in report_files(answer)


def test_years_are_not_counted_as_entries(ask: Ask) -> None:
    """Two entries of each person, closed after a month: fewer years than people, and still two entries of each."""
    tables = register({"W1": [(500, 470)] * 300, "B1": [(500, 470)] * 300})
    for row in tables["entry"]:
        row["subject_id"] = f"P{int(row['entry_id'][1:]) // 2 * 2}"
    answer = ask(tables, **QUESTION)
    assert {row["interval_of"] for row in as_json(answer)["rows"]} == {"events, by person"}
    assert any("600 entries are of 300 people" in note for note in answer.notes)
