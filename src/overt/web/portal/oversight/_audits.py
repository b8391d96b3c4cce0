"""Findings: audits that oversight runs as of any day, each finding with its evidence, and the trend between them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from overt.audits.compare import compare
from overt.audits.results import check_results
from overt.controls import Severity, Verdict
from overt.pages import Bar, bars, verdict_words
from overt.refusals import Refusal
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web._work import State
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.oversight._runs import OversightRun, What, begin, evidence, find_run, runs

_AS_OF = FormField(
    "as_of",
    "Which date do you want to audit?",
    Input.DATE,
    "The register is audited as it was at the end of that day",
    noun="the date to audit",
)
_SHOWN_RUNS = 5
_ORDER = (Verdict.FAILED, Verdict.BREACHED, Verdict.CANNOT_BE_SHOWN, Verdict.NOT_APPLICABLE, Verdict.MET)
_KINDS = {
    ".json": "application/json", ".csv": "text/csv; charset=utf-8", ".xml": "application/xml",
    ".sarif": "application/json", ".html": "text/html; charset=utf-8", ".parquet": "application/octet-stream",
}  # fmt: skip
_FILES = ("report.html", "findings.csv", "findings.json", "oscal-assessment-results.json")
NO_AUDIT = Page("shared/said.html", {"heading": "There is no such audit"}, 404)


def audits(ask: Ask) -> list[OversightRun]:
    """The audits that are done, by the day they judge by; of two of one day the later."""
    done = [run for run in runs(ask.desk, What.AUDIT) if run.state is State.DONE]
    return sorted({run.as_of: run for run in done}.values(), key=lambda run: run.as_of)


def _findings(ask: Ask) -> Answer:
    every, done = runs(ask.desk, What.AUDIT), audits(ask)
    newest = done[-1] if done else None
    picture = None
    if newest:
        verdicts = newest.answer["verdicts"]
        whole = sum(verdicts.values())
        drawn = [
            Bar(verdict_words(verdict), "", str(verdicts[verdict]), verdicts[verdict] / whole if whole else None)
            for verdict in _ORDER
        ]
        summary = ", ".join(f"{verdicts[verdict]} {verdict_words(verdict)}" for verdict in _ORDER)
        picture = bars("verdicts", "Number of questions by result", summary, drawn)
    shown = done[-_SHOWN_RUNS:]
    data = {
        "newest": {**newest.head(), "verdicts": newest.answer["verdicts"]} if newest else None,
        "picture": picture,
        "columns": [{"number": run.number, "as_of": run.as_of} for run in shown],
        "trend": trend(shown),
        "runs": [_listed(run) for run in reversed(every)],
    }
    return Page("oversight/findings.html", data)


def _listed(run: OversightRun) -> dict[str, Any]:
    return {**run.head(), "breached": run.answer.get("verdicts", {}).get("breached")}


def trend(shown: Sequence[OversightRun]) -> list[dict[str, Any]]:
    """Each question that was breached in one of these audits: what each found, and what became of it at the last."""
    by_run = [{finding["control"]: finding for finding in run.answer["findings"]} for run in shown]
    breached = Verdict.BREACHED.value
    named = {name: row for rows in by_run for name, row in rows.items() if row["verdict"] == breached}
    rows = []
    for name, finding in named.items():
        cells = [findings.get(name) for findings in by_run]
        before, last = (cells[-2], cells[-1]) if len(cells) > 1 else (None, cells[-1])
        rows.append(
            {
                "control": name,
                "title": finding["title"],
                "severity": finding["severity"],
                "cells": [cell_of(cell) for cell in cells],
                "change": change_of(before, last) if len(cells) > 1 else "",
            }
        )
    return sorted(rows, key=lambda row: (-Severity(row["severity"]).rank, row["control"]))


def cell_of(finding: Mapping[str, Any] | None) -> str:
    if finding is None:
        return "not asked"
    if finding["verdict"] in (Verdict.BREACHED.value, Verdict.MET.value):
        return f"{finding['breached']:,} of {finding['examined']:,}"
    return verdict_words(finding["verdict"])


def change_of(before: Mapping[str, Any] | None, last: Mapping[str, Any] | None) -> str:
    """What became of a breach, in a word that stands for itself."""
    if before is None or last is None:
        return "not asked in both audits"
    was, now = before["verdict"] == Verdict.BREACHED.value, last["verdict"] == Verdict.BREACHED.value
    if was and now:
        difference = last["breached"] - before["breached"]
        if difference:
            return f"worse by {difference:,}" if difference > 0 else f"better by {-difference:,}"
        return "no change"
    if now:
        return "new"
    if was:
        return "fixed" if last["verdict"] == Verdict.MET.value else "can no longer be shown"
    return "no change"


# --- running one ----------------------------------------------------------------------------------------------------


def _run_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    lead = [
        "The audit uses the packs named in the charter. It does not change the register, and staff can keep working. "
        "It takes a few seconds for a small register and some minutes for a large one."
    ]
    target, given = "/oversight/audits/new", {"as_of": ask.form.get("as_of", ask.today.isoformat())}
    back, button = "/oversight/audits", "Run the audit"
    return Page.of_form("Run an audit", target, back, button, (_AS_OF,), faults=faults, lead=lead, given=given)


def _run(ask: Ask) -> Answer:
    if ask.faults:
        return _run_form(ask, ask.faults)
    day = dt.date.fromisoformat(ask.form["as_of"])
    charters = list(ask.desk.charters())
    ruling = ask.desk.charter() or (charters[-1] if charters else None)
    if day > ask.today:
        return _run_form(ask, (FormFault("as_of", "The date to audit must be today or in the past"),))
    if ruling is None:
        return _run_form(
            ask, (FormFault("as_of", "There is nothing to audit against, because no charter has been adopted"),)
        )
    populations = [
        {
            "name": name,
            "area": people.area,
            "year": people.year,
            "attribute": people.attribute,
            "groups": dict(people.groups),
        }
        for name, people in ruling.populations.items()
    ]
    request = {"as_of": day.isoformat(), "packs": list(ruling.packs), "populations": populations, **asker(ask)}
    run = begin(ask.desk, What.AUDIT, request)
    return Sent(f"/oversight/audits/{run.number}", {"number": run.number})


def asker(ask: Ask) -> dict[str, str]:
    """Who asks, and when."""
    return {"asked_by": ask.who.staff, "asked_at": ask.now.replace(tzinfo=None).isoformat()}


# --- one audit and its findings -------------------------------------------------------------------------------------


def _audit(ask: Ask) -> Answer:
    run = find_run(ask.desk, ask.path["number"], What.AUDIT)
    if run is None:
        return NO_AUDIT
    if run.state is not State.DONE:
        return unfinished(run, f"/oversight/audits/{run.number}", "/oversight/audits/new")
    before = _before(ask, run)
    earlier = {finding["control"]: finding for finding in before.answer["findings"]} if before else {}
    groups = []
    for verdict in _ORDER:
        findings = [finding for finding in run.answer["findings"] if finding["verdict"] == verdict.value]
        findings.sort(key=lambda finding: (-Severity(finding["severity"]).rank, finding["control"]))
        rows = [{**row, "change": change_of(earlier.get(row["control"]), row) if before else ""} for row in findings]
        groups.append({"verdict": verdict.value, "findings": rows})
    files = list(_FILES) if (evidence(run) / "run.json").is_file() else []
    facts = {name: run.answer[name] for name in ("packs", "source_digest", "leaves", "root", "verdicts")}
    data = {**run.head(), **facts, "groups": groups, "before": before.head() if before else None, "files": files}
    return Page("oversight/audit.html", data)


def unfinished(run: OversightRun, here: str, again: str) -> Page:
    """How far a piece of work is; without script a link asks again."""
    return Page("oversight/at-work.html", {**run.head(), "here": here, "again": again, "refused": list(run.refusals)})


def _before(ask: Ask, run: OversightRun) -> OversightRun | None:
    """The audit of the last day before this one's."""
    return next((earlier for earlier in reversed(audits(ask)) if earlier.as_of < run.as_of), None)


def _finding(ask: Ask) -> Answer:
    run = find_run(ask.desk, ask.path["number"], What.AUDIT)
    if run is None or run.state is not State.DONE:
        return NO_AUDIT
    finding = next((row for row in run.answer["findings"] if row["control"] == ask.path["control"]), None)
    if finding is None:
        return Page("shared/said.html", {"heading": "This audit has no such finding"}, 404)
    before = _before(ask, run)
    data = {
        "number": run.number,
        "as_of": run.as_of,
        "finding": finding,
        "evidence": _evidence(run, finding["control"]),
        "before": before.head() if before else None,
        "since": _rows(before, run, finding["control"]) if before else None,
    }
    return Page("oversight/finding.html", data)


def _evidence(run: OversightRun, control: str) -> dict[str, Any] | None:
    """The numbers of the records that breach, of a result folder that is whole; none if an erasure took it."""
    folder = evidence(run)
    if not (folder / "run.json").is_file():
        return None
    check_results(folder)
    body = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    finding = next(row for row in body["findings"] if row["control"] == control)
    name = evidence_of(run, control)
    more = (finding["breached"] or 0) - len(finding["keys"])
    units = [{"unit": unit["unit"], "breached": unit["breached"]} for unit in finding["by_unit"]]
    return {"keys": finding["keys"], "more": max(0, more), "by_unit": units, "file": name, "digest": finding["digest"]}


def evidence_of(run: OversightRun, control: str) -> str | None:
    """The file of a finding's evidence in the result folder of an audit; `None` if there is none, or none any more."""
    path = evidence(run) / "run.json"
    if not path.is_file():
        return None
    files = json.loads(path.read_text(encoding="utf-8"))["files"]
    return next((file for file in files if file.startswith("evidence/") and file.endswith(f"/{control}.csv")), None)


def _rows(before: OversightRun, run: OversightRun, control: str) -> dict[str, Any] | None:
    """Which rows breach no longer and which breach now, as far as both audits' evidence is there."""
    try:
        comparison = compare(evidence(before), evidence(run))
    except Refusal:
        return None
    change = next((row for row in comparison.controls if row.control == control), None)
    if change is None:
        return None
    rows = change.rows
    return {"gone": rows.gone, "new": rows.new, "exact": rows.exact, "means": change.change.meaning}


def _file(ask: Ask) -> Answer:
    run, name = find_run(ask.desk, ask.path["number"], What.AUDIT), ask.path["file"]
    nothing = Page(
        "shared/said.html", {"heading": "There is no such file, or it was deleted when a record was erased"}, 404
    )
    if run is None or not (evidence(run) / "run.json").is_file():
        return nothing
    known = json.loads((evidence(run) / "run.json").read_text(encoding="utf-8"))["files"]
    suffix = name[name.rfind(".") :]
    if name not in known or suffix not in _KINDS:
        return nothing
    plain = f"audit-{run.as_of}-{name.replace('/', '-')}"
    return Plain((evidence(run) / name).read_bytes(), _KINDS[suffix], plain)


_FACE = Face.OVERSIGHT
ACTIONS = (
    Action("oversight.findings", _FACE, "/oversight/audits", "Audits and their trend", _findings, nav="Audits"),
    Action("oversight.run-page", _FACE, "/oversight/audits/new", "The form to run an audit", _run_form),
    Action("oversight.run", _FACE, "/oversight/audits/new", "Run an audit", _run, method="POST", fields=(_AS_OF,)),
    Action("oversight.audit", _FACE, "/oversight/audits/{number}", "One audit", _audit),
    Action("oversight.finding", _FACE, "/oversight/audits/{number}/findings/{control}", "One finding", _finding),
    Action("oversight.result-file", _FACE, "/oversight/audits/{number}/files/{file:path}", "A file of results", _file),
)
