"""Rights work: requests by due date, the steps of each, and unconfirmed recalls.

The register does not record who made a request. The person's entries are found on the officer's own computer, where the
pseudonym is computed from the details the person gave: `overt rights work`. No page does this.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import groupby

from overt import rights
from overt.model import RECALL, REQUEST, REQUEST_STEP
from overt.refusals import Refusal
from overt.register import Register
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face

_STEPS = (
    ("identity_asked", "The person was asked to show who they are"),
    ("identity", "The identity was checked"),
    ("paused", "The person was asked what the request is about"),
    ("resumed", "The person has explained what it is about"),
    ("extended", "The time limit is extended by two months (only within the first month)"),
    ("withdrawn", "The person has withdrawn the request"),
)
_STEP = FormField("step", "What step are you recording?", Input.CHOICE, choices=_STEPS, noun="the step")
_ON = FormField("on", "When?", Input.DATE, "For example, 27 3 2026", noun="the date")
_MEANS = FormField.of(
    REQUEST_STEP.means, "How was the identity checked?", "Neither the document nor its number is kept.",
    optional=True, noun="how the identity was checked",
)  # fmt: skip
_REASON = FormField(
    "reason",
    "Why?",
    Input.WORDS,
    "Required if you ask the person for something or extend the time limit. Do not include names.",
    optional=True,
    noun="the reason",
)
_FIELDS = (_STEP, _ON, _MEANS, _REASON)
_OF_LATER_LAW = ("paused", "extended")
_CONFIRMS = FormField(
    "confirms", "What did they confirm?", Input.CHOICE,
    choices=(("done", "They have done what was asked"), ("nothing_held", "They hold nothing")),
    noun="what they confirmed",
)  # fmt: skip
_NOT_THERE = Page("shared/said.html", {"heading": "There is no such request"}, 404)


def _request_page(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Answer:
    number = ask.path[REQUEST.request_id]
    try:
        with ask.desk.reading() as register:
            request = rights.find_request(register, number)
            sent = [recall for recall in rights.recalls(register, number) if not recall.confirmed_on]
            erasure = _would_go(register, request)
    except Refusal:
        return _NOT_THERE
    data = {
        "request": {
            "number": number, REQUEST.kind: request.kind, REQUEST.received_on: request.received_on,
            REQUEST.due_on: request.due_on, REQUEST.answered_on: request.answered_on, REQUEST.outcome: request.outcome,
        },
        "stopped": request.clock.is_stopped,
        "steps": [
            {
                REQUEST_STEP.kind: step.kind, REQUEST_STEP.done_on: step.done_on, REQUEST_STEP.means: step.means,
                "recorded_on": step.recorded_on,
            }
            for step in request.steps
        ],
        "spans": [
            {"from": span.starts_on, "to": span.ends_on, "what": rights.SPANS[span.what]}
            for span in rights.spans(request.clock)
        ],
        "erasure": erasure,
        "rests_on": _rests_on(request),
        "open_recalls": len(sent), "fields": _fields_for(request), "target": f"/staff/requests/{number}",
    }  # fmt: skip
    return Page("staff/request.html", data, faults=wrong)


def _fields_for(request: rights.RightsRequest) -> tuple[FormField, ...]:
    """The fields of a step, without a step that the law of the day of receipt does not know for this request."""
    unknown = () if request.clock.can_be_extended else _OF_LATER_LAW
    unknown = unknown if request.kind == "access" else ("paused", "resumed", *unknown)
    offered = tuple(step for step in _STEPS if step[0] not in unknown)
    return (replace(_STEP, choices=offered), _ON, _MEANS, _REASON)


def _rests_on(request: rights.RightsRequest) -> list[dict[str, object]]:
    """On what the answer may rest, by what it is for, under the law of the day on which the request came in."""
    return [
        {"use": use, "sections": [{"section": section, "words": words} for _, section, words in group]}
        for use, group in groupby(rights.choices(request.kind, request.received_on), key=lambda choice: choice[0])
    ]


def _would_go(register: Register, request: rights.RightsRequest) -> dict[str, object] | None:
    """What erasing everything that the search found would destroy, and who would be told; `None` before the search."""
    if request.outcome or request.kind == "access":
        return None
    try:
        entries = rights.look_up(register, request).entries
        counted = rights.preview(register, request.number, entries)
    except Refusal:
        return None
    weighed = counted.weighed
    return {"entries": weighed.entries, "items": weighed.items, "organisations": counted.organisations}


def _step(ask: Ask) -> Answer:
    """Records one step with a request, by the functions that keep its clock."""
    number = ask.path[REQUEST.request_id]
    if ask.faults:
        return _request_page(ask, ask.faults)
    form, by, now = ask.form, ask.who.staff, ask.now
    on = dt.date.fromisoformat(form["on"])
    try:
        with ask.desk.apart() as register:
            if form["step"] == "identity_asked":
                rights.ask_identity(register, number, form.get("reason", ""), on, by=by, now=now)
            elif form["step"] == "identity":
                rights.note_identity(register, number, form.get("means", ""), on, by=by, now=now)
            elif form["step"] == "paused":
                rights.pause(register, number, form.get("reason", ""), on, by=by, now=now)
            elif form["step"] == "resumed":
                rights.resume(register, number, on, by=by, now=now)
            elif form["step"] == "extended":
                rights.extend(register, number, form.get("reason", ""), on, by=by, now=now)
            else:
                rights.withdraw(register, number, on, by=by, now=now)
    except Refusal as refusal:
        at = {"--on": "on", "--how": "means", "--reason": "reason"}.get(refusal.where, "step")
        return _request_page(ask, (FormFault(at, refusal.found, refusal.wanted, code=refusal.code),))
    return Sent(f"/staff/requests/{number}", {"step": form["step"]})


def _recalls(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Answer:
    with ask.desk.reading() as register:
        unconfirmed = [recall for recall in rights.recalls(register) if not recall.confirmed_on]
        titles = rights.Titles(register.charters())
    rows = [
        {
            "number": recall.number, "request": recall.request, RECALL.asks: recall.asks,
            "organisation": titles.recipient(recall.recipient, ask.today),
            RECALL.sent_on: recall.sent_on, RECALL.due_on: recall.due_on, "late": recall.due_on < ask.today,
        }
        for recall in sorted(unconfirmed, key=lambda recall: (recall.due_on, recall.number))
    ]  # fmt: skip
    return Page("staff/recalls.html", {"recalls": rows}, faults=wrong)


def _confirm_form(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Page:
    number = ask.path["number"]
    lead = ["Record what the organisation confirmed. Keep its letter in your own files."]
    target, fields = f"/staff/recalls/{number}", (_CONFIRMS, _ON)
    return Page.of_form(
        f"Recall {number}", target, "/staff/recalls", "Record confirmation", fields, faults=wrong, lead=lead
    )


def _confirm_page(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        known = {recall.number for recall in rights.recalls(register) if not recall.confirmed_on}
    if ask.path["number"] not in known:
        return Page("shared/said.html", {"heading": "There is no such unconfirmed recall"}, 404)
    return _confirm_form(ask)


def _confirm(ask: Ask) -> Answer:
    if ask.faults:
        return _confirm_form(ask, ask.faults)
    on = dt.date.fromisoformat(ask.form["on"])
    try:
        with ask.desk.apart() as register:
            rights.confirm(register, ask.path["number"], ask.form["confirms"], on, by=ask.who.staff, now=ask.now)
    except Refusal as refusal:
        at = "on" if refusal.where == "--on" else "confirms"
        return _confirm_form(ask, (FormFault(at, refusal.found, refusal.wanted, code=refusal.code),))
    return Sent("/staff/recalls", {"recall": ask.path["number"]})


ACTIONS = (
    Action("staff.request", Face.STAFF, "/staff/requests/{request_id}", "A request and its steps", _request_page),
    Action("staff.step", Face.STAFF, "/staff/requests/{request_id}", "Record a step with a request", _step,
           method="POST", fields=_FIELDS),
    Action("staff.recalls", Face.STAFF, "/staff/recalls", "Unconfirmed recalls", _recalls, nav="Recalls"),
    Action("staff.confirm-page", Face.STAFF, "/staff/recalls/{number}", "The form of a confirmation", _confirm_page),
    Action("staff.confirm", Face.STAFF, "/staff/recalls/{number}", "Record that a recall was confirmed", _confirm,
           method="POST", fields=(_CONFIRMS, _ON)),
)  # fmt: skip
