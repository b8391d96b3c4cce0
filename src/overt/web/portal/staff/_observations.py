"""What oversight asks the unit, and the unit's answers."""

from __future__ import annotations

from overt.register import ObservationState, answer_observation
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal import _observed
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS

_HERE = "/staff/observations"
_ONE = f"{_HERE}/{{number}}"
_ANSWER = FormField(
    "words", "What do you answer?", Input.WORDS, "Do not include names. Say what was done, and when.", longest=4_000,
    noun="your answer",
)  # fmt: skip


def _list(ask: Ask) -> Answer:
    return Page("oversight/observations.html", _observed.listed(ask, _HERE))


def _thread(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    data = _observed.thread(ask, _HERE)
    if data is None:
        return _observed.NO_OBSERVATION
    fields = (_ANSWER,) if data["state"] == ObservationState.OPEN else ()
    more = {"fields": fields, "button": "Send the answer", "target": f"{_HERE}/{data['number']}"}
    return Page("oversight/observation.html", {**data, **more}, faults=faults)


def _one(ask: Ask) -> Answer:
    return _thread(ask)


def _answer(ask: Ask) -> Answer:
    faults = (*ask.faults, *_observed.check_words(ask, "words"))
    if faults:
        return _thread(ask, faults)
    with ask.desk.writing() as gate:
        answer_observation(gate.register, ask.path["number"], ask.form["words"], by=ask.who.staff, now=ask.now)
    return Sent(f"{_HERE}/{ask.path['number']}", {"number": ask.path["number"]})


ACTIONS = (
    Action("staff.observations", Face.STAFF, _HERE, "What oversight asks the unit", _list, nav="From oversight",
           query=(_observed.STATE, *PAGE_FIELDS)),
    Action("staff.observation", Face.STAFF, _ONE, "An observation of oversight's, and the answers", _one),
    Action("staff.observation-answer", Face.STAFF, _ONE, "Answer an observation of oversight's", _answer,
           method="POST", fields=(_ANSWER,)),
)  # fmt: skip
