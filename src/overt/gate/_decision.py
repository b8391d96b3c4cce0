"""Weighs what the controls, the register and the charter say of a bundle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from overt.charter import Charter
from overt.controls import Control, Effect, Settings, Value
from overt.gate._outcome import Reason, Staged, refuse
from overt.gate._rules import CharterRules
from overt.gate.asking import (
    Answer,
    Asking,
    Built,
    Bundles,
    ControlAnswer,
    KeyTwice,
    KeyUnknown,
    KeyUsed,
    MissingReference,
    Questions,
    Sending,
    SingleAsking,
    Workbench,
    subject_of,
)
from overt.register import Store, identity

Column = tuple[str, str]
"""A table and one of its columns."""


@dataclass(frozen=True)
class BundleDecision:
    """What speaks against a bundle, and for each of its rows the leaf that opened the version it replaces."""

    reasons: tuple[Reason, ...]
    standing: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def effect(self) -> Effect:
        """Whether it is refused, held for a human, or admitted with what there is to note."""
        effects = {reason.effect for reason in self.reasons}
        return next((effect for effect in (Effect.REFUSE, Effect.HOLD) if effect in effects), Effect.NOTE)


class Day:
    """The gate on one day: the controls, and the charter in force with its rules and thresholds."""

    def __init__(
        self,
        store: Store,
        controls: Sequence[Control],
        thresholds: Mapping[str, Value],
        charter: Charter | None,
        day: dt.date,
        *,
        built: Built | None = None,
    ) -> None:
        own = {name: threshold.value for name, threshold in charter.thresholds.items()} if charter else {}
        self.day = day
        self.charter = charter
        self.rules = CharterRules(charter, day)
        self.controls = [control for control in controls if control.gate is not Effect.NONE]
        self.settings = Settings(day, {**thresholds, **own})
        questions = Questions(store, self.controls, self.settings, charter.digest if charter else "", built or Built())
        self.asking: Asking[Sequence[Staged]] = SingleAsking(questions)
        self._workbench = Workbench(questions)
        self._reasons: dict[tuple[object, ...], Reason] = {}

    def decide(self, bundle: Sequence[Staged], actor: str) -> BundleDecision:
        """Everything that speaks against admitting these rows together.

        A breach that the register held before is noted: who fixes one fault is not refused for another. Where a
        control that would refuse cannot tell, a human decides.
        """
        answers = self.asking.ask(bundle)
        return BundleDecision(self._weigh(bundle, answers.of_one, actor), answers.standing)

    def decide_apart(self, bundles: Bundles, actor: str) -> dict[int, BundleDecision]:
        """The same of those bundles that stand apart, decided at once: what becomes of one is nothing to another."""
        apart = self._workbench.apart(bundles)
        if not apart:
            return {}
        answers = self._workbench.ask(apart)
        return {
            number: BundleDecision(self._weigh(bundle, answers.of_unit(str(number)), actor))
            for number, bundle in apart.items()
        }

    def _weigh(self, bundle: Sequence[Staged], answers: Iterable[Answer], actor: str) -> tuple[Reason, ...]:
        """What the rules of the charter and the answers speak against."""
        reasons = [reason for row in bundle for reason in self.rules.reasons(row.table, row.values, actor)]
        unreadable = {(row.table, name) for row in bundle for name in row.faulty}
        return tuple(dict.fromkeys([*reasons, *self.reasons(answers, unreadable)]))

    def reasons(self, answers: Iterable[Answer], unreadable: Collection[Column] = ()) -> Iterator[Reason]:
        """What answers speak against; a control says nothing that would look at a column which could not be read."""
        for answer in answers:
            match answer:
                case ControlAnswer():
                    if not (unreadable and _rests_on(answer.control, unreadable)):
                        yield self._of_control(answer)
                case MissingReference(reference):
                    says = f"the {reference.to} it refers to is not in the register or among what is admitted with it"
                    where = f"{reference.table}.{reference.column}"
                    yield refuse("reference-unknown", where, says, f"admit the {reference.to} first")
                case Sending(recipient, role):
                    yield from self.rules.sending(recipient, role)
                case KeyUsed(table):
                    says = "a row of this key is in the register, or came before"
                    yield refuse("key-used", _key_of(table), says, "a new key, or the action alter")
                case KeyTwice(table):
                    yield refuse("key-twice", table, "the same key twice in one bundle", "one record for each key")
                case KeyUnknown(table):
                    yield refuse(
                        "key-unknown", _key_of(table), "no row of this key is in the register", "the action collect"
                    )
                case _:
                    assert_never(answer)

    def _of_control(self, answer: ControlAnswer) -> Reason:
        """What a control's answer does at the gate, with the law in force on the row's day."""
        control, _, unknown, says, day, stood = answer
        same = (control.id, unknown, says, day, stood)
        if same not in self._reasons:
            # A pack's reason is one of the texts that stand in it; what is put together might repeat a value.
            own = f"'{says.replace(chr(39), chr(39) * 2)}'" in control.sql
            if not own:
                return self._reason(answer, control.title)
            self._reasons[same] = self._reason(answer, says)
        return self._reasons[same]

    def _reason(self, answer: ControlAnswer, says: str) -> Reason:
        control, effect = answer.control, answer.control.gate
        if answer.unknown:
            says = f"unknown whether this duty is met: {control.title[0].lower()}{control.title[1:]}"
            effect = Effect.HOLD if effect is Effect.REFUSE else effect
        if answer.stood:
            effect = Effect.NOTE
        on = dt.date.fromisoformat(answer.day[:10]) if answer.day else self.day
        law = tuple(basis.citation for basis in control.law_on(on))
        about = subject_of(control)
        return Reason(control.id, effect, about, says, control.remedy, law, answer.unknown, answer.stood)


def _rests_on(control: Control, columns: Collection[Column]) -> bool:
    return any(name in control.reads.get(table, ()) for table, name in columns)


def _key_of(table: str) -> str:
    return f"{table}.{identity(table)[0]}"
