"""What was taken for granted is said, and a word outside a list of codes is never an all-clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.controls import Verdict
from overt.refusals import Refusal
from tests.audit.conftest import by_id, run_audit


def test_a_status_in_other_words_is_unknown_and_said(tmp_path: Path) -> None:
    """ "Active" for "active" must not put every entry out of scope."""
    register = tmp_path / "register"
    register.mkdir()
    (register / "entry.csv").write_text(
        "entry_id,status,review_due_on,role\nE1,Active,,Nominal\nE2,active,2026-12-31,suspect\n", encoding="utf-8"
    )
    (register / "readme.txt").write_text("not a table", encoding="utf-8")
    run = run_audit(register, tmp_path / "out")
    found = by_id(run)
    assert (found["OV-20"].verdict, found["OV-20"].unknown) == (Verdict.CANNOT_BE_SHOWN, 1)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for note in ("entry.status: 1 values are none of active, closed", "entry.role: 1 values are none", "readme.txt"):
        assert any(note in each for each in run.notes), run.notes
        assert note in report


def test_a_refused_source_leaves_no_copy_behind(tmp_path: Path) -> None:
    """Personal data is not left in a working folder by an audit that did not take place."""
    register = tmp_path / "register"
    register.mkdir()
    (register / "entry.csv").write_text("entry_id,opened_on\nE1,03/04/2020\n", encoding="utf-8")
    with pytest.raises(Refusal, match="value-not-date"):
        run_audit(register, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["register"]
