"""A register with the faults that were reported of Project Alpha, the Metropolitan Police's social-media unit."""

from __future__ import annotations

import datetime as dt

from overt.synthetic import _faults_covert as covert
from overt.synthetic import _faults_entries as entries
from overt.synthetic import _faults_items as items
from overt.synthetic import _faults_office as office
from overt.synthetic import _faults_people as people
from overt.synthetic import _faults_sharing as sharing
from overt.synthetic._facts import spread
from overt.synthetic._plan import RegisterPlan
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting
from overt.synthetic._streams import agreements
from overt.synthetic._words import BOROUGHS

_BEGAN = dt.date(2019, 6, 3)
_GREW_FROM, _GREW_TO = dt.date(2020, 9, 3), dt.date(2021, 7, 28)
_SECOND_ASSESSMENT = dt.date(2020, 12, 14)
_AS_OF = dt.date(2023, 6, 30)

_FIRST = (
    "account handle", "account name", "platform", "profile picture", "date of birth", "ethnicity", "borough", "school",
    "video", "lyrics", "threat", "weapon shown", "group named", "friends listed", "police record", "risk to the person",
)  # fmt: skip
_LATER = (
    "age", "weapon", "live stream", "private story", "comments", "hashtags", "emoji", "location tag", "vehicle",
    "clothing", "health", "religion", "family", "school friends", "gift list", "game account", "voice",
    "second account",
)  # fmt: skip
_SENSITIVE = ("ethnicity", "health", "religion")
_IDLE = ("gift list", "game account", "voice")
_HELD_BACK = (*_IDLE, "age", "weapon")


def _categories() -> tuple[ListedCategory, ...]:
    """Sixteen categories under the first assessment, then eighteen that no new one covers, evenly over the 328 days."""
    first = [ListedCategory(name, name, _BEGAN, name in _SENSITIVE, "DPIA-1") for name in _FIRST]
    days = (_GREW_TO - _GREW_FROM).days
    later = []
    for number, name in enumerate(_LATER):
        adopted_on = _GREW_FROM + dt.timedelta(days=number * days // (len(_LATER) - 1))
        # The assessment of December 2020 came after some of them; nothing covers the rest.
        named = "DPIA-2" if adopted_on < _SECOND_ASSESSMENT else None
        later.append(
            ListedCategory(name, name, adopted_on, name in _SENSITIVE, named, by_chance=name not in _HELD_BACK)
        )
    return (*first, *later)


_KINDS = ("council", "health", "police", "probation", "housing", "school", "immigration")
_REQUESTS, _REMOVED, _FIRST_PUBLISHED = 992, 879, 286
_AGELESS_IN = 6

SETTING = Setting(
    kind="alpha",
    title="A synthetic social-media intelligence register, after Project Alpha",
    story="""\
It is made so that what was reported of Project Alpha can be found again: categories that grew from 16 to
34 between 3 September 2020 and 28 July 2021 without a new assessment of their impact, nearly 7,000 records,
a youngest recorded age of 13, ages that nobody had to record, "private and open" accounts, a claim to
have consulted five bodies of which three had not been, and 992 requests to platforms where 286 were
published. `--rows` is the number of records; one in twenty is closed. Every number that was not
published is invented: one person in six has no age, one in seven no ethnicity. The five bodies are unnamed.
""",
    as_of=_AS_OF,
    first_day=_BEGAN + dt.timedelta(days=30),
    rows=6_980,
    split=lambda rows: (rows - rows // 20, rows // 20),
    units=tuple(f"{borough} desk" for borough in BOROUGHS[:12]),
    roles=(("suspect", 480), ("associate", 300), ("convicted", 90), ("victim", 80), ("witness", 50)),
    categories=_categories(),
    bodies=tuple(PartnerBody(f"{borough} {kind}", kind) for kind in _KINDS for borough in BOROUGHS),
    women=60,
    children=330,
    counted_share=0.14,
    counted=(("-", 1000),),
    others=(("B", 640), ("W", 150), ("A", 100), ("M", 60), ("O", 50)),
    third=200,
    first_origins=(("social_media", 800), ("intelligence", 200)),
    private=180,
    conditions=True,
    logged_from=_BEGAN,
    set_up_on=_BEGAN,
    hits=50,
)


def plant(plan: RegisterPlan) -> None:
    """Everything that was reported of Project Alpha, and the rest of what can be."""
    sets = plan.factor
    office.categories(plan)
    _documents(plan)
    plan.write("agreement", agreements(plan))
    plan.ledger.plant("OV-54", _LATER)
    grew = "categories 16 → 34 between 3 September 2020 and 28 July 2021"
    plan.ledger.publish("OV-54", f"{grew} (Byline Times, October 2021)")
    _ages(plan)
    _covert(plan, sets)
    _sensitive(plan, 14 * sets)
    _others(plan, sets)
    _consultation(plan)
    _requests_to_platforms(plan)
    plan.ledger.plant("OV-37b", ("subject",))


def _documents(plan: RegisterPlan) -> None:
    """The documents that cover the register; the assessment of December 2020 is past its review."""
    office.documents(plan, ("dpia", "eia", "apd"), "2019-05-20")
    second = {
        "assessment_id": "'DPIA-2'",
        "kind": "'dpia'",
        "signed_on": f"date '{_SECOND_ASSESSMENT}'",
        "review_due_on": "date '2021-12-14'",
        "officer_consulted_on": "date '2020-11-20'",
        # The risk stays high, and nobody consulted the Commissioner.
        "residual_risk": "'high'",
    }
    # One that was signed without asking the data protection officer.
    third = {**second, "assessment_id": "'DPIA-3'", "review_due_on": plan.as_of, "officer_consulted_on": "null"}
    third["commissioner_consulted_on"] = "date '2019-05-01'"
    # And one of which the officer heard on the day after.
    fourth = {**third, "assessment_id": "'DPIA-4'", "officer_consulted_on": f"date '{_SECOND_ASSESSMENT}' + 1"}
    # A policy document that nobody reviewed since the day before two years ago.
    policy = {
        "assessment_id": "'APD-2'",
        "kind": "'apd'",
        "signed_on": "date '2019-05-20'",
        "reviewed_on": f"{plan.as_of} - 731",
        "review_due_on": plan.as_of,
    }
    plan.write("assessment", [second, third, fourth, policy])
    plan.ledger.plant("OV-55a", ("DPIA-2",))
    plan.ledger.plant("OV-63", ("DPIA-2",))
    plan.ledger.plant("OV-64", ("DPIA-3", "DPIA-4"))
    plan.ledger.plant("OV-65b", ("APD-2",))
    office.record_incomplete(plan)


def _ages(plan: RegisterPlan) -> None:
    ageless = plan.take(plan.rows // _AGELESS_IN)
    plan.change("facts", ageless, opened_on=spread(plan))
    people.age_missing(plan, ageless)
    ages = "recording an age is not compulsory (Guardian, June 2023)"
    plan.ledger.publish("OV-32", f"{ages}; how many lack one is invented")
    people.thirteen_exactly(plan)
    people.children_unguarded(plan, 29 * plan.factor)
    people.not_seen_at_eighteen(plan, 12 * plan.factor)


def _covert(plan: RegisterPlan, sets: int) -> None:
    covert.unauthorised(plan, 118 * sets)
    covert.outside_the_dates(plan, 4 * sets)
    covert.too_long(plan, 3 * sets)
    covert.juveniles_unreviewed(plan, 4 * sets)
    covert.rank_too_low(plan, 3 * sets)
    covert.renewed_unreviewed(plan, 4 * sets)
    covert.undercover_untold(plan, 3 * sets)
    covert.juveniles_unprotected(plan, 3 * sets)
    covert.devices_unwritten(plan, 3 * sets)
    covert.outside_the_scope(plan, 15 * sets)
    covert.messages_read(plan, 5 * sets)
    covert.public_but_private(plan, 13 * sets)
    items.third_captures(plan, 26 * sets)
    plan.ledger.publish("OV-38", "“private and open” accounts (Byline Times, October 2021); how many is invented")


def _sensitive(plan: RegisterPlan, count: int) -> None:
    """Sensitive items without a condition, and from before the policy document.

    Close: collected on the day it was signed; the same with consent in the place of a condition. Of consent: not on
    record, and withdrawn the day before. Close: withdrawn on the day.
    """
    bare, early, quiet = plan.take(count), plan.take(count), plan.take(4 * plan.factor)
    unshown, withdrawn = plan.take(count), plan.take(count)
    signed = "date '2019-05-20'"
    for slots in (bare, early, quiet, unshown, withdrawn):
        plan.change("item", slots, where="j = 1", category="'health'")
    plan.change("entry", bare, condition="null")
    for slots in (quiet.halves()[0], unshown, withdrawn):
        plan.change("entry", slots, condition="'consent'")
    shown = {"consent_ref": "'C-1'", "consent_withdrawn_on": "opened_on"}
    plan.change("item", quiet.halves()[0], where="j = 1", **shown)
    plan.change("item", withdrawn, where="j = 1", **{**shown, "consent_withdrawn_on": "opened_on - 1"})
    plan.ledger.plant("OV-61", [*plan.item_keys(unshown, 1), *plan.item_keys(withdrawn, 1)])
    plan.change("facts", early, opened_on=f"{signed} - 1")
    plan.change("facts", quiet, opened_on=signed)
    plan.ledger.plant("OV-35", [*plan.item_keys(bare, 1), *plan.item_keys(early, 1)])


def _others(plan: RegisterPlan, sets: int) -> None:
    entries.two_roles(plan, 11 * sets)
    entries.grounds_copied(plan, sets)
    plan.ledger.plant("OV-57b", plan.entry_keys(entries.decided_by_machine(plan, 18 * sets)))
    entries.hits_undecided(plan, 34 * sets)
    entries.reviews_overdue(plan, 40 * sets)
    items.posts_alone(plan, 24 * sets)
    items.unmarked(plan, 15 * sets)
    items.borrowed(plan, 6 * sets)
    items.categories_in_use(plan, _IDLE)
    people.codes_outside(plan, 5 * sets)
    sharing.in_bulk(plan, sets)
    sharing.unredacted(plan, 9 * sets)
    sharing.services_told(plan, 6 * sets)
    sharing.sent_then_removed(plan, 7 * sets)
    sharing.other_purposes(plan, 8 * sets)
    sharing.ghosts(plan, 10 * sets, "a message group of the team")
    sharing.looked_up_after(plan, 8 * sets)
    sharing.log_gaps(plan, 13 * sets)
    sharing.lines_incomplete(plan, 16 * sets)
    office.requests_late(plan, 8)
    office.refusals_unreasoned(plan, 5)
    office.small_cells(plan, 9)
    office.bridges_broken(plan, 4)
    office.data_breaches(plan, 3)


def _consultation(plan: RegisterPlan) -> None:
    bodies = tuple(f"consulted body {letter}" for letter in "ABCDE")
    office.claims(plan, "consultation", bodies, 3)
    office.claims(plan, "statistic", (f"{_FIRST_PUBLISHED} requests to platforms, June 2021 to May 2022",), 0)
    plan.ledger.publish("OV-58", "five bodies named as consulted; three said they were not (Guardian, June 2022)")


def _requests_to_platforms(plan: RegisterPlan) -> None:
    """All requests of June 2021 to May 2022; the published figure was smaller."""
    rows = [
        {
            "request_id": f"'T-{number:04}'",
            "platform": "'video site'" if number % 9 else "'picture site'",
            "sent_on": f"date '2021-06-01' + {number * 364 // _REQUESTS}",
            "genre": "'drill'",
            "rule_cited": "'violence'" if number % 4 else "null",
            "outcome": "'removed'" if number < _REMOVED else "'refused'",
        }
        for number in range(_REQUESTS)
    ]
    plan.write("platform_request", rows)
    published = {"release_id": "'FOI-2022'", "table_name": "'requests to platforms'", "cell": "'all'"}
    plan.write("release_cell", [{**published, "value": str(_FIRST_PUBLISHED)}])
    plan.write("spend", [{"year": "2019", "purpose": "'the unit'", "amount_pence": "480000000"}])
    plan.published["OV-53"] = {
        "what": "requests to platforms, June 2021 to May 2022",
        "published": _FIRST_PUBLISHED,
        "in the register": _REQUESTS,
        "source": "Metropolitan Police, answer of 7 October 2022; corrected to the Oversight Board in January 2023",
    }
    plan.published["removals"] = {"published": 255, "in the register": _REMOVED}
