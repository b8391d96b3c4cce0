"""Trends: every period of the span, gaps told from zeros, part returns told from whole ones."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from overt.disparities import Disparity
from overt.disparities._periods import periods
from overt.disparities._submitted import Submitted
from overt.refusals import Refusal
from tests.disparity.conftest import Ask


def _stops(*rows: tuple[str, str, str]) -> dict[str, list[dict[str, object]]]:
    return {
        "encounter": [
            {"encounter_id": f"c{n}", "occurred_on": day, "force": force, "ethnicity_self_group": group}
            for n, (day, force, group) in enumerate(rows)
        ]
    }


def _trend(found: Disparity) -> dict[str, tuple[str, list[int]]]:
    return {
        step.label: (str(step.submitted), [row.count for row in step.tables[0].rows] if step.tables else [])
        for step in found.trend
    }


def test_a_month_not_submitted_is_a_gap_and_no_zero(ask: Ask) -> None:
    """Nothing of any force: the month stands in the trend without a figure."""
    stops = _stops(("2026-01-05", "A", "White"), ("2026-03-05", "A", "White"), ("2026-03-09", "A", "Black"))
    found = ask(stops, measure="encounters", by=("ethnicity_self_group",), trend="month")
    assert _trend(found) == {
        "2026-01": ("submitted", [1]),
        "2026-02": ("not submitted", []),
        "2026-03": ("submitted", [1, 1]),
    }


def test_a_month_that_one_force_did_not_submit_is_partly_submitted(ask: Ask) -> None:
    """The count is there, and said to be too low."""
    stops = _stops(("2026-01-05", "A", "White"), ("2026-01-05", "B", "White"), ("2026-02-05", "A", "White"))
    found = ask(stops, measure="encounters", by=("ethnicity_self_group",), trend="month")
    assert [step.submitted for step in found.trend] == [Submitted.WHOLE, Submitted.PARTLY]


def test_a_quarter_with_a_gap_in_it_is_partly_submitted(ask: Ask) -> None:
    """Two months of three."""
    stops = _stops(("2026-01-05", "A", "White"), ("2026-02-05", "A", "White"))
    found = ask(stops, measure="encounters", by=("ethnicity_self_group",), trend="quarter")
    assert _trend(found) == {"2026-Q1": ("partly submitted", [2])}


def test_a_register_counts_who_is_on_it_at_the_end_of_each_period(ask: Ask) -> None:
    """A stock; and a month in which nobody was added is a zero, since a register makes no returns."""
    tables = {
        "subject": [{"subject_id": "s1", "sex": "male"}, {"subject_id": "s2", "sex": "male"}],
        "entry": [
            {"entry_id": "e1", "subject_id": "s1", "opened_on": "2026-01-10", "closed_on": "2026-03-10"},
            {"entry_id": "e2", "subject_id": "s2", "opened_on": "2026-02-10", "closed_on": ""},
        ],
    }
    stock = ask(tables, measure="listed", by=("sex",), trend="month", as_of=dt.date(2026, 4, 15))
    assert [values for _, values in _trend(stock).values()] == [[1], [2], [1], [1]]
    flow = ask(tables, measure="opened", by=("sex",), trend="month", as_of=dt.date(2026, 4, 15))
    assert [values for _, values in _trend(flow).values()] == [[1], [1], [], []]
    assert all(step.submitted is Submitted.WHOLE for step in flow.trend)


def test_periods_meet_without_a_day_between() -> None:
    """Over the turn of a year and a leap day."""
    for step in ("month", "quarter", "year"):
        made = periods(dt.date(2023, 11, 5), dt.date(2024, 3, 1), step)
        assert all(b.first - a.last == dt.timedelta(days=1) for a, b in pairwise(made))
        assert made[0].first <= dt.date(2023, 11, 5) <= made[0].last
        assert made[-1].last >= dt.date(2024, 3, 1)


def test_a_trend_without_dates_is_refused(ask: Ask) -> None:
    """Nothing is spread over months by guess."""
    stops = {"encounter": [{"encounter_id": "c1", "sex": "male"}]}
    with pytest.raises(Refusal, match="disparity-no-dates"):
        ask(stops, measure="encounters", by=("sex",), trend="month")


def _submitted(force: str, months: range, group: str = "White") -> list[tuple[str, str, str]]:
    return [(f"2025-{month:02}-05", force, group) for month in months]


BY = ("force", "ethnicity_self_group")


def test_units_are_compared_over_the_months_that_all_submitted(ask: Ask) -> None:
    """Four of twelve months are not a third of the rate."""
    stops = _stops(*_submitted("North", range(1, 13)), *_submitted("South", range(1, 5)))
    found = ask(stops, measure="encounters", by=BY)
    assert [row.count for row in found.first.rows] == [4, 4]
    assert any("over the 4 months that all submitted" in each and "South submitted 4 of 12" in each
               for each in found.warnings)  # fmt: skip
    inside = ask(stops, measure="encounters", by=BY, within="force", reference=("White",))
    assert [row.count for row in inside.first.rows] == [12, 4]
    alone = ask(stops, measure="encounters", by=BY, only=(("force", "North"),))
    assert [row.count for row in alone.first.rows] == [12]
    assert not any("submitted" in each for each in alone.warnings)


def test_units_without_a_month_in_common_are_not_compared(ask: Ask) -> None:
    """Nor added up without a word."""
    stops = _stops(*_submitted("North", range(1, 3)), *_submitted("South", range(3, 5)))
    with pytest.raises(Refusal, match="disparity-months-apart"):
        ask(stops, measure="encounters", by=BY)
    found = ask(stops, measure="encounters", by=("ethnicity_self_group",))
    assert any("some did not submit every month" in each for each in found.warnings)


def test_what_has_no_date_is_in_no_month_and_said(ask: Ask) -> None:
    """It counts where all time is asked about, and is left out of a comparison by months."""
    stops = _stops(*_submitted("North", range(1, 13)), *_submitted("South", range(1, 5)), ("", "South", "White"))
    found = ask(stops, measure="encounters", by=BY)
    assert [row.count for row in found.first.rows] == [4, 4]
    assert any("1 without a date is not in any of them" in each for each in found.warnings)
    assert sum(row.count for row in ask(stops, measure="encounters", by=BY[1:]).first.rows) == 17
