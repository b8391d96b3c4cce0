"""Registers an authority for covert collection, so that items can rest on it."""

from __future__ import annotations

from overt.model import TABLES
from overt.web._action import Action, Answer, Ask, Face, Fault, Field, Kind, Shown
from overt.web.staff._gate_says import faults, propose, told

_RANKS = tuple(
    (each, each.replace("_", " ").capitalize()) for each in TABLES["authority"].by_name["granted_by_rank"].codes
)
_KIND = Field("kind", "What kind of authority, power or consent is it?", Kind.CHOICE)
_FIELDS = (
    Field("authority_id", "The number of the authority", hint="As it stands on the document, as AUTH0123", longest=120),
    _KIND,
    Field(
        "renews", "Which authority does it renew?", hint="Leave it empty if it renews none.", longest=120, optional=True
    ),
    Field("granted_on", "When was it granted?", Kind.DATE),
    Field("granted_by_rank", "Which rank granted it?", Kind.CHOICE, choices=_RANKS),
    Field("urgent", "Was it granted orally, as urgent?", Kind.YES_OR_NO),
    Field("expires_on", "What is its last day?", Kind.DATE),
    Field(
        "scope", "Whom does it cover?", Kind.WORDS, "The pseudonyms that the evidence store gives, with blanks between."
    ),
)
_AT = {f"authority.{each.name}": each.name for each in _FIELDS}
_NAMES = {
    "chis": "A covert human intelligence source",
    "consent": "Consent of the person concerned",
    "device_agreement": "An agreement to extract data from a device",
    "ipa": "A warrant or authority under the Investigatory Powers Act",
}


def _form(ask: Ask, wrong: tuple[Fault, ...] = ()) -> Shown:
    charter = ask.desk.charter()
    known = charter.authorities if charter else {}
    kinds = tuple((name, _NAMES.get(name, name.replace("_", " ").capitalize())) for name in known)
    lead = ["The charter says which kinds this register may rely on, who may grant them and how long they last."]
    kind = Field(_KIND.name, _KIND.label, _KIND.kind, choices=kinds)
    data = {
        "heading": "Register an authority", "lead": lead, "target": "/staff/authorities", "back": "/staff",
        "button": "Register it", "fields": tuple(kind if each is _KIND else each for each in _FIELDS),
    }  # fmt: skip
    return Shown("shared/form.html", data, faults=wrong)


def _page(ask: Ask) -> Answer:
    return _form(ask)


def _register(ask: Ask) -> Answer:
    if ask.faults:
        return _form(ask, ask.faults)
    values = {**ask.form, "urgent": ask.form["urgent"] == "yes", "scope": " ".join(ask.form["scope"].split())}
    answer = propose(ask, [("authority", values)])
    return told(answer, "authority", _form(ask, faults(answer.reasons, _AT, "authority_id")))


ACTIONS = (
    Action("staff.authority-page", Face.STAFF, "/staff/authorities", "The form of an authority", _page,
           nav="Authorities"),
    Action("staff.authority", Face.STAFF, "/staff/authorities", "Register an authority", _register,
           method="POST", fields=_FIELDS),
)  # fmt: skip
