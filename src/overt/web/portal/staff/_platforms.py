"""Requests to online platforms to remove content, and their outcome."""

from __future__ import annotations

from typing import Any

from overt.model import TABLES
from overt.web.portal._action import Action, Answer, Ask, Face, Fault, Field, Kind, Shown
from overt.web.portal.staff._gate_says import faults, number, propose, told
from overt.web.portal.staff._work import page_of

_PAGE = 50
_OUTCOMES = tuple((each, each.capitalize()) for each in TABLES["platform_request"].by_name["outcome"].codes)
_NEW = (
    Field("platform", "Which platform was asked?", longest=100, noun="the platform"),
    Field("sent_on", "When was it asked?", Kind.DATE, noun="the date of the request"),
    Field(
        "genre",
        "What genre is the content?",
        hint="For example, drill. Enter “none” if it is not music.",
        longest=60,
        noun="the genre",
    ),
    Field("rule_cited", "Which of the platform’s rules was cited?", longest=200, noun="the rule that was cited"),
    Field("legal_basis", "Which legal basis was cited?", longest=200, noun="the legal basis"),
)
_OUTCOME = (
    Field("outcome", "What did the platform do?", Kind.CHOICE, choices=_OUTCOMES, noun="what the platform did"),
    Field(
        "user_told_on",
        "When was the user told that the police had asked?",
        Kind.DATE,
        optional=True,
        noun="the date the user was told",
    ),
    Field("appealed_on", "When did the user appeal?", Kind.DATE, optional=True, noun="the date of the appeal"),
)
_AT = {f"platform_request.{each.name}": each.name for each in (*_NEW, *_OUTCOME)}
_PAGE_FIELD = Field("page", "Which page", optional=True, longest=6)


def _list(ask: Ask) -> Answer:
    page = page_of(ask)
    with ask.desk.reading() as register:
        rows = register.store.rows(
            "select request_id, platform, sent_on, outcome, user_told_on from platform_request"
            " order by case when outcome is null or outcome = 'pending' then 0 else 1 end, sent_on desc, request_id"
            f" limit {_PAGE + 1} offset {(page - 1) * _PAGE}"
        )
    names = ("request_id", "platform", "sent_on", "outcome", "user_told_on")
    shown = [{name: None if cell is None else str(cell) for name, cell in zip(names, row, strict=True)} for row in rows]
    return Shown("staff/platforms.html", {"requests": shown[:_PAGE], "page": page, "more": len(rows) > _PAGE})


def _new_form(wrong: tuple[Fault, ...] = ()) -> Shown:
    data = {
        "heading": "Record a request to a platform", "target": "/staff/platforms/new", "back": "/staff/platforms",
        "lead": ["Do not name an account or post. Keep the request itself in the evidence store."],
        "button": "Record request", "fields": _NEW,
    }  # fmt: skip
    return Shown("shared/form.html", data, faults=wrong)


def _new_page(_: Ask) -> Answer:
    return _new_form()


def _new(ask: Ask) -> Answer:
    if ask.faults:
        return _new_form(ask.faults)
    answer = propose(ask, [("platform_request", {"request_id": number("PR"), **ask.form, "outcome": "pending"})])
    return told(answer, "platform", _new_form(faults(answer.reasons, _AT, "platform")))


def _standing(ask: Ask) -> dict[str, Any] | None:
    with ask.desk.reading() as register:
        wanted = (ask.path["request_id"],)
        found = list(register.versions("platform_request", "x.request_id = ? and x.closed_seq is null", wanted))
    return dict(found[0].values) if found else None


def _outcome_form(ask: Ask, standing: dict[str, Any], wrong: tuple[Fault, ...] = ()) -> Shown:
    given = {each.name: standing[each.name] or "" for each in _OUTCOME} | dict(ask.form)
    data = {
        "heading": f"Request {ask.path['request_id']} to {standing['platform']}", "given": given,
        "target": f"/staff/platforms/{ask.path['request_id']}", "back": "/staff/platforms",
        "button": "Record outcome", "fields": _OUTCOME,
    }  # fmt: skip
    return Shown("shared/form.html", data, faults=wrong)


_GONE = Shown("shared/said.html", {"heading": "There is no such request"}, 404)


def _outcome_page(ask: Ask) -> Answer:
    standing = _standing(ask)
    return _GONE if standing is None else _outcome_form(ask, standing)


def _record_outcome(ask: Ask) -> Answer:
    standing = _standing(ask)
    if standing is None:
        return _GONE
    if ask.faults:
        return _outcome_form(ask, standing, ask.faults)
    values = {**standing, **{each.name: ask.form.get(each.name) for each in _OUTCOME}}
    answer = propose(ask, [("platform_request", values)], altered=frozenset(("platform_request",)))
    return told(answer, "outcome", _outcome_form(ask, standing, faults(answer.reasons, _AT, "outcome")))


ACTIONS = (
    Action("staff.platforms", Face.STAFF, "/staff/platforms", "Requests to online platforms", _list,
           nav="Platform requests", query=(_PAGE_FIELD,)),
    Action("staff.platform-page", Face.STAFF, "/staff/platforms/new", "The form to record a request", _new_page),
    Action("staff.platform", Face.STAFF, "/staff/platforms/new", "Record a request to a platform", _new,
           method="POST", fields=_NEW),
    Action("staff.outcome-page", Face.STAFF, "/staff/platforms/{request_id}", "The form to record an outcome",
           _outcome_page),
    Action("staff.outcome", Face.STAFF, "/staff/platforms/{request_id}", "Record an outcome", _record_outcome,
           method="POST", fields=_OUTCOME),
)  # fmt: skip
