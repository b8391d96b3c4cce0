"""With which organisations data can be shared, for what, and until when; and those whose agreement has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from overt.charter import Charter
from overt.pages import listed
from overt.web._pages import words
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._tables import QUERY, SortColumn, SortRow, SortTable, with_tables

_COLUMNS = (
    SortColumn("title", "Organisation"), SortColumn("roles", "About"), SortColumn("purposes", "Purpose"),
    SortColumn("starts_on", "From", "day"), SortColumn("ends_on", "Until", "day"), SortColumn("state", "State"),
)  # fmt: skip


def recipients_table(charter: Charter, today: dt.date) -> SortTable:
    """Every recipient of a charter, those with an agreement in force first."""
    bodies = sorted(charter.recipients.values(), key=lambda body: (not body.in_force(today), body.ends_on, body.title))
    rows = tuple(
        SortRow(
            {
                "title": body.title, "roles": _words(body.roles), "starts_on": body.starts_on, "ends_on": body.ends_on,
                "purposes": listed([
                    charter.purposes[name].title if name in charter.purposes else words(name) for name in body.purposes
                ]),
                "state": _state(body.starts_on, body.ends_on, today),
            }
        )
        for body in bodies
    )  # fmt: skip
    return SortTable("sharing", "Organisations and their agreements", _COLUMNS, rows)


def _words(names: Iterable[str]) -> str:
    return listed([words(name) for name in names])


def _state(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> str:
    if today < starts_on:
        return "Not in force yet"
    return "In force" if today <= ends_on else "Ended: nothing can be shared"


def _sharing(ask: Ask) -> Answer:
    charter = ask.desk.charter()
    data = {
        "today": ask.today,
        "in_force": len(charter.recipients_in_force(ask.today)) if charter else 0,
        "charter": f"{charter.version:04}" if charter else "",
    }
    return with_tables(ask, "public/sharing.html", data, [recipients_table(charter, ask.today)] if charter else [])


ACTIONS = (
    Action("public.sharing", Face.PUBLIC, "/sharing", "Organisations that data can be shared with", _sharing,
           nav="Sharing", cached=True, query=QUERY),
)  # fmt: skip
