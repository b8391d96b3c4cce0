"""The working folder: results appear whole or not at all, and an interrupted audit goes on."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from overt.audits._work import working_folder
from overt.controls import Control, Finding, Verdict, new_control, read_pack
from overt.refusals import Refusal


@pytest.fixture
def control(tmp_path: Path) -> Control:
    new_control(tmp_path / "p", "XX-01")
    return read_pack(tmp_path / "p").controls[0]


@pytest.fixture
def finding(control: Control) -> Finding:
    rows = ({"entry_id": "E1", "reason": "none"},)
    return Finding(control, "p", Verdict.BREACHED, 9, 2, 1, 0, ("E1",), "0f", rows, by_month=(("2020-01", 2),))


def finish(out: Path, key: str, text: str) -> None:
    with working_folder(out, key) as work:
        work.result.mkdir()
        (work.result / "run.json").write_text(text, encoding="utf-8")
        work.publish(out)


def test_a_result_appears_whole_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """One rename puts the result in its place; the working folder is gone."""
    finish(tmp_path / "out", "k", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_result_replaces_an_older_one(tmp_path: Path) -> None:
    """Running again into the same folder gives the new result."""
    finish(tmp_path / "out", "k", "old")
    finish(tmp_path / "out", "k", "new")
    assert (tmp_path / "out" / "run.json").read_text(encoding="utf-8") == "new"
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_not_a_result_is_not_overwritten(tmp_path: Path, kind: str) -> None:
    """A folder or file of somebody's is refused, and stays."""
    out = tmp_path / "out"
    if kind == "folder":
        out.mkdir()
        (out / "thesis.txt").write_text("mine", encoding="utf-8")
    else:
        out.write_text("mine", encoding="utf-8")
    with pytest.raises(Refusal, match="out-not-a-result"), working_folder(out, "k"):
        pass
    assert out.exists()


def test_findings_of_an_interrupted_audit_are_taken_over(tmp_path: Path, control: Control, finding: Finding) -> None:
    """What was finished is read back as it was, for the same run only."""
    with working_folder(tmp_path / "out", "k") as work, work.keeping("run") as keeper:
        keeper.keep(finding)
    with working_folder(tmp_path / "out", "k") as work:
        assert work.finished({control.id: control}, "run") == {control.id: finding}
        assert work.finished({control.id: control}, "another run") == {}
    with working_folder(tmp_path / "out", "another source") as work:
        assert work.finished({control.id: control}, "run") == {}


def test_a_torn_line_is_as_if_it_had_not_been_written(tmp_path: Path, control: Control, finding: Finding) -> None:
    """Cut at any byte, the kept findings are read whole or not at all, and the next one is not lost."""
    with working_folder(tmp_path / "out", "k") as work, work.keeping("run") as keeper:
        keeper.keep(finding)
    kept = tmp_path / "out.partial" / "findings.jsonl"
    whole = kept.read_bytes()
    for cut in range(len(whole)):
        kept.write_bytes(whole[:cut])
        with working_folder(tmp_path / "out", "k") as work:
            found = work.finished({control.id: control}, "run")
            assert found in ({}, {control.id: finding})
            with work.keeping("run") as keeper:
                keeper.keep(finding)
            assert work.finished({control.id: control}, "run") == {control.id: finding}


def test_two_audits_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second is told that one is under way."""
    with (
        working_folder(tmp_path / "out", "k"),
        pytest.raises(Refusal, match="audit-under-way"),
        working_folder(tmp_path / "out", "k"),
    ):
        pass


def test_a_stop_between_two_renames_loses_no_result(tmp_path: Path) -> None:
    """The old result, put aside, comes back when the audit is run again."""
    out = tmp_path / "out"
    finish(out, "k", "old")
    with working_folder(out, "k") as work:
        out.rename(work.folder / "replaced")
    with working_folder(out, "k"):
        assert (out / "run.json").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("x: No space left on device")]
)
def test_a_full_disk_is_a_refusal_that_says_where(tmp_path: Path, error: Exception) -> None:
    """The work so far is kept, and nothing half-written is taken for a result."""
    with pytest.raises(Refusal, match="disk-full"), working_folder(tmp_path / "out", "k"):
        raise error
    assert not (tmp_path / "out").exists()
