"""What an answer says, as data: docs/formats/rights-answer.md. The letter is made of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from overt.charter import Charter
from overt.rights._decision import Decision
from overt.rights._find import Holding
from overt.rights._recall import Recall
from overt.rights._requests import Request

FORMAT = "overt-rights-answer/1"
COMMISSIONER = "Information Commissioner, ico.org.uk/make-a-complaint"


@dataclass(frozen=True)
class Case:
    """All that an answer is made of, but who asked."""

    charter: Charter
    request: Request
    decision: Decision
    outcome: str
    day: dt.date
    holdings: tuple[Holding, ...] = ()
    told: tuple[Recall, ...] = ()


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
    complain = {"to_us": said.contact, "officer": said.data_protection_officer, "commissioner": COMMISSIONER}
    return {**found, "complain": complain}


def _held(case: Case) -> dict[str, Any]:
    held_back = {each.part for each in case.decision.restrictions}
    entries = [_entry(case.charter, each, held_back) for each in case.holdings]
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
        recipient = titled(case.charter, recall.recipient)
        told.append({"recipient": recipient, "asks": recall.asks, "on": str(recall.sent_on), **confirmed})
    return {"done": done, "told": told}


def _entry(charter: Charter, held: Holding, held_back: set[str]) -> dict[str, Any]:
    entry = held.entry
    keep = charter.retention.get(entry["retention_group"] or "")
    purpose = charter.purposes.get(entry["purpose"] or "")
    shown = ("role", "status", "opened_on", "unit", "score", "band", "score_as_of", "closed_on", "closed_reason")
    made: dict[str, Any] = {"entry": entry["entry_id"]}
    made |= {name: entry[name] for name in shown if entry[name] is not None}
    made["purpose"] = purpose.title if purpose else entry["purpose"]
    if "grounds" not in held_back:
        made["grounds"] = entry["grounds"]
    person = held.rows["subject"]
    made["about_you"] = {
        name: value for row in person for name, value in row.items() if value is not None and name != "subject_id"
    }
    made["categories"] = _categories(charter, held)
    if "items" not in held_back:
        made["items"] = [_item(charter, row, "sources" in held_back) for row in held.rows["item"]]
    made["reviews"] = [
        {"done_on": str(row["done_at"] or "")[:10], "outcome": row["outcome"]} for row in held.rows["review"]
    ]
    if "recipients" not in held_back:
        made["recipients"] = [_sent(charter, row) for row in held.rows["disclosure"]]
    made["retention"] = {
        "review_by": entry["review_due_on"],
        "delete_by": entry["delete_due_on"],
        "most_years": keep.limit_years if keep else None,
        "reason": keep.reason if keep else None,
    }
    return made


def _categories(charter: Charter, held: Holding) -> list[dict[str, Any]]:
    counts = Counter(str(row["category"]) for row in held.rows["item"])
    return [
        {"category": charter.categories[name].title if name in charter.categories else name, "items": count}
        for name, count in sorted(counts.items())
    ]


def _item(charter: Charter, row: Mapping[str, Any], sources_held_back: bool) -> dict[str, Any]:
    known = charter.categories.get(row["category"] or "")
    made = {
        "item": row["item_id"],
        "category": known.title if known else row["category"],
        "is": row["basis"],
        "collected_on": row["collected_on"],
    }
    if not sources_held_back:
        made |= {"origin": row["origin"], "platform": row["platform"], "visibility": row["visibility"]}
        made |= {"source_grade": row["source_grade"], "information_grade": row["information_grade"]}
    return {name: value for name, value in made.items() if value is not None}


def _sent(charter: Charter, row: Mapping[str, Any]) -> dict[str, Any]:
    purpose = charter.purposes.get(row["purpose"] or "")
    return {
        "recipient": titled(charter, str(row["recipient"])),
        "sent_on": str(row["sent_at"] or "")[:10],
        "purpose": purpose.title if purpose else row["purpose"],
        "corrects_an_earlier_one": row["corrects"] is not None,
    }


def titled(charter: Charter, name: str) -> str:
    """A recipient in words, as the charter has it."""
    known = charter.recipients.get(name)
    return known.title if known else name
