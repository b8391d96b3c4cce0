"""Corrects an entry or an item as a new version, and adds an item to an entry that is in the register.

The old version stays in the register's history. The new version and the log's line with the reason are admitted
together or not at all; the gate judges the new version as it judges a new record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from overt.model import ENTRY, ITEM
from overt.register import Register
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._consult import has_said_why
from overt.web.portal.staff._entry import no_such_entry, not_yet, standing
from overt.web.portal.staff._gate_says import faults, logged, number, page_after, propose
from overt.web.portal.staff._steps import ABOUT, PER_ITEM, chartered

_ENTRY = "/staff/entries/{entry_id}"
_WHY = FormField(
    "because", "Why is it being changed?", Input.WORDS,
    "Do not include names: refer to reports by number. Your reason is logged.", noun="why it is being changed",
)  # fmt: skip
_WHY_ADDED = replace(_WHY, label="Why is it being added?", noun="why it is being added")
_ENTRY_FIELDS = (*(field for step in ABOUT for field in step.fields if field.path.startswith("entry.")), _WHY)
_ITEM_FIELDS = tuple(field for step in PER_ITEM for field in step.fields)
_NO_ITEM = Page("shared/said.html", {"heading": "This entry has no such item"}, 404)
_CLOSED = "The entry is closed, so it cannot be changed"
_UNCHANGED = "Change at least one answer"


def _offered(ask: Ask, fields: Sequence[FormField]) -> tuple[FormField, ...]:
    offered = chartered(ask.desk.charter(), ask.today)
    return tuple(replace(field, choices=offered.get(field.name, field.choices)) for field in fields)


def _filled(values: Mapping[str, Any], fields: Sequence[FormField]) -> dict[str, str]:
    """The current values as a form has them."""
    return {
        field.name: {True: "yes", False: "no"}.get(values[field.name], str(values[field.name]))
        for field in fields
        if field.path and values.get(field.name) is not None
    }


def _changed(ask: Ask, values: Mapping[str, Any], fields: Sequence[FormField]) -> dict[str, Any]:
    """The row with the answers of the form in place of its values."""
    answers: dict[str, Any] = {}
    for field in fields:
        if field.path:
            answer = ask.form.get(field.name)
            answers[field.name] = answer == "yes" if answer and field.kind is Input.YES_OR_NO else answer
    return {**values, **answers}


def _is_same(row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(str(row[name] or "") == str(values[name] or "") for name in values)


def _ready(ask: Ask) -> dict[str, Any] | Page | Sent:
    """The entry that a form is about, or what to show in its place."""
    entry_id = ask.path[ENTRY.entry_id]
    with ask.desk.reading() as register:
        entry = standing(register, entry_id)
    if entry is None:
        return no_such_entry()
    return entry if has_said_why(ask, f"entry {entry_id}") else Sent(f"/staff/entries/{entry_id}")


# --- the entry itself -----------------------------------------------------------------------------------------------


def _entry_form(ask: Ask, entry: Mapping[str, Any], wrong: tuple[FormFault, ...] = ()) -> Page:
    here = f"/staff/entries/{entry[ENTRY.entry_id]}"
    fields, lead = _offered(ask, _ENTRY_FIELDS), ["This makes a new version. The earlier version stays in the history."]
    return Page.of_form(
        f"Amend entry {entry[ENTRY.entry_id]}", f"{here}/amend", here, "Save the new version", fields,
        faults=wrong, lead=lead, given=_filled(entry, fields) | dict(ask.form),
    )  # fmt: skip


def _entry_page(ask: Ask) -> Answer:
    entry = _ready(ask)
    return not_yet(ask) or (_entry_form(ask, entry) if isinstance(entry, dict) else entry)


def _amend_entry(ask: Ask) -> Answer:
    entry = _ready(ask)
    if not isinstance(entry, dict):
        return entry
    row = _changed(ask, entry, _ENTRY_FIELDS)
    wrong = [*ask.faults, *_not_now(entry)]
    if not wrong and _is_same(row, entry):
        wrong.append(FormFault(ENTRY.role, _UNCHANGED))
    if wrong:
        return _entry_form(ask, entry, tuple(wrong))
    line = logged(ask, "alter", entry[ENTRY.entry_id], ask.form["because"])
    answer = propose(ask, [("entry", row), line], altered=frozenset(("entry",)))
    return page_after(answer, "amended", _entry_form(ask, entry, faults(answer.reasons, _ENTRY_FIELDS, ENTRY.role)))


def _not_now(entry: Mapping[str, Any], field: str = "because") -> list[FormFault]:
    return [FormFault(field, _CLOSED)] if entry[ENTRY.status] != "active" else []


# --- its items ------------------------------------------------------------------------------------------------------


def _item_form(ask: Ask, item: Mapping[str, Any] | None, wrong: tuple[FormFault, ...] = ()) -> Page:
    here = f"/staff/entries/{ask.path[ENTRY.entry_id]}"
    fields = _offered(ask, (*_ITEM_FIELDS, _WHY if item else _WHY_ADDED))
    if item is None:
        heading, target = f"Add an item to entry {ask.path[ENTRY.entry_id]}", f"{here}/items/new"
        button, filled = "Add the item", dict(ask.form)
    else:
        heading, target = f"Amend item {item[ITEM.item_id]}", f"{here}/items/{item[ITEM.item_id]}"
        button, filled = "Save the new version", _filled(item, fields) | dict(ask.form)
    return Page.of_form(heading, target, here, button, fields, faults=wrong, given=filled)


def _add_page(ask: Ask) -> Answer:
    return not_yet(ask) or _item_form(ask, None)


def _add_item(ask: Ask) -> Answer:
    entry = _ready(ask)
    if not isinstance(entry, dict):
        return entry
    wrong = (*ask.faults, *_not_now(entry))
    if wrong:
        return _item_form(ask, None, wrong)
    values = {name: text for name, text in ask.form.items() if name != _WHY.name}
    item = {
        ITEM.item_id: number("I"), **values, ITEM.entry_id: entry[ENTRY.entry_id], ITEM.recorded_by: ask.who.staff,
    }  # fmt: skip
    line = logged(ask, "collect", entry[ENTRY.entry_id], ask.form["because"])
    answer = propose(ask, [("item", item), line])
    return page_after(answer, "item", _item_form(ask, None, faults(answer.reasons, _ITEM_FIELDS, ITEM.category)))


def _item(register: Register, ask: Ask) -> dict[str, Any] | None:
    """The item of the address, if it belongs to the entry of the address."""
    versions = register.current(ITEM.item_id, ask.path[ITEM.item_id])
    item = next((dict(version.values) for version in versions), None)
    return item if item and item[ITEM.entry_id] == ask.path[ENTRY.entry_id] else None


def _item_page(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        item = _item(register, ask)
    return not_yet(ask) or (_item_form(ask, item) if item else _NO_ITEM)


def _amend_item(ask: Ask) -> Answer:
    entry = _ready(ask)
    if not isinstance(entry, dict):
        return entry
    with ask.desk.reading() as register:
        item = _item(register, ask)
    if item is None:
        return _NO_ITEM
    row = _changed(ask, item, _ITEM_FIELDS)
    wrong = [*ask.faults, *_not_now(entry)]
    if not wrong and _is_same(row, item):
        wrong.append(FormFault(ITEM.category, _UNCHANGED))
    if wrong:
        return _item_form(ask, item, tuple(wrong))
    line = logged(ask, "alter", entry[ENTRY.entry_id], ask.form["because"])
    answer = propose(ask, [("item", row), line], altered=frozenset(("item",)))
    return page_after(answer, "amended", _item_form(ask, item, faults(answer.reasons, _ITEM_FIELDS, ITEM.category)))


_FACE = Face.STAFF
ACTIONS = (
    Action("staff.amend-page", _FACE, f"{_ENTRY}/amend", "The form to amend an entry", _entry_page),
    Action("staff.amend", _FACE, f"{_ENTRY}/amend", "Amend an entry", _amend_entry,
           method="POST", fields=_ENTRY_FIELDS),
    Action("staff.add-item-page", _FACE, f"{_ENTRY}/items/new", "The form to add an item", _add_page),
    Action("staff.add-item", _FACE, f"{_ENTRY}/items/new", "Add an item to an entry", _add_item,
           method="POST", fields=(*_ITEM_FIELDS, _WHY_ADDED)),
    Action("staff.amend-item-page", _FACE, f"{_ENTRY}/items/{{item_id}}", "The form to amend an item", _item_page),
    Action("staff.amend-item", _FACE, f"{_ENTRY}/items/{{item_id}}", "Amend an item", _amend_item,
           method="POST", fields=(*_ITEM_FIELDS, _WHY)),
)  # fmt: skip
