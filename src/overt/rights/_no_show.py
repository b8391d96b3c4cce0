"""Requests whose maker was asked for proof of identity and never gave it."""

from __future__ import annotations

import datetime as dt

from overt.gate import in_turn
from overt.refusals import Refusal
from overt.register import Register
from overt.rights._requests import RightsRequest, admit, altered, check_done, find_request, open_request

NO_SHOW_DAYS = 30
"""How long a person has to answer before a request may be closed: a default with a reason, not law."""
NO_SHOW = "unidentified"


def may_close_unidentified(request: RightsRequest, today: dt.date) -> bool:
    """Whether a request can be closed today because its maker has not shown who they are."""
    day = _from(request)
    return day is not None and day <= today


@in_turn
def close_unidentified(register: Register, number: str, on: dt.date, *, by: str, now: dt.datetime) -> RightsRequest:
    """Closes a request because its maker was asked to show who they are and did not: an outcome of its own.

    The time limit never began (DPA 2018 s.52), so nothing was refused. Refuses a request whose maker was not asked or
    has shown it, and a day fewer than `NO_SHOW_DAYS` days after the person was last asked.
    """
    request = open_request(register, number)
    day = _from(request)
    if day is None:
        problem = "the identity was checked" if request.identity else "the person was not asked to show who they are"
        wanted = "a request whose maker was asked and has not answered"
        raise Refusal("no-show", number, problem, wanted, "record first that the identity was asked for")
    check_done(on, request.received_on, now)
    if on < day:
        wanted = f"{day} or later: {NO_SHOW_DAYS} days after the person was last asked"
        raise Refusal("no-show", "--on", str(on), wanted, "wait, or record that the person has withdrawn the request")
    admit(register, [altered(request, outcome=NO_SHOW, answered_on=str(on))], by, now)
    return find_request(register, number)


def _from(request: RightsRequest) -> dt.date | None:
    """The first day on which the request may be closed so; none if it may not."""
    asked = [step.done_on for step in request.steps if step.kind == "identity_asked"]
    if request.outcome or request.identity or not asked:
        return None
    return max(asked) + dt.timedelta(days=NO_SHOW_DAYS)
