"""A register after the German police file of violent offenders at sports events (DGS): its published size in 2021."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from overt.synthetic import _faults_office as office
from overt.synthetic._plan import RegisterPlan
from overt.synthetic._setting import ListedCategory, PartnerBody, Setting
from overt.synthetic._streams import agreements, moment

_BEGAN = dt.date(1994, 1, 1)
_KINDS = ("police", "court", "other")
_UNITS = tuple(f"Land {number:02}" for number in range(1, 17))
_NEW, _NEW_FROM, _NEW_UNTIL = 1_056, dt.date(2020, 3, 1), dt.date(2020, 12, 31)
# The numbers of people that were published, by the day, and the paper of the Bundestag that has each.
_PUBLISHED = (
    (dt.date(2012, 3, 9), 13_032, "17/9003"),
    (dt.date(2018, 3, 13), 10_288, "19/1223"),
    (dt.date(2021, 1, 5), 7_910, "19/26371"),
)

SETTING = Setting(
    kind="dgs",
    title="A synthetic police file of violent offenders at sports events, after the German Datei Gewalttäter Sport",
    story="""\
It has the published size of the file on 5 January 2021: 7,910 people, 1,056 of them entered from March to December
2020 (Deutscher Bundestag, paper 19/26371). The numbers of 2012, 2018 and 2021 stand in published_count. `--rows` is the
number of people listed; people who were removed come on top, with a closed entry each. No number of breaches
was published: how many there are of each kind is invented.
""",
    as_of=_PUBLISHED[-1][0],
    first_day=dt.date(2016, 3, 1),
    rows=_PUBLISHED[-1][1],
    split=lambda rows: (rows, rows // 10 + 60),
    units=_UNITS,
    roles=(("suspect", 700), ("convicted", 200), ("associate", 100)),
    categories=tuple(
        ListedCategory(name, title, _BEGAN)
        for name, title in (("offence", "the offence"), ("match", "the match"), ("report", "the report"))
    ),
    bodies=tuple(PartnerBody(f"{unit} {kind}", kind) for kind in _KINDS for unit in _UNITS),
    women=30,
    children=40,
    others=(("-", 1000),),
    opened_until=_NEW_FROM,
    consulted_from=dt.date(2020, 1, 1),
    pack="de-dgs",
)


def plant(plan: RegisterPlan) -> None:
    """Each duty of the pack broken, and the published figures."""
    sets = plan.factor
    office.categories(plan)
    plan.write("agreement", agreements(plan))
    _new(plan)
    _entries(plan, sets)
    _items(plan, sets)
    _log(plan, sets)
    _checked(plan, 214 * sets)
    _figures(plan)


def _new(plan: RegisterPlan) -> None:
    """The people who were entered from March to December 2020: on the first day, on the last, and on those between."""
    slots = plan.take(_NEW)
    days = (_NEW_UNTIL - _NEW_FROM).days
    plan.change("facts", slots, opened_on=f"date '{_NEW_FROM}' + cast({slots.nth} * {days} // {_NEW - 1} as integer)")


def _entries(plan: RegisterPlan, sets: int) -> None:
    """No role; no day for review or deletion; a day that is past. Close: a day that is the day of the audit."""
    bare, unset, late = plan.take(23 * sets), plan.take(38 * sets), plan.take(61 * sets)
    plan.change("facts", bare, role="null")
    plan.ledger.plant("DG-01", plan.entry_keys(bare))
    plan.change("entry", unset, review_due_on="null", delete_due_on="null")
    plan.ledger.plant("DG-04", plan.entry_keys(unset))
    review, delete = late.halves()
    plan.change("entry", review, review_due_on=f"{plan.as_of} - 1 - cast({review.nth} as integer)")
    plan.change("entry", delete, delete_due_on=f"{plan.as_of} - 1 - cast({delete.nth} as integer)")
    plan.ledger.plant("DG-05", plan.entry_keys(late))
    quiet = plan.take(20)
    plan.change("entry", quiet, review_due_on=plan.as_of, delete_due_on=plan.as_of)
    alone = plan.take(20)
    plan.change("entry", alone, review_due_on="null")


def _items(plan: RegisterPlan, sets: int) -> None:
    """Items without a mark; assessments without a source. Close: a fact without a source."""
    unmarked, nameless, quiet = plan.take(31 * sets), plan.take(47 * sets), plan.take(20)
    plan.change("item", unmarked, where="j = 0", basis="null")
    plan.ledger.plant("DG-02", plan.item_keys(unmarked, 0))
    missing = f"case when {nameless.nth} % 2 = 0 then '' end"
    plan.change("item", nameless, where="j = 1", basis="'assessment'", source_ref=missing)
    plan.ledger.plant("DG-03", plan.item_keys(nameless, 1))
    plan.change("item", quiet, where="j = 1", basis="'fact'", source_ref="null")


def _log(plan: RegisterPlan, sets: int) -> None:
    """Lines that do not say when, and lines of the year before last. Close: the first moment of last year.

    An old system could be left out until 2023: of a line without a reason it cannot be told, and so it is close too.
    """
    since = f"date '{plan.setting.consulted_from}'"
    timeless, old, quiet, bare = plan.take(19 * sets), plan.take(52 * sets), plan.take(20), plan.take(20)
    lines = plan.add("access", timeless, occurred_at="null")
    plan.ledger.plant("DG-06", plan.added_keys(lines))
    lines = plan.add("access", old, occurred_at=moment(plan, f"{since} - 1 - cast({old.nth} as integer)"))
    plan.ledger.plant("DG-07", plan.added_keys(lines))
    plan.add("access", quiet, occurred_at=f"cast({since} as timestamp)")
    plan.add("access", bare, occurred_at=moment(plan, f"{since} + 100"), reason="null")


def _checked(plan: RegisterPlan, count: int) -> None:
    """Observations alone, of a suspect, and nothing that came of it. Close: an outcome, another part or source."""
    slots, outcome, associate, mixed = plan.take(count), plan.take(20), plan.take(20), plan.take(20)
    for people in (slots, outcome, associate):
        plan.change("item", people, origin="'observation'")
    plan.change("item", mixed, where="j = 0", origin="'observation'")
    plan.add("outcome", outcome)
    plan.change("facts", associate, role="'associate'")
    plan.ledger.plant("DG-08", plan.entry_keys(slots))


def _figures(plan: RegisterPlan) -> None:
    """The published numbers of people, as bridges whose additions and removals were not published."""
    for (before, opening, _), (day, closing, paper) in pairwise(_PUBLISHED):
        row = {
            "count_id": f"'{day.year}'",
            "series": "'people'",
            "from_on": f"date '{before}'",
            "to_on": f"date '{day}'",
            "opening": str(opening),
            "closing": str(closing),
            "source": f"'Deutscher Bundestag, paper {paper}'",
        }
        plan.write("published_count", [row])
    plan.published["people"] = {str(day): people for day, people, _ in _PUBLISHED}
    plan.published["new from March to December 2020"] = _NEW
