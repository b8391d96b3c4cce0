"""One request about a person's own data: its steps, its clock, what its search found, and what has been done.

The register does not record who made a request. `_rights_person` finds the person's entries, `_rights_change` corrects,
erases and recalls them, `_rights_answer` answers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from overt import rights
from overt.model import RECALL, REQUEST, REQUEST_STEP
from overt.refusals import Refusal
from overt.register import Register
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._case import NOT_SET_UP, NOT_THERE, attempted, number_of, person_at_hand
from overt.web.portal.staff._recalls import shown as recall_shown
from overt.web.portal.staff._rights_change import restricted_shown
from overt.web.portal.staff._rights_person import found_shown

_STEPS = (
    ("identity_asked", "The person was asked to show who they are"),
    ("identity", "The identity was checked"),
    ("paused", "The person was asked what the request is about"),
    ("resumed", "The person has explained what it is about"),
    ("extended", "The time limit is extended by two months (only within the first month)"),
    ("withdrawn", "The person has withdrawn the request"),
    ("unidentified", f"The person did not show who they are within {rights.NO_SHOW_DAYS} days: close the request"),
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
_KINDS = (
    ("access", "To know what is held"),
    ("rectification", "To have it corrected"),
    ("erasure", "To have it erased"),
    ("restriction", "To have its use restricted"),
    ("objection", "To have it shared with nobody"),
)
_NEW = (
    FormField.of(REQUEST.kind, "What does the person ask for?", choices=_KINDS, noun="what the person asks for"),
    FormField("on", "When did it come in?", Input.DATE, "For example, 27 3 2026", noun="the day on which it came in"),
)
_INTERIM = FormField("interim", "Before everybody has confirmed", optional=True, longest=3)
_ELSEWHERE = {"information": "/staff/information", "complaint": "/staff/complaints"}


def _of_another_kind(register: Register, number: str) -> Answer:
    """The page of a complaint or of a request for information; a request that is not there."""
    for version in register.current(REQUEST.request_id, number):
        place = _ELSEWHERE.get(str(version.values[REQUEST.kind]))
        if place:
            return Sent(f"{place}/{number}")
    return NOT_THERE


def _request_page(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Answer:
    number = ask.path[REQUEST.request_id]
    with ask.desk.reading() as register:
        try:
            request = rights.find_request(register, number)
        except Refusal:
            return _of_another_kind(register, number)
        titles = rights.Titles(register.charters())
        sent = [recall_shown(recall, titles, ask.today) for recall in rights.recalls(register, number)]
        erasure = _would_go(register, request)
        found = found_shown(register, request, person_at_hand(ask))
        restricted = restricted_shown(register, request)
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
        "open_recalls": sum(recall[RECALL.confirmed_on] is None for recall in sent), "recalls": sent,
        "found": found, "restricted": restricted, "erasures": list(request.erasures),
        "can_find": ask.config.unit.pseudonym is not None, "identified": request.identity is not None,
        "fields": _fields_for(request, ask.today), "target": f"/staff/requests/{number}",
    }  # fmt: skip
    return Page("staff/request.html", data, faults=wrong)


def _fields_for(request: rights.RightsRequest, today: dt.date) -> tuple[FormField, ...]:
    """The fields of a step, without one that the law of the day of receipt does not know or that cannot be yet."""
    unknown = () if request.clock.can_be_extended else _OF_LATER_LAW
    unknown = unknown if request.kind == "access" else ("paused", "resumed", *unknown)
    unknown = unknown if rights.may_close_unidentified(request, today) else ("unidentified", *unknown)
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
            elif form["step"] == "withdrawn":
                rights.withdraw(register, number, on, by=by, now=now)
            else:
                rights.close_unidentified(register, number, on, by=by, now=now)
    except Refusal as refusal:
        at = {"--on": "on", "--how": "means", "--reason": "reason"}.get(refusal.where, "step")
        return _request_page(ask, (FormFault(at, refusal.found, refusal.wanted, code=refusal.code),))
    return Sent(f"/staff/requests/{number}", {"step": form["step"]})


def _new_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    lead = [
        "For a request that came by letter, by telephone or in person. It gets a number, and its time limit begins.",
        "The register does not record the person: keep the letter in your own files until the answer has gone out.",
    ]
    return Page.of_form(
        "Take in a request", "/staff/requests/new", "/staff/requests", "Take in the request", _NEW,
        faults=faults, lead=lead,
    )  # fmt: skip


def _new(ask: Ask) -> Answer:
    if ask.faults:
        return _new_form(ask, ask.faults)
    on = dt.date.fromisoformat(ask.form["on"])

    def take() -> rights.RightsRequest:
        with ask.desk.apart() as register:
            return rights.new_request(register, ask.form["kind"], on, by=ask.who.staff, now=ask.now)

    request = attempted(take, {"--received": "on"}, "kind")
    if not isinstance(request, rights.RightsRequest):
        return _new_form(ask, request)
    return Sent(f"/staff/requests/{request.number}", {"request": request.number})


def _certificate(ask: Ask) -> Answer:
    """The certificate of a removal with its proof, as one file; `interim` until every organisation has confirmed."""
    number, log, policy = number_of(ask), ask.desk.log(), ask.desk.policy_text()
    if not ask.config.unit.signers:
        return NOT_SET_UP
    if not policy:
        return Page("shared/said.html", {"heading": "The ledger has not been published yet"}, 404)
    with ask.desk.reading() as register:
        _, files = rights.certificate_files(
            register, number, ask.config.unit.signers, ask.now,
            interim=ask.query.get("interim") == "yes", published=rights.Published(log, policy),
        )  # fmt: skip
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(ZipInfo(name, ask.now.timetuple()[:6]), data)
    return Plain(packed.getvalue(), "application/zip", f"certificate-{number}.zip")


_PATH = "/staff/requests/{request_id}"
ACTIONS = (
    Action("staff.new-request-page", Face.STAFF, "/staff/requests/new", "The form of a new request", _new_form),
    Action("staff.new-request", Face.STAFF, "/staff/requests/new", "Take in a request", _new,
           method="POST", fields=_NEW),
    Action("staff.request", Face.STAFF, _PATH, "A request and its steps", _request_page),
    Action("staff.step", Face.STAFF, _PATH, "Record a step with a request", _step, method="POST", fields=_FIELDS),
    Action("staff.certificate", Face.STAFF, f"{_PATH}/certificate", "Download a certificate of removal", _certificate,
           query=(_INTERIM,)),
)  # fmt: skip
