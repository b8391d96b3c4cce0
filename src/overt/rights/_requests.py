"""Requests of people about themselves: taken in, timed, answered. Each is a row of the register, as its steps are.

Who asks is never recorded: not the name, not the address, not the document that was seen. A request is known by its
number alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overt.gate import Admitted, Gate, Proposed, check_not_held, check_staff, in_turn
from overt.model import REQUEST, REQUEST_STEP
from overt.refusals import Refusal
from overt.register import Register, Version, row_values
from overt.rights._clock import EXTENDABLE_FROM, Clock, calendar_of, clock_of
from overt.workdays import ENGLAND

KINDS = ("access", "rectification", "erasure", "restriction", "objection")
MEANS = REQUEST_STEP.means.codes
SHORTEST_REASON = 20
_OF_A_PERSON = "x.kind not in ('information', 'complaint')"


@dataclass(frozen=True)
class RequestStep:
    """One thing that was done with a request."""

    number: str
    kind: str
    means: str | None
    done_on: dt.date
    recorded_at: str
    reason: str | None = None
    erasure: str | None = None

    @property
    def recorded_on(self) -> dt.date:
        """The day on which the register learned of it."""
        return dt.date.fromisoformat(self.recorded_at[:10])


@dataclass(frozen=True)
class RightsRequest:
    """A request as the register has it."""

    number: str
    kind: str
    received_on: dt.date
    due_on: dt.date | None
    answered_on: dt.date | None
    outcome: str | None
    ground: str | None
    reasons: str | None
    steps: tuple[RequestStep, ...] = ()
    calendar: tuple[str, ...] = ENGLAND

    @property
    def clock(self) -> Clock:
        """Its clock, by the steps that the law lets move it."""
        return clock_of(self.kind, self.received_on, self.steps, self.calendar)

    @property
    def identity(self) -> RequestStep | None:
        """That the identity was checked."""
        return next((step for step in reversed(self.steps) if step.kind == "identity"), None)

    @property
    def erasures(self) -> tuple[str, ...]:
        """The erasures that were carried out for it."""
        return tuple(step.erasure for step in self.steps if step.erasure)

    def row(self, **changed: object) -> dict[str, Any]:
        """Its row, with other values."""
        shown: dict[str, Any] = {
            REQUEST.request_id: self.number,
            REQUEST.kind: self.kind,
            REQUEST.received_on: _text(self.received_on),
            REQUEST.due_on: _text(self.due_on),
            REQUEST.answered_on: _text(self.answered_on),
            REQUEST.outcome: self.outcome,
            REQUEST.ground: self.ground,
            REQUEST.reasons: self.reasons,
        }
        return {**shown, **changed}


def requests(register: Register) -> list[RightsRequest]:
    """Return every request by a person about their own data, by number.

    Requests under the Freedom of Information Act and complaints are not included.
    """
    steps: dict[str, list[RequestStep]] = {}
    for version in register.versions("request_step", "x.closed_seq is null"):
        steps.setdefault(str(version.values[REQUEST_STEP.request_id]), []).append(_step(version))
    rows = register.versions("request", f"x.closed_seq is null and {_OF_A_PERSON}")
    calendar = calendar_here(register)
    return sorted((_request(row.values, steps, calendar) for row in rows), key=lambda request: request.number)


def find_request(register: Register, number: str) -> RightsRequest:
    """The request of that number; refuses one that is not there."""
    condition = f"x.request_id = ? and x.closed_seq is null and {_OF_A_PERSON}"
    rows = list(register.versions("request", condition, (number,)))
    if not rows:
        raise Refusal("request-absent", number, "there is no such request", "a number listed by `overt rights list`")
    steps = [_step(version) for version in register.current(REQUEST_STEP.request_id, number)]
    return _request(rows[0].values, {number: steps}, calendar_here(register))


@in_turn
def new_request(register: Register, kind: str, received_on: dt.date, *, by: str, now: dt.datetime) -> RightsRequest:
    """Takes in a request; its clock starts. Nothing of who asks is recorded."""
    if kind not in KINDS:
        raise Refusal("request-kind", "--kind", kind, ", ".join(KINDS))
    check_received(received_on, now)
    number = next_number(register, "R")
    request = RightsRequest(number, kind, received_on, None, None, None, None, None, calendar=calendar_here(register))
    admit(register, [Proposed("request", request.row(due_on=_text(request.clock.due_on)), of_rights=True)], by, now)
    return find_request(register, request.number)


def check_received(day: dt.date, now: dt.datetime) -> None:
    """Refuses a day of receipt that is still to come."""
    if day > now.date():
        raise Refusal("request-day", "--received", str(day), f"a day up to {now.date()}")


def check_done(day: dt.date, received_on: dt.date, now: dt.datetime) -> None:
    """Refuses a day on which something was done that is before the receipt, or still to come."""
    if not received_on <= day <= now.date():
        raise Refusal("request-day", "--on", str(day), f"a day from {received_on} to {now.date()}")


def next_number(register: Register, letter: str) -> str:
    """The number after the highest that was ever given with a letter: R0001 and on."""
    taken = register.store.rows("select request_id from request_version where request_id like ?", (f"{letter}%",))
    last = max((int(row[0][1:]) for row in taken if row[0][1:].isdecimal()), default=0)
    return f"{letter}{last + 1:04}"


@in_turn
def ask_identity(
    register: Register, number: str, reason: str, on: dt.date, *, by: str, now: dt.datetime
) -> RightsRequest:
    """Notes that the person was asked to show who they are, and why there was doubt (s.52): the clock starts when they
    have. Refuses it after the last day to answer, when there is no time left that could start later.
    """
    request = open_request(register, number)
    if request.identity:
        raise Refusal(
            "identity-noted",
            number,
            f"it was noted on {request.identity.done_on}",
            "a request without an identity check",
        )
    _check_in_time(request, on, now)
    return _with_step(register, request, "identity_asked", on, by=by, now=now, reason=check_reason(reason, "--reason"))


@in_turn
def note_identity(
    register: Register, number: str, means: str, on: dt.date, *, by: str, now: dt.datetime
) -> RightsRequest:
    """Record that the identity was checked, how and when. Neither the document nor its number is stored."""
    request = open_request(register, number)
    if means not in MEANS:
        raise Refusal("identity-means", "--how", means, ", ".join(MEANS))
    return _with_step(register, request, "identity", on, by=by, now=now, means=means)


@in_turn
def pause(register: Register, number: str, reason: str, on: dt.date, *, by: str, now: dt.datetime) -> RightsRequest:
    """Stops the clock while the person is asked what a request for access is about (s.54).

    Refuses where the law on the day the request came in does not know it, and after the last day to answer.
    """
    request = open_request(register, number)
    _check_law(request)
    if request.kind != "access":
        raise Refusal(
            "clock-cannot-stop", number, f"a request of the kind {request.kind}", "this is a request for access"
        )
    if request.clock.is_stopped:
        raise Refusal("clock-stopped", number, "the time limit is already paused", "a time limit that is running")
    _check_in_time(request, on, now)
    return _with_step(register, request, "paused", on, by=by, now=now, reason=check_reason(reason, "--reason"))


@in_turn
def resume(register: Register, number: str, on: dt.date, *, by: str, now: dt.datetime) -> RightsRequest:
    """Starts the clock again: the person has said what the request is about."""
    request = open_request(register, number)
    stops = request.clock.stops
    if not stops or stops[-1][1] is not None:
        raise Refusal(
            "clock-runs", number, "the time limit is not paused", "a request paused with `overt rights pause`"
        )
    if on < stops[-1][0]:
        raise Refusal("request-day", "--on", str(on), f"a day from {stops[-1][0]} on")
    return _with_step(register, request, "resumed", on, by=by, now=now)


@in_turn
def extend(register: Register, number: str, reason: str, on: dt.date, *, by: str, now: dt.datetime) -> RightsRequest:
    """Extends the period by two months, for complexity or number of requests; the person must be told why (s.54).

    Refuses where the law on the day the request came in does not know it, and after the first month.
    """
    request = open_request(register, number)
    _check_law(request)
    last = request.clock.first_month_ends_on
    if request.clock.is_extended:
        raise Refusal("clock-extended", number, "it has already been extended", "only one extension")
    if last is None or max(on, now.date()) > last:
        problem = "the time limit is paused" if last is None else f"the first month ended on {last}"
        raise Refusal(
            "clock-extension-late", number, problem, "an extension that the person is told about within that month"
        )
    return _with_step(register, request, "extended", on, by=by, now=now, reason=check_reason(reason, "--reason"))


@in_turn
def withdraw(register: Register, number: str, on: dt.date, *, by: str, now: dt.datetime) -> RightsRequest:
    """Notes that the person has withdrawn the request."""
    request = open_request(register, number)
    admit(register, [altered(request, outcome="withdrawn", answered_on=_text(on))], by, now)
    return find_request(register, number)


def open_request(register: Register, number: str) -> RightsRequest:
    """A request that was not answered yet; refuses one that was."""
    request = find_request(register, number)
    if request.answered_on or request.outcome:
        problem = f"{request.outcome} on {request.answered_on}"
        raise Refusal("request-answered", number, problem, "an open request")
    return request


def altered(request: RightsRequest, **changed: object) -> Proposed:
    """The request's row with other values, for the gate."""
    return Proposed("request", request.row(**changed), "alter", bundle=request.number, of_rights=True)


def step(request: RightsRequest, kind: str, on: dt.date, by: str, *, after: int = 0, **more: str | None) -> Proposed:
    """A further step of a request, for the gate; `after` says how many are proposed with it before it."""
    values = {
        REQUEST_STEP.step_id: f"{request.number}-{len(request.steps) + after + 1}",
        REQUEST_STEP.request_id: request.number,
        REQUEST_STEP.kind: kind,
        REQUEST_STEP.done_on: _text(on),
        REQUEST_STEP.done_by: by,
        **more,
    }
    return Proposed("request_step", values, bundle=request.number, of_rights=True)


def admit(register: Register, records: Sequence[Proposed], by: str, now: dt.datetime) -> list[Admitted]:
    """Proposes records to the gate; refuses with every reason of the gate where it admits not all of them.

    What the gate holds waits for a decider, who permits it; the same work given again is then admitted.
    """
    check_staff("--by", by)
    outcomes = Gate(register).admit(records, by, now)
    check_not_held(register, outcomes)
    reasons = {
        f"{reason.code} {reason.where}: {reason.says}"
        for outcome in outcomes
        if not isinstance(outcome, Admitted)
        for reason in outcome.reasons
    }
    if reasons:
        problem = "; ".join(sorted(reasons))
        raise Refusal(
            "rights-not-admitted", "the gate", problem, "records that the gate admits", "fix the fields it names"
        )
    return [outcome for outcome in outcomes if isinstance(outcome, Admitted)]


def check_reason(reason: str, where: str) -> str:
    """The reason on one line; refuses one that is too short to be one."""
    plain = " ".join(reason.split())
    if len(plain) < SHORTEST_REASON:
        wanted = f"{SHORTEST_REASON} characters at least, which are recorded"
        raise Refusal("rights-reason", where, "the reason is too short", wanted)
    return plain


def _with_step(
    register: Register,
    request: RightsRequest,
    kind: str,
    on: dt.date,
    *,
    by: str,
    now: dt.datetime,
    means: str | None = None,
    reason: str | None = None,
) -> RightsRequest:
    """Adds a step, and the request's new day with it."""
    check_done(on, request.received_on, now)
    added = step(request, kind, on, by, means=means, reason=reason)
    added_step = RequestStep(str(added.values[REQUEST_STEP.step_id]), kind, means, on, now.isoformat())
    clock = RightsRequest(**{**request.__dict__, "steps": (*request.steps, added_step)}).clock
    records = [added]
    if clock.due_on != request.due_on:
        records.append(altered(request, due_on=_text(clock.due_on)))
    admit(register, records, by, now)
    return find_request(register, request.number)


def _check_in_time(request: RightsRequest, on: dt.date, now: dt.datetime) -> None:
    """Refuses what would move the clock after its last day, and what is written down only then."""
    due = request.clock.due_on
    if due is not None and max(on, now.date()) > due:
        wanted = "a step that was taken and recorded by that day"
        remedy = "answer now; the answer says that it is late"
        raise Refusal("clock-over", request.number, f"the last day to answer was {due}", wanted, remedy)


def _check_law(request: RightsRequest) -> None:
    if not request.clock.can_be_extended:
        problem = f"it came in on {request.received_on}"
        wanted = f"a request from {EXTENDABLE_FROM} on (Data (Use and Access) Act 2025 s.76)"
        raise Refusal("clock-law", request.number, problem, wanted)


def calendar_here(register: Register) -> tuple[str, ...]:
    """That of the newest charter: in which part of the United Kingdom a controller is does not change with it."""
    return calendar_of(next(reversed(register.charters()), None))


def _request(
    values: Mapping[str, Any], steps: Mapping[str, Iterable[RequestStep]], calendar: tuple[str, ...]
) -> RightsRequest:
    of_it = tuple(steps.get(values[REQUEST.request_id], ()))
    received_on = dt.date.fromisoformat(values[REQUEST.received_on])
    # Of an open request the law says when it is due, whatever was written down.
    law_says = clock_of(values[REQUEST.kind], received_on, of_it, calendar).due_on
    due_on = _day(values[REQUEST.due_on]) if values[REQUEST.outcome] else law_says
    return RightsRequest(
        number=values[REQUEST.request_id],
        kind=values[REQUEST.kind],
        received_on=received_on,
        due_on=due_on,
        answered_on=_day(values[REQUEST.answered_on]),
        outcome=values[REQUEST.outcome],
        ground=values[REQUEST.ground],
        reasons=values[REQUEST.reasons],
        steps=of_it,
        calendar=calendar,
    )


def _step(version: Version) -> RequestStep:
    values: Mapping[str, Any] = version.values
    return RequestStep(
        number=values[REQUEST_STEP.step_id],
        kind=values[REQUEST_STEP.kind],
        means=values[REQUEST_STEP.means],
        done_on=dt.date.fromisoformat(values[REQUEST_STEP.done_on]),
        recorded_at=version.recorded_at,
        reason=values[REQUEST_STEP.reason],
        erasure=values[REQUEST_STEP.erasure_id],
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _text(day: dt.date | None) -> str | None:
    return str(day) if day else None


def whole(table: str, **values: Any) -> dict[str, Any]:
    """Every column of a table, those not given absent."""
    return dict(row_values(table, values))
