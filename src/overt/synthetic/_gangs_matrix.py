"""A register with the faults that were found in the Gangs Violence Matrix of the Metropolitan Police."""

from __future__ import annotations

import datetime as dt

from overt.synthetic import _faults_entries as entries
from overt.synthetic import _faults_items as items
from overt.synthetic import _faults_office as office
from overt.synthetic import _faults_people as people
from overt.synthetic import _faults_sharing as sharing
from overt.synthetic._numbers import picked
from overt.synthetic._plan import RegisterPlan
from overt.synthetic._setting import SERVICES, ListedCategory, PartnerBody, Setting
from overt.synthetic._streams import agreements
from overt.synthetic._words import BOROUGHS

_BEGAN = dt.date(2012, 1, 1)
_CATEGORIES = tuple(
    ListedCategory(name, title, _BEGAN, by_chance=name not in ("age", "weapon"))
    for name, title in (
        ("association", "whom the person is seen with"),
        ("arrest", "arrests"),
        ("conviction", "convictions"),
        ("intelligence", "intelligence reports"),
        ("residence", "where the person lives"),
        ("vehicle", "vehicles the person uses"),
        ("school", "school or college"),
        ("video", "music videos and lyrics"),
        ("age", "the person's age"),
        ("weapon", "whether the person carries a knife or a firearm"),
    )
)
_KINDS = ("council", "probation", "health", "police", "housing", "school", "benefits", "immigration")
BODIES = tuple(PartnerBody(f"{borough} {kind}", kind) for kind in _KINDS for borough in BOROUGHS)

SENT_ON = dt.date(2017, 1, 26)
_SENT, _SENT_ZERO, _SENT_VICTIMS = 203, 80, 22
_RECIPIENTS = tuple(
    PartnerBody(f"recipient {number:02}", kind)
    for number, kind in enumerate(
        [
            kind
            for kind, count in (
                *(("council", 12), ("police", 4), ("probation", 4), ("health", 3), ("other", 5)),
                *(("housing", 8), ("school", 6), ("benefits", 2)),
            )
            for _ in range(count)
        ],
        1,
    )
)

SETTING = Setting(
    kind="gangs-matrix",
    title="A synthetic gangs register, after the Gangs Violence Matrix",
    story="""\
It is made so that the figures published about the Gangs Violence Matrix in October 2017 can be found
again: 3,806 people listed, 78 per cent of them Black, 40 per cent with a score of zero, 35 per cent
who never committed a serious offence, victims with a score or a band, an informal list of people who
had been removed, and an unredacted sending of 203 entries to 44 recipients on 26 January 2017, about
80 of them with a score of zero. `--rows` is the number of people listed. People who were removed come
on top; they have a closed entry each. The sending is 203 times 44 rows: one for each entry and body.
No impact assessment of either kind was made. How many breaches there are of the other kinds is invented.
""",
    as_of=dt.date(2017, 10, 31),
    first_day=dt.date(2014, 11, 1),
    rows=3_806,
    split=lambda rows: (rows, rows // 20 + 184),
    units=BOROUGHS,
    roles=(("suspect", 550), ("convicted", 250), ("associate", 160), ("victim", 30), ("witness", 10)),
    categories=_CATEGORIES,
    bodies=BODIES,
    women=10,
    children=200,
    scored=True,
    zero_share=0.40,
    serious_share=0.65,
    counted_share=0.78,
    counted=(("B", 1000),),
    others=(("W", 550), ("A", 200), ("M", 100), ("O", 50), ("N", 60), ("-", 40)),
)


def plant(plan: RegisterPlan) -> None:
    """Everything that was found in the Gangs Violence Matrix, and the rest of what can be."""
    sets = plan.factor
    office.categories(plan)
    office.documents(plan, ("apd",), "2012-01-01")
    plan.ledger.plant("OV-55b", ("dpia",))
    plan.ledger.publish("OV-55b", "no privacy impact assessment (ICO, November 2018)")
    plan.ledger.plant("OV-55d", ("eia",))
    plan.ledger.publish("OV-55d", "no equality impact assessment (ICO, November 2018)")
    plan.write("agreement", agreements(plan))
    _newham(plan)
    entries.victims_scored(plan, 41 * sets)
    plan.ledger.publish("OV-01", "victims were listed and not told apart (ICO, November 2018); how many is invented")
    sharing.ghosts(plan, 37 * sets, "gang associates, an officer''s own drive")
    plan.ledger.publish("OV-26", "an informal list of removed people (ICO, November 2018); how many is invented")
    _entry_faults(plan, sets)
    _item_faults(plan, sets)
    sharing.without_agreement(plan, 6 * sets)
    sharing.services_told(plan, 7 * sets)
    sharing.sent_ungraded(plan, 5 * sets)
    sharing.sent_then_removed(plan, 8 * sets)
    sharing.looked_up_after(plan, 19 * sets)
    office.claims(plan, "safeguard", ("an annual audit", "training of every user"), 0)
    office.requests_late(plan, 3)
    office.refusals_unreasoned(plan, 2)
    shares = "78% Black, 40% with a score of zero, 35% without a serious offence"
    plan.published["people"] = f"3,806 people listed, {shares}"


def _entry_faults(plan: RegisterPlan, sets: int) -> None:
    entries.roles_missing(plan, 14 * sets)
    entries.grounds_missing(plan, 12 * sets)
    entries.scores_stale(plan, 22 * sets)
    entries.bands_wrong(plan, 9 * sets)
    entries.scores_of_age(plan, 10 * sets)
    entries.zero_kept(plan, 31 * sets)
    entries.outcomes_unreviewed(plan, 18 * sets)
    entries.review_dates_missing(plan, 47 * sets)
    entries.reviews_overdue(plan, 89 * sets)
    entries.deletions_late(plan, 11 * sets)
    entries.reasons_missing(plan, 16 * sets)
    entries.reviews_stamped(plan, sets)
    people.young_suspects(plan, 2 * sets)
    people.below_minimum_age(plan, 5 * sets)
    people.thirteen_exactly(plan)
    people.children_unguarded(plan, 23 * sets)
    people.not_seen_at_eighteen(plan, 17 * sets)
    people.dead_and_active(plan, 4 * sets)
    people.codes_outside(plan, 6 * sets)


def _item_faults(plan: RegisterPlan, sets: int) -> None:
    items.unmarked(plan, 21 * sets)
    items.ungraded(plan, 20 * sets)
    items.one_source(plan, 33 * sets)
    items.unreliable(plan, 9 * sets)
    items.undocumented(plan, 13 * sets)
    items.posts_alone(plan, 15 * sets)
    items.borrowed(plan, 7 * sets)
    items.third_captures(plan, 8 * sets)
    items.categories_in_use(plan)


def _newham(plan: RegisterPlan) -> None:
    """The sending of 203 entries, unredacted, to 44 recipients on one day."""
    slots = plan.take(_SENT)
    zero = slots.part(0, _SENT_ZERO)
    plan.change("facts", zero.part(0, _SENT_VICTIMS), role="'victim'")
    plan.score_zero(zero)
    number = "cast(j as integer)"
    sent = plan.add(
        "disclosure",
        slots,
        len(_RECIPIENTS),
        sent_at=f"timestamp '{SENT_ON} 10:40:00' + to_seconds(cast(j as integer))",
        recipient=picked(tuple(body.name for body in _RECIPIENTS), number),
        recipient_kind=picked(tuple(body.kind for body in _RECIPIENTS), number),
        agreement_id="null",
        redacted="false",
        encrypted="false",
        grade_sent="false",
    )
    plan.ledger.plant("OV-46", plan.added_keys(sent))
    plan.ledger.also("OV-47", plan.added_keys(sent))
    plan.ledger.also("OV-49", plan.added_keys(sent))
    bodies = {number for number, body in enumerate(_RECIPIENTS) if body.kind != "police"}
    bare = (key for key in plan.added_keys(sent) if int(key.rpartition("-")[2]) - sent.base in bodies)
    plan.ledger.also("OV-49b", bare)
    services = {number for number, body in enumerate(_RECIPIENTS) if body.kind in SERVICES}
    keys = (key for key in plan.added_keys(sent, zero) if int(key.rpartition("-")[2]) - sent.base in services)
    plan.ledger.also("OV-48", keys)
    what = "one unredacted sending of 203 people to 44 recipients on 26 January 2017"
    plan.ledger.publish("OV-46", f"{what} (ICO, penalty of 4 April 2019, as reported): 203 × 44 = 8,932 disclosures")
    plan.published["sending"] = {"people": _SENT, "recipients": len(_RECIPIENTS), "scored zero": _SENT_ZERO}
