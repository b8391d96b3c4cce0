"""Chicago's Strategic Subject List: totals, thresholds and quartiles to the person, and scores without a driver."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overt.audits import Run
from overt.controls import Finding, Verdict, check_complete, check_control, check_pack, mutants, read_cases, read_pack
from overt.controls import cases_path as cases_of
from overt.controls.engines import open_for_cases

FindingOf = Callable[[str, str], Finding]
PACK = Path(__file__).resolve().parent.parent.parent / "examples" / "chicago-ssl-counts" / "pack"


@pytest.fixture(scope="module")
def expected(shared_data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shared_data / "ssl-chicago" / "expected.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.data
def test_counts_are_expanded_to_people(run_of: Callable[[str], Run], expected: dict[str, Any]) -> None:
    """6,131 groups become one entry for each person, and nothing else."""
    rows = {table: rows for table, rows in run_of("chicago-ssl-counts").rows.items() if table != "source_column"}
    assert rows == {"entry": expected["total_with_age_group"]}


@pytest.mark.data
def test_people_at_or_above_each_score_are_counted(finding_of: FindingOf, expected: dict[str, Any]) -> None:
    """To the person; the published numbers differ by the people without an age group."""
    finding = finding_of("chicago-ssl-counts", "SL-01")
    found = {row["cell"]: (row["published"], row["found"]) for row in finding.rows}
    wanted = {"people listed": (expected["total_published"], expected["total_with_age_group"])}
    for score, number in expected["at_or_above"].items():
        published = expected["published_at_or_above"][score]
        if published != number:
            wanted[f"score {score} or more"] = (published, number)
    assert found == {cell: (str(one), str(other)) for cell, (one, other) in wanted.items()}
    assert (finding.examined, finding.breached, finding.unknown) == (6, 4, 0)


@pytest.mark.data
def test_quartiles_are_found_again(finding_of: FindingOf, expected: dict[str, Any]) -> None:
    """242, 289 and 322 are the quartiles of the 398,531 people too."""
    thresholds = {name: each.value for name, each in read_pack(PACK).thresholds.items()}
    quartiles = [thresholds[f"published_{name}"] for name in ("first_quartile", "median", "third_quartile")]
    assert quartiles == expected["quartiles"]
    finding = finding_of("chicago-ssl-counts", "SL-02")
    assert (finding.verdict, finding.examined) == (Verdict.MET, 3)


@pytest.mark.data
@pytest.mark.parametrize("name", ["chicago-ssl-counts", "chicago-ssl-records"])
def test_a_list_of_scores_shows_no_duty_as_met(run_of: Callable[[str], Run], name: str) -> None:
    """A file without people, roles, grounds and dates shows none of the duties of `core` as met."""
    assert [f.control.id for f in run_of(name).findings if f.pack == "core" and f.verdict is Verdict.MET] == []


@pytest.mark.data
def test_high_scores_without_a_driver_are_found(finding_of: FindingOf, expected: dict[str, Any]) -> None:
    """175 of 500 have no predictor but age and trend; 161 of them score 250 or more all the same."""
    finding = finding_of("chicago-ssl-records", "OV-18")
    assert finding.breached == 161
    assert expected["records_even_500"]["all_six_predictors_zero"] == 175


def test_the_little_pack_holds_its_cases() -> None:
    """On DuckDB and SQLite."""
    pack = read_pack(PACK)
    assert check_complete(pack) == []
    for name in ("duckdb", "sqlite"):
        engine = open_for_cases(name)
        assert [result for result in check_pack(pack, engine) if result.difference] == []
        engine.close()


def test_the_little_packs_cases_notice_a_broken_control() -> None:
    """Taking any condition out makes a case fail."""
    pack = read_pack(PACK)
    engine = open_for_cases("duckdb")
    thresholds = {name: each.value for name, each in pack.thresholds.items()}
    survivors = [
        f"{control.id}: {what}"
        for control in pack.controls
        for what, mutant in mutants(control)
        if not any(each.difference for each in check_control(mutant, read_cases(cases_of(control)), thresholds, engine))
    ]
    assert survivors == []
