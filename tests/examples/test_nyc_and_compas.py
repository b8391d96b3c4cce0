"""Two files in Aequitas form: a score that grades nobody, and scores without anything a duty could be checked on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from overt.audits import Run
from overt.controls import Finding, Verdict

pytestmark = pytest.mark.data

FindingOf = Callable[[str, str], Finding]


def test_the_degenerate_score_is_found(finding_of: FindingOf) -> None:
    """1.0 for everybody is no score."""
    assert [key.partition(".")[2] for key in finding_of("nyc-sqf", "EN-02").keys] == ["score"]


def test_new_yorks_words_are_not_held_to_lists_of_england(finding_of: FindingOf) -> None:
    """Unknown in every row: neither met nor breached."""
    finding = finding_of("nyc-sqf", "EN-05")
    assert (finding.verdict, finding.breached, finding.unknown) == (Verdict.CANNOT_BE_SHOWN, 0, 11_296)


def test_a_file_without_dates_and_grounds_shows_nothing_about_a_stop(run_of: Callable[[str], Run]) -> None:
    """What is met is met by the columns alone."""
    met = {finding.control.id for finding in run_of("nyc-sqf").findings if finding.verdict is Verdict.MET}
    assert met <= {"EN-01", "EN-03"}


def test_compas_shows_one_record_a_person_and_no_other_duty(run_of: Callable[[str], Run]) -> None:
    """7,214 numbers stand once each; whatever else `core` asks cannot be shown."""
    run = run_of("compas")
    assert run.rows["entry"] == 7_214
    assert {finding.control.id for finding in run.findings if finding.verdict is Verdict.MET} == {"OV-15"}
