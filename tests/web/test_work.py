"""A job in a process of its own: it says how far it is, ends when it is told to, and can be resumed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from overt.machine import module_program
from overt.refusals import Refusal
from overt.web._work import Job, State, _processes, begin, find_job, jobs, resume, state, stop
from tests.waiting import until

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


def counts(folder, asked):
    return {"letters": len(asked["password"])}


if __name__ == "__main__":
    do_job(Path(sys.argv[1]), {"slow": slow, "refuses": refuses, "breaks": breaks, "counts": counts})
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


def test_a_job_whose_process_is_killed_goes_on(worker: str, tmp_path: Path) -> None:
    """It is stopped, and what it had kept is there when it is resumed."""
    job = until_it_says(begin(tmp_path / "jobs", worker, {"what": "slow"}), "working")
    os.kill(_processes[job.folder].pid, signal.SIGKILL)
    until(lambda: state(job).state is State.STOPPED, "the end of the process")
    assert resume(job, worker, wait=30).answer == {"found": "half"}


def test_a_job_that_was_refused_or_broke_says_so_without_values(worker: str, tmp_path: Path) -> None:
    """Neither the folder of the source nor what an error quotes is kept."""
    refused = begin(tmp_path / "jobs", worker, {"what": "refuses"}, wait=30)
    broke = begin(tmp_path / "jobs", worker, {"what": "breaks"}, wait=30)
    assert refused.state is broke.state is State.REFUSED
    assert (refused.refusals[0]["code"], broke.refusals[0]["code"]) == ("csv-delimiter", "work-failed")
    kept = "".join(path.read_text() for path in (tmp_path / "jobs").rglob("*.json"))
    assert "/home/clerk" not in kept
    assert "Zebedee" not in kept


def test_a_secret_reaches_the_process_and_no_file(worker: str, tmp_path: Path) -> None:
    """It goes through a pipe, which neither the process list nor the folder of the job shows."""
    job = begin(tmp_path / "jobs", worker, {"what": "counts"}, secrets={"password": "hush-hush"}, wait=30)
    assert (job.state, job.answer) == (State.DONE, {"letters": 9})
    again = resume(job, worker, secrets={"password": "hush"}, wait=30)
    assert again.answer == {"letters": 4}
    kept = [path for path in (tmp_path / "jobs").rglob("*") if path.is_file()]
    assert [path.name for path in kept if b"hush" in path.read_bytes()] == []


def test_an_application_that_python_is_packed_into_runs_the_module_itself(
    worker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told to by a word; `overt` understands that word."""
    folder = tmp_path / "jobs" / "0001"
    folder.mkdir(parents=True)
    (folder / "asked.json").write_text('{"what": "counts"}')
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program, *words = module_program(worker, str(folder))
    overt = [program, "-m", "overt.cli", *words]
    subprocess.run(overt, input=b'{"password": "abc"}', check=True, timeout=60)
    assert (folder / "answer.json").read_text() == '{"letters": 3}'
