"""The audits of a project: jobs that run them, the runs that they keep, and the results written from these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from overt.audits import Heading, Run, keep_run, read_run, write_again
from overt.private import close_to_others, private_folder
from overt.web._answers import Page, Sent
from overt.web._work import Job, begin, find_job, jobs, resume
from overt.web.studio._action import StudioAnswer, StudioAsk
from overt.web.studio._job_source import asked_source
from overt.web.studio._kept import ACCEPTED
from overt.web.studio._project import Project
from overt.web.studio._steps import Progress, Step, StepState

_WORKER = "overt.web.studio._worker"
_JOBS, _RESULTS = "jobs", "results"
NO_AUDIT = Page("studio/no-audit.html", status=404)
"""The answer for an audit that the project does not have."""


def audit_jobs(project: Project) -> list[Job]:
    """Every audit of the project, oldest first."""
    return jobs(project.work / _JOBS)


def find_audit(project: Project, number: str) -> Job | None:
    """The audit with a number, as given in an address."""
    return find_job(project.work / _JOBS, number)


def begin_audit(
    project: Project,
    packs: Sequence[str],
    as_of: dt.date,
    *,
    thresholds: Sequence[str],
    evidence: str,
    password: str,
) -> Job:
    """Starts an audit of the project's source, as it is mapped now. Refuses a second one while one is running.

    `password` is that of its database, if it needs one.
    """
    accepted = project.folder / ACCEPTED
    settings = project.settings
    asked = {
        "what": "audit",
        **asked_source(project),
        "accepted": accepted.read_text(encoding="utf-8") if accepted.is_file() else "",
        "packs": list(packs),
        "as_of": as_of.isoformat(),
        "thresholds": list(thresholds),
        "evidence": evidence,
        "heading": [settings.title, settings.author, settings.organisation],
        "results": str(private_folder(project.folder / _RESULTS)),
    }
    return begin(project.work / _JOBS, _WORKER, asked, secrets={"password": password})


def resume_audit(job: Job, password: str) -> Job:
    """Goes on with an audit that was stopped: answers that it had are not asked again."""
    return resume(job, _WORKER, secrets={"password": password})


def result_of(results: Path, number: int, *, publishable: bool = False) -> Path:
    """The result folder of an audit."""
    return results / f"{number:04}{'-publishable' if publishable else ''}"


def kept_of(results: Path, number: int, *, publishable: bool = False) -> Path:
    """The file in which the run of a result folder is kept; it is no part of a result."""
    return results / f"{result_of(results, number, publishable=publishable).name}.run.json"


def results_of(project: Project) -> Path:
    """Where the results of a project are."""
    return project.folder / _RESULTS


def finished(project: Project) -> list[int]:
    """The numbers of the audits whose runs are kept, the newest first."""
    kept = results_of(project).glob("[0-9][0-9][0-9][0-9].run.json")
    return sorted((int(path.name[:4]) for path in kept), reverse=True)


def run_of(project: Project, number: str, *, publishable: bool = False) -> Run | None:
    """The kept run of an audit, as given in an address. Refuses one that cannot be read."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 4):
        return None
    path = kept_of(results_of(project), int(number), publishable=publishable)
    if not path.is_file():
        return None
    state = path.stat()
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int) -> Run:
    return read_run(path)


def write_results_of(
    project: Project, number: int, *, publishable: bool = False, heading: Heading | None = None, accepted: bool = False
) -> Run:
    """Writes a result folder of the project from the kept run; with `accepted`, with the acceptances of the project.

    The run is kept as it was written.
    """
    results = results_of(project)
    run = read_run(kept_of(results, number))
    path = project.folder / ACCEPTED if accepted else None
    out = result_of(results, number, publishable=publishable)
    written = write_again(run, out, publishable=publishable, heading=heading, accepted=path)
    for path in (out, *out.rglob("*")):
        close_to_others(path)
    keep_run(written, kept_of(results, number, publishable=publishable))
    return written


def step_after_audit(title: str, address: str) -> Step:
    """A step that shows what an audit gave, and waits for one."""

    def state(ask: StudioAsk) -> StepState:
        numbers = finished(ask.project)
        if not numbers:
            return StepState(Progress.CANNOT_START, "Run an audit first")
        return StepState(Progress.DONE, f"Of audit {numbers[0]}")

    return Step(title, address, state)


def newest(step: Step) -> Callable[[StudioAsk], StudioAnswer]:
    """The page of such a step that leads to the newest audit, or says that there is none."""

    def show(ask: StudioAsk) -> StudioAnswer:
        numbers = finished(ask.project)
        if not numbers:
            return Page("studio/no-audit-yet.html", {"heading": step.title})
        return Sent(f"{ask.home}{step.address}/{numbers[0]}")

    return show
