"""Two audits side by side: each question with what both found, and what became of it."""

from __future__ import annotations

from typing import Any

from overt.controls import Severity, Verdict
from overt.web._answers import Page
from overt.web._forms import Choices, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.oversight._audits import audits, cell_of, change_of
from overt.web.portal.oversight._runs import OversightRun

_HERE = "/oversight/compare"
_BEFORE = FormField("before", "Earlier audit", optional=True, longest=20)
_AFTER = FormField("after", "Later audit", optional=True, longest=20)
_SHOWN: Choices = (("changed", "Questions with a change"), ("all", "All questions"))
_WHICH = FormField("show", "Show", Input.CHOICE, choices=_SHOWN, optional=True)


def _compare(ask: Ask) -> Answer:
    done = audits(ask)
    by_number = {str(run.number): run for run in done}
    before = by_number.get(ask.query.get("before", ""), done[-2] if len(done) > 1 else None)
    after = by_number.get(ask.query.get("after", ""), done[-1] if done else None)
    which = ask.query.get("show", "changed")
    rows = _rows(before, after) if before and after else []
    shown = [row for row in rows if which == "all" or row["change"] != "no change"]
    data = {
        "audits": [{"number": run.number, "as_of": run.as_of, "asked_at": run.asked["asked_at"]} for run in done],
        "earlier": before.head() if before else None, "later": after.head() if after else None,
        "which": which, "choices_of": _SHOWN, "rows": shown, "questions": len(rows),
        "same_packs": bool(before and after) and _packs(before) == _packs(after),
    }  # fmt: skip
    return Page("oversight/compare.html", data)


def _packs(run: OversightRun | None) -> list[str]:
    return sorted(pack["digest"] for pack in run.answer["packs"]) if run else []


def _rows(before: OversightRun, after: OversightRun) -> list[dict[str, Any]]:
    """Each question that either audit asked, the gravest first."""
    old, new = ({finding["control"]: finding for finding in run.answer["findings"]} for run in (before, after))
    rows = []
    for control in old.keys() | new.keys():
        finding = new.get(control) or old[control]
        rows.append({
            "control": control, "title": finding["title"], "severity": finding["severity"],
            "before": cell_of(old.get(control)), "after": cell_of(new.get(control)),
            "change": change_of(old.get(control), new.get(control)),
            "breached": (new.get(control) or {}).get("verdict") == Verdict.BREACHED.value,
        })  # fmt: skip
    return sorted(rows, key=lambda row: (-Severity(row["severity"]).rank, row["control"]))


ACTIONS = (
    Action("oversight.compare", Face.OVERSIGHT, _HERE, "Two audits side by side", _compare,
           query=(_BEFORE, _AFTER, _WHICH)),
)  # fmt: skip
