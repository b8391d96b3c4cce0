"""A whole audit: what is found, that it can be done again, and that it goes on where it stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, audit, exit_code
from overt.controls import Evidence, Severity, Verdict, find_pack, read_pack
from overt.refusals import Exit, Refusal
from tests.audit.conftest import AS_OF, COLUMNS, Silent, by_id, run_audit, write_register


def test_says_how_many_of_how_many(register: Path, tmp_path: Path) -> None:
    """A victim with a score, an entry without a review date, one without a role."""
    found = by_id(run_audit(register, tmp_path / "out"))
    assert (found["OV-01"].breached, found["OV-01"].keys) == (1, ("E2",))
    assert (found["OV-02"].breached, found["OV-02"].keys) == (1, ("E3",))
    assert (found["OV-20"].breached, found["OV-20"].examined) == (1, 3)
    assert found["OV-21"].keys == ("E3",)
    assert found["OV-26"].verdict is Verdict.CANNOT_BE_SHOWN
    assert found["OV-26"].missing[0] == "copy"


def test_the_same_inputs_give_the_same_bytes(register: Path, tmp_path: Path) -> None:
    """Anybody can check a result by making it again."""
    for name in ("a", "b"):
        run_audit(register, tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) > 8
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_a_dropped_column_is_never_met(column: str, tmp_path: Path) -> None:
    """Each control that needs a column says so when the source lacks it."""
    found = by_id(run_audit(write_register(tmp_path / "less", without=column), tmp_path / "out"))
    needing = [c.id for c in read_pack(find_pack("core")).controls if column in c.needs.get("entry", ())]
    for control in needing:
        assert found[control].verdict is Verdict.CANNOT_BE_SHOWN
        assert found[control].examined is None


def test_evidence_rows_need_a_reason(register: Path, tmp_path: Path) -> None:
    """To keep every breaching row is a decision that somebody answers for."""
    with pytest.raises(Refusal, match="evidence-without-reason"):
        run_audit(register, tmp_path / "out", evidence=Evidence.ROWS)


def test_evidence_rows_keeps_every_breaching_row(register: Path, tmp_path: Path) -> None:
    """With a reason, which is put in the record, the limit on keys does not cut the rows."""
    changes = {"evidence": Evidence.ROWS, "evidence_reason": "Court order 7", "limit": 1}
    write_register(register)
    (register / "claim.csv").write_text("claim_id,stated,evidence_ref\nC1,x,\nC2,x,\n", encoding="utf-8")
    finding = by_id(run_audit(register, tmp_path / "out", **changes))["OV-58"]
    assert (finding.breached, len(finding.keys), len(finding.rows)) == (2, 1, 2)
    assert "Court order 7" in (tmp_path / "out" / "run.json").read_text(encoding="utf-8")


def test_accepted_breaches_do_not_fail_the_build(register: Path, tmp_path: Path) -> None:
    """What a named owner has accepted until a day is shown, and no longer decides the exit code."""
    accept = tmp_path / "accept.toml"
    breached = [finding.control.id for finding in run_audit(register, tmp_path / "a").findings if finding.breached]
    accept.write_text(
        "".join(
            f'[[accept]]\ncontrol = "{each}"\nowner = "Unit head"\n'
            'reason = "Known and being fixed"\nexpires = 2026-12-31\n'
            for each in breached
        ),
        encoding="utf-8",
    )
    assert exit_code(run_audit(register, tmp_path / "b"), Severity.LOW) is Exit.BREACHES
    accepted = run_audit(register, tmp_path / "c", accepted=accept)
    assert exit_code(accepted, Severity.LOW) is Exit.CLEAR
    assert by_id(accepted)["OV-01"].verdict is Verdict.BREACHED


def test_a_failed_control_wins_over_a_breach(register: Path, tmp_path: Path) -> None:
    """A control that could not be run is the greater matter."""
    run = run_audit(register, tmp_path / "out", timeout=0.000001)
    assert exit_code(run, Severity.LOW) is Exit.CONTROL_FAILED


def test_fail_on_looks_at_severity(register: Path, tmp_path: Path) -> None:
    """Breaches below the severity asked for do not decide the exit code."""
    run = run_audit(register, tmp_path / "out", only=("OV-02",))
    assert exit_code(run, Severity.HIGH) is Exit.BREACHES
    assert exit_code(run, Severity.CRITICAL) is Exit.CLEAR


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"packs": ("nothing",)}, "pack-not-found"),
        ({"only": ("OV-99",)}, "control-not-found"),
        ({"thresholds": {"nothing": 1}}, "threshold-unknown"),
        ({"thresholds": {"minimum_age": "old"}}, "threshold-kind"),
        ({"on": "oracle"}, "engine-unknown"),
    ],
)
def test_refuses_what_it_was_not_asked_well(
    register: Path, tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    """Each fault of a request has a code, and no result is written."""
    with pytest.raises(Exception, match=code):
        run_audit(register, tmp_path / "out", **changes)
    assert not (tmp_path / "out").exists()


def test_a_control_is_answered_once(register: Path, tmp_path: Path) -> None:
    """A pack named twice is taken once; another pack with a control of the same id is refused."""
    assert len(run_audit(register, tmp_path / "once", packs=("core", "core")).packs) == 1
    shutil.copytree(find_pack("core"), tmp_path / "copy")
    with pytest.raises(Exception, match="control-in-two-packs"):
        run_audit(register, tmp_path / "out", packs=("core", str(tmp_path / "copy")))


def test_a_threshold_can_be_replaced(register: Path, tmp_path: Path) -> None:
    """A charter's own threshold takes the place of the default and is in the record."""
    run = run_audit(register, tmp_path / "out", thresholds={"minimum_age": 16})
    assert run.thresholds["minimum_age"].value == 16
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))


def test_killed_at_any_moment_it_goes_on_and_gives_the_same_result(tmp_path: Path) -> None:
    """kill -9 while controls run: no result folder, and the next attempt does not redo what was finished."""
    register = write_register(tmp_path / "register")
    run_audit(register, tmp_path / "whole")
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "overt.cli",
        "audit",
        str(register),
        "--out",
        str(out),
        "--as-of",
        str(AS_OF),
        "-q",
    ]
    for lines in (1, 2, 4):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        kept = tmp_path / "out.partial" / "findings.jsonl"
        while process.poll() is None and (not kept.exists() or kept.read_bytes().count(b"}\n") < lines):
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not out.exists()
    observer = Silent()
    audit(Request(source=SourceOptions(str(register)), packs=("core",), out=out, as_of=AS_OF), observer)
    assert observer.resumed > 0
    for path in (tmp_path / "whole").rglob("*.json"):
        assert (out / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("engine", ["sqlite", "postgres", "spark"])
def test_other_engines_find_the_same_rows(
    register: Path, tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    """Counts, keys, digest and evidence agree to the row, whatever engine runs the controls."""
    if engine == "spark":
        request.getfixturevalue("java")
    name = request.getfixturevalue("postgres_url") if engine == "postgres" else engine
    here, there = run_audit(register, tmp_path / "a"), run_audit(register, tmp_path / "b", on=name)
    for mine, other in zip(here.findings, there.findings, strict=True):
        assert other.reason == mine.reason
        assert other == mine
