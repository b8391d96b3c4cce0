"""One rule for periods that begin with a day: the same in controls, on every engine, and at the gate."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlglot

from overt.charter import read_charter
from overt.controls import render
from overt.controls.engines import open_for_cases
from overt.gate._rules import CharterRules
from overt.periods import add_months, last_day_of

# The first day, the months, the last day: worked out by hand from "beginning with" in RIPA 2000 s.43.
KNOWN = (
    ("2026-01-01", 3, "2026-03-31"),
    ("2025-10-31", 4, "2026-02-28"),
    ("2023-10-31", 4, "2024-02-29"),
    ("2025-11-30", 3, "2026-02-28"),
    ("2023-11-30", 3, "2024-02-29"),
    ("2026-01-01", 12, "2026-12-31"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2018-07-19", 1, "2018-08-18"),
    ("2018-07-20", 4, "2018-11-19"),
    ("2026-02-28", 1, "2026-03-27"),
    ("2026-03-01", 3, "2026-05-31"),
    ("2026-01-31", 1, "2026-02-28"),
    ("2024-01-30", 1, "2024-02-29"),
    ("2026-01-29", 1, "2026-02-28"),
    ("2024-01-29", 1, "2024-02-28"),
    ("2026-01-28", 1, "2026-02-27"),
)
CHARTER = Path(__file__).parents[2] / "examples" / "alpha" / "charters" / "2-2021-07-28.toml"
_ASKED = {
    name: sqlglot.parse_one(f"select {name}(cast(p.start as date), p.months) as day from p", dialect="duckdb")
    for name in ("last_day_of", "months_after")
}
_AFTER_WEEKEND = sqlglot.parse_one("select after_weekend(cast(p.start as date)) as day from p", dialect="duckdb")


@pytest.mark.parametrize(("start", "months", "last"), KNOWN)
def test_known_periods(start: str, months: int, last: str) -> None:
    """As the gate and the portal count them."""
    assert last_day_of(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(last)


def test_a_period_of_the_data_protection_act_leaves_its_first_day_out() -> None:
    """One that begins with the day ends earlier, but never by more than the day, and never in another month's end."""
    for number in range(1_500):
        start = dt.date(2023, 1, 1) + dt.timedelta(number)
        for months in (1, 3, 4, 12):
            assert (add_months(start, months) - last_day_of(start, months)).days in (0, 1)


@pytest.mark.parametrize(("start", "months", "last"), [each for each in KNOWN if each[1] == 3])
def test_the_gate_agrees(start: str, months: int, last: str) -> None:
    """An authority may last three months by the charter of the example: its last day is in time, the day after late."""
    charter = read_charter(CHARTER.read_bytes())
    rules = CharterRules(charter, dt.date.fromisoformat(start))
    after = (dt.date.fromisoformat(last) + dt.timedelta(1)).isoformat()
    row = {"kind": "directed_surveillance", "granted_by_rank": "superintendent", "urgent": False, "granted_on": start}
    found = [
        [reason.code for reason in rules.reasons("authority", {**row, "expires_on": day}, "P1")]
        for day in (last, after)
    ]
    assert found == [[], ["authority-too-long"]], months


def check(name: str) -> None:
    """Every day about the ends of months in a leap year and the year after it, and what is known by hand."""
    ends = [
        dt.date(year, month, 1) - dt.timedelta(day)
        for year in (2024, 2025)
        for month in range(1, 13)
        for day in range(-1, 4)
    ]
    asked = [(day, months) for day in ends for months in (1, 3, 4, 12)]
    asked += [(dt.date.fromisoformat(start), months) for start, months, _ in KNOWN]
    starts = ", ".join(f"({n}, '{day}', {months})" for n, (day, months) in enumerate(asked))
    engine = open_for_cases(name)
    for helper, says in (("last_day_of", last_day_of), ("months_after", add_months)):
        sql = render(_ASKED[helper], engine.dialect, {}).replace("SELECT ", "SELECT p.n, ", 1)
        found = dict(engine.fetch(f"with p (n, start, months) as (values {starts}) {sql}"))
        wrong = [(each, found[n]) for n, each in enumerate(asked) if str(found[n])[:10] != str(says(*each))]
        assert (helper, wrong) == (helper, [])
    weekdays = [dt.date(1899, 12, 28) + dt.timedelta(n) for n in range(8)] + ends
    starts = ", ".join(f"({n}, '{day}')" for n, day in enumerate(weekdays))
    sql = render(_AFTER_WEEKEND, engine.dialect, {}).replace("SELECT ", "SELECT p.n, ", 1)
    found = dict(engine.fetch(f"with p (n, start) as (values {starts}) {sql}"))
    later = [day + dt.timedelta({5: 2, 6: 1}.get(day.weekday(), 0)) for day in weekdays]
    assert [str(found[n])[:10] for n in range(len(weekdays))] == [str(day) for day in later]
    engine.close()


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_controls_agree(engine: str) -> None:
    """On the engines that are always there."""
    check(engine)


@pytest.mark.postgres
def test_controls_agree_on_postgresql(postgres_url: str) -> None:
    """On PostgreSQL."""
    check(postgres_url)


@pytest.mark.spark
def test_controls_agree_on_spark(java: None) -> None:
    """On Spark."""
    check("spark")
