"""How a request is answered, and by which section of the law something is held back or refused.

Two things are kept apart (LAW of Part 3 of the Data Protection Act 2018). A *ground* is why a correction or erasure is
refused: the data are right, or need not be erased, or their use is restricted instead. A *section* is what lets the
controller hold something back: part of an access answer, or the reasons of a refusal. Section 48(3) is no ground to
refuse anything. What may be relied on depends on the day on which the request came in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from overt.refusals import Refusal, raise_all
from overt.reliance import not_law_on
from overt.rights._requests import RightsRequest, check_reason

# The aims for which the law lets a controller hold back: s.44(4) for notices, s.45(4) for access, s.48(3) for reasons.
AIMS = {
    "a": "to avoid obstructing an official or legal inquiry, investigation or procedure",
    "b": "to avoid prejudicing the prevention, detection, investigation or prosecution of criminal offences, or the "
    "execution of criminal penalties",
    "c": "to protect public security",
    "d": "to protect national security",
    "e": "to protect the rights and freedoms of others",
}
_EXEMPTIONS = {"s.78A": "to safeguard national security", "s.45A": "to protect legally privileged information"}
SECTIONS = {f"s.{section}({aim})": text for section in ("45(4)", "48(3)") for aim, text in AIMS.items()} | _EXEMPTIONS
# Data (Use and Access) Act 2025 s.75: a person refused under s.53 is told the reasons, by the day of the refusal.
_REASONS_OWED_FROM = dt.date(2026, 2, 5)
_EXCESSIVE = {"s.53(1)(b)": "because the request is manifestly unfounded or excessive"}
GROUNDS = {
    "rectification": {
        "s.46(1)": "because what we hold is not wrong",
        "s.46(4)": "because we must keep it as it is, as evidence. We do not use it for anything else",
        "s.47(3)": "because no one can find out whether it is accurate. We will not use it until that is known",
        **_EXCESSIVE,
    },
    "erasure": {
        "s.47(1)": "because the law does not require us to delete it: we are allowed to hold it, and still need it",
        "s.47(2)": "because we must keep it as evidence. We do not use it for anything else",
        "s.47(3)": "because no one can find out whether it is accurate. We will not use it until that is known",
        **_EXCESSIVE,
    },
    "restriction": {
        "s.47(2)": "because we do not keep it only as evidence",
        "s.47(3)": "because it is known whether it is accurate",
        **_EXCESSIVE,
    },
    "objection": {"s.35(1)": "because sharing it is lawful and fair", **_EXCESSIVE},
}
GRANTS = {
    "access": {},
    "rectification": {"s.46(1)": "because what we held was wrong", "s.46(2)": "because what we held was incomplete"},
    "erasure": {"s.47(1)": "because the law says that we must delete it"},
    "restriction": {
        "s.47(2)": "because we must keep it as evidence, and will not use it for anything else",
        "s.47(3)": "because no one can find out whether it is accurate, and we will not use it until that is known",
    },
    "objection": {"s.35(1)": "because sharing it would not be lawful and fair"},
}
"""On which section what was asked is done, by the kind of request."""
GRANT, HOLD_BACK, REFUSE = "do what was asked", "withhold part of it", "refuse"
WITHHOLD, DENY = "withhold reasons", "neither confirm nor deny"
PARTS = {
    "grounds": "the reasons you are listed",
    "items": "the individual items we hold",
    "sources": "where the items came from",
    "recipients": "who we have shared your data with",
}


@dataclass(frozen=True)
class Restriction:
    """A part that is held back, the section relied on, and the reasons, which are recorded and not sent."""

    part: str
    section: str
    reasons: str


@dataclass(frozen=True)
class RequestDecision:
    """How a request is answered.

    `denies` neither confirms nor denies. `refused` is the ground on which something that was asked is not done, for all
    of it or for what stays; `why` are the reasons for the person, unless `withheld` names the section that lets them be
    held back. `reasons` are recorded and not sent. `erased` names the entries that were erased, as the officer knows
    them: the register does not know their numbers any more. `granted` is the section on which what was asked was done.
    """

    restrictions: tuple[Restriction, ...] = ()
    denies: str | None = None
    refused: str | None = None
    reasons: str = ""
    why: str = ""
    withheld: str | None = None
    erased: tuple[str, ...] = ()
    granted: str | None = None

    @property
    def sections(self) -> tuple[str, ...]:
        """Every section relied on, each once."""
        relied_on = [restriction.section for restriction in self.restrictions]
        named = (self.granted, self.denies, self.refused, self.withheld)
        return tuple(dict.fromkeys([*relied_on, *(section for section in named if section)]))


def sections(kind: str, received_on: dt.date, *, denies: bool = False) -> tuple[str, ...]:
    """The sections that let something be held back in the answer to a request that came in on a day."""
    numbers = ("45(4)",) if kind == "access" else ("45(4)", "48(3)") if denies else ("48(3)",)
    privileged = ("s.45A",) if kind == "access" and not denies else ()
    known = (*(f"s.{number}({aim})" for number in numbers for aim in AIMS), "s.78A", *privileged)
    return tuple(section for section in known if not not_law_on(section, received_on))


def choices(kind: str, received_on: dt.date) -> Iterator[tuple[str, str, str]]:
    """What the answer to a request may rest on: for what, the section, and its words, in the order of the letter."""
    if kind == "access":
        yield from ((HOLD_BACK, section, SECTIONS[section]) for section in sections(kind, received_on))
    else:
        yield from ((GRANT, section, text) for section, text in GRANTS[kind].items())
        yield from ((REFUSE, ground, text) for ground, text in GROUNDS[kind].items())
        yield from ((WITHHOLD, section, SECTIONS[section]) for section in sections(kind, received_on))
    yield from ((DENY, section, SECTIONS[section]) for section in sections(kind, received_on, denies=True))


def check_decision(request: RightsRequest, decision: RequestDecision, today: dt.date) -> None:
    """Refuses a decision that does not name a section of the law and its reasons, with every fault."""
    raise_all(list(_faults(request, decision, today)))
    for restriction in decision.restrictions:
        check_reason(restriction.reasons, "--reasons")
    if decision.denies:
        check_reason(decision.reasons, "--reasons")
    if decision.withheld:
        check_reason(decision.reasons, "--reasons")
    elif decision.refused:
        check_reason(decision.why, "--why")


_SAYS_WHAT = "overt rights grounds REGISTER REQUEST says what each is for"


def _faults(request: RightsRequest, decision: RequestDecision, today: dt.date) -> Iterator[Refusal]:
    kind, received_on = request.kind, request.received_on
    allowed = sections(kind, received_on)
    for withheld in decision.restrictions:
        if withheld.part not in PARTS:
            yield Refusal("rights-part", "--restrict", withheld.part, ", ".join(PARTS))
        if withheld.section not in allowed:
            yield Refusal("rights-section", "--section", withheld.section or "nothing", ", ".join(allowed), _SAYS_WHAT)
    if decision.restrictions and kind != "access":
        yield Refusal("rights-part", "--restrict", f"a request of the kind {kind}", "access")
    denying = sections(kind, received_on, denies=True)
    if decision.denies and decision.denies not in denying:
        yield Refusal("rights-section", "--section", decision.denies, ", ".join(denying))
    if decision.refused and kind == "access":
        wanted = "access is restricted or neither confirmed nor denied"
        yield Refusal("rights-section", "--refuse", "this is a request for access", wanted)
    elif decision.refused and decision.refused not in GROUNDS[kind]:
        remedy = "s.48(3) lets the reasons be withheld, and is no ground to refuse: --withhold"
        yield Refusal("rights-section", "--section", decision.refused, ", ".join(GROUNDS[kind]), remedy)
    if decision.withheld and (not decision.refused or decision.withheld not in allowed):
        yield Refusal("rights-section", "--withhold", decision.withheld, f"with --refuse, one of {', '.join(allowed)}")
    elif decision.withheld and decision.refused in _EXCESSIVE and today >= _REASONS_OWED_FROM:
        wanted = "no --withhold: since 5 February 2026 the person is told the reasons (s.53(6))"
        yield Refusal("rights-section", "--withhold", f"{decision.withheld} with s.53", wanted)
    if decision.granted and decision.granted not in GRANTS[kind]:
        known = ", ".join(GRANTS[kind])
        wanted = f"{known}; or --refuse, --ncnd" if known else "--restrict or --ncnd with it: nothing is held back"
        yield Refusal("rights-section", "--section", decision.granted, wanted)
    if sum(map(bool, (decision.restrictions, decision.denies, decision.refused))) > 1:
        yield Refusal("rights-decision", "the decision", "more than one way to withhold was given", "only one of them")
