"""Asks of one bundle with one statement on the register's own engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain
from typing import Any

from overt.gate._outcome import Staged
from overt.gate.asking._answers import (
    NOWHERE,
    Answer,
    Answers,
    ControlAnswer,
    KeyTwice,
    KeyUnknown,
    KeyUsed,
    MissingReference,
    Sending,
)
from overt.gate.asking._built import Form, Questions
from overt.gate.asking._first_look import Look, look_for
from overt.gate.asking._scope import REFERENCES, key_text, relevant, subject_of
from overt.gate.asking._statement import FOCI, RowKind, Statement, build, shape_of
from overt.register import identity

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
# As plain numbers, which are compared for every row of every answer.
_CONTROL, _KEY, _REFERENCE, _ROLE = map(int, (RowKind.CONTROL, RowKind.KEY, RowKind.REFERENCE, RowKind.ROLE))
# Some 50 MB of text; a register sees a few dozen shapes of bundle.
_MOST_BUILT = 500


class SingleAsking:
    """Asks of one bundle at a time; statements once built are kept."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._store = questions.store
        self._statements: dict[Form, Statement] = {}
        self._looks: dict[str, Look | None] = {}

    def ask(self, rows: Sequence[Staged]) -> Answers:
        """What the controls say of these rows, and of the entries and people that they are part of.

        Control by control and row by row, it is what the audit would say of the register with these rows in it.
        """
        by_table = _by_table(rows)
        near, person = self._look(rows)
        statement = self._statement((shape_of(by_table), False, near))
        standing: dict[tuple[str, str], int] = {}
        known: set[tuple[str, str]] = set()
        controls: list[ControlAnswer] = []
        answers: list[Answer] = []
        for kind, number, key, breach, leaf, says, day in self._rows(statement, by_table, person):
            if kind == _CONTROL:
                controls.append(ControlAnswer(statement.controls[number], key, breach is None, says or "", day))
            elif kind == _KEY:
                standing[statement.shape[number][0], key] = leaf
            elif kind == _REFERENCE:
                answers.append(MissingReference(REFERENCES[number]))
            elif kind == _ROLE:
                answers.append(Sending(key, says))
            else:
                known.add((FOCI[number], key))
        there = known | standing.keys()
        if controls and (there or statement.joint) and any(_may_have_stood(answer, there) for answer in controls):
            stood = self._stood(by_table)
            controls = [
                answer._replace(stood=(answer.control.id, answer.key, answer.unknown) in stood) for answer in controls
            ]
        return Answers({NOWHERE: [*_keys(rows, by_table, standing), *answers, *controls]}, standing)

    def _stood(self, rows: Rows) -> set[tuple[str, str, bool]]:
        """The controls' answers without the staged rows."""
        statement = self._statement((shape_of(rows), True, None))
        return {
            (statement.controls[number].id, key, breach is None)
            for _, number, key, breach, *_ in self._rows(statement, rows)
        }

    def _rows(self, statement: Statement, rows: Rows, person: Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        parameters = [*statement.parameters(rows), *person]
        if statement.keys:
            keys: dict[str, list[str]] = {name: [] for name in statement.keys}
            for name, key in self._store.rows(statement.keys_text, parameters):
                keys[name].append(key)
            parameters += map(json.dumps, keys.values())
        return chain.from_iterable([self._store.rows(text, parameters) for text in statement.texts])

    def _look(self, rows: Sequence[Staged]) -> tuple[frozenset[str] | None, Sequence[Any]]:
        if len(rows) > 1 or self._store.dialect != "sqlite":
            return None, ()
        table = rows[0].table
        if table not in self._looks:
            needed = {name for control in relevant(self._questions.controls, (table,)) for name in control.reads}
            self._looks[table] = look_for(table, needed)
        look = self._looks[table]
        return look.at(self._store, rows[0].values) if look else (None, ())

    def _statement(self, form: Form) -> Statement:
        statement = self._statements.get(form)
        if statement is None:
            questions = self._questions
            built, known = questions.built.statements, (questions.charter, form)
            if known not in built:
                if len(built) >= _MOST_BUILT:
                    built.clear()
                shape, before, near = form
                built[known] = build(
                    questions.controls,
                    shape,
                    self._store.dialect,
                    questions.for_any_day,
                    before=before,
                    near=near,
                    takes=self._store.takes,
                )
            for_any_day = built[known]
            texts = tuple(map(questions.today, for_any_day.texts))
            statement = self._statements[form] = replace(for_any_day, texts=texts)
        return statement


def _by_table(rows: Sequence[Staged]) -> Rows:
    by_table: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row.values)
    return by_table


def _may_have_stood(answer: ControlAnswer, known: Set[tuple[str, str]]) -> bool:
    """Whether the row that a control names was there before, or is named by a part of its key."""
    table = subject_of(answer.control)
    return len(identity(table)) > 1 or (table, answer.key) in known


def _keys(
    rows: Sequence[Staged], by_table: Rows, standing: Mapping[tuple[str, str], int]
) -> Iterable[KeyTwice | KeyUsed | KeyUnknown]:
    for table, several in by_table.items():
        if len(several) > 1 and len({key_text(table, values) for values in several}) < len(several):
            yield KeyTwice(table)
    for row in rows:
        stands = bool(standing) and (row.table, key_text(row.table, row.values)) in standing
        if stands and row.proposed.change == "collect":
            yield KeyUsed(row.table)
        elif not stands and row.proposed.change == "alter":
            yield KeyUnknown(row.table)
