"""A register with the faults that the California State Auditor found in CalGang in 2016."""

from __future__ import annotations

import datetime as dt

from overt.synthetic import _faults_office as office
from overt.synthetic import _faults_people as people
from overt.synthetic import _faults_sharing as sharing
from overt.synthetic._facts import spread
from overt.synthetic._numbers import numbered, picked
from overt.synthetic._plan import RegisterPlan, Slots
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting
from overt.synthetic._streams import agreements

_BEGAN = dt.date(1998, 1, 1)
_CRITERIA = (
    ("association", "seen with known members"),
    ("symbols", "seen with symbols or signs"),
    ("clothing", "seen in the clothing of the group"),
    ("frequents", "seen where the group meets"),
    ("admission", "admitted membership"),
    ("arrest", "arrested for an offence of the group"),
)
_UNITS = tuple(f"Agency {number:02}" for number in range(1, 31))
_KINDS = ("police", "probation", "court", "other", "school", "immigration")

_SAMPLE, _UNSUPPORTED_PEOPLE, _SIX, _FIVE = 100, 13, 63, 24
_INFANTS, _ADMITTED = 42, 28
_LATE, _CENTURY = 612, 75

SETTING = Setting(
    kind="calgang",
    title="A synthetic gangs register, after CalGang",
    story="""\
It is made so that the figures of the California State Auditor's report 2015-130 (11 August 2016) can be
found again, each over the base it was published with: of 100 people reviewed 13 lacked adequate support,
of their 563 criteria 131 did; 42 people of the register were under one year old when they were entered,
28 of them for admitting membership; more than 600 deletion dates lie beyond the five years, here 612,
some of them more than a hundred years ahead. `--rows` is the number of people; 88,670 were held in October 2018.

Only the hundred people whom the auditor reviewed have items and stand as active, so that the two bases of
the review, 100 and 563, are the ones that the controls count. Everybody else's entry is closed and held
without items. That is a choice of the generator: in CalGang those entries were in use. For the same reason
the 28 said to have admitted membership are among the hundred here. Whoever is under one year old also
breaches the controls on criminal responsibility, safeguarding decisions and the minimum age.
""",
    as_of=dt.date(2016, 8, 11),
    first_day=dt.date(2011, 9, 1),
    rows=88_670,
    split=lambda rows: (min(rows, _SAMPLE), max(rows - _SAMPLE, 0)),
    units=_UNITS,
    roles=(("suspect", 900), ("associate", 100)),
    categories=tuple(ListedCategory(name, title, _BEGAN) for name, title in _CRITERIA),
    bodies=tuple(PartnerBody(f"{unit} {kind}", kind) for kind in _KINDS for unit in _UNITS),
    women=60,
    children=120,
    others=(("O", 660), ("B", 200), ("W", 90), ("A", 30), ("-", 20)),
    with_items=False,
)


def plant(plan: RegisterPlan) -> None:
    """Everything that was found in CalGang, and a few faults of removal."""
    office.categories(plan)
    office.documents(plan, signed_on="2011-01-01")
    plan.write("agreement", agreements(plan))
    _sample(plan)
    infants = plan.take_removed(_INFANTS - _ADMITTED)
    plan.change("facts", infants, opened_on=spread(plan))
    people.infants(plan, infants)
    _deletion_dates(plan)
    sets = plan.factor
    sharing.sent_then_removed(plan, 6 * sets)
    sharing.looked_up_after(plan, 5 * sets)
    removed_twice = plan.take_removed(9 * sets)
    people.recorded_twice(plan, removed_twice)
    office.requests_late(plan, 3)
    office.refusals_unreasoned(plan, 2)
    plan.ledger.publish("OV-10", "42 people under one year old when entered (State Auditor 2015-130, as reported)")
    plan.ledger.publish("OV-13", "28 of the 42 for admitting membership (State Auditor 2015-130, as reported)")
    plan.published["sample"] = {"people": _SAMPLE, "unsupported people": 13, "criteria": 563, "unsupported": 131}


def _sample(plan: RegisterPlan) -> None:
    """The hundred people reviewed: 63 with six criteria and 37 with five; 131 of the 563 without a document."""
    alone, six, five = plan.take(_UNSUPPORTED_PEOPLE), plan.take(_SIX), plan.take(_FIVE)
    for slots, count in ((alone, 5), (six, 6), (five, 5)):
        plan.change("facts", slots, items=str(count))
        plan.change(
            "item",
            slots,
            category=picked(tuple(name for name, _ in _CRITERIA), "cast(j % 6 as integer)"),
            origin=picked(("observation", "intelligence", "police_record", "observation"), "cast(j % 4 as integer)"),
            # Taken in the year before the report, so that each criterion was recorded in it.
            collected_on=f"{plan.as_of} - 20 - cast((i * 7 + j * 50) % 300 as integer)",
        )
    for slots in (six, five):
        plan.change("item", slots, where="j = 4", origin="'self_admission'")
    # Thirteen people rest on one source, and nothing of it has a document: 65 of the criteria.
    plan.change("item", alone, source_ref=f"'N/' || {numbered('p')} || '/1'", evidence_ref="null")
    plan.ledger.plant("OV-06", plan.entry_keys(alone))
    plan.ledger.plant("OV-08", plan.item_keys(alone, *range(5)))
    # The other 66: one criterion of as many people.
    for slots in (six, five.part(0, 131 - 5 * _UNSUPPORTED_PEOPLE - _SIX)):
        plan.change("item", slots, where="j = 0", evidence_ref="case when i % 2 = 0 then '' end")
        plan.ledger.plant("OV-08", plan.item_keys(slots, 0))
    infants = six.part(0, _ADMITTED)
    people.infants(plan, infants)
    plan.ledger.plant("OV-13", plan.item_keys(infants, 4))
    _close_to_infants(plan, five)
    plan.ledger.publish("OV-06", "13 of 100 people reviewed lacked adequate support (State Auditor 2015-130)")
    plan.ledger.publish("OV-08", "131 of 563 criteria lacked support (State Auditor 2015-130)")


def _close_to_infants(plan: RegisterPlan, slots: Slots) -> None:
    """Close to an impossible admission: the thirteenth birthday is the day of entry."""
    quiet = slots.part(10, 14)
    plan.change("facts", quiet, birth_date="cast(opened_on - to_years(13) as date)")
    plan.add("review", quiet, outcome="'safeguarding'")


def _deletion_dates(plan: RegisterPlan) -> None:
    """Deletion dates beyond the limit of five years, some by more than a century. Close: five years to the day."""
    slots = plan.take_removed(_LATE)
    plan.change("facts", slots, opened_on=spread(plan))
    century, years = slots.part(0, _CENTURY), slots.part(_CENTURY)
    five = "cast(opened_on + to_years(5) as date)"
    far = f"cast(opened_on + to_years(105 + cast({century.nth} % 40 as integer)) as date)"
    plan.change("entry", century, delete_due_on=far)
    plan.change("entry", years, delete_due_on=f"{five} + 1 + cast({years.nth} * 9 as integer)")
    plan.change("entry", plan.take_removed(20), delete_due_on=five)
    plan.ledger.plant("OV-22", plan.entry_keys(slots))
    finding = "more than 600 people with a deletion date beyond the limit of five years, many by more than 100 years"
    plan.ledger.publish("OV-22", f"{finding} (State Auditor 2015-130); 612 here")
