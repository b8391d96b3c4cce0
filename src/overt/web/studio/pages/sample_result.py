"""One sample: who has marked it, and what the marks of both reviewers say.

A page shows numbers of rows and keys. Reviewers look the records up in their own system.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from overt.audits import sample as samples
from overt.audits.columns import may_show
from overt.model import TABLES
from overt.refusals import Refusal, Refusals
from overt.web._answers import Page, Plain, Sent
from overt.web._work import Job, stop
from overt.web.studio._action import StudioAction, StudioAnswer, StudioAsk
from overt.web.studio._engine import EngineBusy
from overt.web.studio._kept import MAPPING, SAMPLES
from overt.web.studio._numbered import can_go_on, find_job, go_on
from overt.web.studio._samples import DECIDES, REPEAT, REVIEWERS, KeptSample, find_sample, results_of
from overt.web.studio._source import loaded_tables

ONE = "/p/{project}/sample/{number}"
_NO_SAMPLE = Page("studio/refused.html", {"heading": "There is no such sample"}, 404)
_TYPES = {
    ".csv": "text/csv; charset=utf-8", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
    ".sql": "text/plain; charset=utf-8", ".toml": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_FILES = {
    "sample.xlsx": "The worksheet, to mark in a spreadsheet",
    "sample.csv": "The worksheet (CSV)",
    "sample.json": "What was drawn, with its digest (JSON)",
    REPEAT: "The command that draws the same sample",
}
_RESULTS = {"estimate.txt": "The estimate in words", "estimate.json": "The estimate for a program (JSON)"}


def places_of(ask: StudioAsk, kept: KeptSample, keys: Sequence[str]) -> dict[str, Any]:
    """Where in the file some rows of a sample lie, if it was drawn from what is loaded and the engine is free."""
    nothing: dict[str, Any] = {"origin": "", "rows": {}}
    mapping = kept.folder / MAPPING
    if not keys or not mapping.is_file() or loaded_tables(ask.project) is None:
        return nothing
    sample, text = kept.sample, mapping.read_text(encoding="utf-8")
    try:
        return ask.engine.ask(
            "key_rows", mapping=text, digest=sample.source_digest, table=sample.table, keys=list(keys)
        )
    except (EngineBusy, Refusal, Refusals):
        return nothing


def _show_one(ask: StudioAsk) -> StudioAnswer:
    """The page of a sample, or how far its drawing is."""
    kept = find_sample(ask.project, ask.path["number"])
    if kept is None:
        return _drawing(ask)
    sample = kept.sample
    estimate = samples.estimate(kept.folder) if kept.is_marked else None
    differing = estimate.disagreements if estimate else ()
    repeat = kept.folder / REPEAT
    data = {
        "number": kept.number,
        "sample": sample,
        "foretold": samples.foretell(sample).splitlines()[:1] if not estimate else (),
        "limits": samples.foreseen(sample.frame, len(sample.rows)),
        "reviewers": [_reviewer(kept, name) for name in REVIEWERS],
        "estimate": estimate.as_json() if estimate else None,
        "sentences": _sentences(estimate) if estimate else (),
        "strata": _strata(estimate) if estimate and sample.by else (),
        "differing": differing,
        "unsettled": set(estimate.unsettled) if estimate else set(),
        "places": places_of(ask, kept, differing),
        "decides": DECIDES if estimate and estimate.unsettled and not kept.is_decided else "",
        "command": repeat.read_text(encoding="utf-8").strip() if repeat.is_file() else "",
        "files": _files(kept),
    }
    return Page("studio/sample.html", data)


def _reviewer(kept: KeptSample, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "may_mark": kept.may_mark(name),
        "marked": len(kept.marked(name)),
        "of": len(kept.sample.rows),
    }


def _sentences(estimate: samples.Estimate) -> list[str]:
    """What the estimate says, without values of the source and keys, which stand in tables, and without commands."""
    parts = estimate.as_text().split("\n\n")
    said = [part for part in parts if not part.startswith(("By ", "For a third person"))]
    return [part.partition(" To leave them out, give --")[0] for part in said]


def _strata(estimate: samples.Estimate) -> list[dict[str, Any]]:
    table = TABLES[estimate.sample.table]
    columns = [table.by_name[name] for name in estimate.sample.by]
    rows = []
    for place, (stratum, rate) in enumerate(estimate.strata, 1):
        named = [
            "no value" if value is None else value
            for value, column in zip(stratum.values, columns, strict=True)
            if value is None or may_show(value, stratum.population, meaning=column)
        ]
        name = ", ".join(named) if len(named) == len(columns) else f"Part {place}"
        rows.append({"name": name, "population": stratum.population, **rate.as_json()})
    return rows


def _files(kept: KeptSample) -> list[tuple[str, str]]:
    files = [(name, words) for name, words in _FILES.items() if (kept.folder / name).is_file()]
    results = [(name, _RESULTS.get(name, "The marks of reviewer " + name[6:-4])) for name in results_of(kept)]
    return [*results, *files]


def _job(ask: StudioAsk) -> Job | None:
    return find_job(ask.project, SAMPLES, ask.path["number"])


def _drawing(ask: StudioAsk) -> StudioAnswer:
    job = _job(ask)
    if job is None:
        return _NO_SAMPLE
    data = {
        "job": job,
        "heading": f"Sample {ask.path['number']}",
        "about": job.asked["question"],
        "address": f"{ask.home}sample/{ask.path['number']}",
        "back": f"{ask.home}sample",
        "back_words": "Back to samples",
        "can_go_on": can_go_on(job),
    }
    return Page("studio/job.html", data)


def _stop(ask: StudioAsk) -> StudioAnswer:
    job = _job(ask)
    if job is None:
        return _NO_SAMPLE
    stop(job)
    return Sent(f"{ask.home}sample/{ask.path['number']}")


def _resume(ask: StudioAsk) -> StudioAnswer:
    job = _job(ask)
    if job is None:
        return _NO_SAMPLE
    go_on(job, ask.password)
    return Sent(f"{ask.home}sample/{ask.path['number']}")


def _file(ask: StudioAsk) -> StudioAnswer:
    kept, name = find_sample(ask.project, ask.path["number"]), ask.path["file"]
    if kept is None or name not in dict(_files(kept)):
        return _NO_SAMPLE
    content = results_of(kept)[name] if name not in _FILES else (kept.folder / name).read_bytes()
    return Plain(content, _TYPES[Path(name).suffix], f"sample-{kept.number:04}-{name}")


ACTIONS = (
    StudioAction(ONE, _show_one),
    StudioAction(f"{ONE}/stop", _stop, "POST", page=ONE),
    StudioAction(f"{ONE}/resume", _resume, "POST", page=ONE),
    StudioAction(f"{ONE}/files/{{file}}", _file),
)
