"""Reads what the text of a letter, as `_reply` writes it, says of itself and of its figures."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(
    r"\A[^\n]*\n(?P<dated>\d{1,2} [A-Z][a-z]+ \d{4})\n"
    r"Response (?P<number>\d+) to the request received on (?P<received>\d{1,2} [A-Z][a-z]+ \d{4})\n"
)
_CITED = re.compile(
    r"^Release (?P<release>\d+), SHA-256 of release\.json:\n  (?P<digest>[0-9a-f]{64})\n"
    r"Ledger (?P<origin>\S+), root at (?P<leaves>\d+) entries:\n  (?P<root>[0-9a-f]{64})$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class CitedRelease:
    """The release whose figures are in a letter, and the ledger that it was counted at."""

    release: str
    digest: str
    origin: str
    leaves: int
    root: str


@dataclass(frozen=True)
class Letter:
    """A letter that was sent, with its days in words as they stand there; without figures it cites no release."""

    number: str
    dated: str
    received: str
    cited: CitedRelease | None


def read_letter(text: str) -> Letter | None:
    """The facts of an answer.txt; none where it is not a letter as Overt writes it."""
    heading = _HEADING.match(text)
    if heading is None:
        return None
    names = _CITED.search(text)
    cited = None
    if names is not None:
        cited = CitedRelease(names["release"], names["digest"], names["origin"], int(names["leaves"]), names["root"])
    return Letter(heading["number"], heading["dated"], heading["received"], cited)
