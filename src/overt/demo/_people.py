"""Who is in the invented register: names that are put together from syllables, so that nobody bears them.

The register never holds them: they go into pseudonyms, and onto the informal lists that some officers keep.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from overt.pseudonym import Person, read_parts

_STARTS = (
    "Bav", "Cor", "Dul", "Fen", "Gar", "Hul", "Jor", "Kel", "Lom", "Mav", "Nor", "Pel", "Quil", "Rov", "Sab", "Tav",
    "Ven", "Wil", "Yor", "Zel",
)  # fmt: skip
_ENDS = ("ack", "adin", "ellis", "eric", "ilyn", "imar", "odan", "oril", "osk", "undra", "ustin", "yssa")
_FAMILIES = (
    "bandreth", "dorvik", "fallowin", "garrist", "hestrel", "kimmorn", "lanvers", "morlast", "norwick", "pellimer",
    "quorrin", "rastovan", "sendrick", "tollivar", "vannick", "wexmoor",
)  # fmt: skip
_FRONTS = ("Al", "Bre", "Cra", "Dro", "El", "Fri", "Gro", "Har", "Is", "Kra")
_MARKS = str.maketrans({"a": "á", "e": "é", "i": "í", "o": "ó"})


@dataclass(frozen=True)
class Invented:
    """A person who does not exist, as the unit was told the name."""

    given: str
    middle: str
    family: str
    born: dt.date

    def __repr__(self) -> str:
        return "Invented(…)"

    @property
    def forenames(self) -> str:
        """All but the family name."""
        return f"{self.given} {self.middle}".strip()

    @property
    def person(self) -> Person:
        """As the rule of pseudonyms reads it."""
        return Person(read_parts(self.forenames, self.family), self.born)


def invent(chance: Random, born: dt.date) -> Invented:
    """Somebody new. Some have a middle name, a name with marks, a hyphen, an apostrophe or an umlaut."""
    given = chance.choice(_STARTS) + chance.choice(_ENDS)
    middle = chance.choice(_STARTS) + chance.choice(_ENDS) if chance.random() < 0.35 else ""
    family = chance.choice(_FRONTS) + chance.choice(_FAMILIES)
    kind = chance.random()
    if kind < 0.15:
        given = given[:-2] + given[-2:].translate(_MARKS) if given[-2:].translate(_MARKS) != given[-2:] else f"{given}é"
    elif kind < 0.3:
        family = f"{family}-{chance.choice(_FRONTS)}{chance.choice(_FAMILIES)}"
    elif kind < 0.42:
        family = f"O’{family}"
    elif kind < 0.54:
        family = f"Mü{family[2:].lower()}" if family[2] not in "aeiou" else f"Mür{family[2:].lower()}"
    return Invented(given, middle, family, born)
