"""One rule for people born on 29 February: the same in controls, releases, disparity, rights and the portal."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import duckdb
import pytest
import sqlglot

from overt.ages import age_in_duckdb, age_on, is_below
from overt.controls import render
from overt.controls.engines import open_for_cases
from overt.rights._notices import _is_child
from overt.web.portal.staff._steps import is_child

# Born, the day, the age: worked out by hand from the Age of Legal Capacity (Scotland) Act 1991 s.6.
KNOWN = (
    ("2008-02-29", "2026-02-28", 17),
    ("2008-02-29", "2026-03-01", 18),
    ("2012-02-29", "2028-02-28", 15),
    ("2012-02-29", "2028-02-29", 16),
    ("2008-02-28", "2026-02-28", 18),
    ("2008-03-01", "2026-02-28", 17),
    ("2007-03-01", "2028-02-29", 20),
    ("1900-02-28", "2000-02-29", 100),
)
_REACHES = sqlglot.parse_one("select reaches_age(cast(p.born as date), p.age) as day from p", dialect="duckdb")


@pytest.mark.parametrize(("born", "day", "age"), KNOWN)
def test_known_ages(born: str, day: str, age: int) -> None:
    """In Python and in DuckDB, as releases and disparity count them."""
    first, second = dt.date.fromisoformat(born), dt.date.fromisoformat(day)
    assert age_on(first, second) == age
    assert not is_below(age, first, second)
    assert is_below(age + 1, first, second)
    sql = f"select {age_in_duckdb('$born::date', '$day::date')}"
    assert duckdb.execute(sql, {"born": born, "day": day}).fetchall() == [(age,)]


@pytest.mark.parametrize(("born", "day", "age"), [each for each in KNOWN if each[2] in (17, 18)])
def test_rights_and_portal_agree_who_is_a_child(born: str, day: str, age: int) -> None:
    """Whoever is not eighteen yet."""
    draft = {"subject": {"birth_date": born}, "person": {"known": "no"}, "opened_on": day}
    assert _is_child({"birth_date": born}, dt.date.fromisoformat(day)) is (age < 18)
    assert is_child(draft) is (age < 18)


def days() -> list[tuple[str, int]]:
    """Births about the end of February, and ages."""
    births = [dt.date(year, 2, 26) + dt.timedelta(days) for year in (1999, 2000, 2004, 2011) for days in range(6)]
    return [(birth.isoformat(), age) for birth in births for age in (1, 10, 13, 18, 101)]


def check(name: str) -> None:
    """The day that a control reckons is the first on which the person has the age."""
    engine = open_for_cases(name)
    asked = days()
    born = ", ".join(f"({n}, '{day}', {age})" for n, (day, age) in enumerate(asked))
    sql = render(_REACHES, engine.dialect, {}).replace("SELECT ", "SELECT p.n, ", 1)
    found = dict(engine.fetch(f"with p (n, born, age) as (values {born}) {sql}"))
    engine.close()
    for n, (day, age) in enumerate(asked):
        reached = dt.date.fromisoformat(str(found[n]))
        before, then = (age_on(dt.date.fromisoformat(day), each) for each in (reached - dt.timedelta(1), reached))
        assert (before, then) == (age - 1, age), (name, day, age, reached)


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


def test_ages_grow_by_one_at_a_time() -> None:
    """From a birth on 29 February, day by day for a century."""
    born = dt.date(2004, 2, 29)
    ages = [age_on(born, born + dt.timedelta(days)) for days in range(36_525)]
    assert ages[0] == 0
    assert {later - earlier for earlier, later in pairwise(ages)} == {0, 1}
