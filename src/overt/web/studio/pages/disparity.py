"""Disparity: differences between groups, of the same source. It is about groups and not about individuals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from overt.disparities import MEASURES, OfferedMeasure, offered
from overt.web._answers import Page, Plain, Sent
from overt.web._disparity import shown
from overt.web._forms import FormFault, FormField, Input
from overt.web._work import Job, begin, jobs, stop
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._job_source import asked_source
from overt.web.studio._numbered import WORKER, find_job, home_of, next_out, number_of
from overt.web.studio._steps import Progress, Step, StepState, waits

_FOLDER = "disparity"
_PAGE = "/p/{project}/disparity"
_ONE = "/p/{project}/disparity/{number}"
_TYPES = {".html": "text/html", ".json": "application/json", ".csv": "text/csv; charset=utf-8"}
_AS_OF = FormField("as_of", "As of", Input.DATE, hint="For example, 30 6 2026", noun="the date")
_SINCE = FormField("since", "Since", Input.DATE, hint="Only for what happened in a period", optional=True)
_POPULATION = FormField(
    "population",
    "Population to compare with",
    hint="The path of a CSV file with the columns of a population. Without one, groups are compared inside the source",
    optional=True,
    longest=1_000,
)
_REFERENCE = FormField(
    "reference", "Group to compare with", hint="Default: White, or else the largest", optional=True, longest=100
)


def _measures(ask: StudioAsk) -> tuple[OfferedMeasure, ...]:
    """What the mapping allows; measures that need a threshold or an outcome are those of the command."""
    text = ask.project.mapping
    # A mapping says by itself what it fills; without one the tables of the source have to be there.
    answer = ask.engine.ask("mapped", text=text) if text.strip() else ask.engine.ask("filled", mapping=text)
    filled = answer["columns"]
    return tuple(
        choice for choice in offered(filled) if not (choice.measure.needs_threshold or choice.measure.needs_outcome)
    )


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    choices = [choice for choice in _measures(ask) if choice.can_be_asked]
    measures = tuple((choice.measure.name, _sentence(choice.measure.title)) for choice in choices)
    divisions = {name: _sentence(title) for choice in choices for name, title in choice.divisions.items()}
    return (
        FormField("measure", "What is counted", Input.CHOICE, choices=measures, noun="what is counted"),
        FormField("by", "Divided by", Input.CHOICE, choices=tuple(divisions.items()), noun="what it is divided by"),
        _AS_OF,
        _SINCE,
        _POPULATION,
        _REFERENCE,
    )


def _show(ask: StudioAsk) -> Page:
    choices = _measures(ask)
    day = ask.project.settings.as_of or ask.now.date()
    return Page(
        "studio/disparity.html",
        {
            "fields": _fields(ask) if any(choice.can_be_asked for choice in choices) else (),
            "given": {"as_of": day.isoformat()},
            "others": [
                (_sentence(choice.measure.title), choice.lacks) for choice in choices if not choice.can_be_asked
            ],
            "earlier": [_summary(job) for job in reversed(_jobs(ask))],
        },
    )


def _begin(ask: StudioAsk) -> Sent:
    form = ask.form
    choice = next(choice for choice in _measures(ask) if choice.measure.name == form["measure"])
    if form["by"] not in choice.divisions:
        raise NotTaken(FormFault("by", f"{_sentence(choice.measure.title)} cannot be divided by this"))
    population = [str(ask.studio.here / Path(form["population"]).expanduser())] if "population" in form else []
    out = next_out(ask.project, _FOLDER)
    asked = {
        "what": "disparity",
        **asked_source(ask.project),
        "measure": form["measure"],
        "by": form["by"],
        "as_of": form["as_of"],
        "since": form.get("since", ""),
        "populations": population,
        "reference": [form["reference"]] if "reference" in form else [],
        "out": str(out),
    }
    begin(home_of(ask.project, _FOLDER), WORKER, asked, secrets={"password": ask.password})
    return Sent(f"{ask.home}disparity/{out.name}")


def _show_one(ask: StudioAsk) -> Page:
    job = _job(ask)
    by = str(job.asked["by"])
    data = {
        "job": job,
        "about": _summary(job),
        "found": shown(job.answer, {by: by.replace("_", " ")}) if job.answer else None,
        "files": job.answer.get("files", ()),
    }
    return Page("studio/disparity-result.html", data)


def _stop(ask: StudioAsk) -> Sent:
    stop(_job(ask))
    return Sent(f"{ask.home}disparity/{ask.path['number']}")


def _file(ask: StudioAsk) -> Plain | Page:
    job, name = _job(ask), ask.path["file"]
    if name not in job.answer.get("files", ()):
        return Page("studio/refused.html", {"heading": "There is no such file"}, 404)
    content = (Path(job.asked["out"]) / name).read_bytes()
    return Plain(content, _TYPES.get(Path(name).suffix, "application/octet-stream"), name)


def _jobs(ask: StudioAsk) -> list[Job]:
    return jobs(home_of(ask.project, _FOLDER))


def _job(ask: StudioAsk) -> Job:
    job = find_job(ask.project, _FOLDER, ask.path["number"])
    if job is None:
        raise NotTaken()
    return job


def _summary(job: Job) -> dict[str, Any]:
    """One measured disparity in words."""
    asked = job.asked
    return {
        "number": number_of(job),
        "title": f"{_sentence(MEASURES[asked['measure']].title)}, by {asked['by'].replace('_', ' ')}",
        "as_of": dt.date.fromisoformat(asked["as_of"]),
        "state": job.state.value,
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _state(ask: StudioAsk) -> StepState:
    if _jobs(ask):
        return StepState(Progress.DONE)
    return waits(ask, mapped=True) or StepState(Progress.NOT_STARTED)


STEP = Step("Disparity", "disparity", _state, further=True)
ACTIONS = (
    StudioAction(_PAGE, _show),
    StudioAction(_PAGE, _begin, "POST", _fields),
    StudioAction(_ONE, _show_one),
    StudioAction("/p/{project}/disparity/{number}/stop", _stop, "POST", page=_ONE),
    StudioAction("/p/{project}/disparity/{number}/{file}", _file),
)
