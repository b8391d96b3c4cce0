"""Work to do, by due date and never by the person it is about."""

from __future__ import annotations

import datetime as dt

from overt.model import ENTRY, REQUEST
from overt.register import Store
from overt.web._answers import Page
from overt.web._forms import FormField
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._entries import UNIT, days_late, shown_entry

_WEEK, _QUARTER = dt.timedelta(days=7), dt.timedelta(days=92)
_WHAT = FormField("what", "The action", longest=40)
_HOLD = FormField("hold", "The held record", optional=True, longest=40)
_ENTRY = FormField("entry", "The entry", optional=True, longest=127)
_TOLD = "The person who proposed it sees your decision and your reason under “My proposals”."
_DONE = {
    "proposed": "The entry was admitted",
    "reviewed": "The review is recorded",
    "removed": "The review is recorded, and the entry is closed",
    "amended": "The new version is recorded",
    "item": "The item is recorded",
    "disclosed": "The disclosure is recorded",
    "authority": "The authorisation is registered",
    "cancelled": "The cancellation is recorded",
    "authority-reviewed": "The review of the authorisation is recorded",
    "platform": "The request to the platform is recorded",
    "outcome": "The outcome is recorded",
    "let-in": "Record admitted",
    "permitted": "Permission given. The person who asked for it now runs the same command again, and it is carried out",
    "turned-away": "Record refused",
}


def _first(ask: Ask) -> Answer:
    today, tomorrow = ask.today, ask.today + dt.timedelta(days=1)
    with ask.desk.reading() as register:
        store = register.store
        to_approve, mine_waiting = queries.waiting_counts(store, ask.who.staff)
        data = {
            "overdue": queries.count_due(store, ENTRY.review_due_on, None, today - dt.timedelta(days=1)),
            "this_week": queries.count_due(store, ENTRY.review_due_on, today, today + _WEEK),
            "to_delete": queries.count_due(store, ENTRY.delete_due_on, None, today - dt.timedelta(days=1)),
            "requests": queries.count_requests(store),
            "requests_late": queries.count_requests(store, today),
            "platforms": queries.count_pending_platforms(store),
            "ending": queries.count_ending(store, today, today + _WEEK * 4),
            "decided": queries.decided_since(store, ask.who.staff, tomorrow - _WEEK, today - _QUARTER),
        }
    data |= {"to_approve": to_approve, "mine_waiting": mine_waiting, "unit": ask.who.unit}
    return Page("staff/first.html", data)


def _due(ask: Ask) -> Answer:
    """Reviews that are overdue or due within a week."""
    unit = ask.query.get("unit", "")
    of_unit = (ENTRY.unit, unit) if unit else None
    asked = queries.EntryQuery(ENTRY.review_due_on, of_unit, until=ask.today + _WEEK)
    with ask.desk.reading() as register:
        rows, page = queries.entries(register.store, asked, ask.query)
        undated = queries.undated(register.store, asked)
    shown = [shown_entry(row, ask.today) for row in rows]
    data = {"entries": shown, "undated": undated, "unit": unit, "pages": page.ways("/staff/due", ask.query)}
    return Page("staff/due.html", data)


def _requests(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        rows, page = queries.requests(register.store, ask.query)
        steps = queries.steps_of(register.store, [row[REQUEST.request_id] for row in rows])
    shown = [
        {
            **row,
            "days_late": days_late(row[REQUEST.due_on], ask.today),
            "next": _acts_next(steps.get(row[REQUEST.request_id], [])),
        }
        for row in rows
    ]
    return Page("staff/requests.html", {"requests": shown, "pages": page.ways("/staff/requests", ask.query)})


def _acts_next(steps: list[str]) -> str:
    """Whose turn it is: the person's while they have been asked for something, and otherwise the controller's."""
    for asked, answered in (("identity_asked", "identity"), ("paused", "resumed")):
        last = next((step for step in reversed(steps) if step in (asked, answered)), "")
        if last == asked:
            return "The person: they were asked for something"
    return "The controller"


def _done(ask: Ask) -> Answer:
    what, hold, entry = ask.query["what"], ask.query.get("hold"), ask.query.get("entry")
    heading = _DONE.get(what, "Done")
    lead = ["It is in the register and the public ledger."]
    onward = {"href": "/staff", "text": "To do"}
    if hold:
        heading, lead = ("Sent for a decision", [f"Its number is {hold}. Someone else must decide on it."])
        onward = {"href": f"/staff/proposals/{hold}", "text": f"Follow proposal {hold}"}
    elif what == "turned-away":
        lead = ["Nothing has been kept except that it was refused, by whom and why.", _TOLD]
    elif what == "let-in":
        lead.append(_TOLD)
    elif what == "removed" and entry:
        with ask.desk.reading() as register:
            lead.append(_recalled(register.store, entry))
    return Page("shared/said.html", {"heading": heading, "lead": lead, "onward": onward})


def _recalled(store: Store, entry_id: str) -> str:
    """What the removal of an entry means for who was sent it, and who acts next."""
    count = queries.count_recalls_of(store, entry_id)
    if not count:
        return "No organisation is recorded as having a copy, so there is nothing to recall."
    raised = "1 recall was raised" if count == 1 else f"{count:,} recalls were raised"
    return f"{raised}, one for each organisation that has a copy. The controller sends the notices next."


ACTIONS = (
    Action("staff.first", Face.STAFF, "/staff", "Work to do", _first, nav="To do"),
    Action("staff.due", Face.STAFF, "/staff/due", "Reviews due", _due, nav="Reviews due", query=(UNIT, *PAGE_FIELDS)),
    Action("staff.requests", Face.STAFF, "/staff/requests", "Requests by due date", _requests, nav="Requests",
           query=PAGE_FIELDS),
    Action("staff.done", Face.STAFF, "/staff/done", "The result of an action", _done, query=(_WHAT, _HOLD, _ENTRY)),
)  # fmt: skip
