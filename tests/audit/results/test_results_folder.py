"""The folder as a whole: the same bytes each time, whole or refused."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from overt.audits import keep_run, read_run
from overt.audits._run import Run
from overt.audits.results import _folder as folder_module
from overt.audits.results import check_results, results, show, write_results
from overt.refusals import Refusal

FILES = {
    "report.html",
    "findings.json",
    "findings.csv",
    "findings.sarif",
    "oscal-assessment-results.json",
    "junit.xml",
    "run.json",
}


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_writes_every_file_and_their_digests(tmp_path: Path, any_run: Run, make: Any) -> None:
    """run.json names each other file, and the folder holds no more."""
    written = write_results(replace(any_run, acceptances=make.ACCEPTANCES), tmp_path / "out")
    found = files_in(tmp_path / "out")
    assert set(found) >= FILES
    assert {str(path.relative_to(tmp_path / "out")) for path in written} == set(found)
    named = json.loads(found.pop("run.json"))["files"]
    assert named == {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    check_results(tmp_path / "out")


def test_run_json_is_written_last(make: Any) -> None:
    """Until it is there, nothing is whole."""
    assert list(results(show(make.make_run(make.breach(1)))))[-1] == "run.json"


def test_the_same_run_gives_the_same_bytes(any_run: Run, make: Any) -> None:
    """Within one process."""
    assert results(show(replace(any_run, acceptances=make.ACCEPTANCES))) == results(
        show(replace(any_run, acceptances=make.ACCEPTANCES))
    )


def test_another_process_another_clock_and_another_hash_seed_give_the_same_bytes() -> None:
    """Nothing comes from the clock, the place or the order of a set."""
    program = textwrap.dedent(
        """
        import sys, hashlib
        from dataclasses import replace
        sys.path.insert(0, sys.argv[1])
        import conftest
        from overt.audits.results import results, show
        files = results(show(replace(conftest.many(synthetic=True), acceptances=conftest.ACCEPTANCES)))
        print(hashlib.sha256(b"".join(name.encode() + content for name, content in files.items())).hexdigest())
        """
    )
    seen = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", program, str(Path(__file__).parent)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_run_json_says_how_to_run_it_again(make: Any) -> None:
    """Inputs by digest, parameters by value."""
    run = make.make_run(make.breach(1), register="a list.csv")
    record = json.loads(results(show(run))["run.json"])
    assert record["source"] == {"name": "a list.csv", "kind": "csv", "sha256": run.source_digest}
    assert record["parameters"]["thresholds"]["minimum_age"]["value"] == 13
    assert record["command"] == (
        "overt audit 'a list.csv' --map gangs-matrix.sql --pack core "
        "--as-of 2026-06-30 --evidence keys --limit 100 --out DIR"
    )
    asked = replace(run.recipe, on="sqlite", thresholds={"minimum_age": 13}, only=("OV-01",))
    said = json.loads(results(show(replace(run, recipe=asked)))["run.json"])["command"]
    assert said == (
        "overt audit 'a list.csv' --map gangs-matrix.sql --pack core --as-of 2026-06-30 --on sqlite "
        "--evidence keys --limit 100 --threshold minimum_age=13 --control OV-01 --out DIR"
    )


def test_what_an_earlier_run_left_goes_and_other_files_stay(tmp_path: Path, make: Any) -> None:
    """Old evidence must not stand beside new findings, and nobody's own file is taken."""
    write_results(make.make_run(make.breach(1), make.breach(2)), tmp_path)
    (tmp_path / "evidence/mine.csv").write_text("mine")
    write_results(make.make_run(make.breach(2)), tmp_path)
    assert not (tmp_path / "evidence/OV-01.csv").exists()
    assert (tmp_path / "evidence/mine.csv").read_text() == "mine"
    check_results(tmp_path)


def test_a_run_json_from_elsewhere_deletes_nothing(tmp_path: Path, make: Any) -> None:
    """A list of files is not a licence."""
    (tmp_path / "out").mkdir()
    (tmp_path / "precious.txt").write_text("x")
    (tmp_path / "out/notes.html").write_text("x")
    names = {"../precious.txt": "0", "notes.html": "0", str(tmp_path / "precious.txt"): "0"}
    (tmp_path / "out/run.json").write_text(json.dumps({"files": names}))
    write_results(make.make_run(make.met(1)), tmp_path / "out")
    assert (tmp_path / "precious.txt").exists()
    assert (tmp_path / "out/notes.html").exists()


@pytest.mark.parametrize("harm", ["altered", "missing", "no run.json", "broken run.json", "strange name"])
def test_refuses_a_folder_that_is_not_whole(tmp_path: Path, make: Any, harm: str) -> None:
    """Nothing half-written is taken for whole."""
    write_results(make.make_run(make.breach(1)), tmp_path)
    if harm == "altered":
        (tmp_path / "findings.json").write_bytes((tmp_path / "findings.json").read_bytes()[:-20])
    elif harm == "missing":
        (tmp_path / "evidence/OV-01.parquet").unlink()
    elif harm == "no run.json":
        (tmp_path / "run.json").unlink()
    elif harm == "broken run.json":
        (tmp_path / "run.json").write_text('{"files": [1]}')
    else:
        (tmp_path / "run.json").write_text('{"files": {"../x": "0"}}')
    with pytest.raises(Refusal, match="results-not-whole"):
        check_results(tmp_path)


@pytest.mark.parametrize("after", range(8))
def test_a_full_disk_leaves_nothing_that_looks_whole(
    tmp_path: Path, make: Any, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Wherever it happens, also over an earlier result."""
    write_results(make.make_run(make.breach(1)), tmp_path)
    write, left = folder_module._write, [after]

    def full(path: Path, content: bytes) -> None:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        write(path, content)

    monkeypatch.setattr(folder_module, "_write", full)
    with pytest.raises(Refusal, match=r"results-not-written: .*: No space left on device"):
        write_results(make.make_run(make.breach(1)), tmp_path)
    with pytest.raises(Refusal, match="results-not-whole"):
        check_results(tmp_path)


def test_a_run_of_every_kind_can_be_kept(any_run: Run, tmp_path: Path) -> None:
    """Those with hostile names and with days in their evidence too: its results are the same."""
    keep_run(any_run, tmp_path / "run.json")
    assert results(show(read_run(tmp_path / "run.json"))) == results(show(any_run))
