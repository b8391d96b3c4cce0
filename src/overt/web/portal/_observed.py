"""Observations as oversight and the unit see them: the same list and the same thread, with one side's form."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from overt.pseudonym import NAME_SHAPE, SHAPES
from overt.register import Observation, ObservationState, find_observation
from overt.web._answers import Page
from overt.web._forms import Choices, FormFault, FormField, Input
from overt.web.portal._action import Ask
from overt.web.portal.oversight._queries import observations_page

STATES: Choices = (("open", "Waiting for the unit"), ("answered", "Answered"), ("closed", "Closed"))
STATE = FormField("state", "Status", Input.CHOICE, choices=STATES, optional=True)
NO_OBSERVATION = Page("shared/said.html", {"heading": "There is no observation with this number"}, 404)
_NEXT = {
    ObservationState.OPEN: "The unit: answer it",
    ObservationState.ANSWERED: "Oversight: close it or ask again",
    ObservationState.CLOSED: "No one: it is closed",
}
_SHAPE = re.compile("|".join([*SHAPES.values(), NAME_SHAPE]))


def listed(ask: Ask, here: str) -> dict[str, Any]:
    """A page of observations in the state that the address asks for."""
    state = ObservationState(ask.query.get("state", ObservationState.OPEN.value))
    with ask.desk.reading() as register:
        found, page = observations_page(register.store, state, ask.query)
    return {
        "here": here, "state": state.value, "states": STATES, "pages": page.ways(here, ask.query),
        "observations": [_shown(observation, ask.today) for observation in found],
    }  # fmt: skip


def _shown(observation: Observation, today: dt.date) -> dict[str, Any]:
    is_open = observation.state is ObservationState.OPEN
    return {
        "number": observation.number, "title": observation.title, "audit": observation.audit,
        "control": observation.control, "raised_at": observation.raised_at, "raised_by": observation.raised_by,
        "due_on": observation.due_on, "late": is_open and observation.due_on < str(today),
        "state": observation.state.value, "says": dict(STATES)[observation.state.value],
        "next": _NEXT[observation.state],
    }  # fmt: skip


def thread(ask: Ask, here: str) -> dict[str, Any] | None:
    """An observation with its notes; `None` if there is none with the number of the address."""
    with ask.desk.reading() as register:
        found = find_observation(register.store, ask.path["number"])
    if found is None:
        return None
    observation, notes = found
    return {**_shown(observation, ask.today), "notes": notes, "here": here, "back": here}


def check_words(ask: Ask, *names: str) -> list[FormFault]:
    """Faults of fields that have the shape of a name, a handle, an address or a number of a person."""
    return [
        FormFault(
            name, "This looks like a name, a handle or an address", "Refer to records by their place in the finding"
        )
        for name in names
        if _SHAPE.search(ask.form.get(name, ""))
    ]
