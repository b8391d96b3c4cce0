"""Disparity: differences between groups, as measured with each audit. It is about groups and not about individuals."""

from __future__ import annotations

from overt.web._answers import Page
from overt.web._disparity import shown
from overt.web._forms import FormField, Input
from overt.web._work import read
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.oversight._audits import audits
from overt.web.portal.oversight._measured import BY, MEASURES
from overt.web.portal.oversight._runs import DISPARITY

_WHAT = tuple(
    (f"{name}.{by}", f"{title}, by {BY[by].words}") for name, (title, divisions) in MEASURES.items() for by in divisions
)
_QUERY = (
    FormField("audit", "As of", optional=True, longest=6),
    FormField("what", "What is measured", Input.CHOICE, choices=_WHAT, optional=True),
)


def _disparity(ask: Ask) -> Answer:
    done = audits(ask)
    if not done:
        return Page("oversight/disparity.html", {"audits": [], "what": _WHAT, "chosen": None, "found": None})
    wanted = ask.query.get("audit", "")
    run = next((run for run in done if str(run.number) == wanted), done[-1])
    what = ask.query.get("what", _WHAT[0][0])
    measured = (read(run.folder / DISPARITY) or {}).get(what, {"refused": []})
    chosen = {"audit": run.number, "as_of": run.as_of, "what": what, "title": dict(_WHAT)[what]}
    offered = [{"number": run.number, "as_of": run.as_of} for run in reversed(done)]
    data = {"audits": offered, "what": _WHAT, "chosen": chosen, "found": None, "refused": measured.get("refused")}
    if "refused" not in measured:
        by = what.partition(".")[2]
        data["found"] = shown(measured, {by: BY[by].words})
    return Page("oversight/disparity.html", data)


ACTIONS = (
    Action(
        "oversight.disparity", Face.OVERSIGHT, "/oversight/disparity", "Differences between groups", _disparity,
        nav="Disparity", query=_QUERY,
    ),
)  # fmt: skip
