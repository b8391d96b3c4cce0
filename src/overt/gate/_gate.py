"""The one door: takes proposed records and who proposes them; admits, holds or refuses each, with all reasons."""

from __future__ import annotations

import datetime as dt
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from overt.charter import Charter, PackFacts, check_against_packs, in_force
from overt.controls import Gate as Effect
from overt.controls import Pack, find_pack, own_name, read_pack, shipped_packs
from overt.gate._decision import Built, Day, Decision, key_text
from overt.gate._foreign import check_for_gate, check_once
from overt.gate._names import is_staff_reference
from overt.gate._outcome import (
    Admitted,
    Held,
    Outcome,
    Proposed,
    Reason,
    Refused,
    Staged,
    outcome_as_json,
    outcome_from_json,
    refuse,
)
from overt.gate._permits import as_kept, earlier_hold, use_permit
from overt.gate._shape import stage
from overt.refusals import Refusal
from overt.register import (
    KEPT_TABLES,
    Register,
    Store,
    Writer,
    kept_columns,
    key_unnamed,
    pseudonym_key_of,
    raise_recalls,
    recall_told,
    removed_entries,
)

_LONGEST_KEY = 200
# What is decided together is compared each with each.
MOST_IN_BUNDLE = 500
OF_SUBJECT = tuple(name for name in KEPT_TABLES if "subject_id" in kept_columns(name))
"""The tables that name people by their pseudonyms."""


class Gate:
    """The gate of one register: its charter, and the packs that the charter names."""

    def __init__(self, register: Register, packs: Sequence[Pack] | None = None) -> None:
        self.register = register
        self.charters = register.charters()
        self._packs = tuple(packs) if packs is not None else None
        self._days: dict[dt.date, Day] = {}
        self._built = _built_for(register.store.dialect) if packs is None else {}
        self._names_key = False

    def admit(self, records: Iterable[Proposed], actor: str, now: dt.datetime) -> list[Outcome]:
        """What became of each record, in their order. All are decided and written in one transaction.

        A record without a bundle is decided alone, and each sees what was admitted before it. Refuses an actor
        that is no staff reference, and a clock that has gone back by more than a minute.
        """
        check_staff("the actor", actor)
        proposed = list(records)
        outcomes: list[Outcome | None] = [None] * len(proposed)
        with self.register.writing(now) as writer:
            day = self.day(writer.moment)
            tally: Counter[tuple[str, str]] = Counter()
            for places in _bundles(proposed):
                decided = self._decide(day, writer, [proposed[place] for place in places], actor)
                for place, outcome in zip(places, decided, strict=True):
                    outcomes[place] = outcome
                    count(tally, outcome)
            keep_tally(writer, tally)
        return [outcome for outcome in outcomes if outcome is not None]

    def weigh(self, records: Iterable[Proposed], actor: str, now: dt.datetime) -> tuple[Reason, ...]:
        """What would speak against these records if they were proposed together now. Nothing is written or counted."""
        check_staff("the actor", actor)
        moment = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
        proposed = list(records)
        staged, reasons = stage_all(proposed)
        decision = self.day(moment.isoformat(sep=" ")).decide(staged, actor) if staged else Decision((), {})
        return tuple(dict.fromkeys([*self._without_key(proposed), *reasons, *decision.reasons]))

    def day(self, moment: str) -> Day:
        """The gate on the day of a moment."""
        day = dt.date.fromisoformat(moment[:10])
        if day not in self._days:
            charter = in_force(self.charters, day)
            packs = self._packs if self._packs is not None else _packs_of(charter)
            controls = [control for pack in packs for control in pack.controls]
            thresholds = {name: each.value for pack in packs for name, each in pack.thresholds.items()}
            self._days = {day: Day(self.register.store, controls, thresholds, charter, day, built=self._built)}
        return self._days[day]

    def names_key(self) -> bool:
        """Whether the register names the key of its pseudonyms, as it must before it holds anybody."""
        self._names_key = self._names_key or pseudonym_key_of(self.register) is not None
        return self._names_key

    def _without_key(self, bundle: Sequence[Proposed]) -> list[Reason]:
        """That people are proposed to a register which does not name the key of their pseudonyms."""
        tables = sorted({each.table for each in bundle if each.table in OF_SUBJECT})
        if not tables or self.names_key():
            return []
        refusal = key_unnamed(self.register)
        return [refuse(refusal.code, table, "the register does not name its key", refusal.remedy) for table in tables]

    def _decide(self, day: Day, writer: Writer, bundle: Sequence[Proposed], actor: str) -> list[Outcome]:
        earlier = [_earlier(writer, each) for each in bundle]
        if any(earlier):
            again = [refuse("idempotency-key-reused", each.table, _REUSED) for each in bundle]
            return [outcome or Refused((reason,)) for outcome, reason in zip(earlier, again, strict=True)]
        staged, reasons = stage_all(bundle)
        decision = day.decide(staged, actor) if staged else Decision((), {})
        reasons = tuple(dict.fromkeys([*self._without_key(bundle), *reasons, *decision.reasons]))
        outcomes: list[Outcome]
        if len(staged) < len(bundle) or any(reason.effect is Effect.REFUSE for reason in reasons):
            outcomes = [Refused(reasons) for _ in bundle]
        elif any(reason.effect is Effect.HOLD for reason in reasons):
            outcomes = self._held(writer, bundle, Weighed(staged, decision, reasons), actor)
        else:
            outcomes = list(write(writer, staged, actor, reasons, decision))
        for each, outcome in zip(bundle, outcomes, strict=True):
            if each.idempotency_key is not None:
                _remember(writer, self.register, each, outcome)
        return outcomes

    def _held(self, writer: Writer, bundle: Sequence[Proposed], weighed: Weighed, actor: str) -> list[Outcome]:
        """The bundle held; or admitted, where it is work on a request that a decider has permitted."""
        reasons = weighed.reasons
        known = earlier_hold(writer, bundle, reasons, actor)
        hold_id, decider = known or (None, None)
        if hold_id is not None and decider is not None:
            use_permit(writer, hold_id)
            staged = [approved(each, decider) for each in weighed.staged]
            return list(write(writer, staged, actor, as_notes(reasons), weighed.decision))
        held = Held(hold_id or keep_held(writer, self.register, bundle, reasons, actor), reasons)
        return [held for _ in bundle]


@dataclass(frozen=True)
class Weighed:
    """A bundle in the register's form, what was decided of it, and all that speaks against it."""

    staged: Sequence[Staged]
    decision: Decision
    reasons: tuple[Reason, ...]


_REUSED = "the key was used for another record"


def stage_all(bundle: Sequence[Proposed]) -> tuple[list[Staged], tuple[Reason, ...]]:
    """The records in the register's form, as far as they can be read, and what is wrong with their shape."""
    staged, reasons = [], []
    if len(bundle) > MOST_IN_BUNDLE:
        says = f"more than {MOST_IN_BUNDLE} records in one bundle"
        return [], (refuse("bundle-too-large", bundle[0].table, says, "an entry with its items, or a bulk admission"),)
    for each in bundle:
        one, found = stage(each)
        reasons += found
        if one is not None:
            staged.append(one)
        if each.idempotency_key is not None and not 0 < len(each.idempotency_key) <= _LONGEST_KEY:
            reasons.append(refuse("idempotency-key", each.table, f"a key of 1 to {_LONGEST_KEY} characters was wanted"))
    return staged, tuple(reasons)


def write(
    writer: Writer, staged: Sequence[Staged], actor: str, reasons: tuple[Reason, ...], decision: Decision
) -> Iterator[Admitted]:
    """Writes the rows of an admitted bundle with their notes, and the recalls that a removal raises."""
    for each in staged:
        closes = decision.standing.get((each.table, key_text(each.table, each.values)))
        seq = writer.append(each.table, each.values, each.proposed.change, actor, closes)
        for code, says in {reason.code: reason.says for reason in reasons}.items():
            writer.store.run("insert into noted (seq, code, what) values (?, ?, ?)", (seq, code, says))
        yield Admitted(seq, writer.moment, reasons)
    told = [each.values for each in staged if each.table == "recall" and each.values["sent_on"] is not None]
    for values in told:
        recall_told(writer.store, values["recall_id"])
    raise_recalls(writer, removed_entries(writer.store, _may_be_removed(staged)), actor)


def as_notes(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """What was to hold a bundle that a named human lets in, as it is noted."""
    return tuple(replace(each, effect=Effect.NOTE) for each in reasons)


def approved(staged: Staged, by: str) -> Staged:
    """Who decides to admit an entry that nobody had approved approves it."""
    if staged.table != "entry" or staged.values["approved_by"] is not None:
        return staged
    return replace(staged, values={**staged.values, "approved_by": by})


def _may_be_removed(staged: Sequence[Staged]) -> Iterator[str]:
    """Entries of which these rows may say that they are removed, or to whom a removed one had been sent."""
    for each in staged:
        values = each.values
        is_removal = each.table == "entry" and (values["status"] == "closed" or values["closed_on"] is not None)
        is_removal = is_removal or (each.table == "review" and values["outcome"] == "remove")
        if is_removal or each.table == "disclosure":
            yield values["entry_id"]


def waiting_records(store: Store, actor: str, records: str | None = None) -> dict[str, str]:
    """What somebody proposed that waits for a decision, as the queue has it, with the number of its hold; all of it, or
    what is the same as `records`.
    """
    asked, given = "select records, hold_id from held where outcome is null and actor = ?", (actor,)
    rows = store.rows(asked, given) if records is None else store.rows(f"{asked} and records = ?", (*given, records))
    return {str(found): str(hold_id) for found, hold_id in rows}


def keep_held(
    writer: Writer,
    register: Register,
    bundle: Sequence[Proposed],
    reasons: tuple[Reason, ...],
    actor: str,
    *,
    queue: Mapping[str, str] | None = None,
) -> str:
    """Puts a bundle into the queue for a human, unless the same from the same person waits there; the number of the
    hold. `queue` is what `waiting_records` gave, for whoever puts in many.
    """
    said, records = json.dumps([reason.as_json() for reason in reasons]), json.dumps(as_kept(bundle))
    if queue is None:
        queue = waiting_records(writer.store, actor, records)
    if records in queue:
        return queue[records]
    hold_id = f"H{register.entropy(8).hex()}"
    row = (hold_id, writer.moment, actor, said, records)
    writer.store.run("insert into held (hold_id, held_at, actor, reasons, records) values (?, ?, ?, ?, ?)", row)
    if not writer.store.rows("select 1 from held where hold_id = ?", (hold_id,)):
        found, wanted = "the held record is not there", "a database that stores what it is given"
        raise Refusal("write-not-kept", "the database, held", found, wanted, "check the database for triggers")
    return hold_id


def check_staff(where: str, reference: str) -> None:
    """Refuses who is named otherwise than by a staff reference."""
    if not is_staff_reference(reference):
        wanted = "at least one digit and no spaces, for example P1042"
        remedy = "use a staff reference. Names are not recorded"
        raise Refusal("staff-reference", where, "this is not a staff reference", wanted, remedy)


def _bundles(proposed: Sequence[Proposed]) -> list[list[int]]:
    """Which records are decided together, in the order of the first of each."""
    groups: dict[object, list[int]] = {}
    for place, each in enumerate(proposed):
        groups.setdefault(each.bundle if each.bundle is not None else place, []).append(place)
    return list(groups.values())


@cache
def _built_for(dialect: str) -> Built:
    """The statements built for charters and the packs that they name by digest, whichever gate built them."""
    return {}


@cache
def _shipped(folder: Path) -> Pack:
    """A pack of Overt's own, which does not change while it runs: reading one takes longer than many decisions."""
    return read_pack(folder)


def _packs_of(charter: Charter | None) -> tuple[Pack, ...]:
    """The packs that a charter names, exactly as it names them."""
    if charter is None:
        return ()
    shipped = shipped_packs()
    folders = {name: shipped.get(own_name(name)) for name in charter.packs}
    packs = {name: _shipped(folder) if folder else read_pack(find_pack(name)) for name, folder in folders.items()}
    facts = {
        name: PackFacts(pack.version, pack.digest, {each.name: each.value for each in pack.thresholds.values()})
        for name, pack in packs.items()
    }
    check_against_packs(charter, facts)
    check_for_gate(packs.values())
    check_once(packs.values())
    return tuple(packs.values())


def _earlier(writer: Writer, proposed: Proposed) -> Outcome | None:
    """What became of the same record under the same key; refused when it is another record."""
    if proposed.idempotency_key is None:
        return None
    found = writer.store.rows(
        "select salt, digest, outcome from idempotency where key = ?", (proposed.idempotency_key,)
    )
    if not found:
        return None
    salt, digest, outcome = found[0]
    if not hmac.compare_digest(_digest(bytes(salt), proposed), bytes(digest)):
        return Refused((refuse("idempotency-key-reused", proposed.table, _REUSED, "a key of its own"),))
    return outcome_from_json(json.loads(outcome))


def _remember(writer: Writer, register: Register, proposed: Proposed, outcome: Outcome) -> None:
    salt = register.entropy(16)
    seq = outcome.seq if isinstance(outcome, Admitted) else None
    row = (proposed.idempotency_key, salt, _digest(salt, proposed), json.dumps(outcome_as_json(outcome)), seq)
    writer.store.run("insert into idempotency (key, salt, digest, outcome, seq) values (?, ?, ?, ?, ?)", row)


def _digest(salt: bytes, proposed: Proposed) -> bytes:
    said: list[Any] = [proposed.table, proposed.change, dict(proposed.values)]
    return sha256(salt + json.dumps(said, sort_keys=True).encode()).digest()


def count(tally: Counter[tuple[str, str]], outcome: Outcome) -> None:
    """Counts a decision by its outcome, and by outcome and code; one given again is not counted.

    A record that is refused may have notes too, and what would have held it: these are no reasons to refuse.
    """
    if outcome.repeated:
        return
    tally[outcome.word, ""] += 1
    refused = isinstance(outcome, Refused)
    for code in {each.code for each in outcome.reasons if not refused or each.effect is Effect.REFUSE}:
        tally[outcome.word, code] += 1


def keep_tally(writer: Writer, tally: Counter[tuple[str, str]]) -> None:
    """Adds the counts to those of the day. Nothing of what a record said is kept of a refusal."""
    day = writer.moment[:10]
    rows = [(day, outcome, code, count) for (outcome, code), count in tally.items()]
    writer.store.run_many(
        "insert into tally (on_date, outcome, code, count) values (?, ?, ?, ?)"
        " on conflict (on_date, outcome, code) do update set count = tally.count + excluded.count",
        rows,
    )
