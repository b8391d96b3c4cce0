"""The one door: takes proposed records and who proposes them; admits, holds or refuses each, with all reasons."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from overt.charter import in_force
from overt.controls import Effect, Pack
from overt.gate._again import LONGEST_KEY, earlier_outcome, remember, reused
from overt.gate._decision import BundleDecision, Day
from overt.gate._names import is_staff_reference
from overt.gate._outcome import Held, Outcome, Proposed, Reason, Refused, Staged, refuse
from overt.gate._packs import packs_of
from overt.gate._permits import earlier_hold, use_permit
from overt.gate._queue import keep_held
from overt.gate._shape import stage
from overt.gate._write import approved, as_notes, count, keep_tally, may_be_removed, write, write_together
from overt.gate.asking import Built
from overt.model import SUBJECT
from overt.refusals import Refusal
from overt.register import KEPT_TABLES, Register, Writer, kept_columns, key_unnamed, pseudonym_key_of

# What is decided together is compared each with each.
MOST_IN_BUNDLE = 500
OF_SUBJECT = tuple(name for name in KEPT_TABLES if SUBJECT.subject_id in kept_columns(name))
"""The tables that name people by their pseudonyms."""


@dataclass(frozen=True)
class Bundle:
    """Records that are decided together, with their places among all; their rows as far as these could be read."""

    places: Sequence[int]
    records: Sequence[Proposed]
    rows: Sequence[Staged]
    faults: tuple[Reason, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every record could be read without a fault, and none is to be looked for under a key of its own."""
        keyed = any(record.idempotency_key is not None for record in self.records)
        return not keyed and not self.faults and len(self.rows) == len(self.records)


class Gate:
    """The gate of one register: its charter, and the packs that the charter names."""

    def __init__(self, register: Register, packs: Sequence[Pack] | None = None) -> None:
        self.register = register
        self.charters = register.charters()
        self._packs = tuple(packs) if packs is not None else None
        self._days: dict[dt.date, Day] = {}
        self._built = _built_for(register.store.dialect) if packs is None else None
        self._names_key = False

    def admit(self, records: Iterable[Proposed], actor: str, now: dt.datetime) -> list[Outcome]:
        """What became of each record, in their order. All are decided and written in one transaction.

        A record without a bundle is decided alone, and each sees what was admitted before it. Refuses an actor
        that is no staff reference, and a clock that has gone back by more than a minute.
        """
        check_staff("the actor", actor)
        proposed = list(records)
        outcomes: dict[int, Outcome] = {}
        with self.register.writing(now) as writer:
            bundles = [self._staged(places, [proposed[place] for place in places]) for places in _bundles(proposed)]
            for bundle, decided in self._decided(self.day(writer.moment), writer, bundles, actor):
                outcomes.update(zip(bundle.places, decided, strict=True))
            tally: Counter[tuple[str, str]] = Counter()
            for place in range(len(proposed)):
                count(tally, outcomes[place])
            keep_tally(writer, tally)
        return [outcomes[place] for place in range(len(proposed))]

    def weigh(self, records: Iterable[Proposed], actor: str, now: dt.datetime) -> tuple[Reason, ...]:
        """What would speak against these records if they were proposed together now. Nothing is written or counted."""
        check_staff("the actor", actor)
        moment = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
        bundle = self._staged((), list(records))
        return _decide(self.day(moment.isoformat(sep=" ")), bundle, actor).reasons

    def day(self, moment: str) -> Day:
        """The gate on the day of a moment."""
        day = dt.date.fromisoformat(moment[:10])
        if day not in self._days:
            charter = in_force(self.charters, day)
            packs = self._packs if self._packs is not None else packs_of(charter)
            controls = [control for pack in packs for control in pack.controls]
            thresholds = {name: threshold.value for pack in packs for name, threshold in pack.thresholds.items()}
            self._days = {day: Day(self.register.store, controls, thresholds, charter, day, built=self._built)}
        return self._days[day]

    def names_key(self) -> bool:
        """Whether the register names the key of its pseudonyms, as it must before it holds anybody."""
        self._names_key = self._names_key or pseudonym_key_of(self.register) is not None
        return self._names_key

    def _staged(self, places: Sequence[int], records: Sequence[Proposed]) -> Bundle:
        rows, faults = stage_all(records)
        return Bundle(places, records, rows, tuple(dict.fromkeys([*self._without_key(records), *faults])))

    def _without_key(self, records: Sequence[Proposed]) -> list[Reason]:
        """That people are proposed to a register which does not name the key of their pseudonyms."""
        tables = () if self._names_key else sorted({record.table for record in records if record.table in OF_SUBJECT})
        if not tables or self.names_key():
            return []
        refusal = key_unnamed(self.register)
        return [refuse(refusal.code, table, "the register does not name its key", refusal.remedy) for table in tables]

    def _decided(
        self, day: Day, writer: Writer, bundles: Sequence[Bundle], actor: str
    ) -> Iterator[tuple[Bundle, list[Outcome]]]:
        """The bundles with what became of them. Those that stand apart are decided at once, and written in runs."""
        decisions = day.decide_apart(
            {
                number: bundle.rows
                for number, bundle in enumerate(bundles)
                if bundle.is_whole and not any(may_be_removed(bundle.rows))
            },
            actor,
        )
        admitted = {number for number, decision in decisions.items() if decision.effect is Effect.NOTE}
        for is_run, numbers in groupby(range(len(bundles)), admitted.__contains__):
            if is_run:
                run = list(numbers)
                written = write_together(writer, [(bundles[number].rows, decisions[number]) for number in run], actor)
                yield from zip([bundles[number] for number in run], written, strict=True)
                continue
            for number in numbers:
                yield bundles[number], self._outcomes(day, writer, bundles[number], actor)

    def _outcomes(self, day: Day, writer: Writer, bundle: Bundle, actor: str) -> list[Outcome]:
        """What became of one bundle, decided and written by itself; or before, under the same key."""
        earlier = [earlier_outcome(writer, record) for record in bundle.records]
        if any(earlier):
            return [
                outcome or Refused((reused(record.table),))
                for outcome, record in zip(earlier, bundle.records, strict=True)
            ]
        decision = _decide(day, bundle, actor)
        outcomes: list[Outcome]
        match decision.effect:
            case Effect.REFUSE:
                outcomes = [Refused(decision.reasons) for _ in bundle.records]
            case Effect.HOLD:
                outcomes = self._held(writer, bundle, decision, actor)
            case _:
                outcomes = list(write(writer, bundle.rows, actor, decision))
        for record, outcome in zip(bundle.records, outcomes, strict=True):
            if record.idempotency_key is not None:
                remember(writer, self.register, record, outcome)
        return outcomes

    def _held(self, writer: Writer, bundle: Bundle, decision: BundleDecision, actor: str) -> list[Outcome]:
        """The bundle held; or admitted, where it is work on a request that a decider has permitted."""
        hold_id, decider = earlier_hold(writer, bundle.records, decision.reasons, actor) or (None, None)
        if hold_id is not None and decider is not None:
            use_permit(writer, hold_id)
            rows = [approved(row, decider) for row in bundle.rows]
            return list(write(writer, rows, actor, as_notes(decision)))
        hold_id = hold_id or keep_held(writer, self.register, bundle.records, decision.reasons, actor)
        return [Held(hold_id, decision.reasons) for _ in bundle.records]


def _decide(day: Day, bundle: Bundle, actor: str) -> BundleDecision:
    """All that speaks against a bundle. What could not be read whole is refused, and for the reasons that say why."""
    decision = day.decide(bundle.rows, actor) if bundle.rows else BundleDecision(())
    return BundleDecision(tuple(dict.fromkeys([*bundle.faults, *decision.reasons])), decision.standing)


def stage_all(bundle: Sequence[Proposed]) -> tuple[list[Staged], tuple[Reason, ...]]:
    """The records in the register's form, as far as they can be read, and what is wrong with their shape."""
    staged, reasons = [], []
    if len(bundle) > MOST_IN_BUNDLE:
        says = f"more than {MOST_IN_BUNDLE} records in one bundle"
        return [], (refuse("bundle-too-large", bundle[0].table, says, "an entry with its items, or a bulk admission"),)
    for record in bundle:
        row, faults = stage(record)
        reasons += faults
        if row is not None:
            staged.append(row)
        if record.idempotency_key is not None and not 0 < len(record.idempotency_key) <= LONGEST_KEY:
            reasons.append(
                refuse("idempotency-key", record.table, f"a key of 1 to {LONGEST_KEY} characters was wanted")
            )
    return staged, tuple(reasons)


def check_staff(where: str, reference: str) -> None:
    """Refuses who is named otherwise than by a staff reference."""
    if not is_staff_reference(reference):
        wanted = "at least one digit and no spaces, for example P1042"
        remedy = "use a staff reference. Names are not recorded"
        raise Refusal("staff-reference", where, "this is not a staff reference", wanted, remedy)


def _bundles(proposed: Sequence[Proposed]) -> list[list[int]]:
    """Which records are decided together, in the order of the first of each."""
    groups: dict[object, list[int]] = {}
    for place, record in enumerate(proposed):
        groups.setdefault(record.bundle if record.bundle is not None else place, []).append(place)
    return list(groups.values())


@cache
def _built_for(dialect: str) -> Built:
    """The statements built for charters and the packs that they name by digest, whichever gate built them."""
    return Built()
