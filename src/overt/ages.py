"""When a person reaches an age: one rule, the same in controls, releases, disparity, rights and the portal.

An age is reached at the beginning of the anniversary of the day of birth. A person born on 29 February reaches it on
1 March in a year that is not a leap year. That is the one rule that a statute of the United Kingdom states (Age of
Legal Capacity (Scotland) Act 1991 s.6(2)); the Family Law Reform Act 1969 s.9(1) is silent; no reading of "the
anniversary of the date" makes 28 February the day; and so the protection of a child lasts a day longer, not shorter.

Periods are another matter: five years of keeping that begin on 29 February end on the last day of February.
"""

from __future__ import annotations

import datetime as dt


def age_on(born: dt.date, day: dt.date) -> int:
    """The age in whole years on a day; negative before the birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_below(age: int, born: dt.date, day: dt.date) -> bool:
    """Whether a person has not reached the age on a day."""
    return age_on(born, day) < age


def age_in_duckdb(born: str, day: str) -> str:
    """SQL of DuckDB for the same; null where either is null."""
    return f"(date_diff('year', {born}, {day}) - (strftime({day}, '%m%d') < strftime({born}, '%m%d'))::integer)"
