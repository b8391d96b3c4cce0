"""A run that was kept gives every result again, without its source."""

from __future__ import annotations

import datetime as dt
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from overt.audits import Heading, keep_run, read_run, write_again
from overt.audits._again import accept
from overt.controls import Threshold
from overt.refusals import Refusal, Refusals
from tests.audit.conftest import AS_OF, run_audit

HEADING = Heading("Gangs list, June 2026", "A. Auditor", "Midshire Inspectorate", dt.date(2026, 7, 15))
ACCEPTED = """
[[accept]]
control = "{control}"
owner = "Head of Information Rights"
reason = "Reviews are being caught up; risk note 14."
expires = 2026-12-31
"""


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a result folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a small register was audited once, and the run kept."""
    from tests.audit.conftest import write_register

    place = tmp_path_factory.mktemp("kept")
    run_audit(write_register(place / "register"), place / "at-once", keep=place / "run.json")
    return place


def test_a_kept_run_is_the_run(kept: Path, tmp_path: Path) -> None:
    """Every part comes back as it was, days as days; the file is its owner's alone."""
    run = read_run(kept / "run.json")
    changed = replace(run, thresholds={**run.thresholds, "a_day": Threshold("a_day", dt.date(2020, 1, 1), "a day")})
    keep_run(changed, tmp_path / "again.json")
    assert read_run(tmp_path / "again.json") == changed
    assert stat.S_IMODE((kept / "run.json").stat().st_mode) == 0o600


def test_results_of_a_kept_run_are_those_written_at_once(kept: Path, tmp_path: Path) -> None:
    """To the byte."""
    write_again(read_run(kept / "run.json"), tmp_path / "later")
    assert files_of(tmp_path / "later") == files_of(kept / "at-once")


@pytest.mark.parametrize("keys", ["", 'keys = ["E2"]'])
def test_other_results_of_a_kept_run_are_those_of_an_audit(kept: Path, tmp_path: Path, keys: str) -> None:
    """Publishable, under a heading and with an acceptance, each as an audit that asks the source again gives it."""
    breached = next(finding for finding in read_run(kept / "run.json").findings if "E2" in finding.keys)
    accepted = tmp_path / "accepted.toml"
    accepted.write_text(ACCEPTED.format(control=breached.control.id) + keys)
    for publishable in (False, True):
        audited, later = tmp_path / f"audited-{publishable}", tmp_path / f"later-{publishable}"
        options: dict[str, Any] = {"publishable": publishable, "heading": HEADING, "accepted": accepted}
        run_audit(kept / "register", audited, record=tmp_path / "first.json", **options)
        write_again(read_run(kept / "run.json"), later, record=tmp_path / "second.json", **options)
        assert files_of(later) == files_of(audited)
        report = (later / "report.html").read_text()
        assert all(words in report for words in (HEADING.title, HEADING.author, HEADING.organisation, "15 July 2026"))
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()


def test_a_second_question_to_a_published_source_gets_verdicts_only(kept: Path, tmp_path: Path) -> None:
    """From a kept run as from an audit: two sets of figures could be held against one another."""
    run = read_run(kept / "run.json")
    record = tmp_path / "record.json"
    write_again(run, tmp_path / "one", publishable=True, record=record)
    other = replace(run, recipe=replace(run.recipe, as_of=AS_OF + dt.timedelta(days=1)))
    assert write_again(other, tmp_path / "two", publishable=True, record=record).verdicts_only
    assert not write_again(run, tmp_path / "one", publishable=True, record=record).verdicts_only


def test_a_run_without_what_safe_figures_need_is_not_published(kept: Path, tmp_path: Path) -> None:
    """It says so, rather than to publish figures that give each other away."""
    run = replace(read_run(kept / "run.json"), together=None)
    with pytest.raises(Refusal, match="run-not-publishable"):
        write_again(run, tmp_path / "out", publishable=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("keys", "accepted"), [(["E9"], None), (["E2"], None), (["E1"], 1), (["E1", "E9"], None)])
def test_keys_that_a_run_did_not_keep_are_not_accepted_by_guess(
    kept: Path, tmp_path: Path, keys: list[str], accepted: int | None
) -> None:
    """Whether they breach is not known of a run that kept the lowest keys only; the last of these may go on."""
    run = read_run(kept / "run.json")
    short = replace(next(finding for finding in run.findings if finding.breached), breached=3, keys=("E1", "E2"))
    some = replace(run, findings=(short,))
    (tmp_path / "accepted.toml").write_text(ACCEPTED.format(control=short.control.id) + f"keys = {json.dumps(keys)}")
    if accepted is None:
        with pytest.raises((Refusal, Refusals), match="acceptance-not-known"):
            accept(some, tmp_path / "accepted.toml")
    else:
        assert accept(some, tmp_path / "accepted.toml").findings[0].accepted == accepted


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: {**body, "overt": "0.0.1"}, "run-of-another-version"),
        (lambda body: {**body, "run": {**body["run"], "findings": [{}]}}, "run-unreadable"),
        (lambda body: {**body, "together": 3}, "run-unreadable"),
        (lambda body: [], "run-unreadable"),
    ],
)
def test_what_is_no_kept_run_is_refused(
    kept: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], code: str
) -> None:
    """By its code; nothing of what stands in it is shown."""
    path = tmp_path / "run.json"
    path.write_text(json.dumps(change(json.loads((kept / "run.json").read_text()))))
    with pytest.raises(Refusal) as refused:
        read_run(path)
    assert refused.value.code == code
