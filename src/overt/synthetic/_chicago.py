"""A register with the faults that were found in Chicago's gang arrest cards in 2019."""

from __future__ import annotations

import datetime as dt

from overt.synthetic import _faults_entries as entries
from overt.synthetic import _faults_items as items
from overt.synthetic import _faults_office as office
from overt.synthetic import _faults_people as people
from overt.synthetic import _faults_sharing as sharing
from overt.synthetic._facts import spread
from overt.synthetic._plan import RegisterPlan, Slots
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting
from overt.synthetic._streams import agreements

_BEGAN = dt.date(1997, 1, 1)
_CATEGORIES = tuple(
    ListedCategory(name, title, _BEGAN, by_chance=name != "weapon")
    for name, title in (
        ("arrest", "the arrest at which the person was designated"),
        ("faction", "the faction the person is said to belong to"),
        ("association", "whom the person was arrested with"),
        ("admission", "what the person said of it"),
        ("mark", "tattoos and signs"),
        ("weapon", "whether a weapon was found"),
    )
)
_UNITS = tuple(f"District {number:02}" for number in range(1, 26))
_KINDS = ("police", "probation", "court", "council", "school", "immigration", "benefits")

_AGED_NOUGHT, _BORN_EARLY, _AGED_118, _AGED_132 = 80, 90, 13, 2
_TWO_SEXES, _NO_GROUNDS = 983, 15_174

SETTING = Setting(
    kind="chicago",
    title="A synthetic register of designations on arrest, after Chicago's gang arrest cards",
    story="""\
It is made so that the figures of the review of the Office of Inspector General of 11 April 2019, as
reported, can be found again: 134,242 people designated on arrest, 95 per cent of them Black or Latinx; 80
with an age of 0, 90 born before 1901, among them 13 aged 118 and two aged 132 as ProPublica Illinois
reported; nearly 1,000 with more than one sex, here 983; over 15,000 without a reason, here 15,174.
`--rows` is the number of people. All entries are in use: nobody was ever removed. The Home Office's codes
of ethnicity have none for Latinx; O9 and IC2 stand for it here. Whoever is aged 0 also breaches the
controls on criminal responsibility, safeguarding decisions and the minimum age. How many breaches
there are of the other kinds is invented.
""",
    as_of=dt.date(2019, 4, 11),
    first_day=dt.date(1999, 1, 1),
    rows=134_242,
    split=lambda rows: (rows, 0),
    units=_UNITS,
    roles=(("suspect", 1000),),
    categories=_CATEGORIES,
    bodies=tuple(PartnerBody(f"{unit} {kind}", kind) for kind in _KINDS for unit in _UNITS),
    women=50,
    children=110,
    counted_share=0.95,
    counted=(("B", 740), ("L", 260)),
    others=(("W", 700), ("A", 60), ("O", 60), ("N", 90), ("-", 90)),
    third=200,
    first_origins=(("arrest", 1000),),
    logged_from=dt.date(2018, 5, 25),
)


def plant(plan: RegisterPlan) -> None:
    """Everything that was found in the gang arrest cards, and some of what else can be."""
    sets = plan.factor
    office.categories(plan)
    office.documents(plan, signed_on="1999-01-01")
    plan.write("agreement", agreements(plan))
    _without_grounds(plan)
    nought = _spread(plan, _AGED_NOUGHT)
    people.aged_nought(plan, nought)
    _born_early(plan)
    people.recorded_twice(plan, _spread(plan, _TWO_SEXES))
    people.hundred(plan)
    people.first_birthday(plan)
    people.thirteen_exactly(plan)
    entries.roles_missing(plan, 9 * sets)
    entries.review_dates_missing(plan, 60 * sets)
    entries.reviews_overdue(plan, 75 * sets)
    entries.decided_by_machine(plan, 12 * sets)
    entries.outcomes_unreviewed(plan, 14 * sets)
    people.dead_and_active(plan, 11 * sets)
    people.not_seen_at_eighteen(plan, 13 * sets)
    items.unmarked(plan, 10 * sets)
    items.ungraded(plan, 16 * sets)
    items.one_source(plan, 21 * sets)
    items.undocumented(plan, 17 * sets)
    items.admissions(plan, 5 * sets)
    items.categories_in_use(plan)
    sharing.without_agreement(plan, 6 * sets)
    sharing.sent_ungraded(plan, 8 * sets)
    sharing.unredacted(plan, 12 * sets)
    sharing.in_bulk(plan, sets)
    office.requests_late(plan, 4)
    source = "(Office of Inspector General, April 2019, as reported)"
    plan.ledger.publish("OV-09", f"over 15,000 of 134,242 without a gang or a reason {source}; 15,174 here")
    plan.ledger.publish("OV-10", f"80 people with an age of 0 {source}")
    plan.ledger.publish("OV-15", f"nearly 1,000 people with more than one sex {source}; 983 here")
    people_118 = "13 aged 118 and two aged 132 (ProPublica Illinois, March 2018)"
    plan.ledger.publish("OV-12", f"90 people born before 1901 {source}; among them {people_118}")
    plan.published["people"] = "134,242 people designated on arrest, 95% of them Black or Latinx"


def _spread(plan: RegisterPlan, count: int) -> Slots:
    """Special people who were entered at any time."""
    slots = plan.take(count)
    plan.change("facts", slots, opened_on=spread(plan))
    return slots


def _without_grounds(plan: RegisterPlan) -> None:
    slots = _spread(plan, _NO_GROUNDS)
    words = "case i % 4 when 0 then null when 1 then '' when 2 then ' ' else 'gang unknown' end"
    plan.change("entry", slots, grounds=words)
    plan.ledger.plant("OV-09", plan.entry_keys(slots))


def _born_early(plan: RegisterPlan) -> None:
    slots = _spread(plan, _BORN_EARLY)
    aged_118, aged_132 = slots.part(0, _AGED_118), slots.part(_AGED_118, _AGED_118 + _AGED_132)
    others = slots.part(_AGED_118 + _AGED_132)
    people.very_old(plan, aged_118, f"date '1900-05-01' + cast({aged_118.nth} * 17 as integer)", 118)
    people.very_old(plan, aged_132, f"date '1886-09-01' + cast({aged_132.nth} * 40 as integer)", 132)
    people.very_old(plan, others, f"date '1890-01-01' + cast({others.nth} * 53 as integer)")
