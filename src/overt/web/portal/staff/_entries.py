"""Lists of entries by staff, unit, status and date, and an entry opened by its exact number with a reason.

Nobody is found here by anything about them: a list is of one's own entries, of a unit's, or of what is due.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from overt.model import ENTRY
from overt.web._answers import Page
from overt.web._forms import Choices, FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._consult import REASON, say_why
from overt.web.portal.staff._entry import standing

_HERE = "/staff/entries"
_OPEN = f"{_HERE}/open"
_LISTS: Choices = (
    ("mine", "Entries that I opened"),
    ("unit", "Entries of a unit"),
    ("due", "Reviews due, by date"),
    ("new", "Entries added recently"),
    ("delete", "Entries past their deletion date"),
)
_DAYS: Choices = (("0", "today"), ("7", "7 days"), ("30", "30 days"), ("92", "3 months"), ("365", "a year"))
_STATUSES: Choices = (("active", "In use"), ("closed", "Closed"))
_ORDERS: Choices = (
    ("review", "Review date, earliest first"), ("review-last", "Review date, latest first"),
    ("opened", "Opening date, earliest first"), ("opened-last", "Opening date, latest first"),
)  # fmt: skip
LIST = FormField("list", "List", Input.CHOICE, choices=_LISTS, optional=True)
UNIT = FormField("unit", "Unit", optional=True, longest=200)
DAYS = FormField("days", "Within", Input.CHOICE, choices=_DAYS, optional=True)
STATUS = FormField("status", "Status", Input.CHOICE, choices=_STATUSES, optional=True)
SORT = FormField("sort", "Order", Input.CHOICE, choices=_ORDERS, optional=True)
_QUERY = (LIST, UNIT, DAYS, STATUS, SORT, *PAGE_FIELDS)
_NUMBER = FormField(
    "number", "Number of the entry", hint="The whole number, for example E00123. Names and other details find nothing.",
    longest=127, noun="the number of the entry",
)  # fmt: skip
_ABSENT = FormFault("number", "No entry has this number", "Enter the whole number, exactly as it is written")
_WEEK = 7
_NO_UNIT = "Your sign-in does not say which unit you belong to. Select a unit."
NEXT = {
    "active": "A recorder or approver: review by the date shown",
    "late": "A recorder or approver: the review is overdue",
    "delete": "A recorder or approver: close it, because its deletion date has passed",
    "closed": "No one: it is closed",
}


def _list(ask: Ask) -> Answer:
    name = ask.query.get("list", "mine")
    with ask.desk.reading() as register:
        units = queries.units(register.store)
        unit = ask.query.get("unit") or (ask.who.unit if name == "unit" else "")
        asked = None if name == "unit" and not unit else _asked(ask, name, unit)
        rows, page = queries.entries(register.store, asked, ask.query) if asked else ([], None)
        undated = queries.undated(register.store, asked) if asked else 0
    data = {
        "list": name,
        "title": dict(_LISTS)[name],
        "shown": {
            "unit": unit, "days": _days(ask, name), "status": asked.status if asked else "active",
            "sort": ask.query.get("sort", "opened-last" if name == "new" else "review"),
        },
        "units": units,
        "lists": [{"name": known, "title": title, "current": known == name} for known, title in _LISTS],
        "filters": _filters(name),
        "choices_of": {"days": _DAYS, "status": _STATUSES, "sort": _ORDERS},
        "note": _NO_UNIT if asked is None else "",
        "entries": [shown_entry(row, ask.today) for row in rows],
        "undated": undated,
        "pages": page.ways(_HERE, ask.query) if page else {"previous": "", "next": ""},
    }  # fmt: skip
    return Page("staff/entries.html", data)


def _filters(name: str) -> list[str]:
    return {
        "mine": ["status", "sort"], "unit": ["unit", "status", "sort"], "due": ["unit", "days"],
        "new": ["unit", "days"], "delete": [],
    }[name]  # fmt: skip


def _days(ask: Ask, name: str) -> int:
    return int(ask.query.get("days", _WEEK)) if name in ("due", "new") else 0


def _asked(ask: Ask, name: str, unit: str) -> queries.EntryQuery:
    """What a list reads from the register."""
    of_unit = (ENTRY.unit, unit) if unit else None
    days = dt.timedelta(days=_days(ask, name))
    if name == "due":
        return queries.EntryQuery(ENTRY.review_due_on, of_unit, until=ask.today + days)
    if name == "new":
        return queries.EntryQuery(ENTRY.opened_on, of_unit, since=ask.today - days, descending=True)
    if name == "delete":
        return queries.EntryQuery(ENTRY.delete_due_on, until=ask.today - dt.timedelta(days=1))
    sort = ask.query.get("sort", "review")
    by = ENTRY.opened_on if sort.startswith("opened") else ENTRY.review_due_on
    whose = of_unit if name == "unit" else (ENTRY.opened_by, ask.who.staff)
    status = ask.query.get("status", "active")
    return queries.EntryQuery(by, whose, status=status, descending=sort.endswith("-last"))


def shown_entry(row: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """An entry in a list, with who acts next and why."""
    late = days_late(row[ENTRY.review_due_on], today)
    is_to_delete = row[ENTRY.delete_due_on] is not None and row[ENTRY.delete_due_on] < str(today)
    state = row[ENTRY.status]
    if state == "active":
        state = "delete" if is_to_delete else "late" if late else "active"
    return {**row, "days_late": late, "to_delete": is_to_delete, "next": NEXT[state]}


def days_late(due: str | None, today: dt.date) -> int:
    """How many days ago something was due; 0 if it is not late."""
    return max((today - dt.date.fromisoformat(due[:10])).days, 0) if due else 0


def _open_form(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Page:
    lead = ["You must give a reason before you can see this record. Your reason is logged, and oversight will see it."]
    fields = (_NUMBER, REASON)
    return Page.of_form("Open an entry by its number", _OPEN, _HERE, "Open", fields, faults=wrong, lead=lead)


def _open_page(ask: Ask) -> Answer:
    return _open_form(ask)


def _open(ask: Ask) -> Answer:
    """Opens an entry by its whole number; the reason is logged before anything of it is shown."""
    entry_id = ask.form.get("number", "")
    if entry_id:
        with ask.desk.reading() as register:
            is_there = standing(register, entry_id) is not None
        if not is_there:
            return _open_form(ask, (*ask.faults, _ABSENT))
    if ask.faults:
        return _open_form(ask, ask.faults)
    return say_why(ask, f"entry {entry_id}", entry_id, f"{_HERE}/{entry_id}", _open_form(ask))


ACTIONS = (
    Action("staff.entries", Face.STAFF, _HERE, "Lists of entries", _list, nav="Entries", query=_QUERY),
    Action("staff.open-page", Face.STAFF, _OPEN, "The form to open an entry by its number", _open_page),
    Action("staff.open", Face.STAFF, _OPEN, "Open an entry by its number, with a reason", _open,
           method="POST", fields=(_NUMBER, REASON)),
)  # fmt: skip
