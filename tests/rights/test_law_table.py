"""The law's clocks by section and day of receipt, written from the Acts and the bank holidays that gov.uk publishes.

Each row is a day of receipt, what happened, and the last day. They were worked out apart from the code, with the lists
of bank holidays of each part of the United Kingdom.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.gate import Admitted, Gate, Proposed
from overt.publication import due_on
from overt.refusals import Refusal
from overt.register import Register
from overt.rights import (
    Clock,
    ask_identity,
    calendar_of,
    extend,
    find_request,
    new_request,
    pause,
    requests,
    resume,
    spans,
)
from overt.rights._clock import clock_of
from tests.often import often
from tests.rights.conftest import BY, THIS_YEAR

D = dt.date
DOUBT = "the letter gives no address that we know"


@dataclass(frozen=True)
class Happened:
    """A step: what, on which day, and when it was written down."""

    kind: str
    done_on: D
    recorded_on: D


def step(text: str) -> Happened:
    """`paused 03-05` is of that day and was recorded on it; `paused 03-05 04-08` was recorded later."""
    kind, *days = text.split()
    done, recorded = D.fromisoformat(f"2026-{days[0]}"), D.fromisoformat(f"2026-{days[-1]}")
    return Happened(kind, done, recorded)


# --- DPA 2018 s.54: one month, and three where it was extended ------------------------------------------------------

MONTHS = (
    "2024-01-31 2024-02-29 -",
    "2025-01-31 2025-02-28 -",
    "2025-03-18 2025-04-22 -",
    "2025-03-21 2025-04-22 -",
    "2025-04-05 2025-05-06 -",
    "2025-11-25 2025-12-29 -",
    "2025-11-26 2025-12-29 -",
    "2025-12-01 2026-01-02 -",
    "2026-01-04 2026-02-04 -",
    "2026-01-31 2026-03-02 -",
    "2026-02-04 2026-03-04 -",
    "2026-02-05 2026-03-05 2026-05-05",
    "2026-02-28 2026-03-30 2026-05-28",
    "2026-03-03 2026-04-07 2026-06-03",
    "2026-03-06 2026-04-07 2026-06-08",
    "2026-04-04 2026-05-05 2026-07-06",
    "2026-05-30 2026-06-30 2026-09-01",
    "2026-05-31 2026-06-30 2026-09-01",
    "2026-07-31 2026-09-01 2026-11-02",
    "2026-08-31 2026-09-30 2026-11-30",
    "2026-10-31 2026-11-30 2027-02-01",
    "2026-11-25 2026-12-29 2027-02-25",
    "2026-11-28 2026-12-29 2027-03-01",
    "2026-12-31 2027-02-01 2027-03-31",
)


# By received: the last day in England, in Scotland and in Northern Ireland.
PLACES = (
    "2026-03-06 2026-04-07 2026-04-06 2026-04-07",  # Easter Monday is worked in Scotland
    "2026-10-30 2026-11-30 2026-12-01 2026-11-30",  # St Andrew's Day is not
    "2026-12-02 2027-01-04 2027-01-05 2027-01-04",  # 2 January on a Saturday, kept on Monday the 4th
    "2026-06-13 2026-07-13 2026-07-13 2026-07-14",  # the twelfth of July on a Sunday, kept on Monday the 13th
    "2026-02-17 2026-03-17 2026-03-17 2026-03-18",  # St Patrick's Day
    "2026-07-03 2026-08-03 2026-08-04 2026-08-03",  # the summer bank holiday of Scotland
    "2026-07-31 2026-09-01 2026-08-31 2026-09-01",  # and that of the others
)
THEN = dt.datetime(2026, 10, 30, 12, tzinfo=dt.UTC)
PACKS = ("core", "uk-scotland", "uk-northern-ireland")


@pytest.mark.parametrize("row", PLACES)
def test_month_ends_by_the_bank_holidays_of_the_place(row: str) -> None:
    """By the jurisdiction of a pack that the charter names; counted by hand."""
    received, *due = map(D.fromisoformat, row.split())
    charters = [SimpleNamespace(packs={"rights": None, pack: None}) for pack in PACKS]
    clocks = [Clock(received, received, calendar=calendar_of(each)) for each in charters]  # type: ignore[arg-type]
    assert [each.due_on for each in clocks] == due
    assert calendar_of(None) == calendar_of(charters[0])  # type: ignore[arg-type]


def test_a_request_is_due_by_the_calendar_of_its_register(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same request, under a charter of each place."""
    number = new_request(register, "access", D(2026, 10, 30), by=BY, now=THEN).number
    found = []
    for pack in PACKS:
        monkeypatch.setattr(Register, "charters", lambda _, pack=pack: [SimpleNamespace(packs={pack: None})])
        found.append(find_request(register, number).due_on)
        assert [each.due_on for each in requests(register)] == found[-1:]
    assert found == [D(2026, 11, 30), D(2026, 12, 1), D(2026, 11, 30)]


@pytest.mark.parametrize("row", MONTHS)
def test_month_of_section_54(row: str) -> None:
    """The day of the same number, or the last of the month; moved to a day that is worked in England (s.205)."""
    received, due, extended = row.split()
    day = D.fromisoformat(received)
    assert Clock(day, day).due_on == D.fromisoformat(due)
    told = [Happened("extended", day, day)]
    # Where there is no third day the law of the day of receipt knows no extension (SI 2026/82).
    assert clock_of("access", day, told).due_on == D.fromisoformat(due if extended == "-" else extended)


# --- what moves it, and what does not: a request of 3 March 2026, due on 7 April ------------------------------------

STEPS = [
    ("access", "", "04-07"),
    ("access", "paused 03-05, resumed 03-09", "04-08"),
    ("access", "paused 03-05, resumed 03-05", "04-07"),  # the 4th of April is a Saturday
    ("access", "paused 03-03, resumed 03-03", "04-07"),  # the day of receipt is no day of the month
    ("access", "paused 03-05, resumed 03-09, paused 03-07 03-12, resumed 03-12", "04-13"),  # overlapping: once each
    ("access", "paused 03-05, resumed 03-09, paused 03-05 03-12, resumed 03-09 03-12", "04-08"),
    ("access", "paused 03-05, resumed 03-09, paused 03-16, resumed 03-17", "04-10"),
    ("access", "paused 03-05", None),
    ("access", "paused 03-05, resumed 03-04 03-09", None),  # no answer comes before the question
    ("erasure", "paused 03-05, resumed 03-25", "04-07"),  # only access can be asked about
    ("access", "identity_asked 03-04, identity 03-20", "04-20"),
    ("access", "identity_asked 03-04, paused 03-05, resumed 03-09, identity 03-20", "04-20"),
    ("access", "identity_asked 03-04, identity 03-10, identity 03-25", "04-10"),  # it was known on the 10th
    ("access", "identity 03-04, identity_asked 03-20", "04-07"),  # who is known is not asked again
    ("access", "identity_asked 03-04, identity_asked 03-20", None),
    ("access", "identity_asked 04-08", "04-07"),  # after the last day
    ("access", "identity_asked 03-10 04-08, identity 04-09", "04-07"),  # said to be of March, written down after it
    ("access", "identity_asked 04-07, identity 04-09", "05-11"),  # on the last day: the 9th of May is a Saturday
    ("access", "paused 04-08, resumed 04-30", "04-07"),
    ("access", "paused 03-05 04-08, resumed 03-25 04-08", "04-07"),
    ("access", "extended 03-20", "06-03"),
    ("access", "extended 03-20 04-08", "04-07"),
    ("access", "extended 03-20, extended 03-21", "06-03"),
    ("access", "extended 03-20, paused 03-23, resumed 03-27", "06-08"),
    ("access", "extended 03-20, paused 05-04, resumed 05-10", "06-10"),
    ("objection", "extended 03-20", "06-03"),
]


@pytest.mark.parametrize(("kind", "steps", "due"), STEPS)
def test_what_moves_the_clock(kind: str, steps: str, due: str | None) -> None:
    """Nothing that was done or written down after the last day does, and no day is left out twice."""
    received = D(2026, 3, 3)
    made = clock_of(kind, received, [step(each) for each in steps.split(", ") if each])
    assert made.due_on == (D.fromisoformat(f"2026-{due}") if due else None)


@pytest.mark.parametrize("kind", ["paused", "extended"])
def test_earlier_law_has_neither_pause_nor_extension(kind: str) -> None:
    """A request of 4 February 2026 has its month; the Act of 2025 is in force from the 5th."""
    day = D(2026, 2, 4)
    assert clock_of("access", day, [Happened(kind, day, day)]).due_on == D(2026, 3, 4)


# --- FOIA 2000 s.10: twenty working days, as s.10(6) has them for the whole United Kingdom ---------------------------

TWENTY = (
    "2025-02-17 2025-03-18",
    "2025-03-03 2025-04-01",
    "2025-04-01 2025-05-01",
    "2025-06-20 2025-07-21",
    "2025-07-11 2025-08-12",
    "2025-07-14 2025-08-12",
    "2025-11-03 2025-12-02",
    "2025-11-14 2025-12-15",
    "2025-12-05 2026-01-08",
    "2025-12-12 2026-01-15",
    "2026-02-24 2026-03-25",
    "2026-06-22 2026-07-21",
    "2026-07-10 2026-08-11",
    "2026-11-06 2026-12-07",
    "2026-12-04 2027-01-07",
)


@pytest.mark.parametrize("row", TWENTY)
def test_twenty_working_days_of_every_part(row: str) -> None:
    """St Patrick's Day, the Twelfth, the Scottish August holiday, St Andrew's Day and the second of January count."""
    received, due = row.split()
    assert due_on(D.fromisoformat(received)) == D.fromisoformat(due)


def test_there_are_sixty_cases() -> None:
    """And more; each of them is a row above."""
    assert len(MONTHS) + len(STEPS) + len(TWENTY) >= 60


# --- what the calculation shows --------------------------------------------------------------------------------------


@given(
    received=st.dates(D(2026, 2, 5), D(2027, 6, 1)),
    stops=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=4),
    extended=st.booleans(),
)
@settings(max_examples=often(40), deadline=None)
def test_spans_are_the_calculation(received: D, stops: list[tuple[int, int]], extended: bool) -> None:
    """They follow one another from the day of receipt to the last day, and those that count are the months."""
    pairs = tuple((received + dt.timedelta(start), received + dt.timedelta(start + days)) for start, days in stops)
    clock = Clock(received, received, pairs, extended)
    found = list(spans(clock))
    assert found[0].starts_on == received + dt.timedelta(1)
    assert found[-1].ends_on == clock.due_on
    assert all(a.ends_on + dt.timedelta(1) == b.starts_on for a, b in pairwise(found))
    counted = sum((each.ends_on - each.starts_on).days + 1 for each in found if each.what == "counted")
    assert received + dt.timedelta(counted) == clock.counted_to(clock.months)


# --- the same through the register -----------------------------------------------------------------------------------


def test_nothing_is_recorded_after_the_last_day(register: Register) -> None:
    """Not with the day of it, and not with an earlier day; the request stays late."""
    made = new_request(register, "access", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    late = THIS_YEAR + dt.timedelta(days=32)
    assert made.due_on == D(2026, 4, 2)
    for on in (late.date(), THIS_YEAR.date() + dt.timedelta(days=5)):
        with pytest.raises(Refusal, match="clock-over"):
            ask_identity(register, made.number, DOUBT, on, by=BY, now=late)
        with pytest.raises(Refusal, match="clock-over"):
            pause(register, made.number, DOUBT, on, by=BY, now=late)
        with pytest.raises(Refusal, match="clock-extension-late"):
            extend(register, made.number, DOUBT, on, by=BY, now=late)
    with pytest.raises(Refusal, match="rights-reason"):
        ask_identity(register, made.number, "why", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    assert find_request(register, made.number).steps == ()


@pytest.mark.parametrize("kind", ["paused", "identity_asked", "extended"])
def test_no_other_door_moves_the_clock_after_the_last_day(register: Register, kind: str) -> None:
    """A step that comes in as a record is refused; and one with a day of its own choice would leave the last day as it
    is.
    """
    made = new_request(register, "access", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    row = {
        "step_id": f"{made.number}-1", "request_id": made.number, "kind": kind, "done_by": BY, "reason": DOUBT,
        "done_on": str(THIS_YEAR.date() + dt.timedelta(days=5)),
    }  # fmt: skip
    moved = {**made.row(), "due_on": "2027-01-01"}
    records = [Proposed("request_step", row), Proposed("request", moved, "alter")]
    when = THIS_YEAR + dt.timedelta(days=40)
    for refused in Gate(register).admit(records, BY, when):
        assert [each.code for each in refused.reasons] == ["rights-only"]
    outcomes = Gate(register).admit([replace(each, of_rights=True) for each in records], BY, when)
    assert isinstance(outcomes[0], Admitted), outcomes
    assert find_request(register, made.number).due_on == D(2026, 4, 2)


def test_pauses_that_overlap_count_once(register: Register) -> None:
    """Asked twice, with an earlier day the second time."""
    made = new_request(register, "access", THIS_YEAR.date(), by=BY, now=THIS_YEAR)
    for _ in range(2):
        then = THIS_YEAR + dt.timedelta(days=7)
        pause(register, made.number, DOUBT, D(2026, 3, 5), by=BY, now=then)
        found = resume(register, made.number, D(2026, 3, 9), by=BY, now=then)
    assert found.due_on == D(2026, 4, 7)
    assert [each.recorded_on for each in found.steps] == [D(2026, 3, 9)] * 4
