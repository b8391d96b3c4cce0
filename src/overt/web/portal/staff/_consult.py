"""The reason for seeing a record: asked first, logged by the gate, valid for one record, one session and 15 minutes."""

from __future__ import annotations

import datetime as dt

from overt.gate import Admitted
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Ask
from overt.web.portal.staff._gate_says import faults, logged, propose

LASTS = dt.timedelta(minutes=15)
REASON = FormField(
    "reason", "Why do you need to see this record?", Input.WORDS,
    "Your reason is recorded with your staff reference and checked by oversight.",
    noun="why you need to see this record",
)  # fmt: skip
_SHORTEST, _FEWEST_WORDS = 8, 2


def has_said_why(ask: Ask, what: str) -> bool:
    """Whether this person has recently given a reason for seeing this."""
    looks = ask.session.kept.setdefault("looks", {}) if ask.session else {}
    until = looks.get(what)
    return until is not None and ask.now < until


def ask_why(heading: str, target: str, back: str) -> Page:
    """The page that asks for a reason, shown in place of the record."""
    lead = ["You must give a reason before you can see this record. Your reason is logged, and oversight will see it."]
    data = {"heading": heading, "lead": lead, "target": target, "back": back, "fields": (REASON,), "asks": "reason"}
    return Page("shared/form.html", data)


def say_why(ask: Ask, what: str, entry_id: str | None, location: str, form: Page) -> Sent | Page:
    """Records the reason, and lets this session see the record."""
    wrong = list(ask.faults)
    reason = ask.form.get("reason", "")
    if not wrong and (len(reason.split()) < _FEWEST_WORDS or len(reason) < _SHORTEST):
        wrong = [FormFault("reason", "Enter why you need to see this record, in a few words")]
    if wrong:
        return Page(form.template, form.data, faults=wrong)
    logged_reason = reason if entry_id is not None else f"{what}: {reason}"
    outcome = propose(ask, [logged(ask, "consult", entry_id, logged_reason)])
    if not isinstance(outcome, Admitted):
        return Page(form.template, form.data, faults=faults(outcome.reasons, (), "reason"))
    if ask.session is not None:
        ask.session.kept.setdefault("looks", {})[what] = ask.now + LASTS
    return Sent(location, {"seq": outcome.seq})
