"""An invented police unit: whom it lists, what it reviews, sends and removes, quarter by quarter.

Nobody in it exists. What it proposes here is meant to pass the gate; what is meant to fail is in `_attempts`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from overt.charter import Charter
from overt.demo._people import Invented, invent
from overt.demo._seeded import Seeded
from overt.gate import Proposed

Values = dict[str, Any]
Row = tuple[str, Values]
RECORDERS = ("P1001", "P1002", "P1003", "P1004")
APPROVERS = ("P2001", "P2002", "P2003")
REVIEWERS = ("P3001", "P3002", "P3003", "P3004")

_NEW_EACH_QUARTER = 44
_SENT_EACH_QUARTER = 3
_COPIED = 30
_ROLES = ("suspect",) * 11 + ("convicted",) * 3 + ("victim",) * 4 + ("witness",) * 2
_PURPOSE = {"suspect": "investigation", "convicted": "prevention", "victim": "safeguarding", "witness": "safeguarding"}
_SENT_TO = {"suspect": "example_force", "convicted": "example_probation", "victim": "example_council"}
_UNITS = ("North desk", "South desk", "East desk", "West desk")
_PLACES = ("the canal", "the market", "the bus station", "the park", "the arcade", "the estate", "the school gates")
_GROUNDS = {
    "accused": (
        "Threatened others near {place} in words recorded on {day}; capture {number}",
        "Named by two sources after a stabbing near {place} on {day}; report {number}",
        "Showed a knife near {place} in a recording seen on {day}; capture {number}",
    ),
    "harmed": (
        "Was hurt near {place}, and named in a threat seen on {day}; report {number}",
        "Saw an attack near {place} on {day} and may be at risk for it; report {number}",
    ),
}
# Some of what the charter of 2021 let the unit record is never used, and the audit says so.
_NEVER_USED = ("emoji", "gesture", "cash_shown", "live_stream", "reposted")


@dataclass
class ListedEntry:
    """An entry as the unit knows it: what was admitted last, and the disclosures that nobody has recalled."""

    entry: Values
    is_child: bool
    sent: list[Values] = field(default_factory=list)

    @property
    def entry_id(self) -> str:
        """Its number."""
        return str(self.entry["entry_id"])


@dataclass(frozen=True)
class Proposal:
    """Records that stand or fall together. `altered` names the tables whose rows are new versions."""

    rows: tuple[Row, ...]
    altered: tuple[str, ...] = ()
    opens: ListedEntry | None = None

    def records(self, bundle: str) -> list[Proposed]:
        """As the gate takes them."""
        return [
            Proposed(table, values, "alter" if table in self.altered else "collect", bundle)
            for table, values in self.rows
        ]


class PoliceUnit:
    """The unit's desk. Its numbers go on from quarter to quarter, and the same seed gives the same records."""

    def __init__(self, seeded: Seeded) -> None:
        self.seeded = seeded
        self.chance = seeded.chance("unit")
        self.key = seeded.pseudonym_key()
        self.known: dict[str, Invented] = {}
        self.active: dict[str, ListedEntry] = {}
        self.removed: list[ListedEntry] = []
        self._last: Counter[str] = Counter()

    def number(self, letter: str) -> str:
        """The next number of a kind."""
        self._last[letter] += 1
        return f"{letter}{self._last[letter]:05}"

    def new_entries(self, charter: Charter, day: dt.date, actor: str) -> Iterator[Proposal]:
        """The people listed on one day."""
        yield from self.covert_listing(charter, day, actor)
        for _ in range(_NEW_EACH_QUARTER):
            yield self.listing(charter, day, actor)

    def copied(self) -> tuple[list[Invented], list[tuple[Invented, str]]]:
        """Who was removed and is not listed again, and some of who is listed, with their roles."""
        active = {listed.entry["subject_id"]: listed.entry["role"] for listed in self.active.values()}
        removed = [listed.entry["subject_id"] for listed in self.removed]
        gone = [self.known[subject] for subject in dict.fromkeys(removed) if subject not in active]
        return gone, [(self.known[subject], role) for subject, role in list(active.items())[:_COPIED]]

    def case_work(self, charter: Charter, day: dt.date, actor: str, diligence: float) -> Iterator[Proposal]:
        """What else is done on one day; `diligence` is the share of due reviews that the unit gets round to."""
        due = [listed for listed in self.active.values() if listed.entry["review_due_on"] < day.isoformat()]
        for place, listed in enumerate(due):
            if self.chance.random() < diligence:
                yield self.review(listed, day, actor, REVIEWERS[place % len(REVIEWERS)])
        yield from self.disclosures(charter, day, actor)
        if "keyword_warning" in charter.categories_in_force(day):
            yield self.keyword_hit(self.chance.choice(list(self.active.values())), day)

    def settle(self, proposal: Proposal) -> None:
        """Takes note that a proposal was admitted."""
        if proposal.opens:
            self.active[proposal.opens.entry_id] = proposal.opens
        for table, values in proposal.rows:
            listed = self.active.get(values.get("entry_id", ""))
            if listed and table == "entry":
                listed.entry = values
                if values["status"] == "closed":
                    self.removed.append(self.active.pop(listed.entry_id))
            elif listed and table == "disclosure":
                listed.sent.append(values)

    def person(self, day: dt.date, age: int = 0) -> Values:
        """An invented person; where no age is given mostly an adult, one in nine 14 to 17."""
        years = age or (self.chance.randint(14, 17) if self.chance.random() < 0.11 else self.chance.randint(19, 40))
        born = dt.date(day.year - years, day.month, 1) - dt.timedelta(days=self.chance.randint(40, 300))
        self._last["person"] += 1
        who = invent(self.seeded.chance(f"person {self._last['person']}"), born)
        subject_id = self.key.subject_id(who.person)
        # The desk knows whom it has in hand; what it proposes has the pseudonym alone.
        self.known[subject_id] = who
        return {
            "subject_id": subject_id,
            "birth_date": born.isoformat(),
            "sex": self.chance.choices(("male", "female"), (80, 20))[0],
            "ethnicity_self": self.chance.choices(("W1", "B1", "B2", "A2", "M1", "NS"), (44, 20, 13, 10, 8, 5))[0],
        }

    def entry(self, person: Mapping[str, Any], day: dt.date, actor: str, role: str = "") -> Values:
        """An entry about a person, with grounds that no other entry has."""
        entry_id, role = self.number("E"), role or self.chance.choice(_ROLES)
        opened = day - dt.timedelta(days=self.chance.randint(0, 20))
        words = self.chance.choice(_GROUNDS["accused" if role in ("suspect", "convicted") else "harmed"])
        child = is_child(person, day)
        return {
            "entry_id": entry_id,
            "subject_id": person["subject_id"],
            "unit": self.chance.choice(_UNITS),
            "role": role,
            "status": "active",
            "opened_on": opened.isoformat(),
            "opened_by": actor,
            "approved_by": self.chance.choice(APPROVERS),
            "grounds": words.format(place=self.chance.choice(_PLACES), day=opened, number=entry_id),
            "purpose": _PURPOSE[role],
            "retention_group": "child" if child else "standard",
            "review_due_on": _after(day, 31 if child else 92),
            "delete_due_on": _after(opened, 700 if child else 1_800),
            "decided_by": "human",
        }

    def item(self, entry: Values, category: str, origin: str, actor: str) -> Values:
        """An item from a source of its own, of which the register holds a reference and a digest and no content."""
        item_id = self.number("I")
        return {
            "item_id": item_id,
            "entry_id": entry["entry_id"],
            "category": category,
            "basis": self.chance.choice(("fact", "fact", "assessment")),
            "origin": origin,
            "platform": "an online platform" if origin == "social_media" else None,
            "source_ref": f"SRC-{item_id}",
            "evidence_ref": f"EVD-{item_id}",
            "evidence_sha256": sha256(f"invented evidence {item_id}".encode()).hexdigest(),
            "source_grade": self.chance.choice(("1", "2")),
            "information_grade": self.chance.choice(("A", "B", "C")),
            "handling": "P",
            "visibility": "open",
            "collected_on": entry["opened_on"],
            "recorded_by": actor,
        }

    def listing(
        self, charter: Charter, day: dt.date, actor: str, person: Values | None = None, role: str = ""
    ) -> Proposal:
        """A person, an entry, items of different sources and the log's line; of a child, a decision on safety too."""
        person = person or self.person(day)
        entry = self.entry(person, day, actor, role)
        origins: Sequence[str] = ("social_media", "police_record", "intelligence")[: self.chance.choice((2, 2, 3))]
        ruled = max(day, charter.effective_on)
        known = [name for name in charter.categories_in_force(ruled) if name not in _NEVER_USED]
        items = [self.item(entry, self.chance.choice(known), origin, actor) for origin in origins]
        if any(charter.categories[item["category"]].sensitive for item in items):
            entry["condition"] = "statutory"
        rows: list[Row] = [("subject", person), ("entry", entry), *(("item", item) for item in items)]
        rows.append(self.logged(entry["entry_id"], "collect", day, actor))
        if is_child(person, day):
            rationale = "Referred to those who protect children; see note {number}"
            rows.append(self.decision(entry["entry_id"], day, REVIEWERS[0], "safeguarding", rationale))
        return Proposal(tuple(rows), opens=ListedEntry(entry, is_child(person, day)))

    def covert_listing(self, charter: Charter, day: dt.date, actor: str) -> Iterator[Proposal]:
        """An authority that covers one person, and the listing, one item of which came from a private account."""
        person = self.person(day, age=25)
        authority = {
            "authority_id": self.number("AUTH"),
            "kind": "directed_surveillance",
            "granted_on": _after(day, -60),
            "granted_by_rank": "superintendent",
            "urgent": False,
            "expires_on": _after(day, 25),
            "scope": person["subject_id"],
        }
        yield Proposal((("authority", authority),))
        listing = self.listing(charter, day, actor, person, "suspect")
        covert = {"visibility": "private", "authority_id": authority["authority_id"]}
        rows = tuple(
            (table, values | covert if values.get("origin") == "social_media" else values)
            for table, values in listing.rows
        )
        yield Proposal(rows, opens=listing.opens)

    def review(self, listed: ListedEntry, day: dt.date, actor: str, reviewer: str) -> Proposal:
        """A review that keeps the entry for another term, or removes it."""
        is_kept = self.chance.random() < 0.45
        if is_kept:
            later: Values = {"review_due_on": _after(day, 31 if listed.is_child else 92)}
            rationale = f"A new report of {day} supports the entry; see note {{number}}"
        else:
            later = {"status": "closed", "closed_on": day.isoformat(), "closed_reason": "no purpose left"}
            rationale = "Nothing new since the last review and no purpose left; see note {number}"
        rows = (
            self.decision(listed.entry_id, day, reviewer, "retain" if is_kept else "remove", rationale),
            ("entry", {**listed.entry, **later}),
            self.logged(listed.entry_id, "alter", day, actor),
        )
        return Proposal(rows, altered=("entry",))

    def disclosures(self, charter: Charter, day: dt.date, actor: str) -> Iterator[Proposal]:
        """A few entries sent to who may have them, while an agreement is in force; what was removed is recalled."""
        for listed in self.removed:
            for sent in listed.sent:
                if day <= charter.recipients[sent["recipient"]].ends_on and sent["corrects"] is None:
                    yield self.disclosure(charter, listed, day, actor, corrects=sent["disclosure_id"])
            listed.sent = []
        known = [listed for listed in self.active.values() if listed.entry["role"] in _SENT_TO and not listed.sent]
        for listed in self.chance.sample(known, _SENT_EACH_QUARTER):
            if day <= charter.recipients[_SENT_TO[listed.entry["role"]]].ends_on:
                yield self.disclosure(charter, listed, day, actor)

    def disclosure(
        self, charter: Charter, listed: ListedEntry, day: dt.date, actor: str, corrects: str | None = None
    ) -> Proposal:
        """One entry sent to the body that its role allows, with the log's line."""
        name = _SENT_TO[listed.entry["role"]]
        recipient = charter.recipients[name]
        disclosure = {
            "disclosure_id": self.number("D"),
            "entry_id": listed.entry_id,
            "sent_at": f"{day}T11:00:00",
            "sent_by": actor,
            "recipient": name,
            "recipient_kind": recipient.kind,
            "agreement_id": recipient.agreement,
            "purpose": recipient.purposes[0],
            "purpose_kind": "law_enforcement",
            "redacted": True,
            "encrypted": True,
            "grade_sent": True,
            "corrects": corrects,
        }
        return Proposal((("disclosure", disclosure), self.logged(listed.entry_id, "disclose", day, actor)))

    def keyword_hit(self, listed: ListedEntry, day: dt.date, decided_by: str | None = "P2001") -> Proposal:
        """A keyword that pointed at an entry, and who decided what it means."""
        hit = {
            "hit_id": self.number("K"),
            "entry_id": listed.entry_id,
            "term": "an invented keyword",
            "occurred_at": f"{day}T09:30:00",
            "decided_by": decided_by,
        }
        return Proposal((("term_hit", hit),))

    def decision(self, entry_id: str, day: dt.date, reviewer: str, outcome: str, rationale: str) -> Row:
        """A review's own row."""
        number = self.number("R")
        return "review", {
            "review_id": number,
            "entry_id": entry_id,
            "done_at": f"{day}T10:00:00",
            "done_by": reviewer,
            "outcome": outcome,
            "rationale": rationale.format(number=number),
        }

    def logged(self, entry_id: str, action: str, day: dt.date, actor: str) -> Row:
        """The log's line of an act (DPA 2018 s.62)."""
        return "access", {
            "access_id": self.number("L"),
            "occurred_at": f"{day}T12:00:00",
            "actor": actor,
            "action": action,
            "entry_id": entry_id,
            "reason": "the work of the quarter",
        }


def is_child(person: Mapping[str, Any], day: dt.date) -> bool:
    """Whether a person is under eighteen on a day."""
    born = dt.date.fromisoformat(person["birth_date"])
    return (day.year - born.year, day.month, day.day) < (18, born.month, born.day)


def _after(day: dt.date, days: int) -> str:
    return (day + dt.timedelta(days=days)).isoformat()
