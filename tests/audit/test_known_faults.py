"""Registers with known faults: every planted breach is found, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from overt.controls import Verdict
from overt.synthetic import KINDS, generate
from tests.audit.conftest import by_id, run_audit

NOTHING = "0" * 32

PUBLISHED = {
    "calgang": {"OV-10": (42, None), "OV-13": (28, None), "OV-08": (131, 563)},
    "chicago": {"OV-09": (15_174, 134_242)},
    "alpha": {"OV-58": (3, None), "OV-54": (18, 34)},
    "gangs-matrix": {},
    "dgs": {"DG-01": (23, 7_910), "DG-04": (38, 7_910)},
    "taj": {"FT-01": (118, None), "FT-03": (409, None), "FT-06": (653, None)},
    "scotland": {"SC-01": (1_851, None), "SC-03": (1, 1)},
    "nypd": {"NY-01": (62, None), "NY-05": (1, 1)},
    "boston": {"MA-03": (1, 4)},
}


def check(kind: str, tmp_path: Path, rows: int | None) -> None:
    generate(kind, tmp_path / kind, rows=rows, seed=7)
    key = json.loads((tmp_path / kind / "answer-key.json").read_text(encoding="utf-8"))
    as_of = dt.date.fromisoformat(key["_run"]["as_of"])
    given = {name: dt.date.fromisoformat(value) for name, value in key["_run"]["thresholds"].items()}
    asked = {"as_of": as_of, "packs": (key["_run"]["pack"],), "thresholds": given}
    found = by_id(run_audit(tmp_path / kind, tmp_path / "out", **asked))
    wrong = {
        control: (finding.verdict.value, finding.breached, key[control]["breached"], finding.reason)
        for control, finding in found.items()
        if ((finding.breached or 0), finding.digest or NOTHING) != (key[control]["breached"], key[control]["digest"])
    }
    assert wrong == {}
    assert not any(finding.verdict is Verdict.FAILED for finding in found.values())
    assert set(found) == {control for control in key if not control.startswith("_")}


@pytest.mark.parametrize("kind", KINDS)
def test_published_size(kind: str, tmp_path: Path) -> None:
    """Recall 1 and precision 1 for every control, and the published numbers to the row, also in the report."""
    check(kind, tmp_path, None)
    findings = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))["findings"]
    by_control = {each["control"]: each for each in findings}
    for control, (breached, examined) in PUBLISHED[kind].items():
        assert by_control[control]["breached"] == breached
        assert examined in (None, by_control[control]["examined"])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in page.upper()
    # 131 of 563 criteria, as in the report of the state auditor.
    assert "131 of 563" in page or kind != "calgang"


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind == "calgang" else pytest.mark.slow) for kind in KINDS]
)
def test_a_hundred_thousand_rows(kind: str, tmp_path: Path) -> None:
    """The same at 100,000 entries."""
    check(kind, tmp_path, 100_000)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_million_rows(kind: str, tmp_path: Path) -> None:
    """The same at 1,000,000 entries."""
    check(kind, tmp_path, 1_000_000)
