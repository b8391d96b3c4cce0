"""The first page of staff: what is to be done."""

from __future__ import annotations

from overt.web._action import Action, Answer, Ask, Face, Shown


def _first(ask: Ask) -> Answer:
    return Shown("staff/first.html", {"staff": ask.who.staff})


ACTIONS = (Action("staff.first", Face.STAFF, "/staff", "What is to be done", _first, nav="To do"),)
