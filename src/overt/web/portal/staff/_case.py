"""What the pages of one request share: the request, what its search found, and the person at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from overt import rights
from overt.model import REQUEST
from overt.pseudonym import PseudonymKey
from overt.refusals import Refusal, Refusals
from overt.register import Register
from overt.web._answers import Page
from overt.web._forms import Choices, FormFault
from overt.web.portal._action import Answer, Ask
from overt.web.portal._at_hand import cookie_name, unseal

T = TypeVar("T")
NOT_THERE = Page("shared/said.html", {"heading": "There is no such request"}, 404)
NOT_SET_UP = Page(
    "shared/said.html",
    {
        "heading": "This portal has no key of the unit",
        "lead": [
            "A person’s entries are found with the unit’s pseudonym key, and notices are signed with the key of its "
            "ledger. The person who runs the portal names both in portal.toml, under [rights].",
            "Until then this is done on the officer’s own computer: overt rights work, and the commands that follow.",
        ],
    },
    404,
)


def number_of(ask: Ask) -> str:
    """The number of the request in the address."""
    return str(ask.path[REQUEST.request_id])


def home(ask: Ask) -> str:
    """The address of the request's own page."""
    return f"/staff/requests/{number_of(ask)}"


def key_of(ask: Ask) -> PseudonymKey:
    """The unit's pseudonym key; refuses where the portal has none."""
    if ask.config.unit.pseudonym is None:
        raise Refusal("pseudonym-key-missing", "the portal", "it has no pseudonym key", "[rights] in portal.toml")
    return ask.config.unit.pseudonym


def person_at_hand(ask: Ask) -> rights.Requester | None:
    """Who asks, if the officer's browser holds what they gave for this very request."""
    key, sealed = ask.config.unit.pseudonym, ask.request.cookies.get(cookie_name(ask.config), "")
    if key is None or not sealed:
        return None
    at, seconds = int(ask.now.timestamp()), ask.config.idle_seconds
    return unseal(key, sealed, number_of(ask), ask.who.staff, seconds=seconds, at=at)


def case_desk(ask: Ask) -> rights.CaseDesk:
    """The officer at work: who, when, the keys that sign, and the folder of notices."""
    return rights.CaseDesk(ask.who.staff, ask.now, ask.config.unit.signers, notices_folder(ask))


def notices_folder(ask: Ask) -> Path:
    """Where notices lie until they are confirmed; refuses where the portal has no such folder."""
    folder = ask.config.unit.notices
    if folder is None or not ask.config.unit.signers:
        raise Refusal("portal-settings", "the portal", "it has no key that signs notices", "[rights] in portal.toml")
    return folder


def searched(register: Register, request: rights.RightsRequest) -> rights.LookUp | None:
    """What the newest search of a request found; none where nobody has searched."""
    try:
        return rights.look_up(register, request)
    except Refusal:
        return None


def entry_choices(looked: rights.LookUp) -> Choices:
    """The entries that a request may touch, and how sure it is that they are the person's."""
    sure = tuple((entry, f"{entry}: the name and date of birth, or an account, agree") for entry in looked.sure)
    return (*sure, *((entry, f"{entry}: an uncertain match, which you have checked") for entry in looked.unsure))


def section_choices(kind: str, received_on: date, *uses: str) -> Choices:
    """Sections of the law on which an answer may rest, each once, with what it is for among the uses named."""
    words_by_section: dict[str, dict[str, list[str]]] = {}
    for use, section, words in rights.choices(kind, received_on):
        if use in uses:
            words_by_section.setdefault(section, {}).setdefault(words, []).append(use)
    return tuple(
        (section, f"{section}, " + "; ".join(f"to {' or '.join(for_)}: {words}" for words, for_ in by_words.items()))
        for section, by_words in words_by_section.items()
    )


def page_or_refusal(ask: Ask, make: Callable[[Register, rights.RightsRequest], Answer]) -> Answer:
    """A page about the request of the address, where the unit has set its keys up; or why there is none."""
    if ask.config.unit.pseudonym is None:
        return NOT_SET_UP
    with ask.desk.reading() as register:
        try:
            request = rights.find_request(register, number_of(ask))
        except Refusal:
            return NOT_THERE
        return make(register, request)


def attempted(do: Callable[[], T], fields: Mapping[str, str], otherwise: str) -> T | tuple[FormFault, ...]:
    """What a function gives, or what it refuses, each refusal at the field that it is about.

    `fields` are the form's by the option that a refusal names; a refusal of none of them stands at `otherwise`.
    """
    try:
        return do()
    except Refusal as refusal:
        return (_fault(refusal, fields, otherwise),)
    except Refusals as several:
        return tuple(_fault(refusal, fields, otherwise) for refusal in several.refusals)


def _fault(refusal: Refusal, fields: Mapping[str, str], otherwise: str) -> FormFault:
    # What to do is said for who types commands; what is expected is said for everybody.
    remedy = "" if "--" in refusal.wanted or "overt " in refusal.wanted else refusal.wanted
    field = fields.get(refusal.where.partition(", ")[2] or refusal.where, otherwise)
    return FormFault(field, refusal.found, f"Expected: {remedy}" if remedy else "", code=refusal.code)
