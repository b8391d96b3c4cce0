"""Findings as JUnit XML, for a build server: a breach is a failure, a control that could not run is an error.

What cannot be shown, is not applicable or is wholly accepted is skipped, with the reason: it is
no failure of the build, and no pass either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from overt.audits.results import _words as words
from overt.audits.results._figures import ShownFinding, ShownRun
from overt.controls import Verdict
from overt.visible import visible

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: ShownRun) -> bytes:
    """One suite a pack, one case a control."""
    root = Tree.Element("testsuites", {"name": _text(words.title(run)), **_totals(run.findings)})
    packs = list(dict.fromkeys(finding.pack for finding in run.findings))
    for pack in packs:
        cases = [finding for finding in run.findings if finding.pack == pack]
        suite = Tree.SubElement(root, "testsuite", {"name": _text(pack), **_totals(cases)})
        properties = Tree.SubElement(suite, "properties")
        for name, value in _properties(run, pack).items():
            Tree.SubElement(properties, "property", {"name": name, "value": _text(value)})
        for case in cases:
            _case(suite, case)
    Tree.indent(root, " ")
    text: str = Tree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _properties(run: ShownRun, pack: str) -> dict[str, str]:
    marks = {"synthetic": words.SYNTHETIC_NOTICE} if run.synthetic else {}
    source = {"source-sha256": run.source_digest} if run.source_digest else {}
    return {
        "as-of": run.recipe.as_of.isoformat(),
        "register": run.register,
        **source,
        "pack-sha256": run.pack_digest(pack),
        **marks,
    }


def _case(suite: Tree.Element, shown: ShownFinding) -> None:
    name = f"{shown.control.id} {shown.control.title}"
    case = Tree.SubElement(suite, "testcase", {"classname": _text(shown.pack), "name": _text(name)})
    if shown.seconds is not None:
        case.set("time", f"{shown.seconds:.3f}")
    outcome = _outcome(shown)
    if outcome:
        detail = Tree.SubElement(case, outcome, {"message": _text(words.sentence(shown))})
        if outcome != "skipped":
            detail.set("type", shown.control.severity.value if outcome == "failure" else shown.verdict.value)
            detail.text = _text(f"{shown.control.asks} {shown.control.remedy}")


def _outcome(shown: ShownFinding) -> str | None:
    if shown.verdict is Verdict.MET:
        return None
    if shown.verdict is Verdict.FAILED:
        return "error"
    return "failure" if shown.verdict is Verdict.BREACHED and not shown.wholly_accepted else "skipped"


def _totals(findings: Sequence[ShownFinding]) -> dict[str, str]:
    outcomes = [_outcome(finding) for finding in findings]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
        "skipped": str(outcomes.count("skipped")),
    }


def _text(text: str) -> str:
    """XML has no place for control characters; each is shown, and what is no character at all is replaced."""
    return _NOT_XML.sub("\ufffd", visible(text))
