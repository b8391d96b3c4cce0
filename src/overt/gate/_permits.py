"""Work on a request that the gate held, and that a decider has permitted.

Such work is more than records: notices are written and signed with it, and an erasure follows it. So a decision does
not admit what waits: it permits it, and whoever proposed it gives the same command again, which then does the whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from overt.controls import Effect
from overt.gate._outcome import Held, Outcome, Proposed, Reason, Refused, reason_from_json
from overt.gate._queue import as_kept
from overt.refusals import Refusal
from overt.register import Register, Writer

PERMITTED = "permitted"
# What the same work says otherwise on another day, or after another step: moments, and numbers that count on.
_OF_THE_MOMENT = {
    "access": {"access_id", "occurred_at"},
    "correction": {"correction_id", "on_date", "told_on"},
    "disclosure": {"disclosure_id", "sent_at"},
    "recall": {"recall_id", "sent_on", "due_on"},
    "request": {"answered_on", "told_on"},
    "request_step": {"step_id", "done_on", "erasure_id"},
}


def earlier_hold(
    writer: Writer, bundle: Sequence[Proposed], reasons: Iterable[Reason], actor: str
) -> tuple[str, str | None] | None:
    """The hold of the same work by the same person, and who permitted it, if anybody has; none where there is none.

    What was permitted for other reasons to wait than there are now was not permitted.
    """
    if not any(each.of_rights for each in bundle):
        return None
    wanted = _compared(as_kept(bundle))
    causes = _causes(reasons)
    rows = writer.store.rows(
        "select hold_id, reasons, records, outcome from held"
        " where actor = ? and records is not null and (outcome is null or outcome = ?) order by held_at, hold_id",
        (actor, PERMITTED),
    )
    for hold_id, known, records, outcome in rows:
        if _compared(json.loads(records)) == wanted and causes <= _causes(map(reason_from_json, json.loads(known))):
            return str(hold_id), _decider(writer, hold_id) if outcome == PERMITTED else None
    return None


def check_not_held(register: Register, outcomes: Sequence[Outcome]) -> None:
    """Refuses, with the way on, where work on a request waits for a decision and nothing of it was refused."""
    held = next((each for each in outcomes if isinstance(each, Held)), None)
    if held is None or any(isinstance(each, Refused) for each in outcomes):
        return
    why = "; ".join(f"{each.code} {each.where}: {each.says}" for each in held.reasons if each.effect is Effect.HOLD)
    deciders = ", ".join(register.settings.deciders) or "register.toml names none yet"
    wanted = f"that a decider of the register permits it: {deciders}"
    decide = f"overt admit decide REGISTER {held.hold_id} --admit --by DECIDER --reason WHY"
    remedy = f"{decide}; then give the same command again"
    raise Refusal("work-held", held.hold_id, why, wanted, remedy)


def use_permit(writer: Writer, hold_id: str) -> None:
    """What was permitted is done: it is kept no longer, and cannot be done a second time."""
    writer.store.run("update held set outcome = 'admitted', records = null where hold_id = ?", (hold_id,))


def _decider(writer: Writer, hold_id: str) -> str:
    asked = "select decided_by from decision_version where decision_id = ? and closed_seq is null"
    return str(writer.store.rows(asked, (hold_id,))[0][0])


def _causes(reasons: Iterable[Reason]) -> set[tuple[str, str, str]]:
    return {(each.code, each.where, each.says) for each in reasons if each.effect is Effect.HOLD}


def _compared(records: Iterable[Mapping[str, Any]]) -> list[Any]:
    """What makes two pieces of work the same: every record but for what is of the moment."""
    compared = []
    for each in records:
        moment = _OF_THE_MOMENT.get(each["table"], set())
        values = {name: value for name, value in each["values"].items() if name not in moment and value is not None}
        compared.append([each["table"], each["action"], values])
    return list(json.loads(json.dumps(compared)))
