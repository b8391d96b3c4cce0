"""A job in a process of its own: it says how far it is, ends when it is told to, and can be resumed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from overt.refusals import Refusal
from overt.web._work import Job, State, begin, find_job, jobs, resume, state, stop

WORKER = """
import sys, time
from pathlib import Path
from overt.refusals import Refusal
from overt.web._work import ProgressFile, do_job


def slow(folder, asked):
    kept = folder / "kept"
    if not kept.exists():
        kept.write_text("half")
        ProgressFile(folder).say("working", 3, 9)
        time.sleep(60)
    return {"found": kept.read_text()}


def refuses(folder, asked):
    raise Refusal("csv-delimiter", "/home/clerk/list.csv", "two delimiters", "one")


def breaks(folder, asked):
    raise ValueError("Zebedee Quagmire")


do_job(Path(sys.argv[1]), {"slow": slow, "refuses": refuses, "breaks": breaks})
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that works slowly, refuses or breaks."""
    (tmp_path / "a_worker.py").write_text(WORKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "a_worker"


def until_it_says(job: Job, stage: str) -> Job:
    """The job once its process has said how far it is."""
    until = time.monotonic() + 30
    while state(job).progress["stage"] != stage and time.monotonic() < until:
        time.sleep(0.05)
    return state(job)


def test_a_job_is_stopped_and_resumed(worker: str, tmp_path: Path) -> None:
    """While it is at work nothing else begins; stopped, its process has ended; resumed, it finds what it had kept."""
    home = tmp_path / "jobs"
    job = until_it_says(begin(home, worker, {"what": "slow"}), "working")
    assert (job.state, job.progress["done"], job.progress["of"]) == (State.AT_WORK, 3, 9)
    with pytest.raises(Refusal, match="audit-under-way"):
        begin(home, worker, {"what": "slow"})
    assert stop(job).state is State.STOPPED
    done = resume(job, worker, wait=30)
    assert (done.state, done.answer) == (State.DONE, {"found": "half"})
    assert stop(done) == done
    assert [kept.number for kept in jobs(home)] == [1]
    assert find_job(home, "1") == done
    assert find_job(home, "2") is find_job(home, "../1") is None


def test_a_job_that_was_refused_or_broke_says_so_without_values(worker: str, tmp_path: Path) -> None:
    """Neither the folder of the source nor what an error quotes is kept."""
    refused = begin(tmp_path / "jobs", worker, {"what": "refuses"}, wait=30)
    broke = begin(tmp_path / "jobs", worker, {"what": "breaks"}, wait=30)
    assert refused.state is broke.state is State.REFUSED
    assert (refused.refusals[0]["code"], broke.refusals[0]["code"]) == ("csv-delimiter", "work-failed")
    kept = "".join(path.read_text() for path in (tmp_path / "jobs").rglob("*.json"))
    assert "/home/clerk" not in kept
    assert "Zebedee" not in kept
