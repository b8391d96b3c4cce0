"""Somebody who may propose records, by file, in bulk or over HTTP, and wants a request to touch another's entry.

Knows the published formats (docs/formats/records.md), the numbers of requests and entries, and how the lines of a
look-up are numbered. Imports nothing of Overt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]
BY, AT, ON = "P1001", "2021-09-02T10:30:00", "2021-09-03"


def look_line(number: str, turn: int, place: int, entry: str | None, tail: str = "") -> Record:
    """A line of the access log that says what a look-up found."""
    values: dict[str, Any] = {
        "access_id": f"{number}-look-{turn}-{place}{tail}", "occurred_at": AT, "actor": BY, "action": "consult",
        "reason": f"to answer request {number}",
    }  # fmt: skip
    values |= {"entry_id": entry} if entry else {}
    return {"table": "access", "action": "collect", "values": values}


def done(number: str, kind: str, place: int, bundle: str) -> Record:
    """A step that says that something was done for a request."""
    values = {
        "step_id": f"{number}-{place}", "request_id": number, "kind": kind, "done_on": ON, "done_by": BY,
        "reason": "entry.role: the report of the day names them",
    }  # fmt: skip
    values |= {"erasure_id": "X00000001"} if kind == "erased" else {}
    return {"table": "request_step", "action": "collect", "values": values, "bundle": bundle}


def told(number: str, **more: Any) -> Record:
    """A recall: that an organisation was told."""
    values = {
        "recall_id": f"{number}-N7", "request_id": number, "recipient": "example_force", "recipient_kind": "police",
        "asks": "delete", "sent_on": ON, "sent_by": BY, "due_on": "2021-10-01", **more,
    }  # fmt: skip
    return {"table": "recall", "action": "collect", "values": values}


_ANSWERED = {"confirmed_on": ON, "confirmed_as": "done", "confirmation": "signed"}


def _said_of_requests(number: str) -> Iterator[tuple[str, list[Record]]]:
    """Rows that name a request, or that only the work on requests may write."""
    for asks in ("delete", "correct", "restrict"):
        yield f"told to {asks}", [told(number, asks=asks)]
    yield "told and signed", [told(number, **_ANSWERED)]
    yield "told under the name of another request", [told("R9999", recall_id="R9999-N1")]
    alone = {"recall_id": "N-77", "request_id": None}
    yield "signed without a request", [told(number, **alone, **_ANSWERED)]
    yield "a recall altered", [told(number, **_ANSWERED) | {"action": "alter"}]
    yield "a recall without a request altered", [told(number, **alone, **_ANSWERED) | {"action": "alter"}]
    for kind in ("identity", "identity_asked", "paused", "resumed", "extended"):
        yield f"{kind} noted", [done(number, kind, 9, "b3")]
    row: Record = {"request_id": number, "kind": "erasure", "received_on": ON, "due_on": "2021-10-03"}
    for what, more in {
        "answered": {"answered_on": ON, "outcome": "answered"},
        "refused": {"answered_on": ON, "outcome": "refused", "ground": "s.47(1)", "reasons": "the case is not closed"},
        "withdrawn": {"answered_on": ON, "outcome": "withdrawn"},
        "due later": {"due_on": "2031-10-03"},
        "of another kind": {"kind": "access"},
        "hidden among requests for information": {"kind": "information"},
    }.items():
        yield f"the request {what}", [{"table": "request", "action": "alter", "values": row | more}]


def forgeries(number: str, entry: str, standing: Record) -> Iterator[tuple[str, list[Record]]]:
    """Sets of records, each of which would bind an entry to a request, or say that it was done for it."""
    for turn in (1, 2, 7):
        for tail in ("", "-unsure"):
            yield f"a line of look {turn}{tail}", [look_line(number, turn, 9, entry, tail)]
        yield f"a look {turn}", [look_line(number, turn, 0, None), look_line(number, turn, 1, entry)]
    yield "a line of theirs, altered", [look_line(number, 1, 1, entry) | {"action": "alter"}]
    yield "a line for the next request", [look_line("R9999", 1, 0, None), look_line("R9999", 1, 1, entry)]
    yield from _said_of_requests(number)
    for kind in ("rectified", "erased", "recalled"):
        for bundle in (number, "b1"):
            altered = {"table": "entry", "action": "alter", "values": standing | {"role": "witness"}, "bundle": bundle}
            yield f"{kind} in bundle {bundle}", [altered, done(number, kind, 9, bundle)]
        yield f"{kind} alone", [done(number, kind, 9, "b2")]
    made = {"correction_id": "K1", "entry_id": entry, "kind": "erased", "on_date": "2021-09-03", "request_id": number}
    yield "a correction", [{"table": "correction", "action": "collect", "values": made, "bundle": "b3"}]
