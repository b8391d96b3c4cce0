"""The clock of an answer: 20 working days, over weekends and bank holidays."""

from __future__ import annotations

import datetime as dt

import pytest

from overt.publication import due_on, is_working_day, working_days_left


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-02", "2026-12-01"),  # St Andrew's Day, in Scotland
        ("2026-03-20", "2026-04-21"),  # Good Friday and Easter Monday
        ("2026-12-01", "2026-12-31"),  # Christmas, and Boxing Day on a Saturday kept on Monday the 28th
        ("2022-05-20", "2022-06-21"),  # the spring holiday moved to Thursday, and the Platinum Jubilee
        ("2026-11-07", "2026-12-07"),  # came in on a Saturday
    ],
)
def test_answer_is_due_after_twenty_working_days(received: str, due: str) -> None:
    """Counted by hand."""
    assert due_on(dt.date.fromisoformat(received)) == dt.date.fromisoformat(due)


def test_days_left_count_working_days_only() -> None:
    """From a Friday to a Monday is one."""
    assert working_days_left(dt.date(2026, 11, 6), dt.date(2026, 11, 9)) == 1
    assert working_days_left(dt.date(2026, 11, 9), dt.date(2026, 11, 6)) == 0


def test_christmas_is_no_working_day() -> None:
    """Nor is a Sunday."""
    assert not is_working_day(dt.date(2026, 12, 25))
    assert not is_working_day(dt.date(2026, 11, 8))
    assert is_working_day(dt.date(2026, 12, 24))
