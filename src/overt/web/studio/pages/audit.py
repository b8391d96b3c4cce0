"""Audit: which packs ask, as of which day; how far an audit is; stopping it and going on."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from functools import cache
from typing import Any

from overt.audits import packs_about
from overt.controls import find_pack, read_pack, shipped_packs
from overt.law import place_of
from overt.model import TABLES
from overt.pages import day
from overt.refusals import Refusal, Refusals
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web._work import Job, State, state, stop
from overt.web.studio._action import NotTaken, StudioAction, StudioAnswer, StudioAsk
from overt.web.studio._audits import NO_AUDIT, audit_jobs, begin_audit, find_audit, finished, resume_audit
from overt.web.studio._refusals import shown_refusal
from overt.web.studio._source import loaded_tables
from overt.web.studio._steps import Progress, Step, StepState, waits
from overt.web.studio.pages.thresholds import THRESHOLD, threshold_fields, thresholds_in

_PAGE, _ONE = "/p/{project}/audit", "/p/{project}/audit/{number}"
_PACK = "pack-"
_AS_OF = FormField(
    "as_of", "Date of the audit", Input.DATE, "Every question is asked as of this day", noun="the date of the audit"
)
_EVIDENCE = FormField(
    "evidence",
    "Evidence",
    Input.CHOICE,
    choices=(("keys", "The lowest keys of each breach, so that the rows can be found"), ("none", "None, only counts")),
)


@cache
def _pack_fields() -> tuple[FormField, ...]:
    """A tick for each pack: what it asks, and where its law holds."""
    fields = []
    for name in shipped_packs():
        pack = read_pack(find_pack(name))
        hint = f"For registers in {place_of(pack.jurisdiction)}. {len(pack.controls)} questions"
        fields.append(FormField(f"{_PACK}{name}", f"{pack.title} ({name})", Input.TICK, hint, optional=True))
    return tuple(fields)


def _fields() -> tuple[FormField, ...]:
    return (*_pack_fields(), _AS_OF, _EVIDENCE, *threshold_fields())


def _show(ask: StudioAsk) -> Page:
    settings = ask.project.settings
    as_of = settings.as_of or ask.now.date()
    given = {
        **{f"{_PACK}{name}": "yes" for name in settings.packs or _about(ask)},
        "as_of": as_of.isoformat(),
        "evidence": "keys",
        **{f"{THRESHOLD}{name}": str(value) for name, value in settings.thresholds.items()},
    }
    return Page(
        "studio/audit.html",
        {
            "heading": "Audit",
            "target": f"{ask.home}audit",
            "back": ask.home,
            "button": "Start the audit",
            "fields": _fields(),
            "given": given,
            "threshold_names": [field.name for field in threshold_fields()],
            "threshold_open": bool(settings.thresholds) or any(f.field.startswith(THRESHOLD) for f in ask.faults),
            "lacks": _lacks(ask),
            "undecided": _undecided(ask),
            "audits": [_listed(job) for job in reversed(audit_jobs(ask.project))],
        },
    )


def _about(ask: StudioAsk) -> tuple[str, ...]:
    """The packs that are about the tables of the model that the source has, or its mapping fills."""
    loaded = loaded_tables(ask.project)
    tables = {table["name"] for table in loaded["tables"]} & TABLES.keys() if loaded else set()
    if ask.project.mapping.strip():
        with suppress(Refusal, Refusals):
            tables = ask.engine.ask("mapped", text=ask.project.mapping)["columns"].keys()
    return packs_about(tables)[0]


def _lacks(ask: StudioAsk) -> str:
    """What an audit needs before it can begin; nothing if it can."""
    if ask.project.mapping.strip() or not ask.project.settings.source:
        return ""
    loaded = loaded_tables(ask.project)
    if loaded is not None and not TABLES.keys().isdisjoint(table["name"] for table in loaded["tables"]):
        return ""
    return "no column has a meaning yet, so every answer would be “cannot be shown”"


def _undecided(ask: StudioAsk) -> list[dict[str, str]]:
    """The columns of the source that have no meaning and were not set aside, as far as the source was read."""
    project = ask.project
    if loaded_tables(project) is None:
        return []
    choices = project.choices.columns
    decided = [key for key, choice in choices.items() if choice.decided]
    answer = ask.engine.ask("undecided", mapping=project.mapping, decided=decided)
    return [
        {
            "path": f"{column['table']}/{column['place']}",
            "name": column["name"],
            "asked": choices[column["key"]].asked if column["key"] in choices else "",
        }
        for column in answer["columns"]
    ]


def _listed(job: Job) -> dict[str, Any]:
    asked = job.asked
    return {"number": job.number, "state": job.state, "as_of": asked["as_of"], "packs": ", ".join(asked["packs"])}


def _begin(ask: StudioAsk) -> Sent:
    packs = [name for name in shipped_packs() if ask.form.get(f"{_PACK}{name}") == "yes"]
    if not packs:
        raise NotTaken(FormFault(f"{_PACK}{next(iter(shipped_packs()))}", "Choose at least one pack"))
    thresholds = thresholds_in(ask.form, packs)
    if lacks := _lacks(ask):
        name = ask.project.settings.source[0].name
        raise Refusal("mapping-needed", name, lacks, "a meaning of each column that the duties need", "")
    as_of = dt.date.fromisoformat(ask.form["as_of"])
    kept = {name: value if isinstance(value, int | float) else str(value) for name, value in thresholds.items()}
    words = f"Audit as of {day(as_of)} with {', '.join(packs)}"
    ask.project.set(
        words, ["packs", "as_of", "thresholds"], seen=ask.seen, packs=tuple(packs), as_of=as_of, thresholds=kept
    )
    evidence, password = ask.form["evidence"], ask.password
    lines = [f"{name}={value}" for name, value in thresholds.items()]
    job = begin_audit(ask.project, packs, as_of, thresholds=lines, evidence=evidence, password=password)
    return Sent(f"{ask.home}audit/{job.number}")


def _progress(ask: StudioAsk) -> StudioAnswer:
    job = find_audit(ask.project, ask.path["number"])
    if job is None:
        return NO_AUDIT
    # The page of one that has ended has no region: where the other is on show, the browser asks for this one whole.
    page = "audit-running" if job.state is State.AT_WORK else "audit-ended"
    return Page(f"studio/{page}.html", {"job": job, "audit": _listed(job), "can_go_on": _can_go_on(job)})


def _can_go_on(job: Job) -> bool:
    """Whether the same audit may end otherwise: it goes on with the source and the mapping that it began with."""
    refused = job.state is State.REFUSED and all(shown_refusal(refusal).may_pass for refusal in job.refusals)
    return refused or job.state is State.STOPPED


def _stop(ask: StudioAsk) -> StudioAnswer:
    job = find_audit(ask.project, ask.path["number"])
    if job is None:
        return NO_AUDIT
    stop(job)
    return Sent(f"{ask.home}audit/{job.number}")


def _resume(ask: StudioAsk) -> StudioAnswer:
    job = find_audit(ask.project, ask.path["number"])
    if job is None:
        return NO_AUDIT
    if _can_go_on(state(job)):
        resume_audit(job, ask.password)
    return Sent(f"{ask.home}audit/{job.number}")


def _step(ask: StudioAsk) -> StepState:
    every = audit_jobs(ask.project)
    if every and every[-1].state is State.AT_WORK:
        done, of = (every[-1].progress[name] for name in ("done", "of"))
        return StepState(Progress.RUNNING, f"{done} of {of} questions" if of else "Reading the source")
    if not finished(ask.project):
        return waits(ask, mapped=True) or StepState(Progress.NOT_STARTED)
    return StepState(Progress.DONE, f"{len(finished(ask.project))} done")


STEP = Step("Audit", "audit", _step)
ACTIONS = (
    StudioAction(_PAGE, _show),
    StudioAction(_PAGE, _begin, "POST", lambda _: _fields()),
    StudioAction(_ONE, _progress),
    StudioAction(f"{_ONE}/stop", _stop, "POST", page=_ONE),
    StudioAction(f"{_ONE}/resume", _resume, "POST", page=_ONE),
)
