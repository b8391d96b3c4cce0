"""How a request is answered, and by which section of the law something is held back."""

from __future__ import annotations

from dataclasses import dataclass

from overt.refusals import Refusal, raise_all
from overt.rights._requests import Request, check_reason

# The aims for which the law lets a controller hold back: s.45(4) for access, s.48(3) for correction and erasure.
AIMS = {
    "a": "so that an inquiry or procedure is not obstructed",
    "b": "so that the prevention, detection, investigation or prosecution of offences is not prejudiced",
    "c": "to protect public security",
    "d": "to protect national security",
    "e": "to protect the rights and freedoms of others",
}
SECTIONS = {f"s.{section}({aim})": text for section in ("45(4)", "48(3)") for aim, text in AIMS.items()}
PARTS = {
    "grounds": "why we list you",
    "items": "the single items that we hold",
    "sources": "where the items came from",
    "recipients": "who was sent your data",
}


@dataclass(frozen=True)
class Restriction:
    """A part that is held back, the section relied on, and the reasons, which are recorded and not sent."""

    part: str
    section: str
    reasons: str


@dataclass(frozen=True)
class Decision:
    """How a request is answered.

    `denies` neither confirms nor denies; `refused` says of correction or erasure that it is not made. Each rests on
    one of `SECTIONS`, and its reasons are recorded.
    """

    restrictions: tuple[Restriction, ...] = ()
    denies: str | None = None
    refused: str | None = None
    reasons: str = ""


def check_decision(request: Request, decision: Decision) -> None:
    """Refuses a decision that does not name a section of the law and its reasons, with every fault."""
    faults: list[Refusal] = []
    whole = decision.denies or decision.refused
    for section in [*(each.section for each in decision.restrictions), *([whole] if whole else [])]:
        known = [each for each in SECTIONS if each.startswith("s.45") is (request.kind == "access")]
        if section not in known and not (decision.denies and section in SECTIONS):
            faults.append(Refusal("rights-section", "--section", section, ", ".join(known)))
    for part in (each.part for each in decision.restrictions):
        if part not in PARTS:
            faults.append(Refusal("rights-part", "--restrict", part, ", ".join(PARTS)))
    if decision.restrictions and request.kind != "access":
        faults.append(Refusal("rights-part", "--restrict", f"a request of the kind {request.kind}", "access"))
    if decision.refused and request.kind == "access":
        wanted = "access is restricted or neither confirmed nor denied"
        faults.append(Refusal("rights-section", "--refuse", "a request for access", wanted))
    if sum(map(bool, (decision.restrictions, decision.denies, decision.refused))) > 1:
        faults.append(Refusal("rights-decision", "the decision", "more than one way to hold back", "one of them"))
    raise_all(faults)
    for reasons in [each.reasons for each in decision.restrictions] + ([decision.reasons] if whole else []):
        check_reason(reasons, "--reasons")
