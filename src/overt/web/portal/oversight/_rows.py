"""From a finding to the numbers of its rows, and from a number to the record, with a reason that the gate logs.

The rows are those of the evidence that the audit kept: the lowest numbers in breach. The record is shown as it stands
now, without anything that says who the person is. A record that was erased is gone here too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from overt.model import (
    AUTHORITY,
    DISCLOSURE,
    ENTRY,
    ITEM,
    REVIEW,
    TERM_HIT,
    Role,
    Table,
)
from overt.register import Register
from overt.web._answers import Page
from overt.web._forms import FormField
from overt.web._work import State
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_SIZE
from overt.web.portal._words import Wording, column_title
from overt.web.portal.oversight._audits import NO_AUDIT, evidence_of
from overt.web.portal.oversight._runs import What, evidence, find_run
from overt.web.portal.staff._consult import REASON, ask_why, has_said_why, say_why
from overt.web.portal.staff._entry import entry_view, standing

# The records that can be opened, by the column of their number.
_OPENED: Mapping[str, Table] = {
    table.key.name: table for table in (ENTRY, ITEM, REVIEW, DISCLOSURE, TERM_HIT, AUTHORITY)
}
_FINDING = "/oversight/audits/{number}/findings/{control}/rows"
_PLACE = FormField("page", "Which page", optional=True, longest=5)
_NOT_THERE = Page("shared/said.html", {"heading": "This finding has no such row"}, 404)


def _rows_of(ask: Ask) -> tuple[str, list[dict[str, str]]] | None:
    """The column of the numbers, and the rows of a finding's evidence; `None` if there is no such evidence."""
    run = find_run(ask.desk, ask.path["number"], What.AUDIT)
    if run is None or run.state is not State.DONE:
        return None
    file = evidence_of(run, ask.path["control"])
    if file is None:
        return None
    text = (evidence(run) / file).read_bytes().decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    return (reader.fieldnames or [""])[0], list(reader)


def _list(ask: Ask) -> Answer:
    found = _rows_of(ask)
    if found is None:
        return NO_AUDIT
    key, rows = found
    asked_for = ask.query.get("page", "1")
    page = int(asked_for) if asked_for.isascii() and asked_for.isdecimal() and int(asked_for) > 0 else 1
    begins = (page - 1) * PAGE_SIZE
    here = _FINDING.format(**ask.path)
    data = {
        "number": ask.path["number"], "control": ask.path["control"], "of": len(rows), "here": here,
        "can_open": key in _OPENED, "what": _OPENED[key].name if key in _OPENED else "",
        "rows": [
            {"place": place, "key": row[key], "unit": row.get("unit") or "", "reason": row.get("reason") or ""}
            for place, row in enumerate(rows[begins : begins + PAGE_SIZE], start=begins + 1)
        ],
        "pages": {
            "previous": f"{here}?page={page - 1}" if page > 1 else "",
            "next": f"{here}?page={page + 1}" if len(rows) > begins + PAGE_SIZE else "",
        },
    }  # fmt: skip
    return Page("oversight/rows.html", data)


def _row(ask: Ask) -> tuple[Table, str] | None:
    """The table and the number of the row of the address; `None` if there is none, or its table is not opened here."""
    found, place = _rows_of(ask), ask.path["place"]
    if found is None or not (place.isascii() and place.isdecimal() and len(place) < 8):
        return None
    key, rows = found
    is_there = 1 <= int(place) <= len(rows) and key in _OPENED
    return (_OPENED[key], rows[int(place) - 1][key]) if is_there else None


def _record(ask: Ask) -> Answer:
    row = _row(ask)
    if row is None:
        return _NOT_THERE
    if not has_said_why(ask, _what(ask)):
        return _why(ask)
    table, number = row
    with ask.desk.reading() as register:
        values = _standing(register, table, number)
        if values is None:
            lead = ["It has been erased since the audit."]
            onward = {"href": _FINDING.format(**ask.path), "text": "Rows of the finding"}
            return Page("shared/said.html", {"heading": "The record is gone", "lead": lead, "onward": onward}, 404)
        entry_id = values.get(ENTRY.entry_id)
        entry = values if table is ENTRY else standing(register, entry_id) if entry_id else None
        wording = Wording(register.charters(), ask.today)
        view = entry_view(register, entry, ask.today) if entry is not None and table is ENTRY else None
    data = {
        "number": ask.path["number"], "control": ask.path["control"], "place": ask.path["place"],
        "back": _FINDING.format(**ask.path), "what": table.name, "key": number, "view": view, "wording": wording,
        "cells": [] if view else _cells(table, values, wording),
    }  # fmt: skip
    return Page("oversight/record.html", data)


def _standing(register: Register, table: Table, number: str) -> dict[str, Any] | None:
    return next((dict(version.values) for version in register.current(table.key, number)), None)


def _cells(table: Table, values: Mapping[str, Any], wording: Wording) -> list[tuple[str, str]]:
    """What a record says, without what says who a person is."""
    shown = [
        column
        for column in table.own_columns
        if not column.personal and column.role not in (Role.PSEUDONYM, Role.PSEUDONYMS)
    ]
    return [(column_title(column), wording.value(column, values[column])) for column in shown]


def _what(ask: Ask) -> str:
    return f"row {ask.path['place']} of {ask.path['control']}, audit {ask.path['number']}"


def _why(ask: Ask) -> Page:
    back = _FINDING.format(**ask.path)
    return ask_why(f"Row {ask.path['place']} of {ask.path['control']}", f"{back}/{ask.path['place']}", back)


def _look(ask: Ask) -> Answer:
    row = _row(ask)
    if row is None:
        return _NOT_THERE
    table, number = row
    with ask.desk.reading() as register:
        values = _standing(register, table, number)
    entry_id = values.get(ENTRY.entry_id) if values else None
    location = f"{_FINDING.format(**ask.path)}/{ask.path['place']}"
    return say_why(ask, _what(ask), entry_id, location, _why(ask))


_FACE = Face.OVERSIGHT
ACTIONS = (
    Action("oversight.rows", _FACE, _FINDING, "The rows of a finding", _list, query=(_PLACE,)),
    Action("oversight.record", _FACE, f"{_FINDING}/{{place}}", "The record of a row, after a reason", _record),
    Action("oversight.record-look", _FACE, f"{_FINDING}/{{place}}", "Give a reason for seeing a record", _look,
           method="POST", fields=(REASON,)),
)  # fmt: skip
