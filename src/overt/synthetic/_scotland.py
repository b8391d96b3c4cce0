"""A register of Scotland with faults under its own law, and the children whose biometric data was taken."""

from __future__ import annotations

import datetime as dt

from overt.synthetic import _faults_covert as covert
from overt.synthetic import _faults_entries as entries
from overt.synthetic import _faults_items as items
from overt.synthetic import _faults_office as office
from overt.synthetic import _faults_people as people
from overt.synthetic import _faults_sharing as sharing
from overt.synthetic._faults_entries import close
from overt.synthetic._numbers import text
from overt.synthetic._plan import RegisterPlan
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting
from overt.synthetic._streams import agreements

_BEGAN = dt.date(2017, 1, 1)
_CATEGORIES = tuple(
    ListedCategory(name, name, _BEGAN, sensitive=name == "biometrics", by_chance=name not in {"biometrics", "weapon"})
    for name in ("association", "arrest", "intelligence", "residence", "vehicle", "biometrics", "weapon")
)
_DIVISIONS = tuple(f"Division {letter}" for letter in "ACDEGJKLNPQUV")
_KINDS = ("council", "police", "health", "housing", "school")
_BEFORE, _AFTER = 2_003, 1_851

SETTING = Setting(
    kind="scotland",
    title="A synthetic register of people of interest to police in Scotland",
    story="""\
It is made so that the figures that were reported of the Scottish Biometrics Commissioner's report for
2024/25 can be found again: biometric data was taken of 2,003 children in 2023/24 and of 1,851 in 2024/25,
which is 7.6 per cent fewer, and 7.5 were reported. That no decision about any of the 1,851 is recorded, and
one about each of the 2,003, is invented, as is everything else: the Scottish age of criminal
responsibility is twelve, and here are suspects of eleven; authorities for covert collection name the Act
of the wrong Parliament. `--rows` is the number of people; one in twenty is closed.
""",
    as_of=dt.date(2025, 10, 31),
    first_day=dt.date(2022, 1, 3),
    rows=6_000,
    split=lambda rows: (rows - rows // 20, rows // 20),
    units=_DIVISIONS,
    roles=(("suspect", 700), ("associate", 200), ("convicted", 60), ("victim", 30), ("witness", 10)),
    categories=_CATEGORIES,
    bodies=tuple(PartnerBody(f"{division} {kind}", kind) for kind in _KINDS for division in _DIVISIONS),
    children=100,
    others=(("W", 900), ("A", 50), ("B", 30), ("-", 20)),
    conditions=True,
    logged_from=dt.date(2018, 5, 25),
    pack="uk-scotland",
)


def plant(plan: RegisterPlan) -> None:
    """The children of the report, faults under Scottish law, and some of what else can be."""
    sets = plan.factor
    office.categories(plan)
    office.documents(plan, signed_on="2018-06-25")
    _policy_withdrawn(plan)
    plan.write("agreement", agreements(plan))
    _children(plan)
    _count(plan)
    people.young_suspects(plan, 6 * sets, age=12)
    _before_the_act(plan)
    people.thirteen_exactly(plan)
    people.children_unguarded(plan, 11 * sets)
    people.dead_and_active(plan, 4 * sets)
    _authorities(plan, 7 * sets)
    covert.too_long(plan, 3 * sets)
    entries.roles_missing(plan, 9 * sets)
    entries.reviews_overdue(plan, 21 * sets)
    items.unmarked(plan, 8 * sets)
    items.undocumented(plan, 12 * sets)
    items.categories_in_use(plan)
    sharing.sent_then_removed(plan, 5 * sets)
    office.requests_late(plan, 4)
    office.refusals_unreasoned(plan, 3)


def _children(plan: RegisterPlan) -> None:
    """Children of fourteen whose biometric data was taken: each decided on in the first year, none in the second."""
    first, second = plan.take(_BEFORE), plan.take(_AFTER)
    for slots, since, days in ((first, "2023-04-01", 330), (second, "2024-04-01", 360)):
        born = "cast(opened_on - to_years(14) as date) - cast(i % 200 as integer)"
        opened_on = f"date '{since}' + cast({slots.nth} % {days} as integer)"
        plan.change("facts", slots, opened_on=opened_on, birth_date=born)
        plan.change("item", slots, where="j = 0", category="'biometrics'", collected_on="opened_on")
    plan.add("review", first, outcome="'safeguarding'")
    plan.ledger.plant("SC-01", plan.item_keys(second, 0))
    plan.ledger.also("OV-33", plan.entry_keys(second))
    reported = "Scottish Biometrics Commissioner, annual report 2024/25, as reported"
    plan.ledger.publish("SC-01", f"1,851 children in 2024/25 ({reported}); that no decision is recorded is invented")


def _count(plan: RegisterPlan) -> None:
    row = {
        "count_id": "'2025'",
        "series": "'children whose biometric data was taken'",
        "from_on": "date '2024-03-31'",
        "to_on": "date '2025-03-31'",
        "opening": str(_BEFORE),
        "closing": str(_AFTER),
        "percent_said": "-7.5",
        "percent_rounded_to": "0.1",
    }
    plan.write("published_count", [row])
    plan.ledger.plant("SC-03", ("2025",))
    plan.ledger.publish("SC-03", "2,003 to 1,851 is 7.6 per cent fewer; 7.5 per cent were reported")
    plan.published["children"] = {"2023/24": _BEFORE, "2024/25": _AFTER, "arrested in a year": "about 4,000"}


def _policy_withdrawn(plan: RegisterPlan) -> None:
    """A policy document that was withdrawn before another was signed. Close: withdrawn once the other was."""
    row = {"kind": "'apd'", "review_due_on": plan.as_of}
    old = {"signed_on": "date '2018-05-25'", "withdrawn_on": "date '2018-06-24'"}
    late = {"signed_on": "date '2018-06-25'", "withdrawn_on": "date '2018-06-26'"}
    gone, replaced = {**row, **old, "assessment_id": "'APD-OLD'"}, {**row, **late, "assessment_id": "'APD-REPLACED'"}
    plan.write("assessment", [gone, replaced])
    plan.ledger.plant("OV-65", ("APD-OLD",))


def _before_the_act(plan: RegisterPlan) -> None:
    """Close to a suspect of eleven: entered on the day before the Act, and still below the minimum age."""
    slots = plan.take(close(plan))
    plan.change("facts", slots, opened_on="date '2021-12-16'", birth_date="date '2010-12-01'")
    plan.add("review", slots, outcome="'safeguarding'")
    plan.ledger.also("OV-34", plan.entry_keys(slots))


def _authorities(plan: RegisterPlan, count: int) -> None:
    """Authorities under the Act of the wrong Parliament. Close: the Scottish Act, by its name and in short."""
    names = (
        "Regulation of Investigatory Powers Act 2000 s.28",
        "Regulation of Investigatory Powers (Scotland) Act 2000 s.6",
        "RIP(S)A s.7",
    )
    for group, name in enumerate(names):
        for number in range(count):
            key = f"SC-{group}-{number:03}"
            row = {
                "authority_id": text(key),
                "kind": "'directed_surveillance'",
                "granted_on": "date '2025-01-01'",
                "urgent": "false",
                "expires_on": "date '2025-03-31'",
                "provision": text(name),
            }
            plan.write("authority", [row])
            if group == 0:
                plan.ledger.plant("SC-02", [key])
