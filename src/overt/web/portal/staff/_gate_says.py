"""What the gate said, as a page shows it: each reason at the field it is about, with its law and what to do."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from overt.controls import Effect
from overt.gate import Admitted, Held, Outcome, Proposed, Reason
from overt.model import ACCESS
from overt.register import moment_text
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField
from overt.web.portal._action import Ask

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def number(letter: str) -> str:
    """A new number of a record: a letter and signs, with a digit, that no other has."""
    return f"{letter}{secrets.randbelow(8) + 2}{''.join(secrets.choice(_LETTERS) for _ in range(9))}"


def faults(reasons: Iterable[Reason], fields: Iterable[FormField], otherwise: str) -> tuple[FormFault, ...]:
    """The reasons at the fields that fill the columns they are about; others are at `otherwise`."""
    names = {field.path: field.name for field in fields if field.path}
    return tuple(
        FormFault(names.get(reason.where, otherwise), reason.says, reason.remedy, reason.law, reason.code)
        for reason in reasons
        if reason.effect is not Effect.NOTE
    )


def logged(ask: Ask, action: str, entry_id: str | None, reason: str) -> tuple[str, dict[str, object]]:
    """The line of the register's own log (DPA 2018, s.62)."""
    return "access", {
        ACCESS.access_id: number("L"),
        ACCESS.occurred_at: moment_text(ask.now),
        ACCESS.actor: ask.who.staff,
        ACCESS.action: action,
        ACCESS.entry_id: entry_id,
        ACCESS.reason: reason,
    }


def propose(
    ask: Ask, rows: Sequence[tuple[str, Mapping[str, object]]], altered: frozenset[str] = frozenset()
) -> Outcome:
    """Proposes rows that stand or fall together; `altered` are the tables whose rows are new versions."""
    records = [
        Proposed(table, values, "alter" if table in altered else "collect", bundle="together") for table, values in rows
    ]
    return ask.desk.admit(records, ask.who.staff)[0]


def page_after(outcome: Outcome, done: str, form: Page, entry_id: str = "") -> Page | Sent:
    """Where to go: on, if it was admitted or is held; else the form again. The next page is about `entry_id`."""
    if isinstance(outcome, Admitted):
        query = {"what": done, **({"entry": entry_id} if entry_id else {})}
        return Sent(f"/staff/done?{urlencode(query)}", {"outcome": outcome.word, "seq": outcome.seq})
    if isinstance(outcome, Held):
        return Sent(f"/staff/done?what={done}&hold={outcome.hold_id}", {"outcome": "held", "hold": outcome.hold_id})
    return form
