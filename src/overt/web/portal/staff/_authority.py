"""Registers an authorisation for covert collection, so that items can rest on it."""

from __future__ import annotations

from dataclasses import replace

from overt.model import AUTHORITY
from overt.web._answers import Page
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._gate_says import faults, page_after, propose

_KIND = FormField.of(
    AUTHORITY.kind, "What type of authorisation, power or consent is it?", choices=(), noun="the type of authorisation"
)
_NEW = "/staff/authorities/new"
_RENEWS = FormField("renews", "The authorisation to renew", optional=True, longest=120)
_FIELDS = (
    FormField.of(
        AUTHORITY.authority_id,
        "The number of the authorisation",
        "As shown on the document, for example AUTH0123",
        longest=120,
    ),
    _KIND,
    FormField.of(
        AUTHORITY.renews,
        "Which authorisation does it renew?",
        "Leave blank if it renews none.",
        longest=120,
        optional=True,
        noun="the authorisation that it renews",
    ),
    FormField.of(AUTHORITY.granted_on, "When was it granted?", noun="the date it was granted"),
    FormField.of(AUTHORITY.granted_by_rank, "What rank was the officer who granted it?", noun="the rank"),
    FormField.of(AUTHORITY.urgent, "Was it granted orally, because it was urgent?"),
    FormField.of(AUTHORITY.expires_on, "When does it expire?", noun="the date it expires"),
    FormField.of(
        AUTHORITY.scope,
        "Who does it cover?",
        "Enter pseudonyms from the evidence store, separated by spaces.",
        kind=Input.WORDS,
        noun="the pseudonyms",
    ),
)
# What is asked of one kind alone: shown where the charter lets the register rely on that kind.
_OF_KIND = {
    "undercover": (
        FormField.of(AUTHORITY.long_term, "Undercover: is it for more than twelve months?", optional=True),
        FormField.of(
            AUTHORITY.commissioner_told_on, "Undercover: when was the oversight body told?", optional=True,
            noun="the date it was told",
        ),
        FormField.of(
            AUTHORITY.approved_on, "Undercover: when did the oversight body approve it?",
            "Only for more than twelve months", optional=True, noun="the date it was approved",
        ),
    ),
    "juvenile_chis": (
        FormField.of(
            AUTHORITY.risk_assessed_on, "Juvenile source: when were the risks assessed?", optional=True,
            noun="the date of the assessment",
        ),
        FormField.of(
            AUTHORITY.age_at_grant, "Juvenile source: how old are they?", "In whole years", longest=3, optional=True,
            noun="the age",
        ),
        FormField.of(
            AUTHORITY.against_parent, "Juvenile source: will they inform on a parent?",
            "Or on a person who cares for them", optional=True,
        ),
    ),
    "device_agreement": (
        FormField.of(
            AUTHORITY.notice_on, "Device: when was the written notice given?", optional=True,
            noun="the date of the notice",
        ),
        FormField.of(
            AUTHORITY.confirmed_on, "Device: when was the agreement confirmed in writing?", optional=True,
            noun="the date of the confirmation",
        ),
        FormField.of(
            AUTHORITY.agreed_by, "Device: who agreed?", optional=True, noun="who agreed",
            words={
                "user": "Its user, an adult", "child": "A child alone",
                "other_person": "Another person, for a child or for an adult who cannot",
            },
        ),
    ),
}  # fmt: skip
_ALL = (*_FIELDS, *(field for fields in _OF_KIND.values() for field in fields))
_YES_OR_NO = frozenset(field.name for field in _ALL if field.kind is Input.YES_OR_NO)
AUTHORITY_KINDS = {
    "chis": "A covert human intelligence source",
    "consent": "Consent of the person concerned",
    "device_agreement": "An agreement to extract data from a device",
    "ipa": "A warrant or authorisation under the Investigatory Powers Act",
}


def kind_words(kind: str) -> str:
    """A type of authorisation in words."""
    return AUTHORITY_KINDS.get(kind, kind.replace("_", " ").capitalize())


def _form(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Page:
    charter = ask.desk.charter()
    known = charter.authorities if charter else {}
    kinds = tuple((name, kind_words(name)) for name in known)
    lead = ["The charter says which types this register may rely on, who may grant them and how long they last."]
    kind = replace(_KIND, choices=kinds)
    more = [field for name, fields in _OF_KIND.items() if name in known for field in fields]
    fields = [kind if field is _KIND else field for field in (*_FIELDS, *more)]
    heading = "Register an authorisation"
    given = {AUTHORITY.renews.name: ask.query.get(_RENEWS.name, "")} | dict(ask.form)
    return Page.of_form(heading, _NEW, "/staff/authorities", "Register", fields, faults=wrong, lead=lead, given=given)


def _page(ask: Ask) -> Answer:
    return _form(ask)


def _register(ask: Ask) -> Answer:
    if ask.faults:
        return _form(ask, ask.faults)
    values = {name: _value(name, text) for name, text in ask.form.items()}
    answer = propose(ask, [("authority", values)])
    return page_after(answer, "authority", _form(ask, faults(answer.reasons, _ALL, AUTHORITY.authority_id)))


def _value(name: str, text: str) -> str | int | bool:
    if name in _YES_OR_NO:
        return text == "yes"
    if name == AUTHORITY.age_at_grant and text.isascii() and text.isdecimal():
        return int(text)
    return " ".join(text.split()) if name == AUTHORITY.scope else text


ACTIONS = (
    Action("staff.authority-page", Face.STAFF, _NEW, "The form to register an authorisation", _page, query=(_RENEWS,)),
    Action("staff.authority", Face.STAFF, _NEW, "Register an authorisation", _register, method="POST", fields=_ALL),
)  # fmt: skip
