"""Complaints to the controller (Data Protection Act 2018 s.164A): taken in, acknowledged, kept going, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from overt import rights
from overt.refusals import Refusal
from overt.register import Register, letter_of
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._case import attempted

_RECEIVED = FormField(
    "on", "When did it come in?", Input.DATE, "For example, 27 7 2026", noun="the day on which it came in"
)
_STEPS = (
    ("acknowledged", "The person was told that we have received it"),
    ("progress", "The person was told how it goes on"),
    ("answered", "The person was told the outcome"),
    ("refused", "The person was told that it was not upheld"),
    ("withdrawn", "The person has withdrawn it"),
)
_STEP = FormField("step", "What was done?", Input.CHOICE, choices=_STEPS, noun="what was done")
_ON = FormField("on", "When?", Input.DATE, "For example, 27 7 2026", noun="the date")
_NONE = Page("shared/said.html", {"heading": "There is no such complaint"}, 404)
_OUTCOMES = {"answered": "Closed", "refused": "Not upheld", "withdrawn": "Withdrawn"}
_STATES = (("open", "Open"), ("acknowledge", "To be acknowledged"), ("closed", "Closed"))
_STATE = FormField("state", "Status", Input.CHOICE, choices=_STATES, optional=True)


def _complaints(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    state = ask.query.get(_STATE.name, "open")
    with ask.desk.reading() as register:
        store, looked_at = register.store, 0
        if state == "acknowledge":
            numbers, page, looked_at = queries.unacknowledged(store, ask.query)
        else:
            numbers, page = queries.requests_of_kind(store, "complaint", ask.query, closed=state == "closed")
        complaints = {complaint.number: complaint for complaint in rights.complaints(register, numbers)}
    data = {
        "complaints": [_shown(complaints[number], ask.today) for number in numbers], "fields": (_RECEIVED,),
        "state": state, "states": _STATES, "looked_at": looked_at, "pages": page.ways("/staff/complaints", ask.query),
    }  # fmt: skip
    return Page("staff/complaints.html", data, faults=faults)


def _shown(complaint: rights.Complaint, today: dt.date) -> dict[str, object]:
    late = not complaint.acknowledged_on and not complaint.outcome and complaint.acknowledge_by < today
    if complaint.outcome:
        state = _OUTCOMES[complaint.outcome]
    else:
        state = "Find out and tell the outcome" if complaint.acknowledged_on else "Acknowledge"
    return {
        "number": complaint.number, "received_on": complaint.received_on, "acknowledge_by": complaint.acknowledge_by,
        "acknowledged_on": complaint.acknowledged_on, "progress_on": list(complaint.progress_on),
        "answered_on": complaint.answered_on, "outcome": complaint.outcome, "late": late, "next": state,
    }  # fmt: skip


def _new(ask: Ask) -> Answer:
    if ask.faults:
        return _complaints(ask, ask.faults)
    on = dt.date.fromisoformat(ask.form["on"])
    made = _write(ask, lambda register: rights.new_complaint(register, on, by=ask.who.staff, now=ask.now))
    if not isinstance(made, rights.Complaint):
        return _complaints(ask, made)
    return Sent(f"/staff/complaints/{made.number}", {"complaint": made.number})


def _complaint(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Answer:
    with ask.desk.reading() as register:
        try:
            complaint = rights.find_complaint(register, ask.path["number"])
        except Refusal:
            return _NONE
        letter = letter_of(register, complaint.number)
    steps = tuple(step for step in _STEPS if step[0] != "acknowledged" or not complaint.acknowledged_on)
    step = FormField(_STEP.name, _STEP.label, Input.CHOICE, choices=steps, noun=_STEP.noun)
    data = {"complaint": _shown(complaint, ask.today), "letter": letter, "fields": (step, _ON)}
    return Page("staff/complaint.html", data, faults=faults)


def _step(ask: Ask) -> Answer:
    if ask.faults:
        return _complaint(ask, ask.faults)
    number, step, on = ask.path["number"], ask.form["step"], dt.date.fromisoformat(ask.form["on"])
    by, now = ask.who.staff, ask.now

    def record(register: Register) -> rights.Complaint:
        if step == "acknowledged":
            return rights.acknowledge(register, number, on, by=by, now=now)
        if step == "progress":
            return rights.tell_progress(register, number, on, by=by, now=now)
        return rights.close_complaint(register, number, step, on, by=by, now=now)

    made = _write(ask, record)
    if not isinstance(made, rights.Complaint):
        return _complaint(ask, made)
    return Sent(f"/staff/complaints/{number}", {"step": step})


def _write(ask: Ask, do: Callable[[Register], rights.Complaint]) -> rights.Complaint | tuple[FormFault, ...]:
    def write() -> rights.Complaint:
        with ask.desk.apart() as register:
            return do(register)

    return attempted(write, {"--on": "on", "--received": "on"}, "on")


_PATH = "/staff/complaints/{number}"
ACTIONS = (
    Action("staff.complaints", Face.STAFF, "/staff/complaints", "Complaints", _complaints, nav="Complaints",
           query=(_STATE, *PAGE_FIELDS)),
    Action("staff.new-complaint", Face.STAFF, "/staff/complaints", "Take in a complaint", _new,
           method="POST", fields=(_RECEIVED,)),
    Action("staff.complaint", Face.STAFF, _PATH, "A complaint", _complaint),
    Action("staff.complaint-step", Face.STAFF, _PATH, "Record a step with a complaint", _step,
           method="POST", fields=(_STEP, _ON)),
)  # fmt: skip
