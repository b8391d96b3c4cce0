"""Each ratio in words: for the public, for a court, and what may not be concluded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from overt.disparities import as_json, as_text, report_files
from tests.disparity.conftest import Ask, Rows, population

AS_OF = dt.date(2025, 12, 31)


def stops(counts: dict[str, int], *, named: bool = True) -> dict[str, Rows]:
    groups = [group for group, many in counts.items() for _ in range(many)]
    return {
        "encounter": [
            {
                "encounter_id": f"S{place}",
                "occurred_at": "2025-06-01",
                "ethnicity_self": group,
                "no_further_action": "true" if place % 3 else "false",
                **({"subject_id": f"P{place}"} if named else {}),
            }
            for place, group in enumerate(groups)
        ]
    }


def test_a_ratio_has_a_sentence_for_the_public_and_one_for_a_court(ask: Ask, tmp_path: Path) -> None:
    """One rounds, one gives counts, digest and method; the page and the text have both."""
    people = population(tmp_path / "p.csv", {"W1": 400_000, "B1": 100_000, "A1": 100_000})
    answer = ask(
        stops({"W1": 400, "B1": 490, "A1": 101}),
        measure="encounters",
        by=("ethnicity_self",),
        populations=(people,),
        reference=("W1",),
        as_of=AS_OF,
    )
    black, asian = as_json(answer)["statements"]
    assert "4.9 times as often as people in the group" in black["public"]
    assert black["public"].endswith("; between 4.3 and 5.6 times.")
    assert "490 of 100,000 in residents (Area, 2021)" in black["court"]
    assert answer.source_digest in black["court"]
    row = next(row for row in as_json(answer)["rows"] if row["count"] == 490)
    assert f"95% interval from {row['low']:.2f} to {row['high']:.2f} (" in black["court"]
    assert not any("no difference" in sentence for sentence in black["not_concluded"])
    assert asian["public"].startswith("No clear difference between")
    assert any("that there is no difference" in sentence for sentence in asian["not_concluded"])
    assert any("one benchmark" in sentence for sentence in asian["not_concluded"])
    page = report_files(answer)["report.html"].decode()
    for sentence in (black["public"], asian["court"]):
        assert sentence in page
        assert sentence in as_text(answer)


def test_events_and_missing_groups_are_in_the_words(ask: Ask, tmp_path: Path) -> None:
    """The bounds beside the rounded figure; that events are not people."""
    people = population(tmp_path / "p.csv", {"W1": 400_000, "B1": 100_000})
    answer = ask(
        stops({"W1": 400, "B1": 490, "": 200}, named=False),
        measure="encounters",
        by=("ethnicity_self",),
        populations=(people,),
        reference=("W1",),
        as_of=AS_OF,
    )
    (black,) = as_json(answer)["statements"]
    assert (
        "For 18.3% the group is not known: depending on it, the figure could be between 3.3 and 6.9 times."
        in black["public"]
    )
    assert any("a person may have several" in sentence for sentence in black["not_concluded"])


def test_an_outcome_test_warns_of_infra_marginality(ask: Ask) -> None:
    """As a warning of the answer and beside each ratio."""
    answer = ask(
        stops({"W1": 400, "B1": 490}),
        measure="no_further_action",
        by=("ethnicity_self",),
        reference=("W1",),
        as_of=AS_OF,
    )
    assert any("infra-marginality" in warning for warning in answer.warnings)
    (black,) = as_json(answer)["statements"]
    assert any("infra-marginality" in sentence for sentence in black["not_concluded"])
