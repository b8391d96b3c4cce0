"""What oversight asks the unit about a finding: sent, answered, and closed or asked again. No record is changed."""

from __future__ import annotations

import datetime as dt

from overt.register import ObservationState, raise_observation, settle_observation
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal import _observed
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS

_HERE = "/oversight/observations"
_NEW, _ONE = f"{_HERE}/new", f"{_HERE}/{{number}}"
_ABOUT = (
    FormField("audit", "The number of the audit", hint="Leave blank if none", optional=True, longest=20),
    FormField("control", "The finding", hint="For example, OV-21", optional=True, longest=60),
)
_ASKED = (
    FormField("title", "What is it about, in one line?", longest=160, noun="what it is about"),
    FormField(
        "words", "What do you ask the unit?", Input.WORDS,
        "Do not include names or anything from a record. Refer to rows by their place in the finding.",
        longest=4_000, noun="what you ask the unit",
    ),
    FormField("due_on", "By when should the unit answer?", Input.DATE, "For example, 27 3 2026", noun="the date"),
)  # fmt: skip
_FIELDS = (*_ABOUT, *_ASKED)
_SETTLES = FormField(
    "settles", "Are you content with the answer?", Input.YES_OR_NO, "“Yes” closes the observation.",
    noun="whether you are content",
)  # fmt: skip
_REPLY = FormField(
    "words", "What do you reply?", Input.WORDS, "Do not include names.", longest=4_000, noun="your reply"
)
_AGAIN = FormField(
    "due_on", "If you ask again: by when should the unit answer?", Input.DATE, "For example, 27 3 2026", optional=True,
    noun="the date",
)  # fmt: skip


def _list(ask: Ask) -> Answer:
    return Page("oversight/observations.html", _observed.listed(ask, _HERE))


def _form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    lead = ["The unit’s controller sees this and answers it. Everyone who views it is in the access log."]
    given = {name: ask.query.get(name, "") for name in ("audit", "control")} | dict(ask.form)
    return Page.of_form(
        "Send an observation to the unit", _NEW, _HERE, "Send", _FIELDS, faults=faults, lead=lead, given=given
    )


def _page(ask: Ask) -> Answer:
    return _form(ask)


def _send(ask: Ask) -> Answer:
    form = ask.form
    faults = [*ask.faults, *_observed.check_words(ask, "title", "words")]
    if not faults and form["due_on"] < str(ask.today):
        faults.append(FormFault("due_on", "The date must be today or later"))
    if faults:
        return _form(ask, tuple(faults))
    about, due_on = (form.get("audit", ""), form.get("control", "")), dt.date.fromisoformat(form["due_on"])
    with ask.desk.writing() as gate:
        number = raise_observation(
            gate.register, form["title"], form["words"], about, due_on, by=ask.who.staff, now=ask.now
        )
    return Sent(f"{_HERE}/{number}", {"number": number})


def _thread(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    data = _observed.thread(ask, _HERE)
    if data is None:
        return _observed.NO_OBSERVATION
    is_answered = data["state"] == ObservationState.ANSWERED
    fields = (_SETTLES, _REPLY, _AGAIN) if is_answered else ()
    more = {"fields": fields, "button": "Send the reply", "target": f"{_HERE}/{data['number']}"}
    return Page("oversight/observation.html", {**data, **more}, faults=faults)


def _one(ask: Ask) -> Answer:
    return _thread(ask)


def _settle(ask: Ask) -> Answer:
    faults = [*ask.faults, *_observed.check_words(ask, "words")]
    content = ask.form.get("settles") == "yes"
    if not faults and not content and ask.form.get("due_on", "") < str(ask.today):
        faults.append(FormFault("due_on", "Enter a date, today or later, by which the unit should answer"))
    if faults:
        return _thread(ask, tuple(faults))
    due_on = None if content else dt.date.fromisoformat(ask.form["due_on"])
    with ask.desk.writing() as gate:
        settle_observation(gate.register, ask.path["number"], ask.form["words"], due_on, by=ask.who.staff, now=ask.now)
    return Sent(f"{_HERE}/{ask.path['number']}", {"number": ask.path["number"]})


_FACE = Face.OVERSIGHT
ACTIONS = (
    Action("oversight.observations", _FACE, _HERE, "Observations sent to the unit", _list, nav="Observations",
           query=(_observed.STATE, *PAGE_FIELDS)),
    Action("oversight.observe-page", _FACE, _NEW, "The form to send an observation", _page, query=_ABOUT),
    Action("oversight.observe", _FACE, _NEW, "Send an observation to the unit", _send, method="POST", fields=_FIELDS),
    Action("oversight.observation", _FACE, _ONE, "An observation and its answers", _one),
    Action("oversight.settle", _FACE, _ONE, "Close an observation or ask again", _settle,
           method="POST", fields=(_SETTLES, _REPLY, _AGAIN)),
)  # fmt: skip
