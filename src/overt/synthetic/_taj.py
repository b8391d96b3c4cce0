"""A register after the French police file of past cases (TAJ): its published size, and what the CNIL found in 2024."""

from __future__ import annotations

import datetime as dt

from overt.synthetic import _faults_office as office
from overt.synthetic._numbers import text
from overt.synthetic._plan import RegisterPlan, Slots
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting
from overt.synthetic._streams import agreements, moment

_BEGAN = dt.date(2012, 5, 7)
_KINDS = ("police", "court", "other")
_UNITS = tuple(f"Department {number:02}" for number in range(1, 96))
_PASSED_ON, _MONTHS = 90, 2

SETTING = Setting(
    kind="taj",
    title="A synthetic police file of past cases, after the French TAJ",
    story="""\
It is made after the figures that the French data protection authority published in 2024 (CNIL, deliberation
SAN-2024-017), at one to a thousand: more than 24 million records of suspects in February 2022, here 24,000,
of which 8 million were anonymised, here 8,000 closed entries. The figures of cases stand as they were
published, in published_count and release_cell: more than 94 million in December 2019, of which more than
600,000 concern minors, and more than 103 million in December 2021. Those are cases, and not people.
`--rows` is the number of records. The CNIL found that many prosecutors' offices did not pass outcomes in favour
of a person on as a matter of course, and did not say how many there were: how many breaches there are of each
kind is invented.
""",
    as_of=dt.date(2022, 2, 28),
    first_day=_BEGAN,
    rows=24_000,
    split=lambda rows: (rows - rows // 3, rows // 3),
    units=_UNITS,
    roles=(("suspect", 1000),),
    categories=tuple(
        ListedCategory(name, title, _BEGAN)
        for name, title in (("offence", "the offence"), ("report", "the report"), ("place", "where it happened"))
    ),
    bodies=tuple(PartnerBody(f"{unit} {kind}", kind) for kind in _KINDS for unit in _UNITS),
    women=150,
    children=60,
    others=(("-", 1000),),
    closed_reasons=("anonymised",),
    pack="fr-taj",
)


def plant(plan: RegisterPlan) -> None:
    """What the CNIL found, each duty of the pack broken, and the published figures."""
    sets = plan.factor
    office.categories(plan)
    plan.write("agreement", agreements(plan))
    _acquitted(plan, 118 * sets)
    _kept(plan, 26 * sets)
    _dismissed(plan, 409 * sets)
    _late(plan, 63 * sets)
    _shown(plan, 34 * sets)
    _requests(plan, 17)
    _figures(plan)
    finding = "many outcomes were not passed on (CNIL, SAN-2024-017, found in 2024); how many is invented"
    for control in ("FT-01", "FT-03", "FT-06"):
        plan.ledger.publish(control, finding)


def _outcome(plan: RegisterPlan, slots: Slots, kind: str, **columns: str) -> None:
    plan.add("outcome", slots, **{"kind": kind, "on_date": "opened_on + 100", **columns})


def _acquitted(plan: RegisterPlan, count: int) -> None:
    """In use after an acquittal, on the day of the entry itself for one in ten. Close: acquitted the day before it."""
    slots = plan.take(count)
    day = f"case when {slots.nth} % 10 = 0 then opened_on else opened_on + 100 end"
    _outcome(plan, slots, "'acquittal'", on_date=day)
    plan.ledger.plant("FT-01", plan.entry_keys(slots))
    plan.ledger.also("FT-06", plan.entry_keys(slots))
    _outcome(plan, plan.take(20), "'acquittal'", on_date="opened_on - 1")
    erased = plan.take_removed(20)
    plan.change("facts", erased, closed_on="opened_on + 190")
    _outcome(plan, erased, "'acquittal'")


def _kept(plan: RegisterPlan, count: int) -> None:
    """Kept by order, and by turns not marked or nobody told. Close: marked and told on the day of the acquittal."""
    ordered, day = {"kept_by_order_on": "opened_on + 120"}, "opened_on + 100"
    bare, untold = plan.take(count).halves()
    for slots in (bare, untold):
        _outcome(plan, slots, "'acquittal'", **ordered)
        plan.ledger.plant("FT-02", plan.entry_keys(slots))
    # A mark or a notice from the day before is of something else.
    plan.change("entry", bare, mention_on=f"case when {bare.nth} % 2 = 0 then {day} - 1 end")
    plan.add("notice", bare, given_on=day)
    plan.change("entry", untold, mention_on=day)
    plan.add("notice", untold.part(0, len(untold) // 2), given_on=f"{day} - 1")
    quiet = plan.take(20)
    _outcome(plan, quiet, "'acquittal'", kept_by_order_on=f"{day} + {_PASSED_ON}")
    plan.change("entry", quiet, mention_on=day)
    plan.add("notice", quiet, given_on=day)


def _dismissed(plan: RegisterPlan, count: int) -> None:
    """Dismissed and never marked, or only before. Close: marked on the day, and dismissed the day before the entry."""
    slots = plan.take(count)
    kind = f"case when {slots.nth} % 4 = 0 then 'dismissal' else 'no_further_action' end"
    _outcome(plan, slots, kind)
    plan.change("entry", slots, mention_on=f"case when {slots.nth} % 5 = 0 then opened_on + 99 end")
    plan.ledger.plant("FT-03", plan.entry_keys(slots))
    plan.ledger.also("FT-06", plan.entry_keys(slots))
    marked = plan.take(40)
    _outcome(plan, marked, "'dismissal'")
    plan.change("entry", marked, mention_on="opened_on + 100")
    _outcome(plan, plan.take(20), "'dismissal'", on_date="opened_on - 1")


def _late(plan: RegisterPlan, count: int) -> None:
    """Marked or erased a day late or more. Close: on the last day; and an outcome of which the days still run."""
    marked, erased = plan.take(count), plan.take_removed(count)
    late = f"opened_on + 100 + {_PASSED_ON + 1} + cast({marked.nth} % 40 as integer)"
    _outcome(plan, marked, "'dismissal'")
    plan.change("entry", marked, mention_on=late)
    _outcome(plan, erased, "'acquittal'")
    plan.change("facts", erased, closed_on=f"opened_on + 100 + {_PASSED_ON + 1}")
    plan.ledger.plant("FT-06", plan.entry_keys(marked))
    plan.ledger.plant("FT-06", plan.entry_keys(erased))
    quiet = plan.take(30)
    _outcome(plan, quiet, "'no_further_action'")
    plan.change("entry", quiet, mention_on=f"opened_on + 100 + {_PASSED_ON}")
    # Dismissed so lately that there is still time; marked on that very day, as FT-03 asks.
    lately = plan.take(30)
    _outcome(plan, lately, "'dismissal'", on_date=f"{plan.as_of} - {_PASSED_ON}")
    plan.change("entry", lately, mention_on=plan.as_of)


def _shown(plan: RegisterPlan, count: int) -> None:
    """Marked entries in administrative enquiries. Close: the day before the mark, and for an investigation."""
    enquiry = {"purpose": "'administrative_enquiry'"}
    slots, before, other = plan.take(count), plan.take(20), plan.take(20)
    for people in (slots, before, other):
        _outcome(plan, people, "'dismissal'")
        plan.change("entry", people, mention_on="opened_on + 110")
    act = f"case when {slots.nth} % 3 = 0 then 'disclose' else 'consult' end"
    shown = plan.add("access", slots, action=act, occurred_at=moment(plan, "opened_on + 110"), **enquiry)
    plan.ledger.plant("FT-04", plan.added_keys(shown))
    plan.add("access", before, occurred_at=moment(plan, "opened_on + 109"), **enquiry)
    plan.add("access", other, occurred_at=moment(plan, "opened_on + 150"))


def _requests(plan: RegisterPlan, count: int) -> None:
    """Requests decided late or not at all. Close: decided or still open on the last day, withdrawn, of another kind."""
    received = f"cast({plan.as_of} - to_years(1) as date)"
    last = f"cast({received} + to_months({_MONTHS}) as date)"
    open_still = {"received_on": f"cast({plan.as_of} - to_months({_MONTHS}) as date)", "answered_on": "null"}
    late = ({"answered_on": f"{last} + 1"}, {"answered_on": "null", "outcome": "null"})
    quiet = ({"answered_on": last}, open_still, {"outcome": "'withdrawn'"}, {"kind": "'access'"})
    for number in range(count + 40):
        values = late[number % 2] if number < count else quiet[number % 4]
        row = {
            "request_id": text(f"Q-{number:06d}"),
            "kind": text(("erasure", "rectification")[number % 3 // 2]),
            "received_on": received,
            "answered_on": f"{last} + 30",
            "outcome": "'refused'",
        }
        plan.write("request", [{**row, **values}])
        if number < count:
            plan.ledger.plant("FT-05", [f"Q-{number:06d}"])


def _figures(plan: RegisterPlan) -> None:
    """The published figures. Each is "more than" what stands here."""
    source = "'CNIL, SAN-2024-017: more than'"
    cases = {"count_id": "'cases'", "series": "'cases'", "from_on": "date '2019-12-31'", "to_on": "date '2021-12-31'"}
    plan.write("published_count", [{**cases, "opening": "94000000", "closing": "103000000", "source": source}])
    release = {"release_id": "'SAN-2024-017'", "counts": "'people'"}
    minors = {"table_name": "'cases, December 2019'", "cell": "'concern minors'", "counts": "null"}
    gone = {"table_name": "'records of suspects, February 2022'", "cell": "'anonymised'"}
    plan.write("release_cell", [{**release, **minors, "value": "600000", "base": "94000000"}])
    plan.write("release_cell", [{**release, **gone, "value": "8000000", "base": "24000000"}])
    plan.published["records of suspects"] = {"more than": 24_000_000, "anonymised": 8_000_000, "scale": 1_000}
    plan.published["cases"] = {"December 2019, more than": 94_000_000, "of them about minors, more than": 600_000}
    plan.published["cases later"] = {"December 2021, more than": 103_000_000}
