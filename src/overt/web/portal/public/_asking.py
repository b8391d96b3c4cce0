"""Making a request about oneself: a form that opens a request and gives a reference number; and following one.

The form asks for no name, address or other details. The register keeps the type of the request, the date it was
received and the date it is due. The person proves their identity to the unit, with the reference number. A request for
information and a complaint have a form of their own (`_letters`).
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import replace

from overt.charter import Charter
from overt.gate import Admitted, Proposed
from overt.model import REQUEST
from overt.pages import complains_to_controller, regulator
from overt.register import letter_with
from overt.rights import Clock, calendar_of
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._forms import HONEYPOT

_KINDS = (
    ("access", "Find out what information you hold about me"),
    ("rectification", "Correct information about me"),
    ("erasure", "Have information about me deleted"),
    ("restriction", "Restrict how information about me is used, because I think it is wrong"),
    ("objection", "Ask you not to share information about me"),
    ("information", "Ask for figures or documents (Freedom of Information request)"),
    ("complaint", "Complain about how information about me is handled"),
)
_OWN_FORMS = {"information": "/ask/information", "complaint": "/ask/complaint"}
_WHAT = FormField.of(REQUEST.kind, "What do you want to do?", choices=_KINDS, noun="what you want to do")
_OUTCOMES = {
    "answered": "Answered", "partly": "Answered in part: the letter says what is withheld or was not done, and why",
    "restricted": "Answered in part: the letter says what is withheld, and why",
    "ncnd": "Answered: we neither confirm nor deny that we hold anything", "refused": "Refused: the letter says why",
    "withdrawn": "Withdrawn by the person who made it",
    "unidentified": "Closed: we asked for proof of identity and received none. You can make a new request at any time",
}  # fmt: skip
_REFERENCE = FormField(
    "reference",
    "Your reference number",
    hint="It starts with Q, for example Q7K3M-2F9TX-4HBWD-8RNPC-6VJZG-3ST",
    longest=60,
)
# No letter or digit that looks like another. 27 of these 30 have more than 128 bits, so a reference cannot be guessed.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM, _GROUP = 27, 5
_FORM = re.compile(f"Q[{_LETTERS}]{{{_RANDOM}}}")
_SENT_BACK = "This page has expired. Submit the form again."


def _ask_page(ask: Ask) -> Answer:
    return _form(ask)


def _form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    charter = ask.desk.charter()
    token = ask.tokens.make() if ask.tokens else ""
    contact = charter.register.contact if charter else ""
    officer = charter.register.data_protection_officer if charter else ""
    data: dict[str, object] = {
        "token": token, "contact": contact, "officer": officer, "honeypot": HONEYPOT,
        "fields": (replace(_WHAT, choices=_kinds_on(ask.today)),),
        "regulator": regulator(ask.today), "complain_to_us": complains_to_controller(ask.today),
    }  # fmt: skip
    return Page("public/ask.html", data, faults=faults)


def _kinds_on(today: dt.date) -> tuple[tuple[str, str], ...]:
    """What can be asked on a day: a complaint to the controller since the law gives that right."""
    return tuple(kind for kind in _KINDS if kind[0] != "complaint" or complains_to_controller(today))


def _open(ask: Ask) -> Answer:
    """Opens a request. A form in which a program filled in every field gets a reference, but no request is recorded."""
    if ask.form.get(HONEYPOT):
        return Sent(f"/ask/opened?reference={new_reference()}")
    faults = list(ask.faults)
    if ask.tokens is not None and not ask.tokens.holds(ask.form.get("token", "")):
        faults.append(FormFault(_WHAT.name, _SENT_BACK))
    if faults:
        return _form(ask, tuple(faults))
    kind = ask.form[REQUEST.kind]
    if kind in _OWN_FORMS:
        return Sent(_OWN_FORMS[kind], {"kind": kind})
    reference = new_reference()
    due = _due(ask.today, ask.desk.charter())
    values: dict[str, str] = {REQUEST.request_id: reference, REQUEST.kind: kind}
    values |= {REQUEST.received_on: str(ask.today), REQUEST.due_on: str(due)}
    outcome = ask.desk.admit([Proposed("request", values)], ask.config.public_actor)[0]
    if not isinstance(outcome, Admitted):
        reasons = tuple(FormFault(_WHAT.name, why.says, why.remedy, why.law, why.code) for why in outcome.reasons)
        return _form(ask, reasons)
    return Sent(f"/ask/opened?reference={reference}", {"reference": reference, "kind": kind, "due_on": due})


def _due(received: dt.date, charter: Charter | None) -> dt.date | None:
    """One month for a person's own rights.

    DPA 2018 s.54: the month runs from the day of the request, or from the day on which the person proved who they are.
    The earlier of the two is recorded; the unit records the other when it is known (`overt rights identity`).
    """
    return Clock(received, received, calendar=calendar_of(charter)).due_on


def new_reference() -> str:
    """A reference of 128 random bits or more, in groups, with a digit in it."""
    while True:
        letters = "Q" + "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
        if any(letter.isdigit() for letter in letters):
            return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _as_given_out(text: str) -> str | None:
    """A reference as the portal gave it out, however it was typed; `None` for anything else.

    The register has other numbers, in sequence: anyone who could follow those would learn about every request.
    """
    letters = "".join(text.upper().replace("-", " ").split())
    return _grouped(letters) if _FORM.fullmatch(letters) else None


def _opened(ask: Ask) -> Answer:
    request = _request(ask, ask.query["reference"])
    # One that a program opened gets the same page, and is nowhere in the register.
    known = request or {"due_on": None, "is_about_them": True, "thread": ""}
    about = {name: known[name] for name in ("due_on", "is_about_them", "thread")}
    return Page("public/opened.html", {"reference": ask.query["reference"], **about, **_unit(ask)})


def _unit(ask: Ask) -> dict[str, str]:
    charter = ask.desk.charter()
    return {"contact": charter.register.contact if charter else ""}


def _follow(ask: Ask) -> Answer:
    reference = ask.query.get("reference", "").strip()
    request = _request(ask, reference) if reference else None
    faults: tuple[FormFault, ...] = ()
    if reference and request is None:
        faults = (
            FormFault(
                "reference",
                "We cannot find a request with this reference",
                "Check the reference number. A request made by letter or in person has no such number",
            ),
        )
    data = {"fields": (_REFERENCE,), "request": request, "given": {"reference": reference}, **_unit(ask)}
    return Page("public/follow.html", data, 404 if faults else 200, faults=faults)


def _request(ask: Ask, reference: str) -> dict[str, object] | None:
    """What the register says of a request, by the reference that only the person who made it was given."""
    given_out = _as_given_out(reference)
    if given_out is None:
        return None
    with ask.desk.reading() as register:
        letter = letter_with(register, given_out)
        number = letter.request if letter else given_out
        values = next((version.values for version in register.current(REQUEST.request_id, number)), None)
    if values is None:
        return None
    dated = (REQUEST.received_on, REQUEST.due_on, REQUEST.answered_on)
    shown = {str(name): values[name] for name in (REQUEST.request_id, *dated)} | {str(REQUEST.request_id): given_out}
    public = number.removeprefix("FOI-") if values[REQUEST.kind] == "information" and letter else ""
    outcome = _OUTCOMES.get(str(values[REQUEST.outcome]), "none yet")
    return {
        **shown,
        "is_about_them": values[REQUEST.kind] not in _OWN_FORMS,
        "thread": f"/answers/{public}" if public else "",
        "asked": dict(_KINDS)[str(values[REQUEST.kind])],
        "outcome": outcome,
    }


_ASKED = FormField("reference", "Your reference number", optional=True, longest=40)
ACTIONS = (
    Action("public.ask-page", Face.PUBLIC, "/ask", "Make a request", _ask_page, nav="Make a request"),
    Action("public.ask", Face.PUBLIC, "/ask", "Make a request", _open, method="POST", fields=(_WHAT,), with_token=True),
    Action("public.asked", Face.PUBLIC, "/ask/opened", "A request was made", _opened, query=(_REFERENCE,)),
    Action("public.follow", Face.PUBLIC, "/ask/follow", "Track a request", _follow, query=(_ASKED,)),
)
