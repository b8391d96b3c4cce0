"""The clock of an answer: 20 working days, over weekends and bank holidays."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from overt.publication import calendar_of, due_on, is_working_day, working_days_left
from overt.workdays import EVERY_PART


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


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-20", "2026-04-20"),  # Easter Monday is worked in Scotland
        ("2026-11-02", "2026-12-01"),  # St Andrew's Day is not
        ("2025-12-22", "2026-01-23"),  # nor are 1 and 2 January
        ("2026-07-01", "2026-07-29"),  # 13 July, for the twelfth, is a holiday of Northern Ireland alone
    ],
)
def test_in_scotland_its_own_bank_holidays_count(received: str, due: str) -> None:
    """Counted by hand, for a register whose charter names the pack of Scotland."""
    scottish = SimpleNamespace(packs={"uk-scotland": None})
    assert due_on(dt.date.fromisoformat(received), parts=calendar_of(scottish)) == dt.date.fromisoformat(due)  # type: ignore[arg-type]


def test_elsewhere_those_of_every_part_count() -> None:
    """Also before there is a charter."""
    for charter in (None, SimpleNamespace(packs={"uk-england": None, "a-pack-of-ours": None})):
        assert calendar_of(charter) == EVERY_PART  # type: ignore[arg-type]


def test_days_left_count_working_days_only() -> None:
    """From a Friday to a Monday is one."""
    assert working_days_left(dt.date(2026, 11, 6), dt.date(2026, 11, 9)) == 1
    assert working_days_left(dt.date(2026, 11, 9), dt.date(2026, 11, 6)) == 0


def test_christmas_is_no_working_day() -> None:
    """Nor is a Sunday."""
    assert not is_working_day(dt.date(2026, 12, 25))
    assert not is_working_day(dt.date(2026, 11, 8))
    assert is_working_day(dt.date(2026, 12, 24))
