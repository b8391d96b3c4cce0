"""Faults of entries: role, grounds, score, dates, reviews. Beside each stand rows that only come close."""

from __future__ import annotations

from overt.synthetic._numbers import numbered
from overt.synthetic._plan import RegisterPlan, Slots, planted_in
from overt.synthetic._streams import moment

CLOSE = 4
"""How many rows of one kind come close, in each set of faults."""


def close(plan: RegisterPlan) -> int:
    """How many rows of one kind come close."""
    return CLOSE * plan.factor


def victims_scored(plan: RegisterPlan, count: int) -> None:
    """Victims and witnesses with a score or a band. Close: a victim with a score of zero and no band."""
    scored, banded = plan.take(count).halves()
    plan.change("facts", scored, role="'victim'", score="40")
    plan.change("facts", banded, role="case when i % 3 = 0 then 'witness' else 'victim' end", band="'medium'")
    plan.ledger.plant("OV-01", [*plan.entry_keys(scored), *plan.entry_keys(banded)])
    quiet = plan.take(close(plan))
    plan.change("facts", quiet, role="'victim'")
    plan.score_zero(quiet)


def roles_missing(plan: RegisterPlan, count: int) -> None:
    """Entries in use without a role, or with the role "other". Close: a closed entry with that role."""
    slots = plan.take(count)
    plan.change("facts", slots, role="case when i % 2 = 0 then 'other' end", score="cast(null as double)")
    plan.ledger.plant("OV-02", plan.entry_keys(slots))
    if plan.removed:
        plan.change("facts", plan.take_removed(close(plan)), role="'other'")


def two_roles(plan: RegisterPlan, count: int) -> None:
    """People with two entries in use that give them different roles.

    Close: two entries with the same role, and two different roles with a reason given at a review on
    the day the later entry was opened.
    """
    few = close(plan)
    for size, role, reasoned in ((count, "victim", False), (few, "suspect", False), (few, "witness", True)):
        first, second = plan.take(size), plan.take(size)
        partner = f"i - {second.start - first.start}"
        plan.change("facts", second, person=partner, role=f"'{role}'", opened_on=f"{plan.as_of} - 390")
        plan.drop("subject", second)
        if reasoned:
            plan.add("review", second, done_at=moment(plan, "opened_on"))
        elif role == "victim":
            plan.ledger.plant("OV-03", plan.subject_keys(first))


def grounds_missing(plan: RegisterPlan, count: int) -> None:
    """Grounds that are absent, blank or too short. Close: grounds of exactly twenty characters."""
    slots = plan.take(count)
    words = "case i % 4 when 0 then null when 1 then '' when 2 then '   ' else 'known gang member' end"
    plan.change("entry", slots, grounds=words)
    plan.ledger.plant("OV-09", plan.entry_keys(slots))
    exact = plan.take(close(plan))
    plan.change("entry", exact, grounds=f"'Case ' || {numbered('p')} || ' weapon'")


def grounds_copied(plan: RegisterPlan, groups: int) -> None:
    """One text on 53 entries. Close: one text on exactly 50."""
    rounds = plan.take_rounds(groups, 53, 50)
    words = rounds.pick(("'Associates with known members, sheet '", "'Arrested at the meeting place, sheet '"))
    plan.change("entry", rounds.slots, grounds=f"{words} || {rounds.number}")
    plan.ledger.plant("OV-09", plan.entry_keys(rounds.people(0)))


def scores_stale(plan: RegisterPlan, count: int) -> None:
    """Scores from before the window, and scores that rest on no event within it. Close: both on its first day."""
    scores, events = plan.take(count).halves()
    plan.change("facts", scores, score_as_of=f"{plan.as_of} - 731")
    plan.change("facts", events, event_on=f"{plan.as_of} - 731")
    plan.ledger.plant("OV-16", [*plan.entry_keys(scores), *plan.entry_keys(events)])
    plan.change("facts", plan.take(close(plan)), score_as_of=f"{plan.as_of} - 730", event_on=f"{plan.as_of} - 730")


def bands_wrong(plan: RegisterPlan, count: int) -> None:
    """Bands that are not those of the score. Close: scores at the very limits, in their right bands."""
    slots, right = plan.take(count), plan.take(close(plan))
    score = "case i % 3 when 0 then 99 when 1 then 100 else 250 end"
    plan.change("facts", slots, score=score, band="case i % 3 when 1 then 'low' else 'medium' end")
    plan.change("facts", right, score=score)
    plan.ledger.plant("OV-17", plan.entry_keys(slots))


def scores_of_age(plan: RegisterPlan, count: int) -> None:
    """High scores with nothing but age under them. Close: just below high, and with one item about something else."""
    slots, lower, driven = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    for people, score in ((slots, "300"), (lower, "249"), (driven, "250")):
        plan.change("facts", people, score=score)
        plan.change("item", people, where="j = 0" if people is driven else None, category="'age'")
    plan.ledger.plant("OV-18", plan.entry_keys(slots))


def zero_kept(plan: RegisterPlan, count: int) -> None:
    """Scores of zero, kept at two reviews without a reason. Close: kept twice with reasons."""
    slots, reasoned = plan.take(count), plan.take(close(plan))
    plan.score_zero(slots)
    plan.score_zero(reasoned)
    # Each text stands under ten reviews at the most.
    reviews = plan.add("review", slots, 2, rationale=f"'kept ' || ({slots.nth} // 5)", done_at=_on_days(plan))
    plan.ledger.plant("OV-25", plan.entry_keys(slots))
    plan.ledger.also("OV-23", plan.added_keys(reviews))
    plan.add("review", reasoned, 2, done_at=_on_days(plan))


def _on_days(plan: RegisterPlan) -> str:
    return moment(plan, "opened_on + 40 + 60 * cast(j as integer)")


def outcomes_unreviewed(plan: RegisterPlan, count: int) -> None:
    """Acquittals and decisions of no further action that no review followed.

    Close: a review on the thirtieth day; an outcome whose thirtieth day is the day of the audit; one
    from the day before the entry was opened.
    """
    kind = "case when i % 3 = 0 then 'acquittal' else 'no_further_action' end"
    slots = plan.take(count)
    plan.add("outcome", slots, kind=kind, on_date=f"{plan.as_of} - 90")
    late, none = slots.halves()
    plan.add("review", late, done_at=moment(plan, f"{plan.as_of} - 59"))
    plan.ledger.plant("OV-19", [*plan.entry_keys(late), *plan.entry_keys(none)])
    answered, open_still, before = (plan.take(close(plan)) for _ in range(3))
    plan.add("outcome", answered, kind=kind, on_date=f"{plan.as_of} - 90")
    plan.add("review", answered, done_at=moment(plan, f"{plan.as_of} - 60"))
    plan.add("outcome", open_still, kind=kind, on_date=f"{plan.as_of} - 30")
    plan.add("outcome", before, kind=kind, on_date="opened_on - 1")


def review_dates_missing(plan: RegisterPlan, count: int) -> None:
    """Entries in use without a review date. Close: a closed entry without one, which every closed entry is."""
    slots = plan.take(count)
    plan.change("entry", slots, review_due_on="null")
    plan.ledger.plant("OV-20", plan.entry_keys(slots))


def reviews_overdue(plan: RegisterPlan, count: int) -> None:
    """Review dates that have passed. Close: the review is due on the day of the audit."""
    slots, due = plan.take(count), plan.take(close(plan))
    plan.change("entry", slots, review_due_on=f"{plan.as_of} - 1 - cast(i % 300 as integer)")
    plan.change("entry", due, review_due_on=plan.as_of)
    plan.ledger.plant("OV-21", plan.entry_keys(slots))


def deletions_late(plan: RegisterPlan, count: int) -> None:
    """Deletion dates more than five years after the last event. Close: five years to the day."""
    slots, exact, later = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    five = "cast(opened_on + to_years(5) as date)"
    plan.change("entry", slots, delete_due_on=f"{five} + 1 + cast(i % 9 as integer) * 400")
    plan.change("entry", exact, delete_due_on=five)
    # The last event is an item taken after the entry was opened.
    plan.change("item", later, where="j = 1", collected_on="opened_on + 50")
    plan.change("entry", later, delete_due_on="cast((opened_on + 50) + to_years(5) as date)")
    plan.ledger.plant("OV-22", plan.entry_keys(slots))


def reasons_missing(plan: RegisterPlan, count: int) -> None:
    """Decisions to keep without a reason. Close: a reason of twenty characters; a short one for a change."""
    slots, exact, amended = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    short = f"case i % 3 when 0 then null when 1 then '' else 'keep ' || ({slots.nth} // 9) end"
    reviews = plan.add("review", slots, rationale=short)
    plan.ledger.plant("OV-23", plan.added_keys(reviews))
    plan.add("review", exact, rationale=f"'Risk as in ' || {numbered('p')} || '.'")
    plan.add("review", amended, outcome="'amend'", rationale=f"'short ' || {amended.nth}")


def reviews_stamped(plan: RegisterPlan, groups: int) -> None:
    """A reviewer who decides 51 in a day, and one text under 13 reviews. Close: 48 in a day, ten with one text."""
    rounds = plan.take_rounds(groups, 51, 48, 13, 10)
    number = rounds.number
    day = moment(plan, f"{plan.as_of} - 45 - cast({number} % 60 as integer)")
    hurried, steady = ({"done_by": f"'{letters}' || {number}", "done_at": day} for letters in ("RH", "RS"))
    repeated = {"rationale": f"'The grounds of the entry still apply, batch ' || {number}"}
    ten = {"rationale": f"'The circumstances are unchanged, batch ' || {number}"}
    reviews = plan.add_rounds("review", rounds, (hurried, steady, repeated, ten))
    plan.ledger.plant("OV-24", plan.added_keys(reviews, [*rounds.people(0), *rounds.people(2)]))


def decided_by_machine(plan: RegisterPlan, count: int, significant: str = "true") -> Slots:
    """Decisions by a machine alone that no law allowed: a fault from 25 May 2018, when the law was there to ask it."""
    slots = plan.take(count)
    plan.change("entry", slots, decided_by="'automated'", significant=significant)
    return slots


@planted_in("alpha", 9)
def machine_unsafeguarded(plan: RegisterPlan, count: int) -> None:
    """Decisions by a machine that a law allowed, of which the person was not told, or that nobody took again.

    Close: one of which the person was told, one that was taken again on the last day of the month, and one without a
    law and without significance.
    """
    untold, unheard = plan.take(count), plan.take(count)
    informed, heard = plan.take(close(plan)), plan.take(close(plan))
    law = {"decided_by": "'automated'", "significant": "true", "automated_under": "'an Act of its own'"}
    for slots in (untold, unheard, informed, heard):
        plan.change("entry", slots, **law)
    for slots in (unheard, informed, heard):
        plan.add("decision_safeguard", slots, kind="'information'")
    for slots in (unheard, heard):
        plan.add("decision_safeguard", slots, kind="'reconsideration_asked'")
    plan.add("decision_safeguard", heard, kind="'reconsidered'", on_date="opened_on + 5 + interval 1 month")
    plan.ledger.plant("OV-71", [*plan.entry_keys(untold), *plan.entry_keys(unheard)])
    decided_by_machine(plan, close(plan), significant="false")


def hits_undecided(plan: RegisterPlan, count: int) -> None:
    """Keyword hits that nobody decided on. Close: a hit with a name in capitals."""
    slots, named = plan.take(count), plan.take(close(plan))
    hits = plan.add("term_hit", slots, decided_by="case i % 3 when 0 then null when 1 then ' ' else 'Automated' end")
    plan.ledger.plant("OV-57", plan.added_keys(hits))
    plan.add("term_hit", named, decided_by="'PC 1234'")
