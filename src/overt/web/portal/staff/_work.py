"""Work to do, by due date and never by the person it is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from overt.gate import waiting
from overt.model import ENTRY, REQUEST
from overt.register import Register
from overt.web._answers import Page
from overt.web._forms import FormField
from overt.web.portal._action import Action, Answer, Ask, Face

_WEEK = dt.timedelta(days=7)
_PAGE = 50
PAGE_FIELD = FormField("page", "Which page", optional=True, longest=6)
_WHAT = FormField("what", "The action", longest=40)
_HOLD = FormField("hold", "The held record", optional=True, longest=40)
_DONE = {
    "proposed": "The entry was admitted",
    "reviewed": "The review is recorded",
    "disclosed": "The disclosure is recorded",
    "authority": "The authorisation is registered",
    "platform": "The request to the platform is recorded",
    "outcome": "The outcome is recorded",
    "let-in": "Record admitted",
    "permitted": "Permission given. The person who asked for it now runs the same command again, and it is carried out",
    "turned-away": "Record refused",
}


def _first(ask: Ask) -> Answer:
    with ask.desk.writing() as gate:
        holds = waiting(gate)
    mine = sum(hold.actor == ask.who.staff for hold in holds)
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
    return Page("staff/first.html", {**counts, "to_approve": len(holds) - mine, "mine_waiting": mine})


def _count(register: Register, table: str, where: str, *days: dt.date) -> int:
    rows = register.store.rows(f"select count(*) from {table} where {where}", [str(day) for day in days])
    return int(rows[0][0])


def _due(ask: Ask) -> Answer:
    query = (
        "select entry_id, unit, review_due_on, delete_due_on from entry"
        " where status = 'active' and review_due_on <= ? order by review_due_on, entry_id"
    )
    rows, pages = page_of(ask, query, str(ask.today + _WEEK))
    shown = [
        {ENTRY.entry_id: entry_id, ENTRY.unit: unit, ENTRY.review_due_on: str(review),
         "days_late": _late(review, ask.today), "to_delete": delete is not None and str(delete) < str(ask.today)}
        for entry_id, unit, review, delete in rows
    ]  # fmt: skip
    return Page("staff/due.html", {"entries": shown, **pages})


def page_of(ask: Ask, query: str, *parameters: str) -> tuple[list[tuple[Any, ...]], dict[str, object]]:
    """The rows of a query on the page that was asked for, or on the first if that cannot be read; and where it is."""
    asked_for = ask.query.get("page", "1")
    page = int(asked_for) if asked_for.isascii() and asked_for.isdecimal() and int(asked_for) > 0 else 1
    with ask.desk.reading() as register:
        rows = register.store.rows(f"{query} limit {_PAGE + 1} offset {(page - 1) * _PAGE}", parameters)
    return rows[:_PAGE], {"page": page, "more": len(rows) > _PAGE}


def _late(due: object, today: dt.date) -> int:
    return max((today - dt.date.fromisoformat(str(due)[:10])).days, 0)


def _requests(ask: Ask) -> Answer:
    query = "select request_id, kind, received_on, due_on from request where answered_on is null"
    rows, pages = page_of(ask, f"{query} order by due_on, request_id")
    shown = [
        {REQUEST.request_id: number, REQUEST.kind: kind, REQUEST.received_on: str(received), REQUEST.due_on: str(due),
         "days_late": _late(due, ask.today) if due else 0}
        for number, kind, received, due in rows
    ]  # fmt: skip
    return Page("staff/requests.html", {"requests": shown, **pages})


def _done(ask: Ask) -> Answer:
    hold = ask.query.get("hold")
    heading = _DONE.get(ask.query["what"], "Done")
    lead = ["It is in the register and the public ledger."]
    if hold:
        heading, lead = ("Sent for a decision", [f"Its number is {hold}. Someone else must decide on it."])
    if ask.query["what"] == "turned-away":
        lead = ["Nothing has been kept except that it was refused, by whom and why."]
    return Page("shared/said.html", {"heading": heading, "lead": lead, "onward": {"href": "/staff", "text": "To do"}})


ACTIONS = (
    Action("staff.first", Face.STAFF, "/staff", "Work to do", _first, nav="To do"),
    Action("staff.due", Face.STAFF, "/staff/due", "Reviews due", _due, nav="Reviews due", query=(PAGE_FIELD,)),
    Action("staff.requests", Face.STAFF, "/staff/requests", "Requests by due date", _requests, nav="Requests",
           query=(PAGE_FIELD,)),
    Action("staff.done", Face.STAFF, "/staff/done", "The result of an action", _done, query=(_WHAT, _HOLD)),
)  # fmt: skip
