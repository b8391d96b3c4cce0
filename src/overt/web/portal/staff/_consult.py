"""Why somebody looks: asked first, entered by the gate, good for one entry, one session and a quarter of an hour."""

from __future__ import annotations

import datetime as dt

from overt.gate import Admitted
from overt.web.portal._action import Ask, Fault, Field, Kind, Sent, Shown
from overt.web.portal.staff._gate_says import faults, logged, propose

LASTS = dt.timedelta(minutes=15)
REASON = Field(
    "reason", "Why do you need to look at it?", Kind.WORDS, "It is kept with your staff reference, and is read."
)
_SHORTEST, _FEWEST_WORDS = 8, 2


def has_said_why(ask: Ask, what: str) -> bool:
    """Whether this person gave a reason for looking at this, not long ago."""
    looks = ask.session.kept.setdefault("looks", {}) if ask.session else {}
    until = looks.get(what)
    return until is not None and ask.now < until


def ask_why(heading: str, target: str, back: str) -> Shown:
    """The page that asks why, in place of what was asked for."""
    lead = ["You see it when you have said why. Your reason is a record of the register, and oversight reads it."]
    data = {"heading": heading, "lead": lead, "target": target, "back": back, "fields": (REASON,), "asks": "reason"}
    return Shown("shared/form.html", data)


def say_why(ask: Ask, what: str, entry_id: str | None, location: str, form: Shown) -> Sent | Shown:
    """Enters the reason as a record, and lets this session look."""
    found = list(ask.faults)
    reason = ask.form.get("reason", "")
    if not found and (len(reason.split()) < _FEWEST_WORDS or len(reason) < _SHORTEST):
        found = [Fault("reason", "Say why in a few words: what do you need it for?")]
    if found:
        return Shown(form.template, form.data, faults=found)
    said = reason if entry_id is not None else f"{what}: {reason}"
    outcome = propose(ask, [logged(ask, "consult", entry_id, said)])
    if not isinstance(outcome, Admitted):
        return Shown(form.template, form.data, faults=faults(outcome.reasons, {}, "reason"))
    if ask.session is not None:
        ask.session.kept.setdefault("looks", {})[what] = ask.now + LASTS
    return Sent(location, {"seq": outcome.seq})
