"""Asks of many units at once, control by control, in a database that holds them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from overt.controls import Control, Settings, rendered
from overt.gate.asking._answers import Answer, AnswerPlace, Answers, ControlAnswer, KeyUsed, MissingReference, Sending
from overt.gate.asking._scope import REFERENCES, relevant, subject_of, window
from overt.model import DISCLOSURE, ENTRY, SUBJECT, TABLES, parts_of
from overt.register import identity

Fetch = Callable[[str], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True)
class Units:
    """Some of the units in the database: their tables, and the clause that picks their rows `s`.

    `controls` are the numbers of those that are asked, where it is known that the others have nothing to say.
    """

    tables: Collection[str]
    clause: str = ""
    controls: Collection[str] | None = None


class BulkAsking:
    """Asks in a database where `staged_<table>` has the rows with their unit, `together`, and their number, `n`.

    A table called as one of the model has what is asked among, and `base_<table>` what stands in the register. With
    `people_apart` a person is a unit by themselves, and what their entries say together speaks against the entries.
    """

    def __init__(
        self, fetch: Fetch, dialect: str, controls: Sequence[Control], settings: Settings, *, people_apart: bool
    ) -> None:
        self._fetch = fetch
        self._dialect = dialect
        self._controls = controls
        self._settings = settings
        self._people_apart = people_apart

    def ask(self, rows: Units) -> Answers:
        """What the controls say of the rows of these units, and of the entries and people that they are part of."""
        by_place: dict[AnswerPlace, list[Answer]] = defaultdict(list)
        for unit, number, answer in self._answers(rows):
            by_place[AnswerPlace(unit, number)].append(answer)
        return Answers(by_place)

    def ask_keys(self, tables: Collection[str]) -> Answers:
        """Which rows have a key that stands in the register, or came before."""
        by_place: dict[AnswerPlace, list[Answer]] = defaultdict(list)
        for name in tables:
            same = " and ".join(f"b.{column} = s.{column}" for column in identity(name))
            rows = self._fetch(
                f"select together, n from staged_{name} as s where exists (select 1 from base_{name} as b where {same})"
                f" union select together, n from (select together, n,"
                f" row_number() over (partition by {', '.join(identity(name))} order by n) as turn"
                f" from staged_{name}) where turn > 1"
            )
            for unit, number in rows:
                by_place[AnswerPlace(unit, number)].append(KeyUsed(name))
        return Answers(by_place)

    def _answers(self, rows: Units) -> Iterator[tuple[str, int, Answer]]:
        for reference in REFERENCES:
            if reference.table in rows.tables:
                for unit, number in self._fetch(_missing(*reference, rows.clause)):
                    yield unit, number, MissingReference(reference)
        if DISCLOSURE.name in rows.tables:
            sent = (
                "select s.together, s.n, s.recipient, e.role from staged_disclosure as s"
                f" {rows.clause} join entry as e on e.entry_id = s.entry_id"
            )
            for unit, number, recipient, role in self._fetch(sent):
                yield unit, number, Sending(recipient, role)
        for control in relevant(self._controls, rows.tables):
            if rows.controls is None or control.id in rows.controls:
                for unit, number, unknown, says, day in self._fetch(self._text(control, rows)):
                    yield unit, number, ControlAnswer(control, "", bool(unknown), says or "", day)

    def _text(self, control: Control, rows: Units) -> str:
        table = subject_of(control)
        # A unit is asked what it would be asked alone: only of rows that the control reads.
        parts = [part for part in parts_of(table) if part in control.reads and part in rows.tables]
        if table == SUBJECT.name and self._people_apart and ENTRY.name in control.reads:
            parts = [ENTRY.name]
        key = TABLES[table].key.name
        units = " union all ".join(
            f"select together, n, {key} as key from staged_{part} as s {rows.clause}" for part in parts
        )
        day = f"cast(c.{control.dated} as varchar)" if control.dated else "null"
        scope = window(control, self._dialect)
        return (
            f"select s.together, min(s.n), c.breach is null, c.reason, {day}"
            f" from ({rendered(control, self._dialect, self._settings)}) as c join ({units}) as s on s.key = c.{key}"
            f" where c.breach is not false{f' and {scope}' if scope else ''} group by 1, 3, 4, 5"
        )


def _missing(table: str, column: str, to: str, clause: str) -> str:
    return (
        f"select together, n from staged_{table} as s {clause} where s.{column} is not null"
        f" and not exists (select 1 from {to} as o where o.{TABLES[to].key.name} = s.{column})"
    )
