"""What somebody at the unit tries, and should not get: every kind of record that the gate is there to keep out.

Each begins as a record that would pass, and is spoiled in one place. No value here is anybody's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from overt.charter import Charter
from overt.demo._unit import ListedEntry, PoliceUnit, Proposal

_BULK = 51
_EACH_QUARTER = 8
Changes = Mapping[str, Any]


@dataclass(frozen=True)
class AttemptedRecord:
    """One try: what it is in words, and its records."""

    words: str
    proposal: Proposal


@dataclass(frozen=True)
class _Desk:
    """The unit on one day, and who sits there."""

    unit: PoliceUnit
    charter: Charter
    day: dt.date
    actor: str

    def listing(self, role: str = "suspect", age: int = 25, /, **changes: Changes) -> Proposal:
        """A listing that would pass, but for these values of its tables."""
        person = self.unit.person(self.day, age)
        return _spoiled(self.unit.listing(self.charter, self.day, self.actor, person, role), changes)

    def listed(self, *roles: str) -> list[ListedEntry]:
        return [listed for listed in self.unit.active.values() if listed.entry["role"] in roles]

    def sending(self, role: str, **changes: Any) -> Proposal:
        """A disclosure that would pass while its agreement is in force, but for these values."""
        sent = self.unit.disclosure(self.charter, self.listed(role)[0], self.day, self.actor)
        return _spoiled(sent, {"disclosure": changes})

    def bulk(self) -> Proposal:
        """One body is sent more entries on one day than case work explains."""
        sent = [
            self.unit.disclosure(self.charter, listed, self.day, self.actor)
            for listed in self.listed("suspect")[:_BULK]
        ]
        return Proposal(tuple(row for proposal in sent for row in proposal.rows))

    def second_role(self) -> Proposal:
        """Somebody who is listed as a victim is listed once more, as a suspect."""
        listed = self.listed("victim")[-1]
        whole = self.listing("suspect", 25, entry={"subject_id": listed.entry["subject_id"]})
        return replace(whole, rows=tuple(row for row in whole.rows if row[0] != "subject"))

    def unjudged(self) -> Proposal:
        """A keyword points at an entry, and nobody with a name decides what it means."""
        return self.unit.keyword_hit(self.listed("suspect")[0], self.day, None)

    def own_approval(self) -> Proposal:
        """Recorded and approved by the same person."""
        return self.listing(entry={"approved_by": self.actor})

    def other_category(self) -> Proposal:
        """Lyrics before the charter knows them, and tattoos, which it never does."""
        name = "tattoo" if "lyrics" in self.charter.categories_in_force(self.day) else "lyrics"
        return self.listing(item={"category": name})

    def expired(self) -> Proposal:
        """Private material collected under an expired authorisation."""
        authority, listing = self.unit.covert_listing(self.charter, self.day, self.actor)
        ran_out = {"granted_on": str(self.day - dt.timedelta(200)), "expires_on": str(self.day - dt.timedelta(120))}
        return replace(listing, rows=(("authority", authority.rows[0][1] | ran_out), *listing.rows))


def _spoiled(proposal: Proposal, changes: Mapping[str, Changes]) -> Proposal:
    rows = tuple((table, {**values, **changes.get(table, {})}) for table, values in proposal.rows)
    entry = next((values for table, values in rows if table == "entry"), None)
    opens = replace(proposal.opens, entry=entry) if proposal.opens and entry else None
    return replace(proposal, rows=rows, opens=opens)


Make = Callable[[_Desk], Proposal]


def _listing(role: str = "suspect", age: int = 25, **changes: Changes) -> Make:
    return lambda desk: desk.listing(role, age, **changes)


def _sending(role: str, **changes: Any) -> Make:
    return lambda desk: desk.sending(role, **changes)


_NAME, _HANDLE = {"subject_id": "Jo Example"}, {"grounds": "Posted as @invented.handle near the canal, capture 1"}
_TO_HOUSING = {"recipient": "example_housing", "recipient_kind": "housing"}
_KINDS: tuple[tuple[str, Make], ...] = (
    ("material from a private account without an authorisation", _listing(item={"visibility": "private"})),
    ("a category of data that is not in the charter in force", _Desk.other_category),
    ("no role given (suspect or victim)", _listing(entry={"role": None})),
    ("a victim with a risk score", _listing("victim", entry={"score": 40})),
    ("everything from one source", _listing(item={"source_ref": "SRC-1"})),
    ("a child aged 12", _listing("suspect", 12)),
    ("a name in place of a pseudonym", _listing(subject=_NAME, entry=_NAME)),
    ("there is no review date", _listing(entry={"review_due_on": None})),
    ("ethnicity without a legal condition", _listing(item={"category": "ethnicity"}, entry={"condition": None})),
    ("grounds that say nothing", _listing(entry={"grounds": "known to police"})),
    ("a first review in 2030", _listing(entry={"review_due_on": "2030-01-01"})),
    ("an entry sent on without an agreement", _sending("suspect", agreement_id=None)),
    ("an entry sent on unredacted", _sending("convicted", redacted=False)),
    ("a victim's entry sent to a housing office", _sending("victim", **_TO_HOUSING)),
    ("a keyword match that no named person decided on", _Desk.unjudged),
    ("a listing that a machine decided", _listing(entry={"decided_by": "automated", "significant": True})),
    ("an entry approved by the person who recorded it", _Desk.own_approval),
    ("a social media handle in the grounds", _listing(entry=_HANDLE)),
    ("51 entries sent to one organisation in a day", _Desk.bulk),
    ("material collected under an expired authorisation", _Desk.expired),
    ("a victim listed again, as a suspect", _Desk.second_role),
    ("nothing but social media posts", _listing(item={"origin": "social_media"})),
    ("ungraded items", _listing(item={"source_grade": None})),
)


def first_attempt(unit: PoliceUnit, charter: Charter, day: dt.date, actor: str) -> AttemptedRecord:
    """A listing that is right in itself, and comes before any charter is in force."""
    return AttemptedRecord("an entry before the charter is in force", _Desk(unit, charter, day, actor).listing())


def attempts(unit: PoliceUnit, charter: Charter, day: dt.date, actor: str, quarter: int) -> Iterator[AttemptedRecord]:
    """A few kinds each quarter, in turn, so that each comes up several times in four years."""
    desk = _Desk(unit, charter, day, actor)
    for place in range(quarter * _EACH_QUARTER, (quarter + 1) * _EACH_QUARTER):
        words, make = _KINDS[place % len(_KINDS)]
        yield AttemptedRecord(words, make(desk))
