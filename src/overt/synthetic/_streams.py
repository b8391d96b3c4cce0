"""The tables that have rows for some people only: reviews, disclosures, the log, authorities, outcomes.

Each is made of streams of rows by chance, then of the rows that were added for special people, then
of rows that belong to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from overt.synthetic._facts import by_entry, by_slots
from overt.synthetic._numbers import numbered, text
from overt.synthetic._plan import Addition, RegisterPlan
from overt.synthetic._setting import SERVICES
from overt.synthetic._words import reason


@dataclass(frozen=True)
class Stream:
    """Rows by chance: of whom (`where`), and their columns. Special people are left out unless asked for."""

    where: str
    columns: Mapping[str, str]
    special: bool = False
    dropped: str = ""

    def sql(self, plan: RegisterPlan) -> str:
        """A select of the rows, in the order of the entries' numbers."""
        conditions = [self.where, *(f"not {slots.condition}" for slots in plan.dropped.get(self.dropped, []))]
        columns = ", ".join(f"{value} as {column}" for column, value in self.columns.items())
        return f"select {columns} from ({by_entry(plan, special=self.special)}) where {' and '.join(conditions)}"


def added(plan: RegisterPlan, addition: Addition) -> tuple[str, list[str]]:
    """A select of the rows that were added for special people, and its columns."""
    slots = addition.slots
    source = f"select *, unnest(range({addition.count})) as j from ({by_slots(plan, slots)})"
    columns = addition.filled(plain_row(plan, addition))
    selected = ", ".join(f"{value} as {column}" for column, value in columns.items())
    return f"select {selected} from ({source})", list(columns)


def streams(plan: RegisterPlan, table: str) -> list[Stream]:
    """The rows by chance of a table."""
    streams_of = {
        "review": _reviews,
        "disclosure": _disclosures,
        "access": _accesses,
        "authority": _authorities,
        "outcome": _outcomes,
        "term_hit": _hits,
    }
    return streams_of[table](plan) if table in streams_of else []


def plain_row(plan: RegisterPlan, addition: Addition) -> dict[str, str]:
    """The columns of an added row that a fault does not give: a clean row."""
    entry, subject = f"'E' || {numbered('p')}", f"'S' || {numbered('s')}"
    key = addition.key_sql
    number = f"{plan.chance.below('staff', 900, 'i * 64 + j')}"
    rows: dict[str, dict[str, str]] = {
        "review": {
            "review_id": key,
            "entry_id": entry,
            "done_at": moment(plan, "opened_on + 30"),
            "done_by": f"'R9' || {plan.chance.below('added reviewer', max(50, plan.rows // 100))}",
            "outcome": "'retain'",
            "rationale": f"{reason(plan.chance, 'added')} || '-' || ({addition.base_sql} + j)",
        },
        "disclosure": {
            "disclosure_id": key,
            "entry_id": entry,
            "sent_at": moment(plan, "opened_on + 20"),
            "sent_by": f"'P' || (1000 + {number})",
            **body_columns(plan, plan.chance.below("added body", firm_bodies(plan))),
            "purpose": "'prevention'",
            "purpose_kind": "'law_enforcement'",
            "redacted": "true",
            "encrypted": "true",
            "grade_sent": "true",
        },
        "access": {
            "access_id": key,
            "occurred_at": moment(plan, "opened_on + 20"),
            "actor": f"'P' || (1000 + {number})",
            "action": "'consult'",
            "entry_id": entry,
            "reason": "'work on the case'",
            "purpose": "'investigation'",
        },
        "copy": {
            "copy_id": key,
            "location": "'a shared drive'",
            "owner": f"'P' || (1000 + {number})",
            "subject_id": subject,
            "as_of": plan.as_of,
        },
        "notice": {
            "notice_id": key,
            "entry_id": entry,
            "given_on": "opened_on + 20",
            "told": "'person'",
            "recorded_by": f"'P' || (1000 + {number})",
        },
        "correction": {
            "correction_id": key,
            "entry_id": entry,
            "kind": "'rectified'",
            "on_date": "opened_on + 60",
        },
        "decision_safeguard": {"safeguard_id": key, "entry_id": entry, "on_date": "opened_on + 5"},
        "term_hit": {
            "hit_id": key,
            "entry_id": entry,
            "term": "'a word of the list'",
            "occurred_at": moment(plan, "opened_on"),
            "decided_by": f"'P' || (1000 + {number})",
        },
        "authority": {
            "authority_id": key,
            "kind": "'directed_surveillance'",
            "granted_on": "opened_on - 30",
            "granted_by_rank": "'superintendent'",
            "urgent": "false",
            "expires_on": "opened_on + 58",
            "scope": subject,
            **_safeguards(addition.columns.get("kind", ""), addition.columns.get("granted_on", "opened_on - 30")),
        },
        "authority_review": {},
        "outcome": {"subject_id": subject, "kind": "'arrest'", "on_date": "opened_on - 5"},
    }
    return rows[addition.table]


def _safeguards(kind: str, granted_on: str) -> dict[str, str]:
    """What the law asks of an authority of the kind beside its days and its rank."""
    return {
        "'undercover'": {"long_term": "false", "commissioner_told_on": granted_on},
        "'juvenile_chis'": {"risk_assessed_on": granted_on, "age_at_grant": "16", "against_parent": "true"},
    }.get(kind, {})


def moment(plan: RegisterPlan, day: str, name: str = "moment") -> str:
    """SQL for a time on a day: within working hours."""
    return f"(cast({day} as timestamp) + to_seconds(28800 + {plan.chance.below(name, 36000)}))"


def body_columns(plan: RegisterPlan, index: str) -> dict[str, str]:
    """The columns of a disclosure that say which body it went to, by that body's number in the setting."""
    bodies = plan.bodies
    names = ", ".join(text(body.name) for body in bodies)
    kinds = ", ".join(text(body.kind) for body in bodies)
    at = f"1 + {index}"
    agreement = f"'SA-' || lpad(cast({at} as varchar), 4, '0')"
    return {"recipient": f"([{names}])[{at}]", "recipient_kind": f"([{kinds}])[{at}]", "agreement_id": agreement}


def firm_bodies(plan: RegisterPlan) -> int:
    """Return how many organisations are not services. They come last in the list, so a lower limit excludes them."""
    return sum(body.kind not in SERVICES for body in plan.bodies)


def agreements(plan: RegisterPlan) -> list[dict[str, str]]:
    """One agreement with each body, in force for all the years of the register."""
    return [
        {
            "agreement_id": f"'SA-{number:04d}'",
            "recipient": text(body.name),
            "starts_on": "date '1999-01-01'",
            "ends_on": "date '2030-12-31'",
            "purposes": "'prevention safeguarding correction'",
            "guidance_ref": f"'GUIDE-{number:04d}'",
        }
        for number, body in enumerate(plan.bodies, 1)
    ]


def _reviews(plan: RegisterPlan) -> list[Stream]:
    chance = plan.chance
    reviewers = max(20, plan.rows // 400)

    def row(name: str, day: str, outcome: str) -> dict[str, str]:
        return {
            "review_id": f"'V' || {numbered('p')} || '-{name[0]}'",
            "entry_id": f"'E' || {numbered('p')}",
            "done_at": moment(plan, day, name),
            "done_by": f"'R' || lpad(cast({chance.below(f'{name} reviewer', reviewers)} as varchar), 6, '0')",
            "outcome": outcome,
            "rationale": reason(chance, name),
        }

    adult_on = f"least(eighteen_on + {chance.below('adult', 20)}, {plan.as_of})"
    later = f"opened_on + {chance.below('reviewed on', f'({plan.as_of} - opened_on)')}"
    usual = chance.weighed("decision", [("retain", 850), ("amend", 150)])
    return [
        Stream("was_child", row("child", "opened_on", "'safeguarding'")),
        Stream(f"was_child and listed and eighteen_on < {plan.as_of}", row("adult", adult_on, "'retain'")),
        Stream(f"listed and {chance.below('reviewed', 1000)} < 80", row("usual", later, usual)),
    ]


def _sent(plan: RegisterPlan) -> tuple[str, str, str, str]:
    """SQL for: a listed person's entry was sent, when; a removed person's, when."""
    chance = plan.chance
    sent_on = f"opened_on + {chance.below('sent on', 100)}"
    return (
        f"listed and {chance.below('sent', 1000)} < 30 and {sent_on} <= {plan.as_of}",
        sent_on,
        f"not listed and {chance.below('sent', 20)} = 0",
        f"opened_on + {chance.below('removed sent on', '(closed_on - opened_on)')}",
    )


def _recalled(plan: RegisterPlan) -> str:
    return f"closed_on + {plan.chance.below('recalled', 15)}"


def _disclosures(plan: RegisterPlan) -> list[Stream]:
    chance, bodies, firm = plan.chance, plan.bodies, firm_bodies(plan)
    to_services = "role not in ('victim', 'witness') and score is distinct from 0"
    any_body = f"case when {to_services} then {chance.below('body', len(bodies))} else {chance.below('body', firm)} end"
    listed, listed_on, removed, removed_on = _sent(plan)

    def row(mark: str, day: str, body: str, purpose: str) -> dict[str, str]:
        return {
            "disclosure_id": f"'D' || {numbered('p')} || '-{mark}'",
            "entry_id": f"'E' || {numbered('p')}",
            "sent_at": moment(plan, day, mark),
            "sent_by": f"'P' || (1000 + {chance.below('sender', 900)})",
            **body_columns(plan, body),
            "purpose": purpose,
            "purpose_kind": "'law_enforcement'",
            "redacted": "true",
            "encrypted": "true",
            "grade_sent": "true",
        }

    usual = chance.weighed("sent for", [("prevention", 800), ("safeguarding", 200)])
    recall = row("r", _recalled(plan), chance.below("body", firm), "'correction'")
    return [
        Stream(listed, row("d", listed_on, any_body, usual)),
        Stream(removed, row("d", removed_on, chance.below("body", firm), usual)),
        Stream(removed, {**recall, "corrects": f"'D' || {numbered('p')} || '-d'"}),
    ]


def _accesses(plan: RegisterPlan) -> list[Stream]:
    chance, since = plan.chance, plan.setting.logged_from

    def row(mark: str, action: str, day: str, why: str) -> dict[str, str]:
        return {
            "access_id": f"'L' || {numbered('p')} || '-{mark}'",
            "occurred_at": moment(plan, day, mark),
            "actor": f"'P' || (1000 + {chance.below(f'actor {mark}', 900)})",
            "action": f"'{action}'",
            "entry_id": f"'E' || {numbered('p')}",
            "reason": why,
            "purpose": "'investigation'",
        }

    consulted = f"opened_on + {chance.below('consulted on', f'({plan.as_of} - opened_on)')}"
    condition = f"listed and {chance.below('consulted', 1000)} < 30"
    if plan.setting.consulted_from:
        condition += f" and {consulted} >= date '{plan.setting.consulted_from}'"
    looked = Stream(condition, row("q", "consult", consulted, "'work on the case'"))
    if since is None:
        return [looked]
    listed, listed_on, removed, removed_on = _sent(plan)
    return [
        Stream(
            # Items are taken at most 60 days after the entry is opened; the rest is for the rows before the log.
            f"opened_on >= date '{since}' - 400",
            row("c", "collect", "opened_on", "null"),
            special=True,
            dropped="access",
        ),
        Stream(listed, row("d", "disclose", listed_on, "'sharing agreement'")),
        Stream(removed, row("d", "disclose", removed_on, "'sharing agreement'")),
        Stream(removed, row("r", "disclose", _recalled(plan), "'recall'")),
        looked,
    ]


def _authorities(plan: RegisterPlan) -> list[Stream]:
    chance = plan.chance
    granted = f"captured_on - {chance.below('granted', 60)}"
    other = plan.subjects.place_sql(f"(i + 1 + {chance.below('second person', 97)}) % {plan.total}")
    # An authority for a persona runs for a year that begins with its day, one for an account for 60 to 88 days.
    watching = f"{granted} + 60 + {chance.below('length', 29)}"
    return [
        Stream(
            "private",
            {
                "authority_id": f"'A' || {numbered('p')} || '-1'",
                "kind": "case when persona then 'undercover' else 'directed_surveillance' end",
                "granted_on": granted,
                "granted_by_rank": "case when persona then 'assistant_chief_constable' else 'superintendent' end",
                "urgent": "false",
                "expires_on": f"case when persona then cast({granted} + to_years(1) as date) - 1 else {watching} end",
                # Cancelled on the very day of the last capture, for one in ten.
                "cancelled_on": f"case when {chance.below('cancelled', 10)} = 0 then captured_on end",
                "scope": f"'S' || {numbered('s')} || ' S' || {numbered(other)}",
                "long_term": "case when persona then false end",
                "commissioner_told_on": f"case when persona then {granted} + {chance.below('told', 8)} end",
            },
        )
    ]


def _outcomes(plan: RegisterPlan) -> list[Stream]:
    chance, setting = plan.chance, plan.setting

    def row(kind: str, day: str) -> dict[str, str]:
        return {"subject_id": f"'S' || {numbered('s')}", "kind": kind, "on_date": day}

    recent = chance.weighed("event kind", [("arrest", 500), ("charge", 300), ("conviction", 200)])
    before = f"opened_on - 1 - {chance.below('before', 300)}"
    streams = [
        Stream("event_on is not null", row(recent, "event_on"), special=True),
        Stream(f"{chance.below('cleared', 1000)} < 40", row("'no_further_action'", before)),
    ]
    if setting.serious_share is not None:
        # Those of special people are too old to support a score.
        offence_on = f"case when {plan.special} then opened_on - 900 else {before} end"
        streams.append(Stream("serious", row("'serious_offence'", offence_on), special=True))
    if not setting.scored:
        streams.append(Stream(f"{chance.below('arrested', 1000)} < 300", row("'arrest'", before)))
    return streams


def _hits(plan: RegisterPlan) -> list[Stream]:
    chance = plan.chance
    if not plan.setting.hits:
        return []
    return [
        Stream(
            f"listed and {chance.below('hit', 1000)} < {plan.setting.hits}",
            {
                "hit_id": f"'H' || {numbered('p')} || '-1'",
                "entry_id": f"'E' || {numbered('p')}",
                "term": f"'term ' || {chance.below('term', 60)}",
                "occurred_at": moment(plan, "opened_on", "hit"),
                "decided_by": f"'P' || (1000 + {chance.below('decider', 900)})",
            },
        )
    ]
