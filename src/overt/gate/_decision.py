"""Decides one bundle: asks the controls and the charter, and weighs what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from overt.charter import Charter
from overt.controls import Control, Settings, Value
from overt.controls import Gate as Effect
from overt.gate._outcome import Reason, Staged, refuse
from overt.gate._rules import Rules
from overt.gate._statement import (
    KEY_SEPARATOR,
    KEYS_FROM,
    REFERENCES,
    REFERENCES_FROM,
    Shape,
    Statement,
    build,
    shape_of,
)
from overt.register import Store, identity

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Decision:
    """What speaks against a bundle, and for each of its rows the leaf that opened the version it replaces."""

    reasons: tuple[Reason, ...]
    standing: Mapping[tuple[str, str], int]

    def has(self, effect: Effect) -> bool:
        """Whether any reason has the effect."""
        return any(reason.effect is effect for reason in self.reasons)


class Day:
    """The gate on one day: the controls, the charter in force with its thresholds, statements once built."""

    def __init__(
        self,
        store: Store,
        controls: Sequence[Control],
        thresholds: Mapping[str, Value],
        charter: Charter | None,
        day: dt.date,
    ) -> None:
        own = {name: each.value for name, each in charter.thresholds.items()} if charter else {}
        self.day = day
        self.charter = charter
        self.rules = Rules(charter, day)
        self._store = store
        self._controls = [control for control in controls if control.gate is not Effect.NONE]
        self._settings = Settings(day, {**thresholds, **own})
        self._statements: dict[tuple[Shape, bool], Statement] = {}

    def decide(self, bundle: Sequence[Staged], actor: str) -> Decision:
        """Everything that speaks against admitting these rows together.

        Wherever a control names a row of the bundle, or an entry or person that it is part of, its answer is
        the audit's. A breach that the register held before is noted: who mends one fault is not refused for
        another. Where a control that would refuse cannot tell, a human decides.
        """
        rows: Rows = {}
        for each in bundle:
            rows.setdefault(each.table, []).append(each.values)
        reasons = [reason for each in bundle for reason in self.rules.reasons(each.table, each.values, actor)]
        reasons += _twice(rows)
        statement = self._statement(shape_of(rows), before=False)
        answers = self._store.rows(statement.sql, statement.parameters(rows))
        standing: dict[tuple[str, str], int] = {}
        found: list[tuple[Control, tuple[Any, ...]]] = []
        for answer in answers:
            number = answer[0]
            if number >= 0:
                found.append((statement.controls[number], answer))
            elif number > REFERENCES_FROM:
                standing[statement.shape[KEYS_FROM - number][0], answer[1]] = answer[3]
            else:
                table, column, other = REFERENCES[REFERENCES_FROM - number]
                says = f"no such row of {other} in the register or in the bundle"
                reasons.append(refuse("reference-unknown", f"{table}.{column}", says, f"admit the {other} first"))
        reasons += _keys(bundle, standing)
        if found:
            reasons += self._weigh(found, rows, bundle, bool(standing) or _adds_to_entries(rows))
        return Decision(tuple(dict.fromkeys(reasons)), standing)

    def _weigh(
        self, found: list[tuple[Control, tuple[Any, ...]]], rows: Rows, bundle: Sequence[Staged], compare: bool
    ) -> Iterable[Reason]:
        stood: set[tuple[str, Any, bool]] = set()
        if compare:
            statement = self._statement(shape_of(rows), before=True)
            stood = {
                (statement.controls[number].id, key, breach is None)
                for number, key, breach, *_ in self._store.rows(statement.sql, statement.parameters(rows))
            }
        faulty = {(each.table, name) for each in bundle for name in each.faulty}
        for control, (_, key, breach, _, says, day) in found:
            if any(name in control.needs.get(table, ()) for table, name in faulty):
                continue
            yield self._reason(control, breach is None, str(says), day, (control.id, key, breach is None) in stood)

    def _reason(self, control: Control, unknown: bool, says: str, day: str | None, stood: bool) -> Reason:
        # A pack's reason is one of the texts that stand in it; what is put together might repeat a value.
        told = says if f"'{says.replace(chr(39), chr(39) * 2)}'" in control.sql else control.title
        effect = control.gate
        if unknown:
            told = f"cannot be told: {control.title[0].lower()}{control.title[1:]}"
            effect = Effect.HOLD if effect is Effect.REFUSE else effect
        on = dt.date.fromisoformat(day[:10]) if day else self.day
        law = tuple(basis.citation for basis in control.law_on(on))
        where = next(iter(control.columns))
        reason = Reason(control.id, effect, where, told, control.remedy, law, unknown)
        return replace(reason, effect=Effect.NOTE, stood=True) if stood else reason

    def _statement(self, shape: Shape, *, before: bool) -> Statement:
        statement = self._statements.get((shape, before))
        if statement is None:
            statement = build(self._controls, shape, self._store.dialect, self._settings, before=before)
            self._statements[shape, before] = statement
        return statement


def key_text(table: str, values: Mapping[str, Any]) -> str:
    """The key of a row as statements give it."""
    return KEY_SEPARATOR.join([str(values[name]) for name in identity(table)])


def _adds_to_entries(rows: Rows) -> bool:
    """Whether rows are added to entries, or entries to people, that may be in the register already."""
    return any(name in rows for name in ("item", "review", "entry"))


def _twice(rows: Rows) -> Iterable[Reason]:
    for table, several in rows.items():
        if len(several) > 1:
            keys = [key_text(table, values) for values in several]
            if len(set(keys)) < len(keys):
                yield refuse("key-twice", table, "the same key twice in one bundle", "one record for each key")


def _keys(bundle: Sequence[Staged], standing: Mapping[tuple[str, str], int]) -> Iterable[Reason]:
    for each in bundle:
        there = (each.table, key_text(each.table, each.values)) in standing
        where = f"{each.table}.{identity(each.table)[0]}"
        if there and each.proposed.change == "collect":
            yield refuse("key-used", where, "a row of this key is in the register", "a new key, or the action alter")
        elif not there and each.proposed.change == "alter":
            yield refuse("key-unknown", where, "no row of this key is in the register", "the action collect")
