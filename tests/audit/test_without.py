"""An export that lacks a column which a control can do without: what is found, and what is said beside the count."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from overt.audits import Run, exit_code
from overt.audits.results import findings_schema
from overt.cli._audit import _text
from overt.controls import Finding, Severity, Verdict
from tests.audit.conftest import by_id, run_audit

# A child of eight recorded as a suspect, a victim with a score, and two of whom less is known. All are invented.
ENTRIES = """entry_id,subject_id,role,score,opened_on,status
E1,P1,suspect,10,2024-01-05,active
E2,P2,victim,120,2024-01-05,active
E3,P3,suspect,0,2024-01-05,active
E4,P4,victim,,2024-01-05,active
"""
BORN = "subject_id,birth_date\nP1,2015-05-01\nP2,1990-05-01\nP3,1990-05-01\nP4,\n"
AGED = "subject_id,age_recorded\nP1,8\nP2,33\nP3,33\nP4,\n"
ASKED = ("OV-01", "OV-11", "OV-32", "OV-34")


def export(folder: Path, people: str) -> Path:
    folder.mkdir()
    (folder / "entry.csv").write_text(ENTRIES, encoding="utf-8")
    (folder / "subject.csv").write_text(people, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def born(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """The audit of an export with birth dates and scores, without ages and bands."""
    folder = tmp_path_factory.mktemp("born")
    return run_audit(export(folder / "export", BORN), folder / "out", only=ASKED), folder / "out"


def test_what_can_be_told_is_found(born: tuple[Run, Path]) -> None:
    """Neither an age beside a birth date nor a band beside a score is needed to find these."""
    found = by_id(born[0])
    counts = {name: (each.breached, each.examined, each.unknown, each.without) for name, each in found.items()}
    assert counts == {
        "OV-01": (1, 2, 1, ("entry.band",)),
        "OV-11": (1, 2, 0, ("subject.age_recorded",)),
        "OV-32": (0, 4, 1, ("subject.age_recorded",)),
        "OV-34": (1, 4, 1, ("subject.age_recorded",)),
    }
    assert found["OV-32"].verdict is Verdict.CANNOT_BE_SHOWN


def test_ages_alone_find_the_child(tmp_path: Path) -> None:
    """The other way round: without a birth date nobody is cleared, and the child is found."""
    found = by_id(run_audit(export(tmp_path / "export", AGED), tmp_path / "out", only=ASKED))
    assert [(found[each].breached, found[each].unknown) for each in ("OV-11", "OV-34")] == [(1, 1), (1, 3)]
    assert all(found[each].without == ("subject.birth_date",) for each in ("OV-11", "OV-32", "OV-34"))


def test_it_is_said_beside_the_count_everywhere(born: tuple[Run, Path]) -> None:
    """In the terminal, the report and every file."""
    run, out = born
    said = _text(run)
    assert "at least 1 of 2; 1 cannot be judged without entry.band" in said
    assert "OV-32: 1 cannot be judged without subject.age_recorded of 4" in said
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "at least 1; 1 unknown without entry.band" in page
    assert "at least 1 of 2 entries (50.0%)" in page
    sentence = "1 more entry could not be judged without the column entry.band."
    for name in ("report.html", "findings.json", "findings.sarif", "oscal-assessment-results.json", "junit.xml"):
        assert sentence in (out / name).read_text(encoding="utf-8"), name
    lines = {each["control"]: each for each in csv.DictReader((out / "findings.csv").open(encoding="utf-8"))}
    assert lines["OV-01"]["without"] == "entry.band"
    findings = json.loads((out / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert {each["control"]: each["without"] for each in findings}["OV-01"] == ["entry.band"]
    required = findings_schema()["properties"]["findings"]["items"]["required"]
    assert "without" in required


@pytest.mark.parametrize(
    ("control", "unshown", "status"),
    [
        ("OV-32", None, 0),
        ("OV-32", Severity.LOW, 1),
        ("OV-32", Severity.HIGH, 1),
        ("OV-32", Severity.CRITICAL, 0),
        ("OV-11", Severity.LOW, 0),
    ],
)
def test_what_is_not_shown_can_fail(
    born: tuple[Run, Path], control: str, unshown: Severity | None, status: int
) -> None:
    """`--fail-on-unshown`: a control of that severity could not be asked, or it cannot be told of every row."""
    (found,) = (each for each in born[0].findings if each.control.id == control)
    assert found.control.severity is (Severity.HIGH if control == "OV-32" else Severity.CRITICAL)
    run = replace(born[0], findings=[replace(found, breached=0, verdict=_quiet(found))])
    assert exit_code(run, Severity.LOW, unshown) == status


def _quiet(found: Finding) -> Verdict:
    return Verdict.CANNOT_BE_SHOWN if found.unknown else Verdict.MET


def test_a_question_that_was_not_asked_can_fail(tmp_path: Path) -> None:
    """A source without the column that OV-20 needs."""
    run = run_audit(export(tmp_path / "export", BORN), tmp_path / "out", only=("OV-20",))
    assert exit_code(run, Severity.LOW) == 0
    severity = run.findings[0].control.severity
    assert exit_code(run, Severity.LOW, severity) == 1
