"""Asks of many bundles at once that stand apart: nothing of one is near another, or near a row of the register.

Of such bundles each is told the same, whether the others are there or not. So all of them are asked of together, in a
database in memory which holds their rows and what the charter put into the register.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any

from overt.controls import Control, Settings, rendered
from overt.gate._outcome import Staged
from overt.gate.asking._answers import Answers
from overt.gate.asking._built import Questions
from overt.gate.asking._bulk import BulkAsking, Units
from overt.gate.asking._rewrite import rewritten
from overt.gate.asking._scope import REFERENCES, key_text, relevant, subject_of, window
from overt.model import ASSESSMENT, CATEGORY, ENTRY, ITEM, SUBJECT
from overt.register import KEPT_TABLES, kept_columns

Bundles = Mapping[int, Sequence[Staged]]
# The tables of a listing, and the columns by which a row of one is near another, in this bundle or elsewhere.
_LINKS: dict[str, tuple[str, ...]] = {
    SUBJECT.name: (SUBJECT.subject_id.name,),
    ENTRY.name: (ENTRY.entry_id.name, ENTRY.subject_id.name, ENTRY.grounds.name),
    ITEM.name: (ITEM.item_id.name, ITEM.entry_id.name, ITEM.source_ref.name),
}
# By these a row reaches into any table that has them; by the others into its own alone.
_REACHING = (ENTRY.entry_id, SUBJECT.subject_id)
# What the charter put into the register, and rows reach by its keys.
_CHARTERED = (CATEGORY.name, ASSESSMENT.name)
# All that may have a row here. Texts are written for tables that are empty but for these.
_FILLED = (*_LINKS, *_CHARTERED)
# By these a control, or a reference, finds single rows.
_FOUND_BY: dict[str, tuple[str, ...]] = {
    SUBJECT.name: (SUBJECT.subject_id,),
    ENTRY.name: (ENTRY.entry_id, ENTRY.subject_id),
    ITEM.name: (ITEM.entry_id,),
}
# A row with one of these reaches further than the links say.
_BEYOND: dict[str, tuple[str, ...]] = {ITEM.name: (ITEM.authority_id,)}
_WORD = re.compile(r"\w+")
# Fewer are asked of sooner one by one.
_FEWEST = 3


class Workbench:
    """Many bundles at once; what is asked of is gone from memory when the answers are given."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._store = questions.store
        self._controls = relevant(questions.controls, _LINKS)
        self._chartered: dict[str, list[tuple[object, ...]]] = {}

    def apart(self, bundles: Bundles) -> Bundles:
        """Those of the bundles that stand apart. None on a server, whose register is asked of one by one."""
        if self._store.dialect != "sqlite" or len(bundles) < _FEWEST:
            return {}
        near_another = {number for number, rows in bundles.items() if not _is_plain(rows)}
        # Which bundle has each value first, by the column.
        first_with: dict[str, dict[str, int]] = {column: {} for column in self._lookups}
        for number, rows in bundles.items():
            for row in rows:
                for column in _LINKS.get(row.table, ()):
                    value = row.values[column]
                    if value is not None:
                        first = first_with[column].setdefault(value, number)
                        if first != number:
                            near_another |= {first, number}
        for column, numbers in first_with.items():
            bundles_with = list(numbers.values())
            near_another |= {
                bundles_with[place]
                for (place,) in self._store.rows(self._lookups[column], (json.dumps(list(numbers)),))
            }
        apart = {number: rows for number, rows in bundles.items() if number not in near_another}
        return apart if len(apart) >= _FEWEST else {}

    def ask(self, rows: Bundles) -> Answers:
        """What the controls say of bundles that stand apart."""
        self._fill_chartered()
        staged = {row.table for bundle in rows.values() for row in bundle}
        try:
            for name in staged:
                cells = self._cells[name]
                self._fill(
                    f"staged_{name}",
                    len(self._columns[name]) + 2,
                    (
                        (number, number, *cells(row.values))
                        for number, bundle in rows.items()
                        for row in bundle
                        if row.table == name
                    ),
                )
            # Most controls have nothing to say of any, and one statement tells which have.
            speaking = {self._controls[number].id for (number,) in self._fetch(self._screen)}
            return self._asking.ask(Units(tuple(sorted(staged)), controls=frozenset(speaking)))
        finally:
            for name in staged:
                self._database.execute(f"delete from staged_{name}")

    @cached_property
    def _lookups(self) -> dict[str, str]:
        needed = {name for control in self._controls for name in control.reads} | _LINKS.keys()
        lookups = {}
        for column in dict.fromkeys(column for columns in _LINKS.values() for column in columns):
            tables = [
                name
                for name in sorted(needed)
                if column in (kept_columns(name) if column in _REACHING else _LINKS.get(name, ()))
            ]
            stands = " or ".join(
                f"exists (select 1 from {name}_version as x where x.{column} = j.value and x.closed_seq is null)"
                for name in tables
            )
            lookups[column] = f"select j.key from json_each(?) as j where {stands}"
        return lookups

    @cached_property
    def _columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of each staged table that a control names, or that lead elsewhere."""
        named = {reference.column for reference in REFERENCES} | set(chain.from_iterable(_LINKS.values()))
        named |= {word for control in self._controls for word in _WORD.findall(control.sql)}
        return {name: tuple(column for column in kept_columns(name) if column in named) for name in _LINKS}

    @cached_property
    def _cells(self) -> dict[str, Callable[[Mapping[str, object]], tuple[object, ...]]]:
        return {name: itemgetter(*columns) for name, columns in self._columns.items()}

    @cached_property
    def _database(self) -> sqlite3.Connection:
        database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=512)
        database.execute("pragma case_sensitive_like = on")
        for name in KEPT_TABLES:
            if name not in _LINKS:
                database.execute(f"create table {name} ({', '.join(kept_columns(name))})")
                continue
            columns = ", ".join(self._columns[name])
            database.execute(f"create table staged_{name} (together text, n, {columns})")
            database.execute(f"create view {name} as select {columns} from staged_{name}")
            for column in _FOUND_BY[name]:
                database.execute(f"create index {name}_by_{column} on staged_{name} ({column})")
        return database

    @cached_property
    def _screen(self) -> str:
        """A statement that gives the numbers of the controls which any row breaches, or may."""
        screens, charter = self._questions.built.screens, self._questions.charter
        if charter not in screens:
            screens[charter] = _screen(self._controls, self._questions.for_any_day)
        return self._questions.today(screens[charter])

    @cached_property
    def _asking(self) -> BulkAsking:
        return BulkAsking(self._fetch, "sqlite", self._controls, self._questions.settings, people_apart=False)

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self._database.execute(sql).fetchall()

    def _fill_chartered(self) -> None:
        for name in _CHARTERED:
            standing = self._store.rows(_standing(name))
            if standing != self._chartered.get(name):
                self._database.execute(f"delete from {name}")
                self._fill(name, len(kept_columns(name)), standing)
                self._chartered[name] = standing

    def _fill(self, table: str, width: int, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.executemany(f"insert into {table} values ({', '.join('?' * width)})", rows)


def _screen(controls: Sequence[Control], settings: Settings) -> str:
    empty = KEPT_TABLES.keys() - set(_FILLED)
    texts, shared = rewritten(
        [(rendered(control, "sqlite", settings), subject_of(control)) for control in controls], "sqlite", empty, ()
    )
    arms = [
        f"select {number} where exists (select 1 from ({text[0]}) as control where"
        f" {' and '.join(filter(None, ('control.breach is not false', window(control, 'sqlite'))))})"
        for number, (control, text) in enumerate(zip(controls, texts, strict=True))
        if text is not None
    ]
    tables = [f"{name} as materialized ({text})" for name, text in shared.items()]
    return f"{'with ' if tables else ''}{', '.join(tables)} {' union all '.join(arms) or 'select 0 where false'}"


def _standing(table: str) -> str:
    return f"select {', '.join(kept_columns(table))} from {table}_version where closed_seq is null"


def _is_plain(rows: Sequence[Staged]) -> bool:
    """Whether rows are a new listing, or a part of one, that reaches no further than its links say."""
    return all(
        row.table in _LINKS
        and row.proposed.change == "collect"
        and all(row.values[column] is None for column in _BEYOND.get(row.table, ()))
        for row in rows
    ) and len({(row.table, key_text(row.table, row.values)) for row in rows}) == len(rows)
