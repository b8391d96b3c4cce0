"""Two forms that take words: a request for information (FOIA 2000 s.8), and a complaint (DPA 2018 s.164A).

What the person writes, and where the answer goes, is kept with the request for the officer who answers and for nobody
else. It is destroyed some weeks after the answer (`overt.register`), and no public page shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from overt import publication, rights
from overt.model import REQUEST
from overt.pages import complains_to_controller, regulator
from overt.refusals import Refusal
from overt.register import LETTER_DAYS, Letter, Register, destroy_letters, keep_letter
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._forms import HONEYPOT
from overt.web.portal.public._asking import new_reference

_NAME = FormField("person_name", "Your name", longest=200, noun="your name")
_ADDRESS = FormField(
    "address", "Where should we send the answer?", Input.WORDS, "An email address or a postal address.",
    longest=600, noun="where to send the answer",
)  # fmt: skip
_QUESTION = FormField(
    "words", "What do you want to know?", Input.WORDS,
    "You do not have to say why. Do not ask about a particular person: if you want to know what is held about you, "
    "make a request about yourself.",
    longest=5_000, noun="what you want to know",
)  # fmt: skip
_COMPLAINT = FormField(
    "words", "What is your complaint?", Input.WORDS,
    "Say what happened and what you want us to do. You do not have to say whether you are listed.",
    longest=5_000, noun="your complaint",
)  # fmt: skip
_SENT_BACK = "This page has expired. Submit the form again."


@dataclass(frozen=True)
class LetterForm:
    """One of the forms: where it is, what it asks, and what takes its request in and gives its number."""

    path: str
    template: str
    fields: tuple[FormField, ...]
    take: Callable[[Register, Ask], str]


def _take_information(register: Register, ask: Ask) -> str:
    return publication.take_in(register, ask.today, by=ask.config.public_actor, now=ask.now).request


def _take_complaint(register: Register, ask: Ask) -> str:
    return rights.new_complaint(register, ask.today, by=ask.config.public_actor, now=ask.now).number


_INFORMATION = LetterForm(
    "/ask/information", "public/ask-information.html", (_QUESTION, _NAME, _ADDRESS), _take_information
)
_COMPLAIN = LetterForm("/ask/complaint", "public/ask-complaint.html", (_COMPLAINT, _NAME, _ADDRESS), _take_complaint)


def _page(ask: Ask, form: LetterForm, faults: tuple[FormFault, ...] = ()) -> Page:
    charter = ask.desk.charter()
    data = {
        "token": ask.tokens.make() if ask.tokens else "", "fields": form.fields, "honeypot": HONEYPOT,
        "contact": charter.register.contact if charter else "", "days": LETTER_DAYS, "target": form.path,
        "regulator": regulator(ask.today), "complain_to_us": complains_to_controller(ask.today),
        "controller": charter.register.controller if charter else ask.desk.title(),
    }  # fmt: skip
    return Page(form.template, data, faults=faults)


def _open(ask: Ask, form: LetterForm) -> Answer:
    """Takes in a request with its letter. A form in which a program filled in every field gets a reference alone."""
    if ask.form.get(HONEYPOT):
        return Sent(f"/ask/opened?reference={new_reference()}")
    faults = list(ask.faults)
    if ask.tokens is not None and not ask.tokens.holds(ask.form.get("token", "")):
        faults.append(FormFault("words", _SENT_BACK))
    if faults:
        return _page(ask, form, tuple(faults))
    reference = new_reference()
    try:
        with ask.desk.apart() as register:
            destroy_letters(register, ask.today)
            # The request and its letter are there together or not at all.
            with register.store.transaction():
                number = form.take(register, ask)
                letter = (ask.form["words"], ask.form[_NAME.name], ask.form[_ADDRESS.name])
                keep_letter(register, Letter(reference, number, *letter))
    except Refusal as refusal:
        return _page(ask, form, (FormFault("words", refusal.found, refusal.wanted, code=refusal.code),))
    kind = "information" if form is _INFORMATION else "complaint"
    return Sent(f"/ask/opened?reference={reference}", {"reference": reference, REQUEST.kind: kind})


def _information_page(ask: Ask) -> Answer:
    return _page(ask, _INFORMATION)


def _information(ask: Ask) -> Answer:
    return _open(ask, _INFORMATION)


def _complaint_page(ask: Ask) -> Answer:
    return _page(ask, _COMPLAIN)


def _complaint(ask: Ask) -> Answer:
    return _open(ask, _COMPLAIN)


ACTIONS = (
    Action("public.ask-information-page", Face.PUBLIC, _INFORMATION.path, "Ask for information", _information_page),
    Action("public.ask-information", Face.PUBLIC, _INFORMATION.path, "Ask for information", _information,
           method="POST", fields=_INFORMATION.fields, with_token=True),
    Action("public.ask-complaint-page", Face.PUBLIC, _COMPLAIN.path, "Complain", _complaint_page),
    Action("public.ask-complaint", Face.PUBLIC, _COMPLAIN.path, "Complain", _complaint,
           method="POST", fields=_COMPLAIN.fields, with_token=True),
)  # fmt: skip
