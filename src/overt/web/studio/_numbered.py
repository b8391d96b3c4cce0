"""Folders of results by number, each with the job that writes it: `disparity/0001`, `samples/0001`, `words/0001`.

A number is never used twice, also where one of the two is gone.
"""

from __future__ import annotations

from pathlib import Path

from overt.private import private_folder
from overt.web._work import Job, State, jobs, resume
from overt.web.studio._project import Project

WORKER = "overt.web.studio._figures_worker"
"""The module whose process does such a job."""
_LONGEST = 4


def home_of(project: Project, name: str) -> Path:
    """Where the jobs are that write into the folder of this name."""
    return project.work / name


def next_out(project: Project, name: str) -> Path:
    """The folder for the next results."""
    out = private_folder(project.folder / name)
    used = [int(path.name) for path in out.iterdir() if path.name.isdecimal()]
    used += [number_of(job) for job in jobs(home_of(project, name))]
    return out / f"{max(used, default=0) + 1:0{_LONGEST}}"


def number_of(job: Job) -> int:
    """The number of the results that a job writes."""
    return int(Path(job.asked["out"]).name)


def read_number(text: str) -> int | None:
    """A number as given in an address."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else None


def find_job(project: Project, name: str, number: str) -> Job | None:
    """The job that writes the results with a number, as given in an address."""
    known = read_number(number)
    return next((job for job in reversed(jobs(home_of(project, name))) if number_of(job) == known), None)


def can_go_on(job: Job) -> bool:
    """Whether a job ended before its results, and may be started again."""
    return job.state in (State.STOPPED, State.REFUSED)


def go_on(job: Job, password: str) -> None:
    """Starts a job again, with the password of its source. A job that cannot go on stays as it is."""
    if can_go_on(job):
        resume(job, WORKER, secrets={"password": password})
