"""One entry, for someone who has given a reason. It shows no pseudonym, date of birth, sex or ethnicity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from overt.model import DISCLOSURE, ENTRY, ITEM, RECALL, REVIEW, Column
from overt.register import Register
from overt.web._answers import Page
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._words import Wording
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._consult import REASON, ask_why, has_said_why, say_why

_SHOWN = (
    ENTRY.entry_id, ENTRY.unit, ENTRY.role, ENTRY.status, ENTRY.opened_on, ENTRY.opened_by, ENTRY.approved_by,
    ENTRY.grounds, ENTRY.purpose, ENTRY.condition, ENTRY.retention_group, ENTRY.review_due_on, ENTRY.delete_due_on,
    ENTRY.closed_on, ENTRY.closed_reason, ENTRY.mention_on, ENTRY.significant,
)  # fmt: skip
_ITEM = (
    ITEM.item_id, ITEM.category, ITEM.basis, ITEM.origin, ITEM.visibility, ITEM.source_grade, ITEM.information_grade,
    ITEM.handling, ITEM.collected_on, ITEM.authority_id, ITEM.evidence_ref, ITEM.consent_ref, ITEM.consent_withdrawn_on,
    ITEM.source_authority,
)  # fmt: skip
_REVIEW = (REVIEW.done_at, REVIEW.done_by, REVIEW.outcome, REVIEW.rationale)
_SENT = (DISCLOSURE.disclosure_id, DISCLOSURE.sent_at, DISCLOSURE.recipient, DISCLOSURE.purpose, DISCLOSURE.corrects)


def standing(register: Register, entry_id: str) -> dict[str, Any] | None:
    """The entry's current row; `None` if there is no such entry."""
    return next((dict(version.values) for version in register.current(ENTRY.entry_id, entry_id)), None)


def no_such_entry() -> Page:
    """The page for a number that no entry has."""
    return Page("shared/said.html", {"heading": "There is no such entry"}, 404)


def _entry(ask: Ask) -> Answer:
    entry_id = ask.path[ENTRY.entry_id]
    with ask.desk.reading() as register:
        entry = standing(register, entry_id)
        if entry is None:
            return no_such_entry()
        if not has_said_why(ask, f"entry {entry_id}"):
            return _why(entry_id)
        data = entry_view(register, entry, ask.today)
    active = entry[ENTRY.status] == "active"
    late = active and entry[ENTRY.review_due_on] is not None and str(entry[ENTRY.review_due_on]) < str(ask.today)
    acts_next = "A recorder or approver: review it" if active else "No one: it is closed"
    return Page("staff/entry.html", {**data, "next": f"{acts_next}, which is overdue" if late else acts_next})


def entry_view(register: Register, entry: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """What is shown of an entry with its items, reviews, disclosures and recalls."""
    entry_id, wording = str(entry[ENTRY.entry_id]), Wording(register.charters(), today)
    return {
        "entry": _only(entry, _SHOWN),
        "items": _of(register, ITEM.entry_id, entry_id, _ITEM),
        "reviews": _of(register, REVIEW.entry_id, entry_id, _REVIEW),
        "disclosures": _of(register, DISCLOSURE.entry_id, entry_id, _SENT),
        "recalls": [
            {**recall, "next": "The controller: send the notice" if not recall[RECALL.sent_on] else
             "No one: it is confirmed" if recall[RECALL.confirmed_on] else "The organisation: confirm it"}
            for recall in queries.recalls_of(register.store, entry_id)
        ],
        "wording": wording,
        "today": today,
    }  # fmt: skip


def _why(entry_id: str) -> Page:
    return ask_why(f"Entry {entry_id}", f"/staff/entries/{entry_id}", "/staff/entries")


def not_yet(ask: Ask) -> Page | None:
    """What to show in place of a page about an entry: that there is none, or the question why; otherwise `None`."""
    entry_id = ask.path[ENTRY.entry_id]
    with ask.desk.reading() as register:
        if standing(register, entry_id) is None:
            return no_such_entry()
    return None if has_said_why(ask, f"entry {entry_id}") else _why(entry_id)


def _look(ask: Ask) -> Answer:
    entry_id = ask.path[ENTRY.entry_id]
    with ask.desk.reading() as register:
        if standing(register, entry_id) is None:
            return no_such_entry()
    return say_why(ask, f"entry {entry_id}", entry_id, f"/staff/entries/{entry_id}", _why(entry_id))


def _of(register: Register, column: Column, entry_id: str, shown: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_only(version.values, shown) for version in register.current(column, entry_id)]


def _only(values: Mapping[str, Any], shown: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in shown}


ACTIONS = (
    Action("staff.entry", Face.STAFF, "/staff/entries/{entry_id}", "An entry, after a reason was given", _entry),
    Action("staff.look", Face.STAFF, "/staff/entries/{entry_id}", "Give a reason for seeing an entry", _look,
           method="POST", fields=(REASON,)),
)  # fmt: skip
