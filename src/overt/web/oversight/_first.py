"""The first page of oversight."""

from __future__ import annotations

from overt.web._action import Action, Answer, Ask, Face, Shown


def _first(ask: Ask) -> Answer:
    return Shown("oversight/first.html", {"staff": ask.who.staff})


ACTIONS = (Action("oversight.first", Face.OVERSIGHT, "/oversight", "Where oversight begins", _first, nav="Overview"),)
