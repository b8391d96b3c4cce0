"""Complaints to the controller about how a person's data is handled (Data Protection Act 2018 s.164A).

A complaint is acknowledged within 30 days of receipt, and the person is told of its progress and its outcome. Like a
request, it is known only by its number: who complains, and what they say, is not recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overt.gate import Proposed, in_turn
from overt.model import REQUEST, REQUEST_STEP
from overt.pages import COMPLAINT_FROM
from overt.refusals import Refusal
from overt.register import Register
from overt.rights._requests import admit, calendar_here, check_done, check_received, next_number
from overt.workdays import is_working_day

ACKNOWLEDGE_DAYS = 30
OUTCOMES = ("answered", "refused", "withdrawn")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Complaint:
    """A complaint as the register has it; `acknowledge_by` is the last day on which the law lets it be acknowledged."""

    number: str
    received_on: dt.date
    acknowledge_by: dt.date
    acknowledged_on: dt.date | None = None
    progress_on: tuple[dt.date, ...] = ()
    answered_on: dt.date | None = None
    outcome: str | None = None

    @property
    def steps(self) -> int:
        """How many steps are recorded."""
        return len(self.progress_on) + (self.acknowledged_on is not None)


@in_turn
def new_complaint(register: Register, received_on: dt.date, *, by: str, now: dt.datetime) -> Complaint:
    """Takes in a complaint. Refuses one from before the day on which the law gives the right to complain."""
    check_received(received_on, now)
    if received_on < COMPLAINT_FROM:
        wanted = f"a complaint from {COMPLAINT_FROM} on (Data Protection Act 2018 s.164A)"
        raise Refusal("complaint-law", "--received", str(received_on), wanted, "answer it as a letter")
    number = next_number(register, "K")
    row: dict[str, Any] = {REQUEST.request_id: number, REQUEST.kind: "complaint", REQUEST.received_on: str(received_on)}
    admit(register, [Proposed("request", row, of_rights=True)], by, now)
    return find_complaint(register, number)


@in_turn
def acknowledge(register: Register, number: str, on: dt.date, *, by: str, now: dt.datetime) -> Complaint:
    """Notes the day on which the person was told that the complaint is here."""
    complaint = _open(register, number, on, now)
    if complaint.acknowledged_on:
        problem = f"it was acknowledged on {complaint.acknowledged_on}"
        raise Refusal("complaint-acknowledged", number, problem, "a complaint that has not been acknowledged")
    return _with_step(register, complaint, "acknowledged", on, by=by, now=now)


@in_turn
def tell_progress(register: Register, number: str, on: dt.date, *, by: str, now: dt.datetime) -> Complaint:
    """Notes the day on which the person was told how the complaint goes on."""
    return _with_step(register, _open(register, number, on, now), "progress", on, by=by, now=now)


@in_turn
def close_complaint(
    register: Register, number: str, outcome: str, on: dt.date, *, by: str, now: dt.datetime
) -> Complaint:
    """Notes that the person was told what came of it, or has withdrawn it."""
    if outcome not in OUTCOMES:
        raise Refusal("complaint-outcome", "--outcome", outcome, ", ".join(OUTCOMES))
    complaint = _open(register, number, on, now)
    row: dict[str, Any] = {
        REQUEST.request_id: number,
        REQUEST.kind: "complaint",
        REQUEST.received_on: str(complaint.received_on),
        REQUEST.answered_on: str(on),
        REQUEST.outcome: outcome,
    }
    admit(register, [Proposed("request", row, "alter", of_rights=True)], by, now)
    return find_complaint(register, number)


def complaints(register: Register, numbers: Sequence[str] | None = None) -> list[Complaint]:
    """Every complaint, or those with these numbers, in the order of their numbers."""
    if numbers is not None and not numbers:
        return []
    calendar, named, parameters = calendar_here(register), "", numbers or ()
    if numbers is not None:
        named = f" and x.request_id in ({', '.join('?' * len(numbers))})"
    steps: dict[str, list[Mapping[str, Any]]] = {}
    condition = "x.closed_seq is null and x.kind in ('acknowledged', 'progress')"
    for version in register.versions("request_step", condition + named, parameters):
        steps.setdefault(str(version.values[REQUEST_STEP.request_id]), []).append(version.values)
    rows = register.versions("request", f"x.closed_seq is null and x.kind = 'complaint'{named}", parameters)
    return sorted(
        (_complaint(row.values, steps.get(str(row.values[REQUEST.request_id]), []), calendar) for row in rows),
        key=lambda complaint: complaint.number,
    )


def find_complaint(register: Register, number: str) -> Complaint:
    """The complaint of that number; refuses one that is not there."""
    for complaint in complaints(register, [number]):
        return complaint
    raise Refusal(
        "complaint-absent", number, "there is no such complaint", "a number listed by `overt rights complaint list`"
    )


def last_day_to_acknowledge(received_on: dt.date, calendar: tuple[str, ...]) -> dt.date:
    """The 30th day after receipt, or the next on which people work (s.164A(3), s.205(2))."""
    day = received_on + ACKNOWLEDGE_DAYS * _DAY
    while not is_working_day(day, calendar):
        day += _DAY
    return day


def _complaint(values: Mapping[str, Any], steps: list[Mapping[str, Any]], calendar: tuple[str, ...]) -> Complaint:
    received_on = dt.date.fromisoformat(values[REQUEST.received_on])
    days = {
        kind: [step[REQUEST_STEP.done_on] for step in steps if step[REQUEST_STEP.kind] == kind]
        for kind in ("acknowledged", "progress")
    }
    first = min(days["acknowledged"], default=None)
    return Complaint(
        number=values[REQUEST.request_id],
        received_on=received_on,
        acknowledge_by=last_day_to_acknowledge(received_on, calendar),
        acknowledged_on=dt.date.fromisoformat(first) if first else None,
        progress_on=tuple(sorted(map(dt.date.fromisoformat, days["progress"]))),
        answered_on=dt.date.fromisoformat(values[REQUEST.answered_on]) if values[REQUEST.answered_on] else None,
        outcome=values[REQUEST.outcome],
    )


def _open(register: Register, number: str, on: dt.date, now: dt.datetime) -> Complaint:
    complaint = find_complaint(register, number)
    if complaint.outcome:
        problem = f"{complaint.outcome} on {complaint.answered_on}"
        raise Refusal("complaint-closed", number, problem, "an open complaint")
    check_done(on, complaint.received_on, now)
    return complaint


def _with_step(
    register: Register, complaint: Complaint, kind: str, on: dt.date, *, by: str, now: dt.datetime
) -> Complaint:
    values: dict[str, Any] = {
        REQUEST_STEP.step_id: f"{complaint.number}-{complaint.steps + 1}",
        REQUEST_STEP.request_id: complaint.number,
        REQUEST_STEP.kind: kind,
        REQUEST_STEP.done_on: str(on),
        REQUEST_STEP.done_by: by,
    }
    admit(register, [Proposed("request_step", values, bundle=complaint.number, of_rights=True)], by, now)
    return find_complaint(register, complaint.number)
