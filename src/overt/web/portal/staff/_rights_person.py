"""Finding the entries of a person who asks, from what the person gave, with the unit's key.

What was given is in the form and in the officer's own browser, sealed (`_at_hand`). It is in no log, file or record:
the register keeps that an officer looked for this request, and which entries the search found.
"""

from __future__ import annotations

import datetime as dt

from overt import rights
from overt.refusals import Refusal
from overt.register import Register
from overt.web._answers import Page
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face, SentAtHand
from overt.web.portal._at_hand import LONGEST, seal
from overt.web.portal.staff._case import attempted, home, key_of, number_of, page_or_refusal

_NAME = FormField(
    "person_name", "Full name", hint="As the person wrote it.", longest=200, noun="the person’s full name"
)
_BORN = FormField("born", "Date of birth", Input.DATE, "For example, 27 3 2001", noun="the date of birth")
_ACCOUNTS = FormField(
    "accounts", "Online accounts that the person named", Input.WORDS,
    "One on each line: the platform, a colon, and the name of the account. For example, Example Video: @name",
    optional=True, longest=1_000, noun="the online accounts",
)  # fmt: skip
_ADDRESS = FormField(
    "address", "Address for the letter", Input.WORDS, "One line below another. It is printed in the letter.",
    optional=True, longest=600, noun="the address",
)  # fmt: skip
_FIELDS = (_NAME, _BORN, _ACCOUNTS, _ADDRESS)
_LEAD = [
    "The unit’s key turns these details into pseudonyms, and every entry is compared with them. It is recorded that "
    "you looked for this request, and which entries were found.",
    "The details are not recorded. They stay sealed in your browser until the answer has been written, you put them "
    "away, you sign out, or half an hour passes without any work.",
]


def _form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    path = f"{home(ask)}/person"
    heading = f"Find the person’s entries: request {number_of(ask)}"
    return Page.of_form(heading, path, home(ask), "Find the entries", _FIELDS, faults=faults, lead=_LEAD)


def _page(ask: Ask) -> Answer:
    return page_or_refusal(ask, lambda _, __: _form(ask))


def _find(ask: Ask) -> Answer:
    """Searches, records the look, and leaves what was given with the officer's browser."""
    return page_or_refusal(ask, lambda _, __: _searched(ask))


def _searched(ask: Ask) -> Answer:
    if ask.faults:
        return _form(ask, ask.faults)
    who = attempted(lambda: _requester(ask), {"accounts": "accounts"}, "person_name")
    if not isinstance(who, rights.Requester):
        return _form(ask, who)
    sealed = seal(key_of(ask), number_of(ask), ask.who.staff, who, int(ask.now.timestamp()))
    if len(sealed) > LONGEST:
        return _form(ask, (FormFault("address", "The details are too long to be kept while you work", "Shorten them"),))

    def search() -> int:
        with ask.desk.apart() as register:
            return len(rights.work(register, number_of(ask), key_of(ask), who, by=ask.who.staff, now=ask.now))

    found = attempted(search, {"born": "born"}, "person_name")
    if not isinstance(found, int):
        return _form(ask, found)
    return SentAtHand(home(ask), {"found": found}, sealed)


def _requester(ask: Ask) -> rights.Requester:
    """Who asks, from the form; refuses a line of accounts that is not one."""
    accounts = []
    for line in _lines(ask.form.get(_ACCOUNTS.name, "")):
        platform, colon, handle = (part.strip() for part in line.partition(":"))
        if not (platform and colon and handle):
            wanted = "the platform, a colon, and the name of the account"
            raise Refusal("who-malformed", "accounts", "a line is not an account", wanted)
        accounts.append((platform, handle))
    born = dt.date.fromisoformat(ask.form[_BORN.name]).isoformat()
    return rights.Requester(ask.form[_NAME.name], born, tuple(accounts), tuple(_lines(ask.form.get(_ADDRESS.name, ""))))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _away(ask: Ask) -> Answer:
    """The details leave the browser."""
    return SentAtHand(home(ask), {"at_hand": False})


def found_shown(register: Register, request: rights.RightsRequest, who: rights.Requester | None) -> dict[str, object]:
    """What the search of a request found, and whether the person is at hand."""
    try:
        looked = rights.look_up(register, request)
    except Refusal:
        return {"searched": False, "at_hand": who is not None, "sure": [], "unsure": []}
    return {
        "searched": True, "at_hand": who is not None, "sure": list(looked.sure), "unsure": list(looked.unsure),
    }  # fmt: skip


ACTIONS = (
    Action("staff.person-page", Face.STAFF, "/staff/requests/{request_id}/person", "The form to find a person",
           _page),
    Action("staff.person", Face.STAFF, "/staff/requests/{request_id}/person", "Find a person’s entries",
           _find, method="POST", fields=_FIELDS),
    Action("staff.person-away", Face.STAFF, "/staff/requests/{request_id}/person/away", "Put a person’s details away",
           _away, method="POST"),
)  # fmt: skip
