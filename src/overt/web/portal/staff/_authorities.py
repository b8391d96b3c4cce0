"""The authorisations of a register: which are in force, which end soon, their renewals, and what rests on each.

Whom an authorisation covers is not shown, only how many people. The items that rest on it are shown by number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from overt.model import AUTHORITY, AUTHORITY_REVIEW, ITEM
from overt.pages import day
from overt.register import Register
from overt.web._answers import Page
from overt.web._forms import Choices, FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._authority import kind_words
from overt.web.portal.staff._gate_says import faults, page_after, propose

_HERE = "/staff/authorities"
_ONE = f"{_HERE}/{{authority_id}}"
_STATES: Choices = (("in-force", "In force"), ("ended", "Ended"), ("cancelled", "Cancelled"))
_DAYS: Choices = (("7", "7 days"), ("28", "4 weeks"), ("92", "3 months"))
_STATE = FormField("state", "Status", Input.CHOICE, choices=_STATES, optional=True)
_WITHIN = FormField("days", "Ends within", Input.CHOICE, choices=_DAYS, optional=True)
_SOON = 28
_ON = FormField.of(AUTHORITY.cancelled_on, "When was it cancelled?", "For example, 27 3 2026", noun="the date")
_REVIEWED_ON = FormField.of(
    AUTHORITY_REVIEW.done_on, "When was it reviewed?", "For example, 27 3 2026", noun="the date of the review"
)
_NONE = Page("shared/said.html", {"heading": "There is no authorisation with this number"}, 404)


def _list(ask: Ask) -> Answer:
    state, days = ask.query.get("state", "in-force"), ask.query.get("days", "")
    until = ask.today + dt.timedelta(days=int(days)) if days else None
    with ask.desk.reading() as register:
        asked = queries.AuthorityQuery(state, ask.today, until)
        rows, page = queries.authorities(register.store, asked, ask.query)
        endless = queries.endless_authorities(register.store) if state == "in-force" else 0
    data = {
        "state": state, "days": days, "states": _STATES, "spans": _DAYS, "endless": endless,
        "authorities": [_shown(row, ask.today) for row in rows],
        "pages": page.ways(_HERE, ask.query),
    }  # fmt: skip
    return Page("staff/authorities.html", data)


def _shown(row: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """An authorisation in a list: its state on a day, and who acts next."""
    ends, cancelled = row[AUTHORITY.expires_on], row[AUTHORITY.cancelled_on]
    left = (dt.date.fromisoformat(ends) - today).days if ends else None
    if cancelled:
        state, acts_next = f"Cancelled on {day(cancelled)}", "No one: it was cancelled"
    elif left is None:
        state, acts_next = "In force, with no end", "A recorder: record when it ends"
    elif left < 0:
        state, acts_next = f"Ended on {day(ends)}", "No one, unless it is renewed"
    elif left <= _SOON:
        state, acts_next = f"Ends in {left} {'day' if left == 1 else 'days'}", "A recorder: renew it or let it end"
    else:
        state, acts_next = "In force", "No one until it ends soon"
    return {
        **row, "title": kind_words(row[AUTHORITY.kind] or "not recorded"), "says": state, "next": acts_next,
        "ends_soon": not cancelled and left is not None and 0 <= left <= _SOON,
        "is_open": not cancelled and (left is None or left >= 0),
    }  # fmt: skip


def _standing(register: Register, ask: Ask) -> dict[str, Any] | None:
    versions = register.current(AUTHORITY.authority_id, ask.path[AUTHORITY.authority_id])
    return next((dict(version.values) for version in versions), None)


def _one(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Answer:
    number = ask.path[AUTHORITY.authority_id]
    with ask.desk.reading() as register:
        authority = _standing(register, ask)
        if authority is None:
            return _NONE
        items, page = queries.resting_items(register.store, number, ask.query)
        undated = queries.count_undated_items(register.store, number)
        renewals = queries.renewals(register.store, number)
        reviews = queries.authority_reviews(register.store, number)
    ends, cancelled = authority[AUTHORITY.expires_on], authority[AUTHORITY.cancelled_on]
    first = str(authority[AUTHORITY.granted_on] or "")[:10]
    last = min(str(end)[:10] for end in (ends, cancelled, dt.date.max) if end)
    columns = (
        AUTHORITY.authority_id, AUTHORITY.kind, AUTHORITY.granted_on, AUTHORITY.granted_by_rank, AUTHORITY.urgent,
        AUTHORITY.expires_on, AUTHORITY.cancelled_on, AUTHORITY.provision, AUTHORITY.renews,
    )  # fmt: skip
    shown = {str(name): authority[name] for name in columns}
    data = {
        "authority": _shown(shown, ask.today),
        "people": len((authority[AUTHORITY.scope] or "").split()),
        "renewals": renewals,
        "reviews": reviews,
        "items": [{**item, "note": _note(item[ITEM.collected_on], first, last)} for item in items],
        "undated": undated,
        "pages": page.ways(f"{_HERE}/{number}", ask.query),
        "cancel_field": _ON, "review_field": _REVIEWED_ON, "fields": (_ON, _REVIEWED_ON),
    }  # fmt: skip
    return Page("staff/authority.html", data, faults=wrong)


def _note(collected: str, first: str, last: str) -> str:
    """Whether an item was collected while its authorisation was in force."""
    if collected > last:
        return "collected after it had ended"
    return "collected before it was granted" if collected < first else "collected while it was in force"


def _page(ask: Ask) -> Answer:
    return _one(ask)


def _cancel(ask: Ask) -> Answer:
    """Records that an authorisation was cancelled: a new version of it."""
    with ask.desk.reading() as register:
        authority = _standing(register, ask)
    if authority is None:
        return _NONE
    if ask.faults:
        return _one(ask, ask.faults)
    row = {**authority, AUTHORITY.cancelled_on: ask.form[_ON.name]}
    if authority[AUTHORITY.cancelled_on]:
        return _one(ask, (FormFault(_ON.name, "This authorisation is already cancelled"),))
    if row[AUTHORITY.cancelled_on] > str(ask.today):
        return _one(ask, (FormFault(_ON.name, "The date must be today or in the past"),))
    answer = propose(ask, [("authority", row)], altered=frozenset(("authority",)))
    again = _one(ask, faults(answer.reasons, (_ON,), _ON.name))
    return page_after(answer, "cancelled", again if isinstance(again, Page) else _NONE)


def _review(ask: Ask) -> Answer:
    """Records that an authorisation was reviewed."""
    with ask.desk.reading() as register:
        authority = _standing(register, ask)
    if authority is None:
        return _NONE
    if ask.faults:
        return _one(ask, ask.faults)
    row: dict[str, str] = {
        AUTHORITY_REVIEW.authority_id: authority[AUTHORITY.authority_id],
        AUTHORITY_REVIEW.done_on: ask.form[_REVIEWED_ON.name],
    }
    if row[AUTHORITY_REVIEW.done_on] > str(ask.today):
        return _one(ask, (FormFault(_REVIEWED_ON.name, "The date must be today or in the past"),))
    answer = propose(ask, [("authority_review", row)])
    again = _one(ask, faults(answer.reasons, (_REVIEWED_ON,), _REVIEWED_ON.name))
    return page_after(answer, "authority-reviewed", again if isinstance(again, Page) else _NONE)


_FACE = Face.STAFF
ACTIONS = (
    Action("staff.authorities", _FACE, _HERE, "Authorisations by the day on which they end", _list,
           nav="Authorisations", query=(_STATE, _WITHIN, *PAGE_FIELDS)),
    Action("staff.authority-one", _FACE, _ONE, "One authorisation, and the items that rest on it", _page,
           query=PAGE_FIELDS),
    Action("staff.authority-cancel", _FACE, f"{_ONE}/cancel", "Record the cancellation of an authorisation", _cancel,
           method="POST", fields=(_ON,)),
    Action("staff.authority-review", _FACE, f"{_ONE}/review", "Record the review of an authorisation", _review,
           method="POST", fields=(_REVIEWED_ON,)),
)  # fmt: skip
