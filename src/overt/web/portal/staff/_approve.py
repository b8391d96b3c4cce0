"""Records held for a decision: an approver gives a reason, sees the record, and admits or refuses it.

No one can decide on a record that they submitted: the gate refuses it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from overt.gate import Admitted, Judgement, Permitted, Proposed, decide, held_records, reason_from_json
from overt.model import ENTRY, TABLES, Role
from overt.refusals import Refusal
from overt.register import Register
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal._words import Wording, column_title
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._consult import REASON, ask_why, has_said_why, say_why
from overt.web.portal.staff._entry import standing

_HERE = "/staff/approvals"
_ADMIT = FormField("admit", "Do you want to admit this record?", Input.YES_OR_NO)
_WHY = FormField(
    "because", "Why?", Input.WORDS, "Your reason is recorded and shown to the person who submitted the record.",
    noun="your reason",
)  # fmt: skip
# What would say who a person is, or belongs to statistics alone.
_APART = frozenset(
    column.name
    for table in TABLES.values()
    for column in table.columns
    if column.personal or column.role in (Role.PSEUDONYM, Role.PSEUDONYMS)
)


def _list(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        holds, page = queries.holds(register.store, ask.query)
    shown = [
        {
            "hold_id": hold["hold_id"],
            "held_at": hold["held_at"],
            "mine": hold["actor"] == ask.who.staff,
            "actor": hold["actor"],
            "tables": dict(Counter(record["table"] for record in json.loads(hold["records"]))),
            "reasons": [f"{reason['code']}: {reason['says']}" for reason in json.loads(hold["reasons"])],
            "next": "Another approver" if hold["actor"] == ask.who.staff else "You, or another approver",
        }
        for hold in holds
    ]
    return Page("staff/approvals.html", {"holds": shown, "pages": page.ways(_HERE, ask.query)})


def _hold(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    hold_id = ask.path["hold_id"]
    with ask.desk.writing() as gate:
        records, actor = held_records(gate, hold_id)
        hold = queries.hold(gate.register.store, hold_id) or {"reasons": "[]"}
        entries = _entries(gate.register, records)
        wording = Wording(gate.register.charters(), ask.today)
    if not has_said_why(ask, f"hold {hold_id}"):
        return _why(hold_id)
    data = {
        "hold_id": hold_id,
        "actor": actor,
        "mine": actor == ask.who.staff,
        "records": [
            {"table": row.table, "action": row.change, "values": _shown(row.values, wording)} for row in records
        ],
        "entries": entries,
        "reasons": [reason_from_json(reason) for reason in json.loads(hold["reasons"])],
        "fields": (_ADMIT, _WHY),
        "target": f"{_HERE}/{hold_id}/decide",
    }
    return Page("staff/hold.html", data, faults=faults)


def _entries(register: Register, records: list[Proposed]) -> list[str]:
    """The entries in the register that the held records are about."""
    named = dict.fromkeys(str(record.values[ENTRY.entry_id]) for record in records if record.values.get(ENTRY.entry_id))
    return [entry_id for entry_id in named if standing(register, entry_id) is not None]


def _shown(values: Mapping[str, Any], wording: Wording) -> dict[str, str]:
    return {
        column_title(name): wording.value(name, value)
        for name, value in values.items()
        if value is not None and name not in _APART
    }


def _why(hold_id: str) -> Page:
    return ask_why(f"Held record {hold_id}", f"{_HERE}/{hold_id}", _HERE)


def _page(ask: Ask) -> Answer:
    try:
        return _hold(ask)
    except Refusal:
        return Page("shared/said.html", {"heading": "There is no held record with this number"}, 404)


def _look(ask: Ask) -> Answer:
    hold_id = ask.path["hold_id"]
    with ask.desk.writing() as gate:
        held_records(gate, hold_id)
    return say_why(ask, f"hold {hold_id}", None, f"{_HERE}/{hold_id}", _why(hold_id))


def _decide(ask: Ask) -> Answer:
    hold_id = ask.path["hold_id"]
    if not has_said_why(ask, f"hold {hold_id}"):
        return Sent(f"{_HERE}/{hold_id}")
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
    Action("staff.approvals", Face.STAFF, _HERE, "Records awaiting a decision", _list, nav="Approvals",
           query=PAGE_FIELDS),
    Action("staff.hold", Face.STAFF, f"{_HERE}/{{hold_id}}", "A held record, after a reason was given", _page),
    Action("staff.hold-look", Face.STAFF, f"{_HERE}/{{hold_id}}", "Give a reason for seeing a held record", _look,
           method="POST", fields=(REASON,)),
    Action("staff.decide", Face.STAFF, f"{_HERE}/{{hold_id}}/decide", "Admit or refuse a held record", _decide,
           method="POST", fields=(_ADMIT, _WHY)),
)  # fmt: skip
