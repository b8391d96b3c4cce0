"""A register with what was found in the New York Police Department's Criminal Group Database, or promised of it."""

from __future__ import annotations

import datetime as dt

from overt.synthetic._faults_entries import close
from overt.synthetic._numbers import text
from overt.synthetic._plan import RegisterPlan, Slots
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting

_AS_OF = dt.date(2025, 10, 31)
_BEGAN = dt.date(2014, 1, 1)
_MINORS = 62
_PUBLISHED = (
    ("2018", "null", "2018-06-30", "34000", "17600", "null", "null"),
    ("2022", "2018-06-30", "2022-12-31", "17600", "16141", "null", "null"),
    ("2025", "2022-12-31", str(_AS_OF), "16141", "8563", "-60", "1"),
)

SETTING = Setting(
    kind="nypd",
    title="A synthetic register of people said to be in criminal groups, after New York's Criminal Group Database",
    story="""\
It is made so that the figures that were reported of the database can be found again: 34,000 people in 2014,
17,600 in June 2018, 16,141 in December 2022, 8,563 in October 2025; 62 people under 17 in February 2025,
of whose parents the department said that telling them was not yet done well; 99 per cent Black or
Hispanic. From 16,141 to 8,563 is 46.9 per cent fewer, and 60 per cent were reported. That nobody told the
parents of any of the 62 is invented, and so is how many entries lack a document, rest on posts alone or
were not reviewed. The Home Office's codes of ethnicity have none for Hispanic; O9 and IC2 stand for it
here. `--rows` is the number of people listed; days that were published as a month are its last day.
""",
    as_of=_AS_OF,
    first_day=_AS_OF - dt.timedelta(days=700),
    rows=8_563,
    split=lambda rows: (rows, 0),
    units=tuple(f"Precinct {number:02}" for number in range(1, 41)),
    roles=(("suspect", 800), ("associate", 200)),
    categories=tuple(ListedCategory(name, name, _BEGAN) for name in ("association", "post", "arrest", "clothing")),
    bodies=(PartnerBody("another department", "police"),),
    children=0,
    counted_share=0.99,
    counted=(("B", 600), ("L", 400)),
    others=(("W", 1000),),
    pack="us-ny-nypd",
)


def plant(plan: RegisterPlan) -> None:
    """Everything that was reported of the database, and what the pack asks besides."""
    sets = plan.factor
    minors = plan.take(_MINORS)
    plan.change("facts", minors, opened_on="date '2024-12-01'", birth_date="date '2008-06-01'")
    plan.ledger.plant("NY-01", plan.entry_keys(minors))
    plan.ledger.publish(
        "NY-01", "62 people under 17 (City Council, 24 February 2025, as reported); of whom is invented"
    )
    _close_to_minors(plan)
    _reviews(plan, sets)
    bare, posts = plan.take(27 * sets), plan.take(33 * sets)
    plan.change("item", bare, evidence_ref="case when i % 2 = 0 then '' end")
    plan.ledger.plant("NY-03", plan.entry_keys(bare))
    plan.change("item", posts, origin="'social_media'", platform="'picture site'")
    plan.ledger.plant("NY-04", plan.entry_keys(posts))
    # Close: one post and one arrest, of which one alone has a document.
    half = plan.take(close(plan))
    plan.change("item", half, where="j = 0", origin="'social_media'", platform="'picture site'", evidence_ref="null")
    _counts(plan)


def _close_to_minors(plan: RegisterPlan) -> None:
    """Close: the parent is told on the sixtieth day; eighteen on the day of entry; sixty days are not over."""
    informed, adult, new = plan.take(close(plan)), plan.take(close(plan)), plan.take(close(plan))
    plan.change("facts", informed, opened_on="date '2024-12-01'", birth_date="date '2008-06-01'")
    _tell(plan, informed, "date '2025-01-30'")
    plan.change("facts", adult, opened_on="date '2024-12-01'", birth_date="date '2006-12-01'")
    plan.change("facts", new, opened_on=f"{plan.as_of} - 60", birth_date="date '2010-06-01'")


def _tell(plan: RegisterPlan, slots: Slots, given_on: str) -> None:
    keys = list(plan.entry_keys(slots))
    notice = {"given_on": given_on, "told": "'parent'"}
    plan.write("notice", [{"notice_id": text(f"N-{key}"), "entry_id": text(key), **notice} for key in keys])


def _reviews(plan: RegisterPlan, sets: int) -> None:
    """Entries not reviewed for three years, and for two of people who still are minors. Close: the last day."""
    late, young, last = plan.take(41 * sets), plan.take(9 * sets), plan.take(close(plan))
    plan.change("facts", late, opened_on=f"cast({plan.as_of} - to_years(3) as date) - 1 - cast(i % 300 as integer)")
    plan.change("facts", last, opened_on=f"cast({plan.as_of} - to_years(3) as date)")
    two_years = f"cast({plan.as_of} - to_years(2) as date) - 1"
    plan.change("facts", young, opened_on=two_years, birth_date="date '2009-01-01'")
    _tell(plan, young, two_years)
    for slots in (late, young):
        plan.ledger.plant("NY-02", plan.entry_keys(slots))


def _counts(plan: RegisterPlan) -> None:
    for key, since, until, opening, closing, percent, rounded in _PUBLISHED:
        row = {"count_id": text(key), "series": "'people'", "opening": opening, "closing": closing}
        days = {"from_on": since if since == "null" else f"date '{since}'", "to_on": f"date '{until}'"}
        plan.write("published_count", [{**row, **days, "percent_said": percent, "percent_rounded_to": rounded}])
    plan.ledger.plant("NY-05", ("2025",))
    plan.ledger.publish("NY-05", "16,141 to 8,563 is 46.9 per cent fewer; 60 per cent were reported in October 2025")
    plan.published["people"] = {"2014": 34_000, "June 2018": 17_600, "December 2022": 16_141, "October 2025": 8_563}
