"""A register whose people came and went as the Boston Police Department published it, and whose numbers disagree."""

from __future__ import annotations

import datetime as dt

from overt.synthetic._plan import RegisterPlan, Slots
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting

_BEGAN = dt.date(2010, 1, 1)
_ADDED = {2021: 59, 2022: 167, 2023: 111, 2024: 67}
_REMOVED = {2021: 609, 2022: 1_836, 2023: 161, 2024: 169}
_STOCK = {2023: 1_795, 2024: 1_704}
_UNEXPLAINED = 11
_FIELD_REPORTS, _BEFORE = 14, 9
_AT_ONCE = sum(_REMOVED.values())

SETTING = Setting(
    kind="boston",
    title="A synthetic gang assessment database, after that of the Boston Police Department",
    story=f"""\
It is made so that the figures of the department's Rule 335 annual report can be found again: 59, 167, 111
and 67 people added in 2021 to 2024, 609, 1,836, 161 and 169 removed, 1,795 listed at the start of 2024 and
1,704 at the start of 2025. 1,795 and 67 less 169 are 1,693: the published figures differ by 11. Here 11
people were entered again in 2024 and not counted as added. That is a choice of the generator, and not
what happened in Boston. {_FIELD_REPORTS} entries rest on field reports alone; that number is invented. `--rows`
is the number of people ever listed; more of them are more of those who were listed before 2021.
""",
    as_of=dt.date(2025, 3, 31),
    first_day=_BEGAN,
    rows=_STOCK[2024] + _AT_ONCE,
    split=lambda rows: (max(rows - _AT_ONCE, 0), min(rows, _AT_ONCE)),
    units=tuple(f"District {letter}" for letter in "ABCDE"),
    roles=(("suspect", 700), ("associate", 300)),
    categories=tuple(
        ListedCategory(name, name, _BEGAN) for name in ("association", "field report", "arrest", "clothing")
    ),
    bodies=(PartnerBody("another department", "police"),),
    counted_share=0.0,
    others=(("B", 660), ("L", 250), ("W", 90)),
    pack="us-ma-boston",
)


def plant(plan: RegisterPlan) -> None:
    """Who was added and removed in each year, what was published of it, and entries on field reports alone."""
    for year, count in _ADDED.items():
        added = plan.take(count)
        plan.change("facts", added, opened_on=_in_year(year, added))
        if year == 2022:
            _field_reports(plan, added.part(0, _FIELD_REPORTS - 1))
        if year == 2021:
            _around_the_rule(plan, added.part(0, 2))
    again = plan.take(_UNEXPLAINED)
    plan.change("facts", again, opened_on=_in_year(2024, again))
    for year, count in _REMOVED.items():
        gone = plan.take_removed(count)
        plan.change("facts", gone, opened_on=_LONG_AGO, closed_on=_in_year(year, gone))
    old = plan.take(max(plan.listed - plan.special_listed, _BEFORE))
    plan.change("facts", old, opened_on=_LONG_AGO)
    plan.change("item", old.part(0, _BEFORE), origin="'observation'")
    _published(plan)


_LONG_AGO = f"date '{_BEGAN}' + 400 + cast(i % 3200 as integer)"


def _in_year(year: int, slots: Slots) -> str:
    """Days spread over a year."""
    return f"date '{year}-01-02' + cast({slots.nth} * 360 // {len(slots)} as integer)"


def _field_reports(plan: RegisterPlan, slots: Slots) -> None:
    plan.change("item", slots, origin="'observation'")
    plan.ledger.plant("MA-02", plan.entry_keys(slots))


def _around_the_rule(plan: RegisterPlan, slots: Slots) -> None:
    """On field reports alone: one entry of the first day of the rule. Close: one of the day before."""
    first, before = slots.halves()
    plan.change("facts", first, opened_on="date '2021-06-08'")
    plan.change("facts", before, opened_on="date '2021-06-07'")
    plan.change("item", before, origin="'observation'")
    _field_reports(plan, first)


def _published(plan: RegisterPlan) -> None:
    rows = [
        {
            "count_id": f"'{year}'",
            "series": "'people'",
            "from_on": f"date '{year}-01-01'",
            "to_on": f"date '{year + 1}-01-01'",
            "opening": str(_STOCK.get(year - 1, "null")),
            "added": str(_ADDED[year]),
            "removed": str(_REMOVED[year]),
            "closing": str(_STOCK.get(year, "null")),
            "source": "'Rule 335 annual report'",
        }
        for year in _ADDED
    ]
    plan.write("published_count", rows)
    plan.ledger.plant("MA-03", ("2024",))
    plan.ledger.publish("MA-03", "1,795 + 67 - 169 = 1,693, and 1,704 were published (Rule 335 annual report)")
    plan.published["stock and flow"] = {"added": _ADDED, "removed": _REMOVED, "start of the next year": _STOCK}
    plan.published["net change of four years"] = sum(_ADDED.values()) - sum(_REMOVED.values())
