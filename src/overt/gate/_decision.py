"""Decides one bundle: asks the controls and the charter, and weighs what they say."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from overt.charter import Charter
from overt.controls import Control, Settings, Value
from overt.controls import Gate as Effect
from overt.gate._first_look import Look, look_for
from overt.gate._outcome import Reason, Staged, refuse
from overt.gate._rules import Rules
from overt.gate._statement import (
    KEY_SEPARATOR,
    KEYS_FROM,
    KNOWN_ENTRY,
    REFERENCES,
    REFERENCES_FROM,
    ROLE_SENT,
    Shape,
    Statement,
    build,
    relevant,
    shape_of,
    subject_of,
)
from overt.register import Store, identity

Rows = dict[str, list[dict[str, Any]]]
# What was built under a charter for one shape of rows. Building takes as long as some hundred decisions, and of all
# that stands in a statement only the day changes from one day to the next.
Built = dict[tuple[str, Shape, bool, frozenset[str] | None], Statement]
_ANY_DAY = dt.date(1, 1, 1)
# Some 50 MB of text; a register sees a few dozen shapes of bundle.
_MOST_BUILT = 500


class Found(NamedTuple):
    """A control's answer on one row: a breach, or that it cannot tell; `stood` if it was so before."""

    control: Control
    key: str
    unknown: bool
    says: str
    day: str | None
    stood: bool = False


@dataclass(frozen=True)
class Asked:
    """What a statement found: controls' answers, the leaves of rows that stand, and what the charter has a say in.

    `missing` are the references that lead nowhere; `sent` are recipients, each with the role of an entry sent there.
    """

    found: list[Found]
    standing: Mapping[tuple[str, str], int]
    missing: list[int]
    sent: list[tuple[str, str | None]]


@dataclass(frozen=True)
class Decision:
    """What speaks against a bundle, and for each of its rows the leaf that opened the version it replaces."""

    reasons: tuple[Reason, ...]
    standing: Mapping[tuple[str, str], int]


class Day:
    """The gate on one day: the controls, the charter in force with its thresholds, statements once built."""

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
        own = {name: each.value for name, each in charter.thresholds.items()} if charter else {}
        self.day = day
        self.charter = charter
        self.rules = Rules(charter, day)
        self._store = store
        self.controls = [control for control in controls if control.gate is not Effect.NONE]
        self.settings = Settings(day, {**thresholds, **own})
        self._statements: dict[tuple[Shape, bool, frozenset[str] | None], Statement] = {}
        self._looks: dict[str, Look | None] = {}
        self._built = {} if built is None else built
        self._reasons: dict[tuple[object, ...], Reason] = {}

    def decide(self, bundle: Sequence[Staged], actor: str) -> Decision:
        """Everything that speaks against admitting these rows together.

        A breach that the register held before is noted: who fixes one fault is not refused for another. Where a
        control that would refuse cannot tell, a human decides.
        """
        rows = _by_table(bundle)
        asked = self.ask(bundle)
        reasons = [reason for each in bundle for reason in self.rules.reasons(each.table, each.values, actor)]
        reasons += [*_twice(rows), *_keys(bundle, asked.standing)]
        for number in asked.missing:
            table, column, other = REFERENCES[number]
            says = f"the {other} it refers to is not in the register or in this bundle"
            reasons.append(refuse("reference-unknown", f"{table}.{column}", says, f"admit the {other} first"))
        reasons += [reason for recipient, role in asked.sent for reason in self.rules.sending(recipient, role)]
        told = asked.found
        faulty = {(each.table, name) for each in bundle for name in each.faulty}
        if faulty:
            told = [each for each in told if not any(name in each.control.reads.get(of, ()) for of, name in faulty)]
        reasons += map(self.reason, told)
        return Decision(tuple(dict.fromkeys(reasons)), asked.standing)

    def ask(self, bundle: Sequence[Staged]) -> Asked:
        """What the controls say of these rows, and of the entries and people that they are part of.

        Control by control and row by row, it is what the audit would say of the register with these rows in it.
        """
        rows = _by_table(bundle)
        shape = shape_of(rows)
        without, person = self._first_look(bundle)
        statement = self._statement(shape, without=without)
        standing: dict[tuple[str, str], int] = {}
        missing: list[int] = []
        found: list[Found] = []
        sent: list[tuple[str, str | None]] = []
        known: set[tuple[str, str]] = set()
        for number, key, breach, leaf, says, day in self._answers(statement, rows, person):
            if number >= 0:
                found.append(Found(statement.controls[number], key, breach is None, says or "", day))
            elif number > REFERENCES_FROM:
                standing[statement.shape[KEYS_FROM - number][0], key] = leaf
            elif number > ROLE_SENT:
                missing.append(REFERENCES_FROM - number)
            elif number == ROLE_SENT:
                sent.append((key, says))
            else:
                known.add(("entry" if number == KNOWN_ENTRY else "subject", key))
        there = known | standing.keys()
        if found and (there or statement.joint) and any(_may_have_stood(each, there) for each in found):
            stood = self._stood(rows)
            found = [each._replace(stood=(each.control.id, each.key, each.unknown) in stood) for each in found]
        return Asked(found, standing, missing, sent)

    def _stood(self, rows: Rows) -> set[tuple[str, str, bool]]:
        """The same answers without the staged rows."""
        statement = self._statement(shape_of(rows), before=True)
        answers = self._answers(statement, rows)
        return {(statement.controls[number].id, key, breach is None) for number, key, breach, *_ in answers}

    def _answers(self, statement: Statement, rows: Rows, person: Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        parameters = [*statement.parameters(rows), *person]
        if statement.keys:
            keys: dict[str, list[str]] = {name: [] for name in statement.keys}
            for name, key in self._store.rows(statement.keys_text, parameters):
                keys[name].append(key)
            parameters += map(json.dumps, keys.values())
        return chain.from_iterable(self._store.rows(text, parameters) for text in statement.texts)

    def reason(self, found: Found) -> Reason:
        """What a control's answer does at the gate, with the law in force on the row's day."""
        control, _, unknown, says, day, stood = found
        same = (control.id, unknown, says, day, stood)
        if same not in self._reasons:
            # A pack's reason is one of the texts that stand in it; what is put together might repeat a value.
            own = f"'{says.replace(chr(39), chr(39) * 2)}'" in control.sql
            if not own:
                return self._weighed(control, unknown, control.title, day, stood)
            self._reasons[same] = self._weighed(control, unknown, says, day, stood)
        return self._reasons[same]

    def _weighed(self, control: Control, unknown: bool, told: str, day: str | None, stood: bool) -> Reason:
        effect = control.gate
        if unknown:
            told = f"unknown whether this duty is met: {control.title[0].lower()}{control.title[1:]}"
            effect = Effect.HOLD if effect is Effect.REFUSE else effect
        if stood:
            effect = Effect.NOTE
        on = dt.date.fromisoformat(day[:10]) if day else self.day
        law = tuple(basis.citation for basis in control.law_on(on))
        return Reason(control.id, effect, subject_of(control), told, control.remedy, law, unknown, stood)

    def _first_look(self, bundle: Sequence[Staged]) -> tuple[frozenset[str] | None, Sequence[Any]]:
        if len(bundle) > 1 or self._store.dialect != "sqlite":
            return None, ()
        table = bundle[0].table
        if table not in self._looks:
            needed = {name for control in relevant(self.controls, (table,)) for name in control.reads}
            self._looks[table] = look_for(table, needed)
        look = self._looks[table]
        return look.at(self._store, bundle[0].values) if look else (None, ())

    def _statement(self, shape: Shape, *, before: bool = False, without: frozenset[str] | None = None) -> Statement:
        asked = (shape, before, without)
        statement = self._statements.get(asked)
        if statement is None:
            known = (self.charter.digest if self.charter else "", *asked)
            if known not in self._built:
                if len(self._built) >= _MOST_BUILT:
                    self._built.clear()
                settings = replace(self.settings, as_of=_ANY_DAY)
                self._built[known] = build(
                    self.controls,
                    shape,
                    self._store.dialect,
                    settings,
                    before=before,
                    without=without,
                    takes=self._store.takes,
                )
            for_any = self._built[known]
            texts = [text.replace(_ANY_DAY.isoformat(), self.day.isoformat()) for text in for_any.texts]
            statement = replace(for_any, texts=tuple(texts))
            self._statements[asked] = statement
        return statement


def key_text(table: str, values: Mapping[str, Any]) -> str:
    """The key of a row as statements give it."""
    return KEY_SEPARATOR.join([str(values[name]) for name in identity(table)])


def _by_table(bundle: Sequence[Staged]) -> Rows:
    rows: Rows = {}
    for each in bundle:
        rows.setdefault(each.table, []).append(each.values)
    return rows


def _may_have_stood(found: Found, known: Set[tuple[str, str]]) -> bool:
    """Whether the row that a control names was there before, or is named by a part of its key."""
    table = subject_of(found.control)
    return len(identity(table)) > 1 or (table, found.key) in known


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
