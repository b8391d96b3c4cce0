"""Findings as SARIF 2.1.0, for tools that show results of checks.

One rule a control, one result for each that is breached or cannot be shown: never one for a person.
What is met or not applicable is a count in the run's properties and no result, because many tools
take every result for an alarm. Code-scanning pages refuse a file of which a result has no place in a file, so each
names the source, whose first line stands for all of it: a row of a register is no line of code.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any
from urllib.parse import quote

from overt.audits.results import _words as words
from overt.audits.results._figures import ShownFinding, ShownRun
from overt.audits.results._json import dump
from overt.controls import Severity, Verdict
from overt.pages import opening

Json = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_RESULTS = (Verdict.BREACHED, Verdict.CANNOT_BE_SHOWN)
FINGERPRINT = "overt-keys-1"
LINE_FINGERPRINT = "primaryLocationLineHash"


def sarif(run: ShownRun, identity: uuid.UUID) -> bytes:
    """The run as one SARIF log; `identity` is derived from the findings."""
    failed = [(place, finding) for place, finding in enumerate(run.findings) if finding.verdict is Verdict.FAILED]
    results = [
        _result(place, finding, run) for place, finding in enumerate(run.findings) if finding.verdict in _RESULTS
    ]
    log: Json = {
        "tool": {
            "driver": {
                "name": "Overt",
                "version": run.version,
                "rules": [_rule(finding) for finding in run.findings],
            }
        },
        "language": "en-GB",
        "automationDetails": {"id": f"overt/audit/{run.recipe.as_of.isoformat()}", "guid": str(identity)},
        "artifacts": [_source(run)],
        "invocations": [
            {
                "executionSuccessful": not failed,
                "toolExecutionNotifications": [_notification(place, finding) for place, finding in failed],
            }
        ],
        "results": results,
        "properties": {
            "title": words.title(run),
            "as_of": run.recipe.as_of.isoformat(),
            "verdicts": {verdict.value: count for verdict, count in run.verdicts().items()},
            "synthetic": run.synthetic,
            "publishable": run.recipe.publishable,
        },
    }
    if run.synthetic:
        log["properties"]["notice"] = words.SYNTHETIC_NOTICE
    if run.recipe.publishable:
        log["redactionTokens"] = ["*"]
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [log]})


def _rule(shown: ShownFinding) -> Json:
    control = shown.control
    limits, remedy = opening(control.limits), opening(control.remedy)
    links = [text.link for basis in shown.law for text in basis.basis.texts if text.link]
    return {
        "id": shown.name,
        "shortDescription": {"text": control.title},
        "fullDescription": {"text": control.asks},
        **({"helpUri": links[0]} if links else {}),
        "help": {"text": f"{control.asks} To fix a breach: {remedy} Limits: {limits}"},
        "defaultConfiguration": {"level": LEVELS[control.severity]},
        "properties": {
            "pack": shown.pack,
            "kind": control.kind.value,
            "severity": control.severity.value,
            "gate": control.gate.value,
            "basis": [f"{basis.citation} ({words.period(basis) or 'always'})" for basis in control.basis],
            "law": [text.identifier for basis in shown.law for text in basis.basis.texts],
            "limits": control.limits,
            "remedy": control.remedy,
            "found_in": list(control.found_in),
            "tags": sorted({shown.pack, control.kind.value, control.severity.value}),
        },
    }


def _result(place: int, shown: ShownFinding, run: ShownRun) -> Json:
    breached = shown.verdict is Verdict.BREACHED
    prefix = f"{words.SYNTHETIC}: " if run.synthetic else ""
    result: Json = {
        "ruleId": shown.name,
        "ruleIndex": place,
        # 3.27.10: a result that is not a fail has the level "none".
        "kind": "fail" if breached else "review",
        "level": LEVELS[shown.control.severity] if breached else "none",
        "message": {"text": f"{prefix}{shown.control.title}: {words.sentence(shown)}"},
        "locations": [_location(shown, run)],
        "partialFingerprints": {LINE_FINGERPRINT: _line_fingerprint(shown, run)},
        "properties": {
            "verdict": shown.verdict.value,
            **{name: figure.value for name, figure in shown.counts.items()},
            "suppressed": shown.suppressed,
            "missing": list(shown.missing),
            "without": list(shown.without),
        },
    }
    if breached and shown.breached.value:
        result["occurrenceCount"] = shown.breached.value
    if breached and shown.digest:
        result["partialFingerprints"][FINGERPRINT] = shown.digest
    if shown.wholly_accepted:
        result["suppressions"] = [_suppression(shown, run)]
    return result


def _location(shown: ShownFinding, run: ShownRun) -> Json:
    """The source, and the tables of the model that the control reads."""
    place = {"artifactLocation": {"uri": _uri(run), "index": 0}, "region": {"startLine": 1}}
    return {"physicalLocation": place, "logicalLocations": _tables(shown)}


def _uri(run: ShownRun) -> str:
    """The source's name as a relative URI: the scheme of a database is none of a file."""
    return quote(run.register.replace("://", "/"), safe="/")


def _line_fingerprint(shown: ShownFinding, run: ShownRun) -> str:
    """What tells this result from others and is the same in the next audit of the source."""
    named = f"{shown.pack}\0{shown.control.id}\0{run.register}"
    return f"{hashlib.sha256(named.encode('utf-8', 'replace')).hexdigest()[:16]}:1"


def _tables(shown: ShownFinding) -> list[Json]:
    """The tables of the model that the control reads."""
    return [{"fullyQualifiedName": table, "kind": "table"} for table in sorted(shown.control.reads)] or [
        {"fullyQualifiedName": "register", "kind": "table"}
    ]


def _suppression(shown: ShownFinding, run: ShownRun) -> Json:
    accepted = run.accepting(shown.control.id)
    suppression: Json = {"kind": "external", "status": "accepted"}
    reasons = [f"{acceptance.reason} ({acceptance.owner})" for acceptance in accepted if acceptance.reason]
    if reasons:
        suppression["justification"] = "; ".join(reasons)
    if accepted:
        suppression["properties"] = {"expires_on": [acceptance.expires_on.isoformat() for acceptance in accepted]}
    return suppression


def _notification(place: int, shown: ShownFinding) -> Json:
    return {
        "level": "error",
        "message": {"text": f"{shown.name}: {words.sentence(shown)}"},
        "associatedRule": {"id": shown.name, "index": place},
    }


def _source(run: ShownRun) -> Json:
    return {
        "location": {"uri": _uri(run)},
        "description": {"text": f"{run.source_kind} {run.register}"},
        **({"hashes": {"sha-256": run.source_digest}} if run.source_digest else {}),
        "roles": ["analysisTarget"],
    }
