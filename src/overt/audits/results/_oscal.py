"""Findings as OSCAL assessment results (1.1.2): an observation a control, a finding for each that was answered.

OSCAL asks when things happened. The result folder must not depend on the clock, so every time in it is
the audit's as-of date at midnight UTC. Ids are UUIDs of version 5 made from the findings' digest.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from overt.audits.results import _words as words
from overt.audits.results._figures import ShownFinding, ShownRun, token
from overt.audits.results._json import dump
from overt.controls import Verdict
from overt.pages import opening

Json = dict[str, Any]

NAMESPACE = "urn:overt:oscal:1"
# A control that could not be answered satisfies nothing, but is not a plain failure either.
STATUS = {
    Verdict.MET: ("satisfied", "pass"),
    Verdict.BREACHED: ("not-satisfied", "fail"),
    Verdict.CANNOT_BE_SHOWN: ("not-satisfied", "other"),
    Verdict.FAILED: ("not-satisfied", "other"),
}


def oscal(run: ShownRun, identity: uuid.UUID, files: Collection[str]) -> bytes:
    """The run as one OSCAL document; `files` are the evidence files it may point to."""
    now = f"{run.recipe.as_of.isoformat()}T00:00:00Z"
    plan = _id(identity, "plan")
    source = {"source-sha256": run.source_digest} if run.source_digest else {}
    result: Json = {
        "uuid": _id(identity, "result"),
        "title": _line(words.title(run)),
        "description": _line(_description(run)),
        "start": now,
        "end": now,
        "props": _props({"engine": run.engine, **source, **_marked(run)}),
    }
    if run.findings:
        ids = sorted({token(finding.name) for finding in run.findings})
        result["reviewed-controls"] = {
            "control-selections": [{"include-controls": [{"control-id": control_id} for control_id in ids]}]
        }
        result["observations"] = [_observation(finding, identity, now, files) for finding in run.findings]
    else:
        result["reviewed-controls"] = {"control-selections": [{"description": "No control was run."}]}
    answered = [finding for finding in run.findings if finding.verdict in STATUS]
    if answered:
        result["findings"] = [_finding(finding, identity) for finding in answered]
    document: Json = {
        "uuid": str(identity),
        "metadata": {
            "title": _line(words.title(run)),
            "last-modified": now,
            "version": _line(run.version),
            "oscal-version": "1.1.2",
            "props": _props({"generator": f"Overt {run.version}", **_marked(run)}),
        },
        "import-ap": {"href": f"#{plan}", "remarks": "The plan of the audit is its parameters, in run.json."},
        "results": [result],
        "back-matter": {
            "resources": [
                {"uuid": plan, "title": "The parameters of the audit", "rlinks": [{"href": "run.json"}]},
                {"uuid": _id(identity, "findings"), "title": "The findings", "rlinks": [{"href": "findings.json"}]},
            ]
        },
    }
    return dump({"assessment-results": document})


def _description(run: ShownRun) -> str:
    notice = f"{words.SYNTHETIC_NOTICE} " if run.synthetic else ""
    as_of = run.recipe.as_of
    return f"{notice}{len(run.findings)} controls run on {run.register}, with the law and the data as of {as_of}."


def _marked(run: ShownRun) -> dict[str, str]:
    marks = {"synthetic": words.SYNTHETIC} if run.synthetic else {}
    return {**marks, "publishable": "true"} if run.recipe.publishable else marks


def _observation(shown: ShownFinding, identity: uuid.UUID, now: str, files: Collection[str]) -> Json:
    observation: Json = {
        "uuid": _id(identity, f"observation/{shown.name}"),
        "title": _line(f"{shown.name}: {shown.control.title}"),
        "description": _line(f"{shown.control.asks} {words.sentence(shown)}"),
        "props": _counts(shown),
        "methods": ["TEST"],
        "types": ["control-objective"],
        "collected": now,
    }
    path = f"evidence/{shown.evidence_name}.parquet"
    if path in files:
        observation["relevant-evidence"] = [
            {"href": path, "description": "The first breaching rows in key order: ids and dates, no content."}
        ]
    return observation


def _finding(shown: ShownFinding, identity: uuid.UUID) -> Json:
    state, reason = STATUS[shown.verdict]
    limits, remedy = opening(shown.control.limits), opening(shown.control.remedy)
    return {
        "uuid": _id(identity, f"finding/{shown.name}"),
        "title": _line(f"{shown.name}: {shown.control.title}"),
        "description": _line(words.sentence(shown)),
        "props": _counts(shown),
        **_links(shown),
        "target": {
            "type": "objective-id",
            "target-id": token(shown.name),
            "status": {"state": state, "reason": reason, "remarks": _line(f"{shown.verdict}: {words.sentence(shown)}")},
        },
        "related-observations": [{"observation-uuid": _id(identity, f"observation/{shown.name}")}],
        "remarks": _line(f"Limits: {limits} To fix a breach: {remedy}"),
    }


def _links(shown: ShownFinding) -> Json:
    """The texts that were the law on the rows' dates, or on the date of the audit."""
    texts = {text.link: text for basis in shown.law for text in basis.basis.texts if text.link}
    links = [{"href": link, "rel": "reference", "text": _line(text.provision)} for link, text in texts.items()]
    return {"links": links} if links else {}


def _counts(shown: ShownFinding) -> list[Json]:
    props = {
        "verdict": shown.verdict.value,
        "severity": shown.control.severity.value,
        "kind": shown.control.kind.value,
        "pack": shown.pack,
        **{name: str(figure).replace(",", "") for name, figure in shown.counts.items()},
        **({"without": ", ".join(shown.without)} if shown.without else {}),
    }
    return _props({**props, "overt-keys-1": shown.digest} if shown.digest else props)


def _props(values: dict[str, str]) -> list[Json]:
    return [{"name": name, "ns": NAMESPACE, "value": _line(value)} for name, value in values.items()]


def _id(identity: uuid.UUID, part: str) -> str:
    return str(uuid.uuid5(identity, part))


def _line(text: str) -> str:
    """OSCAL's strings are one line and not empty."""
    return " ".join(text.split()) or "-"
