"""Faults of sharing, copies and the log."""

from __future__ import annotations

from overt.synthetic._faults_entries import close
from overt.synthetic._numbers import numbered
from overt.synthetic._plan import Addition, RegisterPlan, Rounds, Slots, planted_in
from overt.synthetic._streams import body_columns, firm_bodies, moment


def send(
    plan: RegisterPlan, slots: Slots | Rounds, day: str = "opened_on + 20", count: int = 1, /, **columns: str
) -> Addition:
    """Discloses people's entries on a day, with lines in the log, to the first body unless another is given."""
    plan.add("access", slots, count, action="'disclose'", occurred_at=moment(plan, day), reason="'sharing agreement'")
    return plan.add("disclosure", slots, count, **{"sent_at": moment(plan, day), **columns})


def service(plan: RegisterPlan) -> dict[str, str]:
    """The columns of a disclosure to a service; services stand last among the bodies."""
    firm = firm_bodies(plan)
    return body_columns(plan, f"{firm} + cast(i % {len(plan.bodies) - firm} as integer)")


def in_bulk(plan: RegisterPlan, groups: int) -> None:
    """52 entries to one body on one day. Close: exactly 50 to one body on one day."""
    rounds = plan.take_rounds(groups, 52, 50)
    board = f"'partnership board ' || ({rounds.number} + 1)"
    day = f"{plan.as_of} - cast({rounds.pick(('72', '70'))} as integer)"
    sent = send(plan, rounds, day, recipient=board, recipient_kind="'other'")
    plan.ledger.plant("OV-46", plan.added_keys(sent, rounds.people(0)))


def unredacted(plan: RegisterPlan, count: int) -> None:
    """Single entries sent unredacted to a body. Close: to the police."""
    slots, police = plan.take(count), plan.take(close(plan))
    sent = send(plan, slots, redacted="false", recipient_kind="'council'")
    send(plan, police, redacted="false", recipient_kind="'police'")
    plan.ledger.plant("OV-46", plan.added_keys(sent))


def _any_firm(plan: RegisterPlan) -> dict[str, str]:
    return body_columns(plan, f"cast(i % {firm_bodies(plan)} as integer)")


def without_agreement(plan: RegisterPlan, count: int) -> None:
    """Disclosures without an agreement, before one, after one, for a purpose it does not allow. Close: on its days."""
    early, late = "'SA-EARLY'", "'SA-LATE'"
    starts, ends = f"{plan.as_of} - 200", f"{plan.as_of} - 201"
    allowed = {"recipient": "'a body with two agreements'", "purposes": "'prevention'", "guidance_ref": "'GUIDE-X'"}
    plan.write("agreement", [{"agreement_id": early, "starts_on": "date '1999-01-01'", "ends_on": ends, **allowed}])
    plan.write("agreement", [{"agreement_id": late, "starts_on": starts, "ends_on": "date '2030-12-31'", **allowed}])
    faults = (
        (f"{plan.as_of} - 150", {"agreement_id": "null"}),
        (starts, {"agreement_id": early}),
        (ends, {"agreement_id": late}),
        (starts, {"agreement_id": late, "purpose": "'immigration'"}),
    )
    for number, (day, values) in enumerate(faults):
        slots = plan.take(count)
        sent = send(plan, slots, day, **_partner(slots, number), **values)
        plan.ledger.plant("OV-47", plan.added_keys(sent))
    for number, (day, agreement) in enumerate(((starts, late), (ends, early)), len(faults)):
        slots = plan.take(close(plan))
        send(plan, slots, day, **_partner(slots, number), agreement_id=agreement)


def _partner(slots: Slots, number: int) -> dict[str, str]:
    """A recipient for each twenty of the slots, so that no day of sending is a sending in bulk."""
    return {"recipient": f"'partner {number}-' || ({slots.nth} // 20)", "recipient_kind": "'council'"}


def services_told(plan: RegisterPlan, count: int) -> None:
    """Victims, people scored zero and people removed, sent to services. Close: the same to the police or a council."""
    victims, zeros, removed = plan.take(count), plan.take(count), plan.take_removed(count)
    quiet = plan.take(close(plan))
    plan.change("facts", victims, role="'victim'", score="cast(null as double)")
    plan.change("facts", quiet, role="'witness'", score="cast(null as double)")
    groups = [victims, removed]
    if plan.setting.scored:
        plan.score_zero(zeros)
        groups.append(zeros)
    for slots in groups:
        after = "closed_on + 1" if slots is removed else "opened_on + 20"
        sent = send(plan, slots, after, **service(plan))
        plan.ledger.plant("OV-48", plan.added_keys(sent))
    send(plan, quiet)


def sent_ungraded(plan: RegisterPlan, count: int) -> None:
    """Disclosures without the grading, and unencrypted ones to a body. Close: unencrypted, but to the police."""
    ungraded, bare, police = plan.take(count), plan.take(count), plan.take(close(plan))
    first = send(plan, ungraded, grade_sent="false", **_any_firm(plan))
    second = send(plan, bare, encrypted="false", recipient_kind="'council'")
    send(plan, police, encrypted="false", recipient_kind="'police'")
    plan.ledger.plant("OV-49", plan.added_keys(first))
    plan.ledger.plant("OV-49b", plan.added_keys(second))


def sent_then_removed(plan: RegisterPlan, count: int) -> None:
    """Disclosures of people since removed, told of it or not. None is a fault: there was nothing to put right."""
    never, early, corrected = plan.take_removed(count), plan.take_removed(count), plan.take_removed(close(plan))
    for slots, day in ((never, None), (early, "closed_on - 1"), (corrected, "closed_on")):
        sent = send(plan, slots, "opened_on + 20", **_any_firm(plan))
        if day is not None:
            values = {**_any_firm(plan), "purpose": "'correction'", "corrects": sent.first_key_sql}
            send(plan, slots, day, **values)


@planted_in("alpha", 7)
@planted_in("scotland", 5)
def corrections_untold(plan: RegisterPlan, count: int) -> None:
    """Disclosures of data since put right of which nobody was told, or only before.

    Close: told on the day of the correction, by a disclosure that corrects or with the correction; sent on that day.
    """
    never, early, informed, named, on_the_day = (plan.take(number) for number in (count, count, *[close(plan)] * 3))
    corrected = "opened_on + 60"
    for slots, sent_on, told_on in (
        (never, "opened_on + 20", None),
        (early, "opened_on + 20", f"{corrected} - 1"),
        (informed, "opened_on + 20", corrected),
        (named, "opened_on + 20", None),
        (on_the_day, corrected, None),
    ):
        sent = send(plan, slots, sent_on, **_any_firm(plan))
        if told_on is not None:
            values = {**_any_firm(plan), "purpose": "'correction'", "corrects": sent.first_key_sql}
            send(plan, slots, told_on, **values)
        by_name = {"recipient": _any_firm(plan)["recipient"], "told_on": corrected} if slots is named else {}
        plan.add("correction", slots, **by_name)
        if slots in (never, early):
            plan.ledger.plant("OV-28", plan.added_keys(sent))


def other_purposes(plan: RegisterPlan, count: int) -> None:
    """Disclosures for another purpose without a law. Close: with one."""
    bare, lawful = plan.take(count), plan.take(close(plan))
    sent = send(plan, bare, purpose_kind="'other'", gateway="case when i % 2 = 0 then ' ' end")
    send(plan, lawful, purpose_kind="'other'", gateway="'Children Act 2004 s.11'")
    plan.ledger.plant("OV-66", plan.added_keys(sent))


def ghosts(plan: RegisterPlan, count: int, location: str) -> None:
    """Removed people on a list outside the register. Close: on it on the day of removal; people still listed."""
    slots, on_the_day, listed = plan.take_removed(count), plan.take_removed(close(plan)), plan.take(close(plan))
    copies = plan.add("copy", slots, location=f"'{location}'", as_of="closed_on + 1 + cast(i % 90 as integer)")
    plan.add("copy", on_the_day, location=f"'{location}'", as_of="closed_on")
    plan.add("copy", listed, location=f"'{location}'")
    plan.ledger.plant("OV-26", plan.added_keys(copies))


def looked_up_after(plan: RegisterPlan, count: int) -> None:
    """Closed entries consulted from the 31st day on. Close: late on the thirtieth day."""
    slots, late = plan.take_removed(count), plan.take_removed(close(plan))
    seen = plan.add("access", slots, occurred_at=moment(plan, "closed_on + 31 + cast(i % 20 as integer)"))
    plan.add("access", late, occurred_at="cast(closed_on + 30 as timestamp) + to_seconds(86399)")
    plan.ledger.plant("OV-27", plan.added_keys(seen))


def log_gaps(plan: RegisterPlan, count: int) -> None:
    """Entries, with their items, and disclosures that the log does not know; lines without an entry or disclosure.

    Close: an entry that was collected twice; a line of an entry that was erased.
    """
    entries, sendings, lines = plan.take(count), plan.take(count), plan.take(count)
    plan.drop("access", entries)
    plan.ledger.plant("OV-50", (f"entry {key}" for key in plan.entry_keys(entries)))
    plan.ledger.plant("OV-50", (f"item {key}" for key in plan.item_keys(entries, 0, 1)))
    sent = plan.add("disclosure", sendings)
    plan.ledger.plant("OV-50", (f"disclosure {key}" for key in plan.added_keys(sent)))
    lines_added = plan.add("access", lines, action="'disclose'")
    unknown = plan.add("access", lines, action="'collect'", entry_id=f"'EX' || {numbered('p')}")
    # Nobody knows who received it, either.
    plan.ledger.also("OV-67", plan.added_keys(lines_added))
    for added in (lines_added, unknown):
        plan.ledger.plant("OV-50", (f"line {key}" for key in plan.added_keys(added)))
    twice, erased = plan.take(close(plan)), plan.take(close(plan))
    plan.add("access", twice, action="'collect'")
    gone = f"'EY' || {numbered('p')}"
    plan.add("access", erased, action="'collect'", entry_id=gone)
    plan.add("access", erased, action="'erase'", entry_id=gone)


def lines_incomplete(plan: RegisterPlan, count: int) -> None:
    """Lines that do not say who, and look-ups that do not say why. Close: a line of alteration without a reason."""
    who, why, quiet = plan.take(count), plan.take(count), plan.take(close(plan))
    nameless = plan.add("access", who, actor="case when i % 2 = 0 then ' ' end")
    altered = plan.add("access", plan.take(count), action="'alter'", actor="case when i % 2 = 0 then ' ' end")
    plan.ledger.plant("OV-51b", plan.added_keys(altered))
    unreasoned = plan.add("access", why, reason="case when i % 2 = 0 then '' end")
    plan.add("access", quiet, action="'alter'", reason="null")
    plan.ledger.plant("OV-51", [*plan.added_keys(nameless), *plan.added_keys(unreasoned)])
