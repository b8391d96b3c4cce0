"""The clock: one month, by the law on the day the request came in (DPA 2018 s.54)."""

from __future__ import annotations

import datetime as dt

import pytest

from overt.refusals import Refusal
from overt.register import Register
from overt.rights import (
    Clock,
    ask_identity,
    extend,
    find_request,
    new_request,
    note_identity,
    pause,
    resume,
    withdraw,
)
from tests.rights.conftest import BY, LATER, THIS_YEAR

D = dt.date
DOUBT = "the letter gives no address that we know"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (D(2026, 9, 3), D(2026, 10, 5)),  # the 3rd of October is a Saturday
        (D(2026, 1, 31), D(2026, 3, 2)),  # no 31st; the 28th of February is a Saturday
        (D(2026, 11, 25), D(2026, 12, 29)),  # Christmas, its day in lieu, and a weekend between
        (D(2026, 3, 3), D(2026, 4, 7)),  # Good Friday, a weekend, Easter Monday
        (D(2024, 1, 29), D(2024, 2, 29)),  # a leap year
        (D(2026, 6, 10), D(2026, 7, 10)),
    ],
)
def test_month_ends_on_a_day_on_which_people_work(received: dt.date, due: dt.date) -> None:
    """The day of the same number, or the last of the month; never a weekend or bank holiday of England."""
    assert Clock(received, received).due_on == due


def test_clock_starts_when_what_was_asked_for_arrives(register: Register) -> None:
    """While it is not known who asks, there is no day; then it counts from that day (s.54 with s.52(4))."""
    made = new_request(register, "access", LATER.date(), by=BY, now=LATER)
    assert made.due_on == D(2021, 10, 4)
    waits = ask_identity(register, made.number, DOUBT, LATER.date(), by=BY, now=LATER)
    assert waits.due_on is None
    then = LATER + dt.timedelta(days=10)
    known = note_identity(register, made.number, "document", then.date(), by=BY, now=then)
    assert known.due_on == D(2021, 10, 12)


def test_identity_that_was_not_asked_for_moves_nothing(register: Register) -> None:
    """Who is known at once has a month from the day the request came in."""
    made = new_request(register, "access", LATER.date(), by=BY, now=LATER)
    then = LATER + dt.timedelta(days=10)
    assert note_identity(register, made.number, "known", then.date(), by=BY, now=then).due_on == made.due_on


def test_stop_does_not_count(register: Register) -> None:
    """Both the day of asking and that of the answer are left out."""
    made = new_request(register, "access", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    assert made.due_on == D(2026, 4, 2)
    then = THIS_YEAR + dt.timedelta(days=3)
    stopped = pause(register, made.number, "asked which of two years is meant", then.date(), by=BY, now=then)
    assert stopped.due_on is None
    later = then + dt.timedelta(days=4)
    going = resume(register, made.number, later.date(), by=BY, now=later)
    assert going.due_on == D(2026, 4, 7)  # five days on, past Easter Monday
    with pytest.raises(Refusal, match="clock-runs"):
        resume(register, made.number, later.date(), by=BY, now=later)


def test_extension_is_two_further_months_and_told_in_the_first(register: Register) -> None:
    """Three in all; after the first month it is too late, and there is only one."""
    made = new_request(register, "access", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    reason = "eleven requests came in about the same entry"
    longer = extend(register, made.number, reason, THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    assert longer.due_on == D(2026, 6, 2)
    with pytest.raises(Refusal, match="clock-extended"):
        extend(register, made.number, reason, THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    other = new_request(register, "erasure", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    late = THIS_YEAR + dt.timedelta(days=40)
    with pytest.raises(Refusal, match="clock-extension-late"):
        extend(register, other.number, reason, late.date(), by=BY, now=late)


def test_earlier_law_knows_neither_stop_nor_extension(register: Register) -> None:
    """Both came on 5 February 2026; a request from before keeps its clock."""
    made = new_request(register, "access", LATER.date(), by=BY, now=LATER)
    for change in (pause, extend):
        with pytest.raises(Refusal, match=r"clock-law.*2021-09-02"):
            change(register, made.number, "a reason that is long enough", LATER.date(), by=BY, now=LATER)


def test_only_access_can_be_asked_about(register: Register) -> None:
    """The law stops the clock for requests for access, and asks for a reason."""
    erasure = new_request(register, "erasure", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    with pytest.raises(Refusal, match="clock-cannot-stop"):
        pause(register, erasure.number, "asked which entry is meant", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    access = new_request(register, "access", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    with pytest.raises(Refusal, match="rights-reason"):
        pause(register, access.number, "unclear", THIS_YEAR.date(), by=BY, now=THIS_YEAR)


def test_requests_are_numbered_and_of_a_kind(register: Register) -> None:
    """A request of the future, of no kind or of no number is refused; a withdrawn one takes no more steps."""
    first, second = (new_request(register, "objection", LATER.date(), by=BY, now=LATER).number for _ in range(2))
    assert (first, second) == ("R0001", "R0002")
    with pytest.raises(Refusal, match="request-day"):
        new_request(register, "access", LATER.date() + dt.timedelta(days=1), by=BY, now=LATER)
    with pytest.raises(Refusal, match="request-kind"):
        new_request(register, "information", LATER.date(), by=BY, now=LATER)
    with pytest.raises(Refusal, match="request-absent"):
        find_request(register, "R0099")
    withdraw(register, first, LATER.date(), by=BY, now=LATER)
    with pytest.raises(Refusal, match="request-answered"):
        note_identity(register, first, "known", LATER.date(), by=BY, now=LATER)
