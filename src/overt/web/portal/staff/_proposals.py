"""What a member of staff proposed and the gate held: who decides on it, and what was decided and why.

Only the number, the reasons of the gate and the decision are shown. What was proposed is not kept after the decision.
"""

from __future__ import annotations

import json
from typing import Any

from overt.gate import PERMITTED, reason_from_json
from overt.model import DECISION
from overt.web._answers import Page
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries

_HERE = "/staff/proposals"
_STATES = {
    None: ("Waiting for a decision", "An approver other than you"),
    "admitted": ("Admitted", "No one: it is in the register"),
    "refused": ("Refused", "You, if you want to propose it again"),
    PERMITTED: ("Permission given", "You: run the same command again, and it is carried out"),
}


def _list(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        holds, page = queries.own_proposals(register.store, ask.who.staff, ask.query)
        decided = queries.decisions(register.store, [hold["hold_id"] for hold in holds])
    shown = [_shown(hold, decided.get(hold["hold_id"])) for hold in holds]
    return Page("staff/proposals.html", {"proposals": shown, "pages": page.ways(_HERE, ask.query)})


def _shown(hold: dict[str, Any], decision: tuple[str, str, str, str] | None) -> dict[str, Any]:
    state, next_actor = _STATES.get(hold["outcome"], (hold["outcome"], ""))
    reasons = [reason_from_json(reason) for reason in json.loads(hold["reasons"])]
    decided_on, decided_by, _, because = decision or ("", "", "", "")
    return {
        "hold_id": hold["hold_id"], "held_at": hold["held_at"], "outcome": hold["outcome"], "state": state,
        "next": next_actor, DECISION.decided_on: decided_on, DECISION.decided_by: decided_by, "because": because,
        "reasons": [
            {"code": reason.code, "says": reason.says, "remedy": reason.remedy, "law": list(reason.law)}
            for reason in reasons
        ],
    }  # fmt: skip


def _one(ask: Ask) -> Answer:
    hold_id = ask.path["hold_id"]
    with ask.desk.reading() as register:
        hold = queries.hold(register.store, hold_id)
        decision = queries.decisions(register.store, [hold_id]).get(hold_id)
    if hold is None or hold["actor"] != ask.who.staff:
        return Page("shared/said.html", {"heading": "You have no proposal with this number"}, 404)
    return Page("staff/proposal.html", _shown(hold, decision))


ACTIONS = (
    Action("staff.proposals", Face.STAFF, _HERE, "What you proposed and was held, with the decisions", _list,
           nav="My proposals", query=PAGE_FIELDS),
    Action("staff.proposal", Face.STAFF, f"{_HERE}/{{hold_id}}", "One of your proposals, and its decision", _one),
)  # fmt: skip
