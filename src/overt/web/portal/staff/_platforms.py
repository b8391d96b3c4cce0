"""Requests to online platforms to remove content, and their outcome."""

from __future__ import annotations

from typing import Any

from overt.model import PLATFORM_REQUEST
from overt.web._answers import Page
from overt.web._forms import FormFault, FormField
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._gate_says import faults, number, page_after, propose

_LIST = "/staff/platforms"
_NEW = (
    FormField.of(PLATFORM_REQUEST.platform, "Which platform was asked?", longest=100, noun="the platform"),
    FormField.of(PLATFORM_REQUEST.sent_on, "When was it asked?", noun="the date of the request"),
    FormField.of(
        PLATFORM_REQUEST.genre,
        "What genre is the content?",
        "For example, drill. Enter “none” if it is not music.",
        longest=60,
        noun="the genre",
    ),
    FormField.of(
        PLATFORM_REQUEST.rule_cited, "Which of the platform’s rules was cited?", noun="the rule that was cited"
    ),
    FormField.of(PLATFORM_REQUEST.legal_basis, "Which legal basis was cited?", noun="the legal basis"),
)
_OUTCOME = (
    FormField.of(PLATFORM_REQUEST.outcome, "What did the platform do?", noun="what the platform did"),
    FormField.of(
        PLATFORM_REQUEST.user_told_on,
        "When was the user told that the police had asked?",
        optional=True,
        noun="the date the user was told",
    ),
    FormField.of(
        PLATFORM_REQUEST.appealed_on, "When did the user appeal?", optional=True, noun="the date of the appeal"
    ),
)


def _list(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        rows, page = queries.platform_requests(register.store, ask.query)
    shown = [{**row, "next": _acts_next(row)} for row in rows]
    return Page("staff/platforms.html", {"requests": shown, "pages": page.ways(_LIST, ask.query)})


def _acts_next(row: dict[str, Any]) -> str:
    if row[PLATFORM_REQUEST.outcome] in (None, "pending"):
        return "The platform, then a recorder: record what it did"
    return "No one" if row[PLATFORM_REQUEST.user_told_on] else "A recorder: record when the user was told"


def _new_form(wrong: tuple[FormFault, ...] = ()) -> Page:
    lead = ["Do not name an account or post. Keep the request itself in the evidence store."]
    heading = "Record a request to a platform"
    return Page.of_form(heading, f"{_LIST}/new", _LIST, "Record request", _NEW, faults=wrong, lead=lead)


def _new_page(_: Ask) -> Answer:
    return _new_form()


def _new(ask: Ask) -> Answer:
    if ask.faults:
        return _new_form(ask.faults)
    values = {PLATFORM_REQUEST.request_id: number("PR"), **ask.form, PLATFORM_REQUEST.outcome: "pending"}
    answer = propose(ask, [("platform_request", values)])
    return page_after(answer, "platform", _new_form(faults(answer.reasons, _NEW, PLATFORM_REQUEST.platform)))


def _request(ask: Ask) -> dict[str, Any] | None:
    with ask.desk.reading() as register:
        versions = register.current(PLATFORM_REQUEST.request_id, ask.path[PLATFORM_REQUEST.request_id])
        return next((dict(version.values) for version in versions), None)


def _outcome_form(ask: Ask, request: dict[str, Any], wrong: tuple[FormFault, ...] = ()) -> Page:
    request_id = request[PLATFORM_REQUEST.request_id]
    filled = {field.name: request[field.name] or "" for field in _OUTCOME} | dict(ask.form)
    heading = f"Request {request_id} to {request[PLATFORM_REQUEST.platform]}"
    return Page.of_form(heading, f"{_LIST}/{request_id}", _LIST, "Record outcome", _OUTCOME, faults=wrong, given=filled)


_GONE = Page("shared/said.html", {"heading": "There is no such request"}, 404)


def _outcome_page(ask: Ask) -> Answer:
    request = _request(ask)
    return _GONE if request is None else _outcome_form(ask, request)


def _record_outcome(ask: Ask) -> Answer:
    request = _request(ask)
    if request is None:
        return _GONE
    if ask.faults:
        return _outcome_form(ask, request, ask.faults)
    values = {**request, **{field.name: ask.form.get(field.name) for field in _OUTCOME}}
    answer = propose(ask, [("platform_request", values)], altered=frozenset(("platform_request",)))
    wrong = faults(answer.reasons, _OUTCOME, PLATFORM_REQUEST.outcome)
    return page_after(answer, "outcome", _outcome_form(ask, request, wrong))


ACTIONS = (
    Action("staff.platforms", Face.STAFF, "/staff/platforms", "Requests to online platforms", _list,
           nav="Platform requests", query=PAGE_FIELDS),
    Action("staff.platform-page", Face.STAFF, "/staff/platforms/new", "The form to record a request", _new_page),
    Action("staff.platform", Face.STAFF, "/staff/platforms/new", "Record a request to a platform", _new,
           method="POST", fields=_NEW),
    Action("staff.outcome-page", Face.STAFF, "/staff/platforms/{request_id}", "The form to record an outcome",
           _outcome_page),
    Action("staff.outcome", Face.STAFF, "/staff/platforms/{request_id}", "Record an outcome", _record_outcome,
           method="POST", fields=_OUTCOME),
)  # fmt: skip
