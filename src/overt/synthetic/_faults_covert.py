"""Faults of covert collection: private accounts, personas, authorities, messages."""

from __future__ import annotations

from overt.synthetic._faults_entries import close
from overt.synthetic._numbers import numbered
from overt.synthetic._plan import Addition, RegisterPlan, Slots

_WHERE = "j = 0"


def private_item(plan: RegisterPlan, slots: Slots, **columns: str) -> None:
    """Gives people's first item a private account as its source, from twenty days before the entry."""
    values = {"origin": "'social_media'", "visibility": "'private'", "collected_on": "opened_on - 20", **columns}
    plan.change("item", slots, where=_WHERE, **values)


def authorised(plan: RegisterPlan, slots: Slots, **columns: str) -> Addition:
    """Adds an authority in force for each person, and puts their first item under it."""
    authority = plan.add("authority", slots, **columns)
    plan.change("item", slots, where=_WHERE, authority_id=authority.first_key_sql)
    return authority


def unauthorised(plan: RegisterPlan, count: int) -> None:
    """Items from private accounts and personas without an authority. Close: with one; from an open account."""
    slots, good, free = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    private_item(plan, slots, visibility="case when i % 4 = 0 then 'persona' else 'private' end")
    private_item(plan, good)
    authorised(plan, good)
    private_item(plan, free, visibility="'open'")
    plan.ledger.plant("OV-38", plan.item_keys(slots, 0))


def outside_the_dates(plan: RegisterPlan, count: int) -> None:
    """Items from before, after the end and after the cancellation. Close: on the first, last and cancelled day."""
    taken = "opened_on - 20"
    days = (
        {"granted_on": f"{taken} + 1"},
        {"granted_on": f"{taken} - 80", "expires_on": f"{taken} - 1"},
        {"granted_on": f"{taken} - 10", "cancelled_on": f"{taken} - 1"},
    )
    edges = (
        {"granted_on": taken},
        {"granted_on": f"{taken} - 80", "expires_on": taken},
        {"granted_on": f"{taken} - 10", "cancelled_on": taken},
    )
    for dates in days:
        slots = plan.take(count)
        private_item(plan, slots)
        authorised(plan, slots, **dates)
        plan.ledger.plant("OV-39", plan.item_keys(slots, 0))
    for dates in edges:
        slots = plan.take(close(plan))
        private_item(plan, slots)
        authorised(plan, slots, **dates)


def too_long(plan: RegisterPlan, count: int) -> None:
    """Authorities a day too long for their kind. Close: each kind at its longest."""
    for kind, rank, urgent, longest in _LIMITS:
        for late, size in ((1, count), (0, close(plan))):
            slots = plan.take(size)
            values = {
                "kind": f"'{kind}'",
                "granted_by_rank": f"'{rank}'",
                "urgent": urgent,
                "granted_on": "opened_on - 20",
                "expires_on": f"{longest.format('(opened_on - 20)')} + {late}",
            }
            private_item(plan, slots)
            authority = authorised(plan, slots, **values)
            if kind == "juvenile_chis":
                _reviewed_monthly(plan, slots, authority, 5)
            if late:
                plan.ledger.plant("OV-40", plan.added_keys(authority))


def _last_of(months: int) -> str:
    """The last day of months that begin with a day: the day before the same date, or the end of a shorter month."""
    there = f"cast({{0}} + to_months({months}) as date)"
    return f"{there} - (case when day({there}) = day({{0}}) then 1 else 0 end)"


_LIMITS = (
    ("directed_surveillance", "superintendent", "false", _last_of(3)),
    ("chis", "superintendent", "false", _last_of(12)),
    ("undercover", "assistant_chief_constable", "false", _last_of(12)),
    ("juvenile_chis", "assistant_chief_constable", "false", _last_of(4)),
    ("directed_surveillance", "inspector", "true", "{} + 3"),
)


def _reviewed_monthly(plan: RegisterPlan, slots: Slots, authority: Addition, times: int, step: int = 31) -> None:
    day = f"opened_on - 20 + {step} * (1 + cast(j as integer))"
    plan.add("authority_review", slots, times, authority_id=authority.first_key_sql, done_on=day)


def juveniles_unreviewed(plan: RegisterPlan, count: int) -> None:
    """Juvenile sources whose authority went 32 days without a review. Close: 31 days each time."""
    values = {
        "kind": "'juvenile_chis'",
        "granted_by_rank": "'assistant_chief_constable'",
        "granted_on": "opened_on - 20",
        "expires_on": "opened_on - 20 + 115",
    }
    for step, size in ((32, count), (31, close(plan))):
        slots = plan.take(size)
        private_item(plan, slots, visibility="'persona'")
        authority = authorised(plan, slots, **values)
        _reviewed_monthly(plan, slots, authority, 3, step)
        if step == 32:
            plan.ledger.plant("OV-41", plan.added_keys(authority))


def renewed_unreviewed(plan: RegisterPlan, count: int) -> None:
    """Covert sources renewed without a review since the grant. Close: reviewed on the day of the grant."""
    for size, reviewed in ((count, False), (close(plan), True)):
        slots = plan.take(size)
        private_item(plan, slots, visibility="'persona'")
        kind = {"kind": "'chis'", "granted_by_rank": "'superintendent'"}
        first = plan.add("authority", slots, granted_on="opened_on - 300", expires_on="opened_on - 21", **kind)
        renewal = {"granted_on": "opened_on - 20", "expires_on": "opened_on + 60", "renews": first.first_key_sql}
        later = authorised(plan, slots, **kind, **renewal)
        if reviewed:
            day = "opened_on - 300"
            plan.add("authority_review", slots, authority_id=first.first_key_sql, done_on=day)
        else:
            plan.ledger.plant("OV-75", plan.added_keys(later))


def undercover_untold(plan: RegisterPlan, count: int) -> None:
    """Undercover authorities without a notice, with a late one, and long ones without approval.

    Close: told on the seventh day; approved on the day of the grant.
    """
    granted = "opened_on - 20"
    first = {"long_term": "true", "commissioner_told_on": "null"}
    faults = (
        {"commissioner_told_on": "null"},
        {"commissioner_told_on": f"{granted} + 8"},
        {**first, "approved_on": "null"},
        {**first, "approved_on": f"{granted} + 1"},
    )
    quiet = ({"commissioner_told_on": f"{granted} + 7"}, {**first, "approved_on": granted})
    for group, size in ((faults, count), (quiet, close(plan))):
        for values in group:
            slots = plan.take(size)
            private_item(plan, slots, visibility="'persona'")
            authority = authorised(
                plan, slots, **_granted("undercover", "assistant_chief_constable", "false"), **values
            )
            if group is faults:
                plan.ledger.plant("OV-72", plan.added_keys(authority))


def juveniles_unprotected(plan: RegisterPlan, count: int) -> None:
    """Juvenile sources without an assessment of risk, with a late one, and of fifteen against a parent.

    Close: assessed on the day of the grant, and sixteen; fifteen, and not against a parent.
    """
    granted = "opened_on - 20"
    faults = (
        {"risk_assessed_on": "null"},
        {"risk_assessed_on": f"{granted} + 1"},
        {"age_at_grant": "15"},
    )
    quiet: tuple[dict[str, str], ...] = ({}, {"age_at_grant": "15", "against_parent": "false"})
    for group, size in ((faults, count), (quiet, close(plan))):
        for values in group:
            slots = plan.take(size)
            private_item(plan, slots, visibility="'persona'")
            rank = _granted("juvenile_chis", "assistant_chief_constable", "false")
            authority = authorised(plan, slots, **rank, **values)
            _reviewed_monthly(plan, slots, authority, 3)
            if group is faults:
                plan.ledger.plant("OV-73", plan.added_keys(authority))


def devices_unwritten(plan: RegisterPlan, count: int) -> None:
    """Device agreements without a notice, without a confirmation, and by a child alone. Close: by another for it."""
    on = "date '2022-11-08'"
    whole = {"notice_on": on, "confirmed_on": on, "agreed_by": "'user'"}
    faults = ({"notice_on": "null"}, {"confirmed_on": "null"}, {"agreed_by": "'child'"})
    quiet: tuple[dict[str, str], ...] = ({}, {"agreed_by": "'other_person'"})
    values = {"kind": "'device_agreement'", "granted_by_rank": "null", "granted_on": on, "expires_on": on}
    for group, size in ((faults, count), (quiet, close(plan))):
        for changed in group:
            authority = plan.add("authority", plan.take(size), **values, **{**whole, **changed})
            if group is faults:
                plan.ledger.plant("OV-74", plan.added_keys(authority))


def rank_too_low(plan: RegisterPlan, count: int) -> None:
    """Authorities granted below the rank of their kind. Close: one lower, but urgently; the very rank; above."""
    low = (
        ("directed_surveillance", "inspector", "false"),
        ("chis", "sergeant", "true"),
        ("undercover", "superintendent", "false"),
        ("undercover", "inspector", "true"),
    )
    for kind, rank, urgent in low:
        slots = plan.take(count)
        private_item(plan, slots)
        authority = authorised(plan, slots, **_granted(kind, rank, urgent))
        plan.ledger.plant("OV-42", plan.added_keys(authority))
    for kind, rank, urgent in (
        ("directed_surveillance", "inspector", "true"),
        ("chis", "superintendent", "false"),
        ("undercover", "superintendent", "true"),
        ("undercover", "commander", "false"),
        ("undercover", "chief_constable", "false"),
        ("ipa", "constable", "false"),
    ):
        slots = plan.take(close(plan))
        private_item(plan, slots)
        authorised(plan, slots, **_granted(kind, rank, urgent))


def _granted(kind: str, rank: str, urgent: str) -> dict[str, str]:
    ends = "opened_on - 18" if urgent == "true" else "opened_on + 60"
    return {
        "kind": f"'{kind}'",
        "granted_by_rank": f"'{rank}'",
        "urgent": urgent,
        "granted_on": "opened_on - 20",
        "expires_on": ends,
    }


def outside_the_scope(plan: RegisterPlan, count: int) -> None:
    """Items under an authority for other people. Close: a victim met by chance; the last of three in the scope."""
    slots, victim, third = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    others = f"'S' || {numbered('s')} || '0 S0' || {numbered('s')}"
    for people in (slots, victim, third):
        private_item(plan, people)
    authorised(plan, slots, scope=others)
    plan.change("facts", victim, role="'victim'", score="cast(null as double)")
    authorised(plan, victim, scope=others)
    authorised(plan, third, scope=f"{others} || ' S' || {numbered('s')}")
    plan.ledger.plant("OV-44", plan.item_keys(slots, 0))


def messages_read(plan: RegisterPlan, count: int) -> None:
    """Private messages under the wrong kind of authority, and under none. Close: a warrant; a seized phone."""
    wrong, none, right, seized = plan.take(count), plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    for people in (wrong, none, right, seized):
        private_item(plan, people, origin="'message'")
    authorised(plan, wrong)
    authorised(plan, seized, kind="'statutory_power'", granted_by_rank="'constable'", expires_on="opened_on")
    authorised(plan, right, kind="'ipa'", granted_by_rank="'chief_constable'", expires_on="opened_on + 160")
    plan.ledger.plant("OV-45", [*plan.item_keys(wrong, 0), *plan.item_keys(none, 0)])
    plan.ledger.also("OV-38", plan.item_keys(none, 0))


def public_but_private(plan: RegisterPlan, count: int) -> None:
    """Entries said to rest on what the person made public, with a sensitive item from a private account.

    Close: all open; an item from a private account that is not sensitive.
    """
    slots, open_all, plain = plan.take(count), plan.take(close(plan)), plan.take(close(plan))
    for people in (slots, open_all, plain):
        plan.change("entry", people, condition="'manifestly_public'")
    private_item(plan, slots, category="'health'")
    private_item(plan, plain, category="'account handle'")
    for people in (slots, plain):
        authorised(plan, people)
    plan.ledger.plant("OV-36", plan.item_keys(slots, 0))
