"""Registers an authorisation for covert collection, so that items can rest on it."""

from __future__ import annotations

from dataclasses import replace

from overt.model import TABLES
from overt.web.portal._action import Action, Answer, Ask, Face, Fault, Field, Kind, Shown
from overt.web.portal.staff._gate_says import faults, propose, told

_RANKS = tuple(
    (each, each.replace("_", " ").capitalize()) for each in TABLES["authority"].by_name["granted_by_rank"].codes
)
_KIND = Field(
    "kind", "What type of authorisation, power or consent is it?", Kind.CHOICE, noun="the type of authorisation"
)
_FIELDS = (
    Field(
        "authority_id",
        "The number of the authorisation",
        hint="As shown on the document, for example AUTH0123",
        longest=120,
    ),
    _KIND,
    Field(
        "renews",
        "Which authorisation does it renew?",
        hint="Leave blank if it renews none.",
        longest=120,
        optional=True,
        noun="the authorisation that it renews",
    ),
    Field("granted_on", "When was it granted?", Kind.DATE, noun="the date it was granted"),
    Field("granted_by_rank", "What rank was the officer who granted it?", Kind.CHOICE, choices=_RANKS, noun="the rank"),
    Field("urgent", "Was it granted orally, because it was urgent?", Kind.YES_OR_NO),
    Field("expires_on", "When does it expire?", Kind.DATE, noun="the date it expires"),
    Field(
        "scope",
        "Who does it cover?",
        Kind.WORDS,
        "Enter pseudonyms from the evidence store, separated by spaces.",
        noun="the pseudonyms",
    ),
)
# What is asked of one kind alone: shown where the charter lets the register rely on that kind.
_OF_KIND = {
    "undercover": (
        Field("long_term", "Undercover: is it for more than twelve months?", Kind.YES_OR_NO, optional=True),
        Field(
            "commissioner_told_on", "Undercover: when was the oversight body told?", Kind.DATE, optional=True,
            noun="the date it was told",
        ),
        Field(
            "approved_on", "Undercover: when did the oversight body approve it?", Kind.DATE,
            "Only for more than twelve months", optional=True, noun="the date it was approved",
        ),
    ),
    "juvenile_chis": (
        Field(
            "risk_assessed_on", "Juvenile source: when were the risks assessed?", Kind.DATE, optional=True,
            noun="the date of the assessment",
        ),
        Field(
            "age_at_grant", "Juvenile source: how old are they?", hint="In whole years", longest=3, optional=True,
            noun="the age",
        ),
        Field(
            "against_parent", "Juvenile source: will they inform on a parent?", Kind.YES_OR_NO,
            "Or on a person who cares for them", optional=True,
        ),
    ),
    "device_agreement": (
        Field(
            "notice_on", "Device: when was the written notice given?", Kind.DATE, optional=True,
            noun="the date of the notice",
        ),
        Field(
            "confirmed_on", "Device: when was the agreement confirmed in writing?", Kind.DATE, optional=True,
            noun="the date of the confirmation",
        ),
        Field(
            "agreed_by", "Device: who agreed?", Kind.CHOICE, optional=True, noun="who agreed",
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
    "ipa": "A warrant or authorisation under the Investigatory Powers Act",
}


def _form(ask: Ask, wrong: tuple[Fault, ...] = ()) -> Shown:
    charter = ask.desk.charter()
    known = charter.authorities if charter else {}
    kinds = tuple((name, _NAMES.get(name, name.replace("_", " ").capitalize())) for name in known)
    lead = ["The charter says which types this register may rely on, who may grant them and how long they last."]
    kind = replace(_KIND, choices=kinds)
    more = [field for name, fields in _OF_KIND.items() if name in known for field in fields]
    data = {
        "heading": "Register an authorisation", "lead": lead, "target": "/staff/authorities", "back": "/staff",
        "button": "Register", "fields": tuple(kind if each is _KIND else each for each in (*_FIELDS, *more)),
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
    Action("staff.authority-page", Face.STAFF, "/staff/authorities", "The form to register an authorisation", _page,
           nav="Authorisations"),
    Action("staff.authority", Face.STAFF, "/staff/authorities", "Register an authorisation", _register,
           method="POST", fields=_ALL),
)  # fmt: skip
