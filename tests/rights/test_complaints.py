"""Complaints to the controller: the days of s.164A, what is recorded of them, and what our own pack says of it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, audit
from overt.refusals import Refusal
from overt.register import Register, snapshot
from overt.rights import (
    Complaint,
    acknowledge,
    close_complaint,
    complaints,
    new_complaint,
    requests,
    tell_progress,
)
from tests.audit.conftest import Silent
from tests.rights.conftest import BY, overt

FIRST = dt.date(2026, 6, 19)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9), dt.UTC)


def taken_in(register: Register, day: dt.date = FIRST) -> Complaint:
    return new_complaint(register, day, by=BY, now=at(day))


@pytest.mark.parametrize(
    ("received", "last"),
    [
        # The 30th day is a Sunday.
        (FIRST, dt.date(2026, 7, 20)),
        (dt.date(2026, 6, 22), dt.date(2026, 7, 22)),
        # Saturday 25 July + 30 is a Monday; + 37 is the last Monday of August, a bank holiday in England.
        (dt.date(2026, 8, 1), dt.date(2026, 9, 1)),
        # Christmas Day, Boxing Day on a Saturday, the Sunday, and Monday in its place.
        (dt.date(2026, 11, 25), dt.date(2026, 12, 29)),
    ],
)
def test_it_is_acknowledged_by_the_thirtieth_day_or_the_next_that_is_worked(
    register: Register, received: dt.date, last: dt.date
) -> None:
    """Section 164A(3), with section 205(2)."""
    assert taken_in(register, received).acknowledge_by == last


def test_before_the_law_there_is_no_complaint(register: Register) -> None:
    """Received on 18 June 2026."""
    with pytest.raises(Refusal, match="complaint-law"):
        taken_in(register, FIRST - dt.timedelta(days=1))


def test_a_complaint_is_no_request_and_goes_its_way(register: Register) -> None:
    """Acknowledged, told of, closed; then nothing more is recorded of it."""
    made = taken_in(register)
    assert made.number == "K0001"
    assert requests(register) == []
    acknowledge(register, "K0001", FIRST, by=BY, now=at(FIRST))
    with pytest.raises(Refusal, match="complaint-acknowledged"):
        acknowledge(register, "K0001", FIRST, by=BY, now=at(FIRST))
    later = FIRST + dt.timedelta(days=40)
    tell_progress(register, "K0001", later, by=BY, now=at(later))
    with pytest.raises(Refusal, match="complaint-outcome"):
        close_complaint(register, "K0001", "upheld, perhaps", later, by=BY, now=at(later))
    closed = close_complaint(register, "K0001", "answered", later, by=BY, now=at(later))
    assert (closed.acknowledged_on, closed.progress_on, closed.answered_on) == (FIRST, (later,), later)
    with pytest.raises(Refusal, match="complaint-closed"):
        tell_progress(register, "K0001", later, by=BY, now=at(later))
    assert [each.outcome for each in complaints(register)] == ["answered"]


@pytest.mark.parametrize(
    ("received", "days", "verdict"),
    [(FIRST, 31, "met"), (FIRST, 32, "breached"), (dt.date(2026, 8, 1), 31, "cannot be shown")],
)
def test_our_own_pack_says_whether_it_was_acknowledged_in_time(
    register: Register, tmp_path: Path, received: dt.date, days: int, verdict: str
) -> None:
    """RT-06 of the register that Overt keeps: on the last day, too late, and after a day that may be a bank holiday."""
    taken_in(register, received)
    on = received + dt.timedelta(days=days)
    acknowledge(register, "K0001", on, by=BY, now=at(on))
    after = on + dt.timedelta(days=60)
    snapshot(register, at(after), tmp_path / "snapshot")
    audit(Request(SourceOptions(str(tmp_path / "snapshot")), ("rights",), after, out=tmp_path / "audit"), Silent())
    found = json.loads((tmp_path / "audit" / "findings.json").read_text(encoding="utf-8"))["findings"]
    verdicts = {each["control"]: each["verdict"] for each in found}
    assert verdicts["RT-06"] == verdict


def test_by_command(register: Register) -> None:
    """From its receipt to its outcome, in words and as JSON."""
    folder = str(register.folder)
    said = overt("rights", "complaint", "new", folder, "--received", "2026-06-19", "--by", BY)
    assert "Complaint K0001: acknowledge it by 20 July 2026" in said
    overt("rights", "complaint", "acknowledge", folder, "K0001", "--on", "2026-06-20", "--by", BY)
    overt("rights", "complaint", "progress", folder, "K0001", "--on", "2026-07-20", "--by", BY)
    overt("rights", "complaint", "close", folder, "K0001", "--outcome", "answered", "--on", "2026-07-21", "--by", BY)
    (listed,) = json.loads(overt("rights", "complaint", "list", folder, "--json"))
    assert listed["acknowledged_on"] == "2026-06-20"
    assert listed["progress_on"] == ["2026-07-20"]
    assert listed["outcome"] == "answered"
