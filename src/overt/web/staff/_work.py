"""What is to be done: by the day it is due, never by who it is about."""

from __future__ import annotations

import datetime as dt

from overt.gate import waiting
from overt.register import Register
from overt.web._action import Action, Answer, Ask, Face, Field, Shown

_WEEK = dt.timedelta(days=7)
_PAGE = 50
_PAGE_FIELD = Field("page", "Which page", optional=True, longest=6)
_WHAT = Field("what", "What was done", longest=40)
_HOLD = Field("hold", "The hold", optional=True, longest=40)
_DONE = {
    "proposed": "The entry was admitted",
    "reviewed": "The review is recorded",
    "disclosed": "The disclosure is recorded",
    "authority": "The authority is registered",
    "platform": "The request to the platform is recorded",
    "outcome": "The outcome is recorded",
    "let-in": "It was let in",
    "permitted": "It is permitted. Whoever asked for it gives the same command again, and it is done then",
    "turned-away": "It was turned away",
}


def _first(ask: Ask) -> Answer:
    with ask.desk.writing() as gate:
        holds = waiting(gate)
    mine = sum(each.actor == ask.who.staff for each in holds)
    with ask.desk.reading() as register:
        counts = {
            "overdue": _count(register, "entry", "status = 'active' and review_due_on < ?", ask.today),
            "this_week": _count(
                register, "entry", "status = 'active' and review_due_on >= ? and review_due_on <= ?",
                ask.today, ask.today + _WEEK,
            ),
            "to_delete": _count(register, "entry", "status = 'active' and delete_due_on < ?", ask.today),
            "requests": _count(register, "request", "answered_on is null"),
            "requests_late": _count(register, "request", "answered_on is null and due_on < ?", ask.today),
            "platforms": _count(register, "platform_request", "outcome is null or outcome = 'pending'"),
        }  # fmt: skip
    return Shown("staff/first.html", {**counts, "to_approve": len(holds) - mine, "mine_waiting": mine})


def _count(register: Register, table: str, where: str, *days: dt.date) -> int:
    found = register.store.rows(f"select count(*) from {table} where {where}", [str(each) for each in days])
    return int(found[0][0])


def _due(ask: Ask) -> Answer:
    page = page_of(ask)
    with ask.desk.reading() as register:
        rows = register.store.rows(
            "select entry_id, unit, review_due_on, delete_due_on from entry"
            " where status = 'active' and review_due_on <= ?"
            f" order by review_due_on, entry_id limit {_PAGE + 1} offset {(page - 1) * _PAGE}",
            (str(ask.today + _WEEK),),
        )
    shown = [
        {"entry_id": entry_id, "unit": unit, "review_due_on": str(review), "days_late": _late(review, ask.today),
         "to_delete": delete is not None and str(delete) < str(ask.today)}
        for entry_id, unit, review, delete in rows[:_PAGE]
    ]  # fmt: skip
    return Shown("staff/due.html", {"entries": shown, "page": page, "more": len(rows) > _PAGE})


def page_of(ask: Ask) -> int:
    """Which page of a list was asked for; the first where that cannot be read."""
    asked = ask.query.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdecimal() and int(asked) > 0 else 1


def _late(due: object, today: dt.date) -> int:
    return max((today - dt.date.fromisoformat(str(due)[:10])).days, 0)


def _requests(ask: Ask) -> Answer:
    page = page_of(ask)
    with ask.desk.reading() as register:
        rows = register.store.rows(
            "select request_id, kind, received_on, due_on from request where answered_on is null"
            f" order by due_on, request_id limit {_PAGE + 1} offset {(page - 1) * _PAGE}"
        )
    shown = [
        {"request_id": number, "kind": kind, "received_on": str(received), "due_on": str(due),
         "days_late": _late(due, ask.today) if due else 0}
        for number, kind, received, due in rows[:_PAGE]
    ]  # fmt: skip
    return Shown("staff/requests.html", {"requests": shown, "page": page, "more": len(rows) > _PAGE})


def _done(ask: Ask) -> Answer:
    hold = ask.query.get("hold")
    heading = _DONE.get(ask.query["what"], "It was done")
    lead = ["It is in the register, and has its line in the ledger."]
    if hold:
        heading, lead = (
            "It waits for somebody who may decide",
            [f"Its number is {hold}. Somebody else has to decide on it."],
        )
    if ask.query["what"] == "turned-away":
        lead = ["Nothing of it was kept but that it was turned away, by whom and why."]
    return Shown("shared/said.html", {"heading": heading, "lead": lead, "onward": {"href": "/staff", "text": "To do"}})


ACTIONS = (
    Action("staff.first", Face.STAFF, "/staff", "What is to be done", _first, nav="To do"),
    Action("staff.due", Face.STAFF, "/staff/due", "Reviews due", _due, nav="Reviews due", query=(_PAGE_FIELD,)),
    Action("staff.requests", Face.STAFF, "/staff/requests", "Requests by their day", _requests, nav="Requests",
           query=(_PAGE_FIELD,)),
    Action("staff.done", Face.STAFF, "/staff/done", "What was done", _done, query=(_WHAT, _HOLD)),
)  # fmt: skip
