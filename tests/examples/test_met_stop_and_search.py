"""The Met's stop and search file of June 2016: every number that is known of it is found again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.audits import Run, SourceOptions, open_source
from overt.controls import Finding, Verdict

pytestmark = pytest.mark.data

FOLDER = "uk-stops-met-2016-06"
EXAMPLE = "met-stop-and-search"
MAPPING = Path(__file__).resolve().parent.parent.parent / "examples" / EXAMPLE / "mapping.sql"
FindingOf = Callable[[str, str], Finding]


@pytest.fixture(scope="module")
def expected(shared_data: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((shared_data / FOLDER / "expected.json").read_text(encoding="utf-8"))
    return loaded


def _columns(finding: Finding) -> set[str]:
    return {key.partition(".")[2] for key in finding.keys}


def test_every_row_is_read(run_of: Callable[[str], Run], expected: dict[str, object]) -> None:
    """All rows of the file are encounters."""
    assert run_of(EXAMPLE).rows["encounter"] == expected["rows"] == 10_490


def test_blank_columns_are_found(finding_of: FindingOf) -> None:
    """The two columns that nobody filled in, the operation's name, and the places emptied in the copy."""
    assert _columns(finding_of(EXAMPLE, "EN-01")) == {
        "Outcome linked to object of search",
        "Removal of more than just outer clothing",
        "Policing operation",
        "Latitude",
        "Longitude",
    }


def test_the_constant_column_is_found(finding_of: FindingOf) -> None:
    """No search is part of a policing operation."""
    assert _columns(finding_of(EXAMPLE, "EN-02")) == {"Part of a policing operation"}


def test_the_object_of_search_follows_from_the_power(finding_of: FindingOf) -> None:
    """The recorded ground says nothing that the legislation does not."""
    finding = finding_of(EXAMPLE, "EN-03")
    determined = {
        key.partition(".")[2]: row["determined_by"] for key, row in zip(finding.keys, finding.rows, strict=True)
    }
    assert str(determined["Object of search"]).endswith("Legislation")
    assert set(determined) == {"Object of search"}


def test_unknown_self_defined_ethnicity_is_counted(finding_of: FindingOf, expected: dict[str, object]) -> None:
    """1,028 not stated and 104 blank are 1,132 of 10,490."""
    groups = expected["self_defined_groups"]
    assert isinstance(groups, dict)
    finding = finding_of(EXAMPLE, "EN-08")
    assert (finding.examined, finding.breached, finding.unknown) == (10_490, groups["Not Stated"] + groups[""], 0)
    assert finding.breached == 1_132


def test_identical_rows_are_flagged_and_stay(finding_of: FindingOf) -> None:
    """428 rows repeat an earlier one where the place is left out, and all are examined."""
    finding = finding_of(EXAMPLE, "EN-13")
    assert (finding.examined, finding.breached, finding.unknown) == (10_490, 428, 0)


def test_times_that_cross_the_month_are_found(finding_of: FindingOf) -> None:
    """13 searches on 1 June in London are written as 31 May, the first row among them; all fall in June."""
    finding = finding_of(EXAMPLE, "EN-14")
    assert (finding.examined, finding.breached, finding.unknown) == (10_490, 13, 0)
    assert finding.keys[0] == "00000001"
    assert dict(finding.by_month) == {"2016-06": 13}
    assert {row["occurred_on"] for row in finding.rows} == {"2016-06-01"}


def test_every_search_falls_in_june(finding_of: FindingOf) -> None:
    """No breach of any control is dated outside June 2016."""
    assert dict(finding_of(EXAMPLE, "EN-12").by_month) == {"2016-06": 7_104}


def test_no_further_action_is_counted(finding_of: FindingOf, expected: dict[str, object]) -> None:
    """67.7 per cent of the searches ended so."""
    finding = finding_of(EXAMPLE, "EN-12")
    assert (finding.breached, finding.unknown) == (7_104, 0)
    assert round(7_104 / 10_490, 4) == expected["no_further_action_share"]


@pytest.mark.parametrize(
    ("control", "examined", "breached", "unknown"),
    [
        ("EN-04", 10_386, 0, 0),
        ("EN-05", 10_366, 0, 0),
        ("EN-07", 10_362, 4, 0),
        ("EN-11", 10_490, 487, 1_638),
        ("EN-21", 10_362, 366, 0),
        ("EN-22", 10_362, 2, 366),
        ("EN-23", 10_362, 10_362, 0),
        ("EN-24", 3_386, 3_386, 0),
    ],
)
def test_counts(finding_of: FindingOf, control: str, examined: int, breached: int, unknown: int) -> None:
    """Examined, breached and unknown of the controls over rows."""
    finding = finding_of(EXAMPLE, control)
    assert (finding.examined, finding.breached, finding.unknown) == (examined, breached, unknown)


@pytest.mark.parametrize("control", ["EN-06", "EN-09", "EN-10", "EN-16", "EN-17", "EN-18", "EN-19", "EN-20"])
def test_met(finding_of: FindingOf, control: str) -> None:
    """One list of codes, a known ethnicity for nine in ten people, and every date, outcome, object and power."""
    assert finding_of(EXAMPLE, control).verdict is Verdict.MET


def test_a_file_without_its_month_cannot_show_the_period(finding_of: FindingOf) -> None:
    """The name of the file is not read as data."""
    finding = finding_of(EXAMPLE, "EN-15")
    assert (finding.verdict, finding.missing) == (Verdict.CANNOT_BE_SHOWN, ("encounter.period",))


def test_a_file_of_searches_cannot_show_tactics_of_force(finding_of: FindingOf) -> None:
    """What a source has no column for is never met."""
    finding = finding_of(EXAMPLE, "EN-25")
    assert (finding.verdict, finding.missing) == (Verdict.CANNOT_BE_SHOWN, ("encounter.tactic",))


def test_a_folder_of_months_is_read_as_one(shared_data: Path, tmp_path: Path) -> None:
    """As data.police.uk packs them: the same mapping, each row with a number of its own, each repeat flagged."""
    source = shared_data / FOLDER / "2016-06-metropolitan-stop-and-search.noloc.csv.gz"
    folder = tmp_path / "months"
    folder.mkdir()
    for month in ("2016-06", "2016-07"):
        shutil.copy(source, folder / f"{month}-metropolitan-stop-and-search.csv.gz")
    with open_source(SourceOptions(str(folder), MAPPING), tmp_path / "months.duckdb") as opened:
        counted = opened.connection.execute(
            "select count(*), count(distinct encounter_id), count(distinct row_digest) from encounter"
        ).fetchall()
    assert counted == [(20_980, 20_980, 10_490 - 428)]
