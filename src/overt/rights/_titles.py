"""Words for codes, as a letter to a person has them: what the charter calls things, and what published lists do.

The charter in force on a day says what its codes mean on that day. A code that it does not have, such as a recipient
whose agreement has ended, is looked for in the newest other version that has it; a code of no version is left as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from overt.charter import Charter, in_force
from overt.model import ENTRY, ITEM, REVIEW, SUBJECT
from overt.pages import IDENTITY_CODES

# Home Office, Annual Data Requirement: self-defined ethnicity 18+1.
_SELF_DEFINED = {
    "W1": "White: British", "W2": "White: Irish", "W3": "White: Gypsy or Irish Traveller", "W9": "White: other",
    "M1": "Mixed: White and Black Caribbean", "M2": "Mixed: White and Black African", "M3": "Mixed: White and Asian",
    "M9": "Mixed: other", "A1": "Asian: Indian", "A2": "Asian: Pakistani", "A3": "Asian: Bangladeshi",
    "A4": "Asian: Chinese", "A9": "Asian: other", "B1": "Black: Caribbean", "B2": "Black: African",
    "B9": "Black: other", "O2": "Arab", "O9": "Other", "NS": "not stated",
}  # fmt: skip
# College of Policing, Intelligence management: 3x5x2. The older 5x5x5 has letters for sources and is left as it is.
_SOURCE = {"1": "reliable", "2": "untested", "3": "not reliable"}
_INFORMATION = {
    "A": "known directly to the source", "B": "known indirectly, and corroborated", "C": "known indirectly",
    "D": "not known", "E": "suspected to be false",
}  # fmt: skip
_STATUS = {"active": "in use", "closed": "closed: no longer in use"}
_ROLE = {
    "suspect": "a suspect", "convicted": "a person who was convicted", "victim": "a victim or possible victim",
    "witness": "a witness, or a person with information", "associate": "a person who knows a suspect",
    "other": "in another role",
}  # fmt: skip
_ORIGIN = {
    "social_media": "social media", "message": "a message", "police_record": "a police record", "arrest": "an arrest",
    "intelligence": "an intelligence report", "partner": "another organisation", "victim": "a victim told us",
    "witness": "a witness told us", "self_admission": "you said so yourself", "observation": "an officer saw it",
}  # fmt: skip
_CONDITION = {
    "statutory": "a task that the law gives us, in the public interest", "justice": "the administration of justice",
    "vital_interests": "to save a life", "safeguarding": "to keep a child or an adult at risk safe",
    "manifestly_public": "the person made it public", "legal_claims": "legal claims", "judicial": "the work of courts",
    "fraud": "to prevent fraud", "archiving": "archives, research or statistics", "consent": "the person agreed",
}  # fmt: skip
_HANDLING = {"P": "may be shared", "C": "may be shared with conditions"}
_OUTCOME = {
    "retain": "kept", "amend": "changed", "remove": "to be removed", "safeguarding": "decided how to keep you safe",
}  # fmt: skip
_BY_COLUMN: dict[str, Mapping[str, str]] = {
    SUBJECT.ethnicity_self: _SELF_DEFINED,
    SUBJECT.ethnicity_observed: IDENTITY_CODES,
    ITEM.source_grade: _SOURCE,
    ITEM.information_grade: _INFORMATION,
    ENTRY.status: _STATUS,
    ENTRY.role: _ROLE,
    ITEM.origin: _ORIGIN,
    ENTRY.condition: _CONDITION,
    ITEM.handling: _HANDLING,
    ITEM.basis: {"fact": "fact", "assessment": "opinion"},
    ITEM.visibility: {"open": "public", "private": "private", "persona": "an officer using a false online identity"},
    ENTRY.decided_by: {"human": "a person", "automated": "an automated process"},
    REVIEW.outcome: _OUTCOME,
}


def word(column: str, value: object) -> str:
    """A code of a column of the model in words; a word with lines under it loses them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return _BY_COLUMN.get(column, {}).get(text, text.replace("_", " "))


def unit_name(code: str) -> str:
    """A unit as its name is written: the register has no list of their titles."""
    return code.replace("_", " ").title() if "_" in code else code


def grades(source: str | None, information: str | None) -> str:
    """How good an item is said to be, in words; codes of an older scheme with the scheme's name."""
    if source in _SOURCE and (information is None or information in _INFORMATION):
        parts = [f"source {_SOURCE[source]}"] + ([_INFORMATION[information]] if information else [])
        return ", ".join(parts)
    return f"graded {source or ''}{information or ''} (5x5x5)" if source or information else "not graded"


class Titles:
    """What the charters call purposes, categories, retention groups and recipients on a day."""

    def __init__(self, charters: Sequence[Charter]) -> None:
        self._charters = tuple(sorted(charters, key=lambda charter: charter.version, reverse=True))

    def at(self, day: dt.date) -> Charter:
        """The charter in force on a day; before the first was, the first."""
        return in_force(self._charters, day) or self._charters[-1]

    def purpose(self, code: str | None, day: dt.date) -> str | None:
        """A purpose in words."""
        return self._title(code, day, lambda charter: charter.purposes)

    def category(self, code: str | None, day: dt.date) -> str | None:
        """A category in words."""
        return self._title(code, day, lambda charter: charter.categories)

    def recipient(self, code: str, day: dt.date) -> str:
        """A recipient in words."""
        return self._title(code, day, lambda charter: charter.recipients) or code

    def _title(self, code: str | None, day: dt.date, of: Callable[[Charter], Mapping[str, Any]]) -> str | None:
        known = next(
            (of(charter)[code] for charter in (self.at(day), *self._charters) if code and code in of(charter)), None
        )
        return str(known.title) if known else code
