"""The queue of held records, and the named human who decides on each."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from overt.controls import Gate as Effect
from overt.gate._gate import Gate, approved, as_notes, check_staff, count, keep_tally, stage_all, write
from overt.gate._outcome import Admitted, Outcome, Permitted, Proposed, Reason, Refused, reason_from_json, refuse
from overt.gate._permits import PERMITTED
from overt.refusals import Refusal
from overt.register import Store, Writer, row_values

_AGAINST = Refused((refuse("decided-against", "", "a decider refused it"),))
_HUMANS = ("opened_by", "recorded_by", "sent_by", "done_by")


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
    hold_id, held_at, actor, reasons, kept = row
    records = json.loads(kept)
    entries = _different(each["values"].get("entry_id") for each in records)
    units = [each["values"].get("unit") for each in records if each["table"] == "entry"]
    for entry in entries:
        standing = "select unit from entry_version where entry_id = ? and closed_seq is null"
        units += [unit for (unit,) in store.rows(standing, (entry,))]
    return Waiting(
        hold_id,
        str(held_at),
        actor,
        dict(Counter(each["table"] for each in records)),
        tuple(map(reason_from_json, json.loads(reasons))),
        entries,
        _different(units),
    )


def _different(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for each in values if each is not None))


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
        if by == actor or any(by == each.values.get(name) for each in bundle for name in _HUMANS):
            found = "you recorded this record or are named in it, so you cannot decide it"
            remedy = "ask another decider. They are listed in register.toml"
            raise Refusal("decider-is-recorder", "--by", found, "", remedy)
        outcomes: list[Outcome] = [_AGAINST for _ in bundle]
        if judgement.admit:
            outcomes = _outcomes(gate, writer, hold_id, bundle, actor=actor, by=by)
        is_permit = isinstance(outcomes[0], Permitted)
        word = "admitted" if is_permit or isinstance(outcomes[0], Admitted) else "refused"
        decision = {"decision_id": hold_id, "decided_on": writer.moment[:10], "decided_by": by, "outcome": word}
        writer.append("decision", row_values("decision", {**decision, "reason": reason}), "collect", by)
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
    found = store.rows("select actor, records, outcome from held where hold_id = ?", (hold_id,))
    if not found or found[0][2] is not None:
        said = "there is no such held record" if not found else f"already {found[0][2]}"
        raise Refusal("hold-not-waiting", hold_id, said, "one of `overt admit waiting`")
    actor, records, _ = found[0]
    bundle = [
        Proposed(each["table"], each["values"], each["action"], hold_id, of_rights=each.get("of_rights", False))
        for each in json.loads(records)
    ]
    return bundle, actor


def _outcomes(
    gate: Gate, writer: Writer, hold_id: str, bundle: Sequence[Proposed], *, actor: str, by: str
) -> list[Outcome]:
    """The bundle decided again, as the register and the charter stand now; what was to hold it is noted.

    Work on a request is not done here, but permitted.
    """
    staged, reasons = stage_all(bundle)
    decision = gate.day(writer.moment).decide(staged, actor)
    reasons = tuple(dict.fromkeys([*reasons, *decision.reasons]))
    if any(each.effect is Effect.REFUSE for each in reasons):
        return [Refused(reasons) for _ in bundle]
    if any(each.of_rights for each in bundle):
        return [Permitted(hold_id, reasons) for _ in bundle]
    return list(write(writer, [approved(each, by) for each in staged], actor, as_notes(reasons), decision))
