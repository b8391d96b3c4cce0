"""Faults of people's records: age, children, death, duplicates, ethnicity."""

from __future__ import annotations

from overt.synthetic._faults_entries import close
from overt.synthetic._plan import RegisterPlan, Slots
from overt.synthetic._streams import moment


def infants(plan: RegisterPlan, slots: Slots) -> None:
    """People who were not yet one when the entry was opened, some of them not yet born, listed as suspects.

    They breach five controls at once: a possible age, criminal responsibility, a safeguarding
    decision, the minimum age; and the one on admissions where one is said to have made one.
    """
    # On the day before the first birthday; newly born; to be born in seven weeks.
    age = "case i % 3 when 0 then 364 when 1 then 0 else -49 end"
    plan.change("facts", slots, birth_date=f"opened_on - {age}")
    plan.ledger.plant("OV-10", plan.entry_keys(slots))
    for control in ("OV-11", "OV-33", "OV-34"):
        plan.ledger.also(control, plan.entry_keys(slots))


def aged_nought(plan: RegisterPlan, slots: Slots) -> None:
    """Suspects whose age was written down as 0, without a date of birth."""
    plan.change("subject", slots, birth_date="null", age_recorded="0")
    plan.ledger.plant("OV-10", plan.entry_keys(slots))
    for control in ("OV-11", "OV-33", "OV-34"):
        plan.ledger.also(control, plan.entry_keys(slots))


def first_birthday(plan: RegisterPlan) -> None:
    """Close to an impossible age: exactly one year old when entered, as a victim, with a safeguarding decision."""
    slots = plan.take(close(plan))
    plan.change("facts", slots, birth_date=_years_before(1), role="'victim'", score="cast(null as double)")
    plan.add("review", slots, outcome="'safeguarding'")
    # A one-year-old is far below the minimum age, and that is the one thing wrong here.
    plan.ledger.also("OV-34", plan.entry_keys(slots))


def young_suspects(plan: RegisterPlan, count: int, age: int = 10) -> None:
    """Suspects a year too young. Close: of the very age on the day, which still is below the minimum age."""
    slots, ten = plan.take(count), plan.take(close(plan))
    plan.change("facts", slots, birth_date=f"{_years_before(age)} + 2 + cast(i % 300 as integer)")
    role = "case when i % 2 = 0 then 'convicted' else 'suspect' end"
    plan.change("facts", ten, birth_date=_years_before(age), role=role)
    for people in (slots, ten):
        plan.add("review", people, outcome="'safeguarding'")
        plan.ledger.also("OV-34", plan.entry_keys(people))
    plan.ledger.plant("OV-11", plan.entry_keys(slots))


def below_minimum_age(plan: RegisterPlan, count: int) -> None:
    """Children of twelve and eleven, listed as associates with a safeguarding decision."""
    slots = plan.take(count)
    born = f"{_years_before(13)} + 2 + cast(i % 600 as integer)"
    plan.change("facts", slots, birth_date=born, role="'associate'")
    plan.add("review", slots, outcome="'safeguarding'")
    plan.ledger.plant("OV-34", plan.entry_keys(slots))


def thirteen_exactly(plan: RegisterPlan) -> None:
    """Close to the minimum age: the thirteenth birthday is the day of entry, or thirteen is the age written down."""
    born, written = plan.take(close(plan)), plan.take(close(plan))
    plan.change("facts", born, birth_date=_years_before(13))
    plan.change("subject", written, birth_date="null", age_recorded="13")
    for slots in (born, written):
        plan.add("review", slots, outcome="'safeguarding'")


def children_unguarded(plan: RegisterPlan, count: int) -> None:
    """Children of fifteen without a safeguarding decision. Close: eighteen on the day of entry."""
    slots, adult = plan.take(count), plan.take(close(plan))
    plan.change("facts", slots, birth_date=f"{_years_before(15)} - cast(i % 200 as integer)")
    plan.change("facts", adult, birth_date=_years_before(18))
    plan.ledger.plant("OV-33", plan.entry_keys(slots))


def not_seen_at_eighteen(plan: RegisterPlan, count: int) -> None:
    """Children's entries that nobody looked at again at eighteen.

    Close: looked at on the birthday itself; the birthday is the day of the audit.
    """
    slots, seen, today = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    seventeen = f"{_years_before(17)} - 200"
    for people in (slots, seen):
        plan.change("facts", people, birth_date=seventeen)
    plan.change("facts", today, birth_date=f"cast({plan.as_of} - to_years(18) as date)")
    for people in (slots, seen, today):
        plan.add("review", people, outcome="'safeguarding'", done_at=moment(plan, "opened_on"))
    plan.add("review", seen, done_at=moment(plan, "eighteen_on"))
    plan.add("review", slots.halves()[0], done_at=moment(plan, "eighteen_on - 1"))
    plan.ledger.plant("OV-29", plan.entry_keys(slots))


def dead_and_active(plan: RegisterPlan, count: int) -> None:
    """Entries still in use 91 days after the person died. Close: ninety days."""
    slots, close_by = plan.take(count), plan.take(close(plan))
    plan.change("subject", slots, died_on=f"{plan.as_of} - 91 - cast(i % 100 as integer)")
    plan.change("subject", close_by, died_on=f"{plan.as_of} - 90")
    plan.ledger.plant("OV-30", plan.entry_keys(slots))


def very_old(plan: RegisterPlan, slots: Slots, birth_date: str, age: int | None = None) -> None:
    """People whose date of birth, or age written down, is not plausible."""
    written = {} if age is None else {"age_recorded": str(age)}
    plan.change("facts", slots, birth_date=birth_date)
    if written:
        plan.change("subject", slots, **written)
    plan.ledger.plant("OV-12", plan.subject_keys(slots))


def hundred(plan: RegisterPlan) -> None:
    """Close to an implausible age: a hundred written down, and a hundred and one tomorrow."""
    written, born = plan.take(close(plan)), plan.take(close(plan))
    plan.change("subject", written, birth_date="null", age_recorded="100")
    plan.change("facts", born, birth_date=f"cast(({plan.as_of} + 1) - to_years(101) as date)")


def recorded_twice(plan: RegisterPlan, slots: Slots) -> None:
    """People with two records of different sex. Close: everybody else, who have one."""
    plan.add("subject", slots, sex="case sex when 'male' then 'female' else 'male' end")
    plan.ledger.plant("OV-15", plan.subject_keys(slots))


def age_missing(plan: RegisterPlan, slots: Slots) -> None:
    """People of whom neither date of birth nor age is held. Close: an age without a date of birth."""
    plan.change("subject", slots, birth_date="null")
    plan.ledger.plant("OV-32", plan.subject_keys(slots))
    plan.change("subject", plan.take(close(plan)), birth_date="null", age_recorded="31")


def codes_outside(plan: RegisterPlan, count: int) -> None:
    """Ethnicity in codes of no list: an officer's code that does not exist, and the "Chinese" of the older list.

    The older code is left out where the groups of the people listed were published and must add up.
    Close: only an officer's code.
    """
    seen, quiet = plan.take(count), plan.take(close(plan))
    plan.change("subject", seen, ethnicity_observed="'IC8'")
    plan.ledger.plant("OV-37", plan.subject_keys(seen))
    if all(letter == "-" for letter, _ in plan.setting.counted):
        old = plan.take(count)
        plan.change("subject", old, ethnicity_self="'O1'")
        plan.change("subject", quiet, ethnicity_self="null", ethnicity_observed="'IC9'")
        plan.ledger.plant("OV-37", plan.subject_keys(old))


def _years_before(years: int) -> str:
    """SQL for the day so many years before the entry, so that the birthday falls on the day of entry."""
    return f"cast(opened_on - to_years({years}) as date)"
