"""Registers an authority for covert collection, so that items can rest on it."""

from __future__ import annotations

from overt.model import TABLES
from overt.web.portal._action import Action, Answer, Ask, Face, Fault, Field, Kind, Shown
from overt.web.portal.staff._gate_says import faults, propose, told

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
# What is asked of one kind alone: shown where the charter lets the register rely on that kind.
_OF_KIND = {
    "undercover": (
        Field("long_term", "Undercover: is it for more than twelve months?", Kind.YES_OR_NO, optional=True),
        Field("commissioner_told_on", "Undercover: when was the oversight body told?", Kind.DATE, optional=True),
        Field(
            "approved_on", "Undercover: when did the oversight body approve it?", Kind.DATE,
            "Only for more than twelve months", optional=True,
        ),
    ),
    "juvenile_chis": (
        Field("risk_assessed_on", "Juvenile source: when were the risks assessed?", Kind.DATE, optional=True),
        Field("age_at_grant", "Juvenile source: how old are they?", hint="In whole years", longest=3, optional=True),
        Field(
            "against_parent", "Juvenile source: are they to inform on a parent?", Kind.YES_OR_NO,
            "Or on whoever cares for them", optional=True,
        ),
    ),
    "device_agreement": (
        Field("notice_on", "Device: when was the written notice given?", Kind.DATE, optional=True),
        Field("confirmed_on", "Device: when was the agreement confirmed in writing?", Kind.DATE, optional=True),
        Field(
            "agreed_by", "Device: who agreed?", Kind.CHOICE, optional=True,
            choices=(
                ("user", "Its user, an adult"), ("child", "A child alone"),
                ("other_person", "Another person, for a child or for an adult who cannot"),
            ),
        ),
    ),
}  # fmt: skip
_ALL = (*_FIELDS, *(field for fields in _OF_KIND.values() for field in fields))
_YES_OR_NO = frozenset(each.name for each in _ALL if each.kind is Kind.YES_OR_NO)
_AT = {f"authority.{each.name}": each.name for each in _ALL}
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
    more = [field for name, fields in _OF_KIND.items() if name in known for field in fields]
    data = {
        "heading": "Register an authority", "lead": lead, "target": "/staff/authorities", "back": "/staff",
        "button": "Register it", "fields": tuple(kind if each is _KIND else each for each in (*_FIELDS, *more)),
    }  # fmt: skip
    return Shown("shared/form.html", data, faults=wrong)


def _page(ask: Ask) -> Answer:
    return _form(ask)


def _register(ask: Ask) -> Answer:
    if ask.faults:
        return _form(ask, ask.faults)
    values = {name: _value(name, text) for name, text in ask.form.items()}
    answer = propose(ask, [("authority", values)])
    return told(answer, "authority", _form(ask, faults(answer.reasons, _AT, "authority_id")))


def _value(name: str, text: str) -> str | int | bool:
    if name in _YES_OR_NO:
        return text == "yes"
    if name == "age_at_grant" and text.isascii() and text.isdecimal():
        return int(text)
    return " ".join(text.split()) if name == "scope" else text


ACTIONS = (
    Action("staff.authority-page", Face.STAFF, "/staff/authorities", "The form of an authority", _page,
           nav="Authorities"),
    Action("staff.authority", Face.STAFF, "/staff/authorities", "Register an authority", _register,
           method="POST", fields=_ALL),
)  # fmt: skip
