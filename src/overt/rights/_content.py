"""What an answer says, as data: docs/formats/rights-answer.md. The letter is made of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from overt.charter import Charter
from overt.pages import REGULATOR_PAGE, regulator
from overt.register import Register
from overt.rights._clock import spans
from overt.rights._decision import Decision
from overt.rights._find import Holding
from overt.rights._recall import Recall
from overt.rights._requests import Request
from overt.rights._titles import Titles

FORMAT = "overt-rights-answer/2"


@dataclass(frozen=True)
class Change:
    """A field that was corrected: of which entry or item, or `you`; what it was, and what it is since which day."""

    number: str
    table: str
    column: str
    old: Any
    new: Any
    on: str


@dataclass(frozen=True)
class Case:
    """What an answer is made of, except the requester; `restricted` are the entries no longer used since the request.

    `held_before` are the parts that an earlier answer about the same entries held back, with its number: what was not
    told then is not told now by the way.
    """

    titles: Titles
    request: Request
    decision: Decision
    outcome: str
    day: dt.date
    holdings: tuple[Holding, ...] = ()
    told: tuple[Recall, ...] = ()
    changed: tuple[Change, ...] = ()
    restricted: tuple[str, ...] = ()
    held_before: Mapping[str, str] = field(default_factory=dict)

    @property
    def charter(self) -> Charter:
        """The charter in force on the day of the answer."""
        return self.titles.at(self.day)


def changes(register: Register, request: Request, entry_ids: Sequence[str]) -> Iterator[Change]:
    """What was corrected for a request, field by field: what the register said before, and what it says since.

    A correction and its step are recorded in one transaction, at one moment.
    """
    moments = {each.recorded_at for each in request.steps if each.kind == "rectified"}
    people: dict[str, None] = {}
    for entry_id in entry_ids if moments else ():
        for row in register.store.rows("select distinct subject_id from entry_version where entry_id = ?", (entry_id,)):
            people[row[0]] = None
        yield from _changed(register, "entry", "entry_id", entry_id, moments)
        yield from _changed(register, "item", "entry_id", entry_id, moments)
    for subject_id in people:
        yield from _changed(register, "subject", "subject_id", subject_id, moments)


def _changed(register: Register, table: str, column: str, value: str, moments: set[str]) -> Iterator[Change]:
    rows = list(register.versions(table, f"x.{column} = ?", (value,)))
    before = {each.closed_seq: each for each in rows if each.closed_seq is not None}
    for each in rows:
        old = before.get(each.opened_seq)
        if each.recorded_at not in moments or old is None:
            continue
        number = "you" if table == "subject" else str(each.values[f"{table}_id"])
        for name, new in each.values.items():
            if new != old.values[name] and name != "recorded_at":
                yield Change(number, table, name, old.values[name], new, each.recorded_at[:10])


def answer_data(case: Case) -> dict[str, Any]:
    """The answer for a machine. Neither confirming nor denying says nothing but that."""
    said, request, decision = case.charter.register, case.request, case.decision
    found: dict[str, Any] = {
        "format": FORMAT,
        "register": {"name": said.name, "origin": said.origin, "controller": said.controller},
        "request": {
            "number": request.number,
            "kind": request.kind,
            "received_on": str(request.received_on),
            "answered_on": str(case.day),
        },
        "outcome": case.outcome,
    }
    if not decision.denies:
        found |= _held(case) if request.kind == "access" else _done(case)
        found["held_back"] = [{"part": each.part, "section": each.section} for each in decision.restrictions]
    if decision.refused:
        found["refused_under"] = decision.refused
        found |= {"reasons_withheld_under": decision.withheld} if decision.withheld else {"reasons": decision.why}
    if not decision.denies:
        found["clock"] = _clock(request)
    complain = {"to_us": said.contact, "officer": said.data_protection_officer}
    return {**found, "complain": {**complain, "commissioner": f"{regulator(case.day)}, {REGULATOR_PAGE}"}}


def _clock(request: Request) -> dict[str, Any]:
    """How the last day to answer was found. It is not part of an answer that must be alike for all."""
    days = [
        {"from": str(each.starts_on), "to": str(each.ends_on), "counts_as": each.what} for each in spans(request.clock)
    ]
    due = request.clock.due_on
    return {"due_on": str(due) if due else None, "extended": request.clock.is_extended, "spans": days}


def _held(case: Case) -> dict[str, Any]:
    held_back = {each.part for each in case.decision.restrictions}
    entries = [_entry(case, each, held_back) for each in case.holdings]
    return {"is_listed": bool(entries), "entries": entries}


def _done(case: Case) -> dict[str, Any]:
    done = []
    for each in case.request.steps:
        if each.kind in ("rectified", "erased", "recalled"):
            number = {"erasure": each.erasure} if each.erasure else {}
            done.append({"what": each.kind, "on": str(each.done_on), **number})
    told = []
    for recall in case.told:
        confirmed = {"confirmed_on": str(recall.confirmed_on)} if recall.confirmed_on else {}
        recipient = case.titles.recipient(recall.recipient, case.day)
        if "recipients" in case.held_before:
            recipient = f"an organisation that answer {case.held_before['recipients']} does not name"
        told.append({"recipient": recipient, "asks": recall.asks, "on": str(recall.sent_on), **confirmed})
    changed = [_corrected(case, each) for each in case.changed]
    stays = [
        {"entry": each.entry_id, "opened_on": each.entry["opened_on"], "status": each.entry["status"]}
        for each in case.holdings
    ]
    return {"done": done, "told": told, "corrected": changed, "erased": list(case.decision.erased), "stays": stays}


def _corrected(case: Case, change: Change) -> dict[str, Any]:
    """A field before and after; without both where an earlier answer held it back."""
    made = {"in": change.number, "field": f"{change.table}.{change.column}", "on": change.on}
    before = next((case.held_before[part] for part in _parts_of(change) if part in case.held_before), None)
    if before is not None:
        return {**made, "from": None, "to": None, "held_back_in": before}
    return {**made, "from": change.old, "to": change.new}


def _parts_of(change: Change) -> Iterator[str]:
    """The parts of an answer that tell a field."""
    if change.table == "item":
        yield "items"
        if change.column in _OF_SOURCE:
            yield "sources"
    if (change.table, change.column) == ("entry", "grounds"):
        yield "grounds"


_OF_SOURCE = frozenset(
    (
        "origin", "platform", "visibility", "source_grade", "information_grade", "source_ref", "evidence_ref",
        "source_authority", "authority_id",
    )
)  # fmt: skip


def _entry(case: Case, held: Holding, held_back: set[str]) -> dict[str, Any]:
    entry = held.entry
    keep = case.charter.retention.get(entry["retention_group"] or "")
    shown = (
        "role",
        "status",
        "opened_on",
        "unit",
        "score",
        "band",
        "score_as_of",
        "closed_on",
        "closed_reason",
        "mention_on",
    )
    made: dict[str, Any] = {"entry": entry["entry_id"]}
    made |= {name: entry[name] for name in shown if entry[name] is not None}
    made["purpose"] = case.titles.purpose(entry["purpose"], case.day)
    if "grounds" not in held_back:
        made["grounds"] = entry["grounds"]
    person = held.rows["subject"]
    made["about_you"] = {
        name: value for row in person for name, value in row.items() if value is not None and name != "subject_id"
    }
    made["categories"] = _categories(case, held)
    if "items" not in held_back:
        made["items"] = [_item(case, row, "sources" in held_back) for row in held.rows["item"]]
    made["reviews"] = [
        {"done_on": str(row["done_at"] or "")[:10], "outcome": row["outcome"]} for row in held.rows["review"]
    ]
    if "recipients" not in held_back:
        made["recipients"] = [_sent(case, row) for row in held.rows["disclosure"]]
    made["retention"] = {
        "review_by": entry["review_due_on"],
        "delete_by": entry["delete_due_on"],
        "most_years": keep.limit_years if keep else None,
        "reason": keep.reason if keep else None,
    }
    return made


def _categories(case: Case, held: Holding) -> list[dict[str, Any]]:
    counts = Counter(str(row["category"]) for row in held.rows["item"])
    return [
        {"category": case.titles.category(name, case.day), "items": count} for name, count in sorted(counts.items())
    ]


def _item(case: Case, row: Mapping[str, Any], sources_held_back: bool) -> dict[str, Any]:
    made = {
        "item": row["item_id"],
        "category": case.titles.category(row["category"], case.day),
        "is": row["basis"],
        "collected_on": row["collected_on"],
    }
    if not sources_held_back:
        made |= {"origin": row["origin"], "platform": row["platform"], "visibility": row["visibility"]}
        made |= {"source_grade": row["source_grade"], "information_grade": row["information_grade"]}
    return {name: value for name, value in made.items() if value is not None}


def _sent(case: Case, row: Mapping[str, Any]) -> dict[str, Any]:
    day = dt.date.fromisoformat(str(row["sent_at"])[:10]) if row["sent_at"] else case.day
    return {
        "recipient": case.titles.recipient(str(row["recipient"]), day),
        "sent_on": str(row["sent_at"] or "")[:10],
        "purpose": case.titles.purpose(row["purpose"], day),
        "corrects_an_earlier_one": row["corrects"] is not None,
    }
