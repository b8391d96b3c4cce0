"""One test of a keyword list: how far it is, and its figures. No page shows a term or a text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from overt.audits import bundle
from overt.web._answers import Page, Plain, Sent
from overt.web._work import Job, State, jobs, stop
from overt.web.studio._action import StudioAction, StudioAnswer, StudioAsk
from overt.web.studio._numbered import can_go_on, find_job, go_on, home_of, number_of

_ONE = "/p/{project}/words/{number}"
FOLDER = "words"
_TYPES = {
    ".html": "text/html; charset=utf-8", ".json": "application/json", ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}  # fmt: skip
_WORDS = {
    "report.html": "The report, to read and to print",
    "verdict.html": "The verdict on one page",
    "terms.csv": "Every term with its figures (CSV)",
    "levels.csv": "Every group with its figures (CSV)",
    "variants.csv": "Ways of matching (CSV)",
    "watchlist.json": "All figures for a program (JSON)",
    "finding.json": "The finding that an audit can cite (JSON)",
    "run.json": "What went in, and the digest of every file",
    "repeat.txt": "The command that repeats it",
}
_NO_TEST = Page("studio/refused.html", {"heading": "There is no such test"}, 404)


def every_test(ask: StudioAsk) -> list[Job]:
    """The tests of the project, the oldest first."""
    return jobs(home_of(ask.project, FOLDER))


def summary(job: Job) -> dict[str, Any]:
    """One test in words."""
    terms, texts = job.asked["names"]
    return {"number": number_of(job), "title": f"{terms} on {texts}", "state": job.state}


def _job(ask: StudioAsk) -> Job | None:
    return find_job(ask.project, FOLDER, ask.path["number"])


def _show_one(ask: StudioAsk) -> StudioAnswer:
    job = _job(ask)
    if job is None:
        return _NO_TEST
    about = summary(job)
    data = {
        "own_files": True,
        "job": job,
        "heading": f"Test {about['number']} of a keyword list",
        "about": about["title"],
        "address": f"{ask.home}words/{about['number']}",
        "back": f"{ask.home}words",
        "back_words": "Back to words",
        "can_go_on": can_go_on(job),
    }
    if job.state is not State.DONE:
        return Page("studio/job.html", data)
    files = [(name, _WORDS.get(name, name)) for name in job.answer["files"]]
    return Page("studio/words-result.html", {**data, "figures": _drawn(job.answer["figures"]), "files": files})


def _drawn(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures with their plots as markup: these are our own, and their labels were escaped when they were made."""

    def plots(part: Mapping[str, Any]) -> dict[str, Any]:
        return {**part, "plots": [Markup(plot) for plot in part["plots"]]}  # noqa: S704

    overall = figures["overall"]
    return {
        **figures,
        "overall": {**overall, "plot": Markup(overall["plot"])},  # noqa: S704
        "divisions": [plots(division) for division in figures["divisions"]],
        "harm": plots(figures["harm"]),
        "variants_plot": Markup(figures["variants_plot"]),  # noqa: S704
    }


def _stop(ask: StudioAsk) -> StudioAnswer:
    job = _job(ask)
    if job is None:
        return _NO_TEST
    stop(job)
    return Sent(f"{ask.home}words/{number_of(job)}")


def _resume(ask: StudioAsk) -> StudioAnswer:
    job = _job(ask)
    if job is None:
        return _NO_TEST
    go_on(job, ask.password)
    return Sent(f"{ask.home}words/{number_of(job)}")


def _file(ask: StudioAsk) -> StudioAnswer:
    job, name = _job(ask), ask.path["file"]
    if job is None or name not in job.answer.get("files", ()):
        return _NO_TEST
    path = Path(job.asked["out"]) / name
    return Plain(path.read_bytes(), _TYPES[path.suffix], f"words-{number_of(job):04}-{name}")


def _everything(ask: StudioAsk) -> StudioAnswer:
    job = _job(ask)
    if job is None or job.state is not State.DONE:
        return _NO_TEST
    out = Path(job.asked["out"])
    name = f"words-{number_of(job):04}"
    whole = b"".join(bundle(name, [(file, out / file) for file in job.answer["files"]]))
    return Plain(whole, "application/zip", f"{name}.zip")


ACTIONS = (
    StudioAction(_ONE, _show_one),
    StudioAction(f"{_ONE}/stop", _stop, "POST", page=_ONE),
    StudioAction(f"{_ONE}/resume", _resume, "POST", page=_ONE),
    StudioAction(f"{_ONE}/everything.zip", _everything),
    StudioAction(f"{_ONE}/files/{{file}}", _file),
)
