"""What an answer says, as data: docs/formats/rights-answer.md. The letter is made of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from overt.charter import Charter
from overt.model import DISCLOSURE, ENTRY, ITEM, REVIEW, SUBJECT, TABLES, Column
from overt.pages import REGULATOR_PAGE, regulator
from overt.register import Register
from overt.rights._clock import spans
from overt.rights._decision import RequestDecision
from overt.rights._find import Holding
from overt.rights._recall import Recall
from overt.rights._requests import RightsRequest
from overt.rights._titles import Titles

FORMAT = "overt-rights-answer/2"


@dataclass(frozen=True)
class FieldChange:
    """A field that was corrected: of which entry or item, or `you`; what it was, and what it is since which day."""

    number: str
    table: str
    column: str
    old: Any
    new: Any
    on: str


@dataclass(frozen=True)
class AnswerCase:
    """What an answer is made of, except the requester; `restricted` are the entries no longer used since the request.

    `held_before` are the parts that an earlier answer about the same entries held back, with its number: what was not
    told then is not told now by the way.
    """

    titles: Titles
    request: RightsRequest
    decision: RequestDecision
    outcome: str
    day: dt.date
    holdings: tuple[Holding, ...] = ()
    told: tuple[Recall, ...] = ()
    changed: tuple[FieldChange, ...] = ()
    restricted: tuple[str, ...] = ()
    held_before: Mapping[str, str] = field(default_factory=dict)

    @property
    def charter(self) -> Charter:
        """The charter in force on the day of the answer."""
        return self.titles.at(self.day)


def changes(register: Register, request: RightsRequest, entry_ids: Sequence[str]) -> Iterator[FieldChange]:
    """What was corrected for a request, field by field: what the register said before, and what it says since.

    A correction and its step are recorded in one transaction, at one moment.
    """
    moments = {step.recorded_at for step in request.steps if step.kind == "rectified"}
    people: dict[str, None] = {}
    for entry_id in entry_ids if moments else ():
        for row in register.store.rows("select distinct subject_id from entry_version where entry_id = ?", (entry_id,)):
            people[row[0]] = None
        yield from _changed(register, ENTRY.entry_id, entry_id, moments)
        yield from _changed(register, ITEM.entry_id, entry_id, moments)
    for subject_id in people:
        yield from _changed(register, SUBJECT.subject_id, subject_id, moments)


def _changed(register: Register, column: Column, value: str, moments: set[str]) -> Iterator[FieldChange]:
    """Changes of the rows of a table whose column has a value."""
    table = TABLES[column.table]
    rows = list(register.versions(table.name, f"x.{column} = ?", (value,)))
    before = {version.closed_seq: version for version in rows if version.closed_seq is not None}
    for version in rows:
        old = before.get(version.opened_seq)
        if version.recorded_at not in moments or old is None:
            continue
        number = "you" if table is SUBJECT else str(version.values[table.key])
        for name, new in version.values.items():
            if new != old.values[name] and name != table.recorded_at:
                yield FieldChange(number, table.name, name, old.values[name], new, version.recorded_at[:10])


def answer_data(case: AnswerCase) -> dict[str, Any]:
    """The answer for a machine. Neither confirming nor denying says nothing but that."""
    about, request, decision = case.charter.register, case.request, case.decision
    data: dict[str, Any] = {
        "format": FORMAT,
        "register": {"name": about.name, "origin": about.origin, "controller": about.controller},
        "request": {
            "number": request.number,
            "kind": request.kind,
            "received_on": str(request.received_on),
            "answered_on": str(case.day),
        },
        "outcome": case.outcome,
    }
    if not decision.denies:
        data |= _held(case) if request.kind == "access" else _done(case)
        data["held_back"] = [{"part": withheld.part, "section": withheld.section} for withheld in decision.restrictions]
    if decision.refused:
        data["refused_under"] = decision.refused
        data |= {"reasons_withheld_under": decision.withheld} if decision.withheld else {"reasons": decision.why}
    if not decision.denies:
        data["clock"] = _clock(request)
    complain = {"to_us": about.contact, "officer": about.data_protection_officer}
    return {**data, "complain": {**complain, "commissioner": f"{regulator(case.day)}, {REGULATOR_PAGE}"}}


def _clock(request: RightsRequest) -> dict[str, Any]:
    """How the last day to answer was found. It is not part of an answer that must be alike for all."""
    days = [
        {"from": str(span.starts_on), "to": str(span.ends_on), "counts_as": span.what} for span in spans(request.clock)
    ]
    due = request.clock.due_on
    return {"due_on": str(due) if due else None, "extended": request.clock.is_extended, "spans": days}


def _held(case: AnswerCase) -> dict[str, Any]:
    held_back = {restriction.part for restriction in case.decision.restrictions}
    entries = [_entry(case, held, held_back) for held in case.holdings]
    return {"is_listed": bool(entries), "entries": entries}


def _done(case: AnswerCase) -> dict[str, Any]:
    done = []
    for step in case.request.steps:
        if step.kind in ("rectified", "erased", "recalled"):
            number = {"erasure": step.erasure} if step.erasure else {}
            done.append({"what": step.kind, "on": str(step.done_on), **number})
    notified = []
    for recall in case.told:
        confirmed = {"confirmed_on": str(recall.confirmed_on)} if recall.confirmed_on else {}
        recipient = case.titles.recipient(recall.recipient, case.day)
        if "recipients" in case.held_before:
            recipient = f"an organisation that answer {case.held_before['recipients']} does not name"
        notified.append({"recipient": recipient, "asks": recall.asks, "on": str(recall.sent_on), **confirmed})
    changed = [_corrected(case, change) for change in case.changed]
    stays = [
        {"entry": held.entry_id, "opened_on": held.entry[ENTRY.opened_on], "status": held.entry[ENTRY.status]}
        for held in case.holdings
    ]
    return {"done": done, "told": notified, "corrected": changed, "erased": list(case.decision.erased), "stays": stays}


def _corrected(case: AnswerCase, change: FieldChange) -> dict[str, Any]:
    """A field before and after; without both where an earlier answer held it back."""
    field_data = {"in": change.number, "field": f"{change.table}.{change.column}", "on": change.on}
    before = next((case.held_before[part] for part in _parts_of(change) if part in case.held_before), None)
    if before is not None:
        return {**field_data, "from": None, "to": None, "held_back_in": before}
    return {**field_data, "from": change.old, "to": change.new}


def _parts_of(change: FieldChange) -> Iterator[str]:
    """The parts of an answer that tell a field."""
    if change.table == "item":
        yield "items"
        if ITEM.by_name[change.column].of_source:
            yield "sources"
    if f"{change.table}.{change.column}" == ENTRY.grounds.path:
        yield "grounds"


def _entry(case: AnswerCase, held: Holding, held_back: set[str]) -> dict[str, Any]:
    entry = held.entry
    keep = case.charter.retention.get(entry[ENTRY.retention_group] or "")
    shown = (
        ENTRY.role,
        ENTRY.status,
        ENTRY.opened_on,
        ENTRY.unit,
        ENTRY.score,
        ENTRY.band,
        ENTRY.score_as_of,
        ENTRY.closed_on,
        ENTRY.closed_reason,
        ENTRY.mention_on,
    )
    data: dict[str, Any] = {"entry": entry[ENTRY.entry_id]}
    data |= {name.name: entry[name] for name in shown if entry[name] is not None}
    data["purpose"] = case.titles.purpose(entry[ENTRY.purpose], case.day)
    if "grounds" not in held_back:
        data["grounds"] = entry[ENTRY.grounds]
    person = held.rows["subject"]
    data["about_you"] = {
        name: value for row in person for name, value in row.items() if value is not None and name != SUBJECT.subject_id
    }
    data["categories"] = _categories(case, held)
    if "items" not in held_back:
        data["items"] = [_item(case, row, "sources" in held_back) for row in held.rows["item"]]
    data["reviews"] = [
        {"done_on": str(row[REVIEW.done_at] or "")[:10], "outcome": row[REVIEW.outcome]} for row in held.rows["review"]
    ]
    if "recipients" not in held_back:
        data["recipients"] = [_sent(case, row) for row in held.rows["disclosure"]]
    data["retention"] = {
        "review_by": entry[ENTRY.review_due_on],
        "delete_by": entry[ENTRY.delete_due_on],
        "most_years": keep.limit_years if keep else None,
        "reason": keep.reason if keep else None,
    }
    return data


def _categories(case: AnswerCase, held: Holding) -> list[dict[str, Any]]:
    counts = Counter(str(row[ITEM.category]) for row in held.rows["item"])
    return [
        {"category": case.titles.category(name, case.day), "items": count} for name, count in sorted(counts.items())
    ]


def _item(case: AnswerCase, row: Mapping[str, Any], sources_held_back: bool) -> dict[str, Any]:
    data = {
        "item": row[ITEM.item_id],
        "category": case.titles.category(row[ITEM.category], case.day),
        "is": row[ITEM.basis],
        "collected_on": row[ITEM.collected_on],
    }
    if not sources_held_back:
        data |= {"origin": row[ITEM.origin], "platform": row[ITEM.platform], "visibility": row[ITEM.visibility]}
        data |= {"source_grade": row[ITEM.source_grade], "information_grade": row[ITEM.information_grade]}
    return {name: value for name, value in data.items() if value is not None}


def _sent(case: AnswerCase, row: Mapping[str, Any]) -> dict[str, Any]:
    day = dt.date.fromisoformat(str(row[DISCLOSURE.sent_at])[:10]) if row[DISCLOSURE.sent_at] else case.day
    return {
        "recipient": case.titles.recipient(str(row[DISCLOSURE.recipient]), day),
        "sent_on": str(row[DISCLOSURE.sent_at] or "")[:10],
        "purpose": case.titles.purpose(row[DISCLOSURE.purpose], day),
        "corrects_an_earlier_one": row[DISCLOSURE.corrects] is not None,
    }
