"""People whom the charter requires to be told, and those who were told. They are identified only by their entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from overt.ages import is_below
from overt.charter import in_force
from overt.gate import Proposed
from overt.model import ENTRY, NOTICE, PROMISE, SUBJECT
from overt.refusals import Refusal
from overt.register import Register
from overt.reliance import not_law_on
from overt.rights._decision import AIMS
from overt.rights._requests import admit, check_reason, whole

TOLD = NOTICE.told.codes
ADULT = 18
EXEMPTIONS = (*(f"s.44(4)({aim})" for aim in AIMS), "s.78A")


@dataclass(frozen=True)
class Owed:
    """A notice that the charter requires and that has not been given: its entry, its recipient and its due date.

    `due_on` is absent where the day of the entry is not known. `is_child` is absent where the age is not known.
    """

    entry_id: str
    opened_on: dt.date | None
    due_on: dt.date | None
    to: str
    is_child: bool | None

    def is_late(self, day: dt.date) -> bool:
        """Whether its day is past; a day that is not known cannot be past."""
        return self.due_on is not None and self.due_on < day


def owed(register: Register, today: dt.date) -> list[Owed]:
    """Every notice that is owed for an entry in use, the most urgent first. An exemption needs its reasons to count.

    A notice that was given late is still a breach (RT-03), but is no longer owed.
    """
    promises = [version.values for version in register.versions("promise", "x.closed_seq is null")]
    notices_by_entry: dict[str, list[Mapping[str, Any]]] = {}
    for version in register.versions("notice", "x.closed_seq is null"):
        notices_by_entry.setdefault(str(version.values[NOTICE.entry_id]), []).append(version.values)
    listed = register.versions("subject", "x.closed_seq is null")
    people = {version.values[SUBJECT.subject_id]: version.values for version in listed}
    all_owed: list[Owed] = []
    for version in register.versions("entry", "x.closed_seq is null"):
        entry = version.values
        if entry[ENTRY.status] != "closed":
            person = people.get(entry[ENTRY.subject_id], {})
            all_owed += _owed(entry, person, notices_by_entry.get(str(entry[ENTRY.entry_id]), []), promises, today)
    return sorted(all_owed, key=lambda notice: (notice.due_on or dt.date.min, notice.entry_id, notice.to))


def _owed(
    entry: Mapping[str, Any],
    person: Mapping[str, Any],
    notices: list[Mapping[str, Any]],
    promises: list[Mapping[str, Any]],
    today: dt.date,
) -> Iterator[Owed]:
    opened_on = _day(entry[ENTRY.opened_on])
    promise = next((promise for promise in promises if _holds(promise, opened_on or today)), None)
    if promise is None or any(_is_exempt(notice) for notice in notices):
        return
    informed = {notice[NOTICE.told] for notice in notices if notice[NOTICE.given_on] and not _is_exempt(notice)}
    is_child = _is_child(person, opened_on)
    wanted = _wanted(str(promise[PROMISE.child_told]), is_child)
    days = int(promise[PROMISE.days] or 0)
    due_on = None
    if opened_on is not None:
        before = promise[PROMISE.kind] == "notice_before_entry"
        due_on = opened_on + dt.timedelta(days=-days if before else days)
    for to in wanted:
        if not informed & {to, "both"} and not (to == "person" and informed):
            yield Owed(str(entry[ENTRY.entry_id]), opened_on, due_on, to, is_child)


def _wanted(child_told: str, is_child: bool | None) -> tuple[str, ...]:
    """Who has to be told. If the age is not known, the person, as for an adult: the age has to be found out first."""
    if not is_child:
        return ("person",)
    return {"person": ("person",), "parent": ("parent",)}.get(child_told, ("person", "parent"))


def _holds(promise: Mapping[str, Any], day: dt.date) -> bool:
    starts_on, ends_on = _day(promise[PROMISE.starts_on]), _day(promise[PROMISE.ends_on])
    return starts_on is not None and starts_on <= day and (ends_on is None or day <= ends_on)


def _is_exempt(notice: Mapping[str, Any]) -> bool:
    return bool((notice[NOTICE.exemption] or "").strip() and (notice[NOTICE.reasons] or "").strip())


def _is_child(person: Mapping[str, Any], opened_on: dt.date | None) -> bool | None:
    born, age = _day(person.get(SUBJECT.birth_date)), person.get(SUBJECT.age_recorded)
    if born is not None and opened_on is not None:
        return is_below(ADULT, born, opened_on)
    return None if age is None else int(age) < ADULT


def give_notice(register: Register, entry_id: str, told: str, on: dt.date, *, by: str, now: dt.datetime) -> str:
    """Records that a person was told about an entry; returns the number of the notice."""
    if told not in TOLD:
        raise Refusal("notice-told", "--told", told, ", ".join(TOLD))
    if on > now.date():
        raise Refusal("request-day", "--on", str(on), f"a day up to {now.date()}")
    return _record(register, entry_id, {NOTICE.given_on: str(on), NOTICE.told: told}, by, now)


def exempt(register: Register, entry_id: str, exemption: str, reasons: str, *, by: str, now: dt.datetime) -> str:
    """Records that no one is told about an entry, under which provision and why; returns the number of the notice.

    Refuses what is neither a provision of the day nor an exemption of the charter in force, and an exemption of the
    charter that is not law any more, or not yet.
    """
    charter = in_force(register.charters(), now.date())
    promised = charter.notification if charter else None
    provisions = dict.fromkeys((*EXEMPTIONS, *(promised.exemptions if promised else ())))
    known = [provision for provision in provisions if not not_law_on(provision, now.date())]
    if exemption not in known:
        raise Refusal("notice-exemption", "--exemption", exemption, ", ".join(known))
    values: dict[str, Any] = {NOTICE.exemption: exemption, NOTICE.reasons: check_reason(reasons, "--reasons")}
    return _record(register, entry_id, values, by, now)


def _record(register: Register, entry_id: str, values: Mapping[str, Any], by: str, now: dt.datetime) -> str:
    rows = register.store.rows("select count(*) from notice_version where entry_id = ?", (entry_id,))
    number = f"{entry_id}-T{int(rows[0][0]) + 1}"
    row = whole("notice", notice_id=number, entry_id=entry_id, recorded_by=by, **values)
    admit(register, [Proposed("notice", row)], by, now)
    return number


def _day(text: Any) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
