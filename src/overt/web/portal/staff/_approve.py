"""Records held for a decision: an approver gives a reason, sees the record, and admits or refuses it.

No one can decide on a record that they submitted: the gate refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.gate import Admitted, Judgement, Permitted, decide, held_records, waiting
from overt.model import TABLES, Role
from overt.refusals import Refusal
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._consult import REASON, ask_why, has_said_why, say_why

_ADMIT = FormField("admit", "Do you want to admit this record?", Input.YES_OR_NO)
_WHY = FormField(
    "because", "Why?", Input.WORDS, "Your reason is recorded with your staff reference.", noun="your reason"
)
# What would say who a person is, or belongs to statistics alone.
_APART = frozenset(
    column.name
    for table in TABLES.values()
    for column in table.columns
    if column.personal or column.role in (Role.PSEUDONYM, Role.PSEUDONYMS)
)


def _list(ask: Ask) -> Answer:
    with ask.desk.writing() as gate:
        holds = waiting(gate)
    shown = [
        {
            "hold_id": hold.hold_id,
            "held_at": hold.held_at,
            "mine": hold.actor == ask.who.staff,
            "actor": hold.actor,
            "tables": hold.tables,
            "reasons": [f"{reason.code}: {reason.says}" for reason in hold.reasons],
        }
        for hold in holds
    ]
    return Page("staff/approvals.html", {"holds": shown})


def _hold(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    hold_id = ask.path["hold_id"]
    with ask.desk.writing() as gate:
        records, actor = held_records(gate, hold_id)
        reasons = next(hold.reasons for hold in waiting(gate) if hold.hold_id == hold_id)
    if not has_said_why(ask, f"hold {hold_id}"):
        return _why(hold_id)
    data = {
        "hold_id": hold_id,
        "actor": actor,
        "mine": actor == ask.who.staff,
        "records": [{"table": row.table, "action": row.change, "values": _shown(row.values)} for row in records],
        "reasons": reasons,
        "fields": (_ADMIT, _WHY),
        "target": f"/staff/approvals/{hold_id}/decide",
    }
    return Page("staff/hold.html", data, faults=faults)


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and name not in _APART}


def _why(hold_id: str) -> Page:
    return ask_why(f"Held record {hold_id}", f"/staff/approvals/{hold_id}", "/staff/approvals")


def _page(ask: Ask) -> Answer:
    try:
        return _hold(ask)
    except Refusal:
        return Page("shared/said.html", {"heading": "There is no held record with this number"}, 404)


def _look(ask: Ask) -> Answer:
    hold_id = ask.path["hold_id"]
    with ask.desk.writing() as gate:
        held_records(gate, hold_id)
    return say_why(ask, f"hold {hold_id}", None, f"/staff/approvals/{hold_id}", _why(hold_id))


def _decide(ask: Ask) -> Answer:
    hold_id = ask.path["hold_id"]
    if not has_said_why(ask, f"hold {hold_id}"):
        return Sent(f"/staff/approvals/{hold_id}")
    if ask.faults:
        return _hold(ask, ask.faults)
    admit = ask.form["admit"] == "yes"
    with ask.desk.writing() as gate:
        outcome = decide(gate, hold_id, Judgement(ask.who.staff, admit, ask.form["because"]), ask.now)[0]
    if isinstance(outcome, Admitted):
        return Sent("/staff/done?what=let-in", {"outcome": "admitted"})
    if isinstance(outcome, Permitted):
        return Sent("/staff/done?what=permitted", {"outcome": "permitted"})
    if not admit:
        return Sent("/staff/done?what=turned-away", {"outcome": "refused"})
    says = [f"{reason.code}: {reason.says}" for reason in outcome.reasons]
    data = {"heading": "This record cannot be admitted", "lead": says, "onward": None}
    return Page("shared/said.html", data, 422)


ACTIONS = (
    Action("staff.approvals", Face.STAFF, "/staff/approvals", "Records awaiting a decision", _list, nav="Approvals"),
    Action("staff.hold", Face.STAFF, "/staff/approvals/{hold_id}", "A held record, after a reason was given", _page),
    Action("staff.hold-look", Face.STAFF, "/staff/approvals/{hold_id}", "Give a reason for seeing a held record", _look,
           method="POST", fields=(REASON,)),
    Action("staff.decide", Face.STAFF, "/staff/approvals/{hold_id}/decide", "Admit or refuse a held record", _decide,
           method="POST", fields=(_ADMIT, _WHY)),
)  # fmt: skip
