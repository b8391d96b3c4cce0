"""Searches in Haringey: the published groups, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from overt.audits import Run
from overt.controls import Finding, Verdict

pytestmark = pytest.mark.data

EXAMPLE = "haringey-stops"
FindingOf = Callable[[str, str], Finding]


def test_every_row_is_read(run_of: Callable[[str], Run]) -> None:
    """All rows of the file are encounters."""
    assert run_of(EXAMPLE).rows["encounter"] == 7_135


@pytest.mark.parametrize(
    ("control", "examined", "breached", "unknown"),
    [
        ("EN-04", 7_058, 0, 0),
        ("EN-05", 6_969, 0, 0),
        ("EN-07", 7_041, 0, 0),
        ("EN-08", 7_135, 2_021 + 77, 0),
        ("EN-09", 1, 1, 0),
        ("EN-10", 1, 0, 0),
        ("EN-11", 7_135, 437, 2_414),
        ("EN-12", 7_135, 5_534, 2),
        ("EN-13", 7_135, 154, 0),
        ("EN-14", 7_135, 5, 0),
        ("EN-18", 7_135, 2, 0),
        ("EN-19", 7_135, 14, 0),
        ("EN-20", 7_135, 0, 0),
        ("EN-21", 7_041, 999, 0),
        ("EN-22", 7_041, 2, 999),
        ("EN-23", 7_041, 6_613, 0),
        ("EN-24", 1_601, 1_515, 0),
    ],
)
def test_counts(finding_of: FindingOf, control: str, examined: int, breached: int, unknown: int) -> None:
    """Examined, breached and unknown of the controls over rows."""
    finding = finding_of(EXAMPLE, control)
    assert (finding.examined, finding.breached, finding.unknown) == (examined, breached, unknown)


def test_the_columns_of_the_place_never_differ(finding_of: FindingOf) -> None:
    """A file of one authority names one authority; `operation` has blanks and is left out."""
    columns = {key.partition(".")[2] for key in finding_of(EXAMPLE, "EN-02").keys}
    assert columns == {"la", "county", "region", "country"}


def test_the_newer_list_is_used_throughout(finding_of: FindingOf) -> None:
    """Unlike the Met in 2016, and never mixed."""
    finding = finding_of(EXAMPLE, "EN-06")
    assert finding.verdict is Verdict.MET


def test_columns_that_another_fixes_are_found(finding_of: FindingOf) -> None:
    """Two columns repeat each other and one follows from the type; the object of search follows from nothing."""
    finding = finding_of(EXAMPLE, "EN-03")
    fixed = {
        key.partition(".")[2]: str(row["determined_by"]) for key, row in zip(finding.keys, finding.rows, strict=True)
    }
    assert {column: by.partition(".")[2] for column, by in fixed.items()} == {
        "outcome": "outcome_object.name",
        "outcome_object.name": "outcome",
        "involved_person": "type",
    }
