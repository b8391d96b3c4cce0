"""The queue of held records, and the named human who decides on each."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from overt.controls import Effect
from overt.gate._gate import Gate, check_staff, stage_all
from overt.gate._outcome import Admitted, Outcome, Permitted, Proposed, Reason, Refused, reason_from_json, refuse
from overt.gate._permits import PERMITTED
from overt.gate._write import approved, as_notes, count, keep_tally, write
from overt.model import DECISION, DISCLOSURE, ENTRY, ITEM, REVIEW
from overt.refusals import Refusal
from overt.register import Cell, Store, Writer, row_values

_AGAINST = Refused((refuse("decided-against", "", "a decider refused it"),))
_HUMANS = (ENTRY.opened_by, ITEM.recorded_by, DISCLOSURE.sent_by, REVIEW.done_by)


@dataclass(frozen=True)
class Waiting:
    """A bundle that waits: its number, since when, how many records for which tables, of which entries, and why.

    Entries are named by their numbers and units; there is no other content.
    """

    hold_id: str
    held_at: str
    actor: str
    tables: dict[str, int]
    reasons: tuple[Reason, ...]
    entries: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What a decider decided: who, whether to admit, and why."""

    by: str
    admit: bool
    reason: str


def waiting(gate: Gate) -> list[Waiting]:
    """The holds that nobody has decided, oldest first."""
    rows = gate.register.store.rows(
        "select hold_id, held_at, actor, reasons, records from held where outcome is null order by held_at, hold_id"
    )
    return [_waiting(gate.register.store, row) for row in rows]


def _waiting(store: Store, row: Sequence[Any]) -> Waiting:
    hold_id, held_at, actor, reasons, kept_records = row
    records = json.loads(kept_records)
    entries = _different(record["values"].get(ENTRY.entry_id) for record in records)
    units = [record["values"].get(ENTRY.unit) for record in records if record["table"] == ENTRY.name]
    for entry in entries:
        standing = "select unit from entry_version where entry_id = ? and closed_seq is null"
        units += [unit for (unit,) in store.rows(standing, (entry,))]
    return Waiting(
        hold_id,
        str(held_at),
        actor,
        dict(Counter(record["table"] for record in records)),
        tuple(map(reason_from_json, json.loads(reasons))),
        entries,
        _different(units),
    )


def _different(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values if value is not None))


def held_records(gate: Gate, hold_id: str) -> tuple[list[Proposed], str]:
    """What waits under a hold, and who proposed it: for a decider, who must see what they decide on.

    Refuses a hold that does not wait. The look is no record by itself: whoever shows it has one admitted.
    """
    return _held(gate.register.store, hold_id)


def decide(gate: Gate, hold_id: str, judgement: Judgement, now: dt.datetime) -> list[Outcome]:
    """A named human's decision on a hold. It is a record itself, and what was held is kept no longer.

    Work on a request is permitted, and kept until it is done: whoever proposed it gives the same command again.

    Refuses who is not a decider of the register, who recorded what is held, and a decision without a reason.
    What a control or the charter refuses outright by now stays refused, whoever decides.
    """
    by, reason = judgement.by, judgement.reason
    check_staff("--by", by)
    if not reason.strip():
        raise Refusal("decision-without-reason", "--reason", "no reason was given", "the reason, in words")
    if by not in gate.register.settings.deciders:
        wanted = ", ".join(gate.register.settings.deciders) or "a decider; the register has none"
        remedy = f"to add a decider, run `overt register deciders {gate.register.folder} --add {by}`"
        raise Refusal("decider-without-power", "--by", "this is not one of the register's deciders", wanted, remedy)
    with gate.register.writing(now) as writer:
        bundle, actor = _held(writer.store, hold_id)
        if by == actor or any(by == record.values.get(name) for record in bundle for name in _HUMANS):
            problem = "you recorded this record or are named in it, so you cannot decide it"
            remedy = "ask another decider. They are listed in register.toml"
            raise Refusal("decider-is-recorder", "--by", problem, "", remedy)
        outcomes: list[Outcome] = [_AGAINST for _ in bundle]
        if judgement.admit:
            outcomes = _outcomes(gate, writer, hold_id, bundle, actor=actor, by=by)
        is_permit = isinstance(outcomes[0], Permitted)
        word = "admitted" if is_permit or isinstance(outcomes[0], Admitted) else "refused"
        decision: dict[str, Cell] = {
            DECISION.decision_id: hold_id,
            DECISION.decided_on: writer.moment[:10],
            DECISION.decided_by: by,
            DECISION.outcome: word,
            DECISION.reason: reason,
        }
        writer.append(DECISION.name, row_values(DECISION.name, decision), "collect", by)
        if is_permit:
            writer.store.run("update held set outcome = ? where hold_id = ?", (PERMITTED, hold_id))
            return outcomes
        writer.store.run("update held set outcome = ?, records = null where hold_id = ?", (word, hold_id))
        tally: Counter[tuple[str, str]] = Counter()
        for outcome in outcomes:
            count(tally, outcome)
        keep_tally(writer, tally)
    return outcomes


def _held(store: Store, hold_id: str) -> tuple[list[Proposed], str]:
    rows = store.rows("select actor, records, outcome from held where hold_id = ?", (hold_id,))
    if not rows or rows[0][2] is not None:
        state = "there is no such held record" if not rows else f"already {rows[0][2]}"
        raise Refusal("hold-not-waiting", hold_id, state, "one of `overt admit waiting`")
    actor, records, _ = rows[0]
    bundle = [
        Proposed(record["table"], record["values"], record["action"], hold_id, of_rights=record.get("of_rights", False))
        for record in json.loads(records)
    ]
    return bundle, actor


def _outcomes(
    gate: Gate, writer: Writer, hold_id: str, bundle: Sequence[Proposed], *, actor: str, by: str
) -> list[Outcome]:
    """The bundle decided again, as the register and the charter stand now; what was to hold it is noted.

    Work on a request is not done here, but permitted.
    """
    staged, faults = stage_all(bundle)
    decision = gate.day(writer.moment).decide(staged, actor)
    decision = replace(decision, reasons=tuple(dict.fromkeys([*faults, *decision.reasons])))
    if decision.effect is Effect.REFUSE:
        return [Refused(decision.reasons) for _ in bundle]
    if any(record.of_rights for record in bundle):
        return [Permitted(hold_id, decision.reasons) for _ in bundle]
    return list(write(writer, [approved(row, by) for row in staged], actor, as_notes(decision)))
