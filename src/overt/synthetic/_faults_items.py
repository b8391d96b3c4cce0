"""Faults of items: marks, grades, sources, documents, kinds of source, categories."""

from __future__ import annotations

from overt.synthetic._faults_entries import close
from overt.synthetic._numbers import numbered
from overt.synthetic._plan import RegisterPlan


def unmarked(plan: RegisterPlan, count: int) -> None:
    """Items that are marked neither fact nor assessment."""
    slots = plan.take(count)
    plan.change("item", slots, where="j = 0", basis="case when i % 3 = 0 then '' end")
    plan.ledger.plant("OV-04", plan.item_keys(slots, 0))


def ungraded(plan: RegisterPlan, count: int) -> None:
    """Items without a grade, and with grades of two scales. Close: the last codes of either scale."""
    slots, last = plan.take(count), plan.take(close(plan))
    plan.change(
        "item",
        slots,
        where="j = 0",
        source_grade="case i % 4 when 0 then null when 1 then '2' when 2 then 'B' else '4' end",
        information_grade="case i % 4 when 0 then 'B' when 1 then '3' when 2 then '2' else 'A' end",
        handling="case i % 4 when 2 then 'P' else 'C' end",
    )
    plan.ledger.plant("OV-05", plan.item_keys(slots, 0))
    old = "i % 2 = 0"
    plan.change(
        "item",
        last,
        where="j = 0",
        source_grade=f"case when {old} then 'E' else '3' end",
        information_grade=f"case when {old} then '5' else 'E' end",
        handling=f"case when {old} then '5' else 'C' end",
    )


def one_source(plan: RegisterPlan, count: int) -> None:
    """Entries that rest on one source, written down twice or once, or on none. Close: two, as plain people have."""
    slots = plan.take(count)
    plan.change("facts", slots, items="case i % 3 when 0 then 0 when 1 then 1 else 2 end")
    plan.change("item", slots, source_ref=f"'N/' || {numbered('p')} || '/1'")
    plan.ledger.plant("OV-06", plan.entry_keys(slots))


def unreliable(plan: RegisterPlan, count: int) -> None:
    """Entries of which every source is unreliable or every piece suspected false. Close: one of the two is sound."""
    slots, half = plan.take(count), plan.take(close(plan))
    source = "case when j = 0 then '3' else '2' end"
    information = "case when j = 0 then 'B' else 'E' end"
    plan.change("item", slots, source_grade=source, information_grade=information)
    plan.change("item", half, where="j = 0", source_grade="'3'", information_grade="'E'")
    plan.ledger.plant("OV-07", plan.entry_keys(slots))


def undocumented(plan: RegisterPlan, count: int) -> None:
    """Items that name no document."""
    slots = plan.take(count)
    plan.change("item", slots, where="j = 1", evidence_ref="case i % 3 when 0 then null when 1 then '' else ' ' end")
    plan.ledger.plant("OV-08", plan.item_keys(slots, 1))


def admissions(plan: RegisterPlan, count: int) -> None:
    """Admissions without a record, and by children of twelve. Close: with a record, on the thirteenth birthday."""
    unrecorded, young, quiet = plan.take(count), plan.take(count), plan.take(close(plan))
    for slots in (unrecorded, young, quiet):
        plan.change("item", slots, where="j = 0", origin="'self_admission'")
    plan.change("item", unrecorded, where="j = 0", evidence_ref="null")
    plan.change("facts", young, birth_date="cast(opened_on - to_years(13) as date) + 2", role="'associate'")
    plan.change("facts", quiet, birth_date="cast(opened_on - to_years(13) as date)")
    for slots in (young, quiet):
        plan.add("review", slots, outcome="'safeguarding'")
    plan.ledger.plant("OV-13", [*plan.item_keys(unrecorded, 0), *plan.item_keys(young, 0)])
    plan.ledger.also("OV-08", plan.item_keys(unrecorded, 0))
    plan.ledger.also("OV-34", plan.entry_keys(young))


def posts_alone(plan: RegisterPlan, count: int) -> None:
    """Entries that rest on social-media posts alone. Close: one post and one report."""
    slots, mixed = plan.take(count), plan.take(close(plan))
    plan.change("item", slots, origin="'social_media'")
    plan.change("item", mixed, where="j = 0", origin="'social_media'")
    plan.ledger.plant("OV-14", plan.entry_keys(slots))


def borrowed(plan: RegisterPlan, count: int) -> None:
    """Entries built from what was first collected for others. Close: one of the two sources is their own."""
    few = close(plan)
    lent, slots, part = plan.take(count), plan.take(count), plan.take(few)
    lender = plan.entries.place_sql
    plan.change("facts", part, items="3")
    for people in (slots, part):
        index = f"{lent.start} + ({people.nth} % {len(lent)})"
        plan.change(
            "item",
            people,
            where="j < 2",
            source_ref=f"'N/' || {numbered(lender(index))} || '/' || (j + 1)",
            # The people who lend were entered at least 400 days before the audit, and had this collected by then.
            collected_on=f"{plan.as_of} - 380 - cast(j as integer)",
        )
        plan.change("facts", people, opened_on=f"{plan.as_of} - 379")
    plan.ledger.plant("OV-31", plan.entry_keys(slots))


def third_captures(plan: RegisterPlan, count: int) -> None:
    """Three captures of one person's open profile within 28 days. Close: three in 29 days; a report besides."""
    slots, slower, mixed = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    for people, first, second in ((slots, 30, 16), (slower, 31, 17), (mixed, 10, 6)):
        plan.change("facts", people, items="4")
        day = f"opened_on - case j when 0 then {first} when 1 then {second} else 2 end"
        plan.change("item", people, where="j < 3", origin="'social_media'", collected_on=day)
    # Of these the second is a report of the police, and so there are two captures.
    plan.change("item", mixed, where="j = 1", origin="'police_record'")
    plan.ledger.plant("OV-43", plan.item_keys(slots, 2))


def categories_in_use(plan: RegisterPlan, unused: tuple[str, ...] = ()) -> None:
    """Each category was recorded on the first day of the year before the audit, except those that nobody uses.

    Those were recorded a day earlier; one that is close was recorded on that first day and not since.
    """
    for category in plan.setting.categories:
        slots = plan.take(1)
        back = 366 if category.name in unused else 365
        plan.change("item", slots, where="j = 1", category=f"'{category.name}'", collected_on=f"{plan.as_of} - {back}")
        # A record that is a year old is not younger than what it rests on.
        plan.change("facts", slots, opened_on=f"{plan.as_of} - 400")
    plan.ledger.plant("OV-56", unused)
