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
from overt.model import ACCESS, CORRECTION, DISCLOSURE, RECALL, REQUEST, REQUEST_STEP
from overt.refusals import Refusal
from overt.register import Register, Writer

PERMITTED = "permitted"
# What the same work says otherwise on another day, or after another step: moments, and numbers that count on.
_OF_THE_MOMENT: dict[str, set[str]] = {
    ACCESS.name: {ACCESS.access_id, ACCESS.occurred_at},
    CORRECTION.name: {CORRECTION.correction_id, CORRECTION.on_date, CORRECTION.told_on},
    DISCLOSURE.name: {DISCLOSURE.disclosure_id, DISCLOSURE.sent_at},
    RECALL.name: {RECALL.recall_id, RECALL.sent_on, RECALL.due_on},
    REQUEST.name: {REQUEST.answered_on, REQUEST.told_on},
    REQUEST_STEP.name: {REQUEST_STEP.step_id, REQUEST_STEP.done_on, REQUEST_STEP.erasure_id},
}


def earlier_hold(
    writer: Writer, bundle: Sequence[Proposed], reasons: Iterable[Reason], actor: str
) -> tuple[str, str | None] | None:
    """The hold of the same work by the same person, and who permitted it, if anybody has; none where there is none.

    What was permitted for other reasons to wait than there are now was not permitted.
    """
    if not any(record.of_rights for record in bundle):
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
    held = next((outcome for outcome in outcomes if isinstance(outcome, Held)), None)
    if held is None or any(isinstance(outcome, Refused) for outcome in outcomes):
        return
    causes = [reason for reason in held.reasons if reason.effect is Effect.HOLD]
    why = "; ".join(f"{cause.code} {cause.where}: {cause.says}" for cause in causes)
    deciders = ", ".join(register.settings.deciders) or "register.toml names none yet"
    wanted = f"that a decider of the register permits it: {deciders}"
    decide = f"overt admit decide REGISTER {held.hold_id} --admit --by DECIDER --reason WHY"
    remedy = f"{decide}; then give the same command again"
    raise Refusal("work-held", held.hold_id, why, wanted, remedy)


def use_permit(writer: Writer, hold_id: str) -> None:
    """What was permitted is done: it is kept no longer, and cannot be done a second time."""
    writer.store.run("update held set outcome = 'admitted', records = null where hold_id = ?", (hold_id,))


def _decider(writer: Writer, hold_id: str) -> str:
    query = "select decided_by from decision_version where decision_id = ? and closed_seq is null"
    return str(writer.store.rows(query, (hold_id,))[0][0])


def _causes(reasons: Iterable[Reason]) -> set[tuple[str, str, str]]:
    return {(reason.code, reason.where, reason.says) for reason in reasons if reason.effect is Effect.HOLD}


def _compared(records: Iterable[Mapping[str, Any]]) -> list[Any]:
    """What makes two pieces of work the same: every record but for what is of the moment."""
    compared = []
    for record in records:
        moment = _OF_THE_MOMENT.get(record["table"], set())
        values = {name: value for name, value in record["values"].items() if name not in moment and value is not None}
        compared.append([record["table"], record["action"], values])
    return list(json.loads(json.dumps(compared)))
