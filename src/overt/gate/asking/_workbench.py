"""Asks of many bundles at once that stand apart: nothing of one is near another, or near a row of the register.

Of such bundles each is told the same, whether the others are there or not. So all of them are asked of together, in a
database in memory which holds their rows and what the charter put into the register.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any

from overt.controls import Control, Settings, rendered
from overt.gate._outcome import Staged
from overt.gate.asking._answers import Answers
from overt.gate.asking._built import ANY_DAY, Built
from overt.gate.asking._bulk import BulkAsking, Units
from overt.gate.asking._rewrite import rewritten
from overt.gate.asking._scope import REFERENCES, key_text, relevant, subject_of, window
from overt.model import ASSESSMENT, CATEGORY, ENTRY, ITEM, SUBJECT
from overt.register import KEPT_TABLES, Store, kept_columns

Bundles = Mapping[int, Sequence[Staged]]
# The tables of a listing, and the columns by which a row of one is near another, in this bundle or elsewhere.
_LINKS: dict[str, tuple[str, ...]] = {
    SUBJECT.name: (SUBJECT.subject_id,),
    ENTRY.name: (ENTRY.entry_id, ENTRY.subject_id, ENTRY.grounds),
    ITEM.name: (ITEM.item_id, ITEM.entry_id, ITEM.source_ref),
}
# By these a row reaches into any table that has them; by the others into its own alone.
_REACHING = (ENTRY.entry_id, SUBJECT.subject_id)
# What the charter put into the register, and rows reach by its keys.
_CHARTERED = (CATEGORY.name, ASSESSMENT.name)
# All that may have a row here. Texts are written for tables that are empty but for these.
_FILLED = (*_LINKS, *_CHARTERED)
# By these the controls find rows.
_INDEXED: dict[str, tuple[str, ...]] = {
    SUBJECT.name: (SUBJECT.subject_id,),
    ENTRY.name: (ENTRY.entry_id, ENTRY.subject_id),
    ITEM.name: (ITEM.entry_id, ITEM.source_ref),
}
# A row with one of these reaches further than the links say.
_BEYOND: dict[str, tuple[str, ...]] = {ITEM.name: (ITEM.authority_id,)}
_WORD = re.compile(r"\w+")
# Fewer are asked of sooner one by one.
_FEWEST = 3


class Workbench:
    """Many bundles at once; what is asked of is gone from memory when the answers are given."""

    def __init__(
        self,
        store: Store,
        controls: Sequence[Control],
        settings: Settings,
        charter: str = "",
        built: Built | None = None,
    ) -> None:
        self._store = store
        self._controls = relevant(controls, _LINKS)
        self._settings = settings
        self._charter = charter
        self._built = built or Built()

    def apart(self, bundles: Bundles) -> Bundles:
        """Those of the bundles that stand apart. None on a server, whose register is asked of one by one."""
        if self._store.dialect != "sqlite" or len(bundles) < _FEWEST:
            return {}
        links = {number: set(_links(rows)) for number, rows in bundles.items() if _is_plain(rows)}
        named = Counter(link for number, rows in bundles.items() for link in links.get(number) or set(_links(rows)))
        near = self._near({link for of_bundle in links.values() for link in of_bundle})
        apart = {
            number: bundles[number]
            for number, of_bundle in links.items()
            if near.isdisjoint(of_bundle) and all(named[link] == 1 for link in of_bundle)
        }
        return apart if len(apart) >= _FEWEST else {}

    def ask(self, rows: Bundles) -> Answers:
        """What the controls say of bundles that stand apart."""
        staged: dict[str, list[tuple[object, ...]]] = defaultdict(list)
        for number, bundle in rows.items():
            for row in bundle:
                staged[row.table].append((str(number), number, *self._cells[row.table](row.values)))
        try:
            for name in _CHARTERED:
                self._fill(name, self._store.rows(_standing(name)))
            for name, some in staged.items():
                self._fill(f"staged_{name}", some)
            # Most controls have nothing to say of any, and one statement tells which have.
            speaking = {self._controls[number].id for (number,) in self._fetch(self._screen)}
            return self._asking.ask(Units(tuple(sorted(staged)), controls=frozenset(speaking)))
        finally:
            for name in (*_CHARTERED, *(f"staged_{name}" for name in staged)):
                self._database.execute(f"delete from {name}")

    def _near(self, links: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the links that lead to a row of the register."""
        values: dict[str, list[str]] = defaultdict(list)
        for column, value in links:
            values[column].append(value)
        return {
            (column, value)
            for column, some in values.items()
            for (value,) in self._store.rows(self._lookups[column], (json.dumps(some),))
        }

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
            lookups[column] = f"select j.value from json_each(?) as j where {stands}"
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
            for column in _INDEXED[name]:
                database.execute(f"create index {name}_by_{column} on staged_{name} ({column})")
        return database

    @cached_property
    def _screen(self) -> str:
        """A statement that gives the numbers of the controls which any row breaches, or may."""
        if self._charter not in self._built.screens:
            self._built.screens[self._charter] = _screen(self._controls, replace(self._settings, as_of=ANY_DAY))
        return self._built.screens[self._charter].replace(ANY_DAY.isoformat(), self._settings.as_of.isoformat())

    @cached_property
    def _asking(self) -> BulkAsking:
        return BulkAsking(self._fetch, "sqlite", self._controls, self._settings, people_apart=False)

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self._database.execute(sql).fetchall()

    def _fill(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._database.executemany(f"insert into {table} values ({marks})", rows)


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


def _links(rows: Sequence[Staged]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for column in _LINKS.get(row.table, ()):
            value = row.values[column]
            if value is not None:
                yield column, value
